"""Every order of events of the small world: ``python -m tests.small_world``.

Environment: ``STATES`` (at most so many states of each scope), ``WORKERS`` (2), ``SCOPES`` (names,
separated by commas). ``python -m tests.small_world replay <scope> <action> ...`` tells a path.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Sequence
from functools import partial

from tests.small_world.marks import MARK_BYTES
from tests.small_world.scopes import DEFAULT, SCOPES
from tests.small_world.search import Found, Search, replayed

MOST = 10_000_000
EVERY_SECONDS = 60
"""How often a search says how far it is."""


class _Progress:
    """Says once a minute how far a search has come."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, found: Found, states: int) -> None:
        if time.monotonic() - self._told >= EVERY_SECONDS:
            self._told = time.monotonic()
            _say(
                f"  {found.scope}: {states:,} states, depth {found.depth}, {found.frontier:,} open"
            )


def searched(name: str, most: int) -> Found:
    """Search one scope."""
    return Search(SCOPES[name]).run(most, _Progress())


def main(arguments: Sequence[str]) -> int:
    """Search, or replay; the exit code."""
    if arguments:
        _, scope, *path = arguments
        for line in replayed(SCOPES[scope], tuple(path)):
            _say(line)
        return 0
    names = os.environ.get("SCOPES", ",".join(DEFAULT)).split(",")
    most, workers = int(os.environ.get("STATES", MOST)), int(os.environ.get("WORKERS", "2"))
    began, results, digests = time.monotonic(), list[Found](), set[bytes]()
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        for found in pool.imap_unordered(partial(searched, most=most), names):
            results.append(found)
            digests.update(_split(found.digests))
            _tell(found)
    _say(
        f"in {time.monotonic() - began:,.0f} s with {workers} processes, "
        f"{sum(one.moves for one in results):,} transitions"
    )
    _say(f"fingerprint of all states: {fingerprint(digests)}")
    _say(summary(results, len(digests)))
    return int(any(one.broken for one in results))


def fingerprint(digests: Iterable[bytes]) -> str:
    """The same for the same states, whoever found them, in whatever order."""
    return hashlib.blake2b(b"".join(sorted(digests)), digest_size=8).hexdigest()


def summary(results: Sequence[Found], states: int) -> str:
    """The last line."""
    violations = sum(bool(one.broken) for one in results)
    if all(one.closed for one in results):
        end = "closed"
    else:
        end = f"at depth {min(one.depth for one in results if not one.closed)}"
    return f"{states:,} distinct states, {violations} violations, {end}"


def _tell(found: Found) -> None:
    end = "closed" if found.closed else f"{found.frontier:,} open"
    _say(
        f"{found.scope}: {found.states:,} states, {found.moves:,} transitions, depth {found.depth},"
        f" {end}; {found.at_rest:,} at rest end well ({found.endings:,} run to their end, "
        f"{found.late:,} by the daily run); {found.seconds:,.0f} s of CPU"
    )
    if found.broken:
        _say(f"BROKEN {found.broken}")
        for line in replayed(SCOPES[found.scope], found.path):
            _say(f"    {line}")
        command = " ".join(found.path)
        _say(f"replay: python -m tests.small_world replay {found.scope} {command}")


def _split(digests: bytes) -> list[bytes]:
    return [digests[at : at + MARK_BYTES] for at in range(0, len(digests), MARK_BYTES)]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
