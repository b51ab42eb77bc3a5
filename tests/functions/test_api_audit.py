"""Who did what, when, and what came of it, as the API tells it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mediamosa_sync.domain.connection import Connection
from tests.functions.api import call, described, problem_of

AUDIT = "/connections/{connection_id}/audit"
UNKNOWN = "0" * 40
REFUSED = "A viewer may look only: use an operator's token."


REQUESTS = itertools.count()


def send(method: str, path: str, body: object = None, **named: str) -> Any:
    """The answer's body to a request with an id of its own, an operator's unless *named* says."""
    told = {"role": "operator", "request_id": f"r{next(REQUESTS)}", **named}
    return call(method, path, body, role=told["role"], request_id=told["request_id"])[1]


def audit_of(connection_id: str, limit: int = 100) -> list[dict[str, Any]]:
    """All entries, in parts of *limit*, each part as described."""
    entries: list[dict[str, Any]] = []
    query = {"limit": str(limit)}
    while True:
        status, body, _ = call("GET", f"/connections/{connection_id}/audit", query=query)
        entries += described("GET", AUDIT, status, body)["items"]
        if body["next"] is None:
            return entries
        query["next"] = body["next"]


def what(entries: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(entry["by"], entry["action"], entry["outcome"]) for entry in entries]


def test_what_was_done_and_refused_is_told_newest_first(connection: Connection) -> None:
    path = f"/connections/{connection.connection_id}"
    send("POST", f"{path}/restart", request_id="one")
    send("POST", f"{path}/restart", request_id="two")
    send("POST", f"{path}/pause", {"direction": "pull"}, role="viewer", request_id="three")
    problem = send("POST", f"{path}/pause", {"direction": "up"}, request_id="four")

    entries = audit_of(connection.connection_id)

    assert what(entries) == [
        ("operator", "pause", problem["detail"]),
        ("viewer", "pause", REFUSED),
        ("operator", "restart", "no change"),
        ("operator", "restart", "done"),
    ]
    assert [entry["request_id"] for entry in entries] == ["four", "three", "two", "one"]
    for limit in (1, 2, 3, 4):
        assert audit_of(connection.connection_id, limit) == entries


def test_looking_leaves_no_trace(connection: Connection) -> None:
    for path in ("", "/runs", "/audit", "/links"):
        call("GET", f"/connections/{connection.connection_id}{path}")
    assert audit_of(connection.connection_id) == []


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize(
    ("method", "path", "body", "role", "action"),
    [
        ("POST", "/connections", {}, "viewer", "add"),
        ("POST", "/connections", "{", "operator", "add"),
        ("POST", f"/connections/{UNKNOWN}/full", None, "operator", f"full {UNKNOWN}"),
        ("POST", f"/connections/{UNKNOWN}/full", None, "viewer", f"full {UNKNOWN}"),
        ("DELETE", "/connections/NONE/restart", None, "operator", "withdraw restart"),
        ("PUT", "/connections/none", {"enabled": False}, "operator", "change"),
    ],
)
def test_what_names_no_connection_that_there_is_is_told_apart(
    method: str, path: str, body: object, role: str, action: str
) -> None:
    problem = send(method, path, body, role=role)
    problem_of(problem)
    assert what(audit_of("none")) == [(role, action, problem["detail"])]


def test_nobody_acts_on_the_connection_that_is_none(connection: Connection) -> None:
    del connection
    status, problem, _ = call("POST", "/connections/none/restart", role="operator")
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")


@pytest.mark.usefixtures("connection")
def test_a_connection_that_nobody_added_has_no_audit() -> None:
    send("POST", f"/connections/{UNKNOWN}/full")
    status, problem, _ = call("GET", f"/connections/{UNKNOWN}/audit")
    assert (status, problem_of(problem)) == (404, "/problems/connection-not-found")


def test_a_token_of_another_list_opens_no_audit(connection: Connection) -> None:
    path = f"/connections/{connection.connection_id}"
    for _ in range(2):
        send("POST", f"{path}/restart")
    token = call("GET", f"{path}/audit", query={"limit": "1"})[1]["next"]
    assert isinstance(token, str)
    for other in ("runs", "links", "conflicts", "held", "removed"):
        status, problem, _ = call("GET", f"{path}/{other}", query={"next": token})
        assert (status, problem_of(problem)) == (400, "/problems/bad-request")
    assert call("GET", f"{path}/audit", query={"next": token[:-1]})[0] == 400
