"""The conflict log through the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.plan import Direction, Disagreement
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.runtime import compose_stores
from tests.functions.api import act, call, described, problem_of
from tests.functions.test_api_connections import audited

ONE = "/connections/{connection_id}"
USE = "/conflicts/{conflict_id}/use-record-value"
NOW = datetime.now(UTC).replace(microsecond=0)


def path_to(connection: Connection, rest: str) -> str:
    return f"/connections/{connection.connection_id}{rest}"


def conflict(number: int) -> Conflict:
    at = NOW - timedelta(hours=1) + timedelta(minutes=number)
    return Conflict(
        conflict_id=f"{at:%Y%m%dT%H%M%S%f}-0123456789abcdef",
        asset_id="a1",
        media_id="m-a1",
        at=at,
        disagreement=Disagreement("title", ("Base",), (f"Ours {number}",), ("Theirs",)),
        record_name="title",
        asset_modified=at,
    )


LOG = [conflict(number) for number in range(5)]


@pytest.fixture
def store(stack: SyncStore, connection: Connection) -> SyncStore:
    """One link with five conflicts, the last of which left "Theirs" in the record."""
    link = Link("a1", "m-a1", base={"title": ("Theirs",)})
    write = AssetWrite(link, None, None, Effect.NOTED, conflicts=tuple(LOG))
    assert stack.write(connection.connection_id, write).done
    stack.put_properties(connection.connection_id, [Property("title", "dublin_core")], NOW)
    edit("Theirs")
    return stack


def edit(title: str) -> None:
    boto3.client("dynamodb").put_item(
        TableName="media",
        Item={
            "media_id": {"S": "m-a1"},
            "uri": {"S": "mediamosa://asset/a1"},
            "metadata": {"M": {"title": {"L": [{"S": title}]}, "mine": {"S": "x"}}},
        },
    )


def stored() -> Any:
    item = compose_stores.record_store().item("m-a1")
    assert item is not None
    return item["metadata"]


def use(connection: Connection, conflict_id: str) -> tuple[int, Any]:
    return act("POST", path_to(connection, f"/conflicts/{conflict_id}/use-record-value"))


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("limit", ["1", "2", "5", "100"])
def test_conflicts_are_listed_newest_first_in_parts(connection: Connection, limit: str) -> None:
    found: list[str] = []
    query = {"limit": limit}
    while query.get("next", "begin"):
        _, body, _ = call("GET", path_to(connection, "/conflicts"), query=query)
        described("GET", f"{ONE}/conflicts", 200, body)
        found += [item["conflict_id"] for item in body["items"]]
        query["next"] = body["next"] or ""
    assert found == [one.conflict_id for one in reversed(LOG)]


def test_the_records_value_is_brought_back_once(connection: Connection, store: SyncStore) -> None:
    connection_id, conflict_id = connection.connection_id, LOG[4].conflict_id
    link = store.links(connection_id, ["a1"])
    status, body = use(connection, conflict_id)
    assert status == 200, body
    described("POST", f"{ONE}{USE}", 200, body)
    assert (body["resolved_by"], body["conflict_id"]) == ("operator", conflict_id)
    assert stored() == {"title": ["Ours 4"], "mine": "x"}
    assert store.links(connection_id, ["a1"]) == link
    assert use(connection, conflict_id) == (200, body)
    shown = call("GET", path_to(connection, "/conflicts"), query={"limit": "1"})[1]["items"]
    assert shown == [body]
    assert store.attention(connection_id)["conflicts"] == 4
    assert sorted(audited(connection_id)) == [
        (f"use record value {conflict_id}", "done"),
        (f"use record value {conflict_id}", "no change"),
    ]


def test_a_record_that_has_the_value_already_settles_the_conflict(
    connection: Connection, store: SyncStore
) -> None:
    edit("Ours 4")
    assert use(connection, LOG[4].conflict_id)[0] == 200
    assert stored() == {"title": ["Ours 4"], "mine": "x"}
    assert store.attention(connection.connection_id)["conflicts"] == 4


@pytest.mark.usefixtures("store")
def test_a_property_that_was_edited_since_stays(connection: Connection) -> None:
    edit("Third")
    status, problem = use(connection, LOG[4].conflict_id)
    assert (status, problem_of(problem)) == (409, "/problems/property-changed")
    assert stored()["title"] == ["Third"]
    assert audited(connection.connection_id) == [
        (f"use record value {LOG[4].conflict_id}", problem["detail"])
    ]


@pytest.mark.usefixtures("store")
def test_a_record_that_is_gone_is_told_so(connection: Connection) -> None:
    key = {"media_id": {"S": "m-a1"}}
    boto3.client("dynamodb").delete_item(TableName="media", Key=key)
    status, problem = use(connection, LOG[4].conflict_id)
    assert (status, problem_of(problem)) == (409, "/problems/record-not-tied")


def test_a_property_that_is_only_pulled_is_told_so(
    connection: Connection, store: SyncStore
) -> None:
    rules = (FieldRule("title", Direction.PULL),)
    store.put_connection(replace(connection, fields=rules))
    status, problem = use(connection, LOG[4].conflict_id)
    assert (status, problem_of(problem)) == (409, "/problems/property-not-pushed")


@pytest.mark.usefixtures("store")
def test_a_conflict_that_nobody_has_or_that_cannot_be(connection: Connection) -> None:
    status, problem = use(connection, conflict(9).conflict_id)
    assert (status, problem_of(problem)) == (404, "/problems/conflict-not-found")
    for wrong in ("x" * 65, "a_b", "\u0661"):
        status, problem = use(connection, wrong)
        assert (status, problem_of(problem)) == (400, "/problems/bad-request")
