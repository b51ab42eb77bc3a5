from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.api.handler import app
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import Direction, Why
from mediamosa_sync.domain.policies import OnRecordDelete
from mediamosa_sync.runtime.responses import Problem
from mediamosa_sync.runtime.routes import bodies, connections, deletions, links, paging, properties
from mediamosa_sync.service.dry.items import What
from mediamosa_sync.service.dry.position import LONGEST_TOKEN
from mediamosa_sync.service.parked import MOST_MARKED
from tests.infrastructure.template import FUNCTIONS
from tests.openapi.description import (
    description,
    example_status,
    examples_of,
    resolved,
    validator,
)

STATES = [
    "paused",
    "failing",
    "held",
    "requested",
    "running",
    "stale",
    "never_synced",
    "idle",
]
PUBLIC = {"/page", "/page/{file}", "/openapi.json"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in description()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method.upper(), path, operation


def deployed() -> set[tuple[str, str]]:
    """The routes of the template."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api"
    }


def answered() -> set[tuple[str, str]]:
    """The routes of the function ``api``, their placeholders as the template writes them."""
    routes = (*app._static_routes, *app._dynamic_routes)
    return {(str(route.method), route.path.replace("<", "{").replace(">", "}")) for route in routes}


def test_words_are_those_of_the_domain() -> None:
    schemas = description()["components"]["schemas"]

    assert schemas["LinkState"]["enum"] == [state.value for state in LinkState]
    assert schemas["Conflict"]["properties"]["why"]["enum"] == [why.value for why in Why]
    assert schemas["PropertyDirection"]["enum"] == [direction.value for direction in Direction]
    policy = schemas["Policies"]["properties"]["on_record_delete"]
    assert policy["enum"] == [choice.value for choice in OnRecordDelete]


def test_the_description_is_valid_openapi_3_1() -> None:
    assert description()["openapi"].startswith("3.1.")

    OpenAPIV31SpecValidator(description()).validate()


def test_description_template_and_function_have_the_same_routes() -> None:
    described = {(method, path) for method, path, _ in operations()}

    assert described == deployed()
    assert {(method, path) for method, path in described if path not in PUBLIC} == answered()


def test_only_static_files_are_public() -> None:
    public = {path for _, path, operation in operations() if operation.get("security") == []}

    assert public == PUBLIC
    assert description()["security"] == [{"bearer": []}]


def test_every_guarded_route_says_that_it_can_refuse_a_token() -> None:
    for method, path, operation in operations():
        if path not in PUBLIC:
            assert {"401", "403"} <= operation["responses"].keys(), (method, path)


def test_every_etag_comes_with_a_304_and_takes_if_none_match() -> None:
    for method, path, operation in operations():
        answer = operation["responses"].get("200", {})
        if "ETag" in answer.get("headers", {}):
            assert "304" in operation["responses"], (method, path)
            names = [resolved(parameter)["name"] for parameter in operation["parameters"]]
            assert "If-None-Match" in names, (method, path)


def test_an_answer_has_exactly_the_properties_that_it_requires() -> None:
    names = (
        "Status",
        "Configuration",
        "Progress",
        "Counts",
        "DirectionCounts",
        "Attention",
        "Run",
        "RunRow",
    )
    lists = ("HeldList", "HeldAsset", "RemovedRecord", "Restored", "LinkList", "Link", "Parked")
    more = (
        "AuditList",
        "AuditEntry",
        "Marks",
        "Left",
        "ConflictList",
        "Conflict",
        "PropertyList",
        "Property",
        "PlanPage",
        "PlanItem",
        "PlanChange",
        "PlanTotals",
    )
    for name in (*names, *lists, *more):
        schema = description()["components"]["schemas"][name]

        assert schema["additionalProperties"] is False, name
        assert set(schema["required"]) == set(schema["properties"]), name


def test_the_states_are_in_the_order_in_which_they_are_decided() -> None:
    assert description()["components"]["schemas"]["State"]["enum"] == STATES
    assert list(description()["components"]["examples"]) == STATES


@pytest.mark.parametrize("state", STATES)
def test_the_example_of_each_state_is_a_status_in_that_state(state: str) -> None:
    example = example_status(state)

    validator("Status").validate(example)
    assert example["state"] == state


def test_the_examples_of_answers_and_problems_are_as_described() -> None:
    seen = set()
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            for media_type, content in resolved(response).get("content", {}).items():
                values = examples_of(content)
                for value in values:
                    validator(content["schema"]["$ref"].rpartition("/")[2]).validate(value)
                if media_type == "application/problem+json":
                    assert {value["status"] for value in values} == {int(status)}
                    seen |= {value["type"] for value in values}

    assert seen == problem_enum()


def test_the_examples_of_requests_are_as_described() -> None:
    for _, _, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert examples_of(content)
            for value in examples_of(content):
                validator(content["schema"]["$ref"].rpartition("/")[2]).validate(value)


def test_every_kind_of_problem_is_described_and_the_gateways_own() -> None:
    answered_with = {f"/problems/{kind.value[0]}" for kind in Problem}

    assert problem_enum() == answered_with | {"/problems/too-many-requests"}


def problem_enum() -> set[str]:
    return set(description()["components"]["schemas"]["Problem"]["properties"]["type"]["enum"])


def test_bodies_and_parts_of_lists_are_bounded_as_described() -> None:
    schemas = description()["components"]["schemas"]
    new, change = schemas["NewConnection"], schemas["ConnectionChange"]
    limit = description()["components"]["parameters"]["Limit"]["schema"]

    assert set(new["properties"]) == set(connections.NEW_FIELDS)
    assert set(new["required"]) == set(connections.REQUIRED)
    assert set(change["properties"]) == set(connections.CHANGE_FIELDS)
    assert set(schemas["Policies"]["properties"]) == set(connections.POLICIES)
    assert schemas["Decision"]["properties"]["token"]["maxLength"] == deletions.LONGEST_TOKEN
    assert set(schemas["Chosen"]["properties"]) == set(links.CHOICES)
    assert set(schemas["Rule"]["properties"]) == set(properties.RULE_FIELDS)
    assert schemas["Rules"]["properties"]["fields"]["maxItems"] == properties.MOST_RULES
    assert schemas["Rule"]["properties"]["name"]["maxLength"] == properties.LONGEST_NAME
    for name, longest in (
        ("asset_ids", deletions.LONGEST_ASSET_ID),
        ("media_ids", links.LONGEST_MEDIA_ID),
    ):
        ids = schemas["Chosen"]["properties"][name]
        assert (ids["minItems"], ids["maxItems"]) == (1, MOST_MARKED)
        assert ids["items"]["maxLength"] == longest
    assert (limit["default"], limit["maximum"]) == (paging.DEFAULT_LIMIT, paging.MAX_LIMIT)
    for name in ("PlanRequest", "PlanPage"):
        assert schemas[name]["properties"]["next"]["maxLength"] == LONGEST_TOKEN
    assert schemas["PlanItem"]["properties"]["action"]["enum"] == [what.value for what in What]
    assert f"{bodies.LONGEST_BODY // 1024} kB" in description()["info"]["description"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "sleeping"),
        ("connection_id", "5F0C"),
        ("last_sync", "2026-11-23T14:03:02+00:00"),
        ("last_sync", "2026-11-23T14:03:02.123Z"),
        ("progress", {"done": -1, "total": 1000}),
        ("attention", {"pending": 0}),
        ("surprise", 1),
    ],
)
def test_a_status_that_differs_is_refused(name: str, value: object) -> None:
    status = example_status("idle") | {name: value}

    assert not validator("Status").is_valid(status)


def test_a_run_under_way_has_no_outcome_and_an_ended_one_has() -> None:
    run = example_status("idle")["run"]

    assert validator("Run").is_valid(run)
    assert not validator("Run").is_valid(run | {"outcome": None})
    assert not validator("Run").is_valid(run | {"finished_at": None})
    assert validator("Run").is_valid(run | {"finished_at": None, "outcome": None})
