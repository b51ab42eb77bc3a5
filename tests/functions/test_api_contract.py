"""Whatever a client sends, the API answers as it describes itself (schemathesis)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from requests.adapters import HTTPAdapter
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from urllib3 import HTTPResponse

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore
from tests.functions import seed
from tests.functions.conftest import URL, USER_NAME
from tests.functions.gateway import TOKENS, Request, deploy_tokens, send
from tests.openapi.description import description

BASE_URL = "https://api.example.org"
CONNECTION_ID = Connection(URL, USER_NAME, "").connection_id
NOBODY = "0" * 40


class Gateway(HTTPAdapter):
    """Hands to the functions what would go over the wire, and back what they answer.

    Attributes:
        succeeded: how many requests were carried out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.succeeded = 0
        self.spoilt: int | None = None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to a request as `requests` has prepared it."""
        address = urlsplit(str(request.url))
        headers = {name: _text(value) for name, value in request.headers.items()}
        body = None if request.body is None else _text(request.body)
        asked = Request(str(request.method), address.path, address.query, headers, body)
        told = send(asked)
        self.succeeded += told.status < 400
        raw = HTTPResponse(
            BytesIO(told.body.encode()),
            headers=dict(told.headers),
            status=self.spoilt or int(told.status),
            preload_content=False,
        )
        return self.build_response(request, raw)


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def no_failure(_: CheckContext, response: Response, case: schemathesis.Case[Any]) -> None:
    """Only what asks MediaMosa, which is not here, may say that something cannot be reached."""
    unreachable = {503, 504} if "504" in case.operation.responses.status_codes else set()
    assert response.status_code < 500 or response.status_code in unreachable


CHECKS = [
    no_failure,
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


@pytest.fixture
def gateway(stack: SyncStore, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The functions, and behind them a connection about which everything can be asked."""
    seed.seed(stack, connection)
    deploy_tokens(monkeypatch)
    return Gateway()


@pytest.fixture
def session(gateway: Gateway) -> Iterator[requests.Session]:
    """A session whose requests the functions answer, an operator's."""
    with requests.Session() as session:
        # No proxy and no password file of this machine's has a say.
        session.trust_env = False
        session.mount(BASE_URL, gateway)
        yield session


def asked(case: schemathesis.Case[Any], session: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['operator']}"}
    response = case.call(base_url=BASE_URL, session=session, headers=headers)
    case.validate_response(response, checks=CHECKS)


@schema.parametrize()
@settings(
    deadline=None,
    # The tables are the same for all requests of a route: what one leaves, the next finds.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_answer_is_as_described(
    case: schemathesis.Case[Any], session: requests.Session
) -> None:
    asked(case, session)
