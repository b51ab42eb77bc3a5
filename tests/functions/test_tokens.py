"""A token stands in one header and nowhere else: not in a URL, an answer, the audit or a log."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest

from tests.functions.asking import CONNECTION_ID
from tests.functions.gateway import TOKENS, Answer, Request, send
from tests.functions.tables import everything_but_audit, noted
from tests.functions.world import World, seeded

# As long as those that the stack makes.
WORD = "Q7hVd0aLkE2sXcR9tYbN4mZw1uJ6pGf8oHi3KvTeSxBqAyDl"
ONE = f"/connections/{CONNECTION_ID}"
BASIC = base64.b64encode(f"operator:{WORD}".encode()).decode()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A stack whose operator's token is a word that stands nowhere else."""
    TOKENS["operator"], before = WORD, TOKENS["operator"]
    with seeded() as world:
        yield world
    TOKENS["operator"] = before


@dataclass(frozen=True, slots=True)
class Mistake:
    """A request with the operator's token at a wrong place.

    Attributes:
        role: whose token stands at the right place; "" for none.
    """

    method: str
    path: str
    status: HTTPStatus
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None
    role: str = ""

    def request(self) -> Request:
        named = dict(self.headers)
        if self.role:
            named["Authorization"] = f"Bearer {TOKENS[self.role]}"
        body = None if self.body is None else json.dumps(self.body)
        return Request(self.method, self.path, self.query, named, body)


NOBODY, MISSING = HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND
BAD, CHANGED, FINE = HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.OK
AWAY = HTTPStatus.SERVICE_UNAVAILABLE

IN_PLACE_OF_THE_HEADER = [
    Mistake("GET", ONE, NOBODY, query=f"token={WORD}"),
    Mistake("GET", ONE, NOBODY, query=f"access_token={WORD}"),
    Mistake("GET", ONE, NOBODY, query=f"Authorization=Bearer+{WORD}"),
    Mistake("POST", f"{ONE}/restart", NOBODY, body={"token": WORD}),
    Mistake("GET", ONE, NOBODY, headers={"X-Api-Key": WORD}),
    Mistake("GET", ONE, NOBODY, headers={"X-Authorization": f"Bearer {WORD}"}),
    Mistake("GET", ONE, NOBODY, headers={"Proxy-Authorization": f"Bearer {WORD}"}),
    Mistake("GET", ONE, NOBODY, headers={"Cookie": f"token={WORD}; Authorization=Bearer {WORD}"}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": WORD}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": f"Basic {BASIC}"}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": f"Token {WORD}"}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": f"Bearer {WORD}, Bearer {WORD}"}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": f"Bearer {WORD[:-1]}"}),
    Mistake("GET", ONE, NOBODY, headers={"Authorization": f"Bearer {WORD}x"}),
    Mistake("GET", f"/connections/{WORD}", NOBODY),
    Mistake("GET", f"/{WORD}", MISSING),
]

BESIDE_THE_HEADER = [
    Mistake("GET", f"/connections/{WORD}", BAD, role="viewer"),
    Mistake("GET", f"/page/{WORD}", MISSING),
    Mistake("GET", ONE, FINE, query=f"token={WORD}", role="viewer"),
    Mistake("GET", f"{ONE}/links", BAD, query=f"asset_id={WORD}", role="viewer"),
    Mistake("GET", f"{ONE}/links", FINE, query=f"media_id={WORD}", role="viewer"),
    Mistake("GET", f"{ONE}/links", BAD, query=f"state={WORD}", role="viewer"),
    Mistake("GET", f"{ONE}/runs", BAD, query=f"next={WORD}", role="viewer"),
    Mistake("GET", f"{ONE}/runs", BAD, query=f"limit={WORD}", role="viewer"),
    Mistake("POST", f"/connections/{WORD}/restart", BAD, role="operator"),
    Mistake("POST", f"{ONE}/held/approve", CHANGED, body={"token": WORD}, role="operator"),
    Mistake("POST", f"{ONE}/pause", BAD, body={"direction": WORD}, role="operator"),
    Mistake("POST", f"{ONE}/removed/{WORD}/restore", BAD, role="operator"),
    Mistake("POST", f"{ONE}/removed/{WORD[:32]}/restore", MISSING, role="operator"),
    Mistake("POST", f"{ONE}/conflicts/{WORD}/use-record-value", MISSING, role="operator"),
    # The step function, which would look at it, is not here.
    Mistake("POST", f"{ONE}/plan", AWAY, body={"next": WORD}, role="operator"),
    Mistake("POST", f"{ONE}/pause", BAD, body=WORD, role="operator"),
]


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What the functions log, as they log it: every field of every line."""
    ours = logging.getLogger("mediamosa-sync")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(ours.handlers[0].formatter)
    ours.addHandler(handler)
    yield handler.stream
    ours.removeHandler(handler)


@pytest.mark.parametrize("mistake", IN_PLACE_OF_THE_HEADER + BESIDE_THE_HEADER, ids=repr)
def test_a_token_at_a_wrong_place_is_repeated_nowhere(
    world: World, mistake: Mistake, logs: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    world.put_back()
    before = everything_but_audit()

    answer = send(mistake.request())

    assert answer.status == mistake.status
    assert tokens_in(logs.getvalue(), caplog.text, repr(noted()), said(answer)) == []
    assert everything_but_audit() == before


@pytest.mark.parametrize("role", sorted(TOKENS))
def test_a_token_at_its_place_is_repeated_nowhere(
    world: World, role: str, logs: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    world.put_back()
    headers = {"Authorization": f"Bearer {TOKENS[role]}"}

    answers = [
        send(Request("GET", ONE, headers=headers)),
        send(Request("POST", f"{ONE}/restart", headers=headers)),
        send(Request("POST", f"{ONE}/pause", headers=headers, body="{")),
    ]

    # So that what is looked through is a log, and not where one would be if there were any.
    assert ('"action":"restart"' in logs.getvalue()) is (role == "operator")
    assert len(noted()) == 2
    assert tokens_in(logs.getvalue(), caplog.text, repr(noted()), *map(said, answers)) == []


def said(answer: Answer) -> str:
    return f"{answer.headers}{answer.body}"


def tokens_in(*texts: str) -> list[str]:
    """Where a token stands, or enough of one to guess the rest."""
    parts = [*TOKENS.values(), WORD[:16], WORD[-16:], BASIC]
    return [text for text in texts for part in parts if part in text]
