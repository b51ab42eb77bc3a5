"""The part of the sync store that no fence guards: nominees, history, mediafiles, audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import Plain, checked
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.adapters.dynamodb.shelf_item import (
    audit_item,
    history_of,
    mediafile_item,
    nominees_of,
)
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow, Nominees

MISSING_KEPT_SECONDS = 24 * 3600
"""How long it is remembered that MediaMosa has no such mediafile: it may come to have it."""


class ShelfRows(Rows):
    """Rows that are put and read; nominees and history are written by ``SyncStore.save_run``."""

    def nominees(self, connection_id: str, run_id: str) -> Nominees | None:
        """The first row of nominees that the run has not dealt with; None if there is none."""
        expression = Expression()
        prefix = expression.value(keys.of_nominees(run_id))
        condition = (
            partition(expression, keys.of_connection(connection_id))
            + f" AND begins_with({expression.path('sk')}, {prefix})"
        )
        query = expression.request(KeyConditionExpression=condition)
        found = self._query("read the nominees", {**query, "ConsistentRead": True}, most=1)
        return next(map(nominees_of, found), None)

    def history(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[HistoryRow, ...]:
        """Rows of the history, newest first, older than the ``position`` *before*."""
        expression = Expression()
        low, high = keys.history_before(before)
        condition = partition(expression, keys.of_connection(connection_id))
        condition += between(expression, low, high)
        query = {
            **expression.request(KeyConditionExpression=condition),
            "ConsistentRead": True,
            "ScanIndexForward": False,
        }
        # One more than asked for: the upper bound itself is not meant.
        rows = map(history_of, self._query("read the history", query, most=limit + 1))
        return tuple(row for row in rows if row.position != before)[:limit]

    def mediafiles(self, connection_id: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Mediafile id → asset id as once told; "" for one that lately was not there."""
        pk, now = keys.of_connection(connection_id), self._seconds_now()
        prefix = keys.of_mediafile("")
        wanted = [{"pk": pk, "sk": f"{prefix}{one}"} for one in dict.fromkeys(ids)]
        return {
            item["sk"].removeprefix(prefix): item.get("asset_id", "")
            for item in self._items("read the mediafiles", wanted)
            if not _is_over(checked(item), now)
        }

    def put_mediafiles(self, connection_id: str, assets: Mapping[str, str]) -> None:
        """Keep what MediaMosa told; "" is kept for a day only."""
        over = int(self._seconds_now()) + MISSING_KEPT_SECONDS
        items = [
            mediafile_item(connection_id, mediafile_id, asset_id, None if asset_id else over)
            for mediafile_id, asset_id in assets.items()
        ]
        self._put_all("write the mediafiles", items)

    def audit(self, connection_id: str, entry: AuditEntry) -> None:
        """Note what an admin did or was refused."""
        self._put("write the audit", audit_item(connection_id, entry))


def _is_over(item: Plain, now: float) -> bool:
    """DynamoDB removes expired items within days only."""
    return "expires_at" in item and item["expires_at"] <= now
