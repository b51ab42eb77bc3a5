"""Links, the attention index over them, and the copies of what was removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import checked, known_instant_of
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.adapters.dynamodb.link_item import link_of
from mediamosa_sync.adapters.dynamodb.removed_item import copy_of, header_of
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.rows import HeldAsset
from mediamosa_sync.domain.writes import COPY_PARTS

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""

_LAST = "\U0010ffff"
"""The largest character: no id that begins like a prefix is beyond the prefix and this."""


class LinkRows(Rows):
    """The part of ``SyncStore`` that reads links and copies; ``apply`` writes them."""

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

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """Held assets, the longest held first; the index lags."""
        high = "" if upto is None else keys.attention_upto(upto)
        if high and after > high:
            return ()
        expression = Expression()
        condition = _waiting(expression, connection_id, LinkState.HELD)
        condition += between(expression, after, high, name="attention_sk")
        query = expression.request(KeyConditionExpression=condition)
        query |= {"IndexName": keys.ATTENTION_INDEX}
        rows = self._query("list what is held", query, most=limit + 1)
        positions = [row["attention_sk"] for row in rows if row["attention_sk"] != after]
        return tuple(_held_asset(position) for position in positions[:limit])

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

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """How many links are pending and parked, and how many conflicts are logged."""
        return {
            "pending": self._count_links(connection_id, LinkState.PENDING),
            "parked": self._count_links(connection_id, LinkState.PARKED),
            "conflicts": self._count_conflicts(connection_id),
        }

    def _count_links(self, connection_id: str, state: LinkState) -> int:
        expression = Expression()
        condition = _waiting(expression, connection_id, state)
        query = expression.request(KeyConditionExpression=condition)
        return self._count({"IndexName": keys.ATTENTION_INDEX, **query})

    def _count_conflicts(self, connection_id: str) -> int:
        expression = Expression()
        prefix = expression.value(keys.CONFLICT_PREFIX)
        condition = (
            partition(expression, keys.of_connection(connection_id))
            + f" AND begins_with({expression.path('sk')}, {prefix})"
        )
        return self._count(expression.request(KeyConditionExpression=condition))

    def _count(self, query: dict[str, Any]) -> int:
        """How many items *query* finds; it stops at :data:`MOST_COUNTED`."""
        query |= {"TableName": self._tables.sync, "Select": "COUNT", "Limit": MOST_COUNTED}
        found = 0
        while found < MOST_COUNTED:
            answer = self._calls.patiently(
                "count what needs attention", lambda: self._calls.client.query(**query)
            )
            found += answer["Count"]
            if "LastEvaluatedKey" not in answer:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return min(found, MOST_COUNTED)


def _waiting(expression: Expression, connection_id: str, state: LinkState) -> str:
    pk = keys.of_attention(connection_id, state)
    return partition(expression, pk, name="attention_pk")


def _held_asset(position: str) -> HeldAsset:
    since, _, asset_id = position.partition("#")
    return HeldAsset(asset_id, known_instant_of(since), position)
