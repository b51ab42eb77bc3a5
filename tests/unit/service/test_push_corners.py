"""What came to light in the corners of a push."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from mediamosa_sync.domain.record import MAX_ITEM_BYTES
from mediamosa_sync.domain.run import Outcome
from mediamosa_sync.errors import Malformed, PropertyRefused, ValuesRefused
from tests.fakes.records import item_size
from tests.fakes.world import synced
from tests.unit.service.push_scenes import fail, outage, recover, rows, theirs


def test_a_recreate_whose_key_is_taken_is_parked_and_does_not_spoil_every_run() -> None:
    world = synced()
    recreate = Policies(on_record_delete=OnRecordDelete.RECREATE)
    world.tables.put_connection(replace(world.connection, policies=recreate))
    world.server.put("NEW")
    world.tables.put_record(world.link("A00001").media_id, uri="mediamosa://asset/NEW", metadata={})
    world.push()
    world.tick()
    world.clock.advance(timedelta(hours=25))
    world.tick()
    world.tick()
    assert world.state.again == ()
    assert world.state.incremental is not None
    assert world.state.incremental.outcome is Outcome.SUCCEEDED
    assert world.state_of("A00001") is LinkState.PARKED


def test_an_edit_of_a_record_without_room_for_a_reason_is_pushed_after_an_outage() -> None:
    world = synced()
    media_id = world.link("A00001").media_id
    item = {**world.tables.media[media_id], "own": ""}
    world.tables.media[media_id] = {**item, "own": "x" * (MAX_ITEM_BYTES - item_size(item))}
    outage(world)
    world.edit("A00001", title=["Edited of 000"])
    world.push()
    recover(world)
    world.tick()
    assert theirs(world, "A00001") == ("Edited of 000",)


def test_one_mediafile_with_an_unreadable_answer_does_not_open_the_circuit() -> None:
    world = synced()
    world.tables.put_record("mine", uri="mediamosa://mediafile/m1/x", metadata={})
    world.edit("A00001", title=["Edited"])
    fail(world, [Malformed("MediaMosa's answer is not well-formed.")])
    world.push()
    assert theirs(world, "A00001") == ("Edited",)
    assert world.tables.push_state(world.id).circuit is None
    assert rows(world)["mine"].state in {LinkState.PENDING, LinkState.PARKED}


def test_a_single_value_that_the_database_refuses_is_not_posted_twice() -> None:
    world = synced()
    fail(world, [None, ValuesRefused("Too long.", 500), ValuesRefused("Too long.", 500)])
    world.edit("A00001", title=["Edited"])
    world.push()
    assert len(world.server.writes) == 1


def test_a_duplicate_that_the_full_run_ties_once_the_first_has_gone_waits_no_more() -> None:
    world = synced()
    media_id = world.link("A00001").media_id
    world.tables.put_record(media_id, **{**world.tables.media[media_id], "own": 1})
    world.tables.put_record("mine", uri="mediamosa://asset/A00001", metadata={})
    world.push()
    assert rows(world)["mine"].state is LinkState.PARKED
    world.tables.delete_record(media_id)
    world.push()
    world.clock.advance(timedelta(hours=25))
    world.tick()
    assert world.link("A00001").media_id == "mine"
    assert rows(world) == {}


def test_a_value_taken_after_a_refusal_writes_the_records_map_once() -> None:
    world = synced()
    fail(world, [None, PropertyRefused("No.", 1003, "subject")])
    world.edit("A00001", subject=["x"])
    world.push()
    world.forget_traffic()
    world.edit("A00001", subject=["y"])
    world.push()
    assert world.tables.traffic.records_written == 1
