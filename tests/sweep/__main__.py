"""The crash sweep: every fault in each form at every point of every scene.

    python -m tests.sweep                      all of it, on two processes
    python -m tests.sweep SCENE                one scene
    python -m tests.sweep SCENE 12:after:busy  one play, with one disturbance or more
    python -m tests.sweep SCENE repeat:3       one play, its invocation 3 made twice

PAIRS=0 leaves out the pairs of points of the hardest scenes; PROCESSES=2.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from tests.sweep.faults import parsed
from tests.sweep.registry import HARD, SCENES
from tests.sweep.running import disturbed
from tests.sweep.sweeping import Case, Found, merged, pairs, singles, sweep

PARTS = 4
"""Portions of a scene, so that no process is left with a long one in the end."""
SHOWN = 5
"""Violations of a scene that are printed."""

Job = tuple[str, int, bool]


def _done(job: Job) -> Found:
    name, part, with_pairs = job
    cases: Iterator[Case] = singles(name)
    if with_pairs and name in HARD:
        cases = chain(cases, pairs(name))
    return sweep(name, islice(cases, part, None, PARTS))


def _swept(names: Sequence[str], *, with_pairs: bool, processes: int) -> Iterator[Found]:
    """The scenes in their order, each as soon as it is done."""
    jobs = [(name, part, with_pairs) for name in names for part in range(PARTS)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        parts: list[Found] = []
        for part in pool.imap(_done, jobs):
            parts.append(part)
            if len(parts) == PARTS:
                yield merged(parts)
                parts = []


def _all(names: Sequence[str], *, with_pairs: bool, processes: int) -> int:
    """Sweep, and print what was found; how many violations."""
    began, runs, points, paired, wrong = time.monotonic(), 0, 0, 0, 0
    _say(f"{'scene':58} {'points':>6} {'runs':>7}")
    for found in _swept(names, with_pairs=with_pairs, processes=processes):
        _say(f"{found.scene:58} {found.points:6} {found.runs:7,}")
        for case, what in found.violations[:SHOWN]:
            _say(f"  VIOLATION {what}\n    replay: python -m tests.sweep {case}")
        runs, points = runs + found.runs, points + found.points
        paired, wrong = paired + found.pairs, wrong + len(found.violations)
    _say(
        f"{points:,} points; {paired:,} runs with both disturbances of a pair; "
        f"{time.monotonic() - began:.0f} s"
    )
    _say(f"{runs:,} runs of {len(names)} scenes, {wrong} violations")
    return wrong


def _one(name: str, given: Sequence[str]) -> int:
    """Play one case again; its error is shown in full."""
    repeated = next((int(one[7:]) for one in given if one.startswith("repeat:")), None)
    wanted = [parsed(one) for one in given if not one.startswith("repeat:")]
    disturbed(name, *wanted, repeated=repeated)
    _say("1 run of 1 scene, 0 violations")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Do what *arguments* and the environment ask for; the exit code."""
    if arguments and arguments[0] not in SCENES:
        _say(f"There is no scene {arguments[0]!r}: give one of {', '.join(SCENES)}.")
        return 2
    if len(arguments) > 1:
        return _one(arguments[0], arguments[1:])
    with_pairs = os.environ.get("PAIRS", "1") != "0"
    processes = int(os.environ.get("PROCESSES", "2"))
    wrong = _all(arguments or list(SCENES), with_pairs=with_pairs, processes=processes)
    return int(wrong > 0)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
