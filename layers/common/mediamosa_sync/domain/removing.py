"""What is written about a nominee: removed, held, kept, shown as foreign, restored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import may_be_nominated
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import (
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    RemovedRecord,
)
from mediamosa_sync.domain.writes import AssetWrite, Effect

GONE = "The asset is gone from MediaMosa."
PUT_AWAY = "The asset was put away in MediaMosa (trashed or unpublished)."
HELD = "The asset seems to be gone from MediaMosa; with so many at once a person decides."
KEPT = "A person decided that this record stays, though its asset seems to be gone."
RESTORED = "A person restored this record, though its asset is gone."
UNCOPIED = "The asset is gone from MediaMosa; its record is too large for a copy, so it stays."
FOREIGN = "The asset belongs to another application in MediaMosa that does not share it."


def remove(
    link: Link,
    attributes: Mapping[str, Any] | None,
    *,
    now: datetime,
    retention: timedelta,
    reason: str,
    approved: bool,
) -> AssetWrite:
    """The record of a proved nominee goes; a copy and the link's row are kept for *retention*.

    A record that names another asset by now stays, whether or not its event was dealt with.

    Parameters:
        attributes: the whole record as stored; None if its application has deleted it meanwhile.
        approved: whether a person approved it.
    """
    if attributes is None:
        return AssetWrite(link, link, RecordAbsent(link.media_id), Effect.NOTED, link_goes=True)
    record = Record(link.media_id, attributes.get("uri"))
    if not record.names(link.asset_id, link.uri):
        return AssetWrite(link, link, RecordChange(record), Effect.NOTED, link_goes=True)
    expires_at = now + retention
    copy = RemovedRecord(link.asset_id, link.media_id, attributes, now, expires_at, reason)
    removed = replace(
        link, state=LinkState.REMOVED, reason=reason, since=now, expires_at=expires_at, sent={}
    )
    return AssetWrite(removed, link, RecordRemoval(copy, approved), Effect.DELETED)


def hold(link: Link | None, sequence: int, now: datetime) -> AssetWrite | None:
    """A nominee waits for a person; None if it is no nominee any more."""
    if link is None or not link.media_id or not may_be_nominated(link, sequence):
        return None
    held = replace(link, state=LinkState.HELD, reason=HELD, since=now)
    return AssetWrite(held, link, None, Effect.NOTED)


def keep(link: Link | None, now: datetime) -> AssetWrite | None:
    """A person said no: the record stays, and is not nominated before its asset was seen."""
    if link is None or link.state is not LinkState.HELD:
        return None
    kept = replace(link, state=LinkState.KEPT, reason=KEPT, since=now)
    return AssetWrite(kept, link, None, Effect.NOTED)


def show_as_foreign(link: Link, record: Record | None, now: datetime) -> AssetWrite | None:
    """The asset exists and is not ours to see: a state, on link and record; None if shown."""
    if link.state is LinkState.FOREIGN:
        return None
    foreign = replace(link, state=LinkState.FOREIGN, reason=FOREIGN, since=now)
    change = None
    if record is not None and isinstance(record.mediamosa, Mapping):
        told = {**record.mediamosa, "state": "foreign", "reason": FOREIGN}
        change = RecordChange(record, mediamosa=told)
    effect = Effect.UPDATED if change else Effect.NOTED
    return AssetWrite(foreign, link, change, effect)


def uncopied(link: Link, now: datetime) -> AssetWrite:
    """The record is too large for its copy to be kept, so it stays."""
    kept = replace(link, state=LinkState.KEPT, reason=UNCOPIED, since=now)
    return AssetWrite(kept, link, None, Effect.ERROR)


def restore(link: Link, removed: RemovedRecord, now: datetime) -> AssetWrite:
    """A person wants a removed record back: as it was, and not removed again by the next run."""
    kept = replace(link, state=LinkState.KEPT, reason=RESTORED, since=now, expires_at=None)
    revival = RecordRevival(removed.media_id, removed.attributes)
    return AssetWrite(kept, link, revival, Effect.ADDED)
