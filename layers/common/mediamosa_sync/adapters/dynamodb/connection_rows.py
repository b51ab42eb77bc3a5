"""Connections, what is paused of them, and their properties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import SCHEMA, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import condition_failed
from mediamosa_sync.adapters.dynamodb.expressions import Expression, is_there
from mediamosa_sync.adapters.dynamodb.items import (
    CONFIGURED,
    configured_attributes,
    connection_of,
    properties_item,
    properties_of,
    registry_item,
)
from mediamosa_sync.adapters.dynamodb.rows import Rows, partition
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.errors import StoreError


class ConnectionRows(Rows):
    """The part of ``SyncStore`` that is about configurations."""

    def connections(self) -> tuple[Connection, ...]:
        """Every connection, in order of their ids."""
        expression = Expression()
        condition = partition(expression, keys.CONNECTIONS)
        query = expression.request(KeyConditionExpression=condition)
        ids = self._calls.patiently("list the connections", lambda: self._registered(query))
        wanted = [{"pk": keys.of_connection(one), "sk": keys.CONNECTION} for one in ids]
        found = [connection_of(item) for item in self._items("read the connections", wanted)]
        return tuple(sorted(found, key=lambda connection: connection.connection_id))

    def connection(self, connection_id: str) -> Connection | None:
        """One connection; None if it is not known."""
        pk = keys.of_connection(connection_id)
        item = self._item("read the connection", pk, keys.CONNECTION)
        return None if item is None else connection_of(item)

    def put_connection(self, connection: Connection) -> None:
        """Write the configuration and the row of the registry, in one transaction.

        What is paused is an attribute of its own, which is not named here.
        """
        expression = Expression()
        configured = configured_attributes(connection)
        absent = tuple(name for name in CONFIGURED if name not in configured)
        update = expression.update({**configured, "schema": SCHEMA}, absent)
        registered = item_to_wire(registry_item(connection.connection_id))
        actions: list[Any] = [
            {"Put": {"TableName": self._tables.sync, "Item": registered}},
            {
                "Update": {
                    "TableName": self._tables.sync,
                    "Key": _key(connection.connection_id),
                    **expression.request(UpdateExpression=update),
                }
            },
        ]
        self._calls.patiently("write the connection", self._calls.transaction(actions))

    def pause(self, connection_id: str, directions: Iterable[str], *, paused: bool) -> None:
        """Add *directions* to what is paused, or take them away, in one write.

        Raises:
            StoreError: there is no such connection.
        """
        named = set(directions)
        if not named:
            return
        expression = Expression()
        change = f"{expression.path('paused')} {expression.value(named)}"
        request = expression.request(
            ConditionExpression=is_there(expression, "pk"),
            UpdateExpression=f"{'ADD' if paused else 'DELETE'} {change}",
        )

        def write() -> None:
            try:
                self._calls.client.update_item(
                    TableName=self._tables.sync, Key=_key(connection_id), **request
                )
            except ClientError as exc:
                if not condition_failed(exc):
                    raise
                raise StoreError(f"There is no connection {connection_id}: check its id.") from exc

        self._calls.patiently("change what is paused", write)

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """The properties as last read from MediaMosa, and when that was."""
        pk = keys.of_connection(connection_id)
        item = self._item("read the properties", pk, keys.PROPERTIES)
        return None if item is None else properties_of(item)

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """Keep the properties."""
        self._put("write the properties", properties_item(connection_id, properties, read_at))

    def _registered(self, query: dict[str, Any]) -> list[str]:
        pages = self._calls.client.get_paginator("query").paginate(
            TableName=self._tables.sync, ConsistentRead=True, **query
        )
        return [item["sk"]["S"] for page in pages for item in page["Items"]]


def _key(connection_id: str) -> dict[str, Any]:
    return keys.key(keys.of_connection(connection_id), keys.CONNECTION)
