"""The port ``RecordStore`` over the media table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import Plain, item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Calls
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.uri import SCHEME
from mediamosa_sync.ports import ScanPage


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
        return {item[key]: record_of_item(item[key], item) for item in found}

    def item(self, media_id: str) -> Mapping[str, Any] | None:
        """A whole record as stored, key included; None if there is none.

        Raises:
            StoreUnavailable: throttled beyond patience, or not reached.
        """
        wanted = [{self._tables.media_key: media_id}]
        return next(self._calls.read("read the record", self._tables.media, wanted), None)

    def scan(self, after: Mapping[str, str] | None) -> ScanPage:
        """The next records with a ``mediamosa://`` URI, of at most 1 MB of the table: one call.

        Raises:
            StoreUnavailable: throttled beyond patience, or not reached.
        """
        expression = Expression()
        key = self._tables.media_key
        request = expression.request(
            # Not begins_with, which not every engine takes where an application put a number.
            FilterExpression=f"attribute_type({expression.path('uri')}, {expression.value('S')})",
            ProjectionExpression=", ".join(map(expression.path, (key, *_SKETCHED))),
        )
        if after is not None:
            request["ExclusiveStartKey"] = item_to_wire(after)
        answer = self._calls.patiently(
            "read the media table",
            lambda: self._calls.client.scan(
                TableName=self._tables.media, ConsistentRead=True, **request
            ),
        )
        items = map(item_from_wire, answer["Items"])
        records = tuple(
            Record(
                item[key],
                item["uri"],
                mediamosa=item.get("mediamosa"),
                connection_id=_connection_of(item),
            )
            for item in items
            if item["uri"].startswith(SCHEME)
        )
        last = answer.get("LastEvaluatedKey")
        return ScanPage(records, item_from_wire(last) if last else None)


_SKETCHED = ("uri", "mediamosa", "connection_id")


def _connection_of(item: Plain) -> str:
    """The connection that a record names; what is no text names none."""
    connection_id = item.get("connection_id")
    return connection_id if isinstance(connection_id, str) else ""


def record_of_item(media_id: str, item: Plain) -> Record:
    """What the sync reads of a whole item; what stands in it may be anything."""
    return Record(
        media_id=media_id,
        uri=item.get("uri"),
        metadata=item.get("metadata"),
        mediamosa=item.get("mediamosa"),
        connection_id=_connection_of(item),
        attributes=frozenset(item),
    )
