"""Every route by nobody, a wrong token, a viewer, an operator: who is let in, and who may act."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.api import problem_of
from tests.functions.asking import Operation, operations
from tests.functions.gateway import TOKENS, Answer, Request, send
from tests.functions.tables import everything_but_audit, noted
from tests.functions.world import World, seeded

CALLERS = {"nobody": None, "a wrong token": "wrong", **TOKENS}

# What asks MediaMosa, which is not here, may say so: it was carried out as far as it goes.
UNREACHABLE = {502, 503, 504}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    """Both roles have called before: the many wrong tokens here shut the gate for neither."""
    with seeded() as world:
        for token in TOKENS.values():
            assert send(asked("GET", "/connections", token)).status == 200
        yield world


@pytest.fixture
def world(made: World) -> World:
    made.put_back()
    return made


def asked(method: str, path: str, token: str) -> Request:
    return Request(method, path, headers={"Authorization": f"Bearer {token}"}, body="{}")


def refused(answer: Answer) -> str:
    """The type of the problem that it is."""
    assert answer.headers["content-type"] == "application/problem+json"
    return problem_of(answer.json)


def check(operation: Operation, caller: str, answer: Answer) -> None:
    """That the answer is what the caller should get, and the audit has what it should have."""
    if operation.public:
        assert (answer.status, noted()) == (200, [])
    elif caller not in TOKENS:
        assert (answer.status, refused(answer)) == (401, "/problems/unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert noted() == []
    elif not operation.acts:
        assert (answer.status, noted()) == (200, [])
    elif caller == "viewer":
        assert (answer.status, refused(answer)) == (403, "/problems/forbidden")
        assert [entry["outcome"] for entry in noted()] == [answer.json["detail"]]
    else:
        assert answer.status < 300 or answer.status in UNREACHABLE
        assert len(noted()) == (not operation.path.endswith("/plan"))


def test_every_route_lets_in_whom_it_should_and_lets_operators_alone_act(
    world: World, figures: list[str]
) -> None:
    cells = 0
    for operation in operations():
        for caller, token in CALLERS.items():
            world.put_back()
            before = everything_but_audit()
            answer = send(operation.request(token))
            check(operation, caller, answer)
            if caller != "operator":
                assert everything_but_audit() == before, (operation.name, caller)
            cells += 1
    routes = len(described())
    assert cells == routes * len(CALLERS)
    figures.append(f"who may what: {routes} routes x {len(CALLERS)} callers, all as they should be")


def test_an_operator_changes_something_by_most_routes_that_act(world: World) -> None:
    """So that nothing changed by anybody else does not hold for want of anything to change."""
    changing = set()
    for operation in operations():
        if operation.acts:
            world.put_back()
            before = everything_but_audit()
            send(operation.request(TOKENS["operator"]))
            if everything_but_audit() != before:
                changing.add(operation.name)
    at_rest = {"withdrawRestart", "resumeConnection", "planRun"}
    assert changing == {one.name for one in operations() if one.acts} - at_rest


@pytest.mark.usefixtures("world")
def test_a_method_that_is_not_described_is_not_there() -> None:
    before, paths = everything_but_audit(), {path for _, path in described()}
    for operation in operations():
        for method in METHODS:
            if (method, operation.path) not in described():
                answer = send(asked(method, operation.request().path, TOKENS["operator"]))
                assert (answer.status, refused(answer)) == (404, "/problems/not-found")
    assert len(described()) > len(paths)
    assert everything_but_audit() == before
    assert noted() == []


def described() -> set[tuple[str, str]]:
    return {(operation.method, operation.path) for operation in operations()}
