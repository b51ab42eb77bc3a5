"""What the use cases need from outside: ports, and the errors that cross them.

    SyncError
    ├── AssetServerError            MediaMosa did not do what was asked
    │   ├── Unavailable             transient: not reached, too slow, 5xx, a deadlock
    │   ├── NotMediaMosa            something answered that is not MediaMosa: HTML, a redirect
    │   ├── Malformed               MediaMosa's XML is broken or contradicts itself
    │   ├── NotLoggedIn             user name or key are not accepted
    │   └── Refused                 MediaMosa understood and said no (a result id)
    ├── StoreError                  DynamoDB did not do what was asked
    │   ├── StoreUnavailable        transient: throttled, contended beyond patience, not reached
    │   └── Fenced                  the step is no longer the newest: it must stop
    └── SecretUnavailable           the connection's secret could not be read

Every message is one sentence for people: what is wrong and what to do. No secret stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Fence, Kind, Restart, RunState
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.domain.writes import AssetWrite


class SyncError(Exception):
    """Base of everything that a port raises."""


class AssetServerError(SyncError):
    """MediaMosa did not do what was asked."""

    kind = "asset_server"


class Unavailable(AssetServerError):
    """Nothing wrong with the request: trying again later may work."""

    kind = "unavailable"


class NotMediaMosa(AssetServerError):
    """The address answers, but not with MediaMosa's XML."""

    kind = "not_mediamosa"


class Malformed(AssetServerError):
    """The XML is not well-formed, too large, has a DOCTYPE, or its counts contradict its items."""

    kind = "malformed"


class NotLoggedIn(AssetServerError):
    """The login was refused, or a fresh session was not accepted (protocol § 3)."""

    kind = "not_logged_in"


class Refused(AssetServerError):
    """MediaMosa answered with an error result (protocol § 4).

    Attributes:
        result_id: the ``request_result_id``.
    """

    kind = "refused"

    def __init__(self, message: str, result_id: int) -> None:
        super().__init__(message)
        self.result_id = result_id


class StoreError(SyncError):
    """DynamoDB did not do what was asked."""


class StoreUnavailable(StoreError):
    """Throttled, contended or not reached, after bounded retries; nothing half-done remains."""


class Fenced(StoreError):
    """The run item is not of the step's generation and sequence any more."""


class SecretUnavailable(SyncError):
    """The secret does not exist, may not be read, or Secrets Manager was not reached."""

    kind = "secret_unavailable"


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
        assets as tombstones; with *prefix* only ids that begin so (protocol § 8.1, § 14).
        """
        ...

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of at most 100 assets that exist, trashed ones too (protocol § 8.2).

        An id that the answer lacks is *not* proof that the asset is gone.
        """
        ...

    def properties(self) -> tuple[Property, ...]:
        """Every metadata property that the application knows (protocol § 10.5), all pages."""
        ...


class RecordStore(Protocol):
    """The media table, read consistently."""

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """Those of the records that exist. Raises :class:`StoreUnavailable`."""
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
        """Create or change the configuration of ``connection.connection_id``, nothing else."""
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

    def save_run(self, fence: Fence, state: RunState, *, release: bool) -> None:
        """Replace everything of the run item but generation, sequence and the restart mark.

        With *release* the lease is given back. Raises :class:`Fenced`.
        """
        ...

    def take_restart(self, fence: Fence, restart: Restart, state: RunState) -> None:
        """Replace the run item by *state*, of the next generation, and remove the mark, at once.

        Raises :class:`Fenced`, also if the mark is no longer that *restart*.
        """
        ...

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """Leave the mark; the mark that stands already is left alone and returned."""
        ...

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """Those of the links that exist."""
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
        """How many links are pending and parked, and how many conflicts are logged.

        Keys ``pending``, ``parked``, ``conflicts``; each count stops at 1,000. It lags a little.
        """
        ...


class SecretStore(Protocol):
    """Secrets Manager."""

    def secret(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text, from a cache of at most five minutes unless *fresh*.

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
