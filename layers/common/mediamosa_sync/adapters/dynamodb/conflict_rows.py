"""The conflict log: read, and resolved together with the record; writes of assets add to it."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.conflict_item import conflict_item, conflict_of
from mediamosa_sync.adapters.dynamodb.expressions import Expression, every, is_missing, is_there
from mediamosa_sync.adapters.dynamodb.record_actions import Action, change_action
from mediamosa_sync.adapters.dynamodb.rows import Rows, between, partition
from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.writes import Conflict


class ConflictRows(Rows):
    """The part of ``SyncStore`` that reads and resolves conflicts."""

    def conflicts(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[Conflict, ...]:
        """Entries of the conflict log, newest first, older than the one of the id *before*."""
        expression = Expression()
        condition = partition(expression, keys.of_connection(connection_id))
        condition += between(expression, *keys.conflicts_before(before))
        query = {
            **expression.request(KeyConditionExpression=condition),
            "ConsistentRead": True,
            "ScanIndexForward": False,
        }
        # One more than asked for: the upper bound itself is not meant.
        found = map(conflict_of, self._query("read the conflicts", query, most=limit + 1))
        return tuple(one for one in found if one.conflict_id != before)[:limit]

    def conflict(self, connection_id: str, conflict_id: str) -> Conflict | None:
        """One entry; None if there is none."""
        pk, sk = keys.of_connection(connection_id), keys.of_conflict(conflict_id)
        item = self._item("read the conflict", pk, sk)
        return None if item is None else conflict_of(item)

    def resolve(self, connection_id: str, conflict: Conflict, record: RecordChange) -> bool:
        """Write *record* and the entry as resolved (*conflict* as it is to be), both or nothing."""
        entry = self._entry_action(connection_id, conflict)
        change = change_action(self._tables.media, self._tables.media_key, record)
        return self._transact_if("resolve the conflict", [change, entry])

    def _entry_action(self, connection_id: str, conflict: Conflict) -> Action:
        """The entry as it is to be, if it is there and was not resolved yet."""
        expression = Expression()
        condition = every(is_there(expression, "pk"), is_missing(expression, "resolved_at"))
        request = {
            "TableName": self._tables.sync,
            "Item": item_to_wire(conflict_item(connection_id, conflict)),
            **expression.request(ConditionExpression=condition),
        }
        return {"Put": request}
