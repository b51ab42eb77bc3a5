"""Runs of one connection, and what its next step is to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts


class Kind(StrEnum):
    """Which list a run walks."""

    FULL = "full"
    INCREMENTAL = "incremental"


class Trigger(StrEnum):
    """Why a run began."""

    FIRST = "first"
    RESTART = "restart"
    SCHEDULE = "schedule"
    CLOCK = "clock"
    """The server's clock was put back, so no date can be trusted."""


class Phase(StrEnum):
    """What a run is doing."""

    WALK = "walk"
    FINISH = "finish"


class Outcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of the state machine, in which steps run.

    Attributes:
        execution_id: unique for ever (its ARN).
        started_at: when it was started (aware UTC).
        trigger: "schedule", or "manual" if somebody started it by hand.
    """

    execution_id: str
    started_at: datetime
    trigger: str = "schedule"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one kind, under way or finished.

    Attributes:
        run_id: ``<kind>-<sequence of its first step>``, unique within the connection.
        server_started_at: the server's clock at its first page; W comes from it.
        requests: requests made to MediaMosa.
    """

    run_id: str
    kind: Kind
    trigger: Trigger
    started_at: datetime
    cursor: Cursor
    phase: Phase = Phase.WALK
    server_started_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    steps: int = 0
    requests: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def under_way(self) -> bool:
        """Whether it has begun and not finished."""
        return self.finished_at is None


@dataclass(frozen=True, slots=True)
class Restart:
    """The wish of an admin that the next scheduled execution begins a full run."""

    restart_id: str
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last step could not do its work.

    Attributes:
        kind: class of the error, a stable word.
        reason: one sentence for people.
        since: when the first of the unbroken row of failures happened.
        count: how many in a row.
    """

    kind: str
    reason: str
    since: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Fence:
    """What a step must still own when it writes; an older generation or number writes nothing."""

    connection_id: str
    generation: int
    sequence: int


@dataclass(frozen=True, slots=True)
class RunState:
    """The run item of a connection: everything that its next step decides upon.

    Attributes:
        generation: raised when a restart is taken.
        sequence: drawn by the last step that took the lease.
        execution_id: execution of the last step.
        incremental_due: whether that execution still owes an incremental run.
        full, incremental: the run under way of that kind, else the last one.
        last_walk: kind of the last page, so that two runs under way alternate.
        watermark: W; every change before it has been applied. None before the first full run.
        server_clock: the server's clock as last seen.
        full_due: why a full run is to begin before its time; None if none is.
        again: ids of assets to be asked for first by the next step.
        last_sync: when the last completed run ended.
        last_attempt: when the last step ran.
        failure: why it failed; None if it did not.
        restart: the admin's wish, not yet taken.
    """

    connection_id: str
    generation: int = 0
    sequence: int = 0
    execution_id: str = ""
    incremental_due: bool = False
    full: Run | None = None
    incremental: Run | None = None
    last_walk: Kind | None = None
    watermark: datetime | None = None
    server_clock: datetime | None = None
    full_due: Trigger | None = None
    again: tuple[str, ...] = ()
    last_sync: datetime | None = None
    last_attempt: datetime | None = None
    failure: Failure | None = None
    restart: Restart | None = None

    @property
    def fence(self) -> Fence:
        """What the holder of the lease must still own when it writes."""
        return Fence(self.connection_id, self.generation, self.sequence)

    def run(self, kind: Kind) -> Run | None:
        """The run of that kind that is under way, if one is."""
        run = self.full if kind is Kind.FULL else self.incremental
        return run if run is not None and run.under_way else None

    def with_run(self, run: Run) -> RunState:
        """The state with *run* in its place."""
        if run.kind is Kind.FULL:
            return replace(self, full=run)
        return replace(self, incremental=run)


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings of the stack that decide about runs.

    Attributes:
        full_every: time from the end of a full run to the next.
        overlap: how far W stays behind the server's clock.
    """

    full_every: timedelta = timedelta(hours=24)
    overlap: timedelta = timedelta(seconds=120)


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


def restarted(state: RunState, now: datetime) -> RunState:
    """The state after the restart was taken: a new generation that begins a full run.

    Links, W, history and what is asked again stay; the cursors of both runs go.
    """
    fresh = Run(
        run_id=f"{Kind.FULL}-{state.sequence}",
        kind=Kind.FULL,
        trigger=Trigger.RESTART,
        started_at=now,
        cursor=Cursor(),
    )
    incremental = None if state.run(Kind.INCREMENTAL) else state.incremental
    return replace(
        state,
        generation=state.generation + 1,
        full=fresh,
        incremental=incremental,
        incremental_due=state.watermark is not None,
        restart=None,
    )


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
    if trigger is None:
        return None
    return Run(f"{Kind.FULL}-{state.sequence}", Kind.FULL, trigger, now, Cursor())


def _why_full(state: RunState, now: datetime, rules: Rules) -> Trigger | None:
    if state.full is None or state.full.finished_at is None:
        return Trigger.FIRST
    if state.full_due is not None:
        return state.full_due
    if now - state.full.finished_at >= rules.full_every:
        return Trigger.SCHEDULE
    return None


def _due_incremental(state: RunState, now: datetime) -> Run | None:
    if not state.incremental_due or state.watermark is None:
        return None
    cursor = Cursor(since=state.watermark)
    run_id = f"{Kind.INCREMENTAL}-{state.sequence}"
    return Run(run_id, Kind.INCREMENTAL, Trigger.SCHEDULE, now, cursor)


def begun(state: RunState, run: Run) -> RunState:
    """The state once *run*, new or under way, has its page: what was due for it is so no more."""
    if run.kind is Kind.FULL:
        return replace(state.with_run(run), full_due=None)
    return replace(state.with_run(run), incremental_due=False)


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


def finished(state: RunState, run: Run, now: datetime, rules: Rules) -> RunState:
    """The state after *run* has walked to its end: W is raised to where the run began.

    It is never lowered here: a full run's start is older than what incremental runs have reached
    meanwhile.
    """
    if run.server_started_at is None:
        raise AssertionError("a run that ended has read a page")
    reached = run.server_started_at - rules.overlap
    watermark = reached if state.watermark is None else max(state.watermark, reached)
    outcome = Outcome.PARTIAL if run.counts.errors or state.again else Outcome.SUCCEEDED
    run = replace(run, phase=Phase.FINISH, finished_at=now, outcome=outcome)
    return replace(state.with_run(run), last_sync=now, watermark=watermark)
