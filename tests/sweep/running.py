"""Plays of one scene: undisturbed, at other moments, and with what is wanted at a point."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from tests.sweep.acts import FEED, TICK, Act
from tests.sweep.ending import End, check, come_to_rest, difference, look
from tests.sweep.faults import Disturbance, disturbances
from tests.sweep.play import Ledger, Play, Saved, performed
from tests.sweep.registry import SCENES
from tests.sweep.scene import Scene

MOST_MOMENTS = 600
"""Undisturbed plays with the same outside events at other moments."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A scene as it goes when nothing disturbs it.

    Attributes:
        saved: how it stood before each of its acts.
        points: the name of each of its points.
        invocations: how many there were.
        early: whether both sides were in sync before the last full run already (I6).
        end: what stands in the end.
    """

    saved: tuple[Saved, ...]
    points: tuple[str, ...]
    invocations: int
    early: bool
    end: End


def begun(scene: Scene) -> Saved:
    """The scene's world, before its first act."""
    return Saved(pickle.dumps(scene.build()), pickle.dumps(Ledger()), 0, 0)


def play_of(scene: Scene, saved: Saved, *wanted: Disturbance, repeated: int | None = None) -> Play:
    play = Play(saved, wanted, repeated=repeated, look=look)
    play.wish = scene.wish
    if scene.wrap is not None:
        play.wrap = scene.wrap
    return play


@cache
def undisturbed(name: str) -> Undisturbed:
    """Play the scene of that name as it is."""
    scene = SCENES[name]
    play = play_of(scene, begun(scene))
    saved = []
    for act in scene.acts:
        saved.append(play.save(len(play.faults.seen)))
        act(play)
    points, invocations = tuple(play.faults.seen), play.invocations
    requests = sum(point.startswith("request") for point in points)
    assert requests <= scene.requests, f"{requests} requests"
    end = come_to_rest(play)
    check(play)
    return Undisturbed(tuple(saved), points, invocations, play.early, end)


def disturbed(name: str, *wanted: Disturbance, repeated: int | None = None) -> int:
    """Play the scene so, and look at everything; how many disturbances came to pass.

    Raises:
        AssertionError: something is not as it must be.
    """
    calm, scene = undisturbed(name), SCENES[name]
    start = _start(calm, wanted, repeated)
    play = play_of(scene, calm.saved[start], *wanted, repeated=repeated)
    performed(play, scene.acts[start:])
    found = come_to_rest(play)
    check(play)
    assert play.early or not calm.early, "not in sync until the next full run"
    if found != calm.end:
        other = scene.moments and is_end_of_other_moments(name, found)
        assert other, f"another end: {difference(calm.end, found)}"
    return play.faults.met


def _start(calm: Undisturbed, wanted: Sequence[Disturbance], repeated: int | None) -> int:
    """The last act before which nothing of what is wanted has happened."""
    first = min((one.at for one in wanted), default=len(calm.points))
    return max(
        number
        for number, saved in enumerate(calm.saved)
        if saved.points <= first and (repeated is None or saved.invocations <= repeated)
    )


def everything(name: str) -> Iterator[Disturbance]:
    """Every disturbance at every point of the scene."""
    for at, point in enumerate(undisturbed(name).points):
        yield from disturbances(at, point)


def is_end_of_other_moments(name: str, end: End) -> bool:
    """Whether an undisturbed play with the same outside events at other moments ends so."""
    return any(end == one for one in _other_ends(name))


def _other_ends(name: str) -> Iterator[End]:
    """Each such end once; what was found before comes first, and no more is played than needed."""
    known, left = _moments_of(name)
    yield from known
    for acts in left:
        end = _end_at_other_moments(SCENES[name], acts)
        if end is not None and end not in known:
            known.append(end)
            yield end


@cache
def _moments_of(name: str) -> tuple[list[End], Iterator[list[Act]]]:
    """Ends found so far, and the moments that are still to be tried."""
    return [], _at_other_moments(SCENES[name])


def _end_at_other_moments(scene: Scene, acts: Sequence[Act]) -> End | None:
    """None if somebody outside waits for what does not come at these moments."""
    play = play_of(scene, begun(scene))
    try:
        performed(play, acts)
        return come_to_rest(play)
    except AssertionError:
        return None


_AROUND: tuple[tuple[Act, ...], ...] = (
    (),
    (TICK, TICK, TICK, FEED),
    (FEED,),
    (TICK,),
    (FEED, TICK),
)
"""What the sync may have done between two outside events."""


def _at_other_moments(scene: Scene) -> Iterator[list[Act]]:
    events = [act for act in scene.acts if not act.of_the_sync]
    yield from _among(events)
    if any(act.alone for act in events):
        yield from _among([act.alone or act for act in events])


def _among(events: Sequence[Act]) -> Iterator[list[Act]]:
    """The fewer events, the finer: all choices of what is before and after each."""
    kinds = next(n for n in range(len(_AROUND), 0, -1) if n ** (len(events) + 1) <= MOST_MOMENTS)
    for first, *others in product(_AROUND[:kinds], repeat=len(events) + 1):
        after = zip(events, others, strict=True)
        yield [*first, *(act for event, acts in after for act in (event, *acts))]
