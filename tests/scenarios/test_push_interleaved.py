"""Two real invocations of one connection at once, one moving on while the other stands still."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import count

import pytest

from tests.scenarios.push_ends import (
    assert_ended,
    assert_nothing_forgotten,
    assert_posted_once,
    calm_content,
    content,
    recover,
)
from tests.scenarios.push_meetings import (
    MEETINGS,
    PUSH,
    STEP,
    TITLE,
    Meeting,
    as_before,
    claim_expires,
    newer,
)
from tests.scenarios.push_points import Actor, Points, Stage
from tests.scenarios.push_scenes import SCENES, End, play
from tests.scenarios.push_worlds import (
    ASSET,
    push_what_waits,
)
from tests.scenarios.share import share, stride
from tests.scenarios.world import LEASE, World

EVERY = 3
"""Where one dies after it stood still: at every third point that is left."""

TRIED: Counter[str] = Counter()
"""Who met whom → how often."""


@pytest.fixture(scope="module", autouse=True)
def _interleavings_tried(figures: list[str]) -> Iterator[None]:
    yield
    figures.append(f"two at once: {TRIED.total():,} interleavings of {len(TRIED)} kinds")


@cache
def _built(name: str) -> bytes:
    return pickle.dumps(MEETINGS[name].build())


def prepared(name: str) -> World:
    world = pickle.loads(_built(name))  # noqa: S301 (our own bytes, faster than a deep copy)
    assert isinstance(world, World)
    world.censor.strict = False
    return world


@cache
def lengths(name: str) -> tuple[int, int]:
    """How many points each of both has when nobody disturbs it."""
    found = []
    for act in (MEETINGS[name].first, MEETINGS[name].second):
        world = prepared(name)
        points = Points(world)
        act(world)
        points.stop()
        found.append(len(points.seen))
    return found[0], found[1]


def is_about_to_be_posted(actor: Actor) -> bool:
    """What is with MediaMosa already is no more ours to stop: see ``test_push_late``."""
    return actor.seen[-1].endswith("/metadata") and actor.seen[-1].startswith("request")


def stops(name: str) -> Iterator[tuple[int, int | None]]:
    """Where the first stands still, and where the second stands until the first has ended."""
    first, second = lengths(name)
    grid = 1 if MEETINGS[name].fine else 5
    every = max(grid, 3)
    for at in range(1, first + 1):
        yield at, None
    for at in range(1, first + 1, grid):
        for until in range(1 + at % every, second + 1, every):
            yield at, until


def stage_of(world: World, meeting: Meeting) -> Stage:
    return Stage(world, partial(meeting.first, world), partial(meeting.second, world))


def meet(name: str, at: int, until: int | None) -> World:
    meeting, world = MEETINGS[name], prepared(name)
    with stage_of(world, meeting) as (first, second):
        first.go(at)
        too_late = meeting.meanwhile is claim_expires and is_about_to_be_posted(first)
        (newer if too_late else meeting.meanwhile)(world)
        second.go(until)
        first.go()
    return world


def alternate(name: str, stride: int) -> World:
    """Both in turn, some points each."""
    meeting, world = MEETINGS[name], prepared(name)
    with stage_of(world, meeting) as (first, second):
        first.go(stride)
        meeting.meanwhile(world)
        while not (first.ended and second.ended):
            second.go(stride)
            first.go(stride)
    return world


def posted_values(world: World, place: str) -> list[str]:
    """What was posted of ``<asset>.<property>``, in order."""
    asset_id, _, name = place.partition(".")
    return [
        ",".join(one.values[name])
        for one in world.asked
        if one.is_write and one.asset_id == asset_id and name in one.values
    ]


def shown_values(world: World, place: str) -> list[str]:
    """What the record showed of ``<asset>.<property>``, one after the other."""
    asset_id, _, name = place.partition(".")
    media_id = world.link(asset_id).media_id
    batches = [*world.stream.delivered, world.stream.waiting]
    events = {one.position: one for batch in batches for one in batch if one.media_id == media_id}
    found: list[str] = []
    for _, event in sorted(events.items()):
        metadata = event.after.metadata if event.after is not None else None
        values = metadata.get(name, []) if isinstance(metadata, Mapping) else []
        if found[-1:] != [",".join(values)]:
            found.append(",".join(values))
    return found


def assert_met_well(world: World, name: str) -> None:
    """Once all is brought, both sides are as they should be; nothing older came after newer."""
    TRIED[name.partition(",")[0]] += 1
    assert_nothing_forgotten(world)
    recover(world)
    meeting = MEETINGS[name]
    assert_ended(world, meeting.end)
    assert_posted_once(world, refused=False)
    for place, values in meeting.posted.items():
        found = posted_values(world, place)
        assert found == [one for one in values if one in found], (place, found)
        history = shown_values(world, place)
        shown = [one for one in history[history.index(values[0]) :] if one in values]
        assert len(shown) == len(set(shown)), (place, shown)


def _noted(error: AssertionError, name: str, at: int, until: int | None) -> None:
    error.add_note(f"{name}: the first stood at point {at}, the second at {until}")


@pytest.mark.parametrize("name", MEETINGS)
def test_two_at_once_lose_and_double_nothing(name: str) -> None:
    for at, until in share(stops(name), 3, name):
        try:
            assert_met_well(meet(name, at, until), name)
        except AssertionError as error:
            _noted(error, name, at, until)
            raise


@pytest.mark.parametrize("name", MEETINGS)
def test_two_in_turn_lose_and_double_nothing(name: str) -> None:
    for points in range(1, 9):
        try:
            assert_met_well(alternate(name, points), name)
        except AssertionError as error:
            error.add_note(f"{name}: {points} points each in turn")
            raise


@pytest.mark.parametrize(
    "name", ["drain and push, edited meanwhile", "two pushes, edited meanwhile"]
)
def test_one_that_dies_while_another_has_left_an_edit_to_it_loses_nothing(name: str) -> None:
    meeting, length = MEETINGS[name], lengths(name)[0]
    for at in share(range(1, length + 1), 3, name):
        for later in range(1 + at % EVERY, length + 1 - at, EVERY):
            world = prepared(name)
            with stage_of(world, meeting) as (first, second):
                first.go(at)
                meeting.meanwhile(world)
                second.go()
                first.die(later)
            world.clock.advance(LEASE)
            try:
                TRIED["the first dies"] += 1
                assert_nothing_forgotten(world)
                recover(world)
                assert_ended(world, meeting.end)
            except AssertionError as error:
                error.add_note(f"{name}: the first stood at {at}, and died {later} points later")
                raise


def test_an_edit_taken_back_while_an_older_push_stood_still_is_what_both_sides_hold() -> None:
    world = prepared("two pushes, edit taken back meanwhile")
    world.tables.pause(world.id, ["pull"], paused=True)

    def take_back() -> None:
        as_before(world)
        push_what_waits(world)

    world.tables.once_after("records", take_back)
    push_what_waits(world)
    recover(world)
    assert_ended(world, End({TITLE: f"Title of {ASSET}"}))


ORDERS = {"push first": (PUSH, STEP), "page first": (STEP, PUSH)}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", [name for name in SCENES if SCENES[name].act is PUSH])
def test_a_page_at_any_point_of_a_push_and_the_other_way_round(name: str, order: str) -> None:
    first, second = ORDERS[order]
    for at in count(1, stride(3)):
        world = play(name)
        world.censor.strict = False
        with Stage(world, partial(first, world), partial(second, world)) as (one, other):
            one.go(at)
            ended = one.ended
            other.go()
        TRIED[f"a scene's, {order}"] += 1
        try:
            assert_nothing_forgotten(world)
            recover(world)
            assert_ended(world, SCENES[name].end)
            assert content(world) == calm_content(name)
            assert_posted_once(world, refused=SCENES[name].refused)
        except AssertionError as error:
            error.add_note(f"{name}, {order}: the first stood at point {at}")
            raise
        if ended:
            return
