"""The properties of a connection through the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.ports import SyncStore
from tests.functions.api import act, call, described, problem_of
from tests.functions.test_api_connections import audited

ONE = "/connections/{connection_id}"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def store(stack: SyncStore, connection: Connection) -> SyncStore:
    """A connection whose properties have been read."""
    properties = [
        Property("title", "dublin_core"),
        Property("year", "app_1", PropertyType.INT),
        Property("hidden", "app_1", hidden=True),
    ]
    stack.put_properties(connection.connection_id, properties, NOW)
    return stack


def path_to(connection: Connection) -> str:
    return f"/connections/{connection.connection_id}/properties"


def rules(store: SyncStore, connection: Connection) -> tuple[FieldRule, ...]:
    known = store.connection(connection.connection_id)
    assert known is not None
    return known.fields


def replaced(connection: Connection, *fields: dict[str, Any]) -> tuple[int, Any]:
    return act("PUT", path_to(connection), {"fields": list(fields)})


@pytest.mark.usefixtures("store")
def test_properties_are_listed(connection: Connection) -> None:
    status, body, _ = call("GET", path_to(connection))
    assert status == 200
    described("GET", f"{ONE}/properties", 200, body)
    assert [(item["name"], item["takes_part"]) for item in body["items"]] == [
        ("hidden", False),
        ("title", True),
        ("year", True),
    ]
    assert body["read_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"


def test_rules_are_replaced_once(connection: Connection, store: SyncStore) -> None:
    given = ({"name": "year", "direction": "ignore"}, {"name": "title", "record_name": "titel"})
    status, body = replaced(connection, *given)
    assert status == 200, body
    described("PUT", f"{ONE}/properties", 200, body)
    assert call("GET", path_to(connection))[1] == body
    kept = (FieldRule("title", record_name="titel"), FieldRule("year", Direction.IGNORE))
    assert rules(store, connection) == kept
    assert replaced(connection, *given) == (200, body)
    assert replaced(connection)[0] == 200
    assert rules(store, connection) == ()
    assert sorted(audited(connection.connection_id)) == [
        ("change properties", "done"),
        ("change properties year title", "done"),
        ("change properties year title", "no change"),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (None, "is not JSON"),
        ([], "must be a JSON object"),
        ({}, "fields must be a list of 0 to 500 objects"),
        ({"fields": {}}, "fields must be a list of 0 to 500 objects"),
        ({"fields": [{}] * 501}, "fields must be a list of 0 to 500 objects"),
        ({"fields": ["title"]}, "Each of fields must be an object"),
        ({"fields": [], "rules": []}, "no field 'rules' here"),
        ({"fields": [{}]}, "field name must be text"),
        ({"fields": [{"name": "title", "type": "INT"}]}, "no field 'fields.type' here"),
        ({"fields": [{"name": "title", "direction": "up"}]}, "fields.direction must be one of"),
        ({"fields": [{"name": "title", "record_name": ""}]}, "record_name must be text"),
        ({"fields": [{"name": "title", "record_name": None}]}, "record_name must be text"),
        ({"fields": [{"name": "title", "record_name": "\u20ac" * 86}]}, "at most 255 bytes"),
        ({"fields": [{"name": "unknown"}]}, "MediaMosa has no property 'unknown'"),
        ({"fields": [{"name": "hidden"}]}, "MediaMosa hides it"),
        ({"fields": [{"name": "title", "record_name": "year"}]}, "both be metadata.year"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_the_reason(
    connection: Connection, store: SyncStore, body: object, sentence: str
) -> None:
    status, problem = act("PUT", path_to(connection), body)
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")
    assert sentence in problem["detail"]
    assert rules(store, connection) == ()
    ((_, outcome),) = audited(connection.connection_id)
    assert outcome == problem["detail"]


def test_before_the_first_run_there_is_nothing_to_decide(connection: Connection) -> None:
    assert call("GET", path_to(connection))[1] == {"items": [], "next": None, "read_at": None}
    status, problem = replaced(connection)
    assert (status, problem_of(problem)) == (409, "/problems/properties-not-read")


def test_a_connection_that_is_added_again_keeps_its_rules(
    connection: Connection, store: SyncStore
) -> None:
    new = {"url": connection.url, "user_name": connection.user_name, "password": "s3cret-key"}
    replaced(connection, {"name": "year", "direction": "pull"})
    before = rules(store, connection)
    assert before
    zone = {"time_zone": connection.time_zone, "page_size": connection.page_size}
    assert act("POST", "/connections", {**new, **zone})[0] == 200
    assert act("PUT", f"/connections/{connection.connection_id}", {"page_size": 7})[0] == 200
    assert rules(store, connection) == before
