"""The layers of the programme that look for a fault, in the order in which they look."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from tests.planted.fault import Fault
from tests.planted.pytest_layer import run_tests
from tests.simulation.play import check_seed

ENDLESS_HISTORY_SECONDS, ENDLESS_TESTS_SECONDS = 30, 600
"""What takes longer does not come to an end."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a layer has found a fault.

    Attributes:
        after: seeds played, or tests run, until then; the last of them found it.
        what: what it found, in a few words.
    """

    layer: str
    after: int
    what: str


class EndlessError(Exception):
    """A case does not come to an end."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One way to look for a fault.

    Attributes:
        look: first seed and number of seeds → what was found; None if nothing is wrong.
        sees: of a module below mediamosa_sync, whether the layer runs its code at all.
    """

    name: str
    look: Callable[[int, int], Found | None]
    sees: Callable[[str], bool]

    def is_about(self, fault: Fault) -> bool:
        """Whether the layer runs any of the code that *fault* makes wrong."""
        return any(self.sees(module) for module in fault.modules)


def early(first: int, number: int) -> Found | None:
    """Histories of the simulator, one for each of the first seeds."""
    return simulated(first, range(min(number, EARLY)))


def late(first: int, number: int) -> Found | None:
    """Those of the seeds that are left."""
    return simulated(first, range(EARLY, number))


def simulated(first: int, places: range) -> Found | None:
    """Histories of the simulator, one for each seed from *first* on that has one of *places*."""
    for place in places:
        seed = first + place
        with _in_time(ENDLESS_HISTORY_SECONDS):
            violation = check_seed(seed, shrink=False)
        if violation is not None:
            return Found("simulator", place + 1, f"{violation.kind}: {violation.what}"[:160])
    return None


def tested(name: str, *paths: str) -> Callable[[int, int], Found | None]:
    """The tests of *paths*."""

    def look(first: int, number: int) -> Found | None:
        del first, number
        with _in_time(ENDLESS_TESTS_SECONDS):
            heard = run_tests(paths)
        return Found(name, heard.cases, heard.failed[0]) if heard.failed else None

    return look


@contextmanager
def _in_time(seconds: int) -> Iterator[None]:
    """Raise :class:`EndlessError` in the body once it has taken too long."""

    def ring(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        raise EndlessError(f"no end after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_MODELLED = (
    "adapters.mediamosa.queries",
    "adapters.mediamosa.results",
    "adapters.mediamosa.times",
)
"""Of the adapters, what the fakes and the stand-in's model share with them."""


def _in_the_simulator(module: str) -> bool:
    return module in _MODELLED or not module.startswith("adapters.")


def _in_the_domain(module: str) -> bool:
    return module.startswith("domain.")


def _on_the_wire(module: str) -> bool:
    return module.startswith("adapters.mediamosa.")


def _in_the_tables(module: str) -> bool:
    return module.startswith("adapters.dynamodb.")


EARLY = 1_000
"""Seeds that the simulator plays before the other layers look."""

LAYERS = (
    Layer("simulator", early, _in_the_simulator),
    Layer("domain", tested("domain", "tests/unit/domain"), _in_the_domain),
    Layer(
        "service",
        tested("service", "tests/planted/test_gaps.py", "tests/unit/service"),
        _in_the_simulator,
    ),
    Layer("wire", tested("wire", "tests/adapters/mediamosa", "tests/wire"), _on_the_wire),
    Layer("tables", tested("tables", "tests/adapters/dynamodb"), _in_the_tables),
    Layer("scenarios", tested("scenarios", "tests/scenarios"), _in_the_simulator),
    Layer("properties", tested("properties", "tests/properties"), _in_the_domain),
    Layer("sweep", tested("sweep", "tests/sweep"), _in_the_simulator),
    Layer("small world", tested("small world", "tests/small_world"), _in_the_simulator),
    Layer("simulator, later", late, _in_the_simulator),
)
"""From the one that the figures are about, over the quick ones, to the slowest."""
