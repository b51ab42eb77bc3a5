"""The function behind the API's routes."""

from __future__ import annotations

import json

import boto3
import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore
from tests.functions.api import call, event_of, problem_of, send
from tests.functions.conftest import URL, USER_NAME
from tests.openapi.description import validator

CONNECTION_ID = Connection(URL, USER_NAME, "").connection_id


@pytest.mark.usefixtures("stack")
def test_without_a_connection_the_list_is_empty() -> None:
    assert call("GET", "/connections")[:2] == (200, {"items": [], "next": None})


def test_statuses_are_as_the_api_describes_them(connection: Connection) -> None:
    status, body, _ = call("GET", "/connections")
    assert status == 200
    validator("ConnectionList").validate(body)
    single = call("GET", f"/connections/{connection.connection_id}")[1]
    validator("Status").validate(single)
    assert single == body["items"][0]
    assert (single["state"], single["url"]) == ("never_synced", URL)
    assert single["next_run"] is not None


@pytest.mark.parametrize("path", ["/connections", f"/connections/{CONNECTION_ID}"])
def test_an_unchanged_status_is_not_sent_again(connection: Connection, path: str) -> None:
    _, _, headers = call("GET", path)
    tag = headers["ETag"]
    for given in (tag, f"W/{tag}", f'"x", W/{tag}', f'"x" ,{tag},"y"', "*"):
        status, body, again = call("GET", path, headers={"if-none-match": given})
        assert (status, body, again["ETag"]) == (304, None, tag), given
        assert again["Cache-Control"] == headers["Cache-Control"] == "private, no-cache"
    for given in ("", '"x"', tag.strip('"'), f'"{tag}"', "W/*", '"*"'):
        assert call("GET", path, headers={"If-None-Match": given})[0] == 200, given
    call("POST", f"/connections/{connection.connection_id}/restart", role="operator")
    assert call("GET", path, headers={"If-None-Match": tag})[0] == 200


@pytest.mark.usefixtures("connection")
def test_tags_in_several_headers_are_one_list() -> None:
    tag = call("GET", "/connections")[2]["ETag"]
    event = event_of("GET", "/connections")
    event["headers"] = {"if-none-match": '"y"'}
    event["multiValueHeaders"] = {"if-none-match": ['"x"', tag, '"y"']}
    assert send(event)[0] == 304


def test_a_restart_only_marks_and_tells_when_it_will_start(
    connection: Connection, stack: SyncStore
) -> None:
    path = f"/connections/{connection.connection_id}/restart"
    status, body, _ = call("POST", path, role="operator")
    assert status == 202
    validator("RestartMark").validate(body)
    assert body["next_run"] is not None
    assert call("POST", path, role="operator")[:2] == (202, body)
    state = stack.run_state(connection.connection_id)
    assert state.restart is not None
    assert (state.restart.restart_id, state.restart.requested_by) == ("request-1", "operator")
    assert (state.generation, state.full) == (0, None)


@pytest.mark.parametrize("role", ["viewer", None])
def test_a_viewer_may_not_restart(connection: Connection, stack: SyncStore, role: str) -> None:
    path = f"/connections/{connection.connection_id}/restart"
    status, body, _ = call("POST", path, role=role)
    assert (status, problem_of(body)) == (403, "/problems/forbidden")
    assert stack.run_state(connection.connection_id).restart is None


@pytest.mark.usefixtures("stack")
def test_an_id_that_nobody_has_is_told_apart_from_one_that_cannot_be() -> None:
    for method, suffix in (("GET", ""), ("POST", "/restart")):
        status, body, _ = call(method, f"/connections/{'0' * 40}{suffix}", role="operator")
        assert (status, problem_of(body)) == (404, "/problems/connection-not-found")
        status, body, _ = call(method, f"/connections/xyz{suffix}", role="operator")
        assert (status, problem_of(body)) == (400, "/problems/bad-request")


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("path", ["/", "/connection", "/connections/x/y/z"])
def test_there_is_nothing_elsewhere(path: str) -> None:
    status, body, _ = call("GET", path)
    assert (status, problem_of(body)) == (404, "/problems/not-found")


@pytest.mark.usefixtures("connection")
def test_a_table_that_cannot_be_read_is_a_problem_without_a_trace() -> None:
    boto3.client("dynamodb").delete_table(TableName="sync")
    status, body, headers = call("GET", "/connections")
    assert (status, problem_of(body)) == (503, "/problems/unavailable")
    assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("connection")
def test_a_schedule_that_is_gone_is_a_problem_too() -> None:
    boto3.client("scheduler").delete_schedule(Name="tick")
    assert call("GET", "/connections")[0] == 503


@pytest.mark.usefixtures("connection")
def test_what_nobody_foresaw_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEDULE_NAME")
    status, body, _ = call("GET", "/connections")
    assert (status, problem_of(body)) == (500, "/problems/internal")
    assert "Traceback" not in json.dumps(body)
