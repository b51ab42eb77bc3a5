"""Links, and the copies of what was removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import checked
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.adapters.dynamodb.link_item import link_of
from mediamosa_sync.adapters.dynamodb.removed_item import copy_of, header_of
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.writes import COPY_PARTS

_LAST = "\U0010ffff"
"""The largest character: no id that begins like a prefix is beyond the prefix and this."""


class LinkRows(Rows):
    """The part of ``SyncStore`` that reads links and copies; ``ChunkRows`` writes them."""

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """Those of the links that exist."""
        pk = keys.of_links(connection_id)
        wanted = [{"pk": pk, "sk": asset_id} for asset_id in dict.fromkeys(asset_ids) if asset_id]
        links = (link_of(item) for item in self._items("read the links", wanted))
        return {link.asset_id: link for link in links}

    def links_between(
        self, connection_id: str, *, after: str, upto: str | None, prefix: str, limit: int
    ) -> tuple[Mapping[str, Link], bool]:
        """Links with *after* < asset id ≤ *upto*, in byte order, and whether there are more."""
        end = prefix + _LAST if prefix else ""
        low, high = max(after, prefix), min(filter(None, (upto, end)), default="")
        if (high and low > high) or upto == "":
            return {}, False
        expression = Expression()
        condition = partition(expression, keys.of_links(connection_id))
        condition += between(expression, low, high)
        query = expression.request(KeyConditionExpression=condition)
        # Two more than asked for: one is *after* itself, one tells that there are more.
        read = self._query("read the links", {**query, "ConsistentRead": True}, most=limit + 2)
        links = [link for link in map(link_of, read) if link.asset_id != after]
        return {link.asset_id: link for link in links[:limit]}, len(links) > limit

    def removed_record(self, connection_id: str, asset_id: str) -> RemovedRecord | None:
        """The copy of a removed record, while it is whole."""
        pk = keys.of_connection(connection_id)
        names = [keys.of_copy(asset_id, number) for number in range(COPY_PARTS)]
        wanted = [{"pk": pk, "sk": name} for name in names]
        found = {item["sk"]: item for item in self._items("read the removed record", wanted)}
        return copy_of(found, asset_id)

    def removed_records(
        self, connection_id: str, *, limit: int, after: str = ""
    ) -> tuple[RemovedRecord, ...]:
        """Copies in order of asset ids after *after*, without their attributes."""
        expression = Expression()
        condition = partition(expression, keys.of_connection(connection_id))
        condition += between(expression, *keys.copies_after(after))
        header = ("asset_id", "media_id", "reason", "removed_at", "expires_at", "schema")
        query = expression.request(
            KeyConditionExpression=condition,
            FilterExpression=f"attribute_exists({expression.path('parts')})",
            ProjectionExpression=", ".join(map(expression.path, header)),
        )
        found = self._query(
            "list the removed records", {**query, "ConsistentRead": True}, most=limit
        )
        return tuple(header_of(checked(item), {}) for item in found)
