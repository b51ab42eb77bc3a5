"""The dry run through the API: real functions, real HTTP and XML, the tables over moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.sync_step.handler import lambda_handler as sync_step
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.service.dry.position import LONGEST_TOKEN
from tests.functions.api import act, call, described, problem_of
from tests.functions.conftest import LambdaContext
from tests.functions.lambdas import Lambdas, lambdas
from tests.functions.test_api_connections import audited
from tests.functions.test_sync_step import Deployment, deployment, mediamosa

__all__ = ["deployment", "mediamosa"]

PLAN = "/connections/{connection_id}/plan"


@pytest.fixture
def function(stack: SyncStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    """The step function, as the API invokes it."""
    del stack

    def invoked(event: dict[str, Any]) -> dict[str, Any]:
        return sync_step(event, LambdaContext())  # type: ignore[arg-type]  # what it reads of it

    with lambdas("sync-step", invoked) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", service.url)
        yield service


@pytest.fixture
def path(deployment: Deployment, function: Lambdas, stack: SyncStore) -> str:
    """Of the plan of the default connection, which was never synced."""
    del function
    deployment.environment.setenv("DEFAULT_PAGE_SIZE", "10")
    deployment.tick(steps=0)
    (connection,) = stack.connections()
    return f"/connections/{connection.connection_id}/plan"


def planned(path: str, begin: object) -> list[dict[str, Any]]:
    """Every page, each as described."""
    pages: list[dict[str, Any]] = []
    body = begin
    while body is not None:
        status, page = act("POST", path, body)
        assert status == 200, page
        pages.append(described("POST", PLAN, 200, page))
        body = {"next": page["next"]} if page["next"] else None
    return pages


def stored() -> str:
    """Both tables."""
    tables = boto3.resource("dynamodb")
    items = [item for name in ("media", "sync") for item in tables.Table(name).scan()["Items"]]
    return json.dumps(items, default=str, sort_keys=True)


def test_a_plan_before_the_first_sync_is_what_that_sync_then_does(
    path: str, deployment: Deployment, mediamosa: StandIn
) -> None:
    before = stored()
    pages = planned(path, {})

    assert stored() == before
    assert [page["progress"] for page in pages] == [
        {"done": done, "total": 30} for done in (10, 20, 30)
    ]
    assert {page["kind"] for page in pages} == {"full"}
    items = [item for page in pages for item in page["items"]]
    assert [item["action"] for item in items] == ["create"] * 30
    totals = pages[-1]["totals"]
    assert (totals["assets"], totals["linked"], totals["held"]) == (30, 0, 0)
    assert (totals["steps"], totals["seconds"]) == (3, 180)
    by_plan = [request.path for request in mediamosa.control.requests]
    assert by_plan == ["login", "login", "metadata_tag", "asset", "asset", "asset"]
    assert totals["requests"] == len(by_plan)

    mediamosa.control.requests.clear()
    deployment.tick(steps=10)

    full = deployment.status()["full"]
    assert isinstance(full, dict)
    assert full["counts"] == totals["counts"]
    by_key = {record["media_id"]: record["metadata"] for record in deployment.records()}
    for item in items:
        said = {change["record_name"]: change["new"] for change in item["changes"]}
        assert said == by_key[item["media_id"]]
    by_run = [request.path for request in mediamosa.control.requests]
    assert by_run == ["metadata_tag", "asset", "asset", "asset"], "its session was still good"


def test_a_plan_with_an_edit_sends_nothing_and_says_what_would_be_sent(
    path: str, deployment: Deployment, mediamosa: StandIn
) -> None:
    deployment.tick(steps=10)
    edited = deployment.records()[0]
    boto3.resource("dynamodb").Table("media").update_item(
        Key={"media_id": str(edited["media_id"])},
        UpdateExpression="SET metadata.title = :title",
        ExpressionAttributeValues={":title": ["Another title"]},
    )
    before = stored()
    mediamosa.control.requests.clear()

    pages = planned(path, {"full": True})

    (pushed,) = [item for page in pages for item in page["items"] if item["action"] == "push"]
    assert pushed["media_id"] == edited["media_id"]
    (change,) = pushed["changes"]
    assert (change["side"], change["property"]) == ("mediamosa", "title")
    assert change["new"] == ["Another title"]
    assert pages[-1]["totals"]["counts"]["to_mediamosa"]["updated"] == 1
    assert {request.method for request in mediamosa.control.requests} == {"GET"}
    assert stored() == before


def test_a_plan_leaves_nothing_in_the_audit_unless_it_is_forbidden(path: str) -> None:
    _, page, _ = call("POST", path, {}, role="operator", request_id="first")
    call("POST", path, {"next": page["next"]}, role="operator", request_id="second")
    assert audited(path.split("/")[2]) == []

    call("POST", path, {}, role="viewer", request_id="third")
    assert [action for action, _ in audited(path.split("/")[2])] == ["plan"]


def test_nothing_due_is_a_page_without_a_run(path: str, deployment: Deployment) -> None:
    deployment.tick(steps=10)
    deployment.tick(steps=10)

    (page,) = planned(path, {})

    assert page["kind"] == "incremental", "a run is due at every tick"
    assert page["items"] == []
    assert not any(
        page["totals"]["counts"]["from_mediamosa"][name] for name in ("added", "updated")
    )


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"next": ""}, "next"),
        ({"next": "abc"}, "anew"),
        ({"next": "eJyrVkrOz8tLTS7JzM-Lz0xRslJQMkwzMrQwSjQxNTUxTTNTqgUA1aEKXw=="}, "anew"),
        ({"next": 1}, "next"),
        ({"next": "a" * (LONGEST_TOKEN + 1)}, "next"),
        ("x" * (LONGEST_TOKEN + 1025), "kB"),
        ({"full": "yes"}, "full"),
        ({"full": True, "next": "abc"}, "without next"),
        ({"more": 1}, "more"),
        ([], "object"),
    ],
)
def test_a_body_that_is_none_is_refused_with_a_sentence(path: str, body: object, word: str) -> None:
    status, problem = act("POST", path, body)

    assert (status, problem_of(problem)) == (400, "/problems/bad-request")
    assert word in problem["detail"]
    assert problem["detail"].endswith(".")


def test_another_connections_token_is_refused(path: str, stack: SyncStore) -> None:
    other = Connection("https://other.example.org", "editor", "arn")
    stack.put_connection(other)
    _, page = act("POST", path, {})

    status, problem = act(
        "POST", f"/connections/{other.connection_id}/plan", {"next": page["next"]}
    )

    assert (status, problem_of(problem)) == (400, "/problems/bad-request")


@pytest.mark.parametrize("change", [{"enabled": False}, {"problem": "Its address is none."}])
def test_a_connection_that_cannot_be_synced_has_no_plan(
    path: str, stack: SyncStore, function: Lambdas, change: dict[str, Any]
) -> None:
    (known,) = stack.connections()
    stack.put_connection(replace(known, **change))

    status, problem = act("POST", path, {})

    assert (status, problem_of(problem)) == (409, "/problems/connection-unusable")
    assert change.get("problem", "switched off") in problem["detail"]
    assert function.events == []


def test_an_unknown_connection_has_no_plan(path: str) -> None:
    status, problem = act("POST", f"/connections/{'0' * 40}/plan", {})

    assert (status, problem_of(problem)) == (404, "/problems/connection-not-found")
    assert path


def test_a_viewer_may_not_let_mediamosa_be_asked(path: str, function: Lambdas) -> None:
    status, problem, _ = call("POST", path, {})

    assert (status, problem_of(problem)) == (403, "/problems/forbidden")
    assert function.events == []


@pytest.mark.parametrize("kind", ["down", "html_500", "truncated"])
def test_a_mediamosa_that_does_not_answer_is_told_with_the_reason(
    path: str, mediamosa: StandIn, kind: str
) -> None:
    mediamosa.control.faults.add(Fault(kind, times=None))
    before = stored()

    status, problem = act("POST", path, {})

    assert (status, problem_of(problem)) == (503, "/problems/mediamosa-unavailable")
    assert problem["detail"].endswith(".")
    assert stored() == before


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        ({"refusal": "plan-too-large", "reason": "x"}, 409, "plan-too-large"),
        ({"refusal": "connection-unusable", "reason": "Just switched off."}, 409, None),
        ({"refusal": "unavailable", "reason": "DynamoDB gave up."}, 503, "unavailable"),
    ],
)
def test_what_the_function_refuses_is_passed_on(
    path: str, function: Lambdas, answer: dict[str, Any], status: int, kind: str | None
) -> None:
    function.function = lambda _: answer

    told, problem = act("POST", path, {})

    assert (told, problem_of(problem)) == (status, f"/problems/{kind or answer['refusal']}")


@pytest.mark.parametrize(
    ("words", "status", "kind"),
    [
        ("RequestId: 1 Error: Task timed out after 180.00 seconds", 504, "timeout"),
        ("list index out of range", 503, "unavailable"),
    ],
)
def test_a_function_that_fails_is_told_from_one_that_is_slow(
    path: str, function: Lambdas, words: str, status: int, kind: str
) -> None:
    def fails(_: dict[str, Any]) -> dict[str, Any]:
        raise LookupError(words)

    function.function = fails

    told, problem = act("POST", path, {})

    assert (told, problem_of(problem)) == (status, f"/problems/{kind}")


def test_a_table_that_is_gone_is_told_by_the_function(path: str, function: Lambdas) -> None:
    asked = function.function

    def without_tables(event: dict[str, Any]) -> dict[str, Any]:
        boto3.client("dynamodb").delete_table(TableName="media")
        return asked(event)

    function.function = without_tables

    status, problem = act("POST", path, {})

    assert (status, problem_of(problem)) == (503, "/problems/unavailable")


def test_without_a_schedule_nobody_knows_how_long_it_takes(path: str) -> None:
    scheduler = boto3.client("scheduler")
    tick = scheduler.get_schedule(Name="tick")
    scheduler.update_schedule(
        Name="tick",
        ScheduleExpression=tick["ScheduleExpression"],
        FlexibleTimeWindow=tick["FlexibleTimeWindow"],
        Target=tick["Target"],
        State="DISABLED",
    )

    assert planned(path, {})[-1]["totals"]["seconds"] is None
