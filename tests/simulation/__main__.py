"""Play many histories: ``SEED`` the first, ``N`` how many, ``MINUTES`` at most, on ``WORKERS``."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context

from tests.simulation.history import play
from tests.simulation.play import check_seed
from tests.simulation.script import script_of, setting_of

CHUNK = 200
TWICE = 100
"""One seed of so many is played twice, and must end in the same state."""

_Told = tuple[Counter[str], Counter[str], list[str]]


def main() -> int:
    """Exit code 1 if a promise is broken."""
    first, number = _number("SEED", 1), _number("N", 2_000)
    minutes, workers = float(os.environ.get("MINUTES", "inf")), _number("WORKERS", 2)
    began = time.monotonic()
    counts, situations, broken = Counter[str](), Counter[str](), list[str]()
    parts = [
        range(start, min(start + CHUNK, first + number))
        for start in range(first, first + number, CHUNK)
    ]
    last = first
    with get_context("fork").Pool(workers, _look_seldom_for_garbage) as pool:
        for part, told in zip(parts, pool.imap(_played, parts), strict=False):
            counts.update(told[0])
            situations.update(told[1])
            broken += told[2]
            last = part.stop - 1
            if len(broken) >= 10 or time.monotonic() - began > minutes * 60:
                pool.terminate()
                break
    seconds = time.monotonic() - began
    for line in (*broken[:10], *_report(counts, situations, seconds)):
        print(line)
    print(f"{counts['histories']:,} histories (seeds {first} to {last}), {len(broken)} violations")
    return 1 if broken else 0


def _look_seldom_for_garbage() -> None:
    """A history leaves many small things behind, and what is loaded stays: a tenth faster."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _number(name: str, otherwise: int) -> int:
    return int(os.environ.get(name, otherwise))


def _played(seeds: range) -> _Told:
    counts, situations, broken = Counter[str](), Counter[str](), list[str]()
    for seed in seeds:
        counts["histories"] += 1
        setting, events = setting_of(seed), script_of(seed)
        twice = seed % TWICE == 0
        try:
            played = play(setting, events, digest=twice)
        except Exception:  # noqa: BLE001 (played again, to be told in full)
            broken.append(str(check_seed(seed)))
            continue
        if twice and play(setting, events, digest=True).digest != played.digest:
            broken.append(f"Seed {seed} ends differently when it is played again.")
        counts.update(steps=played.steps, faults=played.faults, events=played.events)
        situations.update(played.situations)
    return counts, situations, broken


def _report(counts: Counter[str], situations: Counter[str], seconds: float) -> Iterator[str]:
    histories = max(counts["histories"], 1)
    for name, number in sorted(situations.items()):
        yield f"  {number:9,} {name}"
    yield (
        f"{counts['steps'] / histories:.0f} steps, {counts['events'] / histories:.0f} of them "
        f"events, and {counts['faults'] / histories:.1f} faults a history; "
        f"{histories / seconds:.0f} histories a second"
    )


if __name__ == "__main__":
    sys.exit(main())
