"""Edits where there is more than one connection, or another one becomes the default."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.errors import Unavailable
from tests.scenarios.calls import Asked
from tests.scenarios.editors import Site
from tests.scenarios.pushed import (
    AWAY,
    assert_ends_well,
    at_rest,
    attribute,
    bring_to_rest,
    edit,
    outage,
    put,
    recover,
    rows,
    theirs,
    writes,
)
from tests.scenarios.test_connections_and_schedule import with_another
from tests.scenarios.world import DAY, URL, World

OTHER = "https://other.example.org"


def with_two(url: str = OTHER) -> tuple[World, Connection, Site]:
    """A world with two synced connections; on another server the ids of the assets are the same."""
    world = at_rest()
    other, site = with_another(world, url)
    site.add(*[f"{'A' if url == OTHER else 'B'}{number:05}" for number in range(3)])
    bring_to_rest(world)
    world.forget_traffic()
    return world, other, site


def record_id(world: World, connection: Connection, asset_id: str) -> str:
    return str(world.tables.all_links(connection.connection_id)[asset_id].media_id)


@pytest.mark.parametrize("url", [URL, OTHER])
def test_edits_of_two_connections_reach_their_own_assets_only(url: str) -> None:
    world, other, site = with_two(url)
    asset_id = "A00001" if url == OTHER else "B00001"
    links = world.tables.all_links(world.id)
    world.tables.edit_record(record_id(world, other, asset_id), title=["There"])
    world.feed()
    assert world.tables.all_links(world.id) == links
    assert theirs(world, asset_id, site)["title"] == ["There"]
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    edit(world, "A00001", title="Here")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Here"]
    assert [one.connection_id for one in writes(world)] == [other.connection_id, world.id]
    assert_ends_well(world)
    world.assert_in_sync(other)


def test_an_outage_of_one_server_holds_up_no_edit_of_the_other() -> None:
    world, other, site = with_two()

    def away(asked: Asked) -> None:
        if asked.connection_id == other.connection_id:
            raise Unavailable(AWAY)

    world.on_request = away
    world.tables.edit_record(record_id(world, other, "A00001"), title=["There"])
    edit(world, "A00001", title="Here")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Here"]
    assert theirs(world, "A00001", site)["title"] == ["Title of A00001"]
    world.ticks(5)
    recover(world)
    assert_ends_well(world)
    world.assert_in_sync(other)
    assert theirs(world, "A00001", site)["title"] == ["There"]


def test_a_new_record_goes_to_the_connection_that_it_names_else_to_the_default() -> None:
    world, other, site = with_two()
    world.site.add("N1", "N2")
    site.add("N1", "N2")
    named = {"uri": "mediamosa://asset/N1", "connection_id": other.connection_id}
    world.tables.put_record("there", **named, metadata={"creator": ["There"]})
    put(world, "here", "mediamosa://asset/N2", creator="Here")
    nobodys = {"uri": "mediamosa://asset/N1", "connection_id": "f" * 40}
    world.tables.put_record("nobody", **nobodys, metadata={"creator": ["Nobody"]})
    world.feed()
    assert theirs(world, "N1", site)["creator"] == ["There"]
    assert theirs(world, "N2")["creator"] == ["Here"]
    assert "creator" not in theirs(world, "N1")
    assert "creator" not in theirs(world, "N2", site)
    assert rows(world) == {}
    assert_ends_well(world)
    world.assert_in_sync(other)


@pytest.mark.parametrize("url", [URL, OTHER])
def test_pending_edits_wait_while_another_connection_is_the_default(url: str) -> None:
    world = at_rest()
    first = world.connection
    outage(world)
    edit(world, "A00001", title="Waits")
    put(world, "own", "mediamosa://mediafile/mA00002/f.mp4", creator="Waits, too")
    world.feed()
    second, site = with_another(world, url)
    site.fill(3, first=100)
    world.default = second
    recover(world)
    world.tick()
    edit(world, "A00000", title="While it is off")
    world.feed()
    world.ticks(3)
    world.feed()
    assert theirs(world, "A00000")["title"] == ["Title of A00000"]
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    assert {one.connection_id for one in world.asked} == {second.connection_id}
    world.default = first
    bring_to_rest(world)
    assert theirs(world, "A00000")["title"] == ["While it is off"]
    assert theirs(world, "A00001")["title"] == ["Waits"]
    assert theirs(world, "A00002")["creator"] == ["Waits, too"]
    world.tick(DAY)
    assert_ends_well(world)
    assert len(world.tables.all_links(second.connection_id)) == 3


def test_a_tied_record_that_names_another_connection_stays_with_its_link() -> None:
    world, other, site = with_two()
    attribute(world, "A00001", connection_id=other.connection_id, metadata={"title": ["Here"]})
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Here"]
    assert theirs(world, "A00001", site)["title"] == ["Title of A00001"]
    world.tick(DAY)
    assert_ends_well(world)
    world.assert_in_sync(other)
