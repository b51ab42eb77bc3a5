"""Which run a step works on, and how runs begin and end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.run import (
    Execution,
    Kind,
    Outcome,
    Phase,
    Restart,
    Rules,
    Run,
    RunState,
    Trigger,
    begun,
    enter,
    finished,
    may_take_restart,
    next_run,
    observed,
    restarted,
)
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = Rules()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def a_run(kind: Kind, *, ended: datetime | None = None) -> Run:
    return Run(
        run_id=f"{kind}-1",
        kind=kind,
        trigger=Trigger.FIRST,
        started_at=NOON - HOUR,
        cursor=Cursor(),
        server_started_at=NOON - HOUR,
        finished_at=ended,
    )


SYNCED = RunState("c", sequence=7, watermark=NOON - HOUR, full=a_run(Kind.FULL, ended=NOON - HOUR))


def test_a_connection_begins_with_a_full_run() -> None:
    run = next_run(RunState("c", sequence=1), NOON, RULES)
    assert run == Run("full-1", Kind.FULL, Trigger.FIRST, NOON, Cursor())


def test_after_it_each_execution_owes_one_incremental_run() -> None:
    state = enter(SYNCED, Execution("e1", NOON))
    run = next_run(state, NOON, RULES)
    assert run is not None
    assert (run.kind, run.cursor) == (Kind.INCREMENTAL, Cursor(since=SYNCED.watermark))
    done = finished(begun(state, run), replace(run, server_started_at=NOON), NOON, RULES)
    assert next_run(enter(done, Execution("e1", NOON)), NOON, RULES) is None
    assert next_run(enter(done, Execution("e2", NOON)), NOON, RULES) is not None


def test_the_execution_that_finishes_the_first_full_run_owes_none() -> None:
    state = enter(RunState("c", sequence=1), Execution("e1", NOON))
    run = next_run(state, NOON, RULES)
    assert run is not None
    done = finished(begun(state, run), replace(run, server_started_at=NOON), NOON, RULES)
    assert next_run(enter(done, Execution("e1", NOON)), NOON, RULES) is None


def test_an_incremental_run_under_way_goes_on_in_the_next_execution() -> None:
    under_way = a_run(Kind.INCREMENTAL)
    state = enter(replace(SYNCED, incremental=under_way), Execution("e2", NOON))
    assert next_run(state, NOON, RULES) == under_way
    assert not state.incremental_due


def test_a_full_run_falls_due_a_day_after_the_end_of_the_last() -> None:
    assert next_run(SYNCED, NOON + 22 * HOUR, RULES) is None
    run = next_run(SYNCED, NOON + 23 * HOUR, RULES)
    assert run is not None
    assert (run.kind, run.trigger) == (Kind.FULL, Trigger.SCHEDULE)


def test_two_runs_under_way_alternate_and_the_incremental_goes_first() -> None:
    both = replace(SYNCED, full=a_run(Kind.FULL), incremental=a_run(Kind.INCREMENTAL))
    for last, turn in (
        (None, Kind.INCREMENTAL),
        (Kind.FULL, Kind.INCREMENTAL),
        (Kind.INCREMENTAL, Kind.FULL),
    ):
        run = next_run(replace(both, last_walk=last), NOON, RULES)
        assert run is not None
        assert run.kind is turn


def test_a_restart_is_taken_only_by_an_execution_that_started_after_the_press() -> None:
    pressed = replace(SYNCED, restart=Restart("r", "operator", NOON))
    assert not may_take_restart(pressed, Execution("e", NOON))
    assert not may_take_restart(pressed, Execution("e", NOON - MINUTE))
    assert may_take_restart(pressed, Execution("e", NOON + MINUTE))
    assert not may_take_restart(SYNCED, Execution("e", NOON + MINUTE))


def test_a_restart_raises_the_generation_and_begins_a_full_run() -> None:
    before = replace(
        SYNCED,
        restart=Restart("r", "operator", NOON),
        incremental=a_run(Kind.INCREMENTAL),
        again=("A",),
    )
    after = restarted(before, NOON)
    assert after.generation == before.generation + 1
    assert after.full == Run("full-7", Kind.FULL, Trigger.RESTART, NOON, Cursor())
    assert (after.restart, after.incremental) == (None, None)
    assert (after.watermark, after.again) == (before.watermark, ("A",))


def test_a_restart_keeps_what_the_last_incremental_run_did() -> None:
    ended = a_run(Kind.INCREMENTAL, ended=NOON)
    assert restarted(replace(SYNCED, incremental=ended), NOON).incremental == ended


def test_a_finished_run_raises_the_watermark_to_its_beginning_less_the_overlap() -> None:
    run = replace(a_run(Kind.FULL), server_started_at=NOON)
    first = finished(RunState("c"), run, NOON + MINUTE, RULES)
    assert first.watermark == NOON - timedelta(seconds=120)
    assert first.last_sync == NOON + MINUTE
    assert first.full == replace(
        run, phase=Phase.FINISH, finished_at=NOON + MINUTE, outcome=Outcome.SUCCEEDED
    )


def test_a_finished_run_never_lowers_the_watermark() -> None:
    slow = replace(a_run(Kind.FULL), server_started_at=NOON - 5 * HOUR)
    assert finished(SYNCED, slow, NOON, RULES).watermark == SYNCED.watermark


def test_a_run_with_errors_is_partial() -> None:
    run = replace(a_run(Kind.INCREMENTAL), counts=Counts(errors=1))
    ended = finished(SYNCED, run, NOON, RULES).incremental
    assert ended is not None
    assert ended.outcome is Outcome.PARTIAL


def test_a_run_that_read_no_page_cannot_end() -> None:
    unread = Run("full-1", Kind.FULL, Trigger.FIRST, NOON, Cursor())
    with pytest.raises(AssertionError, match="has read a page"):
        finished(SYNCED, unread, NOON, RULES)


def test_a_server_clock_put_back_lowers_the_watermark_and_makes_a_full_run_due() -> None:
    state = replace(SYNCED, server_clock=NOON)
    earlier = NOON - 2 * HOUR
    after = observed(state, earlier, RULES)
    assert after.watermark == earlier - RULES.overlap
    run = next_run(after, NOON, RULES)
    assert run is not None
    assert (run.kind, run.trigger) == (Kind.FULL, Trigger.CLOCK)
    assert begun(after, run).full_due is None


def test_a_server_clock_within_the_overlap_changes_nothing_but_what_was_seen() -> None:
    state = replace(SYNCED, server_clock=NOON)
    assert observed(state, NOON - MINUTE, RULES) == replace(state, server_clock=NOON - MINUTE)
    assert observed(RunState("c"), NOON, RULES) == RunState("c", server_clock=NOON)


def test_without_a_watermark_a_clock_put_back_only_makes_a_full_run_due() -> None:
    after = observed(RunState("c", server_clock=NOON), NOON - HOUR, RULES)
    assert (after.watermark, after.full_due) == (None, Trigger.CLOCK)
