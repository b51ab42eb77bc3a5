"""Assets that no list can show, in a list that changes between two steps of a full run."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.link import LinkState
from tests.scenarios.world import HOUR, MINUTE, World, synced

BROKEN = "broken \ufffe value"


def before_the_step_past(world: World, asset_id: str) -> None:
    """A restart's full run has come to the unreadable asset and stands right behind it."""
    world.site.write(asset_id, title=BROKEN)
    world.press_restart()
    for _ in range(12):
        world.tick()
        full = world.state.full
        assert full is not None
        if full.cursor.after_unreadable:
            return
    raise AssertionError("the walk has not met the asset that it cannot read")


def at_rest() -> World:
    world = World(page_size=5)
    world.site.fill(12)
    world.until_idle()
    return world


def test_the_first_asset_is_unreadable_and_goes_and_the_next_ones_record_stays_whole() -> None:
    world = at_rest()
    before_the_step_past(world, "A00000")
    world.site.delete("A00000")
    world.until_idle()
    assert world.record("A00001")["metadata"] == {"title": ["Title of A00001"]}


@pytest.mark.parametrize("gone", [1, 3, 4])
def test_deletes_before_an_unreadable_asset_park_no_other(gone: int) -> None:
    world = at_rest()
    before_the_step_past(world, "A00004")
    world.site.delete(*(f"A{number:05}" for number in range(gone)))
    world.until_idle()
    assert world.states(LinkState.PARKED) == ["A00004"]
    world.assert_in_sync(but=["A00004"])


def test_the_assets_behind_an_unreadable_one_go_and_the_run_ends() -> None:
    world = at_rest()
    before_the_step_past(world, "A00010")
    world.site.delete("A00011")
    world.until_idle()
    world.assert_in_sync(but=["A00010"])


def test_a_clock_put_back_during_a_full_run_hides_no_change() -> None:
    world = synced(30, page_size=5)
    world.tick(25 * HOUR)
    world.tick(15 * MINUTE)
    world.server_offset = -HOUR
    world.site.write("A00001", title="Stamped an hour ago")
    for _ in range(40):
        world.tick(15 * MINUTE)
    world.assert_in_sync()
