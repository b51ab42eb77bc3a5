"""Links, and what is parked, through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState, ParkedValue
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.ports import SyncStore
from tests.functions.api import act, call, described, problem_of
from tests.functions.test_api_connections import audited

ONE = "/connections/{connection_id}"
NOW = datetime.now(UTC).replace(microsecond=0)
REFUSED = ParkedValue(("xx",), "MediaMosa does not take <b>this</b>.", NOW)


def path_to(connection: Connection, rest: str) -> str:
    return f"/connections/{connection.connection_id}{rest}"


def put(store: SyncStore, connection: Connection, asset_id: str, state: LinkState) -> None:
    """A link in *state*, since a time in the order of the calls, and its record."""
    since = None if state is LinkState.LINKED else NOW - timedelta(hours=1)
    parked = {"language": REFUSED} if state is LinkState.PARKED else {}
    reason = REFUSED.reason if parked else ""
    link = Link(
        asset_id,
        f"m-{asset_id}",
        base={},
        parked=parked,
        revision=f"{NOW:%Y-%m-%dT%H:%M:%SZ}#0123456789abcdef",
        state=state,
        reason=reason,
        since=since,
    )
    write = AssetWrite(link, None, None, Effect.NOTED)
    assert store.write(connection.connection_id, write).done
    item = {"media_id": {"S": f"m-{asset_id}"}, "uri": {"S": f"mediamosa://asset/{asset_id}"}}
    boto3.client("dynamodb").put_item(TableName="media", Item=item)


def wait(store: SyncStore, connection: Connection, media_id: str) -> None:
    row = Waiting(media_id, LinkState.PARKED, "The uri names no asset.", NOW)
    store.put_waiting(connection.connection_id, row, None)


@pytest.fixture
def store(stack: SyncStore, connection: Connection) -> SyncStore:
    """Five links and a record that waits."""
    for asset_id, state in {
        "a1": LinkState.LINKED,
        "b2": LinkState.PARKED,
        "c3": LinkState.FORGOTTEN,
        "d4": LinkState.PARKED,
        "e5": LinkState.FORGOTTEN,
    }.items():
        put(stack, connection, asset_id, state)
    wait(stack, connection, "m-waits")
    return stack


def listed(connection: Connection, **query: str) -> list[str]:
    """What a list has, in as many parts as it comes in."""
    found: list[str] = []
    while True:
        status, body, _ = call("GET", path_to(connection, "/links"), query=query)
        assert status == 200, body
        described("GET", f"{ONE}/links", 200, body)
        found += [item["asset_id"] or item["media_id"] for item in body["items"]]
        if body["next"] is None:
            return found
        query["next"] = body["next"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("limit", ["1", "2", "3", "100"])
def test_links_are_listed_by_state_in_parts(connection: Connection, limit: str) -> None:
    assert listed(connection, limit=limit) == ["a1", "b2", "c3", "d4", "e5"]
    assert listed(connection, limit=limit, state="linked") == ["a1"]
    assert listed(connection, limit=limit, state="forgotten") == ["c3", "e5"]
    assert listed(connection, limit=limit, state="parked") == ["b2", "d4", "m-waits"]
    assert listed(connection, limit=limit, state="held") == []


@pytest.mark.usefixtures("store")
def test_one_asset_or_record_is_found(connection: Connection) -> None:
    assert listed(connection, asset_id="c3") == ["c3"]
    assert listed(connection, asset_id="c3", state="linked") == []
    assert listed(connection, asset_id="unknown") == []
    assert listed(connection, media_id="m-d4") == ["d4"]
    assert listed(connection, media_id="m-waits") == ["m-waits"]
    assert listed(connection, media_id="m-waits", state="pending") == []
    assert listed(connection, media_id="unknown") == []


@pytest.mark.usefixtures("store")
def test_metadata_of_strangers_stay_data(connection: Connection) -> None:
    query = {"asset_id": "b2"}
    _, body, headers = call("GET", path_to(connection, "/links"), query=query)
    assert body["items"][0]["parked"][0]["reason"] == REFUSED.reason
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"state": "sleeping"}, "must be one of linked, pending, parked"),
        ({"asset_id": "a", "media_id": "m"}, "not both"),
        ({"asset_id": "x" * 33}, "asset_id must be at most 32 bytes"),
        ({"asset_id": "a\n"}, "asset_id must be at most 32 bytes"),
        ({"media_id": "\u20ac" * 334}, "media_id must be at most 1000 bytes"),
        ({"media_id": "\ud800" * 10}, "media_id must be at most 1000 bytes"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    connection: Connection, query: dict[str, str], sentence: str
) -> None:
    status, problem, _ = call("GET", path_to(connection, "/links"), query=query)
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")
    assert sentence in problem["detail"]


@pytest.mark.usefixtures("store")
def test_a_token_is_of_one_state_only(connection: Connection) -> None:
    path = path_to(connection, "/links")
    query = {"limit": "1", "state": "parked"}
    token = call("GET", path, query=query)[1]["next"]
    assert call("GET", path, query={**query, "next": token})[0] == 200
    for other in ({}, {"state": "forgotten"}):
        assert call("GET", path, query={**other, "next": token})[0] == 400


def test_a_long_key_is_no_hindrance_to_the_next_part(
    connection: Connection, stack: SyncStore
) -> None:
    keys = [f"{letter}{'€' * 300}" for letter in "abc"]
    for media_id in keys:
        wait(stack, connection, media_id)
    assert listed(connection, state="parked", limit="1") == keys
    for media_id in keys:
        assert listed(connection, media_id=media_id) == [media_id]


def state_of(store: SyncStore, connection: Connection, asset_id: str) -> LinkState:
    return store.links(connection.connection_id, [asset_id])[asset_id].state


def marked(connection: Connection, verb: str, body: object) -> Any:
    status, answer = act("POST", path_to(connection, f"/parked/{verb}"), body)
    assert status == 202, answer
    return described("POST", f"{ONE}/parked/{verb}", 202, answer)


def test_what_is_parked_is_retried_once(connection: Connection, store: SyncStore) -> None:
    body = marked(connection, "retry", {"asset_ids": ["b2", "c3"]})
    assert (body["marked"], body["more"]) == (1, False)
    assert body["left"] == [
        {"asset_id": "c3", "media_id": "m-c3", "reason": "It is not parked: it is forgotten."}
    ]
    assert body["next_run"] is not None
    assert state_of(store, connection, "b2") is LinkState.PENDING
    again = marked(connection, "retry", {"asset_ids": ["b2"]})
    assert (again["marked"], len(again["left"])) == (0, 1)
    assert sorted(audited(connection.connection_id)) == [
        ("retry b2", "no change"),
        ("retry b2 c3", "done"),
    ]


def test_records_are_retried_by_their_keys(connection: Connection, store: SyncStore) -> None:
    body = marked(connection, "retry", {"media_ids": ["m-waits", "m-d4", "m-a1"]})
    assert (body["marked"], [one["asset_id"] for one in body["left"]]) == (2, ["a1"])
    (row,) = store.waiting(connection.connection_id, ["m-waits"]).values()
    assert row.state is LinkState.PENDING
    assert state_of(store, connection, "d4") is LinkState.PENDING


def test_everything_is_retried(connection: Connection, store: SyncStore) -> None:
    assert marked(connection, "retry", {"all": True})["marked"] == 3
    again = marked(connection, "retry", {"all": True})
    assert (again["marked"], again["left"], again["more"]) == (0, [], False)
    assert store.attention(connection.connection_id)["pending"] == 3
    assert sorted(audited(connection.connection_id)) == [
        ("retry all", "done"),
        ("retry all", "no change"),
    ]


def test_parked_values_are_given_up(connection: Connection, store: SyncStore) -> None:
    body = marked(connection, "discard", {"all": True})
    assert (body["marked"], [one["media_id"] for one in body["left"]]) == (2, ["m-waits"])
    link = store.links(connection.connection_id, ["b2"])["b2"]
    assert link.state is LinkState.PENDING
    assert link.parked["language"].discarded
    item = call("GET", path_to(connection, "/links"), query={"asset_id": "b2"})[1]["items"][0]
    assert item["parked"][0]["discarded"] is True
    assert item["next_attempt"] is not None


@pytest.mark.parametrize("verb", ["retry", "discard"])
@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"all": False},
        {"all": 1},
        {"all": True, "asset_ids": ["a"]},
        {"asset_ids": ["a"], "media_ids": ["m"]},
        {"asset_ids": []},
        {"asset_ids": "a"},
        {"asset_ids": [7]},
        {"asset_ids": [""]},
        {"asset_ids": ["x" * 33]},
        {"asset_ids": ["\ud800"]},
        {"asset_ids": ["a\nb"]},
        {"asset_ids": [f"a{number}" for number in range(101)]},
        {"media_ids": ["x" * 1001]},
        {"states": ["parked"]},
    ],
)
def test_who_is_meant_must_be_said_in_one_way(
    connection: Connection, verb: str, body: object
) -> None:
    status, problem = act("POST", path_to(connection, f"/parked/{verb}"), body)
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")
    assert audited(connection.connection_id) == [(verb, problem["detail"])]
