"""What all parts of the sync store read and write rows with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb.attributes import Plain, item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Calls, busy, condition_failed
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.dynamodb.expressions import Expression

ROWS_PER_WRITE = 25
"""AWS: BatchWriteItem takes at most so many."""


class Rows:
    """Rows of the sync table.

    Parameters:
        seconds_now: the time in seconds since 1970; only what DynamoDB may forget depends on it.
    """

    def __init__(
        self, calls: Calls, tables: Tables, *, seconds_now: Callable[[], float] = time.time
    ) -> None:
        self._calls, self._tables = calls, tables
        self._seconds_now = seconds_now

    def _items(self, doing: str, keys: Sequence[Plain]) -> Iterator[Plain]:
        return self._calls.read(doing, self._tables.sync, keys)

    def _item(self, doing: str, pk: str, sk: str) -> Plain | None:
        return next(self._items(doing, [{"pk": pk, "sk": sk}]), None)

    def _put(self, doing: str, item: Plain) -> None:
        table, wire = self._tables.sync, item_to_wire(item)
        self._calls.patiently(
            doing, lambda: self._calls.client.put_item(TableName=table, Item=wire)
        )

    def _put_all(self, doing: str, items: Sequence[Plain]) -> None:
        """Put *items* of distinct keys; not in one transaction."""
        wire = [item_to_wire(item) for item in items]
        for start in range(0, len(wire), ROWS_PER_WRITE):
            self._put_portion(doing, wire[start : start + ROWS_PER_WRITE])

    def _put_portion(self, doing: str, items: list[dict[str, Any]]) -> None:
        left: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
        for _ in self._calls.attempts():
            left = self._batch(doing, left)
            if not left:
                return
        raise busy(doing)

    def _batch(self, doing: str, puts: list[Any]) -> list[Any]:
        """What DynamoDB left undone."""
        table = self._tables.sync
        answer = self._calls.patiently(
            doing, lambda: self._calls.client.batch_write_item(RequestItems={table: puts})
        )
        return list(answer.get("UnprocessedItems", {}).get(table, []))

    def _transact_if(self, doing: str, actions: Sequence[Any]) -> bool:
        """Whether all conditions of *actions* held, so that all of it was written."""
        transact = self._calls.transaction(actions)

        def written() -> bool:
            try:
                transact()
            except ClientError as exc:
                if not condition_failed(exc):
                    raise
                return False
            return True

        return self._calls.patiently(doing, written)

    def _query(self, doing: str, query: Mapping[str, Any], *, most: int) -> Iterator[Plain]:
        """At most *most* of the items that *query* finds.

        One answer reads at most 1 MB, so a short one is no end.
        """
        request: dict[str, Any] = {"TableName": self._tables.sync, **query, "Limit": most}
        found = 0
        while found < most:
            answer = self._calls.patiently(doing, lambda: self._calls.client.query(**request))
            for item in answer["Items"][: most - found]:
                yield item_from_wire(item)
            found += len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def partition(expression: Expression, pk: str, *, name: str = "pk") -> str:
    """The key condition that names a partition."""
    return f"{expression.path(name)} = {expression.value(pk)}"


def between(expression: Expression, low: str, high: str, *, name: str = "sk") -> str:
    """The key condition for sort keys from *low* to *high*, both included; ``""`` is no bound.

    DynamoDB takes one condition on a sort key, and no empty text in it.
    """
    if not (low or high):
        return ""
    path = expression.path(name)
    if low and high:
        return f" AND {path} BETWEEN {expression.value(low)} AND {expression.value(high)}"
    if low:
        return f" AND {path} >= {expression.value(low)}"
    return f" AND {path} <= {expression.value(high)}"
