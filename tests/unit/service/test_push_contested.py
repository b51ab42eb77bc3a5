"""Pushes and applications that write the same record, link or waiting row at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import MAX_ITEM_BYTES
from mediamosa_sync.domain.run import Execution
from mediamosa_sync.errors import PropertyRefused, StoreUnavailable
from tests.fakes.records import item_size
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import conflicts, fail, outage, rows, theirs, told


def uri(asset_id: str) -> str:
    return f"mediamosa://asset/{asset_id}"


def touch_link(world: World, asset_id: str) -> None:
    """Somebody else writes the asset's link."""
    known = world.tables.all_links(world.id).get(asset_id)
    link = known or Link(asset_id, "", state=LinkState.FORGOTTEN)
    world.tables.put_link(world.id, replace(link, version=link.version + 1))


def at_every_write(world: World, action: Callable[[], None]) -> None:
    def act(method: str) -> None:
        if method == "write":
            action()

    world.tables.before = act


def fill_up(world: World, media_id: str) -> None:
    """Let a record leave no room for another sentence in it."""
    item = {**world.tables.media[media_id], "own": ""}
    room = MAX_ITEM_BYTES - item_size(item)
    world.tables.media[media_id] = {**item, "own": "x" * room}


class TestLeaving:
    def test_a_link_written_at_that_moment_is_left_pending_all_the_same(self) -> None:
        world = synced()
        outage(world)
        world.edit("A00001", title=["Edited"])
        world.tables.once_before("write", lambda: touch_link(world, "A00001"))
        world.push()
        assert world.state_of("A00001") is LinkState.PENDING

    def test_one_whose_record_goes_at_that_moment_is_left_to_that_event(self) -> None:
        world = synced()
        outage(world)
        media_id = world.link("A00001").media_id
        world.edit("A00001", title=["Edited"])
        world.tables.once_before("write", lambda: world.tables.delete_record(media_id))
        world.push()
        assert world.state_of("A00001") is LinkState.LINKED
        world.push()
        assert world.state_of("A00001") is LinkState.FORGOTTEN

    def test_one_written_every_time_is_tried_with_the_same_events_again(self) -> None:
        world = synced()
        outage(world)
        world.edit("A00001", title=["Edited"])
        at_every_write(world, lambda: touch_link(world, "A00001"))
        with pytest.raises(StoreUnavailable, match="A00001 was written by somebody else"):
            world.push()

    @pytest.mark.parametrize("state", [LinkState.HELD, LinkState.KEPT])
    def test_one_that_waits_for_a_person_goes_on_waiting(self, state: LinkState) -> None:
        world = synced()
        world.tables.put_link(world.id, replace(world.link("A00001"), state=state))
        outage(world)
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.state_of("A00001") is state

    def test_a_new_record_that_moves_on_at_that_moment_waits_where_it_is_then(self) -> None:
        world = synced()
        outage(world)
        world.tables.put_record("mine", uri=uri("ONE"), metadata={})
        world.tables.once_before(
            "write", lambda: world.tables.put_record("mine", uri=uri("TWO"), metadata={})
        )
        world.push()
        assert "ONE" not in world.tables.all_links(world.id)
        assert (world.link("TWO").media_id, world.state_of("TWO")) == ("mine", LinkState.PENDING)

    def test_one_whose_tie_fails_every_time_gets_a_waiting_row_and_is_tied_by_the_step(
        self,
    ) -> None:
        world = synced()
        world.server.put("NEW")
        world.tables.put_record("mine", uri=uri("NEW"), metadata={"title": ["Mine"]})
        at_every_write(world, lambda: touch_link(world, "NEW"))
        world.push()
        world.tables.before = lambda _: None
        assert rows(world)["mine"].state is LinkState.PENDING
        world.tick()
        assert (world.link("NEW").media_id, theirs(world, "NEW")) == ("mine", ("Mine",))
        assert rows(world) == {}


class TestNoRoom:
    """A record as large as DynamoDB allows has no room for a reason; link or row have."""

    def test_a_pending_link_says_why(self) -> None:
        world = synced()
        fill_up(world, world.link("A00001").media_id)
        outage(world)
        world.edit("A00001", title=["Edited of 000"])
        world.push()
        assert world.state_of("A00001") is LinkState.PENDING
        assert world.link("A00001").reason
        assert told(world, "A00001") == (None, None)

    def test_a_parked_one_does_too(self) -> None:
        world = synced()
        fill_up(world, world.link("A00001").media_id)
        fail(world, [None, PropertyRefused("Too blue.", 1003, "title")])
        world.edit("A00001", title=["Edited of 000"])
        world.push()
        link = world.link("A00001")
        assert (link.state, link.reason, link.claim) == (LinkState.PARKED, "Too blue.", None)

    def test_a_waiting_row_does_too(self) -> None:
        world = synced()
        world.tables.put_record("mine", uri="mediamosa://asset/", metadata={})
        fill_up(world, "mine")
        world.push()
        assert rows(world)["mine"].state is LinkState.PARKED
        assert "mediamosa" not in world.tables.media["mine"]


class TestSettling:
    def test_a_record_that_goes_meanwhile_does_not_keep_the_claim_from_being_settled(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id

        def gone() -> None:
            world.tables.delete_record(media_id)
            touch_link(world, "A00001")

        world.edit("A00001", title=["Edited"])
        world.tables.once_before("write", lambda: world.tables.once_after("write", gone))
        world.push()
        link = world.link("A00001")
        assert (link.claim, link.base) == (None, {"title": ("Edited",)})


class TestWaitingRows:
    def test_a_throttled_table_lets_the_same_events_come_again(self) -> None:
        world = synced()
        world.tables.put_record("mine", uri="mediamosa://asset/", metadata={})
        events = world.tables.take_stream()
        world.tables.throttle("put_waiting")
        with pytest.raises(StoreUnavailable):
            world.push(events)
        world.push(events)
        assert rows(world)["mine"].state is LinkState.PARKED

    def test_a_key_that_is_too_long_for_a_row_gets_none(self) -> None:
        world = synced()
        world.tables.put_record("k" * 1000, uri="mediamosa://asset/", metadata={})
        world.push()
        assert rows(world) == {}


def test_a_record_that_moves_on_and_on_is_tied_once_it_stands_still() -> None:
    world = synced()
    for number in range(10):
        world.server.put(f"N{number}")
    moves = iter(range(1, 10))

    def move(method: str) -> None:
        if method == "records":
            world.tables.put_record("mine", uri=uri(f"N{next(moves, 9)}"), metadata={})

    world.tables.put_record("mine", uri=uri("N0"), metadata={})
    world.tables.before = move
    world.push()
    world.tables.before = lambda _: None
    world.push()
    world.push()
    tied = [link for link in world.tables.all_links(world.id).values() if link.ties("mine")]
    assert [uri(link.asset_id) for link in tied] == [world.tables.media["mine"]["uri"]]


def test_a_link_that_goes_while_its_edit_is_to_be_left_pending_stays_gone() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    outage(world)
    world.tables.once_before("write", lambda: world.tables.drop_link(world.id, "A00001"))
    world.push()
    assert "A00001" not in world.tables.all_links(world.id)


class TestAPostThatComesAfterWhatAPageHasRead:
    """Simulation, seed 463034: nobody could tell by the answer which of the two was first."""

    def world(self, later: str = "") -> World:
        world = synced()
        world.edit("A00001", title=["Ours"])

        def in_between() -> None:
            world.server.put("A00001", title="Theirs")
            world.step(Execution("meanwhile", world.clock.advance(timedelta(seconds=1))))
            if later:
                world.edit("A00001", title=[later])

        world.tables.once_after("write", in_between)
        world.push()
        return world

    def test_mediamosas_own_value_goes_there_again(self) -> None:
        world = self.world()
        world.tick()
        assert theirs(world, "A00001") == ("Theirs",)
        assert world.record("A00001")["metadata"] == {"title": ["Theirs"]}
        assert world.link("A00001").sent == {}

    def test_a_newer_edit_does_not_give_way_to_it(self) -> None:
        world = self.world(later="Newer")
        world.push()
        world.tick()
        assert theirs(world, "A00001") == ("Newer",)
        assert [one.disagreement.ours for one in conflicts(world)] == [("Ours",)]
