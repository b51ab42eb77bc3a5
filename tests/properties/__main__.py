"""Many cases of every law, on all cores: ``SEED=1 N=1000000 python -m tests.properties``.

N is the number of cases of each law; MINUTES, if given, ends it sooner. A case that breaks its law
ends the program with what to type to see it again: ``SEED=1 LAW=<name> CASE=<number>``.
"""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import Pool
from typing import NamedTuple

from tests.properties.laws import LAWS, case, name_of, try_cases

PORTION = 2_000


class Job(NamedTuple):
    """Some cases of one law."""

    law: int
    seed: int
    first: int
    cases: int


class Done(NamedTuple):
    """What came of them."""

    law: int
    cases: int
    broken: str = ""


def work(job: Job) -> Done:
    """Try them; for a process of its own."""
    try:
        try_cases(LAWS[job.law], job.seed, job.first, job.cases)
    except AssertionError as broken:
        return Done(job.law, job.cases, str(broken))
    return Done(job.law, job.cases)


def campaign(seed: int, number: int, minutes: float) -> int:
    """Try *number* cases of each law; the exit code."""
    began = time.monotonic()
    jobs = (
        Job(law, seed, first, min(PORTION, number - first))
        for first in range(0, number, PORTION)
        for law in range(len(LAWS))
    )
    tried = 0
    with Pool() as pool:
        for done in pool.imap_unordered(work, jobs):
            if done.broken:
                say(done.broken)
                return 1
            tried += done.cases
            if minutes and time.monotonic() - began > 60 * minutes:
                break
        pool.terminate()
    seconds = time.monotonic() - began
    say(
        f"{tried:,} cases of {len(LAWS)} laws, seed {seed}: none broken, "
        f"{tried / max(seconds, 0.001):,.0f} a second, {seconds / 60:.1f} minutes"
    )
    return 0


def again(name: str, seed: int, number: int) -> int:
    """One case of one law, with its traceback."""
    law = next(law for law in LAWS if name_of(law) == name)
    law(case(law, seed, number))
    say(f"Case {number} of {name} with seed {seed} holds.")
    return 0


def say(line: str) -> None:
    """Tell the person who has started the program."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """What the environment asks for."""
    seed = int(os.environ.get("SEED", "1"))
    if law := os.environ.get("LAW"):
        return again(law, seed, int(os.environ["CASE"]))
    number = int(os.environ.get("N", "10000"))
    return campaign(seed, number, float(os.environ.get("MINUTES", "0")))


if __name__ == "__main__":
    sys.exit(main())
