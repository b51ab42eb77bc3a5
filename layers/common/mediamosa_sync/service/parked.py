"""What a person asks for parked rows: try them again, or give their values up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.pushing import discarded, retried
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.ports import Clock, RecordStore, Schedule, SyncStore
from mediamosa_sync.service.control import known
from mediamosa_sync.service.links import MOST_LOOKED_AT, STRIDE, Row, rows_of_records, still_so

MOST_MARKED = 100
"""Rows that one request marks."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an admin means: some assets, some records, or with neither every parked row."""

    asset_ids: tuple[str, ...] = ()
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What came of a wish about parked rows.

    Attributes:
        marked: how many this request marked.
        left: those that it did not, each with the reason; at most :data:`MOST_MARKED`.
        more: whether the same request again would mark more.
        next_run: when the schedule fires next (aware UTC); None while it is off.
    """

    marked: int
    left: list[dict[str, object]]
    more: bool
    next_run: datetime | None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What becomes of a row; a sentence says why nothing does."""

    of_link: Callable[[Link, datetime], Link | str]
    of_waiting: Callable[[Waiting, datetime], Waiting | str]


class Parked:
    """What is asked for parked rows; the next scheduled run acts on it.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`; the same
    request again does no harm.
    """

    def __init__(
        self, records: RecordStore, store: SyncStore, schedule: Schedule, clock: Clock
    ) -> None:
        self._records = records
        self._store = store
        self._schedule = schedule
        self._clock = clock

    def retry(self, connection_id: str, chosen: Chosen) -> Marks:
        """Let the next run try what is parked again."""
        return self._mark(connection_id, chosen, _Wish(_retried_link, _retried_waiting))

    def discard(self, connection_id: str, chosen: Chosen) -> Marks:
        """Give parked values up: the next run lets the records take MediaMosa's."""
        return self._mark(connection_id, chosen, _Wish(_discarded_link, _discarded_waiting))

    def _mark(self, connection_id: str, chosen: Chosen, wish: _Wish) -> Marks:
        known(self._store, connection_id)
        now = self._clock.now()
        next_run = self._schedule.tick(now).next_run
        marking = _Marking(self._store, connection_id, wish, now)
        more = False
        if chosen.asset_ids or chosen.media_ids:
            self._mark_chosen(marking, chosen)
        else:
            more = self._mark_all(marking)
        return Marks(marking.marked, marking.left[:MOST_MARKED], more, next_run)

    def _mark_chosen(self, marking: _Marking, chosen: Chosen) -> None:
        connection_id = marking.connection_id
        links = self._store.links(connection_id, dict.fromkeys(chosen.asset_ids))
        for asset_id in dict.fromkeys(chosen.asset_ids):
            marking.mark(links.get(asset_id), asset_id=asset_id)
        media_ids = tuple(dict.fromkeys(chosen.media_ids))
        rows = rows_of_records(self._records, self._store, connection_id, media_ids)
        for media_id in media_ids:
            marking.mark(rows.get(media_id), media_id=media_id)

    def _mark_all(self, marking: _Marking) -> bool:
        """Whether more would be marked by the same request again."""
        after = ""
        for _ in range(MOST_LOOKED_AT // STRIDE):
            found = self._store.troubled(
                marking.connection_id, LinkState.PARKED, limit=STRIDE + 1, after=after
            )
            rows = still_so(self._store, marking.connection_id, found[:STRIDE], LinkState.PARKED)
            for place, row in enumerate(rows, start=1):
                marking.mark(row)
                if marking.marked == MOST_MARKED:
                    return place < len(rows) or len(found) > STRIDE
            if len(found) <= STRIDE:
                return False
            after = found[STRIDE - 1].position
        # What was marked leaves the list, so that the next request gets further than this one.
        return marking.marked > 0


_TRIES = 3


@dataclass(slots=True)
class _Marking:
    """Marks rows one by one, and keeps count."""

    store: SyncStore
    connection_id: str
    wish: _Wish
    now: datetime
    marked: int = 0
    left: list[dict[str, object]] = field(default_factory=list)

    def mark(self, row: Row | None, *, asset_id: str = "", media_id: str = "") -> None:
        """Mark *row*; None is one that is not there, of the asset or the record of that id."""
        why_not = _UNKNOWN
        if isinstance(row, Link):
            asset_id, media_id, why_not = row.asset_id, row.media_id, self._link(row)
        elif isinstance(row, Waiting):
            media_id, why_not = row.media_id, self._waiting(row)
        if why_not:
            self.left.append(
                {"asset_id": asset_id or None, "media_id": media_id or None, "reason": why_not}
            )
        else:
            self.marked += 1

    def _link(self, read: Link) -> str:
        link: Link | None = read
        for _ in range(_TRIES):
            if link is None:
                return _UNKNOWN
            after = self.wish.of_link(link, self.now)
            if isinstance(after, str):
                return after
            write = AssetWrite(after, link, None, Effect.NOTED)
            if self.store.write(self.connection_id, write).done:
                return ""
            link = self.store.links(self.connection_id, [read.asset_id]).get(read.asset_id)
        return "It is being written by somebody else at this moment: try again."

    def _waiting(self, waiting: Waiting) -> str:
        after = self.wish.of_waiting(waiting, self.now)
        if isinstance(after, str):
            return after
        self.store.put_waiting(self.connection_id, after, None)
        return ""


_UNKNOWN = "Nothing of this id is known here: GET links lists what is."
_NOTHING_TO_DISCARD = (
    "It is not parked for a value that MediaMosa refuses, so there is none to give up: correct "
    "what its reason says, or retry it."
)


def _retried_link(link: Link, now: datetime) -> Link | str:
    return retried(link, now) if link.state is LinkState.PARKED else _not_parked(link.state)


def _retried_waiting(waiting: Waiting, now: datetime) -> Waiting | str:
    if waiting.state is not LinkState.PARKED:
        return _not_parked(waiting.state)
    return replace(waiting, state=LinkState.PENDING, reason="", since=now, due=now)


def _discarded_link(link: Link, now: datetime) -> Link | str:
    if link.state not in LIVE:
        return _not_parked(link.state)
    if link.parked and all(one.discarded for one in link.parked.values()):
        return "Its parked values are given up already: the next run carries that out."
    return discarded(link, now) or _NOTHING_TO_DISCARD


def _discarded_waiting(waiting: Waiting, now: datetime) -> Waiting | str:
    del waiting, now
    return _NOTHING_TO_DISCARD


def _not_parked(state: LinkState) -> str:
    if state is LinkState.PENDING:
        return "It is not parked: it is pending, so the next run tries it anyway."
    return f"It is not parked: it is {state}."
