"""One step: one page of one connection, from MediaMosa into the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.decide import Setting
from mediamosa_sync.domain.properties import FieldMap, default_field_map
from mediamosa_sync.domain.run import (
    Execution,
    Failure,
    Kind,
    Rules,
    Run,
    RunState,
    begun,
    enter,
    finished,
    may_take_restart,
    next_run,
    observed,
    restarted,
)
from mediamosa_sync.domain.walk import MAX_REQUESTS, Trusted, first_window, judge
from mediamosa_sync.ports import (
    AssetServer,
    AssetServerError,
    Clock,
    Fenced,
    RecordStore,
    SecretUnavailable,
    SyncStore,
)
from mediamosa_sync.service.page import MAX_AGAIN, AssetWriter

PROPERTIES_LIFE = timedelta(hours=24)
"""How long the properties read from MediaMosa are used before they are read again."""


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
        self._began_at = ports.clock.now()

    def work(self, execution: Execution) -> StepResult:
        self._enter(execution)
        run = next_run(self._state, self._began_at, self._ports.rules)
        if run is None:
            return self._worked()
        server: AssetServer | None = None
        requests_before = 0
        try:
            server = self._ports.open_server(self._connection)
            requests_before = server.requests
            self._page(server, run, requests_before)
        except (AssetServerError, SecretUnavailable, InvalidConfiguration) as error:
            made = server.requests - requests_before if server else 0
            return self._failed(error, run.kind, made)
        return self._worked()

    def _enter(self, execution: Execution) -> None:
        state = enter(self._state, execution)
        if state.restart is not None and may_take_restart(state, execution):
            after = restarted(state, self._began_at)
            self._ports.store.take_restart(state.fence, state.restart, after)
            state = after
        self._state = state

    def _page(self, server: AssetServer, run: Run, requests_before: int) -> None:
        fields = self._fields(server, run)
        setting = Setting(
            self._connection.connection_id, self._state.sequence, self._began_at, fields
        )
        asked_again = self._asked_again(server)
        page, run = self._read(server, run)
        self._state = begun(self._state, run)
        writer = AssetWriter(self._ports.records, self._ports.store, self._state.fence, setting)
        written = writer.write(run.kind, (*asked_again, *page.assets), begin=self._begin)
        run = replace(run, counts=run.counts + written.counts)
        self._finish_page(server.requests - requests_before, run, page, written.again)

    def _finish_page(self, requests: int, run: Run, page: Trusted, again: frozenset[str]) -> None:
        """Move the cursor: only now, when everything of the page is durable or noted down."""
        overflow = len(again) > MAX_AGAIN
        run = replace(
            run,
            cursor=run.cursor if overflow else page.cursor,
            steps=run.steps + 1,
            requests=run.requests + requests,
        )
        state = replace(
            self._state.with_run(run),
            last_walk=run.kind,
            failure=None,
            again=tuple(sorted(again))[:MAX_AGAIN],
        )
        if page.ended and not overflow:
            state = finished(state, run, self._ports.clock.now(), self._ports.rules)
        self._state = state

    def _begin(self) -> None:
        """Make the run's beginning durable before its first chunk counts into it."""
        self._ports.store.save_run(self._state.fence, self._state, release=False)

    def _fields(self, server: AssetServer, run: Run) -> FieldMap:
        """The properties that take part; read anew for every full run, and once a day."""
        store, connection_id = self._ports.store, self._connection.connection_id
        known = store.properties(connection_id)
        fresh = known is not None and self._began_at - known[1] < PROPERTIES_LIFE
        begins_full = run.kind is Kind.FULL and run.steps == 0
        if known is not None and fresh and not begins_full:
            return default_field_map(known[0])
        properties = server.properties()
        if known is None or not fresh or known[0] != properties:
            store.put_properties(connection_id, properties, self._began_at)
        return default_field_map(properties)

    def _asked_again(self, server: AssetServer) -> tuple[Asset, ...]:
        """The assets that earlier steps had to leave, asked for by id before the page."""
        again = self._state.again[:MAX_AGAIN]
        if not again:
            return ()
        found = server.assets(again)
        return tuple(found[asset_id] for asset_id in again if asset_id in found)

    def _read(self, server: AssetServer, run: Run) -> tuple[Trusted, Run]:
        """The next page that may be trusted and brings the walk on, in at most five requests."""
        cursor = run.cursor
        window = first_window(cursor, self._connection.page_size)
        for _ in range(MAX_REQUESTS):
            page = server.page(window, since=cursor.since, prefix=cursor.prefix)
            self._state = observed(self._state, page.server_time, self._ports.rules)
            earliest = min(run.server_started_at or page.server_time, page.server_time)
            run = replace(run, server_started_at=earliest)
            verdict = judge(cursor, window, page)
            cursor = verdict.cursor
            if isinstance(verdict, Trusted):
                if verdict.assets or verdict.ended:
                    return verdict, run
                window = first_window(cursor, self._connection.page_size)
            else:
                window = verdict.window
        return Trusted((), cursor, ended=False), run

    def _worked(self) -> StepResult:
        now = self._ports.clock.now()
        self._state = replace(self._state, last_attempt=now)
        self._ports.store.save_run(self._state.fence, self._state, release=True)
        more = next_run(self._state, now, self._ports.rules) is not None
        return StepResult(StepOutcome.WORKED, more=more)

    def _failed(self, error: Exception, kind: Kind, requests: int) -> StepResult:
        now = self._ports.clock.now()
        run = self._state.run(kind)
        if run is not None:
            run = replace(run, requests=run.requests + requests)
            self._state = self._state.with_run(run)
        before = self._state.failure
        failure = Failure(
            kind=getattr(error, "kind", "configuration"),
            reason=str(error),
            since=before.since if before else now,
            count=before.count + 1 if before else 1,
        )
        self._state = replace(self._state, last_attempt=now, failure=failure)
        self._ports.store.save_run(self._state.fence, self._state, release=True)
        return StepResult(StepOutcome.FAILED, reason=str(error))
