"""Worlds just before a step that is to be disturbed, and what must come of them all the same."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind, Phase
from tests.scenarios.world import DAY, HOUR, World, synced


@dataclass(frozen=True, slots=True)
class End:
    """What stands once all is quiet again, whatever happened on the way.

    Attributes:
        changes: added, updated, deleted by all runs of the history together.
        removals: removals that count for the guard.
        states: how many links are in which state.
    """

    changes: tuple[int, int, int]
    removals: int
    states: dict[LinkState, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A world and its end."""

    build: Callable[[], World]
    end: End


def end(added: int, updated: int, deleted: int, removals: int | None = None, **states: int) -> End:
    counted = {LinkState(name): count for name, count in states.items()}
    return End((added, updated, deleted), deleted if removals is None else removals, counted)


def first_page() -> World:
    world = World(page_size=4)
    world.site.fill(7)
    return world


def last_page_of_the_first_sync() -> World:
    world = first_page()
    world.tick()
    return world


def changes_of_every_kind() -> World:
    world = synced(8, page_size=100)
    world.site.write("A00001", title="Changed")
    world.site.write("A00002", subject=["b", "a"])
    world.site.delete("A00003")
    world.site.trash("A00004")
    world.site.add("B00000")
    return world


def second_page_of_changes() -> World:
    world = synced(8, page_size=3)
    for number in range(5):
        world.site.write(f"A0000{number}", title="Changed")
    world.tick()
    return world


def restart_pending() -> World:
    world = synced(5, page_size=100)
    world.site.write("A00001", title="Changed")
    world.press_restart()
    return world


def restart_pending_in_the_middle() -> World:
    world = synced(8, page_size=3)
    world.press_restart()
    world.tick()
    world.tick()
    assert world.state.run(Kind.FULL)
    world.site.write("A00007", title="Changed")
    world.clock.advance(seconds=1)
    world.press_restart()
    return world


def before_the_full_walk(world: World) -> World:
    """A day later, so that the next step is the full run's."""
    world.clock.advance(DAY)
    assert world.state.last_walk is Kind.INCREMENTAL
    return world


def missing_from_a_full_list() -> World:
    world = synced(8, page_size=100)
    world.site.erase(["A00002", "A00005"])
    world.site.hide("A00006")
    return before_the_full_walk(world)


def first_step_of_the_delete_phase() -> World:
    world = synced(30, page_size=100)
    world.rules = replace(world.rules, guard=Guard(most=100))
    world.site.delete(*world.site.ids()[:26])
    world.tick()
    run = world.state.run(Kind.INCREMENTAL)
    assert run is not None
    assert (run.phase, run.waiting) == (Phase.DELETE, 26)
    return world


def last_step_of_the_delete_phase() -> World:
    world = first_step_of_the_delete_phase()
    world.tick()
    assert world.changes() == (30, 0, 25)
    return world


def hold_at_the_end_of_the_walk() -> World:
    world = synced(12, page_size=100)
    world.rules = replace(world.rules, guard=Guard(most=3))
    world.site.erase(world.site.ids()[:5])
    return before_the_full_walk(world)


def hold_phase() -> World:
    world = synced(210, page_size=199)
    world.site.erase(world.site.ids()[:205])
    before_the_full_walk(world).ticks(4)
    run = world.state.run(Kind.FULL)
    assert run is not None
    assert (run.phase, world.state.last_walk) == (Phase.DECIDE, Kind.INCREMENTAL)
    return world


def approved() -> World:
    world = hold_at_the_end_of_the_walk()
    world.tick()
    assert world.state.held.count == 5
    world.decide(approve=True)
    return world


def rejected() -> World:
    world = hold_at_the_end_of_the_walk()
    world.tick()
    world.decide(approve=False)
    return world


def restored_from_the_trashcan() -> World:
    world = synced(4, page_size=100)
    world.site.trash("A00001", "A00002")
    world.tick(HOUR)
    assert len(world.states(LinkState.REMOVED)) == 2
    world.site.restore("A00001")
    return world


def asked_again() -> World:
    world = synced(4, page_size=100)
    world.site.write("A00001", title="Changed")
    world.tables.put_state(replace(world.state, again=("A00001", "A00002")))
    return world


def records_to_adopt() -> World:
    world = World(page_size=100)
    world.site.fill(3)
    put = world.tables.put_record
    put("one", uri="mediamosa://asset/A00000", metadata={"title": ["Ours"]}, own=1)
    put("two", uri="mediamosa://mediafile/mA00001/f.mp4", metadata={})
    put("nobody", uri="mediamosa://asset/A99999", metadata={"title": ["Ours"]})
    return world


def unreadable_asset() -> World:
    world = World(page_size=4)
    world.site.fill(4)
    world.site.make_unreadable("A00002")
    return world


SCENES = {
    "first page": Scene(first_page, end(7, 0, 0, linked=7)),
    "last page of the first sync": Scene(last_page_of_the_first_sync, end(7, 0, 0, linked=7)),
    "changes of every kind": Scene(changes_of_every_kind, end(9, 2, 2, linked=7, removed=2)),
    "second page of changes": Scene(second_page_of_changes, end(8, 5, 0, linked=8)),
    "restart pending": Scene(restart_pending, end(5, 1, 0, linked=5)),
    "restart pending in the middle": Scene(restart_pending_in_the_middle, end(8, 1, 0, linked=8)),
    "missing from a full list": Scene(missing_from_a_full_list, end(8, 0, 2, linked=6, removed=2)),
    "last step of the delete phase": Scene(
        last_step_of_the_delete_phase, end(30, 0, 26, linked=4, removed=26)
    ),
    "hold at the end of the walk": Scene(
        hold_at_the_end_of_the_walk, end(12, 0, 0, linked=7, held=5)
    ),
    "hold phase": Scene(hold_phase, end(210, 0, 0, linked=5, held=205)),
    "approved": Scene(approved, end(12, 0, 5, removals=0, linked=7, removed=5)),
    "rejected": Scene(rejected, end(12, 0, 0, linked=7, kept=5)),
    "restored from the trashcan": Scene(
        restored_from_the_trashcan, end(5, 0, 2, linked=3, removed=1)
    ),
    "asked again": Scene(asked_again, end(4, 1, 0, linked=4)),
    "records to adopt": Scene(records_to_adopt, end(1, 2, 0, linked=3, parked=1)),
    "unreadable asset": Scene(unreadable_asset, end(3, 0, 0, linked=3, parked=1)),
}
LONG = {
    "first step of the delete phase": Scene(
        first_step_of_the_delete_phase, end(30, 0, 26, linked=4, removed=26)
    )
}
"""Too long to be disturbed at each of its points: at some of them."""


@cache
def _built(name: str) -> bytes:
    return pickle.dumps(_scene(name).build())


def _scene(name: str) -> Scene:
    return SCENES.get(name) or LONG[name]


def play(name: str) -> World:
    """A fresh world of the scene, copied from one that was built once."""
    world = pickle.loads(_built(name))  # noqa: S301 (our own bytes, faster than a deep copy)
    assert isinstance(world, World)
    return world


class Moments:
    """Numbers the moments of a step: before and after each call of the tables, before requests.

    Attributes:
        reached: how many there were so far.
        seen: what happened at each, in order.
    """

    def __init__(
        self, world: World, at: int | None = None, action: Callable[[], None] | None = None
    ) -> None:
        self.seen: list[str] = []
        self._world = world
        self._at = at
        self._action = action
        world.tables.before = lambda method: self._reach(f"before {method}")
        world.tables.after = lambda method: self._reach(f"after {method}")
        world.on_request = lambda asked: self._reach(f"request {asked.path}")

    @property
    def reached(self) -> int:
        return len(self.seen)

    def stop(self) -> None:
        """See nothing any more."""
        self._world.tables.before = self._world.tables.after = _ignore
        self._world.on_request = _ignore

    def _reach(self, moment: str) -> None:
        self.seen.append(moment)
        if self.reached - 1 == self._at:
            self.stop()
            if self._action is not None:
                self._action()


@cache
def moments_of(name: str) -> tuple[str, ...]:
    """Every moment of the scene's next step, undisturbed."""
    world = play(name)
    moments = Moments(world)
    world.step(world.execution())
    moments.stop()
    return tuple(moments.seen)


def content(world: World) -> dict[str, Any]:
    """Everything in the tables that does not tell when or by which step it came about."""
    links = world.tables.all_links(world.id).values()
    copies = world.tables.copies.get(world.id, {})
    logged = world.tables.conflict_log.get(world.id, {}).values()
    return {
        "media": dict(world.tables.media),
        "links": [(one.asset_id, one.media_id, one.state, one.base, one.revision) for one in links],
        "copies": {name: copy.attributes for name, copy in copies.items()},
        "conflicts": sorted((one.asset_id, one.disagreement.name) for one in logged),
        "held": world.state.held,
        "nominated": any(world.tables.nominated.get(world.id, {}).values()),
    }


@cache
def calm_content(name: str) -> dict[str, Any]:
    """The content that the scene ends with when nothing disturbs it."""
    world = play(name)
    world.until_idle()
    return content(world)


def assert_ends_well(world: World, name: str) -> None:
    """Tick on: both sides are in sync, nothing was done twice or counted wrongly, all is quiet."""
    world.ticks(3)
    world.until_idle(most=40)
    wanted = _scene(name).end
    links = world.tables.all_links(world.id).values()
    states = Counter(link.state for link in links)
    found = End(world.changes(), world.state.removals.within_a_day(world.clock.now()), dict(states))
    assert found == wanted
    assert content(world) == calm_content(name)
    unsure = (LinkState.HELD, LinkState.KEPT, LinkState.PARKED)
    world.assert_in_sync(but=[one for state in unsure for one in world.states(state)])
    world.assert_quiet(ticks=2)


def _ignore(_: object) -> None:
    """Nothing to be seen."""
