"""Scenario S11 and beyond: clocks that differ, jump or repeat an hour; servers set back."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.mediamosa.store import Late
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Trigger
from tests.scenarios.world import DAY, HOUR, MINUTE, World, synced


@pytest.mark.parametrize("minutes", [-10, 10, -600, 600])
def test_s11_our_clock_minutes_away_from_the_servers_changes_nothing(minutes: int) -> None:
    world = World()
    world.server_offset = timedelta(minutes=minutes)
    world.site.fill(3)
    world.until_idle()
    for number in range(5):
        world.clock.advance(seconds=20)
        world.site.write("A00001", title=f"Edit {number}")
        world.tick()
        world.assert_in_sync()
    assert world.changes() == (3, 5, 0)


def test_a_servers_clock_put_back_by_an_hour_makes_a_full_run_due_and_hides_no_change() -> None:
    world = synced(5)
    world.server_offset = -HOUR
    world.site.write("A00002", title="Stamped an hour ago")
    world.tick()
    world.until_idle()
    world.assert_in_sync()
    full = world.state.full
    assert full is not None
    assert full.trigger is Trigger.CLOCK
    world.site.write("A00003", title="The next one, too")
    world.tick()
    world.assert_in_sync()


def test_our_clock_put_back_by_an_hour_loses_no_change() -> None:
    world = synced(5)
    world.clock.advance(-HOUR)
    world.server_offset = HOUR
    for number in range(4):
        world.site.write(f"A0000{number}", title="Changed")
        world.ticks(2)
    world.assert_in_sync()


@pytest.mark.parametrize("tick", [MINUTE, timedelta(minutes=15)], ids=["minute", "quarter"])
def test_the_hour_that_happens_twice_loses_no_change_of_either_pass(tick: timedelta) -> None:
    world = World()
    world.clock.set(datetime(2026, 10, 24, 23, 30, tzinfo=UTC))
    world.site.fill(3)
    world.until_idle()
    end = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    number = 0
    while world.clock.now() < end:
        number += 1
        world.site.write(f"A0000{number % 3}", subject=[f"At {world.clock.now():%H:%M:%S}"])
        world.tick(tick)
        found = [world.record(f"A0000{one}")["metadata"].get("subject") for one in range(3)]
        told = [[f"{value}" for value in _subjects(world, f"A0000{one}")] for one in range(3)]
        assert found == [values or None for values in told]
    assert number > 10


def test_changes_that_lists_show_late_arrive_within_the_overlap() -> None:
    world = synced(5)
    world.site.model.store.list_lag_seconds = 90
    world.site.write("A00002", title="Shown late")
    world.site.add("B1")
    for _ in range(4):
        world.tick()
    assert world.record("A00002")["metadata"]["title"] == ["Shown late"]


def test_an_asset_shown_later_than_the_overlap_comes_with_the_next_full_run() -> None:
    world = synced(5)
    shown = Late(2**40, world.site.asset("A00002").copy())
    world.site.model.store.late["A00002"] = [shown]
    world.site.write("A00002", title="Shown an hour late")
    world.tick(HOUR)
    world.site.show("A00002")
    world.tick(DAY)
    world.until_idle()
    world.assert_in_sync()


def test_a_server_restored_from_a_backup_ends_in_sync_again() -> None:
    world = synced(30)
    backup = deepcopy(world.site.model.store)
    world.tick(HOUR)
    world.site.write("A00001", title="Lost with the backup")
    world.site.add("NEW1", "NEW2")
    world.site.delete("A00002")
    world.ticks(3)
    world.assert_in_sync()
    assert world.changes() == (32, 1, 1)
    world.site.model.store = backup
    world.tick(DAY)
    world.until_idle()
    world.assert_in_sync()
    assert world.record("A00001")["metadata"]["title"] == ["Title of A00001"]
    assert world.link("A00002").state is LinkState.LINKED
    assert sorted(world.states(LinkState.REMOVED)) == ["NEW1", "NEW2"]


def _subjects(world: World, asset_id: str) -> list[str]:
    site = world.site
    known = site.model.store.properties_of(site.application.app_id)
    number = next(one.prop_id for one in known if one.name == "subject")
    return [str(value) for value in site.asset(asset_id).metadata.get(number, [])]
