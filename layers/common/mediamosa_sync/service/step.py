"""One step: one page of one connection, from MediaMosa into the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.properties import FieldMap, default_field_map
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
from mediamosa_sync.errors import AssetServerError, Fenced, SecretUnavailable
from mediamosa_sync.ports import AssetServer, Clock, RecordStore, SyncStore
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
        more: whether this execution has a further page of the connection to do.
        reason: why it was skipped or failed, in one sentence; "" if it worked.
    """

    outcome: StepOutcome
    more: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepPorts:
    """What steps work with; *open_server* gives the connection's server, its session kept."""

    records: RecordStore
    store: SyncStore
    open_server: Callable[[Connection], AssetServer]
    clock: Clock
    rules: Rules


PROPERTIES_LIFE = timedelta(hours=24)
"""How long the properties read from MediaMosa are used before they are read again."""

HISTORY_LIFE = timedelta(days=90)


def sync_step(
    ports: StepPorts,
    connection_id: str,
    execution: Execution,
    *,
    owner: str,
    lease: timedelta,
) -> StepResult:
    """Do the next page of the connection, if one is due and nobody else is at it.

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
    if "pull" in connection.paused:
        return StepResult(StepOutcome.SKIPPED, reason="The connection is paused.")
    now = ports.clock.now()
    state = ports.store.take_lease(connection_id, owner=owner, now=now, until=now + lease)
    if state is None:
        return StepResult(StepOutcome.SKIPPED, reason="Another step of it is running.")
    try:
        return _Step(ports, connection, state).work(execution)
    except Fenced:
        return StepResult(StepOutcome.SKIPPED, reason="A newer step has taken over.")


class _Step:
    """A step that holds the lease. ``self._state`` is what the run item is to become."""

    def __init__(self, ports: StepPorts, connection: Connection, state: RunState) -> None:
        self._ports = ports
        self._connection = connection
        self._state = state
        self._now = ports.clock.now()
        self._configuration = configuration_of(connection)

    def work(self, execution: Execution) -> StepResult:
        self._take_marks(execution)
        if must_wait(self._state, self._now, self._configuration):
            return self._still_failing()
        run = next_run(self._state, self._now, self._ports.rules)
        if run is None:
            return self._worked(Concluded(self._state))
        pull: Pull | None = None
        try:
            pull = self._pull(run)
            pull.work()
        except (AssetServerError, SecretUnavailable, InvalidConfiguration) as error:
            if pull is not None:
                self._state = pull.broken_off()
            return self._failed(error, run)
        return self._worked(pull.concluded(self._ports.clock.now()))

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
        fields = self._fields(server, run)
        ports = PullPorts(self._ports.records, self._ports.store, server, before, self._ports.rules)
        return Pull(ports, self._connection, self._state, run, fields, self._now)

    def _fields(self, server: AssetServer, run: Run) -> FieldMap:
        """The properties that take part; read anew for every full run, and once a day."""
        store, connection_id = self._ports.store, self._connection.connection_id
        known = store.properties(connection_id)
        fresh = known is not None and self._now - known[1] < PROPERTIES_LIFE
        begins_full = run.kind is Kind.FULL and run.steps == 0
        if known is not None and fresh and not begins_full:
            return default_field_map(known[0])
        properties = server.properties()
        if known is None or not fresh or known[0] != properties:
            store.put_properties(connection_id, properties, self._now)
        return default_field_map(properties)

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

    def _failed(self, error: Exception, run: Run) -> StepResult:
        kind, now = getattr(error, "kind", "configuration"), self._ports.clock.now()
        state = failed(self._state, kind, str(error), now, configuration=self._configuration)
        rows = self._rows(failed_run(state, run, now))
        self._ports.store.save_run(state.fence, state, release=True, history=rows)
        return StepResult(StepOutcome.FAILED, reason=str(error))

    def _still_failing(self) -> StepResult:
        self._ports.store.save_run(self._state.fence, self._state, release=True)
        failure = self._state.failure
        return StepResult(StepOutcome.SKIPPED, reason=failure.reason if failure else "")

    def _rows(self, rows: Iterable[Quiet]) -> tuple[HistoryRow, ...]:
        expires_at = self._now + HISTORY_LIFE
        return tuple(
            HistoryRow(row.last, row.first.started_at, row.runs, row.requests, expires_at)
            for row in rows
        )


def _marks(state: RunState) -> tuple[object, ...]:
    return state.restart, state.full_wish, state.ruling


def configuration_of(connection: Connection) -> str:
    """What, if it changes, is worth another try at once after a failure."""
    parts = (connection.url, connection.user_name, connection.secret_arn, connection.time_zone)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
