"""The whole sweep, in portions that several processes share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.scenarios.push_points import Killed
from tests.sweep.faults import AFTER, BEFORE, Disturbance, disturbances
from tests.sweep.running import disturbed, everything, undisturbed

PAIRED = (
    (BEFORE, "killed"),
    (AFTER, "killed"),
    (BEFORE, "lost"),
    (AFTER, "lost"),
)
"""What may happen at the points of a pair: a process that dies says nothing any more."""


@dataclass(frozen=True, slots=True)
class Case:
    """One play of a scene.

    Attributes:
        wanted: what happens in it.
        repeated: number of the invocation that is made twice; None if none is.
    """

    scene: str
    wanted: tuple[Disturbance, ...] = ()
    repeated: int | None = None

    def __str__(self) -> str:
        """As ``python -m tests.sweep`` takes it."""
        told = " ".join(f"'{one}'" for one in self.wanted)
        return f"{self.scene!r} {told}" if told else f"{self.scene!r} repeat:{self.repeated}"


@dataclass(slots=True)
class Found:
    """What came of the plays of one scene.

    Attributes:
        points: how many the scene has.
        runs: plays, those of pairs too.
        pairs: plays in which both disturbances of a pair came to pass.
        violations: the play and what was wrong.
    """

    scene: str
    points: int = 0
    runs: int = 0
    pairs: int = 0
    violations: list[tuple[Case, str]] = field(default_factory=list)


def singles(name: str) -> Iterator[Case]:
    """Each disturbance at each point, and each invocation made twice."""
    for one in everything(name):
        yield Case(name, (one,))
    for number in range(undisturbed(name).invocations):
        yield Case(name, (), number)


def pairs(name: str) -> Iterator[Case]:
    """Each two points of the scene, each form at the first, those at the second by turns.

    The second is counted in the play that the first has disturbed, so it may be a call that the
    undisturbed one never makes.
    """
    points = undisturbed(name).points
    for first in range(len(points)):
        for second in range(first + 1, len(points)):
            for number, one in enumerate(PAIRED):
                other = PAIRED[(number + first + second) % len(PAIRED)]
                yield Case(name, (Disturbance(first, *one), Disturbance(second, *other)))


def slice_of(name: str, every: int) -> Iterator[Case]:
    """Everything at every so many points of the scene, and at its last one."""
    points = undisturbed(name).points
    for at in sorted({*range(len(name) % every, len(points), every), len(points) - 1}):
        yield from (Case(name, (one,)) for one in disturbances(at, points[at]))
    yield Case(name, (), len(name) % undisturbed(name).invocations)


def sweep(name: str, cases: Iterator[Case]) -> Found:
    """Play *cases*, all of one scene; whatever is wrong is kept, and the next is played."""
    found = Found(name, len(undisturbed(name).points))
    for case in cases:
        wrong = fault_of(case, found)
        if wrong:
            found.violations.append((case, wrong))
    return found


def fault_of(case: Case, found: Found) -> str:
    """What is wrong with a play, in one line; "" if nothing is."""
    found.runs += 1
    try:
        met = disturbed(case.scene, *case.wanted, repeated=case.repeated)
    except (Exception, Killed) as error:  # noqa: BLE001 (whatever it is, it is a violation)
        return f"{type(error).__name__}: {error}".partition("\n")[0][:400]
    found.pairs += met == 2
    return ""


def merged(parts: Sequence[Found]) -> Found:
    """The parts of one scene as a whole."""
    whole = Found(parts[0].scene, parts[0].points)
    for part in parts:
        whole.runs += part.runs
        whole.pairs += part.pairs
        whole.violations += part.violations
    return whole
