"""The policy ``recreate``: an asset whose record was deleted gets one again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.errors import Malformed, Refused, Unavailable
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import AWAY, fail, recover

RECREATE = Policies(on_record_delete=OnRecordDelete.RECREATE)
UNREADABLE = Malformed("MediaMosa's answer is not well-formed.")


def recreating(count: int = 3) -> World:
    world = synced(count)
    world.tables.put_connection(replace(world.connection, policies=RECREATE))
    return world


def deleted(world: World, asset_id: str = "A00001") -> None:
    """Its application deletes the asset's record."""
    world.tables.delete_record(world.link(asset_id).media_id)
    world.push()


def test_the_next_step_creates_the_record_again() -> None:
    world = recreating()
    deleted(world)
    assert (world.state_of("A00001"), world.state.links) == (LinkState.PENDING, 2)
    assert world.server.requests == 0
    world.tick()
    assert world.record("A00001")["metadata"] == {"title": ["Title of A00001"]}
    assert (world.state_of("A00001"), world.state.links) == (LinkState.LINKED, 3)
    world.push()
    world.quiet_ticks(5)
    assert (world.server.writes, len(world.tables.media)) == ([], 3)


def test_an_application_that_was_faster_has_its_record() -> None:
    world = recreating()
    deleted(world)
    world.tables.put_record("mine", uri="mediamosa://asset/A00001", metadata={})
    world.push()
    world.tick()
    assert (world.link("A00001").media_id, len(world.tables.media)) == ("mine", 3)


def test_a_record_that_names_another_asset_leaves_the_first_to_be_recreated() -> None:
    world = recreating()
    world.server.put("NEW")
    world.tables.put_record("mine", uri="mediamosa://asset/A00001", metadata={})
    world.push()
    world.tables.put_record("mine", uri="mediamosa://asset/NEW", metadata={})
    world.push()
    assert world.link("NEW").media_id == "mine"
    world.tick()
    assert world.link("A00001").media_id == created_media_id(world.id, "A00001")
    assert world.state_of("A00001") is LinkState.LINKED


def test_an_asset_that_is_gone_by_then_leaves_nothing() -> None:
    world = recreating()
    deleted(world)
    world.server.erase("A00001")
    world.tick()
    assert "A00001" not in world.tables.all_links(world.id)


def test_one_that_lists_lack_is_asked_for_singly() -> None:
    world = recreating()
    deleted(world)
    fail(world, [None, UNREADABLE])
    world.tick()
    assert world.record("A00001")["metadata"] == {"title": ["Title of A00001"]}
    assert world.server.proofs == ["A00001"]


def test_one_of_another_application_is_parked() -> None:
    world = recreating()
    deleted(world)
    world.server.give_away("A00001")
    world.tick()
    assert world.state_of("A00001") is LinkState.PARKED
    assert len(world.tables.media) == 2


def test_one_that_was_put_away_is_parked() -> None:
    world = recreating()
    deleted(world)
    world.server.trash("A00001")
    world.tick()
    assert world.state_of("A00001") is LinkState.PARKED


def test_one_that_cannot_be_asked_for_is_parked_with_the_reason() -> None:
    world = recreating()
    deleted(world)
    fail(world, [None, UNREADABLE, Refused("MediaMosa refused the request.", 601)])
    world.tick()
    assert world.link("A00001").reason == "MediaMosa refused the request."


def test_mediamosa_being_away_leaves_it_to_the_next_step() -> None:
    world = recreating()
    deleted(world)
    fail(world, [None, Unavailable(AWAY)])
    world.tick()
    assert world.state_of("A00001") is LinkState.PENDING
    recover(world)
    world.tick()
    assert world.state_of("A00001") is LinkState.LINKED


def test_those_beyond_what_one_step_asks_for_singly_wait_for_the_next() -> None:
    world = recreating(30)
    for number in range(30):
        deleted(world, f"A{number:05}")
    fail(world, [None, UNREADABLE])
    world.tick()
    assert len(world.tables.media) == 25
    world.tick()
    assert len(world.tables.media) == 30


@pytest.mark.parametrize("policies", [Policies(), RECREATE])
def test_a_pull_that_finds_the_record_gone_before_its_event_does_the_same(
    policies: Policies,
) -> None:
    world = synced()
    world.tables.put_connection(replace(world.connection, policies=policies))
    world.tables.delete_record(world.link("A00001").media_id)
    world.server.put("A00001", title="Changed")
    world.tick()
    world.push()
    world.quiet_ticks(2)
    there = created_media_id(world.id, "A00001") in world.tables.media
    assert there is (policies is RECREATE)
