"""Which connection an edited record belongs to, and what admins decide per connection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Direction, Why
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.asset_server import FakeAssetServer
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import conflicts, ours, outage, rows, theirs


def uri(asset_id: str) -> str:
    return f"mediamosa://asset/{asset_id}"


class Two:
    """Two connections with a server each; the first is the default one."""

    def __init__(self) -> None:
        self.world = synced()
        self.other = Connection("https://mm2.example.org", "second", "arn2")
        self.server = FakeAssetServer(self.world.clock)
        self.world.tables.put_connection(self.other)
        self.asked: list[str] = []
        first = self.world.server

        def open_server(connection: Connection) -> AssetServer:
            self.asked.append(connection.user_name)
            return self.server if connection.user_name == "second" else first

        self.world.open_server = open_server

    @property
    def other_id(self) -> str:
        return self.other.connection_id

    def links(self) -> Iterable[str]:
        """Assets that the second connection has links of."""
        return self.world.tables.all_links(self.other_id)


def test_a_record_that_names_a_connection_goes_to_its_server() -> None:
    two = Two()
    two.server.put("B1")
    two.world.tables.put_record(
        "mine", uri=uri("B1"), metadata={"title": ["Mine"]}, connection_id=two.other_id
    )
    assert two.world.push() == Pushed(records=1, posts=1, updated=1)
    assert two.server.asset("B1").values("dublin_core", "title") == ("Mine",)
    assert (two.asked, list(two.links())) == (["second"], ["B1"])


def test_one_that_names_none_goes_to_the_default_one() -> None:
    two = Two()
    two.world.server.put("NEW")
    two.world.tables.put_record("mine", uri=uri("NEW"), metadata={"title": ["Mine"]})
    two.world.push()
    assert theirs(two.world, "NEW") == ("Mine",)
    assert (two.asked, list(two.links())) == (["editor"], [])


def test_one_that_names_an_unknown_connection_is_left_alone() -> None:
    two = Two()
    two.world.tables.put_record("mine", uri=uri("B1"), metadata={}, connection_id="0" * 40)
    assert two.world.push() == Pushed()
    assert two.asked == []


def test_with_one_connection_a_record_that_names_another_is_left_alone() -> None:
    world = synced()
    world.server.put("NEW")
    world.tables.put_record("mine", uri=uri("NEW"), metadata={}, connection_id="0" * 40)
    assert world.push() == Pushed()
    assert (rows(world), "NEW" in world.tables.all_links(world.id)) == ({}, False)


def test_a_linked_record_belongs_to_its_links_connection_whatever_it_names() -> None:
    two = Two()
    world = two.world
    link = world.link("A00001")
    item = world.tables.media[link.media_id]
    world.tables.put_record(
        link.media_id, **{**item, "metadata": {"title": ["Ed"]}, "connection_id": two.other_id}
    )
    world.push()
    assert theirs(world, "A00001") == ("Ed",)
    assert (two.asked, list(two.links())) == (["editor"], [])


def test_one_that_moves_to_another_connections_asset_is_let_go_here_and_taken_up_there() -> None:
    two = Two()
    world = two.world
    two.server.put("B1")
    media_id = world.link("A00001").media_id
    world.tables.put_record(
        media_id, uri=uri("B1"), metadata={"title": ["Moved"]}, connection_id=two.other_id
    )
    world.push()
    assert world.state_of("A00001") is LinkState.FORGOTTEN
    assert world.tables.all_links(two.other_id)["B1"].media_id == media_id
    assert two.server.asset("B1").values("dublin_core", "title") == ("Moved",)


def test_a_record_of_the_old_form_is_found_by_what_was_told_of_its_mediafile() -> None:
    two = Two()
    world = two.world
    two.server.put("B1")
    two.server.mediafiles["m1"] = "B1"
    world.tables.put_record(
        "mine",
        uri="mediamosa://mediafile/m1/x",
        metadata={"title": ["Mine"]},
        connection_id=two.other_id,
    )
    world.push()
    world.tables.put_record(
        "mine", uri="mediamosa://mediafile/m1/x", metadata={"title": ["Edited"]}
    )
    world.push()
    assert two.server.asset("B1").values("dublin_core", "title") == ("Edited",)
    assert two.asked == ["second", "second"]


def test_an_outage_of_one_does_not_keep_the_other_from_being_pushed() -> None:
    two = Two()
    world = two.world
    two.server.put("B1")
    world.tables.put_record(
        "mine", uri=uri("B1"), metadata={"title": ["Mine"]}, connection_id=two.other_id
    )
    world.edit("A00001", title=["Edited"])
    outage(world)
    world.push()
    assert two.server.asset("B1").values("dublin_core", "title") == ("Mine",)
    assert world.state_of("A00001") is LinkState.PENDING
    assert world.tables.push_state(two.other_id).circuit is None


def test_without_any_connection_nothing_happens() -> None:
    world = World()
    world.tables._connections.clear()
    world.tables.put_record("mine", uri=uri("A1"), metadata={})
    assert world.push() == Pushed()


def test_a_record_that_another_connection_has_tied_is_not_taken_up_by_the_default_one() -> None:
    two = Two()
    world = two.world
    two.server.put("A00001", title="Second")
    link = Link("A00001", "mine", base={"title": ("Second",)}, revision="r")
    world.tables.put_link(two.other_id, link)
    world.tables.put_record("mine", uri=uri("A00001"), metadata={"title": ["Edited"]})
    world.push()
    assert two.server.asset("A00001").values("dublin_core", "title") == ("Edited",)
    assert world.link("A00001").media_id != "mine"


class TestFields:
    def ruled(self, *rules: FieldRule) -> World:
        world = synced()
        world.tables.put_connection(replace(world.connection, fields=rules))
        return world

    @pytest.mark.parametrize("direction", [Direction.PULL, Direction.IGNORE])
    def test_a_property_that_does_not_travel_up_is_not_pushed(self, direction: Direction) -> None:
        world = self.ruled(FieldRule("title", direction))
        world.edit("A00001", title=["Edited"])
        assert world.push() == Pushed()
        assert world.server.requests == 0

    def test_one_that_only_travels_up_is_pushed_and_never_overwritten(self) -> None:
        world = self.ruled(FieldRule("title", Direction.PUSH))
        world.server.put("A00001", title="Theirs")
        world.edit("A00001", title=["Ours"])
        world.push()
        assert theirs(world, "A00001") == ("Ours",)
        world.quiet_ticks(3)
        assert (ours(world, "A00001"), conflicts(world)) == ({"title": ["Ours"]}, [])

    def test_a_renamed_property_travels_under_its_new_name_and_nothing_is_cleared(self) -> None:
        world = self.ruled(FieldRule("title", record_name="headline"))
        world.edit("A00001", subject=["Touched"])
        world.push()
        assert theirs(world, "A00001") == ("Title of A00001",)
        assert ours(world, "A00001")["headline"] == ["Title of A00001"]
        world.quiet_ticks(1)
        world.edit("A00001", headline=["Edited"])
        world.push()
        assert theirs(world, "A00001") == ("Edited",)

    def test_what_stood_under_the_new_name_goes_to_the_log(self) -> None:
        world = self.ruled(FieldRule("title", record_name="headline"))
        world.edit("A00001", headline=["Mine"])
        world.push()
        assert ours(world, "A00001")["headline"] == ["Title of A00001"]
        (entry,) = conflicts(world)
        assert (entry.record_name, entry.disagreement.why) == ("headline", Why.FIRST_CONTACT)
        assert world.server.writes == []
