"""A POST whose answer was lost is carried out late, and the record was edited again meanwhile."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial

import pytest

from infra.local.mediamosa.answers import Request
from mediamosa_sync.domain.merge import SETTLE
from mediamosa_sync.errors import Unavailable
from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.push_ends import assert_ended, recover
from tests.scenarios.push_points import Killed, Points
from tests.scenarios.push_scenes import End
from tests.scenarios.push_worlds import (
    ASSET,
    edit,
    one_edit,
    pause_push,
    push_what_waits,
    ready,
    step_now,
)
from tests.scenarios.share import share, stride
from tests.scenarios.world import MINUTE, World

TITLE = f"{ASSET}.title"
TEN = timedelta(seconds=10)
LATEST = CLAIM + SETTLE
"""After its claim began nothing that was posted under it is carried out any more."""

Late = Callable[..., None]
"""Lets the server carry out what was held back."""

SECOND_EDITS: dict[str, tuple[str | None, str | tuple[str, ...]]] = {
    "a newer value": ("Newer", "Newer"),
    "the value from before": (f"Title of {ASSET}", f"Title of {ASSET}"),
    "no value": (None, ()),
}
"""What the user writes second, and what is to stand in the end."""


def pending() -> World:
    world = ready()
    pause_push(world, paused=True)
    edit(world, ASSET, title="Ours")
    world.feed()
    pause_push(world, paused=False)
    return world


def hold_the_post(
    world: World, form: str = "the push dies", act: Callable[[World], object] = push_what_waits
) -> Late:
    """What *act* posts is held back and its client hears nothing; returns what carries it out."""
    server = world.model_server(world.connection)
    hear, held = server.before, []

    def hold(request: Request) -> None:
        hear(request)
        if request.path.endswith("/metadata"):
            held.append(request)
            server.before = hear
            if form == "the push dies":
                raise Killed
            raise Unavailable("MediaMosa does not answer in time: it is tried again.")

    server.before = hold
    with suppress(Killed):
        act(world)
    (request,) = held
    world.censor.strict = False
    return partial(carry_out, world, request)


def carry_out(world: World, request: Request, _: str = "") -> None:
    """The server does what it was asked for; nobody hears of it."""
    answer = world.site.model.handle(request)
    assert answer.succeeded, answer.description


@cache
def _built(build: Callable[[], World]) -> bytes:
    return pickle.dumps(build())


def begun(build: Callable[[], World]) -> World:
    world = pickle.loads(_built(build))  # noqa: S301 (our own bytes, faster than a deep copy)
    assert isinstance(world, World)
    return world


def assert_newer_stands(world: World, values: str | tuple[str, ...]) -> None:
    """Both sides have it, nothing is logged for it, and nothing waits."""
    recover(world)
    assert_ended(world, End({TITLE: values}))


class Timeline:
    """Time goes on in steps of ten seconds, with a tick each minute and the stream in between.

    Attributes:
        began: when it was made.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.began = world.clock.now()
        self._ticked = self.began

    def until(self, offset: timedelta) -> None:
        """Let it be *offset* after the beginning."""
        world, wanted = self._world, self.began + offset
        while world.clock.now() < wanted:
            world.clock.advance(TEN)
            self.now()

    def now(self) -> None:
        """What happens at this instant."""
        if self._world.clock.now() >= self._ticked + MINUTE:
            self._ticked = self._world.clock.now()
            self._world.tick(timedelta())
        self._world.feed()


def offsets(upto: timedelta) -> Iterator[timedelta]:
    yield from (TEN * number for number in range(upto // TEN + 1))


@pytest.mark.parametrize("second", SECOND_EDITS)
@pytest.mark.parametrize("form", ["the push dies", "the push hears of it"])
@pytest.mark.parametrize("edited_at", [0, 10, 60, 110, 130, 180, 240])
def test_a_late_post_never_beats_a_newer_edit(edited_at: int, form: str, second: str) -> None:
    value, stands = SECOND_EDITS[second]
    edited = timedelta(seconds=edited_at)
    for late in share(offsets(LATEST), 4, second):
        world = begun(one_edit)
        carry_out_late = hold_the_post(world, form)
        timeline = Timeline(world)
        timeline.until(min(edited, late))
        if late < edited:
            carry_out_late()
        timeline.until(edited)
        edit(world, ASSET, title=value)
        timeline.now()
        if late >= edited:
            timeline.until(late)
            carry_out_late()
        try:
            assert_newer_stands(world, stands)
        except AssertionError as error:
            error.add_note(f"{form}, edited after {edited}, carried out after {late}")
            raise


def posted_and_edited(second: str, after: timedelta) -> tuple[World, Late]:
    world = begun(one_edit)
    carry_out_late = hold_the_post(world)
    world.clock.advance(after)
    edit(world, ASSET, title=SECOND_EDITS[second][0])
    return world, carry_out_late


def push(world: World) -> None:
    world.feed()


def tick(world: World) -> None:
    world.tick(timedelta())


def push_and_tick(world: World) -> None:
    push(world)
    tick(world)


def push_and_a_tick_after_the_claim(world: World) -> None:
    push(world)
    world.tick(CLAIM + TEN)


ACTS = {
    "push": push,
    "tick": tick,
    "push and tick": push_and_tick,
    "push, and a tick after the claim": push_and_a_tick_after_the_claim,
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("second", SECOND_EDITS)
@pytest.mark.parametrize("after", [5, 115, 125, 235])
def test_a_post_carried_out_at_any_point_of_what_follows_beats_no_newer_edit(
    act: str, second: str, after: int
) -> None:
    stands, at = SECOND_EDITS[second][1], 0
    while True:
        world, carry_out_late = posted_and_edited(second, timedelta(seconds=after))
        ends = world.clock.now() - timedelta(seconds=after) + LATEST
        points = Points(world, at, carry_out_late)
        ACTS[act](world)
        points.stop()
        if len(points.seen) <= at:
            break
        if world.clock.now() <= ends:
            try:
                assert_newer_stands(world, stands)
            except AssertionError as error:
                error.add_note(f"{act}, {after} s after the POST, at point {at}: {points.seen[-1]}")
                raise
        at += stride(4)


def test_of_two_lost_posts_carried_out_late_in_either_order_the_newest_edit_stands() -> None:
    for first_late in share(offsets(LATEST), 4):
        for second_late in (TEN * 2, TEN * 9, TEN * 23):
            world = begun(one_edit)
            first = hold_the_post(world)
            timeline = Timeline(world)
            world.clock.advance(CLAIM, seconds=1)
            edit(world, ASSET, title="Newer")
            second = hold_the_post(world)
            again = world.clock.now()
            world.clock.advance(seconds=1)
            edit(world, ASSET, title="Newest")
            due = sorted(
                [(first_late, 0, first), (again - timeline.began + second_late, 1, second)],
                key=lambda one: one[:2],
            )
            for late, _, carry_out_late in due:
                timeline.until(late)
                carry_out_late()
            assert_newer_stands(world, "Newest")


def test_a_late_post_of_a_pending_link_beats_no_newer_edit() -> None:
    for late in offsets(LATEST):
        world = begun(pending)
        carry_out_late = hold_the_post(world, act=step_now)
        timeline = Timeline(world)
        edit(world, ASSET, title="Newer")
        timeline.until(late)
        carry_out_late()
        assert_newer_stands(world, "Newer")
