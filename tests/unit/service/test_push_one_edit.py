"""One record is edited, and what comes of it on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import Disagreement, Why
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import conflicts, ours, theirs, told


def test_an_edit_is_one_read_and_one_write_of_mediamosa() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    assert world.push() == Pushed(records=1, posts=1, updated=1)
    assert theirs(world, "A00001") == ("Edited",)
    assert world.server.requests == 2
    assert world.server.single_reads == 1
    assert world.server.writes == [("A00001", "alice", {"title": ("Edited",)})]


def test_only_the_properties_that_differ_are_sent() -> None:
    world = synced()
    world.server.put("A00001", subject=["a", "b"])
    world.tick()
    world.forget_traffic()
    world.edit("A00001", title=["Edited"])
    world.push()
    assert [values for *_, values in world.server.writes] == [{"title": ("Edited",)}]
    assert theirs(world, "A00001", "subject") == ("a", "b")


def test_the_push_itself_does_not_write_the_record() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    world.push()
    assert world.tables.traffic.records_written == 0
    assert world.tables.traffic.links_written == 2
    assert world.state_of("A00001") is LinkState.LINKED


def test_with_the_echo_it_is_two_requests_to_write_and_one_write_of_the_record() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    world.push()
    world.quiet_ticks(1)
    assert len(world.server.writes) == 1
    assert world.tables.traffic.records_written == 1
    assert world.record("A00001")["mediamosa"]["modified"] == "2026-11-23T13:01:00Z"


def test_twenty_quiet_ticks_later_nothing_more_was_written() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    world.push()
    world.quiet_ticks(5)
    before = (world.tables.traffic.records_written, world.tables.traffic.links_written)
    world.quiet_ticks(20)
    assert (world.tables.traffic.records_written, world.tables.traffic.links_written) == before
    assert len(world.server.writes) == 1


def test_what_mediamosa_normalises_comes_back_once_and_is_not_pushed_again() -> None:
    world = synced()
    world.edit("A00001", language=["NL"], created=["2010"], shelf=["007", Decimal(7)])
    world.push()
    world.quiet_ticks(20)
    assert len(world.server.writes) == 1
    assert ours(world, "A00001")["language"] == ["NL"]
    assert theirs(world, "A00001", "language") == ("nl",)
    assert theirs(world, "A00001", "shelf", "app_1") == ("7", "7")


@pytest.mark.parametrize("cleared", [None, [], "", [" "]])
def test_a_property_is_cleared_by_leaving_its_value_out(cleared: object) -> None:
    world = synced()
    world.edit("A00001", title=cleared)
    world.push()
    assert world.server.writes == [("A00001", "alice", {"title": ()})]
    assert theirs(world, "A00001") == ()


def test_several_values_are_sent_with_their_duplicates_and_their_order_does_not_matter() -> None:
    world = synced()
    world.edit("A00001", subject=["b", "a", "b"])
    world.push()
    assert theirs(world, "A00001", "subject") == ("a", "b", "b")
    world.edit("A00001", subject=["b", "b", "a"])
    world.forget_traffic()
    assert world.push() == Pushed()
    assert world.server.requests == 0


def test_an_edit_that_changes_nothing_makes_no_request() -> None:
    world = synced()
    world.edit("A00001", title="Title of A00001")
    assert world.push() == Pushed()
    assert world.server.requests == 0
    assert world.tables.traffic.links_written == 0


def test_the_events_of_a_pulled_page_make_no_request() -> None:
    world = synced()
    for number in range(3):
        world.server.put(f"A{number:05}", title="From MediaMosa")
    world.tick()
    world.forget_traffic()
    assert world.tables.stream
    assert world.push() == Pushed()
    assert (world.server.requests, world.server.writes) == (0, [])


def test_a_record_that_is_none_of_mediamosas_is_not_even_read() -> None:
    world = synced()
    world.tables.put_record("plain", uri="https://example.org/1", metadata={"title": ["x"]})
    world.tables.put_record("bare", metadata={"title": ["x"]})
    assert world.push() == Pushed()
    assert world.tables.traffic.reads == 0


def test_the_same_events_again_push_nothing_again() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"])
    events = world.tables.take_stream()
    world.push(events)
    world.push(events)
    assert len(world.server.writes) == 1


def test_an_application_may_write_the_whole_record_anew_without_the_map() -> None:
    world = synced()
    link = world.link("A00001")
    world.tables.put_record(
        link.media_id, uri="mediamosa://asset/A00001", metadata={"title": ["Put"]}, own=1
    )
    world.push()
    assert theirs(world, "A00001") == ("Put",)
    world.quiet_ticks(1)
    record = world.record("A00001")
    assert record["mediamosa"]["asset_id"] == "A00001"
    assert (record["own"], record["metadata"]) == (1, {"title": ["Put"]})


def test_names_that_mediamosa_does_not_know_are_kept_and_listed() -> None:
    world = synced()
    world.edit("A00001", title=["Edited"], colour=["red"])
    world.push()
    assert world.link("A00001").ignored == ("colour",)
    assert [values for *_, values in world.server.writes] == [{"title": ("Edited",)}]
    world.quiet_ticks(2)
    assert ours(world, "A00001")["colour"] == ["red"]


def test_a_value_that_cannot_be_read_is_told_and_the_others_are_pushed() -> None:
    world = synced()
    world.edit("A00001", title={"no": "list"}, subject=["s"])
    world.push()
    assert theirs(world, "A00001") == ("Title of A00001",)
    assert theirs(world, "A00001", "subject") == ("s",)
    world.quiet_ticks(1)
    assert world.state_of("A00001") is LinkState.PARKED
    state, reason = told(world, "A00001")
    assert state == "parked"
    assert "metadata.title is neither text" in str(reason)


def test_an_asset_that_tells_no_owner_is_written_as_the_connections_user() -> None:
    world = synced()
    world.server.change(replace(world.server.asset("A00001"), owner_id=""))
    world.edit("A00001", title=["Edited"])
    world.push()
    assert [user for _, user, _ in world.server.writes] == ["editor"]


class TestBothSides:
    def test_changes_of_different_properties_both_arrive(self) -> None:
        world = synced()
        world.server.put("A00001", subject="Theirs")
        world.edit("A00001", title=["Ours"])
        assert world.push() == Pushed(records=1, posts=1, updated=1)
        assert theirs(world, "A00001") == ("Ours",)
        assert ours(world, "A00001") == {"title": ["Ours"], "subject": ["Theirs"]}
        world.quiet_ticks(2)
        assert ours(world, "A00001") == {"title": ["Ours"], "subject": ["Theirs"]}
        assert (len(world.server.writes), conflicts(world)) == (1, [])

    def test_where_both_changed_mediamosas_stands_on_both_and_ours_is_in_the_log(self) -> None:
        world = synced()
        world.server.put("A00001", title="Theirs")
        modified = world.clock.now()
        world.clock.advance(timedelta(seconds=5))
        world.edit("A00001", title=["Ours"])
        assert world.push() == Pushed(records=1, conflicts=1)
        assert (ours(world, "A00001"), theirs(world, "A00001")) == (
            {"title": ["Theirs"]},
            ("Theirs",),
        )
        (entry,) = conflicts(world)
        assert entry.disagreement == Disagreement(
            "title", ("Title of A00001",), ("Ours",), ("Theirs",), Why.BOTH_CHANGED
        )
        assert (entry.asset_id, entry.record_name) == ("A00001", "title")
        assert entry.media_id == world.link("A00001").media_id
        assert (entry.at, entry.asset_modified) == (world.clock.now(), modified)
        assert world.tables.push_state(world.id).counts == Counts(conflicts=1)
        world.quiet_ticks(20)
        assert (world.server.writes, len(conflicts(world))) == ([], 1)

    def test_the_same_change_on_both_sides_is_agreed_on_without_writing(self) -> None:
        world = synced()
        world.server.put("A00001", title="Same")
        world.edit("A00001", title=["Same"])
        world.push()
        assert (world.server.writes, conflicts(world)) == ([], [])
        assert world.link("A00001").base == {"title": ("Same",)}

    def test_a_conflict_of_one_property_does_not_hold_back_another(self) -> None:
        world = synced()
        world.server.put("A00001", title="Theirs")
        world.edit("A00001", title=["Ours"], subject=["Ours"])
        world.push()
        assert theirs(world, "A00001", "subject") == ("Ours",)
        assert ours(world, "A00001") == {"title": ["Theirs"], "subject": ["Ours"]}

    def test_an_event_about_a_page_that_is_newer_by_now_is_no_conflict(self) -> None:
        """The stream lags; the record as it stands decides, not the images."""
        world = synced()
        stale = replace_title(world, "Old")
        assert world.push([stale]) == Pushed()
        assert world.server.requests == 0


def replace_title(world: World, title: str) -> RecordEvent:
    """An event that shows an edit which has been overwritten since."""
    media_id = world.link("A00001").media_id
    record = world.tables.records([media_id])[media_id]
    return RecordEvent(media_id, record, replace(record, metadata={"title": [title]}))
