"""The port ``RecordStore`` over the media table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediamosa_sync.adapters.dynamodb.attributes import Plain
from mediamosa_sync.adapters.dynamodb.calls import Calls
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.domain.record import Record


class DynamoDBRecordStore:
    """Records, read consistently. They are written by ``SyncStore.apply``, with their links."""

    def __init__(self, calls: Calls, tables: Tables) -> None:
        self._calls = calls
        self._tables = tables

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """Those of the records that exist, whole, so that ``attributes`` names all of them.

        Raises:
            StoreUnavailable: throttled beyond patience, or not reached.
        """
        table, key = self._tables.media, self._tables.media_key
        wanted = [{key: media_id} for media_id in dict.fromkeys(media_ids) if media_id]
        found = self._calls.read("read the records", table, wanted)
        return {item[key]: _record_of(item[key], item) for item in found}


def _record_of(media_id: str, item: Plain) -> Record:
    connection_id = item.get("connection_id")
    return Record(
        media_id=media_id,
        uri=item.get("uri"),
        metadata=item.get("metadata"),
        mediamosa=item.get("mediamosa"),
        connection_id=connection_id if isinstance(connection_id, str) else "",
        attributes=frozenset(item),
    )
