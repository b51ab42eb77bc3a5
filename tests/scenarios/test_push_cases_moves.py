"""A record that names another asset by now is never the record of both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from tests.scenarios.pushed import (
    assert_stays_quiet,
    at_rest,
    attribute,
    bring_to_rest,
    edit,
    rows,
    theirs,
    writes,
)
from tests.scenarios.world import DAY

FORMS = [
    "mediamosa://asset/A00000",
    "mediamosa://asset/A00000/mA00000/film.mp4",
    "mediamosa://mediafile/mA00000/film.mp4",
]


@pytest.mark.parametrize("uri", FORMS)
@pytest.mark.parametrize("lost", [False, True], ids=["seen", "event-lost"])
@pytest.mark.parametrize("policy", list(OnRecordDelete))
def test_a_record_that_moves_to_another_asset_takes_no_value_of_one_into_the_other(
    uri: str, lost: bool, policy: OnRecordDelete
) -> None:
    world = at_rest()
    stands = world.tables._connections[world.id]
    policies = Policies(on_record_delete=policy)
    world.tables.put_connection(replace(stands, policies=policies))
    media_id = world.link("A00002").media_id
    attribute(world, "A00002", uri=uri)
    if lost:
        world.tables.take_stream()
    world.feed()
    bring_to_rest(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert writes(world) == []
    assert theirs(world, "A00000") == {"title": ["Title of A00000"]}
    assert theirs(world, "A00002") == {"title": ["Title of A00002"]}
    tied = [one.asset_id for one in world.tables.all_links(world.id).values() if one.ties(media_id)]
    assert tied == ["A00000"]
    edit(world, "A00000", subject="x")
    world.feed()
    assert theirs(world, "A00000") == {"title": ["Title of A00000"], "subject": ["x"]}
    assert theirs(world, "A00002") == {"title": ["Title of A00002"]}
    bring_to_rest(world)
    assert_stays_quiet(world)


@pytest.mark.parametrize("uri", FORMS)
def test_a_record_that_has_moved_does_not_go_with_the_asset_that_it_was_of(uri: str) -> None:
    """The asset is gone before anybody has looked at the record's event."""
    world = at_rest()
    media_id = world.link("A00002").media_id
    attribute(world, "A00002", uri=uri)
    world.site.delete("A00002")
    world.tick()
    world.tick(DAY)
    bring_to_rest(world)
    assert media_id in world.tables.media
    world.feed()
    bring_to_rest(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert world.tables.media[media_id]["uri"] == uri
    assert "A00002" not in world.tables.all_links(world.id)
    assert theirs(world, "A00000") == {"title": ["Title of A00000"]}
    assert_stays_quiet(world)


def test_a_record_that_has_moved_to_nothing_lets_its_asset_go_though_its_event_is_lost() -> None:
    world = at_rest()
    media_id = world.link("A00002").media_id
    attribute(world, "A00002", uri="mediamosa://mediafile/nothing/film.mp4")
    world.tables.take_stream()
    world.tick(DAY)
    bring_to_rest(world)
    world.site.write("A00002", title="Theirs")
    world.tick()
    bring_to_rest(world)
    assert world.link("A00002").state is LinkState.FORGOTTEN
    assert world.tables.media[media_id]["metadata"]["title"] == ["Title of A00002"]
    assert rows(world)[media_id].state is LinkState.PARKED
    assert_stays_quiet(world)
