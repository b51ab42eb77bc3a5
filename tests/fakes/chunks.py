"""What one chunk would do to the tables in memory: all conditions looked at, nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import MAX_ITEM_BYTES, NewRecord, RecordChange
from mediamosa_sync.domain.writes import AssetWrite, Conflict
from mediamosa_sync.ports import StoreError
from tests.fakes.records import Item, changed, created, item_size, size_of, still_holds


@dataclass(slots=True)
class Staged:
    """What a chunk would write, and the assets that keep it from being written.

    Attributes:
        records: media id → item after the chunk.
    """

    records: dict[str, Item] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    oversized: set[str] = field(default_factory=set)


def stage(
    key: str, media: Mapping[str, Item], links: Mapping[str, Link], writes: Sequence[AssetWrite]
) -> Staged:
    """Look at *writes* in the light of what is stored.

    Raises:
        StoreError: two of them are of one item, which DynamoDB refuses.
    """
    _refuse_doubles(writes)
    staged = Staged()
    for write in writes:
        asset_id, before = write.link.asset_id, write.link_before
        stored = links.get(asset_id)
        if (stored and stored.version) != (before and before.version):
            staged.contested.add(asset_id)
        if any(_conflict_size(entry) > MAX_ITEM_BYTES for entry in write.conflicts):
            staged.oversized.add(asset_id)
        if write.record is None:
            continue
        if not _record_condition(write, media):
            staged.contested.add(asset_id)
            continue
        after = _record_after(key, write, media)
        if after is not None and item_size(after) > MAX_ITEM_BYTES:
            staged.oversized.add(asset_id)
        elif after is not None:
            staged.records[_media_id(write)] = after
    return staged


def _record_condition(write: AssetWrite, media: Mapping[str, Item]) -> bool:
    stored = media.get(_media_id(write))
    if isinstance(write.record, RecordChange):
        return stored is not None and still_holds(write.record, stored)
    return stored is None


def _record_after(key: str, write: AssetWrite, media: Mapping[str, Item]) -> Item | None:
    """None if the record is not written."""
    if isinstance(write.record, NewRecord):
        return created(key, write.record)
    if isinstance(write.record, RecordChange) and (
        write.record.values or write.record.mediamosa is not None
    ):
        return changed(write.record, media[write.record.before.media_id])
    return None


def _media_id(write: AssetWrite) -> str:
    record = write.record
    if record is None:
        return ""
    return record.before.media_id if isinstance(record, RecordChange) else record.media_id


def _refuse_doubles(writes: Sequence[AssetWrite]) -> None:
    assets = [write.link.asset_id for write in writes]
    records = [_media_id(write) for write in writes if write.record is not None]
    if len(set(assets)) < len(assets) or len(set(records)) < len(records):
        raise StoreError("One chunk writes one item twice, which DynamoDB refuses: plan it anew.")


def _conflict_size(conflict: Conflict) -> int:
    disagreement = conflict.disagreement
    return 512 + size_of(disagreement.ours) + size_of(disagreement.theirs)
