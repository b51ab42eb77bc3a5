"""Adding and changing connections through the API."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.ports import SyncStore
from tests.functions.api import act, call, described, problem_of, send

URL = "https://other.example.org"
NEW = {"url": URL, "user_name": "sync", "password": "s3cret-key"}
CONNECTION_ID = Connection(URL, "sync", "").connection_id
ONE, MANY = "/connections/{connection_id}", "/connections"


def secrets() -> dict[str, str]:
    client = boto3.client("secretsmanager")
    names = [secret["Name"] for secret in client.list_secrets()["SecretList"]]
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in names}


def audited(connection_id: str) -> list[tuple[str, str]]:
    """Action and outcome of everything that was noted about a connection."""
    answer = boto3.client("dynamodb").query(
        TableName="sync",
        KeyConditionExpression="pk = :pk AND begins_with(sk, :audit)",
        ExpressionAttributeValues={
            ":pk": {"S": f"conn#{connection_id}"},
            ":audit": {"S": "audit#"},
        },
    )
    read = TypeDeserializer().deserialize
    items = [{name: read(value) for name, value in item.items()} for item in answer["Items"]]
    return [(str(item["action"]), str(item["outcome"])) for item in items]


def test_an_added_connection_is_answered_with_its_status_and_place(stack: SyncStore) -> None:
    status, body, headers = call("POST", MANY, NEW, role="operator")
    assert status == 201
    described("POST", MANY, 201, body)
    assert (body["connection_id"], body["state"]) == (CONNECTION_ID, "never_synced")
    assert headers["Location"] == f"connections/{CONNECTION_ID}"
    assert secrets() == {f"sync/connections/{CONNECTION_ID}": "s3cret-key"}
    connection = stack.connection(CONNECTION_ID)
    assert connection is not None
    assert connection.secret_arn.startswith("arn:")
    assert "s3cret" not in json.dumps([body, str(connection), audited(CONNECTION_ID)])


@pytest.mark.usefixtures("stack")
def test_adding_twice_is_one_request_and_both_are_noted() -> None:
    first = act("POST", MANY, NEW)
    again = act("POST", MANY, NEW)
    assert (first[0], again[0]) == (201, 200)
    assert described("POST", MANY, 200, again[1]) == first[1]
    assert sorted(audited(CONNECTION_ID)) == [("add", "done"), ("add", "no change")]


@pytest.mark.usefixtures("stack")
def test_a_connection_is_added_with_everything_that_can_be_said(stack: SyncStore) -> None:
    policies = {"on_trash": "keep", "on_unpublish": "remove", "on_record_delete": "recreate"}
    more = {**NEW, "time_zone": "UTC", "page_size": 199, "policies": policies}
    assert act("POST", MANY, more)[0] == 201
    connection = stack.connection(CONNECTION_ID)
    assert connection is not None
    assert (connection.time_zone, connection.page_size) == ("UTC", 199)
    assert connection.policies == Policies(Removal.KEEP, Removal.REMOVE, OnRecordDelete.RECREATE)
    described("POST", MANY, 200, act("POST", MANY, more)[1])
    change = {"policies": {"on_record_delete": "forget"}}
    assert changed(CONNECTION_ID, change)[0] == 200
    connection = stack.connection(CONNECTION_ID)
    assert connection is not None
    assert connection.policies == Policies(Removal.KEEP, Removal.REMOVE, OnRecordDelete.FORGET)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"page_size": 7}, "connection-exists"),
        ({"url": f"{URL}:443/"}, "connection-exists"),
        ({"url": "https://mediamosa.example.org", "user_name": "editor"}, "stack-owned"),
    ],
)
def test_what_exists_otherwise_is_refused(
    stack: SyncStore, change: dict[str, Any], slug: str
) -> None:
    stack.put_connection(Connection("https://mediamosa.example.org", "editor", "arn", default=True))
    act("POST", MANY, NEW)
    status, body = act("POST", MANY, {**NEW, **change})
    assert (status, problem_of(body)) == (409, f"/problems/{slug}")


BROKEN_BODIES: list[tuple[object, str]] = [
    (None, "is not JSON"),
    ("{", "is not JSON"),
    ("[" * 9000, "is not JSON"),
    ([], "must be a JSON object"),
    ('"text"', "must be a JSON object"),
    ({}, "field url must be text"),
    ({**NEW, "url": 7}, "field url must be text"),
    ({**NEW, "url": ""}, "field url must be text"),
    ({**NEW, "url": "https://x\n"}, "field url holds characters that cannot be shown"),
    ({**NEW, "user_name": "x" * 256}, "field user_name must be text of 1 to 255"),
    ({**NEW, "password": "\ud800"}, "field password must be text"),
    ({**NEW, "password": None}, "field password must be text"),
    ({**NEW, "time_zone": None}, "field time_zone must be text"),
    ({**NEW, "time_zone": "Mars/Olympus"}, "time zone 'Mars/Olympus' is not known"),
    ({**NEW, "page_size": "100"}, "field page_size must be a whole number"),
    ({**NEW, "page_size": True}, "field page_size must be a whole number"),
    ({**NEW, "page_size": 1.5}, "field page_size must be a whole number"),
    ({**NEW, "page_size": 200}, "page_size must be a whole number from 1 to 199"),
    ({**NEW, "policies": []}, "field policies must be an object"),
    ({**NEW, "policies": {"on_trash": "burn"}}, "policies.on_trash must be one of keep, remove"),
    ({**NEW, "policies": {"on_trash": ["keep"]}}, "policies.on_trash must be one of"),
    (
        {**NEW, "policies": {"on_record_delete": "remove"}},
        "policies.on_record_delete must be one of forget, recreate",
    ),
    ({**NEW, "policies": {"on_delete": "keep"}}, "no field 'policies.on_delete' here"),
    ({**NEW, "shoe_size": 44}, "no field 'shoe_size' here: known are url, user_name"),
    ({**NEW, "url": "http://other.example.org"}, "is not encrypted"),
    ({**NEW, "url": "https://u:hidden@other.example.org"}, "carries a user name or password"),
    (json.dumps(NEW) + " " * 17_000, "longer than 16 kB"),
]


@pytest.mark.usefixtures("stack")
def test_a_body_that_is_not_as_it_must_be_is_refused_by_name() -> None:
    for body, sentence in BROKEN_BODIES:
        status, problem = act("POST", MANY, body)
        assert (status, problem_of(problem)) == (400, "/problems/bad-request"), body
        assert sentence in problem["detail"]
        assert not re.search(r"s3cret|hidden", problem["detail"])
    assert act("GET", MANY)[1]["items"] == []
    assert secrets() == {}


@pytest.mark.usefixtures("stack")
def test_what_names_no_connection_is_noted_apart() -> None:
    _, problem = act("POST", MANY, "{")
    assert audited("none") == [("add", problem["detail"])]
    _, problem = act("POST", MANY, {**NEW, "page_size": 0})
    assert (f"add {CONNECTION_ID}", problem["detail"]) in audited("none")
    assert audited(CONNECTION_ID) == []


@pytest.mark.usefixtures("stack")
def test_a_body_may_come_as_base64() -> None:
    event = {
        "path": MANY,
        "httpMethod": "POST",
        "headers": {},
        "multiValueHeaders": {},
        "body": base64.b64encode(json.dumps(NEW).encode()).decode(),
        "isBase64Encoded": True,
        "requestContext": {
            "requestId": "r",
            "stage": "v1",
            "authorizer": {"role": "operator"},
        },
    }
    assert send(event)[0] == 201
    for broken in ("a", "gA=="):
        status, problem, _ = send({**event, "body": broken})
        assert (status, problem_of(problem)) == (400, "/problems/bad-request")


def changed(connection_id: str, body: object) -> tuple[int, Any]:
    return act("PUT", f"/connections/{connection_id}", body)


@pytest.mark.usefixtures("stack")
def test_a_connection_is_changed_by_what_the_body_names(stack: SyncStore) -> None:
    act("POST", MANY, NEW)
    body = {
        "password": "newer",
        "time_zone": "UTC",
        "page_size": 7,
        "policies": {"on_trash": "keep"},
        "enabled": False,
    }
    status, answer = changed(CONNECTION_ID, body)
    assert status == 200
    assert described("PUT", ONE, 200, answer)["state"] == "paused"
    connection = stack.connection(CONNECTION_ID)
    assert connection is not None
    assert (connection.time_zone, connection.page_size, connection.enabled) == ("UTC", 7, False)
    assert connection.policies == Policies(on_trash=Removal.KEEP)
    assert secrets() == {f"sync/connections/{CONNECTION_ID}": "newer"}
    assert changed(CONNECTION_ID, {})[0] == 200
    assert set(audited(CONNECTION_ID)) == {
        ("add", "done"),
        ("change enabled page_size password policies time_zone", "done"),
        ("change", "no change"),
    }


@pytest.mark.usefixtures("stack")
def test_a_change_that_cannot_be_made_is_refused() -> None:
    act("POST", MANY, NEW)
    for body, sentence in (
        ({"url": URL}, "field url cannot be changed"),
        ({"user_name": "x", "url": URL}, "field url cannot be changed"),
        ({"user_name": "sync"}, "field user_name cannot be changed"),
        ({"enabled": "no"}, "field enabled must be true or false"),
        ({"page_size": None}, "field page_size must be a whole number"),
        ({"time_zone": "Mars/Olympus"}, "time zone 'Mars/Olympus' is not known"),
        ({"paused": []}, "no field 'paused' here"),
    ):
        status, problem = changed(CONNECTION_ID, body)
        assert (status, problem_of(problem)) == (400, "/problems/bad-request")
        assert sentence in problem["detail"]


def test_of_the_default_connection_the_stack_decides(stack: SyncStore) -> None:
    default = Connection(URL, "sync", "arn", default=True)
    stack.put_connection(default)
    status, problem = changed(CONNECTION_ID, {"page_size": 7})
    assert (status, problem_of(problem)) == (409, "/problems/stack-owned")
    assert changed(CONNECTION_ID, {"policies": {"on_unpublish": "remove"}})[0] == 200


@pytest.mark.usefixtures("stack")
def test_a_password_that_cannot_be_kept_is_told_and_nothing_is_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9")
    status, problem = act("POST", MANY, NEW)
    assert (status, problem_of(problem)) == (503, "/problems/unavailable")
    assert "Secrets Manager" in problem["detail"]
    assert "s3cret" not in json.dumps(problem)
    assert act("GET", MANY)[1]["items"] == []
    ((action, outcome),) = audited("none")
    assert action == f"add {CONNECTION_ID}"
    assert "could not be carried out" in outcome
