"""The media table as it would be by now, and what a write makes of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    TwinRemoval,
)
from mediamosa_sync.domain.writes import RecordWrite
from mediamosa_sync.ports import RecordStore, ScanPage
from mediamosa_sync.service.dry.overlay import Overlay


class DryRecords:
    """The port ``RecordStore``: what stands there, with the plan's changes over it."""

    def __init__(self, records: RecordStore, overlay: Overlay) -> None:
        self._records = records
        self._overlay = overlay

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """Those of the records that would exist."""
        wanted, changed = list(dict.fromkeys(media_ids)), self._overlay.records
        unchanged = [name for name in wanted if name not in changed]
        found = dict(self._records.records(unchanged)) if unchanged else {}
        found |= {name: record for name in wanted if (record := changed.get(name)) is not None}
        return {name: found[name] for name in wanted if name in found}

    def item(self, media_id: str) -> Mapping[str, Any] | None:
        """The whole record as it would be."""
        changed = self._overlay.records
        if media_id not in changed:
            return self._records.item(media_id)
        record = changed[media_id]
        if record is None:
            return None
        whole = self._records.item(media_id) or {}
        told = {"metadata": record.metadata, "mediamosa": record.mediamosa}
        return {**whole, "uri": record.uri, **told}

    def scan(self, after: Mapping[str, str] | None) -> ScanPage:
        """The next part of the table, without what would be gone."""
        page, changed = self._records.scan(after), self._overlay.records
        seen = [
            replace(one, mediamosa=by_now.mediamosa)
            for one in page.records
            if (by_now := changed.get(one.media_id, one)) is not None
        ]
        return replace(page, records=tuple(seen))

    def taken(self, writes: Iterable[RecordWrite | None]) -> frozenset[str]:
        """Which of the keys that *writes* need to be free are not, in one read."""
        wanted = [
            write.media_id
            for write in writes
            if isinstance(write, NewRecord | RecordAbsent | RecordRevival)
        ]
        return frozenset(self.records(wanted)) if wanted else frozenset()

    def holds(self, write: RecordWrite | None) -> bool:
        """Whether what *write* depends on, but for free keys, would still be so.

        What the plan itself has not changed was read just before.
        """
        changed = self._overlay.records
        if isinstance(write, RecordChange):
            return _is_as_read(changed.get(write.before.media_id, write.before), write)
        if isinstance(write, TwinRemoval):
            touched = [write.twin.media_id, write.heir.media_id]
        elif isinstance(write, RecordRemoval):
            touched = [write.media_id]
        else:
            touched = []
        return all(changed.get(name, write) is not None for name in touched)

    def carry_out(self, write: RecordWrite | None) -> None:
        """Let the records be as *write* would leave them."""
        changed = self._overlay.records
        if isinstance(write, NewRecord):
            changed[write.media_id] = _created(write)
        elif isinstance(write, RecordRevival):
            changed[write.media_id] = _as_record(write)
        elif isinstance(write, RecordRemoval):
            changed[write.media_id] = None
        elif isinstance(write, TwinRemoval):
            changed[write.twin.media_id] = None
        elif isinstance(write, RecordChange) and (write.values or write.mediamosa is not None):
            name = write.before.media_id
            changed[name] = _changed(changed.get(name) or write.before, write)


def _is_as_read(stands: Record | None, change: RecordChange) -> bool:
    before = change.before
    if stands is None or stands.uri != before.uri:
        return False
    return all(stands.stored(name) == before.stored(name) for name in change.values)


def _created(new: NewRecord) -> Record:
    return Record(
        media_id=new.media_id,
        uri=new.uri,
        metadata={name: list(values) for name, values in new.metadata.items()},
        mediamosa=dict(new.mediamosa),
        attributes=frozenset({"uri", "metadata", "mediamosa"}),
    )


def _as_record(revival: RecordRevival) -> Record:
    attributes = revival.attributes
    return Record(
        media_id=revival.media_id,
        uri=attributes.get("uri"),
        metadata=attributes.get("metadata"),
        mediamosa=attributes.get("mediamosa"),
        connection_id=str(attributes.get("connection_id") or ""),
        attributes=frozenset(attributes),
    )


def _changed(record: Record, change: RecordChange) -> Record:
    stood = {"metadata": record.metadata, "mediamosa": record.mediamosa}
    after = change.applied_to(stood)
    return replace(
        record,
        metadata=after.get("metadata", record.metadata),
        mediamosa=after.get("mediamosa", record.mediamosa),
        attributes=record.attributes | after.keys(),
    )
