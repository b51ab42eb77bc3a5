"""The part of the sync store that no fence guards: nominees, history, mediafiles, audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import Plain, checked
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.adapters.dynamodb.shelf_item import (
    audit_item,
    audit_of,
    history_of,
    mediafile_item,
    nominees_of,
)
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow, Nominees

MISSING_KEPT_SECONDS = 24 * 3600
"""How long it is remembered that MediaMosa has no such mediafile: it may come to have it."""


class ShelfRows(Rows):
    """Rows that are put and read; nominees and history are written by ``SyncStore.save_run``."""

    def nominees(self, connection_id: str, run_id: str, *, after: str = "") -> Nominees | None:
        """The first row of nominees that the run has not dealt with; None if there is none."""
        expression = Expression()
        low, high = keys.nominees_after(run_id, after)
        condition = partition(expression, keys.of_connection(connection_id))
        condition += between(expression, low, high)
        query = expression.request(KeyConditionExpression=condition)
        # One more than is wanted: the lower bound itself is not meant.
        most = 2 if after else 1
        found = self._query("read the nominees", {**query, "ConsistentRead": True}, most=most)
        rows = (nominees_of(item) for item in found)
        return next((row for row in rows if row.key > after), None)

    def history(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[HistoryRow, ...]:
        """Rows of the history, newest first, older than the ``position`` *before*."""
        bounds = keys.history_before(before)
        rows = map(history_of, self._older("read the history", connection_id, bounds, limit))
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

    def audited(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[AuditEntry, ...]:
        """Entries of the audit, newest first, older than the ``position`` *before*."""
        bounds = keys.audit_before(before)
        entries = map(audit_of, self._older("read the audit", connection_id, bounds, limit))
        return tuple(entry for entry in entries if entry.position != before)[:limit]

    def _older(
        self, doing: str, connection_id: str, bounds: tuple[str, str], limit: int
    ) -> Iterator[Plain]:
        """The newest between *bounds*, one more than asked for: the upper one is not meant."""
        expression = Expression()
        condition = partition(expression, keys.of_connection(connection_id))
        condition += between(expression, *bounds)
        query = {
            **expression.request(KeyConditionExpression=condition),
            "ConsistentRead": True,
            "ScanIndexForward": False,
        }
        return self._query(doing, query, most=limit + 1)


def _is_over(item: Plain, now: float) -> bool:
    """DynamoDB removes expired items within days only."""
    return "expires_at" in item and item["expires_at"] <= now
