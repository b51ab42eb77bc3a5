"""Scenarios S1 to S12: the walk's position, ties, drift and the server's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.errors import NotMediaMosa, Unavailable
from tests.scenarios.stingy import Stingy
from tests.scenarios.world import DAY, HOUR, MINUTE, World, deadlock, synced


def after_the_first_page(count: int = 300) -> World:
    """A first sync of *count* assets that has done its first page."""
    world = World()
    world.site.fill(count)
    world.clock.advance(HOUR)
    world.tick()
    full = world.state.full
    assert full is not None
    assert full.cursor.done == 100
    return world


def test_s1_250_assets_with_one_stamp_become_250_records_each_written_once() -> None:
    world = World()
    world.site.fill(250)
    assert world.until_idle(most=6) <= 5
    assert (world.changes(), world.tables.traffic.records_written) == ((250, 0, 0), 250)
    assert world.tables.traffic.links_written == 250
    world.assert_in_sync()
    world.assert_quiet()


def test_s2_450_assets_changed_in_one_second_more_than_any_limit_are_all_pulled() -> None:
    world = synced(500, steps_per_tick=20)
    for asset_id in world.site.ids()[:450]:
        world.site.write(asset_id, title=f"New title of {asset_id}")
    world.tick()
    assert world.changes() == (500, 450, 0)
    world.assert_in_sync()
    world.assert_quiet()


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "UTC", "America/St_Johns", "Asia/Kolkata"])
def test_s3_an_asset_stamped_in_the_second_in_which_a_run_ended_comes_with_the_next(
    zone: str,
) -> None:
    world = synced(2, zone=zone)
    world.site.write("A00000", title="Seen by the run")
    world.tick(timedelta())
    world.site.write("A00001", title="Of the same second, after its page")
    world.site.add("B00000")
    world.tick()
    world.assert_in_sync()


@pytest.mark.parametrize("moment", ["before the page", "after the page"])
def test_s3_changes_in_the_cursors_second_before_and_after_its_page_are_pulled(moment: str) -> None:
    world = synced(3, page_size=2, steps_per_tick=20)
    world.site.write("A00002", title="First")
    written: list[str] = []

    def write() -> None:
        if not written:
            written.append(moment)
            world.site.write("A00002", title="Second")
            world.site.write("A00000", title="Second")

    if moment == "before the page":
        world.on_request = lambda _: write()
    else:
        world.tables.before = lambda method: write() if method == "apply" else None
    world.tick(timedelta())
    world.tick()
    assert written
    world.assert_in_sync()


def test_s5_a_walk_loses_nothing_when_seen_and_unseen_assets_are_modified_under_way() -> None:
    world = after_the_first_page()
    names = world.site.ids()
    for asset_id in [*names[:30], *names[150:160]]:
        world.site.write(asset_id, title="Modified during the walk")
    world.settle()
    world.assert_in_sync()
    assert world.changes() == (300, 30, 0)


def test_s5_every_edit_during_every_page_of_a_walk_arrives() -> None:
    world = World(page_size=10, steps_per_tick=1)
    names = world.site.fill(60)
    edits = 0

    def edit_around(_: object) -> None:
        nonlocal edits
        edits += 1
        world.site.write(names[edits * 7 % 60], subject=[f"Edit {edits}"])

    world.on_request = edit_around
    world.ticks(12)
    world.on_request = _nobody
    world.until_idle()
    assert edits > 12
    world.assert_in_sync()


def test_s6_a_walk_loses_nothing_when_20_seen_assets_are_deleted_under_way() -> None:
    world = after_the_first_page()
    world.rules = replace(world.rules, guard=replace(world.rules.guard, most=20))
    world.site.delete(*world.site.ids()[10:30])
    world.settle()
    assert len(world.tables.media) == 280
    assert world.changes() == (300, 0, 20)
    world.assert_in_sync()


def test_s6_a_walk_loses_nothing_when_everything_seen_is_deleted_under_way() -> None:
    world = after_the_first_page()
    world.site.erase(world.site.ids()[:100])
    world.until_idle()
    assert world.tables.all_links(world.id).keys() >= set(world.site.ids())
    world.tick(DAY)
    world.until_idle()
    assert (world.state.held.count, len(world.tables.media)) == (100, 300)


@pytest.mark.parametrize("deleted_at_a_time", [1, 3, 9])
def test_deletes_before_every_page_of_a_walk_skip_no_asset(deleted_at_a_time: int) -> None:
    world = World(page_size=10)
    world.rules = replace(world.rules, guard=replace(world.rules.guard, most=1000))
    names = world.site.fill(200)
    kept = set(names)
    world.clock.advance(HOUR)

    def delete_first(_: object) -> None:
        gone = world.site.ids()[:deleted_at_a_time]
        if len(world.site.ids()) > 100:
            world.site.delete(*gone)
            kept.difference_update(gone)

    world.on_request = delete_first
    world.ticks(60)
    world.on_request = _nobody
    world.until_idle()
    assert set(world.site.ids()) == kept
    world.assert_in_sync()


def test_new_assets_before_and_behind_the_position_are_pulled_and_none_twice() -> None:
    world = after_the_first_page()
    world.site.add("A00000a", "A00050b", "A00150c", "Z", at=world.clock.now())
    world.settle()
    assert world.changes() == (304, 0, 0)
    world.assert_in_sync()


def test_s7_a_step_killed_between_pages_and_within_one_loses_and_doubles_nothing() -> None:
    world = World(page_size=100)
    world.site.fill(250)
    for method, times in (("apply", 2), ("save_run", 1), ("links_between", 1)):
        for _ in range(times):
            world.tables.once_after(method, _die)
            with pytest.raises(_DiedError):
                world.tick()
            world.clock.advance(2 * MINUTE)
            assert world.state.watermark is None
    world.until_idle()
    assert world.changes() == (250, 0, 0)
    world.assert_in_sync()


def test_s7_the_watermark_is_saved_only_after_every_page_is_applied() -> None:
    world = synced(5, page_size=2)
    before = world.state.watermark
    for asset_id in world.site.ids():
        world.site.write(asset_id, title="Changed")
    world.ticks(2)
    assert world.state.watermark == before
    world.tick()
    assert world.state.watermark is not None
    assert before is not None
    assert world.state.watermark > before
    world.assert_in_sync()


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable("MediaMosa did not answer in time: it is tried again."),
        NotMediaMosa("An HTML page (HTTP 502) came instead of MediaMosa's XML."),
        deadlock(),
    ],
    ids=["time-out", "http-502", "500-envelope"],
)
def test_s8_a_failed_page_leaves_w_is_tried_again_with_a_pause_and_skips_nothing(
    failure: Exception,
) -> None:
    world = synced(250)
    for asset_id in world.site.ids()[:220]:
        world.site.write(asset_id, title="Changed")
    before = world.state.watermark
    world.tick()
    world.fail(*[failure] * 3)
    world.ticks(3)
    assert world.state.watermark == before
    assert world.status()["state"] == "failing"
    assert world.status()["reason"] == str(failure)
    made = len(world.asked)
    world.tick(timedelta(seconds=5))
    assert len(world.asked) == made, "it pauses after failures in a row"
    world.ticks(8)
    world.until_idle()
    assert world.state.failure is None
    assert world.changes() == (250, 220, 0)
    world.assert_in_sync()


def test_s10_an_asset_whose_stamps_are_null_is_found_with_the_next_full_run() -> None:
    world = synced(3)
    world.site.add("OLD")
    world.site.unstamp("OLD")
    world.site.unstamp("A00001")
    world.ticks(3)
    world.tick(DAY)
    world.until_idle()
    world.assert_in_sync()
    assert "modified" not in world.record("OLD")["mediamosa"]
    world.assert_quiet()


def test_s12_fewer_rows_than_asked_for_are_no_end_and_no_sign_that_assets_are_missing() -> None:
    world = World()
    world.open_server = lambda connection: Stingy(world.model_server(connection), 10)
    world.site.fill(95)
    world.until_idle()
    assert world.changes() == (95, 0, 0)
    world.assert_in_sync()
    world.press_restart()
    world.until_idle()
    assert world.changes() == (95, 0, 0)
    assert len(world.states(LinkState.LINKED)) == 95


@pytest.mark.parametrize("sizes", [(100, 7), (7, 199), (1, 199), (199, 1)])
def test_a_page_size_changed_in_the_middle_of_a_walk_skips_and_repeats_nothing(
    sizes: tuple[int, int],
) -> None:
    world = World(sizes[0])
    world.site.fill(210)
    world.ticks(1)
    assert world.default is not None
    world.default = replace(world.default, page_size=sizes[1])
    world.until_idle()
    assert world.changes() == (210, 0, 0)
    assert world.tables.traffic.records_written == 210
    world.assert_in_sync()


def test_a_full_walk_and_the_changes_of_every_tick_share_the_steps() -> None:
    world = synced(60, page_size=10)
    world.press_restart()
    for number in range(12):
        world.site.write("A00059", title=f"Edit {number}")
        world.ticks(2)
        assert world.record("A00059")["metadata"]["title"] == [f"Edit {number}"]
    assert world.state.run(Kind.FULL) is None
    world.assert_in_sync()


class _DiedError(Exception):
    pass


def _die() -> None:
    raise _DiedError


def _nobody(_: object) -> None:
    """Nobody edits."""
