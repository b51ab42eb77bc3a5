"""The push item, and the rows of records that are tied to no asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import SCHEMA, item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import condition_failed, standing_of, was_repeated
from mediamosa_sync.adapters.dynamodb.expressions import Expression, every, is_missing, update_text
from mediamosa_sync.adapters.dynamodb.push_item import push_state_of, waiting_item, waiting_of
from mediamosa_sync.adapters.dynamodb.record_actions import change_action
from mediamosa_sync.adapters.dynamodb.rows import Rows
from mediamosa_sync.adapters.dynamodb.run_item import failure_map
from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import PushState, Waiting
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.writes import Counts

_CIRCUIT = "circuit"


class PushRows(Rows):
    """The part of ``SyncStore`` that is about pushes, but for the links."""

    def push_state(self, connection_id: str) -> PushState:
        """The push item; a fresh one if nothing was ever pushed."""
        pk = keys.of_connection(connection_id)
        return push_state_of(self._item("read the push item", pk, keys.PUSH) or {})

    def add_pushed(self, connection_id: str, counts: Counts) -> None:
        """Add to the counts of the push item; no write for nothing.

        Adding is no overwriting: parallel pushers lose none. After a lost answer botocore adds
        once more: the counts tell people what goes on, nothing is decided by them.
        """
        numbers = {name: number for name, number in counts.as_mapping().items() if number}
        if not numbers:
            return
        expression = Expression()
        adds = [f"{expression.path(name)} {expression.value(n)}" for name, n in numbers.items()]
        update = f"{_form_set(expression)} ADD {', '.join(adds)}"
        request = _push_request(self._tables.sync, connection_id)
        request |= expression.request(UpdateExpression=update)
        self._calls.patiently(
            "count what was pushed", lambda: self._calls.client.update_item(**request)
        )

    def set_circuit(
        self, connection_id: str, before: Failure | None, after: Failure | None
    ) -> bool:
        """Open or close the circuit, if it is still as in *before*; False if it is not."""
        expression = Expression()
        condition = _circuit_is(expression, before)
        path = expression.path(_CIRCUIT)
        update = _form_set(expression)
        if after is None:
            update += f" REMOVE {path}"
        else:
            update += f", {path} = {expression.value(failure_map(after))}"
        request = _push_request(self._tables.sync, connection_id)
        request |= expression.request(ConditionExpression=condition, UpdateExpression=update)

        def write() -> bool:
            try:
                self._calls.client.update_item(
                    ReturnValuesOnConditionCheckFailure="ALL_OLD", **request
                )
            except ClientError as exc:
                if not condition_failed(exc):
                    raise
                stands = push_state_of(item_from_wire(standing_of(exc)))
                # Repeated by botocore: its first request may be what has set it so.
                return was_repeated(exc) and stands.circuit == after
            return True

        return self._calls.patiently("set the circuit", write)

    def waiting(self, connection_id: str, media_ids: Iterable[str]) -> Mapping[str, Waiting]:
        """Those of the waiting rows that exist, by ``media_id``."""
        wanted = [keys.of_waiting(connection_id, one) for one in dict.fromkeys(media_ids)]
        rows = map(waiting_of, self._items("read the waiting rows", wanted))
        return {row.media_id: row for row in rows}

    def put_waiting(
        self, connection_id: str, waiting: Waiting, record: RecordChange | None
    ) -> bool:
        """Write a waiting row, and *record* in the same transaction."""
        doing, item = "write the waiting row", waiting_item(connection_id, waiting)
        if record is None:
            self._put(doing, item)
            return True
        tables = self._tables
        change = change_action(tables.media, tables.media_key, record)
        put = {"Put": {"TableName": tables.sync, "Item": item_to_wire(item)}}
        return self._transact_if(doing, [change, put])

    def drop_waiting(self, connection_id: str, media_ids: Iterable[str]) -> None:
        """Take waiting rows away; those that are not there are gone already."""
        for media_id in dict.fromkeys(media_ids):
            self._drop(keys.of_waiting(connection_id, media_id))

    def _drop(self, key: Mapping[str, str]) -> None:
        wire = item_to_wire(key)
        self._calls.patiently(
            "remove the waiting row",
            lambda: self._calls.client.delete_item(TableName=self._tables.sync, Key=wire),
        )


def _push_request(table: str, connection_id: str) -> dict[str, Any]:
    return {"TableName": table, "Key": keys.key(keys.of_connection(connection_id), keys.PUSH)}


def _form_set(expression: Expression) -> str:
    """The item's version, which whoever writes first gives it."""
    schema = expression.path("schema")
    return update_text([f"{schema} = if_not_exists({schema}, {expression.value(SCHEMA)})"], [])


def _circuit_is(expression: Expression, before: Failure | None) -> str:
    """The circuit is as it was read: of several pushers one opens it, or tries it again."""
    if before is None:
        return is_missing(expression, _CIRCUIT)
    stored = failure_map(before)
    return every(
        *(
            f"{expression.path(_CIRCUIT, name)} = {expression.value(stored[name])}"
            for name in ("since", "count")
        )
    )
