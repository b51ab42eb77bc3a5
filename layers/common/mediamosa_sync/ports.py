"""What the use cases need from outside; the errors that cross the ports are in ``errors``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Proof, Ruling
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import Record, RecordChange, RemovedRecord
from mediamosa_sync.domain.rows import (
    AuditEntry,
    Due,
    HeldAsset,
    HistoryRow,
    Nominees,
    NomineesChange,
    PushState,
    Troubled,
    Waiting,
)
from mediamosa_sync.domain.run import Failure, Fence, Kind, Restart, RunState
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Counts


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """This instant (aware UTC)."""
        ...


class AssetServer(Protocol):
    """MediaMosa, as one connection sees it. Every method may raise :class:`AssetServerError`."""

    @property
    def requests(self) -> int:
        """Requests made so far, logins and repeats included."""
        ...

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """The rows of *window* of the list in byte order of asset ids, in one request.

        Everything of the application is listed: unpublished, trashed, private and inappropriate
        assets too. With *since* (aware UTC) only what was modified at or after it, and deleted
        assets as tombstones; with *prefix* only ids that begin so (protocol § 8.1, § 14). Raises
        :class:`Unreadable` if fewer rows might help.
        """
        ...

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of at most 100 assets that exist, trashed ones too (protocol § 8.2).

        An id that the answer lacks is *not* proof that the asset is gone.
        """
        ...

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As :meth:`page`, but the assets have nothing but their ids.

        This form stays whole where a value makes the page itself malformed (protocol § 14).
        """
        ...

    def prove(self, asset_id: str) -> Proof:
        """Whether the asset exists, asked for singly, trashed ones too (protocol § 8.3).

        Result 700 alone means gone; every other refusal is raised.
        """
        ...

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        """The asset of a mediafile; None if there is no such mediafile (result 701, § 8.5)."""
        ...

    def properties(self) -> tuple[Property, ...]:
        """Every metadata property that the application knows (protocol § 10.5), all pages."""
        ...

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        """Set the properties of *values* to exactly these, ``()`` clears; leave all others alone.

        One ``POST /asset/{id}/metadata`` with ``action=update`` as the user *user_id* (the asset's
        owner) with the rights of an application's admin (protocol § 10.4); MediaMosa takes all of
        it or nothing. Returns the names of the properties of which it stored values: one that it
        does not know is not among them, and nothing else tells so.

        Raises:
            PropertyRefused: the value of the property that it names; nothing was stored.
            ValuesRefused: its database cannot take one of the values; nothing was stored.
            Refused: any other refusal, as 700 for an asset that is not there; nothing was stored.
            AssetServerError: any other; whether it was, or will be, carried out is unknown.
        """
        ...


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A part of the media table.

    Attributes:
        records: those in it that carry a ``mediamosa://`` URI; their metadata are not read.
        after: where the next part begins; None if this was the last.
    """

    records: tuple[Record, ...]
    after: Mapping[str, str] | None


class RecordStore(Protocol):
    """The media table, read consistently."""

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """Those of the records that exist. Raises :class:`StoreUnavailable`."""
        ...

    def item(self, media_id: str) -> Mapping[str, Any] | None:
        """A whole record as stored, key included; None if there is none."""
        ...

    def scan(self, after: Mapping[str, str] | None) -> ScanPage:
        """The next records with a ``mediamosa://`` URI, of at most 1 MB of the table.

        Raises :class:`StoreUnavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a chunk.

    Attributes:
        contested: asset ids whose condition failed: somebody else wrote the record or the link.
            If there are any, nothing of the chunk was written.
        oversized: asset ids whose item would not fit DynamoDB; likewise.
    """

    contested: frozenset[str] = frozenset()
    oversized: frozenset[str] = frozenset()

    @property
    def done(self) -> bool:
        """Whether everything was written."""
        return not (self.contested or self.oversized)


class SyncStore(Protocol):
    """The sync table. Reads are consistent.

    Every method may raise :class:`StoreUnavailable`, and plain :class:`StoreError` for an item
    that a newer version of this software has written.
    """

    def connections(self) -> tuple[Connection, ...]:
        """Every connection, in order of their ids."""
        ...

    def connection(self, connection_id: str) -> Connection | None:
        """One connection; None if it is not known."""
        ...

    def put_connection(self, connection: Connection) -> None:
        """Create or change the configuration of ``connection.connection_id``, nothing else.

        What is paused stays as it is: see :meth:`pause`.
        """
        ...

    def pause(self, connection_id: str, directions: Iterable[str], *, paused: bool) -> None:
        """Add *directions* to what is paused, or take them away; in one write each."""
        ...

    def run_state(self, connection_id: str) -> RunState:
        """The run item; a fresh one if the connection never had a step."""
        ...

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """Take the lease and draw the next sequence number, in one conditional write.

        None if another owner holds it beyond *now*. The same owner may take it again: a repeated
        invocation goes on at once, and the earlier one is fenced off by its older number.
        """
        ...

    def save_run(
        self,
        fence: Fence,
        state: RunState,
        *,
        release: bool,
        nominees: NomineesChange | None = None,
        history: Sequence[HistoryRow] = (),
    ) -> None:
        """Replace all of the run item but generation, sequence, marks, and numbers of links.

        With *release* the lease is given back. *nominees* and *history* change in the same
        transaction. The marks are what admins leave: restart, full and ruling. The numbers of all
        links and of those held follow each write of a link, whoever makes it. Raises
        :class:`Fenced`.
        """
        ...

    def take_marks(self, fence: Fence, before: RunState, after: RunState) -> None:
        """As :meth:`save_run`, of the generation of *after*, and remove the marks taken, at once.

        Taken is a mark that *before*, the state as read, has and *after* has not; the others stay
        as they stand. Raises :class:`Fenced`, also if a mark taken is no longer the one read.
        """
        ...

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """Leave the mark; the mark that stands already is left alone and returned."""
        ...

    def withdraw_restart(self, connection_id: str) -> bool:
        """Take the restart mark away; False if there was none (any more)."""
        ...

    def request_full(self, connection_id: str, wish: Restart) -> Restart:
        """Leave the wish for a full run without a restart; one that stands already is returned."""
        ...

    def rule(self, connection_id: str, ruling: Ruling) -> bool:
        """Leave a person's ruling if the list of held deletions still has its token.

        False if the list has changed, is empty, or another ruling waits.
        """
        ...

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """Those of the links that exist."""
        ...

    def links_between(
        self, connection_id: str, *, after: str, upto: str | None, prefix: str, limit: int
    ) -> tuple[Mapping[str, Link], bool]:
        """Links with *after* < asset id ≤ *upto* in byte order, and whether there are more.

        Without *upto* to the end of *prefix*; without prefix to the end. At most *limit*.
        """
        ...

    def nominees(self, connection_id: str, run_id: str, *, after: str = "") -> Nominees | None:
        """The first row of nominees that the run has not dealt with; None if there is none.

        With *after* the first behind the row of that key.
        """
        ...

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """Held assets, the longest held first; it lags, so whoever acts reads the link.

        *after* is the ``position`` of the last one seen; with *upto* only those held by then.
        """
        ...

    def removed_record(self, connection_id: str, asset_id: str) -> RemovedRecord | None:
        """The copy of a removed record, while it is kept."""
        ...

    def removed_records(
        self, connection_id: str, *, limit: int, after: str = ""
    ) -> tuple[RemovedRecord, ...]:
        """Copies in order of asset ids after *after*; their attributes are left empty."""
        ...

    def write(self, connection_id: str, write: AssetWrite) -> Applied:
        """Write what concerns one asset outside any step, in one transaction, or nothing of it.

        The run item's numbers of links and of held deletions follow in the same transaction; no
        run's counts do. After :class:`StoreUnavailable` it is unknown whether it was written.
        """
        ...

    def sequence(self, connection_id: str) -> int:
        """The number that the connection's last step drew."""
        ...

    def push_state(self, connection_id: str) -> PushState:
        """The push item; a fresh one if nothing was ever pushed."""
        ...

    def add_pushed(self, connection_id: str, counts: Counts) -> None:
        """Add to the counts of the push item."""
        ...

    def set_circuit(
        self, connection_id: str, before: Failure | None, after: Failure | None
    ) -> bool:
        """Open or close the circuit, if it is still as in *before*; False if it is not."""
        ...

    def due(self, connection_id: str, *, upto: datetime, limit: int) -> tuple[Due, ...]:
        """What is pending and to be pushed by *upto*, the longest due first.

        It lags, so whoever acts reads the link or the row.
        """
        ...

    def troubled(
        self, connection_id: str, state: LinkState, *, limit: int, after: str = ""
    ) -> tuple[Troubled, ...]:
        """Links and records without one in PENDING, PARKED or HELD, longest first; it lags.

        *after* is the ``position`` of the last one seen.
        """
        ...

    def waiting(self, connection_id: str, media_ids: Iterable[str]) -> Mapping[str, Waiting]:
        """Those of the waiting rows that exist, by ``media_id``."""
        ...

    def put_waiting(
        self, connection_id: str, waiting: Waiting, record: RecordChange | None
    ) -> bool:
        """Write a waiting row, and *record* in the same transaction.

        False, and nothing written, if the record is not as read any more.
        """
        ...

    def drop_waiting(self, connection_id: str, media_ids: Iterable[str]) -> None:
        """Take waiting rows away; those that are not there are gone already."""
        ...

    def conflicts(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[Conflict, ...]:
        """Entries of the conflict log, newest first, older than the one of the id *before*."""
        ...

    def conflict(self, connection_id: str, conflict_id: str) -> Conflict | None:
        """One entry; None if there is none."""
        ...

    def resolve(self, connection_id: str, conflict: Conflict, record: RecordChange) -> bool:
        """Write *record* and the entry as resolved (*conflict* as it is to be), both or nothing.

        False if the record is not as read any more, or the entry is resolved already.
        """
        ...

    def history(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[HistoryRow, ...]:
        """Rows of the history, newest first, older than the ``position`` *before*."""
        ...

    def mediafiles(self, connection_id: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Mediafile id → asset id as once told by MediaMosa; ``""`` for one that is not there."""
        ...

    def put_mediafiles(self, connection_id: str, assets: Mapping[str, str]) -> None:
        """Keep what MediaMosa told; ``""`` is kept for a day only."""
        ...

    def audit(self, connection_id: str, entry: AuditEntry) -> None:
        """Note what an admin did or was refused."""
        ...

    def audited(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[AuditEntry, ...]:
        """Entries of the audit, newest first, older than the ``position`` *before*."""
        ...

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """Write one chunk in one transaction, or nothing of it.

        Its first action is the run item: it must be of *fence* and hold a run of *kind* that is
        under way, whose counts grow by those of *writes*. Raises :class:`Fenced`; after
        :class:`StoreUnavailable` it is unknown whether the chunk was written, so the step must end
        without saving counts of its own.
        """
        ...

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """The properties as last read from MediaMosa, and when that was."""
        ...

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """Keep the properties."""
        ...

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """How many links and waiting rows are pending and parked, and how many conflicts stand.

        Keys ``pending``, ``parked``, ``conflicts``; each count stops at 1,000. It lags a little. A
        conflict that was resolved is not counted.
        """
        ...


class SecretStore(Protocol):
    """Secrets Manager."""

    def secret(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text, from a cache of at most five minutes unless *fresh*.

        Raises :class:`SecretUnavailable`.
        """
        ...

    def put(self, name: str, text: str) -> str:
        """Create the secret of that name, or give it another text; returns its ARN.

        Raises :class:`SecretUnavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tick:
    """When the schedule starts the sync.

    Attributes:
        next_run: the next time (aware UTC); None while the schedule is off.
        interval_seconds: time between two ticks; None if it is not known.
    """

    next_run: datetime | None
    interval_seconds: float | None


class Schedule(Protocol):
    """The schedule that starts executions."""

    def tick(self, now: datetime) -> Tick:
        """When it fires next, read from the schedule itself.

        Raises :class:`StoreUnavailable` if it cannot be read or its expression is not understood.
        """
        ...


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """Which page of a plan is asked for.

    Attributes:
        at: when the run planned begins (aware UTC).
        interval_seconds: time between two ticks; None while the schedule is off.
        full: whether it is planned as if a full run had been asked for.
        token: where the plan goes on; "" begins it, and only then do the others matter.
    """

    connection_id: str
    at: datetime
    interval_seconds: float | None
    full: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """One page of a plan, or why there is none.

    Attributes:
        page: as the API gives it; None if there is none.
        refusal: names the kind, for programs; "" if there is a page.
        reason: why, in one sentence.
    """

    page: Mapping[str, object] | None
    refusal: str = ""
    reason: str = ""


class Planner(Protocol):
    """The dry run of the step function."""

    def plan(self, question: PlanQuestion) -> PlanAnswer:
        """Plan one page. Raises :class:`PlannerUnavailable`."""
        ...
