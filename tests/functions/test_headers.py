"""What stands above every answer of the API, whoever gives it."""

from __future__ import annotations

import pytest

from mediamosa_sync.runtime.responses import HEADERS
from tests.functions.asking import Operation, operations
from tests.functions.gateway import TOKENS, Answer, send
from tests.functions.world import seeded

OF_GATEWAY = ("Cache-Control", "Strict-Transport-Security", "X-Content-Type-Options")
HELD_BY_THEIR_ETAG = {"listConnections", "getConnection"}


@pytest.fixture(scope="module")
def answers() -> list[tuple[Operation, Answer]]:
    """What an operator, a viewer and nobody are answered on every guarded route."""
    with seeded():
        return [
            (operation, send(operation.request(token)))
            for operation in operations()
            for token in (TOKENS["operator"], TOKENS["viewer"], None)
            if not operation.public
        ]


def test_no_answer_is_kept_but_by_its_etag(answers: list[tuple[Operation, Answer]]) -> None:
    for operation, answer in answers:
        if answer.status == 200 and operation.name in HELD_BY_THEIR_ETAG:
            assert answer.headers["cache-control"] == "private, no-cache"
            assert answer.headers["etag"]
        else:
            assert answer.headers["cache-control"] == "no-store", operation.name
            assert "etag" not in answer.headers


def test_every_answer_is_data_and_no_document(answers: list[tuple[Operation, Answer]]) -> None:
    for _, answer in answers:
        kind = "application/json" if answer.status < 300 else "application/problem+json"
        assert answer.headers["content-type"] == kind
        for name in OF_GATEWAY if answer.status == 401 else HEADERS:
            if name != "Cache-Control":
                assert answer.headers[name.lower()] == HEADERS[name]


def test_no_other_origin_is_let_in(answers: list[tuple[Operation, Answer]]) -> None:
    """The page is of the same origin, so that nothing has to be allowed to any other."""
    named = {name for _, answer in answers for name in answer.headers}
    assert not [name for name in named if name.startswith("access-control-")]
    assert {operation.method for operation in operations()} == {"GET", "POST", "PUT", "DELETE"}
