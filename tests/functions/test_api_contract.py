"""Whatever a client sends, the API answers as it describes itself (schemathesis)."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from schemathesis import GenerationMode
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from tests.functions import seed
from tests.functions.asking import CONNECTION_ID, operations
from tests.functions.gateway import TOKENS, Answer, Request, send
from tests.functions.world import World, seeded
from tests.openapi.description import description, problem_types

BASE_URL = "https://api.example.org"
NOBODY = "0" * 40

Spoil = Callable[[Answer], Answer]


class Gateway(HTTPAdapter):
    """Hands to the functions what would go over the wire, and back what they answer.

    Attributes:
        asked, carried_out: how many requests there were, and how many were not refused.
        spoil: what happens to an answer on its way; nothing, but for tests of the tests.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked = self.carried_out = 0
        self.spoil: Spoil = _as_it_is

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to a request as `requests` has prepared it."""
        address = urlsplit(str(request.url))
        headers = {name: _text(value) for name, value in request.headers.items()}
        body = None if request.body is None else _text(request.body)
        asked = Request(str(request.method), address.path, address.query, headers, body)
        told = self.spoil(send(asked))
        self.asked += 1
        self.carried_out += told.status < 400
        raw = HTTPResponse(
            BytesIO(told.body.encode()),
            headers=dict(told.headers),
            status=int(told.status),
            preload_content=False,
        )
        return self.build_response(request, raw)


def _as_it_is(answer: Answer) -> Answer:
    return answer


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def no_failure(_: CheckContext, response: Response, case: schemathesis.Case[Any]) -> None:
    """Only what asks MediaMosa, which is not here, may say that something cannot be reached."""
    unreachable = {503, 504} if "504" in case.operation.responses.status_codes else set()
    assert response.status_code < 500 or response.status_code in unreachable


def described_problem(_: CheckContext, response: Response, case: schemathesis.Case[Any]) -> None:
    """A problem is one of those that the route's description has for its status."""
    operation, method = case.operation, str(response.request.method).lower()
    if response.headers.get("content-type") != ["application/problem+json"]:
        return
    # The route is also asked by methods that it does not have.
    if method == operation.method.lower():
        responses = description()["paths"][operation.path][method]["responses"]
        described = problem_types(responses[str(response.status_code)])
        assert response.json()["type"] in described


CHECKS = [
    no_failure,
    described_problem,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]


def with_what_there_is() -> dict[str, Any]:
    """The description, whose ids and examples are of the seeded connection."""
    document = copy.deepcopy(description())
    parameters, schemas = (document["components"][part] for part in ("parameters", "schemas"))
    conflict_ids = [one.conflict_id for one in reversed(seed.CONFLICTS)]
    for name, ids in {
        "ConnectionId": [CONNECTION_ID, NOBODY],
        "AuditOf": [CONNECTION_ID, NOBODY, "none"],
        "AssetId": [seed.REMOVED, "removedAsset2", "unknown"],
        "ConflictId": [*conflict_ids, "unknown"],
    }.items():
        del parameters[name]["schema"]
        parameters[name].pop("example", None)
        parameters[name]["schema"] = {"type": "string", "enum": ids}
    schemas["Decision"]["properties"]["token"] = {"enum": [seed.HELD_TOKEN, "0" * 32]}
    named = {"asset_ids": [seed.PARKED, seed.LINKED, "unknown"]}, {"media_ids": [seed.WAITING]}
    for path, item in document["paths"].items():
        for operation in item.values():
            if re.search("/parked/(retry|discard)$", path) and "requestBody" in operation:
                values = {str(n): {"value": value} for n, value in enumerate(named)}
                operation["requestBody"]["content"]["application/json"]["examples"] = values
            if re.search("/held/(approve|reject)$", path) and "requestBody" in operation:
                value = {"token": seed.HELD_TOKEN}
                operation["requestBody"]["content"]["application/json"]["example"] = value
                del operation["requestBody"]["content"]["application/json"]["examples"]
    return document


GENERATION = {
    "deterministic": True,
    "max-examples": 25,
    "database": "none",
    # A query parameter that nobody has described is passed over, so it is no reason to refuse.
    "allow-extra-parameters": False,
}

schema = schemathesis.openapi.from_dict(
    with_what_there_is(), config=SchemathesisConfig.from_dict({"generation": GENERATION})
)

# The tables are the same for all requests of a route: what one leaves, the next finds.
UNBOUND = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def made(figures: list[str]) -> Iterator[tuple[Gateway, World]]:
    """The functions, and behind them a connection about which everything can be asked."""
    with seeded() as world:
        gateway = Gateway()
        yield gateway, world
        figures.append(
            f"schemathesis: {gateway.asked} requests, {gateway.carried_out} of them carried out, "
            "every answer as described"
        )


@pytest.fixture
def gateway(made: tuple[Gateway, World]) -> Gateway:
    """Every route begins with the same tables."""
    gateway, world = made
    world.put_back()
    return gateway


@pytest.fixture
def session(gateway: Gateway) -> Iterator[requests.Session]:
    """A session whose requests the functions answer, an operator's."""
    with requests.Session() as session:
        # No proxy and no password file of this machine's has a say.
        session.trust_env = False
        session.mount(BASE_URL, gateway)
        yield session
        gateway.spoil = _as_it_is


def ask(case: schemathesis.Case[Any], session: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['operator']}"}
    response = case.call(base_url=BASE_URL, session=session, headers=headers)
    case.validate_response(response, checks=CHECKS)


@schema.parametrize()
@UNBOUND
def test_every_answer_is_as_described(
    case: schemathesis.Case[Any], session: requests.Session
) -> None:
    ask(case, session)


def test_every_route_is_asked() -> None:
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]

    assert {(one.method.upper(), one.path) for one in found} == {
        (one.method, one.path) for one in operations()
    }


def _other_body(change: Callable[[Any], object]) -> Spoil:
    return lambda answer: replace(answer, body=json.dumps(change(json.loads(answer.body))))


def _other_headers(**changed: str | None) -> Spoil:
    def spoil(answer: Answer) -> Answer:
        headers = {name: value for name, value in answer.headers.items() if name not in changed}
        headers |= {name: value for name, value in changed.items() if value is not None}
        return replace(answer, headers=headers)

    return spoil


def _accepted(answer: Answer) -> Answer:
    """What was refused, as if it had not been."""
    headers = {**answer.headers, "content-type": "application/json"}
    return Answer(200, headers, json.dumps({"items": [], "next": None}))


@pytest.mark.parametrize(
    ("route", "mode", "spoil"),
    [
        ("GET /connections", "positive", lambda answer: replace(answer, status=418)),
        ("GET /connections", "positive", lambda answer: replace(answer, status=500)),
        ("GET /connections", "positive", _other_headers(etag=None)),
        ("GET /connections", "positive", _other_body(lambda body: {**body, "more": 1})),
        ("GET /connections", "positive", _other_body(lambda body: {"items": body["items"]})),
        ("GET /page", "positive", _other_headers(**{"content-type": "text/plain"})),
        ("GET /connections/{connection_id}/runs", "negative", _accepted),
        (
            "GET /connections/{connection_id}/runs",
            "negative",
            _other_body(lambda body: {**body, "type": "/problems/held-changed"}),
        ),
    ],
)
def test_an_answer_that_is_not_as_described_is_noticed(
    gateway: Gateway, session: requests.Session, route: str, mode: str, spoil: Spoil
) -> None:
    method, path = route.split()
    operation = schema[path][method]
    gateway.spoil = spoil

    @settings(UNBOUND, max_examples=20, derandomize=True, database=None, phases=[Phase.generate])
    @given(st.data())
    def asked(data: st.DataObject) -> None:
        ask(data.draw(operation.as_strategy(generation_mode=GenerationMode(mode))), session)

    with pytest.raises(FailureGroup):
        asked()
