"""Records that were in the table before the sync knew it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mediamosa_sync.domain.decide import Verdict
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Kind, Phase
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.service.adopt import MAX_MEDIAFILES, adopted
from tests.fakes.world import World, synced

DAY = timedelta(hours=25)


def of_default(page_size: int = 100, steps_per_tick: int = 100) -> World:
    world = World(page_size, steps_per_tick)
    world.connection = replace(world.connection, default=True)
    world.tables.put_connection(world.connection)
    return world


def test_a_record_that_names_an_asset_is_linked_and_no_second_one_is_created() -> None:
    world = of_default()
    world.fill(3)
    world.tables.put_record(
        "mine", uri="mediamosa://asset/A00001/m/f.mp4", metadata={"subject": ["x"]}, own=1
    )
    world.tick()
    assert len(world.tables.media) == 3
    mine = world.tables.media["mine"]
    assert mine["metadata"] == {"title": ["Title of A00001"]}
    assert (mine["uri"], mine["own"]) == ("mediamosa://asset/A00001/m/f.mp4", 1)


def test_at_this_first_contact_mediamosas_emptiness_stands_and_the_value_is_logged() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    world.tables.put_record(
        "mine", uri="mediamosa://asset/A1", metadata={"title": ["Ours"], "subject": ["Ours"]}
    )
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {"title": ["Theirs"]}
    logged = world.tables.conflict_log[world.id].values()
    assert sorted(conflict.disagreement.name for conflict in logged) == ["subject", "title"]


def test_an_old_form_uri_is_resolved_once() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    world.server.mediafiles["m1"] = "A1"
    world.tables.put_record("mine", uri="mediamosa://mediafile/m1/f.mp4", metadata={})
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {"title": ["Theirs"]}
    assert world.tables.media["mine"]["uri"] == "mediamosa://mediafile/m1/f.mp4"
    world.clock.advance(DAY)
    world.tick()
    assert len(world.server.mediafile_reads) == 1


def test_many_old_forms_are_asked_for_in_portions() -> None:
    world = of_default()
    for number in range(120):
        world.server.put(f"A{number:03}", title="Theirs")
        world.server.mediafiles[f"m{number}"] = f"A{number:03}"
        world.tables.put_record(f"mine{number}", uri=f"mediamosa://mediafile/m{number}/f")
    world.steps_per_tick = 1
    world.tick()
    assert len(world.server.mediafile_reads) == MAX_MEDIAFILES
    while not world.state.last_sync:
        world.tick()
    assert len(world.server.mediafile_reads) == 120
    assert len(world.tables.media) == 120


def test_a_mediafile_or_asset_that_does_not_exist_leaves_the_records_metadata_alone() -> None:
    world = of_default()
    world.tables.put_record("lost", uri="mediamosa://mediafile/m9/f.mp4", metadata={"a": ["b"]})
    world.tables.put_record("broken", uri="mediamosa://asset/", metadata={"a": ["b"]})
    world.tables.put_record("nobody", uri="mediamosa://asset/A9", metadata={"title": ["b"]})
    before = {name: item["metadata"] for name, item in world.tables.media.items()}
    world.tick()
    assert {name: item["metadata"] for name, item in world.tables.media.items()} == before
    link = world.tables.all_links(world.id)["A9"]
    assert link.state is LinkState.PARKED
    assert link.reason == "MediaMosa has no asset A9: correct the record's uri."
    full = world.state.full
    assert full is not None
    assert full.counts.errors == 3


def test_a_record_that_names_nothing_usable_says_why_and_waits_for_attention() -> None:
    world = of_default()
    world.tables.put_record("lost", uri="mediamosa://mediafile/m9/f.mp4", metadata={})
    world.tables.put_record("broken", uri="mediamosa://asset/", metadata={})
    world.tick()
    rows = world.tables.waiting_rows[world.id]
    assert {name: row.state for name, row in rows.items()} == {
        "lost": LinkState.PARKED,
        "broken": LinkState.PARKED,
    }
    assert "has no mediafile m9" in rows["lost"].reason
    assert "names no asset" in rows["broken"].reason
    for name, row in rows.items():
        told = world.tables.media[name]["mediamosa"]
        assert (told["state"], told["reason"]) == ("parked", row.reason)
    assert world.tables.attention(world.id)["parked"] == 2


def test_records_without_a_mediamosa_uri_and_of_other_connections_are_left_alone() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    other = {"uri": "mediamosa://asset/A1", "connection_id": "0" * 40}
    world.tables.put_record("other", **other)
    world.tables.put_record("plain", uri="https://example.org/A1", metadata={})
    world.tick()
    assert world.tables.media["other"] == {"media_id": "other", **other}
    assert "metadata" in world.tables.media["plain"]
    assert len(world.tables.media) == 3


def test_a_record_that_names_the_connection_is_its_even_if_it_is_not_the_default() -> None:
    world = World()
    world.server.put("A1", title="Theirs")
    world.tables.put_record("mine", uri="mediamosa://asset/A1", connection_id=world.id)
    world.tables.put_record("not_mine", uri="mediamosa://asset/A1")
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {"title": ["Theirs"]}
    assert "metadata" not in world.tables.media["not_mine"]


def test_of_two_records_for_one_asset_the_first_is_tied_and_the_other_left_alone() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    for name in ("b", "a"):
        world.tables.put_record(name, uri="mediamosa://asset/A1", metadata={})
    world.tick()
    assert world.tables.media["a"]["metadata"] == {"title": ["Theirs"]}
    assert world.tables.media["b"]["metadata"] == {}


def test_a_record_written_anew_by_its_application_takes_a_forgotten_link() -> None:
    world = of_default()
    world.fill(2)
    world.tick()
    link = world.tables.all_links(world.id)["A00001"]
    world.tables.delete_record(link.media_id)
    world.server.put("A00001", title="Changed")
    world.tick()
    world.tables.put_record("mine", uri="mediamosa://asset/A00001", metadata={})
    world.clock.advance(DAY)
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {"title": ["Changed"]}


def test_a_link_made_by_another_while_adopting_stays() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    world.tables.put_record("mine", uri="mediamosa://asset/A1", metadata={})
    world.tables.put_record("theirs", uri="mediamosa://asset/A1", metadata={})
    donor = synced(1)
    link = replace(donor.tables.all_links(donor.id)["A00000"], asset_id="A1", media_id="theirs")
    world.tables.once_before("apply", lambda: world.tables.put_link(world.id, link))
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {}


def test_a_large_table_is_adopted_part_by_part_before_the_walk() -> None:
    world = of_default(steps_per_tick=1)
    world.server.put("A1", title="Theirs")
    for number in range(2500):
        world.tables.put_record(f"r{number:05}", uri="https://example.org", pad="x" * 1000)
    world.tables.put_record("zzz", uri="mediamosa://asset/A1", metadata={})
    world.tick()
    full = world.state.run(Kind.FULL)
    assert full is not None
    assert full.phase is Phase.ADOPT
    while not world.state.last_sync:
        world.tick()
    assert world.tables.media["zzz"]["metadata"] == {"title": ["Theirs"]}


def test_a_mediafile_that_is_not_shared_does_not_stop_the_others() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    world.server.mediafiles["m2"] = "A1"
    world.tables.put_record("a", uri="mediamosa://mediafile/m1/f.mp4", metadata={})
    world.tables.put_record("b", uri="mediamosa://mediafile/m2/f.mp4", metadata={})
    world.server.failures = [None, Refused("Not authorised.", 1800)]
    world.tick()
    assert world.tables.media["b"]["metadata"] == {"title": ["Theirs"]}
    assert world.tables.media["a"]["metadata"] == {}


def test_a_record_that_another_connection_has_tied_stays_its() -> None:
    world = of_default()
    world.server.put("A1", title="Theirs")
    other = replace(world.connection, user_name="another", default=False)
    world.tables.put_connection(other)
    donor = synced(1)
    link = replace(donor.tables.all_links(donor.id)["A00000"], asset_id="A1", media_id="mine")
    world.tables.put_link(other.connection_id, link)
    world.tables.put_record("mine", uri="mediamosa://asset/A1", metadata={})
    world.tick()
    assert world.tables.media["mine"]["metadata"] == {}
    assert world.tables.all_links(world.id)["A1"].media_id != "mine"


class TestMoved:
    """A record that named an asset which never was names another, and the stream forgot to say."""

    def world(self) -> World:
        world = synced(1)
        world.tables.put_record(
            "mine", uri="mediamosa://asset/B1", metadata={}, connection_id=world.id
        )
        world.push()
        world.tables.edit_record("mine", title=["x"])
        world.tables.put_record(
            "mine", **{**world.tables.media["mine"], "uri": "mediamosa://asset/B2"}
        )
        world.tables.take_stream()
        world.clock.advance(DAY)
        return world

    def tied(self, world: World) -> dict[str, str]:
        links = world.tables.all_links(world.id)
        return {name: link.media_id for name, link in links.items() if link.ties("mine")}

    def test_it_leaves_the_one_and_is_tied_to_the_other(self) -> None:
        world = self.world()
        assert self.tied(world) == {"B1": "mine"}
        world.tick()
        assert self.tied(world) == {"B2": "mine"}

    def test_one_that_moves_back_at_that_moment_stays(self) -> None:
        world = self.world()
        record = {**world.tables.media["mine"], "uri": "mediamosa://asset/B1"}
        back = lambda: world.tables.put_record("mine", **record)  # noqa: E731 (one event)
        world.tables.once_after("scan", lambda: world.tables.once_before("records", back))
        world.tick()
        assert "B1" in self.tied(world)

    def test_a_link_that_somebody_else_writes_at_that_moment_is_theirs(self) -> None:
        world = self.world()
        link = world.tables.all_links(world.id)["B1"]
        other = lambda: world.tables.put_link(  # noqa: E731 (one event)
            world.id, replace(link, version=link.version + 1)
        )
        world.tables.once_after("scan", lambda: world.tables.once_before("records", other))
        world.tick()
        assert "B1" in self.tied(world)
        world.clock.advance(DAY)
        world.tick()
        assert self.tied(world) == {"B2": "mine"}


class TestSecondRecord:
    """A record that was there, for an asset that has one already."""

    def world(self) -> World:
        world = synced(2)
        world.tables.put_record(
            "mine", uri="mediamosa://asset/A00001", metadata={"subject": ["Old"]}, own=1
        )
        world.tables.take_stream()
        world.clock.advance(DAY)
        return world

    def touch(self, world: World) -> None:
        """Its application puts something into the first record."""
        media_id = world.link("A00001").media_id
        world.tables.put_record(media_id, **{**world.tables.media[media_id], "own": 2})

    def test_an_untouched_twin_gives_way_and_mediamosas_emptiness_stands(self) -> None:
        world = self.world()
        world.tick()
        assert (world.link("A00001").media_id, len(world.tables.media)) == ("mine", 2)
        assert world.record("A00001")["metadata"] == {"title": ["Title of A00001"]}
        assert world.state.links == 2

    def test_where_the_first_was_touched_the_second_is_shown_as_a_duplicate(self) -> None:
        world = self.world()
        self.touch(world)
        world.tick()
        row = world.tables.waiting_rows[world.id]["mine"]
        assert "let only one of both name it" in row.reason
        assert world.tables.media["mine"]["metadata"] == {"subject": ["Old"]}
        full = world.state.full
        assert full is not None
        assert full.counts.errors == 1

    def test_a_first_that_is_touched_at_that_moment_stays(self) -> None:
        world = self.world()
        twin = world.link("A00001").media_id
        world.tables.once_before("apply", lambda: world.tables.edit_record(twin, subject=["x"]))
        world.tick()
        assert world.link("A00001").media_id != "mine"
        assert len(world.tables.media) == 3

    def test_a_first_that_is_gone_gives_way(self) -> None:
        world = self.world()
        del world.tables.media[world.link("A00001").media_id]
        world.tick()
        assert world.link("A00001").media_id == "mine"

    def test_a_second_that_is_gone_by_then_is_no_matter(self) -> None:
        world = self.world()
        gone = lambda: world.tables.delete_record("mine")  # noqa: E731 (one event)
        world.tables.once_after("scan", lambda: world.tables.once_before("records", gone))
        world.tick()
        assert world.link("A00001").media_id != "mine"
        assert world.tables.waiting_rows.get(world.id, {}) == {}

    def test_one_that_somebody_else_has_tied_by_then_stays_tied(self) -> None:
        world = self.world()
        link = world.link("A00001")
        tied = replace(link, media_id="mine", version=link.version + 1)
        other = lambda: world.tables.put_link(world.id, tied)  # noqa: E731 (one event)
        world.tables.once_after("scan", lambda: world.tables.once_after("links", other))
        world.tick()
        assert world.link("A00001").media_id == "mine"


def test_a_record_that_cannot_be_tied_and_is_gone_by_then_needs_no_attention() -> None:
    world = of_default()
    world.tables.put_record("broken", uri="mediamosa://asset/", metadata={})
    world.tables.once_after("scan", lambda: world.tables.delete_record("broken"))
    world.tick()
    assert world.tables.waiting_rows.get(world.id, {}) == {}


def test_a_link_learns_the_uri_of_the_old_form_that_its_record_has_by_now() -> None:
    link = Link("A1", "mine", version=2)
    write = adopted("A1", "mine", link, "mediamosa://mediafile/m1/sea.mp4")
    assert isinstance(write, AssetWrite)
    assert (write.link.uri, write.link_before) == ("mediamosa://mediafile/m1/sea.mp4", link)
    assert adopted("A1", "mine", write.link, write.link.uri) is Verdict.LEFT


class TestMovedToAMediafile:
    """A record that names no connection any more has moved, and the stream forgot to say."""

    def world(self, asset_id: str | None, later: timedelta = DAY) -> World:
        world = synced(1)
        if asset_id is not None:
            world.server.mediafiles["m9"] = asset_id
        media_id = world.link("A00000").media_id
        metadata = world.tables.media[media_id]["metadata"]
        world.tables.put_record(
            media_id, uri="mediamosa://mediafile/m9/film.mp4", metadata=metadata, mediamosa=None
        )
        world.tables.take_stream()
        world.clock.advance(later)
        return world

    def test_a_full_run_asks_whether_it_is_still_of_its_asset(self) -> None:
        world = self.world("A00000")
        world.server.put("A00000", title="Changed")
        world.tick()
        assert world.server.mediafile_reads == ["m9"]
        assert world.link("A00000").uri == "mediamosa://mediafile/m9/film.mp4"
        assert world.record("A00000")["metadata"] == {"title": ["Changed"]}
        world.clock.advance(DAY)
        world.tick()
        assert world.server.mediafile_reads == ["m9"], "the answer is kept"

    def test_if_it_is_not_its_link_lets_it_go(self) -> None:
        world = self.world(None)
        world.tick()
        assert world.state_of("A00000") is LinkState.FORGOTTEN

    def test_what_cannot_be_read_is_asked_for_another_time(self) -> None:
        world = self.world("A00000")
        world.server.failures = [None, Malformed("It is not whole.")]
        world.tick()
        assert world.state_of("A00000") is LinkState.LINKED
        world.clock.advance(DAY)
        world.tick()
        assert world.link("A00000").uri == "mediamosa://mediafile/m9/film.mp4"

    def test_an_incremental_run_leaves_it_to_its_event(self) -> None:
        world = self.world("A00000", later=timedelta(minutes=5))
        world.server.put("A00000", title="Changed")
        world.tick()
        assert world.server.mediafile_reads == []
        assert world.link("A00000").uri == ""
