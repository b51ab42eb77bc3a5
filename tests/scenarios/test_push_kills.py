"""A push dies, or loses an answer, at each of its points: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.push_ends import assert_ends_well, assert_nothing_forgotten
from tests.scenarios.push_points import Killed, Points, fail, kill
from tests.scenarios.push_scenes import SCENES, play, points_of
from tests.scenarios.world import HOUR, World

EVERY = 7
"""Of the second push only every seventh point, from another one on each time."""

TWICE = ["one edit", "first contact", "twin", "edited after a lost answer"]

TRIED: Counter[str] = Counter()
"""Form → points tried."""


@pytest.fixture(scope="module", autouse=True)
def _points_tried(figures: list[str]) -> Iterator[None]:
    yield
    for form, count in sorted(TRIED.items()):
        figures.append(f"pushes {form}: {count} points")


def disturbed(world: World, name: str, at: int, action: Callable[[str], object]) -> None:
    """What the scene does, ended by *action* at its point *at* if it comes to that."""
    points = Points(world, at, action)
    try:
        SCENES[name].act(world)
    except (Killed, StoreUnavailable):
        pass
    finally:
        points.stop()


def hold_up(world: World, _: str) -> None:
    """Nothing happens for longer than a claim lives."""
    world.clock.advance(CLAIM, seconds=5)


def ends_well(world: World, name: str, at: int, form: str) -> None:
    TRIED[form] += 1
    try:
        assert_nothing_forgotten(world)
        assert_ends_well(world, name, ticks_first=form.endswith("tick first"))
    except AssertionError as error:
        error.add_note(f"{name!r}, {form}, at point {at}: {points_of(name)[at]}")
        raise


@pytest.mark.parametrize("name", SCENES)
def test_undisturbed_everything_is_brought_and_then_nothing_is_written(name: str) -> None:
    world = play(name)
    SCENES[name].act(world)
    assert_ends_well(world, name)
    world.tick(HOUR)
    world.assert_quiet(ticks=2)


@pytest.mark.parametrize("form", ["killed", "killed, a tick first"])
@pytest.mark.parametrize("name", SCENES)
def test_a_push_killed_at_any_point_loses_and_doubles_nothing(name: str, form: str) -> None:
    for at in range(len(points_of(name))):
        world = play(name)
        disturbed(world, name, at, kill)
        ends_well(world, name, at, form)


@pytest.mark.parametrize("form", ["unanswered", "unanswered, a tick first"])
@pytest.mark.parametrize("name", SCENES)
def test_an_answer_lost_at_any_point_loses_and_doubles_nothing(name: str, form: str) -> None:
    for at in range(len(points_of(name))):
        world = play(name)
        disturbed(world, name, at, fail)
        ends_well(world, name, at, form)


@pytest.mark.parametrize("name", SCENES)
def test_a_push_held_up_beyond_its_claim_at_any_point_loses_and_doubles_nothing(name: str) -> None:
    for at in range(len(points_of(name))):
        world = play(name)
        disturbed(world, name, at, partial(hold_up, world))
        ends_well(world, name, at, "held up")


@pytest.mark.parametrize(
    "name", ["one edit", "first contact", "twin", "edited after a lost answer"]
)
def test_a_push_killed_and_its_repeat_killed_too_loses_and_doubles_nothing(name: str) -> None:
    count = len(points_of(name))
    for first in range(count):
        for second in range(first % EVERY, count, EVERY):
            world = play(name)
            disturbed(world, name, first, kill)
            world.clock.advance(seconds=second)
            disturbed(world, name, second, kill)
            ends_well(world, name, first, "killed twice")
