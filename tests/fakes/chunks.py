"""What one chunk would do to the tables in memory: all conditions looked at, nothing written."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import SupportsBytes

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    RemovedRecord,
    TwinRemoval,
)
from mediamosa_sync.domain.writes import COPY_PARTS, AssetWrite, Conflict, RecordWrite
from mediamosa_sync.errors import StoreError
from tests.fakes.records import (
    Item,
    changed,
    created,
    item_size,
    size_of,
    still_as_copied,
    still_as_known,
    still_holds,
)

COPY_PART_BYTES = 380_000
"""Bytes of a copy that one item holds."""
MOST_ATTRIBUTES = 140
"""A record of more is not removed: they could not be asked for in one condition."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a chunk is looked at in the light of.

    Attributes:
        key: name of the media table's key attribute.
        media: key → item of the media table.
        links, copies: asset id → row and copy of the connection.
    """

    key: str
    media: Mapping[str, Item]
    links: Mapping[str, Link]
    copies: Mapping[str, RemovedRecord]


@dataclass(slots=True)
class Staged:
    """What a chunk would write, and the assets that keep it from being written.

    Attributes:
        records: media id → item after the chunk; None if it goes.
    """

    records: dict[str, Item | None] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    oversized: set[str] = field(default_factory=set)


def stage(stored: Stored, writes: Sequence[AssetWrite]) -> Staged:
    """Look at *writes* in the light of what is *stored*.

    Raises:
        StoreError: two of them are of one item, which DynamoDB refuses.
    """
    _refuse_doubles(writes)
    staged = Staged()
    for write in writes:
        asset_id, before = write.link.asset_id, write.link_before
        link = stored.links.get(asset_id)
        if (link and link.version) != (before and before.version):
            staged.contested.add(asset_id)
        if any(_conflict_size(entry) > MAX_ITEM_BYTES for entry in write.conflicts):
            staged.oversized.add(asset_id)
        if write.record is not None:
            _stage_record(staged, stored, asset_id, write.record)
    return staged


def _stage_record(staged: Staged, stored: Stored, asset_id: str, record: RecordWrite) -> None:
    if isinstance(record, RecordRemoval) and not _can_be_copied(record.copy):
        staged.oversized.add(asset_id)
    if not _record_condition(stored, asset_id, record):
        staged.contested.add(asset_id)
    elif isinstance(record, RecordRemoval | TwinRemoval):
        staged.records[_media_id(record)] = None
    else:
        after = _record_after(stored, record)
        if after is not None and item_size(after) > MAX_ITEM_BYTES:
            staged.oversized.add(asset_id)
        elif after is not None:
            staged.records[_media_id(record)] = after


def _record_condition(stored: Stored, asset_id: str, record: RecordWrite) -> bool:
    item = stored.media.get(_media_id(record))
    if isinstance(record, RecordChange):
        return item is not None and still_holds(record, item)
    if isinstance(record, RecordRemoval):
        return item is not None and still_as_copied(record.copy, item)
    if isinstance(record, TwinRemoval):
        heir = stored.media.get(record.heir.media_id)
        stays = heir is not None and still_holds(RecordChange(record.heir), heir)
        return stays and item is not None and still_as_known(record.twin, item)
    if isinstance(record, RecordRevival):
        copy = stored.copies.get(asset_id)
        return item is None and copy is not None and copy.media_id == record.media_id
    return item is None


def _record_after(stored: Stored, record: RecordWrite) -> Item | None:
    """None if the record is not written."""
    if isinstance(record, NewRecord):
        return created(stored.key, record)
    if isinstance(record, RecordRevival):
        return record.attributes
    if isinstance(record, RecordChange) and (record.values or record.mediamosa is not None):
        return changed(record, stored.media[record.before.media_id])
    return None


def _media_id(record: RecordWrite) -> str:
    match record:
        case RecordChange():
            return record.before.media_id
        case TwinRemoval():
            return record.twin.media_id
        case _:
            return record.media_id


def _refuse_doubles(writes: Sequence[AssetWrite]) -> None:
    assets = [write.link.asset_id for write in writes]
    records = [_media_id(write.record) for write in writes if write.record is not None]
    records += [w.record.heir.media_id for w in writes if isinstance(w.record, TwinRemoval)]
    waiting = [write.no_longer_waiting for write in writes if write.no_longer_waiting]
    if any(len(set(names)) < len(names) for names in (assets, records, waiting)):
        raise StoreError("One chunk writes one item twice, which DynamoDB refuses: plan it anew.")


def _conflict_size(conflict: Conflict) -> int:
    disagreement = conflict.disagreement
    return 512 + size_of(disagreement.ours) + size_of(disagreement.theirs)


def _can_be_copied(copy: RemovedRecord) -> bool:
    """Whether the copy fits its items; only a large one is compressed to see."""
    if len(copy.attributes) > MOST_ATTRIBUTES:
        return False
    if item_size(copy.attributes) <= COPY_PART_BYTES:
        return True
    text = json.dumps(copy.attributes, default=_plain)
    return len(zlib.compress(text.encode())) <= COPY_PARTS * COPY_PART_BYTES


def _plain(value: object) -> object:
    """What JSON lacks, in about its size."""
    if isinstance(value, set | frozenset):
        return list(value)
    return (
        base64.b64encode(bytes(value)).decode() if isinstance(value, SupportsBytes) else str(value)
    )
