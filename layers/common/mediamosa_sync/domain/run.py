"""Runs of one connection, and everything that its next step decides upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Held, Removals, Ruling
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
    DEMAND = "demand"
    """Somebody asked for a full run."""


class Phase(StrEnum):
    """What a run is doing."""

    ADOPT = "adopt"
    WALK = "walk"
    DECIDE = "decide"
    """Too many seem to be gone: they are being put on the list that a person decides upon."""
    DELETE = "delete"
    FINISH = "finish"


class Outcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    HELD = "held"
    SKIPPED = "skipped"
    """It was broken off for a restart."""


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
        scan_after: key after which *adopt* goes on; None at its beginning.
        nominated: assets that seem to be gone; *counted* of them count for the guard.
        waiting: nominees that no step has dealt with yet.
        held_back: whether the guard stopped them.
        released_to: how far a person's ruling has been carried out: position in the held list.
        watermark_before, watermark_after: W when it began and when it ended.
        pushed_before: counts of all pushes when it began; None before its first step.
        pushed: of the pushes since it began, as of its latest step.
        links: ties of a record to an asset, as of its latest step; None if it had none.
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
    scan_after: Mapping[str, str] | None = None
    nominated: int = 0
    counted: int = 0
    waiting: int = 0
    held_back: bool = False
    released_to: str = ""
    watermark_before: datetime | None = None
    watermark_after: datetime | None = None
    reason: str = ""
    pushed_before: Counts | None = None
    pushed: Counts = field(default_factory=Counts)
    links: int | None = None

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
class Quiet:
    """Runs in a row that found nothing: they share one row of the history.

    Attributes:
        first: the first of them.
        last: the latest.
        runs, requests: how many they were, and how many requests they made in all.
    """

    first: Run
    last: Run
    runs: int
    requests: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last step could not do its work.

    Attributes:
        kind: class of the error, a stable word.
        reason: one sentence for people.
        since: when the first of the unbroken row of failures happened.
        count: how many in a row.
        retry_at: no request is made before; None if the next step may try at once.
        configuration: what was configured then; another configuration is tried at once.
    """

    kind: str
    reason: str
    since: datetime
    count: int = 1
    retry_at: datetime | None = None
    configuration: str = ""


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
        links: ties of a record to an asset; changed only together with them.
        held: the list of held deletions.
        removals: records removed lately without a person's approval.
        ruling: what a person said about the held deletions, not yet taken.
        release: the ruling that is being carried out.
        quiet: runs in a row that found nothing to do.
        last_sync: when the last completed run ended.
        last_attempt: when the last step ran.
        failure: why it failed; None if it did not.
        restart, full_wish: the admin's wishes, not yet taken.
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
    full_wish: Restart | None = None
    links: int = 0
    held: Held = field(default_factory=Held)
    removals: Removals = field(default_factory=Removals)
    ruling: Ruling | None = None
    release: Ruling | None = None
    quiet: Quiet | None = None

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
