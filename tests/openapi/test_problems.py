"""Every problem that a route can end in is described for it, and every one described can come."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mediamosa_sync.runtime.responses import Problem
from tests.openapi.description import description, problem_types
from tests.openapi.raising import SLUGS, routes, slugs_of

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"

OF_EVERY_GUARDED_ROUTE = {
    "unauthorized",
    # Of API Gateway itself, should a policy ever refuse something.
    "forbidden",
    "too-many-requests",
    "internal",
    "unavailable",
}
OF_THE_PAGE = {
    "/page": {"too-many-requests", "internal"},
    "/page/{file}": {"too-many-requests", "internal", "not-found"},
    "/openapi.json": {"too-many-requests", "internal"},
}

CANNOT_COME = {("POST", "/connections"): {"connection-not-found"}}
"""It tells the status of what it has just added."""

GATEWAYS_OWN = {"too-many-requests": 429}


def described(method: str, path: str) -> set[str]:
    """The slugs of the problems that the description has for a route."""
    responses = description()["paths"][path][method.lower()]["responses"].values()
    types = set().union(*map(problem_types, responses))
    return {name.removeprefix("/problems/") for name in types}


@pytest.mark.parametrize(("method", "path"), sorted(routes()))
def test_a_route_ends_in_exactly_the_problems_that_are_described(method: str, path: str) -> None:
    can_come = slugs_of(method, path) - CANNOT_COME.get((method, path), set())
    assert described(method, path) == can_come | OF_EVERY_GUARDED_ROUTE


@pytest.mark.parametrize("path", OF_THE_PAGE)
def test_a_public_route_ends_in_exactly_the_problems_that_are_described(path: str) -> None:
    assert described("GET", path) == OF_THE_PAGE[path]


def test_every_kind_of_refusal_is_that_of_some_route() -> None:
    reached = set().union(*(slugs_of(*route) for route in routes()))
    assert reached == set(SLUGS.values())


def test_a_problem_has_one_status_wherever_it_comes() -> None:
    statuses = {kind.value[0]: int(kind.value[2]) for kind in Problem} | GATEWAYS_OWN
    for item in description()["paths"].values():
        for operation in item.values():
            if "responses" in operation:
                for status, response in operation["responses"].items():
                    for name in problem_types(response):
                        assert statuses[name.removeprefix("/problems/")] == int(status)


def test_the_list_of_problems_for_people_is_complete() -> None:
    rows = re.findall(
        r"^\| `/problems/([a-z-]+)` \| (\d{3}) \|", OPERATIONS.read_text(), re.MULTILINE
    )
    told = {name: int(status) for name, status in rows}
    assert len(told) == len(rows)
    assert told == {kind.value[0]: int(kind.value[2]) for kind in Problem} | GATEWAYS_OWN
