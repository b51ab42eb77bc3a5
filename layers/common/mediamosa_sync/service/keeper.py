"""Write links outside any step, with what their records show of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.describe import with_trouble
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.pushing import doubted, parked, pending, wanted
from mediamosa_sync.domain.record import Record, RecordChange
from mediamosa_sync.domain.tying import Subject
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Counts, Effect
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import Applied, AssetServer, Clock, RecordStore, SyncStore

LONGEST_WRITE = timedelta(seconds=90)
"""Longer than one write can last by its deadlines: with a login before, and another in between."""

CLAIM = timedelta(seconds=120)
"""How long a claim lives; no write begins so late that it could outlive its claim."""

TRIES = 5
"""How often a write that has to be made is tried from what stands then."""


@dataclass(frozen=True, slots=True)
class PushPorts:
    """What pushes work with.

    Attributes:
        open_server: gives the connection's server, its session kept.
        owner: name of this invocation, unique; whose claims are its own.
        claim: how long a claim lives: longer than any request can possibly last.
    """

    records: RecordStore
    store: SyncStore
    open_server: Callable[[Connection], AssetServer]
    clock: Clock
    owner: str
    claim: timedelta


@dataclass(slots=True)
class Pushed:
    """What came of a push.

    Attributes:
        records: that had something to be pushed or merged.
        posts: requests made to write.
        pending, parked: links that were left so.
        conflicts: entries that the conflict log gained.
        updated: assets that MediaMosa has taken values of.
    """

    records: int = 0
    posts: int = 0
    pending: int = 0
    parked: int = 0
    conflicts: int = 0
    updated: int = 0

    def __add__(self, other: Pushed) -> Pushed:
        """Both together."""
        return Pushed(
            records=self.records + other.records,
            posts=self.posts + other.posts,
            pending=self.pending + other.pending,
            parked=self.parked + other.parked,
            conflicts=self.conflicts + other.conflicts,
            updated=self.updated + other.updated,
        )

    @property
    def counts(self) -> Counts:
        """As the status shows them."""
        return Counts(updated=self.updated, conflicts=self.conflicts, errors=self.parked)


class Keeper:
    """Writes links of one connection within one invocation.

    Attributes:
        pushed: what has come of it so far.
        tie_again: records whose tie somebody else made impossible: what ties them now is to be
            found out anew.
    """

    def __init__(self, ports: PushPorts, connection: Connection) -> None:
        self._ports = ports
        self._connection = connection
        self.pushed = Pushed()
        self.tie_again: list[Subject] = []

    def leave(self, subjects: Iterable[Subject], reason: str) -> None:
        """Leave *subjects* to the scheduled step; whoever posts for one now learns of it."""
        for subject in subjects:
            self.leave_one(subject, reason)

    def leave_one(self, subject: Subject, reason: str) -> None:
        """As :meth:`leave`."""
        now = self._now()

        def left(link: Link) -> Link | None:
            if link.state not in LIVE:
                return None
            return wanted(link) if link.is_claimed(now) else pending(link, reason, now)

        self._insist(subject, left)
        self.pushed.pending += 1

    def park(self, subject: Subject, reason: str, state: LinkState = LinkState.PARKED) -> None:
        """Write down why nothing of *subject* can be pushed."""
        now = self._now()

        def stopped(link: Link) -> Link | None:
            if link.state not in LIVE:
                return None
            return replace(parked(link, reason, now), state=state)

        # What stands written down already is counted already.
        self.pushed.parked += self._insist(subject, stopped)

    def doubt(self, subject: Subject, reason: str) -> None:
        """Leave *subject*, of whose asset an answer cannot be read, to be asked about again."""
        now = self._now()

        def waiting(link: Link) -> Link | None:
            return doubted(link, reason, now) if link.state in LIVE else None

        self._insist(subject, waiting)
        self.pushed.pending += 1

    def stands(self, asset_id: str) -> tuple[Link | None, Record | None]:
        """The link as it stands, and its record."""
        link = self._store.links(self._connection.connection_id, [asset_id]).get(asset_id)
        if link is None:
            return None, None
        return link, self._ports.records.records([link.media_id]).get(link.media_id)

    def _insist(self, subject: Subject, change: Callable[[Link], Link | None]) -> bool:
        """Change the link as it stands by *change*, and what its record shows; None changes none.

        Whether anything was written.

        Raises:
            StoreUnavailable: somebody else is faster every time.
        """
        for _ in range(TRIES):
            after = change(subject.link)
            if after is None or (after == subject.before):
                return False
            shown = self.shown(after, subject.record)
            applied = self.write(subject, after, shown, ())
            if applied.oversized:
                # The record has no room for the reason; the link has.
                applied = self.write(subject, after, None, ())
            if applied.done:
                return True
            if subject.is_new:
                self.tie_again.append(subject)
                return False
            link, record = self.stands(subject.link.asset_id)
            if link is None or record is None:
                return False
            subject = Subject(link, link, record)
        raise contended(subject.link.asset_id)

    def write(
        self,
        subject: Subject,
        link: Link,
        record: RecordChange | None,
        conflicts: Sequence[Conflict],
    ) -> Applied:
        """Write *link* in place of what was read; a new tie depends on the record's uri."""
        if record is None and subject.is_new:
            record = RecordChange(subject.record)
        write = AssetWrite(
            link,
            subject.before,
            record,
            Effect.NOTED,
            tuple(conflicts),
            no_longer_waiting=subject.record.media_id if subject.is_new else "",
        )
        return self._store.write(self._connection.connection_id, write)

    def shown(self, link: Link, record: Record | None) -> RecordChange | None:
        """What the record's map is to say of the link's trouble; None if it says so."""
        if record is None:
            return None
        stands = record.mediamosa
        told = with_trouble(stands, link, self._connection.connection_id)
        quiet = "state" not in told and not isinstance(stands, Mapping)
        return None if quiet or told == stands else RecordChange(record, mediamosa=told)

    @property
    def _store(self) -> SyncStore:
        return self._ports.store

    def _now(self) -> datetime:
        return self._ports.clock.now()


def contended(asset_id: str) -> StoreUnavailable:
    """A write that has to be made met somebody else's every time."""
    return StoreUnavailable(
        f"The link of the asset {asset_id} was written by somebody else every time: the same is "
        "tried again by itself."
    )
