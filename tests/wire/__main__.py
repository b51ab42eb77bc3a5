"""The campaign of mutated answers: ``SEED=1 N=1000000 WORKERS=2 python -m tests.wire``.

``MINUTES`` ends it by the clock instead; ``CALL`` makes the one call of that number, and those just
before it, again. With ``TABLE=full`` the counts are told by mutation, method and outcome.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from tests.wire.campaign import Tally, Violation, one_call, staged

_PORTION = 2_000
_BEFORE = 3
"""Calls made again ahead of one: the client keeps its session and its connection."""
_MOST_SHOWN = 10
_MOST_MEGABYTES = 64


@dataclass(frozen=True, slots=True)
class Options:
    """What the environment asks for."""

    seed: int
    documents: int
    minutes: float | None
    workers: int
    call: int | None
    full: bool

    @classmethod
    def read(cls) -> Options:
        env = os.environ
        minutes, call = env.get("MINUTES"), env.get("CALL")
        return cls(
            seed=int(env.get("SEED", "1")),
            documents=int(env.get("N", "100000")),
            minutes=float(minutes) if minutes else None,
            workers=int(env.get("WORKERS", "2")),
            call=int(call) if call else None,
            full=env.get("TABLE") == "full",
        )


@dataclass(frozen=True, slots=True)
class Share:
    """One worker's part: every *of*-th call from *first* on."""

    seed: int
    first: int
    of: int
    documents: int
    minutes: float | None


def work(share: Share) -> tuple[Tally, float]:
    """Make the calls of *share*; and how many megabytes the worker grew meanwhile."""
    tally = Tally()
    begin = perf_counter()
    with staged() as stage:
        gc.freeze()
        number = share.first
        one_call(stage, share.seed, number, tally)
        grown = _megabytes()
        while not _is_over(share, tally, begin):
            number += share.of
            found = len(tally.violations)
            one_call(stage, share.seed, number, tally)
            if len(tally.violations) > found:
                _say(shown(tally.violations[-1], share.seed, share.of))
            if tally.calls % _PORTION == 0 and share.first == 0:
                _say(f"{tally.documents:,} documents of one worker, {len(tally.violations)} wrong")
    return tally, _megabytes() - grown


def _is_over(share: Share, tally: Tally, begin: float) -> bool:
    if len(tally.violations) >= _MOST_SHOWN:
        return True
    if share.minutes is not None:
        return perf_counter() - begin >= share.minutes * 60
    return tally.documents >= share.documents


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def campaign(options: Options) -> tuple[Tally, float]:
    """All workers' calls together, and the most that one of them grew."""
    each = -(-options.documents // options.workers)
    shares = [
        Share(options.seed, first, options.workers, each, options.minutes)
        for first in range(options.workers)
    ]
    total, most = Tally(), 0.0
    with multiprocessing.get_context("fork").Pool(options.workers) as pool:
        for tally, grown in pool.imap(work, shares):
            total.add(tally)
            most = max(most, grown)
    return total, most


def table(counts: Counter[tuple[str, str, str]], keys: Iterable[int]) -> str:
    """Counts by the parts of their keys that *keys* name; one column for each outcome."""
    outcomes = sorted({outcome for *_, outcome in counts})
    rows: dict[str, Counter[str]] = {}
    chosen = [*keys]
    for key, number in counts.items():
        label = " / ".join(key[part] for part in chosen)
        rows.setdefault(label, Counter())[key[2]] += number
    width = max(map(len, rows), default=0)
    head = " " * width + "".join(f"{outcome:>17}" for outcome in outcomes)
    lines = [
        f"{label:{width}}" + "".join(f"{row[outcome]:>17,}" for outcome in outcomes)
        for label, row in sorted(rows.items())
    ]
    return "\n".join([head, *lines])


def shown(violation: Violation, seed: int, workers: int) -> str:
    """A violation, and the command that makes it again."""
    return (
        f"\nSeed {seed}, call {violation.call}: {violation.question}: {violation.wrong}\n"
        f"  mutations: {' | '.join(violation.names)}\n"
        f"  sent: {violation.sent[:300]!r}\n"
        f"  again: PYTHONPATH=layers/common:. SEED={seed} CALL={violation.call} "
        f"WORKERS={workers} python -m tests.wire"
    )


def again(options: Options, call: int) -> Tally:
    """The call of that number once more, after those before it."""
    tally = Tally()
    with staged() as stage:
        for number in range(call % options.workers, call + 1, options.workers):
            if number >= call - _BEFORE * options.workers:
                one_call(stage, options.seed, number, tally)
    return tally


def main() -> int:
    """Run what the environment asks for; 1 if anything was wrong."""
    options = Options.read()
    begin = perf_counter()
    if options.call is not None:
        tally, grown = again(options, options.call), 0.0
    else:
        tally, grown = campaign(options)
        _say(f"\n{table(tally.counts, (0, 1) if options.full else (0,))}")
        _say(f"\n{table(tally.counts, (1,))}")
    for violation in tally.violations[:_MOST_SHOWN]:
        _say(shown(violation, options.seed, options.workers))
    seconds = perf_counter() - begin
    _say(
        f"\nSeed {options.seed}, {tally.calls:,} calls, {seconds:,.0f} s, busiest call "
        f"{tally.busiest:.2f} s, a worker grew by at most {grown:.0f} MB"
    )
    wrong = len(tally.violations) + (grown > _MOST_MEGABYTES)
    _say(f"{tally.documents:,} documents, {wrong} violations")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
