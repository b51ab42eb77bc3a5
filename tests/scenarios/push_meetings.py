"""Two invocations that meet over one asset, and what somebody does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.push_scenes import SCENES, End
from tests.scenarios.push_worlds import (
    ASSET,
    add,
    both_sides_changed,
    edit,
    first_contact,
    one_edit,
    pause_push,
    push_again,
    push_what_waits,
    put,
    ready,
    step_now,
)
from tests.scenarios.world import DAY, World

Act = Callable[[World], object]
TITLE = f"{ASSET}.title"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two invocations, and what somebody does while the first stands still.

    Attributes:
        posted: ``<asset>.<property>`` → every value that may be posted, the oldest first.
        fine: whether the first is stopped at every point, also where the second is stopped too.
    """

    build: Callable[[], World]
    first: Act
    second: Act
    end: End
    posted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meanwhile: Act = lambda _: None
    fine: bool = False


def newer(world: World) -> None:
    edit(world, ASSET, title="Newer")


def as_before(world: World) -> None:
    edit(world, ASSET, title=f"Title of {ASSET}")


def something_else(world: World) -> None:
    edit(world, ASSET, description="Ours")


def editor_changes_something_else(world: World) -> None:
    world.site.write(ASSET, description="Theirs")


def claim_expires(world: World) -> None:
    newer(world)
    world.clock.advance(CLAIM, seconds=5)


def pending_and_edited() -> World:
    world = ready()
    pause_push(world, paused=True)
    edit(world, ASSET, title="Ours")
    world.feed()
    pause_push(world, paused=False)
    world.clock.advance(seconds=30)
    edit(world, ASSET, title="Newer")
    return world


def pending() -> World:
    world = ready()
    pause_push(world, paused=True)
    edit(world, ASSET, title="Ours")
    world.feed()
    pause_push(world, paused=False)
    return world


def other_property_changed() -> World:
    world = ready()
    world.clock.advance(seconds=1)
    world.site.write(ASSET, description="Theirs")
    edit(world, ASSET, title="Ours")
    return world


def full_page_with_nothing_new() -> World:
    world = one_edit()
    world.clock.advance(DAY)
    return world


def full_page_with_a_change() -> World:
    world = full_page_with_nothing_new()
    world.site.write(ASSET, title="Theirs")
    return world


def echo_on_the_page() -> World:
    world = one_edit()
    world.feed()
    return world


def echo_on_the_page_and_edited() -> World:
    world = echo_on_the_page()
    world.clock.advance(seconds=1)
    newer(world)
    return world


def two_records_of_a_new_asset() -> World:
    world = ready()
    add(world, "B00000")
    put(world, "mine", "asset/B00000", description="Ours")
    return world


OURS, NEWER = End({TITLE: "Ours"}), End({TITLE: "Newer"})
BOTH = ("Ours", "Newer")
OTHER = End({TITLE: "Ours", f"{ASSET}.description": "Theirs"})
THEIRS = End({TITLE: "Theirs"}, ((ASSET, "title", "Ours"),))
MINE = SCENES["first contact"].end
TAKEN = End({"B00000.description": "Ours"}, tied={"B00000": "mine"})

PUSH, STEP = push_what_waits, step_now

MEETINGS = {
    "two pushes, edited meanwhile": Meeting(
        one_edit, PUSH, PUSH, NEWER, {TITLE: BOTH}, newer, fine=True
    ),
    "two pushes of the same": Meeting(one_edit, PUSH, push_again, OURS, {TITLE: ("Ours",)}),
    "two pushes, edit taken back meanwhile": Meeting(
        one_edit,
        PUSH,
        PUSH,
        End({TITLE: f"Title of {ASSET}"}),
        {TITLE: ("Ours", f"Title of {ASSET}")},
        as_before,
    ),
    "two pushes, another property edited meanwhile": Meeting(
        one_edit,
        PUSH,
        PUSH,
        End({TITLE: "Ours", f"{ASSET}.description": "Ours"}),
        {TITLE: ("Ours",), f"{ASSET}.description": ("Ours",)},
        something_else,
    ),
    "two pushes, the claim expires meanwhile": Meeting(
        one_edit, PUSH, PUSH, NEWER, {TITLE: BOTH}, claim_expires
    ),
    "push and drain": Meeting(pending_and_edited, PUSH, STEP, NEWER, {TITLE: BOTH}),
    "drain and push": Meeting(pending_and_edited, STEP, PUSH, NEWER, {TITLE: BOTH}),
    "drain and push, edited meanwhile": Meeting(
        pending, STEP, PUSH, NEWER, {TITLE: BOTH}, newer, fine=True
    ),
    "drain and push, edit taken back meanwhile": Meeting(
        pending,
        STEP,
        PUSH,
        End({TITLE: f"Title of {ASSET}"}),
        {TITLE: ("Ours", f"Title of {ASSET}")},
        as_before,
    ),
    "page and push, edit taken back meanwhile": Meeting(
        full_page_with_nothing_new,
        STEP,
        PUSH,
        End({TITLE: f"Title of {ASSET}"}),
        {TITLE: ("Ours", f"Title of {ASSET}")},
        as_before,
    ),
    "push of a new record and page with its asset": Meeting(first_contact, PUSH, STEP, MINE),
    "page with its asset and push of a new record": Meeting(first_contact, STEP, PUSH, MINE),
    "push of a new record and page, nothing to disagree on": Meeting(
        two_records_of_a_new_asset, PUSH, STEP, TAKEN, {"B00000.description": ("Ours",)}
    ),
    "page and push of a new record, nothing to disagree on": Meeting(
        two_records_of_a_new_asset, STEP, PUSH, TAKEN, {"B00000.description": ("Ours",)}
    ),
    "push and page with another property": Meeting(
        other_property_changed, PUSH, STEP, OTHER, {TITLE: ("Ours",)}
    ),
    "page with another property and push": Meeting(
        other_property_changed, STEP, PUSH, OTHER, {TITLE: ("Ours",)}
    ),
    "push and page, another property changed meanwhile": Meeting(
        one_edit, PUSH, STEP, OTHER, {TITLE: ("Ours",)}, editor_changes_something_else
    ),
    "push and page with the same property": Meeting(
        both_sides_changed,
        PUSH,
        STEP,
        SCENES["both sides changed"].end,
        {f"{ASSET}.description": ("Ours",)},
    ),
    "page with the same property and push": Meeting(
        both_sides_changed,
        STEP,
        PUSH,
        SCENES["both sides changed"].end,
        {f"{ASSET}.description": ("Ours",)},
    ),
    "push and full page": Meeting(full_page_with_nothing_new, PUSH, STEP, OURS, {TITLE: ("Ours",)}),
    "full page and push": Meeting(full_page_with_nothing_new, STEP, PUSH, OURS, {TITLE: ("Ours",)}),
    "full page and push, edited meanwhile": Meeting(
        full_page_with_nothing_new, STEP, PUSH, NEWER, {TITLE: BOTH}, newer
    ),
    "push and full page with a change": Meeting(full_page_with_a_change, PUSH, STEP, THEIRS),
    "full page with a change and push": Meeting(full_page_with_a_change, STEP, PUSH, THEIRS),
    "page with our echo and push, edited meanwhile": Meeting(
        echo_on_the_page, STEP, PUSH, NEWER, {TITLE: BOTH}, newer
    ),
    "push and page with our echo": Meeting(
        echo_on_the_page_and_edited, PUSH, STEP, NEWER, {TITLE: BOTH}
    ),
}
