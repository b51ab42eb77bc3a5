"""Records that come, go, or name another asset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Why
from mediamosa_sync.domain.record import MAX_ITEM_BYTES, created_media_id
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import conflicts, outage, recover, rows, theirs


def uri(asset_id: str) -> str:
    return f"mediamosa://asset/{asset_id}"


def uploaded(world: World, asset_id: str = "NEW") -> None:
    """An application uploads a file, and then writes its record."""
    world.server.put(asset_id)
    world.tables.put_record("mine", uri=uri(asset_id), metadata={"title": ["Mine"]}, own=1)


class TestNewRecord:
    def test_its_metadata_are_pushed_to_an_asset_that_has_none(self) -> None:
        world = synced()
        uploaded(world)
        assert world.push() == Pushed(records=1, posts=1, updated=1)
        assert theirs(world, "NEW") == ("Mine",)
        assert (world.link("NEW").media_id, world.state_of("NEW")) == ("mine", LinkState.LINKED)
        world.quiet_ticks(3)
        assert (len(world.server.writes), len(world.tables.media)) == (1, 4)

    def test_where_both_have_a_value_mediamosas_stands_and_the_other_is_logged(self) -> None:
        world = synced()
        uploaded(world)
        world.server.put("NEW", title="Theirs")
        world.push()
        assert world.record("NEW")["metadata"] == {"title": ["Theirs"]}
        assert [entry.disagreement.why for entry in conflicts(world)] == [Why.FIRST_CONTACT]

    def test_one_that_was_there_before_must_not_bring_cleared_values_back(self) -> None:
        """A MODIFY of a record without a link: MediaMosa's emptiness stands."""
        world = synced()
        uploaded(world)
        world.tables.take_stream()
        world.tables.edit_record("mine", subject=["Old"])
        world.push()
        assert theirs(world, "NEW") == ()
        assert len(conflicts(world)) == 2

    def test_a_uri_given_to_an_older_record_is_a_new_one(self) -> None:
        world = synced()
        world.server.put("NEW")
        world.tables.put_record("mine", metadata={"title": ["Mine"]})
        world.push()
        world.tables.put_record("mine", uri=uri("NEW"), metadata={"title": ["Mine"]})
        world.push()
        assert theirs(world, "NEW") == ("Mine",)

    def test_written_while_mediamosa_is_away_it_is_tied_and_pushed_later(self) -> None:
        world = synced()
        uploaded(world)
        outage(world)
        world.push()
        assert (world.link("NEW").media_id, world.state_of("NEW")) == ("mine", LinkState.PENDING)
        recover(world)
        world.tick()
        assert theirs(world, "NEW") == ("Mine",)

    def test_gone_again_before_its_event_is_read_it_leaves_nothing(self) -> None:
        world = synced()
        uploaded(world)
        world.tables.delete_record("mine")
        assert world.push() == Pushed()
        assert "NEW" not in world.tables.all_links(world.id)

    def test_of_two_in_one_batch_the_first_is_tied_and_the_second_shown_as_duplicate(self) -> None:
        world = synced()
        uploaded(world)
        world.tables.put_record("second", uri=uri("NEW"), metadata={"title": ["Second"]})
        world.push()
        assert world.link("NEW").media_id == "mine"
        assert rows(world)["second"].state is LinkState.PARKED
        assert "has the record mine already" in rows(world)["second"].reason

    def test_of_two_at_once_the_slower_is_shown_as_duplicate(self) -> None:
        world = synced()
        uploaded(world)
        events = world.tables.take_stream()

        def faster() -> None:
            world.tables.put_record("second", uri=uri("NEW"), metadata={"title": ["Second"]})
            world.push()

        world.tables.once_before("write", faster)
        world.push(events)
        assert (world.link("NEW").media_id, theirs(world, "NEW")) == ("second", ("Second",))
        assert rows(world)["mine"].state is LinkState.PARKED


def touched(world: World) -> str:
    """The key of the record of A00001, into which its application has put something."""
    media_id = world.link("A00001").media_id
    world.tables.put_record(media_id, **{**world.tables.media[media_id], "own": 1})
    world.push()
    return media_id


class TestTwin:
    def test_an_untouched_twin_gives_way(self) -> None:
        world = synced()
        twin = world.link("A00001").media_id
        world.tables.put_record("mine", uri=uri("A00001"), metadata={"subject": ["Mine"]})
        world.push()
        assert twin not in world.tables.media
        assert world.link("A00001").media_id == "mine"
        assert world.record("A00001")["metadata"] == {
            "title": ["Title of A00001"],
            "subject": ["Mine"],
        }
        assert theirs(world, "A00001", "subject") == ("Mine",)
        assert world.state.links == 3
        world.quiet_ticks(3)
        assert len(world.tables.media) == 3

    def test_a_twin_with_anything_of_its_own_stays_and_the_second_is_a_duplicate(self) -> None:
        world = synced()
        twin = touched(world)
        world.tables.put_record("mine", uri=uri("A00001"), metadata={})
        assert world.push().parked == 1
        row = rows(world)["mine"]
        assert row.reason == (
            f"The asset A00001 has the record {twin} already: let only one of both name it."
        )
        assert world.tables.media["mine"]["mediamosa"] == {"state": "parked", "reason": row.reason}

    def test_a_twin_that_is_written_at_that_moment_is_looked_at_again_by_the_step(self) -> None:
        world = synced()
        twin = world.link("A00001").media_id
        world.tables.put_record("mine", uri=uri("A00001"), metadata={})
        world.tables.once_before("write", lambda: world.tables.edit_record(twin, subject=["x"]))
        world.push()
        assert rows(world)["mine"].state is LinkState.PENDING
        world.tick()
        assert rows(world)["mine"].state is LinkState.PARKED
        assert world.link("A00001").media_id == twin

    def test_a_duplicate_is_tied_once_the_other_has_gone(self) -> None:
        world = synced()
        twin = touched(world)
        world.tables.put_record("mine", uri=uri("A00001"), metadata={})
        world.push()
        world.tables.delete_record(twin)
        world.push()
        world.tables.edit_record("mine", description=["Mine"])
        world.push()
        assert (world.link("A00001").media_id, rows(world)) == ("mine", {})

    def test_a_link_whose_record_is_gone_without_word_is_taken(self) -> None:
        world = synced()
        del world.tables.media[world.link("A00001").media_id]
        world.tables.put_record("mine", uri=uri("A00001"), metadata={"subject": ["Mine"]})
        world.push()
        assert world.link("A00001").media_id == "mine"
        assert theirs(world, "A00001", "subject") == ("Mine",)


class TestDeleted:
    def test_a_deleted_record_leaves_the_asset_and_is_forgotten(self) -> None:
        world = synced()
        world.tables.delete_record(world.link("A00001").media_id)
        world.push()
        assert (world.server.requests, world.state.links) == (0, 2)
        assert world.state_of("A00001") is LinkState.FORGOTTEN
        world.server.put("A00001", title="Changed")
        world.quiet_ticks(3)
        assert len(world.tables.media) == 2

    def test_written_anew_it_is_a_first_contact(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        world.tables.delete_record(media_id)
        world.push()
        world.tables.put_record(media_id, uri=uri("A00001"), metadata={"subject": ["Anew"]})
        world.push()
        assert world.record("A00001")["metadata"] == {
            "subject": ["Anew"],
            "title": ["Title of A00001"],
        }
        assert theirs(world, "A00001", "subject") == ("Anew",)
        assert world.state.links == 3

    def test_deleted_and_written_anew_within_one_batch_clears_nothing_in_mediamosa(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        world.tables.delete_record(media_id)
        world.tables.put_record(media_id, uri=uri("A00001"), metadata={"subject": ["Anew"]})
        world.push()
        assert theirs(world, "A00001") == ("Title of A00001",)
        assert theirs(world, "A00001", "subject") == ("Anew",)

    def test_the_same_events_again_forget_nothing_that_was_written_since(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        world.tables.delete_record(media_id)
        events = world.tables.take_stream()
        world.push(events)
        world.tables.put_record(media_id, uri=uri("A00001"), metadata={"subject": ["Anew"]})
        world.push()
        world.push(events)
        assert world.state_of("A00001") is LinkState.LINKED

    def test_one_written_anew_between_reading_and_forgetting_stays_tied(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        item = world.tables.media[media_id]
        world.tables.delete_record(media_id)
        events = world.tables.take_stream()
        world.tables.once_before("write", lambda: world.tables.put_record(media_id, **item))
        world.push(events)
        assert world.state_of("A00001") is LinkState.LINKED

    @pytest.mark.parametrize("gone", [True, False])
    def test_a_link_that_somebody_else_let_go_first_is_left(self, gone: bool) -> None:
        world = synced()
        link = world.link("A00001")

        def faster() -> None:
            if gone:
                world.tables.drop_link(world.id, "A00001")
            else:
                other = replace(link, media_id="other", version=link.version + 1)
                world.tables.put_link(world.id, other)

        world.tables.delete_record(link.media_id)
        world.tables.once_before("write", faster)
        world.push()
        stands = world.tables.all_links(world.id).get("A00001")
        assert (stands is None) is gone
        assert stands is None or stands.media_id == "other"

    def test_a_link_written_by_others_all_the_time_is_tried_with_the_same_events_again(
        self,
    ) -> None:
        world = synced()

        def touch(method: str) -> None:
            if method == "write":
                link = world.link("A00001")
                world.tables.put_link(world.id, replace(link, version=link.version + 1))

        world.tables.delete_record(world.link("A00001").media_id)
        events = world.tables.take_stream()
        world.tables.before = touch
        with pytest.raises(StoreUnavailable, match="written by somebody else every time"):
            world.push(events)
        world.tables.before = lambda _: None
        world.push(events)
        assert world.state_of("A00001") is LinkState.FORGOTTEN


class TestMoved:
    def test_a_record_that_names_another_asset_is_tied_to_that_one(self) -> None:
        world = synced()
        world.server.put("NEW")
        media_id = world.link("A00001").media_id
        world.tables.put_record(media_id, uri=uri("NEW"), metadata={"title": ["Moved"]})
        world.push()
        assert world.state_of("A00001") is LinkState.FORGOTTEN
        assert (world.link("NEW").media_id, theirs(world, "NEW")) == (media_id, ("Moved",))
        assert theirs(world, "A00001") == ("Title of A00001",)
        assert world.state.links == 3

    def test_one_that_names_nothing_any_more_is_let_go(self) -> None:
        world = synced()
        media_id = world.link("A00001").media_id
        world.tables.put_record(media_id, uri="https://example.org", metadata={})
        world.push()
        assert world.state_of("A00001") is LinkState.FORGOTTEN
        assert (theirs(world, "A00001"), rows(world)) == (("Title of A00001",), {})

    def test_one_that_moved_on_since_its_event_goes_where_it_is_now(self) -> None:
        world = synced()
        world.server.put("NEW")
        media_id = world.link("A00001").media_id
        world.tables.put_record(media_id, uri=uri("A00002"), metadata={})
        events = world.tables.take_stream()
        world.tables.put_record(media_id, uri=uri("NEW"), metadata={"title": ["Moved"]})
        world.push(events)
        assert world.link("NEW").media_id == media_id
        assert world.state_of("A00001") is LinkState.FORGOTTEN

    def test_an_edit_made_before_a_record_moved_on_still_goes_to_the_old_asset(self) -> None:
        world = synced()
        world.server.put("NEW")
        media_id = world.link("A00001").media_id
        world.edit("A00001", title=["Edited"])
        world.tables.once_before(
            "write", lambda: world.tables.put_record(media_id, uri=uri("NEW"), metadata={})
        )
        world.push()
        world.push()
        assert (theirs(world, "A00001"), theirs(world, "NEW")) == (("Edited",), ())
        assert world.state_of("A00001") is LinkState.FORGOTTEN
        assert world.link("NEW").media_id == media_id

    def test_a_new_record_that_moves_before_it_is_tied_leaves_no_tie(self) -> None:
        world = synced()
        uploaded(world)
        world.server.put("OTHER")
        world.tables.once_before(
            "write",
            lambda: world.tables.put_record("mine", uri=uri("OTHER"), metadata={"title": ["x"]}),
        )
        world.push()
        world.push()
        assert world.link("OTHER").media_id == "mine"
        assert "NEW" not in world.tables.all_links(world.id)


def test_a_record_with_the_key_that_the_sync_would_use_is_tied_like_any_other() -> None:
    world = synced()
    world.server.put("NEW")
    media_id = created_media_id(world.id, "NEW")
    world.tables.put_record(media_id, uri=uri("NEW"), metadata={"title": ["Mine"]})
    world.push()
    assert (world.link("NEW").media_id, theirs(world, "NEW")) == (media_id, ("Mine",))


def test_a_removed_records_link_is_taken_by_a_new_record() -> None:
    world = synced()
    link = world.link("A00001")
    removed = Link(
        "A00001", link.media_id, state=LinkState.REMOVED, version=link.version, revision="r"
    )
    world.tables.put_link(world.id, removed)
    del world.tables.media[link.media_id]
    world.tables.put_record("mine", uri=uri("A00001"), metadata={"subject": ["Mine"]})
    world.push()
    assert (world.link("A00001").media_id, world.state_of("A00001")) == ("mine", LinkState.LINKED)


def test_a_new_record_without_room_for_the_reason_waits_all_the_same() -> None:
    world = synced()
    world.server.put("NEW")
    world.tables.put_record(
        "mine", uri=uri("NEW"), metadata={"title": ["Mine"]}, own="x" * (MAX_ITEM_BYTES - 120)
    )
    outage(world)
    assert world.push().pending == 1
    assert (world.link("NEW").media_id, world.state_of("NEW")) == ("mine", LinkState.PENDING)
    assert "mediamosa" not in world.tables.media["mine"]


def test_the_twin_whose_event_comes_with_that_of_its_heir_is_no_rival() -> None:
    world = synced()
    world.server.put("NEW")
    world.tick()
    twin = world.link("NEW").media_id
    world.tables.put_record("mine", uri=uri("NEW"), metadata={"title": ["Mine"]})
    world.push()
    assert twin not in world.tables.media
    assert (world.link("NEW").media_id, rows(world), theirs(world, "NEW")) == (
        "mine",
        {},
        ("Mine",),
    )
