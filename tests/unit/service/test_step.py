"""One step over fakes: pages and what they write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind, Outcome
from mediamosa_sync.service.step import StepOutcome, StepResult
from tests.fakes.clock import FakeClock
from tests.fakes.world import MINUTE, World, synced


class TestFirstSync:
    def test_250_assets_at_page_size_100_take_exactly_three_steps(self) -> None:
        world = World(steps_per_tick=10)
        names = world.fill(250)
        results = world.tick()
        assert [result.more for result in results] == [True, True, False]
        assert sorted(world.titles()) == names
        full = world.state.full
        assert full is not None
        assert (full.steps, full.counts.added, full.outcome) == (3, 250, Outcome.SUCCEEDED)
        assert (full.cursor.done, full.cursor.total) == (250, 250)

    def test_a_run_knows_the_ties_that_there_were_at_its_latest_step(self) -> None:
        world = World(page_size=100)
        world.fill(250)
        seen = []
        for _ in range(3):
            world.tick()
            assert world.state.full is not None
            seen.append(world.state.full.links)
        world.tick()
        assert world.state.incremental is not None
        assert [*seen, world.state.incremental.links] == [100, 200, 250, 250]

    def test_1000_assets_take_ten_lists_and_one_other_request(self) -> None:
        world = World(steps_per_tick=100)
        world.fill(1000)
        assert len(world.tick()) == 10
        assert len(world.server.lists) == 10
        assert world.server.requests == 11
        assert world.tables.traffic.records_written == 1000
        assert world.tables.traffic.links_written == 1000

    @pytest.mark.parametrize("page_size", [1, 100, 199])
    def test_any_page_size_brings_everything(self, page_size: int) -> None:
        world = World(page_size=page_size, steps_per_tick=1000)
        names = world.fill(200)
        world.tick()
        assert sorted(world.titles()) == names

    def test_one_step_a_tick_goes_on_where_the_last_tick_stopped(self) -> None:
        world = World()
        world.fill(250)
        for _ in range(3):
            world.tick()
        assert len(world.titles()) == 250
        assert world.state.last_sync is not None

    def test_an_empty_mediamosa_is_in_sync_after_one_step(self) -> None:
        world = World()
        assert world.tick() == [StepResult(StepOutcome.WORKED)]
        assert world.state.last_sync == world.clock.now()

    def test_every_record_names_its_asset(self) -> None:
        world = synced()
        for asset_id, link in world.tables.all_links(world.id).items():
            assert world.tables.media[link.media_id]["uri"] == f"mediamosa://asset/{asset_id}"


class TestQuietTick:
    def test_it_makes_one_request_and_writes_nothing_but_the_run_item(self) -> None:
        world = synced(50)
        world.tick()
        assert world.server.requests == 1
        traffic = world.tables.traffic
        assert traffic.run_item_writes == 2
        written = (traffic.records_written, traffic.links_written, traffic.property_writes)
        assert written == (0, 0, 0)

    def test_a_full_run_of_unchanged_assets_writes_no_asset(self) -> None:
        world = synced(50)
        world.clock.advance(timedelta(hours=25))
        world.tick()
        full = world.state.full
        assert full is not None
        assert (full.run_id, full.counts.unchanged, full.counts.added) != ("full-1", 0, 0)
        assert world.tables.traffic.records_written == 0
        assert world.tables.traffic.links_written == 0

    def test_a_repeated_step_of_a_finished_execution_does_nothing(self) -> None:
        world = synced()
        execution = world.execution()
        world.step(execution)
        before = world.server.requests
        assert world.step(execution) == StepResult(StepOutcome.WORKED)
        assert world.server.requests == before


class TestIncremental:
    def test_a_change_arrives_with_the_next_tick_and_is_written_once(self) -> None:
        world = synced(50)
        world.server.put("A00007", title="Changed")
        world.server.put("A99999", title="New")
        world.tick()
        assert world.titles()["A00007"] == ["Changed"]
        assert world.titles()["A99999"] == ["New"]
        assert world.tables.traffic.records_written == 2
        assert len(world.server.lists) == 1
        run = world.state.incremental
        assert run is not None
        assert (run.counts.added, run.counts.updated) == (1, 1)

    def test_a_second_change_within_the_second_of_the_first_arrives_too(self) -> None:
        world = synced()
        world.server.put("A00000", title="First")
        world.tick()
        before = world.clock.now()
        world.clock.set(before - MINUTE)
        world.server.put("A00001", title="Stamped into the past")
        world.clock.set(before)
        world.tick()
        assert world.titles()["A00001"] == ["Stamped into the past"]

    def test_a_change_under_a_full_walk_of_3000_assets_arrives_within_two_ticks(self) -> None:
        world = synced(3000)
        world.steps_per_tick = 1
        world.clock.advance(timedelta(hours=25))
        world.tick()
        world.tick()
        assert world.state.run(Kind.FULL) is not None
        world.server.put("A02999", title="Changed")
        world.tick()
        world.tick()
        assert world.titles()["A02999"] == ["Changed"]
        assert world.state.run(Kind.FULL) is not None

    def test_an_edit_whose_event_was_missed_is_pushed_by_the_next_full_run(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.edit_record(link.media_id, title=["Edited"])
        world.clock.advance(timedelta(hours=25))
        world.tick()
        assert world.titles()["A00001"] == ["Edited"]
        assert world.server.asset("A00001").values("dublin_core", "title") == ("Edited",)
        assert world.state_of("A00001") is LinkState.LINKED

    def test_an_edit_is_marked_pending_by_the_page_where_the_push_is_paused(self) -> None:
        world = synced()
        world.tables.pause(world.id, ["push"], paused=True)
        world.edit("A00001", title=["Edited"])
        world.clock.advance(timedelta(hours=25))
        world.tick()
        assert world.state_of("A00001") is LinkState.PENDING
        assert world.titles()["A00001"] == ["Edited"]


class TestMovingList:
    def test_deletes_between_two_pages_lose_no_asset(self) -> None:
        world = World(page_size=10)
        names = world.fill(60)
        world.tick()
        for name in names[:5]:
            world.server.delete(name)
        while not world.state.last_sync:
            world.tick()
        assert set(names[5:]) <= set(world.titles())

    def test_assets_created_before_the_position_only_repeat_rows(self) -> None:
        world = World(page_size=10)
        names = world.fill(60)
        world.tick()
        for number in range(30):
            world.server.put(f"A00000x{number:02}", title="Late")
        world.forget_traffic()
        world.tick()
        assert len(world.server.lists) == 4
        assert len(world.titles()) == 20
        while not world.state.last_sync:
            world.tick()
        assert set(names) <= set(world.titles())

    def test_a_list_that_shrinks_under_every_request_ends_the_step_after_five(self) -> None:
        world = World(page_size=10)
        world.fill(2000)
        for _ in range(60):
            world.tick()
        doomed = iter([f"A{number:05}" for number in range(600)])

        def shrink() -> None:
            for _ in range(100):
                if (name := next(doomed, None)) is not None:
                    world.server.delete(name)

        world.forget_traffic()
        world.server.before_page = shrink
        world.tick()
        assert len(world.server.lists) == 5
        while not world.state.last_sync:
            world.tick()
        assert {f"A{number:05}" for number in range(600, 2000)} <= set(world.titles())


def test_links_that_nobody_lists_any_more_are_compared_a_thousand_a_step() -> None:
    world = synced(2500)
    for number in range(2400):
        world.server.erase(f"A{number:05}")
    world.clock.advance(timedelta(hours=25))
    world.steps_per_tick = 1
    for _ in range(3):
        world.tick()
        world.forget_traffic()
    for _ in range(60):
        world.tick()
    assert world.state.held.count == 2400
    assert len(world.tables.media) == 2500


def test_a_clock_put_back_on_the_server_makes_a_full_run_find_the_change() -> None:
    world = synced()
    world.tick()
    hour_ago = world.clock.now() - timedelta(hours=1)
    asset = world.server.put("A00001", title="After the clock was put back")
    world.server.put_unstamped(replace(asset, modified=hour_ago))
    server_time = FakeClock(hour_ago)
    world.server._clock = server_time
    for _ in range(3):
        world.tick()
    assert world.titles()["A00001"] == ["After the clock was put back"]


def test_properties_are_read_again_once_a_day_and_for_every_full_run() -> None:
    world = synced()
    assert world.server.property_reads == 1
    world.tick()
    assert world.server.property_reads == 1
    world.clock.advance(timedelta(hours=25))
    world.tick()
    assert world.server.property_reads == 2


def test_an_asset_without_a_stamp_is_found_by_the_full_run() -> None:
    world = World()
    world.server.put_unstamped(Asset("A1", groups={"dublin_core": {"title": ("Old",)}}))
    world.tick()
    assert world.titles() == {"A1": ["Old"]}
