"""What a walk's nominees mean, what a failure costs, and what the history is told."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.deletion import Guard, Held, Removals, hour_of
from mediamosa_sync.domain.rows import HistoryRow
from mediamosa_sync.domain.run import (
    Execution,
    Failure,
    Fence,
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
    after_walk,
    begun,
    broken_off,
    enter,
    failed,
    failed_run,
    failure_after,
    finished,
    is_resting,
    next_run,
    observed,
    restarted,
    take_wishes,
)
from mediamosa_sync.domain.walk import Cursor

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
RULES = Rules(guard=Guard(most=10, percent=5.0))
WALKED = Cursor(done=100, total=100)


def a_run(kind: Kind = Kind.FULL, **changes: object) -> Run:
    run = Run(f"{kind}-1", kind, Trigger.SCHEDULE, NOON, WALKED, server_started_at=NOON)
    return replace(run, **changes)  # type: ignore[arg-type]  # a test names what it changes


def a_state(**changes: object) -> RunState:
    state = RunState("c", generation=2, sequence=7, watermark=NOON - HOUR, links=100)
    return replace(state, **changes)  # type: ignore[arg-type]  # as above


def judged(state: RunState, run: Run) -> Run:
    return after_walk(state, run, NOON, RULES)


class TestGuard:
    """After the walk: to work, or to a person."""

    def test_what_ten_links_or_five_percent_allow_is_dealt_with(self) -> None:
        run = a_run(nominated=10, counted=10)
        assert judged(a_state(), run) == replace(run, phase=Phase.DELETE)
        many = a_run(nominated=50, counted=50)
        assert judged(a_state(links=1000), many).phase is Phase.DELETE

    def test_one_more_is_for_a_person(self) -> None:
        run = a_run(nominated=11, counted=11)
        assert judged(a_state(), run) == replace(run, phase=Phase.DECIDE, held_back=True)
        many = a_run(nominated=51, counted=51)
        assert judged(a_state(links=1000), many).phase is Phase.DECIDE

    def test_those_held_and_those_removed_within_a_day_count_too(self) -> None:
        run = a_run(nominated=4, counted=4)
        removals = Removals({hour_of(NOON) - 2: 3, hour_of(NOON) - 100: 50})
        assert judged(a_state(held=Held(3), removals=removals), run).phase is Phase.DELETE
        assert judged(a_state(held=Held(4), removals=removals), run).phase is Phase.DECIDE

    @pytest.mark.parametrize("phase", [Phase.DECIDE, Phase.DELETE])
    @pytest.mark.parametrize("kind", Kind)
    def test_those_that_the_other_run_has_still_to_deal_with_count_too(
        self, kind: Kind, phase: Phase
    ) -> None:
        run, other = a_run(kind, nominated=4, counted=4), next(one for one in Kind if one != kind)
        waiting = a_run(other, nominated=9, counted=9, waiting=7, phase=phase)
        assert judged(a_state().with_run(waiting), run).phase is Phase.DECIDE
        fewer = replace(waiting, waiting=6)
        assert judged(a_state().with_run(fewer), run).phase is Phase.DELETE
        foreign = replace(waiting, counted=6)
        assert judged(a_state().with_run(foreign), run).phase is Phase.DELETE

    def test_those_that_the_other_run_has_not_judged_yet_are_for_its_own_guard(self) -> None:
        run = a_run(nominated=4, counted=4)
        walking = a_run(Kind.INCREMENTAL, nominated=9, counted=9, waiting=9, phase=Phase.WALK)
        assert judged(a_state().with_run(walking), run).phase is Phase.DELETE
        over = replace(walking, phase=Phase.DELETE, finished_at=NOON)
        assert judged(a_state().with_run(over), run).phase is Phase.DELETE

    def test_what_does_not_count_is_never_held_back_by_itself(self) -> None:
        foreign = a_run(nominated=3, counted=0)
        assert judged(a_state(held=Held(50)), foreign).phase is Phase.DELETE

    def test_an_empty_full_list_where_links_exist_is_for_a_person(self) -> None:
        empty = a_run(cursor=Cursor(total=0), nominated=1, counted=0)
        assert judged(a_state(), empty) == replace(empty, phase=Phase.DECIDE, held_back=True)
        assert judged(a_state(), replace(empty, nominated=0)).phase is Phase.DELETE
        one = replace(empty, cursor=Cursor(done=1, total=1))
        assert judged(a_state(), one).phase is Phase.DELETE

    def test_an_empty_list_of_changes_says_nothing(self) -> None:
        changes = a_run(Kind.INCREMENTAL, cursor=Cursor(total=0), nominated=1, counted=1)
        assert judged(a_state(), changes).phase is Phase.DELETE


class TestFailures:
    """When it is tried again, and what is told."""

    FIRST = failure_after(None, "c", "refused", "No.", NOON, configuration="x")

    def test_the_first_says_what_and_since_when(self) -> None:
        share = 0.5 + hashlib.sha256(b"c/1").digest()[0] / 510
        until = NOON + 2 * MINUTE * share
        told = Failure("refused", "No.", NOON, 1, until, configuration="x")
        assert told == self.FIRST

    def test_one_more_of_another_kind_keeps_since_when(self) -> None:
        later = NOON + HOUR
        again = failure_after(self.FIRST, "c", "troubled", "Oh.", later, configuration="x")
        assert (again.kind, again.reason, again.since, again.count) == ("troubled", "Oh.", NOON, 2)

    def test_another_configuration_begins_a_new_row(self) -> None:
        later = NOON + HOUR
        again = failure_after(self.FIRST, "c", "refused", "No.", later, configuration="y")
        assert (again.since, again.count) == (later, 1)

    @pytest.mark.parametrize(
        ("kind", "minutes"),
        [("refused", [2, 4, 5, 5, 5]), ("unavailable", [None, 1, 2, 2, 2])],
    )
    def test_the_pause_doubles_up_to_a_bound_and_a_share_of_it_is_waited(
        self, kind: str, minutes: list[int | None]
    ) -> None:
        failure = None
        for count, most in enumerate(minutes, start=1):
            failure = failure_after(failure, "c", kind, "No.", NOON, configuration="")
            drawn = hashlib.sha256(f"c/{count}".encode()).digest()[0]
            whole = None if most is None else NOON + most * MINUTE * (0.5 + drawn / 510)
            assert failure.retry_at == whole

    def test_a_thousandth_failure_waits_no_longer(self) -> None:
        many = replace(self.FIRST, count=999)
        again = failure_after(many, "c", "refused", "No.", NOON, configuration="x")
        assert again.retry_at is not None
        assert again.retry_at <= NOON + 5 * MINUTE

    def test_it_rests_until_the_moment_and_not_with_another_configuration(self) -> None:
        until = self.FIRST.retry_at
        assert until is not None
        assert is_resting(self.FIRST, until - SECOND, "x")
        assert not is_resting(self.FIRST, until, "x")
        assert not is_resting(self.FIRST, until - SECOND, "y")
        assert not is_resting(replace(self.FIRST, retry_at=None), NOON, "x")

    def test_the_state_is_told_the_sentence_and_the_attempt(self) -> None:
        state = failed(a_state(), "refused", "No.", NOON, configuration="x")
        assert state == a_state(last_attempt=NOON, failure=self.FIRST)

    def test_a_run_that_could_not_begin_is_one_row_for_each_row_of_failures(self) -> None:
        run, state = a_run(requests=3), a_state(failure=self.FIRST)
        ended = replace(
            run,
            phase=Phase.FINISH,
            finished_at=NOON,
            outcome=Outcome.FAILED,
            watermark_after=NOON - HOUR,
            reason="No.",
            links=state.links,
        )
        assert failed_run(state, run, NOON) == (Quiet(ended, ended, 1, 3),)
        assert failed_run(a_state(), run, NOON) == ()
        second = a_state(failure=replace(self.FIRST, count=2))
        assert failed_run(second, run, NOON) == ()

    def test_a_run_that_is_under_way_goes_on_instead(self) -> None:
        state = a_state(failure=self.FIRST, full=a_run())
        assert failed_run(state, a_run(), NOON) == ()
        other = a_run(Kind.INCREMENTAL)
        assert len(failed_run(state, other, NOON)) == 1


class TestRestart:
    """What goes with it, and what stays."""

    def test_everything_due_begins_anew_and_what_was_found_stays(self) -> None:
        state = a_state(
            failure=TestFailures.FIRST,
            restart=Restart("r", "ann", NOON),
            full_wish=Restart("w", "ann", NOON),
            full_due=Trigger.DEMAND,
            again=("A1",),
            held=Held(2),
        )
        run = Run(
            "full-7",
            Kind.FULL,
            Trigger.RESTART,
            NOON,
            Cursor(),
            phase=Phase.ADOPT,
            watermark_before=NOON - HOUR,
        )
        assert restarted(state, NOON) == a_state(
            generation=3, full=run, incremental_due=True, again=("A1",), held=Held(2)
        )
        assert not restarted(a_state(watermark=None), NOON).incremental_due

    def test_runs_under_way_are_broken_off_each_with_its_row(self) -> None:
        full, changes = a_run(requests=5), a_run(Kind.INCREMENTAL, requests=2)
        ended = {
            run.kind: replace(
                run,
                phase=Phase.FINISH,
                finished_at=NOON,
                outcome=Outcome.SKIPPED,
                watermark_after=NOON - HOUR,
                reason="A restart broke it off.",
            )
            for run in (full, changes)
        }
        state, rows = broken_off(a_state(full=full, incremental=changes), NOON)
        assert state == a_state(full=ended[Kind.FULL], incremental=ended[Kind.INCREMENTAL])
        assert rows == tuple(Quiet(run, run, 1, run.requests) for run in ended.values())
        assert broken_off(state, NOON) == (state, ())


class TestIncremental:
    """Once per execution, once W exists."""

    def test_it_begins_at_w_under_the_steps_number(self) -> None:
        state = a_state(incremental_due=True, full=a_run(finished_at=NOON))
        assert next_run(state, NOON, RULES) == Run(
            "incremental-7",
            Kind.INCREMENTAL,
            Trigger.SCHEDULE,
            NOON,
            Cursor(since=NOON - HOUR),
            watermark_before=NOON - HOUR,
        )

    def test_one_that_is_under_way_goes_on_and_is_not_due_again(self) -> None:
        under_way = a_run(Kind.INCREMENTAL)
        state = a_state(full=a_run(finished_at=NOON), incremental=under_way, incremental_due=True)
        assert next_run(state, NOON, RULES) == under_way
        assert not enter(state, Execution("e", NOON)).incremental_due
        assert enter(replace(state, incremental=None), Execution("e", NOON)).incremental_due

    def test_without_w_a_full_run_is_the_first_whatever_has_run(self) -> None:
        run = next_run(a_state(watermark=None, full=a_run(finished_at=NOON)), NOON, RULES)
        assert run is not None
        assert (run.kind, run.trigger) == (Kind.FULL, Trigger.FIRST)


def test_a_wish_for_a_full_run_ends_the_pause_after_a_failure() -> None:
    state = a_state(full_wish=Restart("w", "ann", NOON - MINUTE), failure=TestFailures.FIRST)
    taken = take_wishes(state, Execution("e", NOON))
    assert taken == a_state(full_due=Trigger.DEMAND)


def test_a_clock_put_back_by_no_more_than_the_overlap_is_no_reason() -> None:
    state = a_state(server_clock=NOON)
    assert observed(state, NOON - RULES.overlap, RULES).full_due is None
    back = observed(state, NOON - RULES.overlap - SECOND, RULES)
    assert (back.full_due, back.watermark) == (Trigger.CLOCK, NOON - HOUR)


def test_a_quiet_run_begins_a_row_and_the_next_makes_it_longer() -> None:
    state = a_state(full=a_run(finished_at=NOON))
    first = a_run(Kind.INCREMENTAL, requests=2)
    state, rows = finished(state, first, NOON, RULES)
    assert state.quiet is not None
    assert rows == ()
    assert state.quiet == Quiet(state.quiet.last, state.quiet.last, 1, 2)
    later = replace(first, run_id="incremental-2", requests=3)
    state, rows = finished(state, later, NOON + MINUTE, RULES)
    assert state.quiet is not None
    assert rows == ()
    assert (state.quiet.runs, state.quiet.requests) == (2, 5)
    assert (state.quiet.first.run_id, state.quiet.last.run_id) == (first.run_id, later.run_id)
    state, rows = finished(state, a_run(requests=9), NOON + HOUR, RULES)
    assert [(row.runs, row.requests) for row in rows] == [(2, 5), (1, 9)]


def test_a_run_that_never_read_a_page_cannot_end() -> None:
    with pytest.raises(AssertionError):
        finished(a_state(), a_run(server_started_at=None), NOON, RULES)


def test_a_run_of_changes_that_has_its_page_is_due_no_more() -> None:
    run = a_run(Kind.INCREMENTAL)
    assert begun(a_state(incremental_due=True), run) == a_state(incremental=run)


def test_the_fence_is_what_a_step_must_still_own() -> None:
    assert a_state().fence == Fence("c", 2, 7)


def test_the_history_is_in_order_of_beginnings() -> None:
    row = HistoryRow(a_run(), NOON, 1, 1, NOON)
    assert row.position == f"{iso(NOON)}#full-1"
