"""Connections and properties as items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    checked,
    instant_text,
    known_instant_of,
    stated,
)
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.domain.properties import Property, PropertyType


def registry_item(connection_id: str) -> Plain:
    """The row by which a connection is found: it holds nothing but its key."""
    return {"pk": keys.CONNECTIONS, "sk": connection_id, "schema": SCHEMA}


CONFIGURED = (
    "url",
    "user_name",
    "secret_arn",
    "time_zone",
    "page_size",
    "enabled",
    "policies",
    "fields",
    "default",
    "problem",
)
"""Attributes of a connection that its configuration replaces; what is paused is none of them."""


def configured_attributes(connection: Connection) -> dict[str, object]:
    """What *connection* puts under the names in :data:`CONFIGURED`."""
    return {
        "url": connection.url,
        "user_name": connection.user_name,
        "secret_arn": connection.secret_arn,
        "time_zone": connection.time_zone,
        "page_size": connection.page_size,
        "enabled": connection.enabled,
        "policies": {
            "on_trash": str(connection.policies.on_trash),
            "on_unpublish": str(connection.policies.on_unpublish),
            "on_record_delete": str(connection.policies.on_record_delete),
        },
        **stated(
            {
                "default": connection.default,
                "problem": connection.problem,
                "fields": [_rule_map(rule) for rule in connection.fields],
            }
        ),
    }


def connection_of(item: Plain) -> Connection:
    """The connection that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return Connection(
        url=item["url"],
        user_name=item["user_name"],
        secret_arn=item["secret_arn"],
        time_zone=item["time_zone"],
        page_size=int(item["page_size"]),
        paused=frozenset(item.get("paused", ())),
        problem=item.get("problem", ""),
        default=item.get("default", False),
        enabled=item.get("enabled", True),
        policies=_policies_of(item.get("policies", {})),
        fields=tuple(map(_rule_of, item.get("fields", ()))),
    )


def _policies_of(plain: Mapping[str, Any]) -> Policies:
    usual = Policies()
    return Policies(
        on_trash=Removal(plain.get("on_trash", usual.on_trash)),
        on_unpublish=Removal(plain.get("on_unpublish", usual.on_unpublish)),
        on_record_delete=OnRecordDelete(plain.get("on_record_delete", usual.on_record_delete)),
    )


def _rule_map(rule: FieldRule) -> Plain:
    return {
        "name": rule.name,
        "direction": str(rule.direction),
        **stated({"record_name": rule.record_name}),
    }


def _rule_of(plain: Mapping[str, Any]) -> FieldRule:
    return FieldRule(
        name=plain["name"],
        direction=Direction(plain["direction"]),
        record_name=plain.get("record_name", ""),
    )


def properties_item(connection_id: str, properties: Sequence[Property], read_at: datetime) -> Plain:
    """The properties as read at *read_at*."""
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.PROPERTIES,
        "schema": SCHEMA,
        "read_at": instant_text(read_at),
        "properties": [_property_map(prop) for prop in properties],
    }


def properties_of(item: Plain) -> tuple[tuple[Property, ...], datetime]:
    """The properties that *item* stores, and when they were read.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    found = tuple(_property_of(plain) for plain in item["properties"])
    return found, known_instant_of(item["read_at"])


def _property_map(prop: Property) -> Plain:
    return {
        "name": prop.name,
        "group": prop.group,
        "type": str(prop.type),
        **stated({"hidden": prop.hidden, "protected": prop.protected}),
    }


def _property_of(plain: Mapping[str, Any]) -> Property:
    return Property(
        name=plain["name"],
        group=plain["group"],
        type=PropertyType(plain["type"]),
        hidden=plain.get("hidden", False),
        protected=plain.get("protected", False),
    )
