"""Scenario S50 with the push: what belongs to one connection is nobody else's to touch."""

from __future__ import annotations

from tests.scenarios.test_connections_and_schedule import with_another
from tests.scenarios.world import DAY, World, synced

OTHER = "https://other.example.org"


def test_s50_the_stream_ties_a_record_of_one_connection_to_no_asset_of_another() -> None:
    world = synced(2)
    world.feed()
    before = world.kept()
    other, site = with_another(world, OTHER)
    site.fill(3)
    world.tick()
    world.feed()
    assert world.kept()["links"] == before["links"]
    assert world.kept()["media"] == before["media"]
    assert world.tables.waiting_rows.get(world.id, {}) == {}
    world.assert_in_sync()
    world.assert_in_sync(other)


def test_s50_a_full_run_takes_over_no_record_of_another_connection() -> None:
    world = World()
    other, site = with_another(world, OTHER)
    world.site.fill(2)
    site.fill(2)
    world.until_idle()
    site.write("A00001", title="Only there")
    world.tick()
    world.tick(DAY)
    world.settle()
    assert site.model.store.assets["A00001"].metadata[8] == ["Only there"]
    world.assert_in_sync()
    world.assert_in_sync(other)
