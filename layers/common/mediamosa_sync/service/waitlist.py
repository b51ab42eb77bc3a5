"""Records with a MediaMosa URI that are tied to no asset (yet): each has a row that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.record import Record, RecordChange
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.errors import StoreError, StoreUnavailable
from mediamosa_sync.ports import SyncStore

DOUBT = timedelta(minutes=15)
"""So long a record waits for an answer that can be read, before it is parked."""

LONGEST_MEDIA_ID = 900
"""Bytes: the rows' sort keys hold the id, and 1,024 is the most that AWS allows for one."""


@dataclass(frozen=True, slots=True)
class Untied:
    """A record with a MediaMosa URI that cannot be tied.

    Attributes:
        reason: why, in one sentence; "" if its asset was merely not asked for yet.
        doubtful: whether asking again may change that.
    """

    record: Record
    reason: str
    first_contact: FirstContact = FirstContact.MEDIAMOSA
    doubtful: bool = False


class Waitlist:
    """The waiting rows of one connection."""

    def __init__(self, store: SyncStore, connection_id: str, now: datetime) -> None:
        self._store = store
        self._connection_id = connection_id
        self._now = now

    def note(self, untied: Sequence[Untied], settled: Sequence[str], why_not_asked: str) -> int:
        """Write rows for the *untied*, take those of the *settled* media ids away.

        Only what is not so yet is written; how many were parked that were not. *why_not_asked* is
        why MediaMosa must rest.
        """
        ids = [*settled, *(one.record.media_id for one in untied)]
        if not ids:
            return 0
        rows = self._store.waiting(self._connection_id, ids)
        gone = [media_id for media_id in settled if media_id in rows]
        if gone:
            self._store.drop_waiting(self._connection_id, gone)
        return sum(
            self._put(one, rows.get(one.record.media_id), why_not_asked)
            for one in untied
            if len(one.record.media_id.encode()) <= LONGEST_MEDIA_ID
        )

    def _put(self, untied: Untied, row: Waiting | None, why_not_asked: str) -> bool:
        """Write the row, unless it stands there already; whether it was parked by this."""
        state = LinkState.PARKED if self._is_sure(untied, row) else LinkState.PENDING
        reason = untied.reason or why_not_asked
        if row is not None and (row.state, row.reason) == (state, reason):
            return False
        merging = row is not None and row.first_contact is FirstContact.MERGE
        waiting = Waiting(
            media_id=untied.record.media_id,
            state=state,
            reason=reason,
            since=row.since if row is not None and row.state is state else self._now,
            due=self._now if state is LinkState.PENDING else None,
            first_contact=FirstContact.MERGE if merging else untied.first_contact,
        )
        told = _told(untied.record, waiting)
        try:
            # If the record is not as read any more, what changed it has an event of its own.
            written = self._store.put_waiting(self._connection_id, waiting, told)
        except StoreUnavailable:
            raise
        except StoreError:
            # The record has no room for the reason; the row has.
            bare = RecordChange(untied.record)
            written = self._store.put_waiting(self._connection_id, waiting, bare)
        return written and state is LinkState.PARKED

    def _is_sure(self, untied: Untied, row: Waiting | None) -> bool:
        if not (untied.reason and untied.doubtful):
            return bool(untied.reason)
        if row is None:
            return False
        return row.state is LinkState.PARKED or self._now - row.since >= DOUBT


def _told(record: Record, waiting: Waiting) -> RecordChange:
    """What the record's map says of it; at least the condition that it still names what it did."""
    if not waiting.reason:
        return RecordChange(record)
    stands = record.mediamosa if isinstance(record.mediamosa, Mapping) else {}
    told = {**stands, "state": waiting.state.value, "reason": waiting.reason}
    return RecordChange(record, mediamosa=None if told == stands else told)
