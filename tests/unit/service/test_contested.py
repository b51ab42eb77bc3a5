"""Assets that somebody else writes at the same time, and assets that cannot be written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.domain.run import Kind, Outcome
from mediamosa_sync.service.page import MAX_AGAIN
from tests.fakes.world import World, synced


class TestContested:
    def test_an_edit_during_the_pull_is_not_overwritten(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.put("A00001", subject="s", title="Theirs")
        edit = lambda: world.tables.edit_record(media_id, title=["Ours"])  # noqa: E731 (one event)
        world.tables.once_before("apply", edit)
        world.tick()
        assert world.titles()["A00001"] == ["Theirs"]
        (conflict,) = world.tables.conflict_log[world.id].values()
        assert conflict.disagreement.ours == ("Ours",)

    def test_its_neighbours_are_applied_all_the_same(self) -> None:
        world = synced(30)
        for number in range(30):
            world.server.put(f"A{number:05}", title="New title")
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        edit = lambda: world.tables.edit_record(media_id, title=["Ours"])  # noqa: E731 (one event)
        world.tables.once_before("apply", edit)
        world.tick()
        assert set(map(str, world.titles().values())) == {"['New title']"}

    def test_an_asset_contested_every_time_is_asked_for_first_by_the_next_step(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.put("A00001", title="Theirs")
        edits = iter(range(100))

        def edit(method: str) -> None:
            if method == "apply":
                world.tables.edit_record(media_id, title=[f"Ours {next(edits)}"])

        world.tables.before = edit
        world.tick()
        contested = world.state
        assert contested.again == ("A00001",)
        assert contested.incremental is not None
        assert contested.incremental.outcome is Outcome.PARTIAL
        world.tables.before = lambda _: None
        world.forget_traffic()
        world.tick()
        assert world.state.again == ()
        assert world.server.single_reads == 1
        assert world.titles()["A00001"] == ["Theirs"]

    def test_an_asset_of_which_another_writer_knows_more_by_now_is_asked_for_again(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        newer = replace(link, sequence=1_000, version=link.version + 1)
        world.server.put("A00001", title="Theirs")
        world.tables.once_before("apply", lambda: world.tables.put_link(world.id, newer))
        world.tick()
        assert world.state.again == ("A00001",)
        assert world.titles()["A00001"] == ["Title of A00001"]

    def test_an_asset_asked_for_again_that_is_gone_by_then_is_left(self) -> None:
        world = synced()
        world.tables.put_state(replace(world.state, again=("A00001",)))
        world.server.delete("A00001")
        world.tick()
        assert world.state.again == ()

    def test_more_contested_assets_than_can_wait_keep_the_cursor_where_it_is(self) -> None:
        world = World(page_size=150)
        world.fill(150)
        world.tick()
        for number in range(150):
            world.server.put(f"A{number:05}", title="Theirs")
        for asset_id, link in world.tables.all_links(world.id).items():
            newer = replace(link, sequence=1_000, asset_id=asset_id)
            world.tables.put_link(world.id, newer)
        world.tick()
        incremental = world.state.run(Kind.INCREMENTAL)
        assert incremental is not None
        assert incremental.cursor.offset == 0
        assert len(world.state.again) == 150 > MAX_AGAIN
        for asset_id, link in world.tables.all_links(world.id).items():
            world.tables.put_link(world.id, replace(link, sequence=0, asset_id=asset_id))
        for _ in range(3):
            world.tick()
        assert world.state.again == ()
        assert set(map(str, world.titles().values())) == {"['Theirs']"}

    def test_a_record_that_bears_the_key_already_is_linked(self) -> None:
        world = World()
        world.fill(1)
        media_id = created_media_id(world.id, "A00000")
        world.tables.put_record(media_id, uri="mediamosa://asset/A00000", metadata={}, own="kept")
        world.tick()
        assert world.titles() == {"A00000": ["Title of A00000"]}
        assert world.tables.media[media_id]["own"] == "kept"

    def test_a_record_deleted_by_its_application_is_not_created_again(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.tables.delete_record(media_id)
        world.server.put("A00001", title="Changed")
        world.tick()
        assert media_id not in world.tables.media
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.FORGOTTEN


class TestParking:
    def test_one_asset_that_does_not_fit_is_parked_and_the_other_99_go_on(self) -> None:
        world = World()
        world.fill(99)
        world.server.put("A50000", title="x" * 420_000)
        world.tick()
        links = world.tables.all_links(world.id)
        assert links["A50000"].state is LinkState.PARKED
        assert len(world.tables.media) == 99
        full = world.state.full
        assert full is not None
        assert (full.counts.added, full.counts.errors) == (99, 1)
        assert full.outcome is Outcome.PARTIAL

    def test_it_is_synced_once_it_fits(self) -> None:
        world = World()
        world.server.put("A50000", title="x" * 420_000)
        world.tick()
        world.clock.advance(timedelta(hours=25))
        world.tick()
        assert world.titles() == {"A50000": None}
        world.server.put("A50000", title="short")
        world.tick()
        assert world.titles() == {"A50000": ["short"]}

    def test_a_record_that_would_outgrow_its_item_is_parked(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        item = world.tables.media[media_id]
        world.tables.media[media_id] = {**item, "own": "x" * 300_000}
        world.server.put("A00001", title="y" * 200_000)
        world.tick()
        assert world.titles()["A00001"] == ["Title of A00001"]
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.PARKED
        world.server.put("A00001", title="y")
        world.tick()
        assert world.titles()["A00001"] == ["y"]


class TestOutgrown:
    def test_an_asset_contested_first_and_too_large_then_is_parked(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.server.put("A00001", title="y" * 200_000)

        def grow() -> None:
            item = world.tables.media[link.media_id]
            changed = {**item, "own": "x" * 300_000, "metadata": {"title": ["Edited"]}}
            world.tables.media[link.media_id] = changed

        world.tables.once_before("apply", grow)
        world.tick()
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.PARKED
        assert world.titles()["A00001"] == ["Edited"]
