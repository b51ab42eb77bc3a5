"""Records that are tied to no asset yet: broken URIs, and the old form, which must be asked for."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.service.keeper import Pushed
from mediamosa_sync.service.tyer import MAX_MEDIAFILES
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import conflicts, fail, outage, recover, rows, theirs

BROKEN = Malformed("MediaMosa's answer is cut off: it is tried again.")
OLD_FORM = "mediamosa://mediafile/m1/sea.mp4"


def with_mediafile(count: int = 3) -> World:
    """A world with an asset NEW that has a mediafile and no metadata yet."""
    world = synced(count)
    world.server.put("NEW")
    world.server.mediafiles["m1"] = "NEW"
    return world


def put(world: World, **more: object) -> None:
    world.tables.put_record("mine", uri=OLD_FORM, metadata={"title": ["Mine"]}, **more)


class TestOldForm:
    def test_the_asset_is_asked_for_once_and_the_record_is_pushed(self) -> None:
        world = with_mediafile()
        put(world)
        world.push()
        assert (world.link("NEW").media_id, theirs(world, "NEW")) == ("mine", ("Mine",))
        assert world.server.mediafile_reads == ["m1"]
        world.tables.edit_record("mine", title=["Edited"])
        world.push()
        assert (theirs(world, "NEW"), len(world.server.mediafile_reads)) == (("Edited",), 1)
        assert world.record("NEW")["uri"] == OLD_FORM
        assert rows(world) == {}

    def test_one_that_mediamosa_does_not_have_is_parked_and_told(self) -> None:
        world = synced()
        put(world)
        assert world.push() == Pushed(parked=1)
        row = rows(world)["mine"]
        assert (row.state, row.due) == (LinkState.PARKED, None)
        assert row.reason.startswith("MediaMosa has no mediafile m1, or does not share it")
        assert world.tables.media["mine"]["mediamosa"] == {"state": "parked", "reason": row.reason}
        world.quiet_ticks(20)
        assert world.server.mediafile_reads == ["m1"]

    def test_one_that_is_not_shared_with_us_is_parked_too(self) -> None:
        world = with_mediafile()
        fail(world, [Refused("Not authorised.", 1800)])
        put(world)
        world.push()
        assert rows(world)["mine"].state is LinkState.PARKED

    def test_one_of_which_nothing_can_be_read_is_asked_for_again_before_it_is_parked(self) -> None:
        world = with_mediafile()
        fail(world, [BROKEN])
        put(world)
        assert world.push().parked == 0
        row = rows(world)["mine"]
        assert (row.state, row.due) == (LinkState.PENDING, world.clock.now())
        assert row.reason.startswith("MediaMosa's answer about the mediafile m1 cannot be read")
        world.tick()
        assert (world.link("NEW").media_id, rows(world)) == ("mine", {})

    def test_one_of_which_nothing_can_be_read_for_a_quarter_of_an_hour_is_parked(self) -> None:
        world = synced()
        put(world)
        fail(world, [BROKEN])
        world.push()
        for minutes, state in ((13, LinkState.PENDING), (0, LinkState.PARKED)):
            world.clock.advance(seconds=60 * minutes)
            # The pull's one request is answered.
            fail(world, [None, BROKEN])
            world.tick()
            assert rows(world)["mine"].state is state
        world.quiet_ticks(20)

    def test_one_that_a_full_run_cannot_read_is_an_error_of_the_run_and_asked_for_again(
        self,
    ) -> None:
        world = with_mediafile()
        put(world)
        world.tables.take_stream()
        world.clock.advance(seconds=25 * 3600)
        # What is asked before is answered: properties for both runs, and a page.
        fail(world, [None, None, None, BROKEN])
        world.tick()
        full = world.state.full
        assert full is not None
        assert full.counts.errors == 1
        tied = {link.media_id for link in world.tables.all_links(world.id).values()}
        assert ("mine" in tied, rows(world)) == (True, {})

    def test_a_record_that_is_deleted_waits_no_more(self) -> None:
        world = synced()
        put(world)
        world.push()
        world.tables.delete_record("mine")
        world.push()
        assert rows(world) == {}

    def test_one_that_is_corrected_is_tied_and_its_row_goes(self) -> None:
        world = with_mediafile()
        world.tables.put_record("mine", uri="mediamosa://mediafile/typo/x", metadata={})
        world.push()
        put(world)
        world.push()
        assert (rows(world), theirs(world, "NEW")) == ({}, ("Mine",))


class TestOutage:
    def test_the_record_waits_and_is_told_and_pushed_after_it_without_a_full_run(self) -> None:
        world = with_mediafile()
        put(world)
        outage(world)
        assert world.push() == Pushed(pending=1)
        row = rows(world)["mine"]
        assert (row.state, row.due) == (LinkState.PENDING, world.clock.now())
        assert row.first_contact is FirstContact.MERGE
        assert world.tables.media["mine"]["mediamosa"]["state"] == "pending"
        assert world.tables.attention(world.id)["pending"] == 1
        recover(world)
        runs = world.state.full
        world.tick()
        assert (theirs(world, "NEW"), world.state.full) == (("Mine",), runs)
        assert (rows(world), conflicts(world)) == ({}, [])
        world.quiet_ticks(1)
        assert "state" not in world.record("NEW")["mediamosa"]

    def test_events_while_the_circuit_is_open_ask_for_nothing_and_write_once(self) -> None:
        world = with_mediafile()
        put(world)
        outage(world)
        world.push()
        world.forget_traffic()
        for number in range(3):
            world.tables.edit_record("mine", title=[f"Edit {number}"])
            world.push()
        assert (world.server.requests, world.tables.traffic.waiting_writes) == (0, 0)
        recover(world)
        world.tick()
        assert theirs(world, "NEW") == ("Edit 2",)

    def test_an_older_records_row_keeps_that_it_was_new(self) -> None:
        """INSERT during the outage, then MODIFY: it is still a record just written."""
        world = with_mediafile()
        outage(world)
        put(world)
        world.push()
        world.tables.pause(world.id, ["push"], paused=True)
        world.tables.edit_record("mine", subject=["s"])
        world.push()
        row = rows(world)["mine"]
        assert row.first_contact is FirstContact.MERGE
        assert "paused the push" in row.reason

    def test_one_that_turns_out_not_to_exist_is_parked_by_the_step(self) -> None:
        world = synced()
        outage(world)
        put(world)
        world.push()
        since = rows(world)["mine"].since
        recover(world)
        world.tick()
        row = rows(world)["mine"]
        assert (row.state, row.since > since) == (LinkState.PARKED, True)
        assert theirs(world, "A00001") == ("Title of A00001",)

    def test_a_record_that_changed_while_its_row_is_written_has_an_event_of_its_own(self) -> None:
        world = with_mediafile()
        outage(world)
        put(world)
        world.tables.once_before("put_waiting", lambda: world.tables.delete_record("mine"))
        world.push()
        assert rows(world) == {}

    def test_very_many_are_asked_for_in_portions_by_the_steps(self) -> None:
        world = synced()
        count = MAX_MEDIAFILES + 10
        for number in range(count):
            world.server.put(f"N{number:03}")
            world.server.mediafiles[f"f{number:03}"] = f"N{number:03}"
            world.tables.put_record(
                f"mine{number:03}",
                uri=f"mediamosa://mediafile/f{number:03}/x",
                metadata={"title": ["Mine"]},
            )
        world.push()
        assert len(world.server.mediafile_reads) == MAX_MEDIAFILES
        assert len(rows(world)) == 10
        world.tick()
        assert {theirs(world, f"N{number:03}") for number in range(count)} == {("Mine",)}
        assert rows(world) == {}

    def test_an_admins_retry_asks_again_what_was_not_there(self) -> None:
        world = synced()
        put(world)
        world.push()
        world.server.put("NEW")
        world.server.mediafiles["m1"] = "NEW"
        row = rows(world)["mine"]
        again = Waiting("mine", LinkState.PENDING, "", row.since, world.clock.now())
        world.tables.put_waiting(world.id, again, None)
        world.tick()
        assert world.link("NEW").media_id == "mine"
        assert rows(world) == {}

    def test_one_that_was_tied_meanwhile_loses_its_row(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        now = world.clock.now()
        row = Waiting(media_id, LinkState.PENDING, "", now, now)
        world.tables.put_waiting(world.id, row, None)
        world.tick()
        assert rows(world) == {}
        assert world.state_of("A00001") is LinkState.LINKED


@pytest.mark.parametrize("uri", ["mediamosa://asset/", "mediamosa://nothing/x", "mediamosa://"])
def test_a_uri_that_names_nothing_is_parked_with_what_to_write(uri: str) -> None:
    world = synced()
    world.tables.put_record("mine", uri=uri, metadata={"title": ["Mine"]})
    assert world.push() == Pushed(parked=1)
    row = rows(world)["mine"]
    assert "write mediamosa://asset/<asset id>" in row.reason
    assert world.server.requests == 0
    world.tables.edit_record("mine", title=["Again"])
    world.forget_traffic()
    world.push()
    assert world.tables.traffic.waiting_writes == 0


def test_a_linked_record_whose_uri_breaks_is_let_go_and_parked() -> None:
    world = synced()
    media_id = world.link("A00001").media_id
    world.tables.put_record(media_id, uri="mediamosa://asset/", metadata={})
    world.push()
    assert world.state_of("A00001") is LinkState.FORGOTTEN
    assert rows(world)[media_id].state is LinkState.PARKED
    assert theirs(world, "A00001") == ("Title of A00001",)


def test_the_map_is_not_written_again_where_it_tells_the_reason_already() -> None:
    world = synced()
    world.tables.put_record("mine", uri="mediamosa://asset/", metadata={})
    world.push()
    world.tables.drop_waiting(world.id, ["mine"])
    world.forget_traffic()
    world.tables.edit_record("mine", title=["x"])
    world.push()
    assert (world.tables.traffic.waiting_writes, world.tables.traffic.records_written) == (1, 0)
