"""The port ``SyncStore`` over the sync table and, for records, the media table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import Plain, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Calls
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.dynamodb.chunk_store import Chunks
from mediamosa_sync.adapters.dynamodb.expressions import Expression
from mediamosa_sync.adapters.dynamodb.items import (
    connection_item,
    connection_of,
    properties_item,
    properties_of,
    registry_item,
)
from mediamosa_sync.adapters.dynamodb.link_item import link_of
from mediamosa_sync.adapters.dynamodb.run_store import RunItems
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.run import Fence, Kind, Restart, RunState
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.ports import Applied

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""


class DynamoDBSyncStore:
    """Everything that the sync keeps; see ``SyncStore`` for what each method promises."""

    def __init__(self, calls: Calls, tables: Tables) -> None:
        self._calls, self._tables = calls, tables
        self._runs = RunItems(calls, tables.sync)
        self._chunks = Chunks(calls, tables)

    def connections(self) -> tuple[Connection, ...]:
        """Every connection, in order of their ids."""
        expression = Expression()
        condition = f"{expression.path('pk')} = {expression.value(keys.CONNECTIONS)}"
        query = expression.request(KeyConditionExpression=condition)
        ids = self._calls.patiently("list the connections", lambda: self._registered(query))
        wanted = [_connection_key(connection_id) for connection_id in ids]
        items = self._calls.read("read the connections", self._tables.sync, wanted)
        found = [connection_of(item) for item in items]
        return tuple(sorted(found, key=lambda connection: connection.connection_id))

    def connection(self, connection_id: str) -> Connection | None:
        """One connection; None if it is not known."""
        item = self._item("read the connection", _connection_key(connection_id))
        return None if item is None else connection_of(item)

    def put_connection(self, connection: Connection) -> None:
        """Write the configuration and the row of the registry, in one transaction."""
        items = (registry_item(connection.connection_id), connection_item(connection))
        self._calls.patiently("write the connection", lambda: self._put_together(items))

    def run_state(self, connection_id: str) -> RunState:
        """The run item; a fresh one if the connection never had a step."""
        return self._runs.read(connection_id)

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """Take the lease and draw the next number; None if another owner holds it beyond *now*."""
        return self._runs.take_lease(connection_id, owner, now, until)

    def save_run(self, fence: Fence, state: RunState, *, release: bool) -> None:
        """Replace everything of the run item but generation, sequence and the restart mark."""
        self._runs.save(fence, state, release=release)

    def take_restart(self, fence: Fence, restart: Restart, state: RunState) -> None:
        """Replace the run item by *state*, of the next generation, and remove the mark."""
        self._runs.take_restart(fence, restart, state)

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """Leave the mark; one that stands already is left alone and returned."""
        return self._runs.request_restart(connection_id, restart)

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """Those of the links that exist."""
        pk = keys.of_links(connection_id)
        wanted = [{"pk": pk, "sk": asset_id} for asset_id in dict.fromkeys(asset_ids) if asset_id]
        found = self._calls.read("read the links", self._tables.sync, wanted)
        links = (link_of(item) for item in found)
        return {link.asset_id: link for link in links}

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """Write one chunk in one transaction, or nothing of it."""
        return self._chunks.apply(fence, kind, writes)

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """The properties as last read from MediaMosa, and when that was."""
        key = {"pk": keys.of_connection(connection_id), "sk": keys.PROPERTIES}
        item = self._item("read the properties", key)
        return None if item is None else properties_of(item)

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """Keep the properties."""
        item = item_to_wire(properties_item(connection_id, properties, read_at))
        table = self._tables.sync
        self._calls.patiently(
            "write the properties", lambda: self._calls.client.put_item(TableName=table, Item=item)
        )

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """How many links are pending and parked, and how many conflicts are logged."""
        return {
            "pending": self._count_links(connection_id, LinkState.PENDING),
            "parked": self._count_links(connection_id, LinkState.PARKED),
            "conflicts": self._count_conflicts(connection_id),
        }

    def _item(self, doing: str, key: Plain) -> Plain | None:
        return next(self._calls.read(doing, self._tables.sync, [key]), None)

    def _registered(self, query: dict[str, Any]) -> list[str]:
        pages = self._calls.client.get_paginator("query").paginate(
            TableName=self._tables.sync, ConsistentRead=True, **query
        )
        return [item["sk"]["S"] for page in pages for item in page["Items"]]

    def _put_together(self, items: Sequence[Plain]) -> None:
        table = self._tables.sync
        actions: list[Any] = [
            {"Put": {"TableName": table, "Item": item_to_wire(item)}} for item in items
        ]
        self._calls.client.transact_write_items(TransactItems=actions)

    def _count_links(self, connection_id: str, state: LinkState) -> int:
        expression = Expression()
        wanted = expression.value(keys.of_attention(connection_id, state))
        condition = f"{expression.path('attention_pk')} = {wanted}"
        query = expression.request(KeyConditionExpression=condition)
        return self._count({"IndexName": keys.ATTENTION_INDEX, **query})

    def _count_conflicts(self, connection_id: str) -> int:
        expression = Expression()
        partition = expression.value(keys.of_connection(connection_id))
        prefix = expression.value(keys.CONFLICT_PREFIX)
        condition = (
            f"{expression.path('pk')} = {partition}"
            f" AND begins_with({expression.path('sk')}, {prefix})"
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


def _connection_key(connection_id: str) -> Plain:
    return {"pk": keys.of_connection(connection_id), "sk": keys.CONNECTION}
