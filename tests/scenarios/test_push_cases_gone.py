"""Scenarios S45 and S46: records and assets that are deleted, or put away, around an edit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.local.mediamosa.properties import TRASHCAN
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from tests.scenarios.calls import Asked
from tests.scenarios.pushed import (
    assert_ends_well,
    assert_stays_quiet,
    at_rest,
    bring_to_rest,
    conflicts,
    edit,
    ours,
    outage,
    put,
    recover,
    settled,
    theirs,
    told,
    writes,
)
from tests.scenarios.world import DAY, World


def with_policies(policies: Policies) -> World:
    world = at_rest()
    stands = world.tables._connections[world.id]
    world.tables.put_connection(replace(stands, policies=policies))
    world.tick()
    return settled(world)


RECREATE = Policies(on_record_delete=OnRecordDelete.RECREATE)


def test_s45_a_record_that_its_application_deletes_is_not_created_again() -> None:
    world = at_rest()
    world.tables.delete_record(world.link("A00001").media_id)
    world.feed()
    assert world.link("A00001").state is LinkState.FORGOTTEN
    assert_stays_quiet(world)
    world.site.write("A00001", title="Changed")
    world.tick()
    world.press_restart()
    world.tick(DAY)
    assert_ends_well(world, but=["A00001"])
    assert len(world.tables.media) == 2
    assert theirs(world, "A00001") == {"title": ["Changed"]}


def test_s45_a_forgotten_asset_takes_part_again_once_an_application_writes_a_record() -> None:
    world = at_rest()
    world.tables.delete_record(world.link("A00001").media_id)
    settled(world)
    put(world, "own", "mediamosa://asset/A00001", creator="Ours")
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Title of A00001"], "creator": ["Ours"]}
    assert_ends_well(world)


@pytest.mark.parametrize("away", [False, True])
def test_s45_with_the_policy_recreate_the_next_run_creates_the_record_again(away: bool) -> None:
    world = with_policies(RECREATE)
    media_id = world.link("A00001").media_id
    if away:
        outage(world)
    world.tables.delete_record(media_id)
    world.feed()
    assert media_id not in world.tables.media
    world.tick()
    recover(world)
    assert_ends_well(world)
    assert ours(world, "A00001") == {"title": ["Title of A00001"]}
    assert writes(world) == []


def test_s45_recreate_gives_an_asset_its_own_record_where_an_application_has_one_taken_away() -> (
    None
):
    world = with_policies(RECREATE)
    put(world, "own", "mediamosa://asset/A00001", creator="Ours")
    settled(world)
    world.tables.put_record("own", metadata={"creator": ["Ours"]})
    assert_ends_well(world)
    assert world.link("A00001").media_id != "own"
    assert ours(world, "A00001") == {"title": ["Title of A00001"], "creator": ["Ours"]}


@pytest.mark.parametrize("policies", [Policies(), RECREATE])
def test_s45_a_record_deleted_in_an_outage_with_a_pending_edit_changes_nothing_in_mediamosa(
    policies: Policies,
) -> None:
    world = with_policies(policies)
    outage(world)
    edit(world, "A00001", title="Ours")
    world.feed()
    world.tables.delete_record(world.link("A00001").media_id)
    world.feed()
    recover(world)
    assert_ends_well(world, but=["A00001"])
    assert theirs(world, "A00001") == {"title": ["Title of A00001"]}
    recreate = policies.on_record_delete is OnRecordDelete.RECREATE
    assert len(world.tables.media) == (3 if recreate else 2)


@pytest.mark.parametrize("drained_first", [False, True])
def test_s46_an_asset_that_is_deleted_while_an_edit_waits_takes_its_record_with_it(
    drained_first: bool,
) -> None:
    world = at_rest()
    outage(world)
    edit(world, "A00001", title="Unsent", subject="x")
    world.feed()
    world.site.delete("A00001")
    if drained_first:
        world.control.pause(world.id, ["pull"], paused=True)
        recover(world)
        world.ticks(3)
        assert told(world, "A00001")[0] == "parked"
        world.control.pause(world.id, ["pull"], paused=False)
    recover(world)
    assert_ends_well(world)
    assert world.link("A00001").state is LinkState.REMOVED
    copy = world.tables.copies[world.id]["A00001"]
    assert copy.attributes["metadata"] == {"title": ["Unsent"], "subject": ["x"]}
    assert len(world.tables.media) == 2
    world.tick(DAY)
    assert_ends_well(world)


def test_s46_an_asset_that_is_deleted_between_read_and_write_is_written_once() -> None:
    world = at_rest()

    def delete(asked: Asked) -> None:
        if asked.is_write:
            recover(world)
            world.site.delete("A00001")

    world.on_request = delete
    edit(world, "A00001", title="Unsent")
    edit(world, "A00002", title="Other")
    world.feed()
    assert len(writes(world)) == 2
    assert told(world, "A00001")[0] == "parked"
    assert "700" in told(world, "A00001")[1]
    assert theirs(world, "A00002")["title"] == ["Other"]
    world.forget_traffic()
    bring_to_rest(world)
    assert writes(world) == []
    assert_ends_well(world)
    assert world.link("A00001").state is LinkState.REMOVED
    assert world.tables.copies[world.id]["A00001"].attributes["metadata"] == {"title": ["Unsent"]}


def test_s46_an_edit_after_the_asset_is_gone_is_shown_until_the_record_goes() -> None:
    world = at_rest()
    world.site.erase(["A00001"])
    edit(world, "A00001", title="Unsent")
    world.feed()
    assert writes(world) == []
    assert told(world, "A00001")[0] == "parked"
    bring_to_rest(world)
    assert_stays_quiet(world)
    world.tick(DAY)
    assert_ends_well(world)
    assert world.link("A00001").state is LinkState.REMOVED


def test_an_edit_of_a_trashed_asset_is_kept_with_its_record_and_pushed_once_it_is_restored() -> (
    None
):
    world = at_rest()
    world.site.trash("A00001")
    edit(world, "A00001", title="Ours", subject="x")
    world.feed()
    assert told(world, "A00001")[0] == "parked"
    bring_to_rest(world)
    assert writes(world) == []
    assert world.link("A00001").state is LinkState.REMOVED
    world.site.restore("A00001")
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": ["x"]}
    assert conflicts(world) == []


def test_an_edit_of_a_trashed_asset_is_pushed_where_trashed_assets_keep_their_records() -> None:
    world = with_policies(Policies(on_trash=Removal.KEEP))
    world.site.trash("A00001")
    settled(world)
    edit(world, "A00001", title="Ours")
    world.feed()
    assert [one.values for one in writes(world)] == [{"title": ("Ours",)}]
    assert world.site.asset("A00001").metadata[TRASHCAN] == ["TRUE"]
    bring_to_rest(world)
    assert told(world, "A00001")[0] == "trashed"
    assert_stays_quiet(world)
    world.site.restore("A00001")
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"]}


@pytest.mark.parametrize("on_unpublish", list(Removal))
def test_an_edit_of_an_unpublished_asset_ends_as_the_policy_says(on_unpublish: Removal) -> None:
    world = with_policies(Policies(on_unpublish=on_unpublish))
    world.site.post("asset/A00001/unpublish")
    edit(world, "A00001", title="Ours")
    world.feed()
    bring_to_rest(world)
    keeps = on_unpublish is Removal.KEEP
    assert len(writes(world)) == int(keeps)
    assert (world.link("A00001").state is LinkState.LINKED) == keeps
    assert_stays_quiet(world)
    world.site.post("asset/A00001/publish")
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"]}


@pytest.mark.parametrize("shown", [False, True])
def test_an_edit_of_an_asset_that_no_list_shows_yet_is_pushed(shown: bool) -> None:
    world = at_rest()
    if not shown:
        world.site.hide("A00001")
    edit(world, "A00001", title="Ours")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Ours"]
    if not shown:
        world.site.show("A00001")
    world.tick(DAY)
    assert_ends_well(world)
