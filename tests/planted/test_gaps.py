"""What no other test looked at, as planted bugs have shown that nothing found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.deletion import MAX_PROOFS
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Restart, Trigger
from tests.fakes.asset_server import FakeAssetServer
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import ours, theirs

DAY = timedelta(hours=25)
GONE = 60
"""More than the guard lets go, and more than one step may ask for."""


def emptied() -> World:
    """A hundred records, and a person has let the 60 go whose assets have vanished."""
    world = synced(100)
    for number in range(GONE):
        world.server.erase(f"A{number:05}")
    world.clock.advance(DAY)
    world.tick()
    assert world.state.held.count == GONE > MAX_PROOFS
    assert world.rule(approve=True)
    world.steps_per_tick = 1
    return world


def until_carried_out(world: World) -> None:
    for _ in range(20):
        world.tick()
        if (world.state.ruling, world.state.release) == (None, None):
            return
    raise AssertionError("the ruling is never carried out")


def test_a_ruling_removes_nothing_that_is_held_while_it_is_carried_out() -> None:
    world = emptied()
    world.server.delete("A00099")
    until_carried_out(world)
    assert world.state.held.count == 1
    assert world.titles()["A00099"] == ["Title of A00099"]
    assert len(world.tables.media) == 100 - GONE


def test_what_is_to_be_asked_for_again_waits_for_the_next_walk() -> None:
    world = emptied()
    world.server.put("A00099", title="Theirs")
    edits = iter(range(100))

    def edit(method: str) -> None:
        if method == "apply":
            world.tables.edit_record(world.link("A00099").media_id, title=[f"Ours {next(edits)}"])

    world.tables.before = edit
    world.tick()
    assert "A00099" in world.state.again
    world.tables.before = lambda _: None
    world.tick()
    assert "A00099" in world.state.again
    until_carried_out(world)
    world.tick()
    assert not world.state.again
    assert world.titles()["A00099"] == ["Theirs"]


def test_a_removal_that_the_stream_shows_again_does_not_undo_what_was_cleared_since() -> None:
    world = synced()
    world.server.put("NEW", title="Theirs")
    world.tables.put_record("mine", uri="mediamosa://asset/NEW", metadata={})
    world.push()
    world.tables.delete_record("mine")
    world.tables.put_record("mine", uri="mediamosa://asset/NEW", metadata={})
    events = world.tables.take_stream()
    world.push(events)
    assert ours(world, "NEW") == {"title": ["Theirs"]}
    world.edit("NEW", title=None)
    world.push(events)
    world.push()
    assert (theirs(world, "NEW"), ours(world, "NEW")) == ((), {})


def test_a_record_adopted_for_a_forgotten_asset_meets_it_for_the_first_time() -> None:
    world = synced()
    world.tables.delete_record(world.link("A00001").media_id)
    world.push()
    assert world.state_of("A00001") is LinkState.FORGOTTEN
    world.tables.put_record("mine", uri="mediamosa://asset/A00001", metadata={"subject": ["Mine"]})
    world.tables.take_stream()
    world.clock.advance(DAY)
    world.quiet_ticks(2)
    assert world.link("A00001").media_id == "mine"
    assert theirs(world, "A00001") == ("Title of A00001",)
    assert ours(world, "A00001")["title"] == ["Title of A00001"]


class Interrupted(FakeAssetServer):
    """Lets something happen before it is asked for assets by their ids, too."""

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        self.before_page()
        return super().assets(asset_ids)


def test_what_a_push_has_seen_is_newer_than_the_page_of_a_step_that_began_before_it_asked() -> None:
    world = World(steps_per_tick=100)
    world.server = Interrupted(world.clock)
    world.fill(1)
    world.quiet_ticks(1)
    world.server.put("A00000", title="Theirs")
    world.edit("A00000", title=["Ours"])

    def a_step_begins() -> None:
        world.tables.put_state(replace(world.state, sequence=world.state.sequence + 1))

    world.server.before_page = a_step_begins
    world.push()
    assert ours(world, "A00000") == {"title": ["Theirs"]}
    assert world.link("A00000").is_newer_than(world.state.sequence)


class Killed(BaseException):
    """The function is gone: nothing may catch it."""


def test_a_restart_that_was_taken_by_a_step_killed_right_then_is_carried_out() -> None:
    world = synced()
    world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
    made: list[str] = []

    def kill_after_the_marks(method: str) -> None:
        if made and made[-1] == "take_marks":
            raise Killed
        made.append(method)

    world.tables.before = kill_after_the_marks
    with pytest.raises(Killed):
        world.tick()
    world.tables.before = lambda _: None
    assert world.state.restart is None
    world.quiet_ticks(5)
    full = world.state.full
    assert full is not None
    assert (full.trigger, full.under_way) == (Trigger.RESTART, False)
