"""How runs begin, go on and end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.run import (
    Execution,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.transitions import (
    Rules,
    begun,
    broken_off,
    enter,
    failed,
    finished,
    may_take_restart,
    must_wait,
    next_run,
    observed,
    restarted,
    take_wishes,
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
    assert run == Run("full-1", Kind.FULL, Trigger.FIRST, NOON, Cursor(), Phase.ADOPT)


def test_after_it_each_execution_owes_one_incremental_run() -> None:
    state = enter(SYNCED, Execution("e1", NOON))
    run = next_run(state, NOON, RULES)
    assert run is not None
    assert (run.kind, run.cursor) == (Kind.INCREMENTAL, Cursor(since=SYNCED.watermark))
    done, _ = finished(begun(state, run), replace(run, server_started_at=NOON), NOON, RULES)
    assert next_run(enter(done, Execution("e1", NOON)), NOON, RULES) is None
    assert next_run(enter(done, Execution("e2", NOON)), NOON, RULES) is not None


def test_the_execution_that_finishes_the_first_full_run_owes_none() -> None:
    state = enter(RunState("c", sequence=1), Execution("e1", NOON))
    run = next_run(state, NOON, RULES)
    assert run is not None
    done, _ = finished(begun(state, run), replace(run, server_started_at=NOON), NOON, RULES)
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
        again=("A",),
    )
    after = restarted(before, NOON)
    assert after.generation == before.generation + 1
    assert after.full == Run(
        "full-7",
        Kind.FULL,
        Trigger.RESTART,
        NOON,
        Cursor(),
        Phase.ADOPT,
        watermark_before=before.watermark,
    )
    assert after.restart is None
    assert (after.watermark, after.again) == (before.watermark, ("A",))


def test_a_restart_keeps_what_the_last_incremental_run_did() -> None:
    ended = a_run(Kind.INCREMENTAL, ended=NOON)
    assert restarted(replace(SYNCED, incremental=ended), NOON).incremental == ended


def test_a_finished_run_raises_the_watermark_to_its_beginning_less_the_overlap() -> None:
    run = replace(a_run(Kind.FULL), server_started_at=NOON)
    first, rows = finished(RunState("c"), run, NOON + MINUTE, RULES)
    assert first.watermark == NOON - timedelta(seconds=120)
    assert first.last_sync == NOON + MINUTE
    assert first.full == replace(
        run,
        phase=Phase.FINISH,
        finished_at=NOON + MINUTE,
        outcome=Outcome.SUCCEEDED,
        watermark_after=first.watermark,
    )
    assert [row.last for row in rows] == [first.full]


def test_a_finished_run_never_lowers_the_watermark() -> None:
    slow = replace(a_run(Kind.FULL), server_started_at=NOON - 5 * HOUR)
    assert finished(SYNCED, slow, NOON, RULES)[0].watermark == SYNCED.watermark


def test_a_run_with_errors_is_partial() -> None:
    run = replace(a_run(Kind.INCREMENTAL), counts=Counts(errors=1))
    ended = finished(SYNCED, run, NOON, RULES)[0].incremental
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


class TestWishes:
    EXECUTION = Execution("e", NOON + MINUTE)

    def test_a_wish_for_a_full_run_makes_one_due(self) -> None:
        state = take_wishes(
            replace(SYNCED, full_wish=Restart("f", "operator", NOON)), self.EXECUTION
        )
        run = next_run(state, NOON, RULES)
        assert run is not None
        assert (run.kind, run.trigger, state.full_wish) == (Kind.FULL, Trigger.DEMAND, None)

    def test_while_a_full_run_is_under_way_the_wish_is_granted_by_it(self) -> None:
        walking = replace(SYNCED, full=a_run(Kind.FULL), full_wish=Restart("f", "o", NOON))
        state = take_wishes(walking, self.EXECUTION)
        assert (state.full_wish, state.full_due) == (None, None)

    def test_a_wish_and_a_ruling_wait_for_a_later_execution(self) -> None:
        ruling = Ruling("r", Held().token, True, "operator", NOON)
        asked = replace(SYNCED, full_wish=Restart("f", "o", NOON), ruling=ruling)
        assert take_wishes(asked, Execution("e", NOON)) == asked

    def test_a_ruling_is_carried_out_if_its_list_still_stands(self) -> None:
        ruling = Ruling("r", Held().token, True, "operator", NOON)
        state = take_wishes(replace(SYNCED, ruling=ruling), self.EXECUTION)
        assert (state.ruling, state.release) == (None, ruling)
        changed = replace(SYNCED, ruling=ruling, held=Held(1, 2))
        state = take_wishes(changed, self.EXECUTION)
        assert (state.ruling, state.release) == (None, None)

    def test_a_second_ruling_waits_while_the_first_is_carried_out(self) -> None:
        ruling = Ruling("r", Held().token, True, "operator", NOON)
        busy = replace(SYNCED, ruling=ruling, release=replace(ruling, ruling_id="first"))
        assert take_wishes(busy, self.EXECUTION) == busy


class TestFailures:
    def after(self, count: int, kind: str) -> RunState:
        state = SYNCED
        for _ in range(count):
            state = failed(state, kind, "No.", NOON, configuration="c1")
        return state

    def test_what_may_pass_by_itself_is_tried_again_at_the_next_tick(self) -> None:
        assert not must_wait(self.after(1, "unavailable"), NOON, "c1")
        assert must_wait(self.after(2, "unavailable"), NOON, "c1")

    def test_a_refused_login_waits_from_the_first_time(self) -> None:
        assert must_wait(self.after(1, "not_logged_in"), NOON, "c1")

    def test_no_pause_is_longer_than_five_minutes(self) -> None:
        for kind in ("unavailable", "not_logged_in"):
            for count in (1, 2, 5, 50):
                state = self.after(count, kind)
                assert not must_wait(state, NOON + timedelta(minutes=5), "c1")
                assert state.failure is not None
                assert state.failure.count == count

    def test_pauses_of_many_connections_do_not_end_at_once(self) -> None:
        ends = set()
        for number in range(20):
            state = replace(SYNCED, connection_id=f"c{number}")
            failure = failed(state, "refused", "No.", NOON, configuration="c1").failure
            assert failure is not None
            ends.add(failure.retry_at)
        assert len(ends) > 10

    def test_another_configuration_is_tried_at_once_and_counted_anew(self) -> None:
        state = self.after(5, "not_logged_in")
        assert not must_wait(state, NOON, "c2")
        failure = failed(state, "not_logged_in", "No.", NOON, configuration="c2").failure
        assert failure is not None
        assert failure.count == 1

    def test_without_a_failure_nothing_waits(self) -> None:
        assert not must_wait(SYNCED, NOON, "c1")


def test_a_restart_breaks_off_every_run_under_way_and_says_so_in_the_history() -> None:
    both = replace(SYNCED, full=a_run(Kind.FULL), incremental=a_run(Kind.INCREMENTAL))
    state, rows = broken_off(both, NOON)
    assert [row.last.outcome for row in rows] == [Outcome.SKIPPED, Outcome.SKIPPED]
    assert not any(state.run(kind) for kind in Kind)
    assert broken_off(SYNCED, NOON) == (SYNCED, ())


def test_quiet_runs_in_a_row_share_one_row_which_another_run_ends() -> None:
    state = SYNCED
    written: list[Quiet] = []
    for number in range(4):
        counts = Counts(updated=1) if number == 3 else Counts(unchanged=9)
        run = replace(a_run(Kind.INCREMENTAL), run_id=f"r{number}", counts=counts, requests=1)
        state, rows = finished(state, run, NOON + number * MINUTE, RULES)
        written += rows
        if number == 2:
            assert written == []
            assert state.quiet is not None
            assert (state.quiet.runs, state.quiet.requests) == (3, 3)
    assert [(row.first.run_id, row.last.run_id, row.runs) for row in written] == [
        ("r0", "r2", 3),
        ("r3", "r3", 1),
    ]
    assert state.quiet is None
