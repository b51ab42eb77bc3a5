"""A step dies, or loses an answer, at each of its points: the next ticks finish what it began."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediamosa_sync.errors import StoreUnavailable, Unavailable
from tests.fakes.watched import unavailable
from tests.scenarios.scenes import LONG, SCENES, Moments, assert_ends_well, moments_of, play
from tests.scenarios.share import share
from tests.scenarios.world import World

SOME = 9
"""Of a long step's points only every ninth."""


class Killed(BaseException):
    """The process is gone; nobody catches this."""


def kill() -> None:
    raise Killed


def fail_to_answer(moment: str) -> Callable[[], None]:
    """What the caller is told: DynamoDB or MediaMosa did not answer."""
    if not moment.startswith("request"):
        return unavailable

    def down() -> None:
        raise Unavailable("MediaMosa cannot be reached: it is tried again.")

    return down


def step(world: World, at: int, action: Callable[[], None]) -> None:
    """A step that *action* ends at its moment *at*, if it comes to that."""
    moments = Moments(world, at, action)
    try:
        world.step(world.execution())
    except (Killed, StoreUnavailable):
        pass
    finally:
        moments.stop()


def points(name: str) -> list[int]:
    return list(share(range(0, len(moments_of(name)), SOME if name in LONG else 1), 4, name))


@pytest.mark.parametrize("name", [*SCENES, *LONG])
def test_a_step_killed_at_any_moment_loses_and_doubles_nothing(name: str) -> None:
    for at in points(name):
        world = play(name)
        step(world, at, kill)
        _ends_well(world, name, at)


@pytest.mark.parametrize("name", [*SCENES, *LONG])
def test_an_answer_lost_at_any_moment_loses_and_doubles_nothing(name: str) -> None:
    for at in points(name):
        world = play(name)
        step(world, at, fail_to_answer(moments_of(name)[at]))
        _ends_well(world, name, at)


@pytest.mark.parametrize("name", ["changes of every kind", "last step of the delete phase"])
def test_two_steps_in_a_row_killed_at_any_two_moments_lose_and_double_nothing(name: str) -> None:
    for first in points(name):
        for second in range(first % SOME, len(moments_of(name)), SOME):
            world = play(name)
            step(world, first, kill)
            world.clock.advance(seconds=60)
            step(world, second, kill)
            _ends_well(world, name, first)


def _ends_well(world: World, name: str, at: int) -> None:
    try:
        assert_ends_well(world, name)
    except AssertionError as error:
        error.add_note(f"disturbed at moment {at}: {moments_of(name)[at]}")
        raise
