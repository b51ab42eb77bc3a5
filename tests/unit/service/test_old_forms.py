"""A pull meets a record whose uri names a mediafile that its link knows nothing of."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.link import LinkState
from tests.fakes.world import World, synced

OURS, OTHER = "A00001", "A00002"
URI = "mediamosa://mediafile/m1/film.mp4"


@pytest.fixture
def world() -> World:
    """In sync; then the record of one asset got a uri of the old form, whose event was lost."""
    world = synced()
    item = world.record(OURS)
    world.tables.put_record(item.pop("media_id"), **{**item, "uri": URI})
    world.tables.take_stream()
    world.server.put(OURS, title="Theirs")
    return world


def test_as_long_as_nobody_has_asked_whose_it_is_the_record_is_left(world: World) -> None:
    world.tick()
    assert world.titles()[OURS] == [f"Title of {OURS}"]
    assert world.server.mediafile_reads == []


def test_a_mediafile_that_is_known_to_be_the_assets_changes_nothing(world: World) -> None:
    world.tables.put_mediafiles(world.id, {"m1": OURS})
    world.tick()
    assert world.titles()[OURS] == ["Theirs"]
    assert world.link(OURS).uri == URI


def test_with_a_mediafile_of_another_asset_the_record_takes_no_value_of_this_one(
    world: World,
) -> None:
    media_id = world.link(OURS).media_id
    world.tables.put_mediafiles(world.id, {"m1": OTHER})
    world.tick()
    assert world.tables.media[media_id]["metadata"]["title"] == [f"Title of {OURS}"]
    assert world.state_of(OURS) is LinkState.FORGOTTEN
    assert world.server.mediafile_reads == []
