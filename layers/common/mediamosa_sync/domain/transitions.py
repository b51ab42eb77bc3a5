"""How a connection's runs begin, go on and end: the run item before and after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.domain.run import (
    Execution,
    Failure,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings of the stack that decide about runs.

    Attributes:
        full_every: time from the end of a full run to the next.
        overlap: how far W stays behind the server's clock.
        guard: how many deletions may happen without a person.
        retention: how long removed records and their links are kept.
    """

    full_every: timedelta = timedelta(hours=24)
    overlap: timedelta = timedelta(seconds=120)
    guard: Guard = field(default_factory=Guard)
    retention: timedelta = timedelta(days=30)


def enter(state: RunState, execution: Execution) -> RunState:
    """The state at the first page of a step of *execution*.

    An incremental run is due once per execution, if W existed when the execution began.
    """
    if state.execution_id == execution.execution_id:
        return state
    return replace(
        state,
        execution_id=execution.execution_id,
        incremental_due=state.watermark is not None and state.run(Kind.INCREMENTAL) is None,
    )


def may_take_restart(state: RunState, execution: Execution) -> bool:
    """Whether the wish is older than the execution: a press never acts on what already runs."""
    return state.restart is not None and state.restart.requested_at < execution.started_at


def broken_off(state: RunState, now: datetime) -> tuple[RunState, tuple[Quiet, ...]]:
    """The state with every run under way ended as skipped, and their rows of the history."""
    rows = []
    for kind in Kind:
        run = state.run(kind)
        if run is not None:
            ended = replace(
                _ended(state, run, Outcome.SKIPPED, now), reason="A restart broke it off."
            )
            state = state.with_run(ended)
            rows.append(Quiet(ended, ended, 1, ended.requests))
    return state, tuple(rows)


def restarted(state: RunState, now: datetime) -> RunState:
    """The state after the restart was taken: a new generation that begins a full run.

    Links, W, history, held deletions and what is asked again stay; the cursors go, and so do open
    nominations and the pause after a failure.
    """
    return replace(
        state,
        generation=state.generation + 1,
        full=_begin_full(state, Trigger.RESTART, now),
        incremental_due=state.watermark is not None,
        failure=None,
        restart=None,
        full_wish=None,
        full_due=None,
    )


def take_wishes(state: RunState, execution: Execution) -> RunState:
    """The state after the other marks were taken: a wish for a full run, a person's ruling.

    A ruling about another list than the one that stands is dropped; one that comes while another
    is carried out waits.
    """
    wish, ruling = state.full_wish, state.ruling
    if wish is not None and wish.requested_at < execution.started_at:
        due = state.full_due if state.run(Kind.FULL) else state.full_due or Trigger.DEMAND
        state = replace(state, full_wish=None, full_due=due, failure=None)
    if ruling is not None and state.release is None and ruling.at < execution.started_at:
        agreed = ruling.token == state.held.token
        state = replace(state, ruling=None, release=ruling if agreed else None)
    return state


def next_run(state: RunState, now: datetime, rules: Rules) -> Run | None:
    """The run whose page the step is to do, begun if need be; None if nothing is due.

    A due incremental page goes first; while both kinds have pages to do they alternate.
    """
    full = state.run(Kind.FULL) or _due_full(state, now, rules)
    incremental = state.run(Kind.INCREMENTAL) or _due_incremental(state, now)
    if full is not None and incremental is not None:
        return full if state.last_walk is Kind.INCREMENTAL else incremental
    return full or incremental


def _due_full(state: RunState, now: datetime, rules: Rules) -> Run | None:
    trigger = _why_full(state, now, rules)
    return None if trigger is None else _begin_full(state, trigger, now)


def _begin_full(state: RunState, trigger: Trigger, now: datetime) -> Run:
    return Run(
        run_id=f"{Kind.FULL}-{state.sequence}",
        kind=Kind.FULL,
        trigger=trigger,
        started_at=now,
        cursor=Cursor(),
        phase=Phase.ADOPT,
        watermark_before=state.watermark,
    )


def _why_full(state: RunState, now: datetime, rules: Rules) -> Trigger | None:
    last = state.full
    if last is None or last.finished_at is None or state.watermark is None:
        return Trigger.FIRST
    if state.full_due is not None:
        return state.full_due
    if now - last.finished_at >= rules.full_every:
        return Trigger.SCHEDULE
    return None


def _due_incremental(state: RunState, now: datetime) -> Run | None:
    if not state.incremental_due or state.watermark is None:
        return None
    return Run(
        run_id=f"{Kind.INCREMENTAL}-{state.sequence}",
        kind=Kind.INCREMENTAL,
        trigger=Trigger.SCHEDULE,
        started_at=now,
        cursor=Cursor(since=state.watermark),
        watermark_before=state.watermark,
    )


def begun(state: RunState, run: Run) -> RunState:
    """The state once *run*, new or under way, has its page: what was due for it is so no more."""
    if run.kind is Kind.FULL:
        # What fell due while the run was under way is another run's.
        due = state.full_due if state.run(Kind.FULL) else None
        return replace(state, full=run, full_due=due)
    return replace(state, incremental=run, incremental_due=False)


def observed(state: RunState, server_time: datetime, rules: Rules) -> RunState:
    """The state after the server told its time.

    A server whose clock was put back by more than the overlap stamps changes before W, where no
    incremental walk would look: W follows the clock, and a full run falls due.
    """
    known, watermark = state.server_clock, state.watermark
    state = replace(state, server_clock=server_time)
    if known is None or server_time >= known - rules.overlap:
        return state
    if watermark is not None:
        watermark = min(watermark, server_time - rules.overlap)
    return replace(state, watermark=watermark, full_due=Trigger.CLOCK)


def after_walk(state: RunState, run: Run, now: datetime, rules: Rules) -> Run:
    """The run in its next phase: its walk has ended, its nominees are known.

    The guard stops them if they are too many, or if a full list is empty where links exist.
    """
    too_many = rules.guard.stops(
        nominated=run.counted + _still_to_go(state, run.kind),
        held=state.held.count,
        removed=state.removals.within_a_day(now),
        links=state.links,
    )
    emptied = run.kind is Kind.FULL and run.cursor.done == 0
    if run.nominated and (emptied or (run.counted and too_many)):
        return replace(run, phase=Phase.DECIDE, held_back=True)
    return replace(run, phase=Phase.DELETE)


def _still_to_go(state: RunState, kind: Kind) -> int:
    """Nominees of the other kind's run that are judged already, and not yet removed or held."""
    other = state.run(Kind.INCREMENTAL if kind is Kind.FULL else Kind.FULL)
    if other is None or other.phase not in {Phase.DECIDE, Phase.DELETE}:
        return 0
    return min(other.waiting, other.counted)


def finished(
    state: RunState, run: Run, now: datetime, rules: Rules
) -> tuple[RunState, tuple[Quiet, ...]]:
    """The state after *run* has come to its end, and the rows that the history gains.

    W is raised to where the run began. It is never lowered here: a full run's start is older than
    what incremental runs have reached meanwhile. Runs in a row that found nothing share one row,
    which is written once another run ends it.
    """
    if run.server_started_at is None:
        raise AssertionError("a run that ended has read a page")
    watermark = _reached(state, run, run.server_started_at, rules)
    state = replace(state, watermark=watermark, last_sync=now)
    run = _ended(state, run, _outcome(state, run), now)
    if _is_quiet(run):
        return replace(state.with_run(run), quiet=_longer(state.quiet, run)), ()
    rows = () if state.quiet is None else (state.quiet,)
    state = replace(state.with_run(run), quiet=None)
    return state, (*rows, Quiet(run, run, 1, run.requests))


def _reached(state: RunState, run: Run, began: datetime, rules: Rules) -> datetime:
    """W after *run*, which has heard the server's clock first at *began*."""
    watermark, since = state.watermark, run.cursor.since
    if watermark is not None and since is not None and since > watermark:
        # The clock was put back under way: the run never asked for what is stamped in between.
        return watermark
    reached = min(began, state.server_clock or began) - rules.overlap
    return reached if watermark is None else max(watermark, reached)


def _ended(state: RunState, run: Run, outcome: Outcome, now: datetime) -> Run:
    return replace(
        run,
        phase=Phase.FINISH,
        finished_at=now,
        outcome=outcome,
        watermark_after=state.watermark,
    )


def _outcome(state: RunState, run: Run) -> Outcome:
    if run.held_back:
        return Outcome.HELD
    return Outcome.PARTIAL if run.counts.errors or state.again else Outcome.SUCCEEDED


def _is_quiet(run: Run) -> bool:
    if run.kind is not Kind.INCREMENTAL or run.outcome is not Outcome.SUCCEEDED:
        return False
    return run.counts == Counts(unchanged=run.counts.unchanged)


def _longer(quiet: Quiet | None, run: Run) -> Quiet:
    if quiet is None:
        return Quiet(run, run, 1, run.requests)
    return Quiet(quiet.first, run, quiet.runs + 1, quiet.requests + run.requests)


TRANSIENT = frozenset({"unavailable", "troubled", "malformed", "unreadable", "not_mediamosa"})
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_TRANSIENT_PAUSE = timedelta(minutes=2)
"""Edits wait for the server to be back: one request in two minutes does it no harm."""
_MINUTE = timedelta(minutes=1)


def failed(
    state: RunState, kind: str, reason: str, now: datetime, *, configuration: str
) -> RunState:
    """The state after a step that could not do its work: when it is tried again.

    What may pass by itself is tried again at the next tick, and then after up to 1 and at most 2
    minutes; what somebody has to mend (a refused login first of all) waits from the first
    time, up to 2, 4 and at most 5 minutes. The share of each pause that is waited comes from the
    connection's id, so that many do not come back at once.
    """
    failure = failure_after(
        state.failure, state.connection_id, kind, reason, now, configuration=configuration
    )
    return replace(state, last_attempt=now, failure=failure)


def failure_after(
    before: Failure | None,
    connection_id: str,
    kind: str,
    reason: str,
    now: datetime,
    *,
    configuration: str,
) -> Failure:
    """One more failure in a row, or the first; see :func:`failed` for when it is tried again."""
    if before is not None and before.configuration != configuration:
        before = None
    count = before.count + 1 if before else 1
    doublings = count - 2 if kind in TRANSIENT else count
    longest = LONGEST_TRANSIENT_PAUSE if kind in TRANSIENT else LONGEST_PAUSE
    pause = min(_MINUTE * 2 ** min(doublings, 8), longest) if doublings >= 0 else None
    return Failure(
        kind=kind,
        reason=reason,
        since=before.since if before else now,
        count=count,
        retry_at=None if pause is None else now + pause * _share(connection_id, count),
        configuration=configuration,
    )


def failed_run(state: RunState, run: Run, now: datetime) -> tuple[Quiet, ...]:
    """The row that the history gains when *run* could not even begin.

    One for each unbroken row of failures. A run that is under way goes on instead.
    """
    failure = state.failure
    if failure is None or failure.count > 1 or state.run(run.kind) is not None:
        return ()
    ended = _ended(state, run, Outcome.FAILED, now)
    ended = replace(ended, reason=failure.reason, links=state.links)
    return (Quiet(ended, ended, 1, ended.requests),)


def _share(connection_id: str, count: int) -> float:
    """From a half to the whole, different for every connection and time."""
    drawn = hashlib.sha256(f"{connection_id}/{count}".encode()).digest()[0]
    return 0.5 + drawn / 510


def must_wait(state: RunState, now: datetime, configuration: str) -> bool:
    """Whether the pause after a failure is not over, and nothing was reconfigured since."""
    return is_resting(state.failure, now, configuration)


def is_resting(failure: Failure | None, now: datetime, configuration: str) -> bool:
    """Whether the pause after *failure* is not over, and nothing was reconfigured since."""
    if failure is None or failure.retry_at is None:
        return False
    return failure.configuration == configuration and now < failure.retry_at
