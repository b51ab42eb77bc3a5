"""Marks, pauses, and who may do what."""

from __future__ import annotations

from typing import Any

import pytest

from functions.api.handler import app
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore
from tests.functions.api import act, call, described, problem_of
from tests.functions.test_api_connections import audited

ONE = "/connections/{connection_id}"

ROUTES = sorted(
    (str(route.method), route.path) for route in (*app._static_routes, *app._dynamic_routes)
)
READING = [(method, path) for method, path in ROUTES if method == "GET"]
ACTING = [(method, path) for method, path in ROUTES if method != "GET"]
ANSWERS = {
    ("POST", "/connections"): 400,
    ("POST", "/connections/<connection_id>/pause"): 200,
    ("POST", "/connections/<connection_id>/resume"): 200,
    ("POST", "/connections/<connection_id>/held/approve"): 409,
    ("POST", "/connections/<connection_id>/held/reject"): 409,
    ("POST", "/connections/<connection_id>/removed/<asset_id>/restore"): 404,
    ("POST", "/connections/<connection_id>/conflicts/<conflict_id>/use-record-value"): 404,
    ("POST", "/connections/<connection_id>/parked/retry"): 202,
    ("POST", "/connections/<connection_id>/parked/discard"): 202,
    ("POST", "/connections/<connection_id>/restart"): 202,
    ("POST", "/connections/<connection_id>/full"): 202,
    ("POST", "/connections/<connection_id>/plan"): 503,
    ("PUT", "/connections/<connection_id>"): 200,
    ("PUT", "/connections/<connection_id>/properties"): 409,
    ("DELETE", "/connections/<connection_id>/restart"): 200,
}
"""What an operator is answered about a connection as it begins."""


BODIES = {
    "approve": {"token": "t"},
    "reject": {"token": "t"},
    "pause": {"direction": "push"},
    "resume": {"direction": "push"},
    "retry": {"all": True},
    "discard": {"all": True},
    "properties": {"fields": []},
}


def at(path: str, connection_id: str) -> str:
    for name, value in {"connection": connection_id, "asset": "a1", "conflict": "c1"}.items():
        path = path.replace(f"<{name}_id>", value)
    return path


def path_to(connection: Connection, rest: str = "") -> str:
    return f"/connections/{connection.connection_id}{rest}"


def sent(method: str, path: str, role: str | None) -> tuple[int, Any]:
    status, answer, _ = call(method, path, BODIES.get(path.rpartition("/")[2], {}), role=role)
    return status, answer


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_everybody_with_a_token_may_look(connection: Connection, role: str) -> None:
    for method, path in READING:
        status, body = sent(method, at(path, connection.connection_id), role)
        assert status == 200
        described(method, path.replace("<", "{").replace(">", "}"), 200, body)


@pytest.mark.parametrize("role", ["viewer", "somebody", None])
def test_only_an_operator_may_act(connection: Connection, role: str | None) -> None:
    for method, path in ACTING:
        status, body = sent(method, at(path, connection.connection_id), role)
        assert (status, problem_of(body)) == (403, "/problems/forbidden")
        noted = audited(connection.connection_id if "<" in path else "none")
        assert {outcome for _, outcome in noted} == {body["detail"]}
    assert len(audited(connection.connection_id)) == len(ACTING) - 1


@pytest.mark.parametrize(("method", "path"), ACTING)
def test_an_operator_may_act_and_all_is_noted(
    connection: Connection, method: str, path: str
) -> None:
    status, body = sent(method, at(path, connection.connection_id), "operator")
    assert status == ANSWERS[method, path], body
    noted = audited(connection.connection_id if "<" in path else "none")
    # A plan is made of looks, which leave nothing.
    assert len(noted) == (not path.endswith("/plan"))


def test_the_matrix_has_every_route() -> None:
    assert set(ACTING) == set(ANSWERS)
    assert {method for method, _ in ROUTES} == {"GET", "POST", "PUT", "DELETE"}


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(
    ("connection_id", "wanted"),
    [
        ("0" * 40, (404, "/problems/connection-not-found")),
        ("A" * 40, (400, "/problems/bad-request")),
        ("0" * 39, (400, "/problems/bad-request")),
    ],
)
def test_no_route_takes_an_id_that_nobody_has_or_that_cannot_be(
    connection_id: str, wanted: tuple[int, str]
) -> None:
    for method, route in ROUTES:
        if "<" in route:
            status, problem = sent(method, at(route, connection_id), "operator")
            assert (status, problem_of(problem)) == wanted, route


def test_a_restart_can_be_withdrawn(connection: Connection, stack: SyncStore) -> None:
    path = path_to(connection, "/restart")
    act("POST", path)
    status, body = act("DELETE", path)
    assert (status, body) == (200, {"withdrawn": True})
    assert act("DELETE", path) == (200, {"withdrawn": False})
    assert stack.run_state(connection.connection_id).restart is None
    assert sorted(audited(connection.connection_id)) == [
        ("restart", "done"),
        ("withdraw restart", "done"),
        ("withdraw restart", "no change"),
    ]


def test_a_full_run_is_only_marked(connection: Connection, stack: SyncStore) -> None:
    path = path_to(connection, "/full")
    status, body = act("POST", path)
    assert status == 202
    described("POST", f"{ONE}/full", 202, body)
    assert act("POST", path) == (202, body)
    state = stack.run_state(connection.connection_id)
    assert state.full_wish is not None
    assert (state.full_wish.restart_id, state.full) == ("request-1", None)


def test_directions_are_paused_and_resumed(connection: Connection, stack: SyncStore) -> None:
    def paused() -> frozenset[str]:
        known = stack.connection(connection.connection_id)
        assert known is not None
        return known.paused

    status, body = act("POST", path_to(connection, "/pause"), {"direction": "both"})
    assert (status, body["state"]) == (200, "paused")
    described("POST", f"{ONE}/pause", 200, body)
    assert paused() == {"pull", "push"}
    act("POST", path_to(connection, "/resume"), {"direction": "pull"})
    assert paused() == {"push"}
    body = act("POST", path_to(connection, "/resume"), {"direction": "push"})[1]
    assert body["state"] == "never_synced"
    assert act("POST", path_to(connection, "/resume"), {"direction": "push"})[1] == body
    assert sorted(audited(connection.connection_id)) == [
        ("pause pull push", "done"),
        ("resume pull", "done"),
        ("resume push", "done"),
        ("resume push", "no change"),
    ]


@pytest.mark.parametrize("body", [None, {}, {"direction": "up"}, {"direction": ["pull"]}])
def test_a_direction_is_one_of_three(connection: Connection, body: object) -> None:
    status, problem = act("POST", path_to(connection, "/pause"), body)
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")


def test_what_admins_do_is_logged_without_bodies(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    act("PUT", path_to(connection), {"password": "s3cret-key"})
    (told,) = [vars(record) for record in caplog.records if record.message == "admin acted"]
    assert told["action"] == "change password"
    assert told["connection_id"] == connection.connection_id
    assert "s3cret" not in str(told)
