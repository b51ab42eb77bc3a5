"""One step: one page of one connection, from MediaMosa into the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.rows import HistoryRow
from mediamosa_sync.domain.run import Execution, Kind, Quiet, Run, RunState
from mediamosa_sync.domain.transitions import (
    Rules,
    broken_off,
    enter,
    failed,
    failed_run,
    may_take_restart,
    must_wait,
    next_run,
    restarted,
    take_wishes,
)
from mediamosa_sync.errors import Fenced
from mediamosa_sync.ports import AssetServer, Clock, RecordStore, SyncStore
from mediamosa_sync.service.circuit import UNREACHED, configuration_of, kind_of
from mediamosa_sync.service.drain import drain
from mediamosa_sync.service.fields import current_fields
from mediamosa_sync.service.keeper import CLAIM, PushPorts
from mediamosa_sync.service.pull import Concluded, Pull, PullPorts


class StepOutcome(StrEnum):
    """What became of an invocation."""

    WORKED = "worked"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepResult:
    """What the state machine is told.

    Attributes:
        more: whether this execution has a further page of the connection to do, or more to push.
        reason: why it was skipped or failed, in one sentence; "" if it worked.
    """

    outcome: StepOutcome
    more: bool = False
    reason: str = ""


class Reach(StrEnum):
    """What a pull has found out about MediaMosa."""

    REACHED = "reached"
    NOT_ASKED = "not_asked"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class _Pulled:
    result: StepResult
    reach: Reach


@dataclass(frozen=True, slots=True)
class StepPorts:
    """What steps work with; *open_server* gives the connection's server, its session kept."""

    records: RecordStore
    store: SyncStore
    open_server: Callable[[Connection], AssetServer]
    clock: Clock
    rules: Rules


DRAIN = timedelta(seconds=25)
"""How long a step begins further pushes."""

ABOUT_A_PAGE = frozenset({"malformed", "unreadable", "refused"})
"""Failures of a pull that say nothing against a push."""

HISTORY_LIFE = timedelta(days=90)


def sync_step(
    ports: StepPorts,
    connection_id: str,
    execution: Execution,
    *,
    owner: str,
    lease: timedelta,
) -> StepResult:
    """Do the next page of the connection, if one is due and nobody else is at it, then push.

    What is pending is pushed after the page is saved, so that neither keeps the other from being
    done; while only the pull is paused, it is pushed all the same.

    Parameters:
        owner: name of this step, unique per execution; a repeated invocation has the same.
        lease: how long this invocation can possibly last.

    An error of MediaMosa, of the configuration or of the secret ends up in the status, and nothing
    of the page is taken for granted. Raises :class:`StoreUnavailable` if DynamoDB gives up.
    """
    connection = ports.store.connection(connection_id)
    if connection is None:
        return StepResult(StepOutcome.SKIPPED, reason="There is no such connection.")
    if not connection.enabled:
        return StepResult(StepOutcome.SKIPPED, reason="The connection is switched off.")
    if connection.problem:
        return StepResult(StepOutcome.SKIPPED, reason=connection.problem)
    if connection.paused >= {"pull", "push"}:
        return StepResult(StepOutcome.SKIPPED, reason="The connection is paused.")
    pulled = _pulled(ports, connection, execution, owner=owner, lease=lease)
    if pulled.reach is Reach.OUT_OF_REACH or "push" in connection.paused:
        return pulled.result
    more = drain(
        PushPorts(ports.records, ports.store, ports.open_server, ports.clock, owner, CLAIM),
        connection,
        until=ports.clock.now() + DRAIN,
        reached=pulled.reach is Reach.REACHED,
    )
    return replace(pulled.result, more=pulled.result.more or more)


def _pulled(
    ports: StepPorts, connection: Connection, execution: Execution, *, owner: str, lease: timedelta
) -> _Pulled:
    if "pull" in connection.paused:
        paused = StepResult(StepOutcome.WORKED, reason="The pull is paused.")
        return _Pulled(paused, Reach.NOT_ASKED)
    now = ports.clock.now()
    state = ports.store.take_lease(
        connection.connection_id, owner=owner, now=now, until=now + lease
    )
    if state is None:
        return _elsewhere("Another step of it is running.")
    try:
        return _Step(ports, connection, state).work(execution)
    except Fenced:
        return _elsewhere("A newer step has taken over.")


def _elsewhere(reason: str) -> _Pulled:
    """Another step does the page, and pushes after it."""
    return _Pulled(StepResult(StepOutcome.SKIPPED, reason=reason), Reach.OUT_OF_REACH)


class _Step:
    """A step that holds the lease. ``self._state`` is what the run item is to become."""

    def __init__(self, ports: StepPorts, connection: Connection, state: RunState) -> None:
        self._ports = ports
        self._connection = connection
        self._state = state
        self._now = ports.clock.now()
        self._configuration = configuration_of(connection)

    def work(self, execution: Execution) -> _Pulled:
        self._take_marks(execution)
        if must_wait(self._state, self._now, self._configuration):
            return self._still_failing()
        run = next_run(self._state, self._now, self._ports.rules)
        if run is None:
            return _Pulled(self._worked(Concluded(self._state)), Reach.NOT_ASKED)
        pull: Pull | None = None
        try:
            pull = self._pull(self._with_pushed(run))
            pull.work()
        except UNREACHED as error:
            if pull is not None:
                self._state = pull.broken_off()
            return self._failed(error, run)
        result = self._worked(pull.concluded(self._ports.clock.now()))
        return _Pulled(result, Reach.REACHED)

    def _with_pushed(self, run: Run) -> Run:
        """The run with what was pushed since its start, as far as it is known by now."""
        total = self._ports.store.push_state(self._connection.connection_id).counts
        before = total if run.pushed_before is None else run.pushed_before
        return replace(run, pushed_before=before, pushed=total - before)

    def _take_marks(self, execution: Execution) -> None:
        """Take what admins have left: it must be durable before anything acts on it."""
        before = enter(self._state, execution)
        after = take_wishes(before, execution)
        if may_take_restart(after, execution):
            ended, rows = broken_off(after, self._now)
            if rows:
                # The history gains its rows first: a step killed in between finds the mark again.
                self._ports.store.save_run(
                    before.fence, ended, release=False, history=self._rows(rows)
                )
            after = restarted(ended, self._now)
        if _marks(after) != _marks(before):
            self._ports.store.take_marks(before.fence, before, after)
        self._state = after

    def _pull(self, run: Run) -> Pull:
        server = self._ports.open_server(self._connection)
        before = server.requests
        fields = current_fields(
            self._ports.store,
            server,
            self._connection,
            self._now,
            anew=run.kind is Kind.FULL and run.steps == 0,
        )
        ports = PullPorts(self._ports.records, self._ports.store, server, before, self._ports.rules)
        return Pull(ports, self._connection, self._state, run, fields, self._now)

    def _worked(self, concluded: Concluded) -> StepResult:
        now = self._ports.clock.now()
        state = replace(concluded.state, last_attempt=now)
        self._ports.store.save_run(
            state.fence,
            state,
            release=True,
            nominees=concluded.nominees,
            history=self._rows(concluded.history),
        )
        return StepResult(
            StepOutcome.WORKED, more=next_run(state, now, self._ports.rules) is not None
        )

    def _failed(self, error: Exception, run: Run) -> _Pulled:
        kind, now = kind_of(error), self._ports.clock.now()
        state = failed(self._state, kind, str(error), now, configuration=self._configuration)
        rows = self._rows(failed_run(state, run, now))
        self._ports.store.save_run(state.fence, state, release=True, history=rows)
        return _Pulled(StepResult(StepOutcome.FAILED, reason=str(error)), _reach_after(kind))

    def _still_failing(self) -> _Pulled:
        self._ports.store.save_run(self._state.fence, self._state, release=True)
        failure = self._state.failure
        reason, kind = (failure.reason, failure.kind) if failure else ("", "")
        return _Pulled(StepResult(StepOutcome.SKIPPED, reason=reason), _reach_after(kind))

    def _rows(self, rows: Iterable[Quiet]) -> tuple[HistoryRow, ...]:
        expires_at = self._now + HISTORY_LIFE
        return tuple(
            HistoryRow(row.last, row.first.started_at, row.runs, row.requests, expires_at)
            for row in rows
        )


def _marks(state: RunState) -> tuple[object, ...]:
    return state.restart, state.full_wish, state.ruling


def _reach_after(kind: str) -> Reach:
    return Reach.NOT_ASKED if kind in ABOUT_A_PAGE else Reach.OUT_OF_REACH
