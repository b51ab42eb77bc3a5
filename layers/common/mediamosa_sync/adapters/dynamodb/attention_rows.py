"""What needs attention: the index over links and waiting rows, and the conflicts that stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import Plain, known_instant_of
from mediamosa_sync.adapters.dynamodb.expressions import Expression, is_missing
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.rows import Due, HeldAsset, Troubled

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""

MOST_PAGES = 20
"""So many answers are read for a count: a log may hold many entries that do not count."""


class AttentionRows(Rows):
    """The part of ``SyncStore`` that finds what waits, and counts it; the index lags."""

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """Held assets, the longest held first."""
        rows = self._waiting_rows(connection_id, LinkState.HELD, upto, limit, after)
        return tuple(_held_asset(row) for row in rows)

    def due(self, connection_id: str, *, upto: datetime, limit: int) -> tuple[Due, ...]:
        """What is pending and to be pushed by *upto*, the longest due first."""
        rows = self._waiting_rows(connection_id, LinkState.PENDING, upto, limit, "")
        return tuple(_due(connection_id, row) for row in rows)

    def troubled(
        self, connection_id: str, state: LinkState, *, limit: int, after: str = ""
    ) -> tuple[Troubled, ...]:
        """Links and records without one in *state*, the longest first."""
        rows = self._waiting_rows(connection_id, state, None, limit, after)
        return tuple(Troubled(_due(connection_id, row), row["attention_sk"]) for row in rows)

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """How many links and waiting rows are pending and parked, and how many conflicts stand."""
        return {
            "pending": self._count_waiting(connection_id, LinkState.PENDING),
            "parked": self._count_waiting(connection_id, LinkState.PARKED),
            "conflicts": self._count_conflicts(connection_id),
        }

    def _waiting_rows(
        self, connection_id: str, state: LinkState, upto: datetime | None, limit: int, after: str
    ) -> Sequence[Plain]:
        """Rows of the index in *state* after the position *after*."""
        high = "" if upto is None else keys.attention_upto(upto)
        if high and after > high:
            return ()
        expression = Expression()
        condition = _in_state(expression, connection_id, state)
        condition += between(expression, after, high, name="attention_sk")
        query = expression.request(KeyConditionExpression=condition)
        query |= {"IndexName": keys.ATTENTION_INDEX}
        # One more than asked for: the lower bound itself is not meant.
        rows = self._query("list what needs attention", query, most=limit + 1)
        return [row for row in rows if row["attention_sk"] != after][:limit]

    def _count_waiting(self, connection_id: str, state: LinkState) -> int:
        expression = Expression()
        condition = _in_state(expression, connection_id, state)
        query = expression.request(KeyConditionExpression=condition)
        return self._count({"IndexName": keys.ATTENTION_INDEX, **query})

    def _count_conflicts(self, connection_id: str) -> int:
        expression = Expression()
        prefix = expression.value(keys.CONFLICT_PREFIX)
        condition = (
            partition(expression, keys.of_connection(connection_id))
            + f" AND begins_with({expression.path('sk')}, {prefix})"
        )
        stands = is_missing(expression, "resolved_at")
        return self._count(
            expression.request(KeyConditionExpression=condition, FilterExpression=stands)
        )

    def _count(self, query: dict[str, Any]) -> int:
        """How many items *query* finds; it stops at :data:`MOST_COUNTED`."""
        query |= {"TableName": self._tables.sync, "Select": "COUNT", "Limit": MOST_COUNTED}
        found = 0
        for _ in range(MOST_PAGES):
            answer = self._calls.patiently(
                "count what needs attention", lambda: self._calls.client.query(**query)
            )
            found += answer["Count"]
            if found >= MOST_COUNTED or "LastEvaluatedKey" not in answer:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return min(found, MOST_COUNTED)


def _in_state(expression: Expression, connection_id: str, state: LinkState) -> str:
    pk = keys.of_attention(connection_id, state)
    return partition(expression, pk, name="attention_pk")


def _due(connection_id: str, row: Plain) -> Due:
    """Whose row it is, by the table's key: an asset id may look like a waiting row's."""
    if row["pk"] == keys.of_links(connection_id):
        return Due(asset_id=row["sk"])
    return Due(media_id=row["sk"].removeprefix(keys.WAITING_PREFIX))


def _held_asset(row: Plain) -> HeldAsset:
    position = row["attention_sk"]
    since, _, _ = position.partition("#")
    return HeldAsset(row["sk"], known_instant_of(since), position)
