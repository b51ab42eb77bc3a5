"""One step over fakes: pages, writes, failures, leases, restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.domain.run import Kind, Outcome, Restart, Trigger
from mediamosa_sync.errors import (
    Malformed,
    NotLoggedIn,
    SecretUnavailable,
    StoreUnavailable,
    Unavailable,
)
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.page import MAX_AGAIN
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

    def test_an_edit_of_the_record_is_marked_pending_by_the_next_full_run(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.tables.edit_record(link.media_id, title=["Edited"])
        world.clock.advance(timedelta(hours=25))
        world.tick()
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.PENDING
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


class TestContested:
    def test_an_edit_during_the_pull_is_not_overwritten(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.put("A00001", subject="s", title="Theirs")
        edit = lambda: world.tables.edit_record(media_id, title=["Ours"])  # noqa: E731 (one event)
        world.tables.once_before("apply", edit)
        world.tick()
        assert world.titles()["A00001"] == ["Theirs"]
        (conflict,) = world.tables.conflicts[world.id].values()
        assert conflict.disagreement.ours == ("Ours",)

    def test_its_neighbours_are_applied_all_the_same(self) -> None:
        world = synced(30)
        for number in range(30):
            world.server.put(f"A{number:05}", title="New title")
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        edit = lambda: world.tables.edit_record(media_id, title=["Ours"])  # noqa: E731 (one event)
        world.tables.once_before("apply", edit)
        world.tick()
        assert set(map(str, world.titles().values())) == {"['New title']"}

    def test_an_asset_contested_every_time_is_asked_for_first_by_the_next_step(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.server.put("A00001", title="Theirs")
        edits = iter(range(100))

        def edit(method: str) -> None:
            if method == "apply":
                world.tables.edit_record(media_id, title=[f"Ours {next(edits)}"])

        world.tables.before = edit
        world.tick()
        contested = world.state
        assert contested.again == ("A00001",)
        assert contested.incremental is not None
        assert contested.incremental.outcome is Outcome.PARTIAL
        world.tables.before = lambda _: None
        world.forget_traffic()
        world.tick()
        assert world.state.again == ()
        assert world.server.single_reads == 1
        assert world.titles()["A00001"] == ["Theirs"]

    def test_an_asset_of_which_another_writer_knows_more_by_now_is_asked_for_again(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        newer = replace(link, sequence=1_000, version=link.version + 1)
        world.server.put("A00001", title="Theirs")
        world.tables.once_before("apply", lambda: world.tables.put_link(world.id, newer))
        world.tick()
        assert world.state.again == ("A00001",)
        assert world.titles()["A00001"] == ["Title of A00001"]

    def test_an_asset_asked_for_again_that_is_gone_by_then_is_left(self) -> None:
        world = synced()
        world.tables.put_state(replace(world.state, again=("A00001",)))
        world.server.delete("A00001")
        world.tick()
        assert world.state.again == ()

    def test_more_contested_assets_than_can_wait_keep_the_cursor_where_it_is(self) -> None:
        world = World(page_size=150)
        world.fill(150)
        world.tick()
        for number in range(150):
            world.server.put(f"A{number:05}", title="Theirs")
        for asset_id, link in world.tables.all_links(world.id).items():
            newer = replace(link, sequence=1_000, asset_id=asset_id)
            world.tables.put_link(world.id, newer)
        world.tick()
        incremental = world.state.run(Kind.INCREMENTAL)
        assert incremental is not None
        assert incremental.cursor.offset == 0
        assert len(world.state.again) == 150 > MAX_AGAIN
        for asset_id, link in world.tables.all_links(world.id).items():
            world.tables.put_link(world.id, replace(link, sequence=0, asset_id=asset_id))
        for _ in range(3):
            world.tick()
        assert world.state.again == ()
        assert set(map(str, world.titles().values())) == {"['Theirs']"}

    def test_a_record_that_bears_the_key_already_is_linked(self) -> None:
        world = World()
        world.fill(1)
        media_id = created_media_id(world.id, "A00000")
        world.tables.put_record(media_id, uri="mediamosa://asset/A00000", metadata={}, own="kept")
        world.tick()
        assert world.titles() == {"A00000": ["Title of A00000"]}
        assert world.tables.media[media_id]["own"] == "kept"

    def test_a_record_deleted_by_its_application_is_not_created_again(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        world.tables.delete_record(media_id)
        world.server.put("A00001", title="Changed")
        world.tick()
        assert media_id not in world.tables.media
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.FORGOTTEN


class TestParking:
    def test_one_asset_that_does_not_fit_is_parked_and_the_other_99_go_on(self) -> None:
        world = World()
        world.fill(99)
        world.server.put("A50000", title="x" * 420_000)
        world.tick()
        links = world.tables.all_links(world.id)
        assert links["A50000"].state is LinkState.PARKED
        assert len(world.tables.media) == 99
        full = world.state.full
        assert full is not None
        assert (full.counts.added, full.counts.errors) == (99, 1)
        assert full.outcome is Outcome.PARTIAL

    def test_it_is_synced_once_it_fits(self) -> None:
        world = World()
        world.server.put("A50000", title="x" * 420_000)
        world.tick()
        world.clock.advance(timedelta(hours=25))
        world.tick()
        assert world.titles() == {"A50000": None}
        world.server.put("A50000", title="short")
        world.tick()
        assert world.titles() == {"A50000": ["short"]}

    def test_a_record_that_would_outgrow_its_item_is_parked(self) -> None:
        world = synced()
        media_id = world.tables.all_links(world.id)["A00001"].media_id
        item = world.tables.media[media_id]
        world.tables.media[media_id] = {**item, "own": "x" * 300_000}
        world.server.put("A00001", title="y" * 200_000)
        world.tick()
        assert world.titles()["A00001"] == ["Title of A00001"]
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.PARKED
        world.server.put("A00001", title="y")
        world.tick()
        assert world.titles()["A00001"] == ["y"]


class TestOutgrown:
    def test_an_asset_contested_first_and_too_large_then_is_parked(self) -> None:
        world = synced()
        link = world.tables.all_links(world.id)["A00001"]
        world.server.put("A00001", title="y" * 200_000)

        def grow() -> None:
            item = world.tables.media[link.media_id]
            changed = {**item, "own": "x" * 300_000, "metadata": {"title": ["Edited"]}}
            world.tables.media[link.media_id] = changed

        world.tables.once_before("apply", grow)
        world.tick()
        assert world.tables.all_links(world.id)["A00001"].state is LinkState.PARKED
        assert world.titles()["A00001"] == ["Edited"]


class TestFailures:
    @pytest.mark.parametrize(
        "error",
        [
            Unavailable("MediaMosa cannot be reached: check the address."),
            NotLoggedIn("MediaMosa does not accept the key: set MediaMosaPassword."),
            Malformed("MediaMosa's answer is cut off: try again."),
        ],
    )
    def test_an_error_of_mediamosa_becomes_the_reason_and_nothing_is_written(
        self, error: Exception
    ) -> None:
        world = World()
        world.fill(3)
        world.server.failures = [error]  # type: ignore[list-item]  # all are errors of the port
        (result,) = world.tick()
        assert result == StepResult(StepOutcome.FAILED, reason=str(error))
        failure = world.state.failure
        assert failure is not None
        assert (failure.reason, failure.count) == (str(error), 1)
        assert not world.tables.media
        assert world.state.last_sync is None

    def test_a_run_that_could_not_begin_stands_in_the_history_as_failed_once(self) -> None:
        world = synced()
        world.server.failures = [Unavailable("down")] * 3
        for _ in range(3):
            world.tick()
        rows = world.tables.history(world.id, limit=10)
        assert [row.run.outcome for row in rows] == [Outcome.FAILED, Outcome.SUCCEEDED]
        assert rows[0].run.reason == "down"

    def test_failures_in_a_row_are_counted_from_the_first_and_end_with_success(self) -> None:
        world = World()
        world.server.failures = [Unavailable("down"), Unavailable("down")]
        world.tick()
        since = world.clock.now()
        world.tick()
        failure = world.state.failure
        assert failure is not None
        assert (failure.count, failure.since) == (2, since)
        world.tick()
        assert world.state.failure is None

    def test_a_failing_page_keeps_the_cursor_and_counts_its_requests(self) -> None:
        world = World(page_size=10)
        world.fill(30)
        world.tick()
        world.server.failures = [Unavailable("down")]
        world.tick()
        full = world.state.run(Kind.FULL)
        assert full is not None
        assert (full.cursor.offset, full.requests, full.steps) == (10, 3, 1)
        world.tick()
        world.tick()
        assert len(world.titles()) == 30

    @pytest.mark.parametrize(
        "error", [SecretUnavailable("The secret is gone."), InvalidConfiguration("No such zone.")]
    )
    def test_a_server_that_cannot_even_be_opened_is_a_reason_too(self, error: Exception) -> None:
        world = World()

        def refuse(_: Connection) -> AssetServer:
            raise error

        world.open_server = refuse
        (result,) = world.tick()
        assert result.outcome is StepOutcome.FAILED
        failure = world.state.failure
        assert failure is not None
        assert failure.reason == str(error)

    def test_a_store_that_gives_up_in_the_middle_of_a_page_loses_nothing(self) -> None:
        world = World()
        world.fill(100)
        applied = iter([False, True, False])

        def give_up(method: str) -> None:
            if method == "apply" and next(applied, False):
                raise StoreUnavailable("throttled")

        world.tables.before = give_up
        execution = world.execution()
        with pytest.raises(StoreUnavailable):
            world.step(execution)
        assert len(world.tables.media) == 49
        assert world.step(execution).outcome is StepOutcome.WORKED
        full = world.state.full
        assert full is not None
        assert len(world.tables.media) == 100
        assert (full.counts.added, full.counts.unchanged) == (100, 49)
        assert (full.cursor.done, full.cursor.total) == (100, 100)


class TestSkipped:
    def test_unknown_paused_and_unusable_connections_are_skipped_with_the_reason(self) -> None:
        world = World()
        world.tables.pause(world.id, ["pull"], paused=True)
        assert world.tick() == [StepResult(StepOutcome.SKIPPED, reason="The connection is paused.")]
        world.tables.pause(world.id, ["pull"], paused=False)
        world.tables.put_connection(replace(world.connection, enabled=False))
        assert world.tick() == [
            StepResult(StepOutcome.SKIPPED, reason="The connection is switched off.")
        ]
        world.tables.put_connection(replace(world.connection, problem="Wrong."))
        assert world.tick() == [StepResult(StepOutcome.SKIPPED, reason="Wrong.")]
        world.id = "0" * 40
        assert world.tick() == [
            StepResult(StepOutcome.SKIPPED, reason="There is no such connection.")
        ]
        assert world.server.requests == 0

    def test_of_two_steps_at_once_one_works_and_the_other_is_skipped(self) -> None:
        world = World()
        world.fill(3)
        others: list[StepResult] = []
        other = world.execution()
        world.server.before_page = lambda: others.append(world.step(other))
        (result,) = world.tick()
        assert result.outcome is StepOutcome.WORKED
        assert others == [StepResult(StepOutcome.SKIPPED, reason="Another step of it is running.")]

    def test_a_holder_that_wakes_after_its_lease_can_write_nothing(self) -> None:
        world = World()
        world.fill(3)
        late: list[StepResult] = []

        def overtake() -> None:
            world.server.before_page = lambda: None
            world.clock.advance(timedelta(minutes=3))
            late.extend(world.tick())
            world.forget_traffic()

        world.server.before_page = overtake
        (result,) = world.tick()
        assert late == [StepResult(StepOutcome.WORKED)]
        assert result == StepResult(StepOutcome.SKIPPED, reason="A newer step has taken over.")
        assert world.tables.traffic.records_written == 0
        assert len(world.titles()) == 3

    def test_a_killed_step_is_taken_over_once_its_lease_has_ended(self) -> None:
        world = World()
        world.fill(3)
        world.tables.take_lease(
            world.id, owner="killed", now=world.clock.now(), until=world.clock.now() + 2 * MINUTE
        )
        assert world.tick()[0].outcome is StepOutcome.SKIPPED
        assert world.tick()[0].outcome is StepOutcome.WORKED


class TestRestart:
    def test_only_a_later_execution_takes_it_and_walks_everything_again(self) -> None:
        world = synced(30)
        under_way = world.execution()
        world.clock.advance(seconds=1)
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.step(under_way)
        assert world.state.restart is not None
        world.forget_traffic()
        world.tick()
        state = world.state
        assert (state.restart, state.generation) == (None, 1)
        assert state.full is not None
        assert (state.full.trigger.value, state.full.counts.unchanged) == ("restart", 30)
        assert world.tables.traffic.records_written == 0
        assert world.tables.traffic.links_written == 0

    def test_an_execution_under_way_ends_its_page_and_the_next_begins_anew(self) -> None:
        world = World(page_size=10)
        world.fill(50)
        world.tick()
        world.tick()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.tick()
        full = world.state.run(Kind.FULL)
        assert full is not None
        assert (full.cursor.offset, full.counts.unchanged) == (10, 10)
        while not world.state.last_sync:
            world.tick()
        assert len(world.titles()) == 50

    def test_a_mark_withdrawn_at_the_last_moment_fences_the_step_off(self) -> None:
        world = synced()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        withdraw = lambda: world.tables.put_state(replace(world.state, restart=None))  # noqa: E731 (one event)
        world.tables.once_before("take_marks", withdraw)
        assert world.tick()[0].outcome is StepOutcome.SKIPPED
        assert world.state.generation == 0


class TestMarks:
    def test_a_full_run_on_demand_does_not_break_off_anything(self) -> None:
        world = synced(30)
        world.tables.request_full(world.id, Restart("f1", "operator", world.clock.now()))
        world.tick()
        full = world.state.full
        assert full is not None
        assert (full.trigger, full.counts.unchanged) == (Trigger.DEMAND, 30)
        assert (world.state.generation, world.state.full_wish) == (0, None)

    def test_a_restart_ends_the_run_it_breaks_off_in_the_history(self) -> None:
        world = World(page_size=10)
        world.fill(50)
        world.tick()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.tick()
        (row,) = world.tables.history(world.id, limit=10)
        assert (row.run.run_id, row.run.outcome) == ("full-1", Outcome.SKIPPED)
        assert row.run.counts.added == 10

    def test_a_restart_withdrawn_before_it_is_taken_changes_nothing(self) -> None:
        world = synced()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        assert world.tables.withdraw_restart(world.id)
        world.tick()
        assert world.state.generation == 0

    def test_a_restart_does_not_wait_for_the_pause_after_a_failure(self) -> None:
        world = synced()
        world.server.failures = [NotLoggedIn("No."), NotLoggedIn("No.")]
        world.tick()
        (skipped,) = world.tick()
        assert skipped == StepResult(StepOutcome.SKIPPED, reason="No.")
        world.server.failures = []
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        assert world.tick()[0].outcome is StepOutcome.WORKED


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
