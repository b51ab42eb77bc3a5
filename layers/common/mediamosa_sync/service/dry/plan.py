"""The dry run: the very steps of the next run, over ports that read and write nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.domain.run import Execution, Kind, Run, RunState
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.dry.items import Item, items_of
from mediamosa_sync.service.dry.position import Position, Sums
from mediamosa_sync.service.dry.records import DryRecords
from mediamosa_sync.service.dry.server import DryServer, Post
from mediamosa_sync.service.dry.store import DryStore
from mediamosa_sync.service.fields import known_fields
from mediamosa_sync.service.refusals import ConnectionUnusable, MediaMosaUnavailable
from mediamosa_sync.service.step import StepOutcome, StepPorts, StepResult, sync_step

MOST_IDLE = 5
"""Pages in a row that come to nothing, before a plan ends with what it has."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a plan.

    Attributes:
        run: that it belongs to, as it would be after it; None if none is due.
        sums: of the plan so far.
        next: where it goes on; None if it is complete.
    """

    run: Run | None
    items: tuple[Item, ...]
    sums: Sums
    next: Position | None


def plan_page(ports: StepPorts, position: Position) -> Page:
    """Plan what the step after *position* would do.

    All pages are planned for one moment, as steps of one execution that begins then; what somebody
    changes in between is seen from the next page on. Nothing is written, and no lease is taken.

    Raises:
        ConnectionUnusable: there is no such connection, or it cannot be synced.
        MediaMosaUnavailable: MediaMosa did not do what was asked.
        StoreUnavailable: DynamoDB gave up.
    """
    return _Planner(ports, position).page()


class _Planner:
    """Plans one page."""

    def __init__(self, ports: StepPorts, position: Position) -> None:
        self._ports = ports
        self._position = position
        self._overlay = position.overlay
        self._records = DryRecords(ports.records, self._overlay)
        self._store = DryStore(ports.store, self._records, self._overlay, full=position.full)
        self._servers: list[tuple[DryServer, int]] = []

    def page(self) -> Page:
        result = self._step()
        before, after = self._store.taken, self._overlay.run_state
        run = _worked_on(before, after)
        sums = self._sums(_counted_already(before, run), run)
        items = items_of(self._store.writes, self._posts(), self._store.untied, self._fields())
        if not self._goes_on(result, run, sums):
            return Page(run, items, sums, None)
        self._overlay.forget_what_is_done(self._position.at, self._ports.rules)
        return Page(run, items, sums, replace(self._position, sums=sums))

    def _step(self) -> StepResult:
        ports = StepPorts(
            self._records,
            self._store,
            self._open_server,
            _Stopped(self._position.at),
            self._ports.rules,
        )
        execution = Execution("plan", self._position.at)
        result = sync_step(
            ports, self._position.connection_id, execution, owner="plan", lease=timedelta()
        )
        if result.outcome is StepOutcome.SKIPPED:
            raise ConnectionUnusable(result.reason)
        if result.outcome is StepOutcome.FAILED or self._store.trouble:
            raise MediaMosaUnavailable(result.reason or self._store.trouble)
        return result

    def _open_server(self, connection: Connection) -> AssetServer:
        """One for all of the page, as the function's own."""
        if not self._servers:
            server = self._ports.open_server(connection)
            dry = DryServer(server, self._overlay, self._fields, self._position.at)
            self._servers.append((dry, server.requests))
        return self._servers[0][0]

    def _fields(self) -> FieldMap:
        connection = self._store.connection(self._position.connection_id)
        return (known_fields(self._store, connection) if connection else None) or ()

    def _posts(self) -> list[Post]:
        return [post for server, _ in self._servers for post in server.posts]

    def _did_anything(self) -> bool:
        return bool(self._store.writes or self._store.untied or self._posts())

    def _goes_on(self, result: StepResult, run: Run | None, sums: Sums) -> bool:
        """Whether the same execution has more to do, and does not tread on the spot.

        Steps may wait for what somebody else is doing; a plan's pages would for ever.
        """
        busy = run is not None or self._did_anything()
        return result.more and busy and sums.idle < MOST_IDLE

    def _sums(self, before: Run | None, run: Run | None) -> Sums:
        sums, writes = self._position.sums, self._store.writes
        moved = self._did_anything() or (run and _place(run)) != (before and _place(before))
        requests = sum(server.requests - made for server, made in self._servers)
        sums = replace(
            sums,
            to_mediamosa=sums.to_mediamosa + self._store.pushed,
            linked=sums.linked + sum(map(_is_new_tie, writes)),
            held=sums.held + sum(write.joins_held for write in writes),
            requests=sums.requests + requests,
            idle=0 if moved else sums.idle + 1,
        )
        if run is None:
            return replace(sums, pushes=sums.pushes + self._did_anything())
        counts = run.counts - (before.counts if before else Counts())
        done = run.cursor.done - (before.cursor.done if before else 0)
        return replace(
            sums,
            from_mediamosa=sums.from_mediamosa + counts,
            listed={**sums.listed, run.kind: sums.listed.get(run.kind, 0) + done},
            steps={**sums.steps, run.kind: sums.steps.get(run.kind, 0) + 1},
        )


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A clock that stands still: what a plan decides depends on no delay of its own."""

    at: datetime

    def now(self) -> datetime:
        """The moment for which is planned."""
        return self.at


def _worked_on(before: RunState, after: RunState) -> Run | None:
    """The run whose page the step has done; None if it had none to do."""
    full = after.last_walk is Kind.FULL
    run, stood = (after.full, before.full) if full else (after.incremental, before.incremental)
    return None if run == stood else run


def _counted_already(before: RunState, run: Run | None) -> Run | None:
    """The run as it was before the page; None if it had not begun."""
    stood = None if run is None else before.run(run.kind)
    return stood if stood is not None and run is not None and stood.run_id == run.run_id else None


def _place(run: Run) -> tuple[object, ...]:
    """How far the run has come."""
    return run.phase, run.cursor, run.scan_after, run.waiting, run.released_to


def _is_new_tie(write: AssetWrite) -> bool:
    """Whether a record that is there already is tied by it."""
    return write.links_delta > 0 and write.effect is not Effect.ADDED
