"""Look for every planted bug: ``python -m tests.planted [NAME ...]``.

Settings of the environment: ``SEED`` (the first seed, 1), ``N`` (seeds that the simulator may take
for a fault, 20,000) and ``WORKERS`` (processes at once, 2).
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.planted.fault import Fault
from tests.planted.layers import EARLY, LAYERS, Found
from tests.planted.patching import planted
from tests.planted.registry import BY_NAME, FAULTS


@dataclass(frozen=True, slots=True)
class Task:
    """One fault to be looked for."""

    name: str
    seed: int
    seeds: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one fault."""

    name: str
    found: Found | None
    seconds: float


def main(names: Sequence[str]) -> int:
    """Look for the faults of these *names*, or for all; the exit code."""
    unknown = sorted(set(names) - BY_NAME.keys())
    if unknown:
        print(f"There is no fault {unknown[0]!r}: tests/planted/registry.py has them all.")
        return 2
    seed, seeds = int(os.environ.get("SEED", "1")), int(os.environ.get("N", "20000"))
    tasks = [Task(name, seed, seeds) for name in names or BY_NAME]
    workers = int(os.environ.get("WORKERS", "2"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as examples:
        # What Hypothesis finds here is the planted fault, and nothing to be kept.
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = examples
        if not _is_sound(workers, seed):
            return 1
        reports = list(_each_in_its_own_process(tasks, workers))
    return _concluded(reports, time.monotonic() - began, seed, seeds)


def _is_sound(workers: int, seed: int) -> bool:
    """Whether no layer finds anything in the code as it is: else it would find every fault."""
    context = multiprocessing.get_context("fork")
    with context.Pool(workers, maxtasksperchild=1) as pool:
        places = [(place, seed) for place in range(len(LAYERS))]
        found = [one for one in pool.map(_look_at_the_code_as_it_is, places, chunksize=1) if one]
    for one in found:
        print(f"without any fault the {one.layer} finds: {one.what}")
    if not found:
        print("without any fault no layer finds anything", flush=True)
    return not found


def _look_at_the_code_as_it_is(task: tuple[int, int]) -> Found | None:
    place, seed = task
    return LAYERS[place].look(seed, EARLY)


def _each_in_its_own_process(tasks: Sequence[Task], workers: int) -> Iterable[Report]:
    context = multiprocessing.get_context("fork")
    with context.Pool(workers, maxtasksperchild=1) as pool:
        for report in pool.imap_unordered(look_for, tasks, chunksize=1):
            print(_line(report), flush=True)
            yield report


def look_for(task: Task) -> Report:
    """Plant one fault, and let one layer after the other look until one finds it."""
    fault = BY_NAME[task.name]
    began = time.monotonic()
    with planted(fault):
        found = _first(fault, task)
    return Report(fault.name, found, time.monotonic() - began)


def _first(fault: Fault, task: Task) -> Found | None:
    for layer in LAYERS:
        if layer.is_about(fault):
            found = layer.look(task.seed, task.seeds)
            if found is not None:
                return found
    return None


def _line(report: Report) -> str:
    found, loss = report.found, BY_NAME[report.name].loss
    where = "NOT FOUND" if found is None else f"{found.layer} after {found.after:,}"
    return f"{report.name:<42} {where:<24} {report.seconds:6.1f} s  {loss}"


def _concluded(reports: Sequence[Report], seconds: float, seed: int, seeds: int) -> int:
    found = [report.found for report in reports if report.found is not None]
    simulated = sorted(one.after for one in found if one.layer == "simulator")
    early = sum(after <= EARLY for after in simulated)
    across = sum(fault.across for fault in FAULTS if fault.name in {one.name for one in reports})
    print()
    for name, number in Counter(one.layer for one in found).most_common():
        print(f"found by {name}: {number}")
    if simulated:
        print(f"the simulator's median: {simulated[len(simulated) // 2]:,} seeds")
    print(f"found by the simulator within {EARLY:,} seeds: {early} of {len(reports)}")
    print(f"that show only across invocations: {across} of {len(reports)}")
    print(f"seeds {seed:,} to {seed + seeds - 1:,} at the most, {seconds / 60:.1f} minutes")
    print(f"{len(found)} of {len(reports)} found")
    return 0 if len(found) == len(reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
