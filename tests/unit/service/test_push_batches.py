"""Many records at once, and time that runs out."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.world import synced
from tests.unit.service.push_scenes import advance_with, theirs


def test_a_hundred_edited_records_are_a_hundred_and_one_requests() -> None:
    world = synced(100)
    for number in range(100):
        world.edit(f"A{number:05}", title=["Edited"])
    assert world.push() == Pushed(records=100, posts=100, updated=100)
    assert world.server.requests == 101
    assert world.tables.push_state(world.id).counts == Counts(updated=100)


def test_fifty_edits_of_one_record_are_one_write() -> None:
    world = synced()
    for number in range(50):
        world.edit("A00001", title=[f"Edit {number}"])
    world.push()
    assert [values for *_, values in world.server.writes] == [{"title": ("Edit 49",)}]
    assert world.server.requests == 2


def test_more_assets_than_one_request_holds_are_asked_for_in_portions() -> None:
    world = synced(101)
    for number in range(101):
        world.edit(f"A{number:05}", title=["Edited"])
    world.push()
    assert (world.server.single_reads, len(world.server.writes)) == (2, 101)


def test_events_that_do_not_concern_the_sync_read_nothing() -> None:
    world = synced()
    assert world.push([]) == Pushed()
    assert world.tables.traffic.reads == 0


def test_no_assets_turn_begins_after_its_time_and_the_rest_is_pushed_by_the_next_step() -> None:
    world = synced(10)
    for number in range(10):
        world.edit(f"A{number:05}", title=["Edited"])
    advance_with(world, "write", 11)
    pushed = world.push()
    assert (pushed.posts, pushed.pending) == (3, 7)
    world.tables.before = lambda _: None
    assert world.state_of("A00009") is LinkState.PENDING
    world.tick()
    assert {theirs(world, f"A{number:05}") for number in range(10)} == {("Edited",)}
    assert world.tables.attention(world.id)["pending"] == 0


def test_time_that_is_over_before_the_first_request_leaves_everything_pending() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    advance_with(world, "links", 61)
    assert world.push() == Pushed(records=1, pending=1)
    assert world.server.requests == 0
    assert world.state_of("A00001") is LinkState.PENDING


class TestTables:
    @pytest.mark.parametrize(
        "method", ["connections", "links", "records", "sequence", "write", "add_pushed"]
    )
    def test_the_same_events_again_finish_what_a_throttled_table_broke_off(
        self, method: str
    ) -> None:
        world = synced()
        world.edit("A00001", title=["Edited"])
        events = world.tables.take_stream()
        world.tables.throttle(method)
        with pytest.raises(StoreUnavailable):
            world.push(events)
        world.push(events)
        assert theirs(world, "A00001") == ("Edited",)
        assert world.state_of("A00001") is LinkState.LINKED
        assert len(world.server.writes) == 1

    def test_a_write_that_took_effect_without_an_answer_is_found_out(self) -> None:
        world = synced()
        world.edit("A00001", title=["Edited"])
        world.tables.lose_answer("write")
        with pytest.raises(StoreUnavailable):
            world.push()
        assert world.link("A00001").claim is not None
        for _ in range(6):
            world.tick()
        assert theirs(world, "A00001") == ("Edited",)
        assert world.state_of("A00001") is LinkState.LINKED

    def test_an_asset_whose_record_is_written_all_the_time_is_left_to_the_step(self) -> None:
        world = synced()
        edits = iter(range(100))
        media_id = world.link("A00001").media_id

        def edit_again(method: str) -> None:
            if method == "write":
                world.server.put("A00001", title=f"Theirs {next(edits)}")
                world.tables.edit_record(media_id, title=[f"Ours {next(edits)}"])

        world.server.put("A00001", title="Theirs")
        world.edit("A00001", title=["Ours"])
        world.tables.before = edit_again
        pushed = world.push()
        world.tables.before = lambda _: None
        assert (pushed.posts, pushed.pending) == (0, 1)
        assert world.state_of("A00001") is LinkState.PENDING
        world.quiet_ticks(3)
        assert world.state_of("A00001") is LinkState.LINKED
        assert theirs(world, "A00001") == tuple(world.record("A00001")["metadata"]["title"])
