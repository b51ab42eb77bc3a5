"""Deletions: nominated by a list, stopped by the guard, proved singly, kept restorable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import Policies, Removal
from mediamosa_sync.domain.record import RecordRemoval
from mediamosa_sync.domain.run import Fence, Kind, Outcome, Phase
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import AssetServerError, Malformed, Refused, Unavailable
from mediamosa_sync.ports import Applied
from tests.fakes.stores import MemoryTables
from tests.fakes.world import synced

DAY = timedelta(hours=25)


class NoRoomForCopies(MemoryTables):
    """Tables in which the copy of a removed record never fits."""

    @classmethod
    def like(cls, tables: MemoryTables) -> NoRoomForCopies:
        made = cls()
        made.__dict__.update(tables.__dict__)
        return made

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        copied = [write for write in writes if isinstance(write.record, RecordRemoval)]
        if copied:
            return Applied(oversized=frozenset(write.link.asset_id for write in copied))
        return super().apply(fence, kind, writes)


class TestOneDeletion:
    def test_an_asset_deleted_in_mediamosa_takes_its_record_along_within_one_tick(self) -> None:
        world = synced()
        world.server.delete("A00001")
        world.tick()
        assert sorted(item["metadata"]["title"][0] for item in world.tables.media.values()) == [
            "Title of A00000",
            "Title of A00002",
        ]
        assert world.state_of("A00001") is LinkState.REMOVED
        run = world.state.incremental
        assert run is not None
        assert (run.counts.deleted, run.outcome) == (1, Outcome.SUCCEEDED)
        assert world.state.links == 2

    def test_the_next_ticks_ask_and_write_nothing_about_it(self) -> None:
        world = synced()
        world.server.delete("A00001")
        world.tick()
        world.forget_traffic()
        for _ in range(5):
            world.tick()
        assert (world.server.requests, world.tables.traffic.links_written) == (5, 0)

    def test_without_proof_nothing_is_removed(self) -> None:
        world = synced()
        world.server.delete("A00001")
        world.server.failures = [None, Unavailable("MediaMosa cannot be reached.")]
        world.tick()
        assert len(world.tables.media) == 3
        failure = world.state.failure
        assert failure is not None
        world.tick()
        assert len(world.tables.media) == 2

    def test_an_asset_missing_from_a_full_list_and_alive_keeps_its_record(self) -> None:
        world = synced()
        world.server.hide("A00001")
        world.clock.advance(DAY)
        world.tick()
        assert len(world.tables.media) == 3
        assert world.state_of("A00001") is LinkState.LINKED
        assert len(world.server.proofs) == 1

    def test_an_asset_missing_from_a_full_list_and_gone_is_removed(self) -> None:
        world = synced()
        world.server.erase("A00001")
        world.clock.advance(DAY)
        world.tick()
        assert world.state_of("A00001") is LinkState.REMOVED

    def test_an_asset_left_for_later_that_is_gone_by_then_is_removed(self) -> None:
        world = synced()
        world.tables.put_state(replace(world.state, again=("A00001",)))
        world.server.erase("A00001")
        world.tick()
        assert world.state_of("A00001") is LinkState.REMOVED

    def test_an_edit_between_proof_and_removal_is_in_the_copy(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.delete("A00001")
        edit = lambda: world.tables.edit_record(media_id, title=["Edited"])  # noqa: E731 (one event)
        world.tables.once_before("apply", edit)
        world.tick()
        copy = world.tables.removed_record(world.id, "A00001")
        assert copy is not None
        assert copy.attributes["metadata"]["title"] == ["Edited"]

    def test_a_record_that_its_application_deleted_meanwhile_leaves_nothing(self) -> None:
        world = synced()
        world.tables.delete_record(world.tables.all_links(world.id)["A00001"].media_id)
        world.server.delete("A00001")
        world.tick()
        assert "A00001" not in world.tables.all_links(world.id)
        assert world.state.links == 2

    def test_a_forgotten_record_is_forgotten_for_good_with_its_asset(self) -> None:
        world = synced()
        world.tables.delete_record(world.tables.all_links(world.id)["A00001"].media_id)
        world.server.put("A00001", title="Changed")
        world.tick()
        assert world.state_of("A00001") is LinkState.FORGOTTEN
        world.server.delete("A00001")
        world.tick()
        assert "A00001" not in world.tables.all_links(world.id)
        assert len(world.server.proofs) == 0

    def test_more_than_a_step_may_prove_are_removed_in_portions(self) -> None:
        world = synced(2000)
        world.steps_per_tick = 1
        for number in range(60):
            world.server.delete(f"A{number:05}")
        world.tick()
        run = world.state.run(Kind.INCREMENTAL)
        assert run is not None
        assert (run.phase, run.waiting, run.counts.deleted) == (Phase.DELETE, 60, 0)
        deleted = []
        for _ in range(3):
            world.tick()
            run = world.state.incremental
            assert run is not None
            deleted.append(run.counts.deleted)
        assert deleted == [25, 50, 60]
        world.tick()
        assert len(world.tables.media) == 1940

    def test_a_failure_in_the_middle_of_a_portion_counts_what_was_removed(self) -> None:
        world = synced(400)
        for number in range(3):
            world.server.delete(f"A{number:05}")
        world.server.failures = [None, None, Unavailable("down")]
        world.tick()
        world.tick()
        assert len(world.tables.media) == 397
        assert world.state.removals.within_a_day(world.clock.now()) == 3


class TestContested:
    def test_a_push_that_knows_more_keeps_an_asset_from_being_nominated_now(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        newer = replace(link, sequence=1_000, version=link.version + 1)
        world.server.delete("A00001")
        world.tables.put_link(world.id, newer)
        world.tick()
        assert world.state.again == ("A00001",)
        assert len(world.tables.media) == 3

    def test_one_that_learns_more_between_proof_and_removal_is_left(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        newer = replace(link, sequence=1_000, version=link.version + 1)
        world.server.delete("A00001")
        world.tables.once_before("apply", lambda: world.tables.put_link(world.id, newer))
        world.tick()
        assert len(world.tables.media) == 3

    def test_a_link_gone_between_page_and_marking_is_left(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        forgotten = replace(link, state=LinkState.FORGOTTEN)
        world.tables.put_link(world.id, forgotten)
        world.server.delete("A00001")
        again = replace(forgotten, version=forgotten.version + 1)
        world.tables.once_before("apply", lambda: world.tables.put_link(world.id, again))
        world.tick()
        assert "A00001" not in world.tables.all_links(world.id)

    def test_the_same_between_a_full_page_and_its_writes(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.delete_record(link.media_id)
        forgotten = replace(link, state=LinkState.FORGOTTEN)
        world.tables.put_link(world.id, forgotten)
        world.server.erase("A00001")
        again = replace(forgotten, version=forgotten.version + 1)
        world.tables.once_before("apply", lambda: world.tables.put_link(world.id, again))
        world.clock.advance(DAY)
        world.tick()
        assert "A00001" not in world.tables.all_links(world.id)

    def test_a_nominee_that_is_settled_before_its_turn_is_not_asked_for(self) -> None:
        world = synced(2000)
        world.steps_per_tick = 1
        for number in range(60):
            world.server.delete(f"A{number:05}")
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.put_link(world.id, replace(link, state=LinkState.KEPT))
        for _ in range(4):
            world.tick()
        assert "A00001" not in world.server.proofs
        assert len(world.tables.media) == 1941

    def test_a_link_that_goes_while_its_asset_is_shown_as_foreign_is_left(self) -> None:
        world = synced()
        world.server.give_away("A00001")
        world.tables.once_before("apply", lambda: world.tables.drop_link(world.id, "A00001"))
        world.clock.advance(DAY)
        world.tick()
        assert "A00001" not in world.tables.all_links(world.id)

    def test_a_foreign_asset_whose_record_is_edited_meanwhile_is_shown_all_the_same(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.give_away("A00001")
        recreate = lambda: world.tables.put_record(  # noqa: E731 (one event)
            media_id, uri="mediamosa://asset/A00001/x", mediamosa={}
        )
        world.tables.once_before("apply", recreate)
        world.clock.advance(DAY)
        world.tick()
        assert world.tables.media[media_id]["mediamosa"]["state"] == "foreign"

    def test_a_record_too_large_to_copy_is_kept(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.tables = NoRoomForCopies.like(world.tables)
        world.server.delete("A00001")
        world.tick()
        assert media_id in world.tables.media
        assert world.state_of("A00001") is LinkState.KEPT


class TestPutAway:
    def test_a_trashed_asset_takes_its_record_along_and_brings_the_same_back(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.media[link.media_id] = {
            **world.tables.media[link.media_id],
            "own": "kept",
        }
        world.server.trash("A00001")
        world.tick()
        assert link.media_id not in world.tables.media
        world.server.restore("A00001")
        world.server.put("A00001", subject="back")
        world.tick()
        revived = world.tables.media[link.media_id]
        assert revived["own"] == "kept"
        assert revived["metadata"] == {"title": ["Title of A00001"], "subject": ["back"]}
        assert world.state_of("A00001") is LinkState.LINKED
        assert world.tables.removed_record(world.id, "A00001") is None
        assert world.state.links == 3

    def test_without_its_copy_it_begins_anew(self) -> None:
        world = synced()
        world.server.trash("A00001")
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.copies[world.id].clear()
        world.server.restore("A00001")
        world.tick()
        assert world.titles()["A00001"] == ["Title of A00001"]
        assert world.tables.all_links(world.id)["A00001"].media_id == link.media_id

    def test_by_policy_a_trashed_asset_only_shows_it(self) -> None:
        world = synced()
        keeping = replace(world.connection, policies=Policies(on_trash=Removal.KEEP))
        world.tables.put_connection(keeping)
        world.server.trash("A00001")
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        assert world.tables.media[link.media_id]["mediamosa"]["state"] == "trashed"

    def test_an_unpublished_asset_only_shows_it(self) -> None:
        world = synced()
        world.server.unpublish("A00001")
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        assert world.tables.media[link.media_id]["mediamosa"]["state"] == "unpublished"
        world.server.publish("A00001")
        world.tick()
        assert "state" not in world.tables.media[link.media_id]["mediamosa"]

    def test_by_policy_an_unpublished_asset_takes_its_record_along(self) -> None:
        world = synced()
        removing = replace(world.connection, policies=Policies(on_unpublish=Removal.REMOVE))
        world.tables.put_connection(removing)
        world.server.unpublish("A00001")
        world.tick()
        assert world.state_of("A00001") is LinkState.REMOVED

    def test_an_asset_of_another_application_by_now_is_shown_as_foreign_and_kept(self) -> None:
        world = synced()
        world.server.give_away("A00001")
        world.clock.advance(DAY)
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        assert link.state is LinkState.FOREIGN
        assert world.tables.media[link.media_id]["mediamosa"]["state"] == "foreign"
        world.clock.advance(DAY)
        world.forget_traffic()
        world.tick()
        assert world.tables.traffic.records_written == 0
        world.server.take_back("A00001")
        world.clock.advance(DAY)
        world.tick()
        assert world.state_of("A00001") is LinkState.LINKED
        assert "state" not in world.tables.media[link.media_id]["mediamosa"]


@pytest.mark.parametrize("error", [Malformed("Cut off."), Refused("No.", 1905)])
def test_where_nothing_is_proved_the_record_stays_and_the_others_are_removed(
    error: AssetServerError,
) -> None:
    world = synced(400)
    for number in range(3):
        world.server.delete(f"A{number:05}")
    world.server.failures = [None, error]
    world.tick()
    assert len(world.tables.media) == 398
    run = world.state.incremental
    assert run is not None
    assert (run.counts.deleted, run.counts.errors, run.outcome) == (2, 1, Outcome.PARTIAL)
    world.tick()
    assert len(world.tables.media) == 397
