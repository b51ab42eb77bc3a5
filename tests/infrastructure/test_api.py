"""Who may call what: the routes of the REST API."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mediamosa_sync.runtime.responses import HEADERS
from tests.infrastructure.template import FUNCTIONS, RESOURCES, TEMPLATE
from tests.openapi.description import validator

API = RESOURCES["Api"]["Properties"]

# (function, method, path): everything that the API answers.
ROUTES = {
    (name, event["Properties"]["Method"], event["Properties"]["Path"]): event["Properties"]
    for name, properties in FUNCTIONS.items()
    for event in properties.get("Events", {}).values()
    if event["Type"] == "Api"
}


def test_the_page_alone_is_public() -> None:
    public = {
        route
        for route, properties in ROUTES.items()
        if properties.get("Auth") == {"Authorizer": "NONE"}
    }

    assert public == {
        ("PageFunction", "GET", "/page"),
        ("PageFunction", "GET", "/page/{file}"),
        ("PageFunction", "GET", "/openapi.json"),
    }


def test_every_other_route_needs_a_token() -> None:
    guarded = {route for route, properties in ROUTES.items() if "Auth" not in properties}

    assert API["Auth"]["DefaultAuthorizer"] == "BearerToken"
    assert {function for function, _, _ in guarded} == {"ApiFunction"}
    assert len(guarded) == len(ROUTES) - 3


def test_every_route_is_of_the_one_api() -> None:
    assert all(properties["RestApiId"] == {"Ref": "Api"} for properties in ROUTES.values())


def test_a_thing_is_always_named_by_the_same_placeholder() -> None:
    placeholders = {name for _, _, path in ROUTES for name in re.findall(r"{(\w+)}", path)}

    assert placeholders == {"asset_id", "conflict_id", "connection_id", "file"}


def test_the_authorizer_takes_the_token_from_the_header_and_nowhere_else() -> None:
    authorizer = API["Auth"]["Authorizers"]["BearerToken"]

    assert authorizer["FunctionPayloadType"] == "TOKEN"
    assert authorizer["Identity"]["Header"] == "Authorization"
    assert authorizer["FunctionArn"] == {"Fn::GetAtt": "AuthorizeFunction.Arn"}


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("Bearer " + "a" * 48, True),
        ("bearer abc", True),
        ("Basic YTpi", False),
        ("Bearer", False),
        ("Bearer a b", False),
        ("", False),
    ],
)
def test_what_is_no_bearer_token_never_reaches_the_authorizer(
    header: str, *, accepted: bool
) -> None:
    expression = API["Auth"]["Authorizers"]["BearerToken"]["Identity"]["ValidationExpression"]

    assert bool(re.fullmatch(expression, header)) is accepted


def test_api_gateway_keeps_an_answer_of_the_authorizer_for_a_minute_at_most() -> None:
    kept_by_api_gateway = API["Auth"]["Authorizers"]["BearerToken"]["Identity"]["ReauthorizeEvery"]

    assert kept_by_api_gateway <= 60


def test_the_stage_is_explicit_throttled_and_logs_no_token() -> None:
    (settings,) = API["MethodSettings"]

    assert API["StageName"] == "v1"
    assert TEMPLATE["Globals"]["Api"]["OpenApiVersion"] == "3.0.1"
    assert 0 < settings["ThrottlingRateLimit"] <= settings["ThrottlingBurstLimit"]
    assert settings["DataTraceEnabled"] is False
    logged = set(json.loads(API["AccessLogSetting"]["Format"]).values())
    # Each is API Gateway's own, and none what the caller wrote: a token may stand there by mistake.
    assert logged == {
        "$context.authorizer.role",
        "$context.error.responseType",
        "$context.httpMethod",
        "$context.identity.sourceIp",
        "$context.requestId",
        "$context.requestTimeEpoch",
        "$context.resourcePath",
        "$context.responseLatency",
        "$context.status",
    }


@pytest.mark.parametrize(
    ("name", "response"), sorted(API["GatewayResponses"].items()), ids=lambda value: str(value)[:30]
)
def test_the_gateways_own_refusals_are_problem_details(name: str, response: dict[str, Any]) -> None:
    problem = json.loads(response["ResponseTemplates"]["application/json"])

    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == response["StatusCode"], name
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    for header in ("Cache-Control", "Strict-Transport-Security", "X-Content-Type-Options"):
        assert headers[header] == f"'{HEADERS[header]}'"
    validator("Problem").validate(problem)
