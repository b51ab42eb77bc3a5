"""Scenarios S8, S24 on the pull's side, S52 and S53: failures, marks, restarts, pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.run import Kind, Outcome, Trigger
from mediamosa_sync.errors import (
    Malformed,
    NotLoggedIn,
    NotMediaMosa,
    Refused,
    SecretUnavailable,
    Unavailable,
)
from mediamosa_sync.service.step import StepOutcome
from tests.scenarios.world import DAY, HOUR, MINUTE, World, deadlock, synced

DOWN = Unavailable("MediaMosa cannot be reached: it is tried again.")


def test_s52_a_press_syncs_nothing_the_next_tick_does_and_the_status_tells_all_the_way() -> None:
    world = synced(25, page_size=10)
    world.forget_traffic()
    before = world.kept()
    world.press_restart()
    assert world.asked == []
    assert world.kept()["links"] == before["links"]
    assert world.status()["state"] == "requested"
    assert world.status()["restart_requested_at"] is not None
    world.tick()
    status = world.status()
    assert (status["state"], status["progress"]) == ("running", {"done": 10, "total": 25})
    assert status["restart_requested_at"] is None
    assert status["run"]["trigger"] == "restart"
    world.until_idle()
    status = world.status()
    assert (status["state"], status["progress"]) == ("idle", {"done": 25, "total": 25})
    assert status["last_sync"] == f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    assert world.changes() == (25, 0, 0)
    world.assert_in_sync()


def test_s53_a_press_in_the_middle_begins_the_full_run_anew_once_with_counts_at_nothing() -> None:
    world = synced(40, page_size=10)
    world.press_restart()
    world.ticks(4)
    first = world.state.run(Kind.FULL)
    assert first is not None
    assert first.cursor.done == 20
    for _ in range(3):
        world.press_restart()
    generation = world.state.generation
    world.tick()
    second = world.state.run(Kind.FULL)
    assert second is not None
    assert second.run_id != first.run_id
    assert (second.cursor.done, second.counts.unchanged, second.steps) == (10, 10, 1)
    assert world.state.generation == generation + 1
    world.until_idle()
    assert world.state.generation == generation + 1
    outcomes = [row.run.outcome for row in world.tables.histories[world.id].values()]
    assert outcomes.count(Outcome.SKIPPED) == 1
    world.assert_in_sync()


def test_ten_restarts_one_in_each_tick_end_in_sync_and_double_no_count() -> None:
    world = World(page_size=10)
    world.site.fill(35)
    for number in range(10):
        world.press_restart()
        world.tick()
        world.site.write("A00002", title=f"Edit {number}")
    assert world.state.generation == 10
    world.settle()
    assert world.state.generation == 10
    added, _, deleted = world.changes()
    assert (added, deleted) == (35, 0)
    world.assert_in_sync()
    world.assert_quiet()


def test_ten_presses_before_one_tick_are_one_restart() -> None:
    world = synced(5)
    for _ in range(10):
        world.press_restart()
    world.settle()
    assert world.state.generation == 1
    assert len(world.full_lists()) == 1


def test_a_restart_does_not_act_on_the_execution_that_runs_already() -> None:
    world = synced(30, page_size=10)
    execution = world.execution()
    world.clock.advance(seconds=1)
    world.press_restart()
    world.step(execution)
    assert world.state.generation == 0
    assert world.status()["state"] == "requested"
    world.tick()
    assert world.state.generation == 1


def test_a_withdrawn_restart_changes_nothing() -> None:
    world = synced(5)
    world.press_restart()
    assert world.control.withdraw_restart(world.id)
    world.forget_traffic()
    world.ticks(3)
    assert (world.state.generation, world.full_lists()) == (0, [])


def test_a_wish_for_a_full_run_breaks_nothing_off() -> None:
    world = synced(30, page_size=10)
    world.control.request_full(world.id, world.admin())
    world.tick()
    full = world.state.run(Kind.FULL)
    assert full is not None
    assert (full.trigger, world.state.generation) == (Trigger.DEMAND, 0)
    world.control.request_full(world.id, world.admin())
    world.tick()
    again = world.state.run(Kind.FULL)
    assert again is not None
    assert again.run_id == full.run_id
    world.settle()
    assert len(world.full_lists()) == 3
    world.assert_in_sync()


def test_a_restart_keeps_the_watermark_so_that_no_change_waits_for_the_full_run() -> None:
    world = synced(60, page_size=10)
    world.site.write("A00059", title="Changed")
    world.press_restart()
    world.ticks(2)
    assert world.state.run(Kind.FULL) is not None
    assert world.record("A00059")["metadata"]["title"] == ["Changed"]


@pytest.mark.parametrize("directions", [["pull"], ["pull", "push"]])
def test_a_pause_during_a_run_stops_it_between_pages_and_resuming_goes_on_there(
    directions: list[str],
) -> None:
    world = World(page_size=10)
    world.site.fill(35)
    world.ticks(2)
    assert world.control.pause(world.id, directions, paused=True)
    world.press_restart()
    assert world.control.withdraw_restart(world.id)
    world.forget_traffic()
    world.ticks(5)
    assert (world.asked, world.tables.traffic.records_written) == ([], 0)
    assert world.status()["state"] == "paused"
    assert world.control.pause(world.id, directions, paused=False)
    world.until_idle()
    assert world.changes() == (35, 0, 0)
    assert world.tables.traffic.records_written == 15
    world.assert_in_sync()


def test_a_pause_within_a_step_lets_its_page_end() -> None:
    world = World(page_size=10)
    world.site.fill(35)
    pause = ["pull"]
    world.tables.once_before("apply", lambda: world.tables.pause(world.id, pause, paused=True))
    world.ticks(3)
    assert len(world.tables.media) == 10
    world.tables.pause(world.id, pause, paused=False)
    world.until_idle()
    world.assert_in_sync()


def test_a_restart_pressed_while_paused_waits() -> None:
    world = synced(5)
    world.control.pause(world.id, ["pull"], paused=True)
    world.press_restart()
    world.ticks(3)
    assert world.state.generation == 0
    world.control.pause(world.id, ["pull"], paused=False)
    world.tick()
    assert world.state.generation == 1


@pytest.mark.parametrize(
    "failure",
    [
        DOWN,
        deadlock(),
        NotMediaMosa("An HTML page came instead of MediaMosa's XML: look at the address."),
        Malformed("MediaMosa's answer is cut off: it is tried again."),
        NotLoggedIn("MediaMosa refused the login of 'editor'."),
        Refused("MediaMosa refused the request with result 1003.", 1003),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_every_kind_of_failure_at_every_request_ends_in_sync_and_counts_nothing_twice(
    failure: Exception,
) -> None:
    world = synced(30, page_size=10)
    for asset_id in world.site.ids()[:15]:
        world.site.write(asset_id, title="Changed")
    world.site.delete("A00029")
    world.press_restart()
    for number in range(12):
        world.fail(*[None] * (number % 4), failure)
        world.tick(timedelta(minutes=6))
    world.fail()
    for _ in range(12):
        world.tick(timedelta(minutes=6))
    assert world.state.failure is None
    assert world.changes() == (30, 15, 1)
    world.assert_in_sync()


def test_a_failing_connection_is_asked_at_most_once_in_five_minutes_after_a_while() -> None:
    world = synced(3)
    world.fail(*[DOWN] * 1000)
    world.ticks(10)
    world.forget_traffic()
    world.ticks(60)
    assert 10 <= len(world.asked) <= 30
    assert world.status()["state"] == "failing"
    assert world.status()["last_sync"] < world.status()["last_attempt"]


def test_a_restart_or_another_configuration_tries_a_failing_connection_at_once() -> None:
    world = synced(3)
    world.fail(*[DOWN] * 6)
    world.ticks(10)
    world.fail()
    world.press_restart()
    world.forget_traffic()
    world.tick()
    assert world.full_lists()
    assert world.state.failure is None


def test_a_secret_that_cannot_be_read_is_a_failure_with_its_reason_and_frees_the_lease() -> None:
    world = synced(3)

    def no_secret(_: object) -> None:
        raise SecretUnavailable("The secret arn does not exist: deploy the stack with a password.")

    world.on_request = no_secret
    world.ticks(2)
    assert world.status()["state"] == "failing"
    assert "does not exist" in world.status()["reason"]
    world.on_request = lambda _: None
    world.tick(10 * MINUTE)
    assert world.status()["state"] == "idle"


@pytest.mark.parametrize("method", ["take_lease", "save_run", "apply", "links", "records"])
@pytest.mark.parametrize("answer", ["refused", "lost"])
def test_a_throttled_table_stops_a_tick_and_the_next_ones_finish(method: str, answer: str) -> None:
    world = synced(25)
    for asset_id in world.site.ids():
        world.site.write(asset_id, title="Changed")
    if answer == "refused":
        world.tables.throttle(method)
    else:
        world.tables.lose_answer(method)
    world.tick()
    assert len(world.failed) == 1
    world.ticks(2)
    world.settle()
    assert world.changes() == (25, 25, 0)
    world.assert_in_sync()


def test_a_contended_record_is_asked_for_again_and_stops_neither_its_page_nor_its_run() -> None:
    world = synced(30)
    media_id = world.link("A00007").media_id
    for asset_id in world.site.ids():
        world.site.write(asset_id, title="Theirs")
    edits = 0

    def edit(method: str) -> None:
        nonlocal edits
        if method == "apply":
            edits += 1
            world.tables.edit_record(media_id, title=[f"Ours {edits}"])

    world.tables.before = edit
    world.tick()
    world.tables.before = lambda _: None
    assert [*world.state.again] == ["A00007"]
    assert len([one for one in world.tables.media.values() if _title(one) == "Theirs"]) == 29
    assert world.state.run(Kind.INCREMENTAL) is None
    world.tick()
    assert [*world.state.again] == []
    world.assert_in_sync()


def test_ticks_missed_for_three_days_lose_nothing() -> None:
    world = synced(20)
    for number in range(20):
        world.clock.advance(3 * HOUR)
        world.site.write(f"A{number:05}", title=f"Edit {number}")
    world.site.delete("A00003")
    world.site.add("NEW")
    world.tick(DAY)
    world.settle()
    assert world.changes() == (21, 19, 1)
    world.assert_in_sync()


def test_an_execution_that_is_older_than_the_restart_finds_nothing_to_break() -> None:
    world = synced(30, page_size=10)
    old = world.execution()
    world.press_restart()
    world.tick()
    done = world.state.full
    assert world.step(old).outcome is StepOutcome.WORKED
    assert world.state.generation == 1
    assert done is not None
    world.settle()
    assert world.changes() == (30, 0, 0)
    world.assert_in_sync()


def test_a_ruling_of_the_guard_changed_in_the_stack_counts_from_the_next_step() -> None:
    world = synced(30)
    world.rules = replace(world.rules, guard=replace(world.rules.guard, most=0, percent=0.0))
    world.site.delete("A00001")
    world.tick()
    assert (world.state.held.count, len(world.tables.media)) == (1, 30)


def _title(item: object) -> str:
    assert isinstance(item, dict)
    return str(item["metadata"]["title"][0])
