"""The command line before the API's own functions, their tables filled with a bit of everything."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cli.fake_api import Answer, FakeApi, Sent, serving
from tests.cli.terminal import NOW, Terminal
from tests.functions import seed
from tests.functions.gateway import TOKENS, Request, send
from tests.functions.world import World, seeded
from tests.openapi.description import validator

AS_OPERATOR: dict[str, str | None] = {"MEDIAMOSA_SYNC_TOKEN": TOKENS["operator"]}
AS_VIEWER: dict[str, str | None] = {"MEDIAMOSA_SYNC_TOKEN": TOKENS["viewer"]}
LISTS = [
    ("status", "ConnectionList", 2),
    ("runs", "RunList", 0),
    ("links", "LinkList", 0),
    ("audit", "AuditList", 0),
    ("held", "HeldList", 2),
    ("removed", "RemovedList", 0),
    ("conflicts", "ConflictList", 0),
    ("parked", "LinkList", 2),
    ("properties", "PropertyList", 0),
    ("connections", "ConnectionList", 0),
]
ACTIONS = [
    ["restart"],
    ["restart", "--withdraw"],
    ["full"],
    ["pause", "push"],
    ["resume", "both"],
    ["held", "reject", "--yes", "--token", seed.HELD_TOKEN],
    ["removed", "restore", seed.REMOVED],
    ["parked", "retry", "--all"],
    ["parked", "discard", seed.PARKED, "--media-id", seed.WAITING, "--yes"],
    ["conflicts", "use-record-value", seed.CONFLICTS[-1].conflict_id],
    ["properties", "set", "title", "--direction", "pull"],
    ["connections", "change", "--on-trash", "keep"],
]


class Functions(FakeApi):
    """API Gateway and the functions behind it."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self._one_at_a_time = threading.Lock()

    def answer(self, sent: Sent) -> Answer:
        body = None if sent.body is None else json.dumps(sent.body)
        request = Request(sent.method, sent.path, urlencode(sent.query), sent.headers, body)
        with self._one_at_a_time:
            told = send(request)
        return Answer(told.status, told.body, {"Content-Type": told.headers["content-type"]})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with seeded() as found:
        yield found


@pytest.fixture
def person(world: World, tmp_path: Path) -> Iterator[Terminal]:
    world.put_back()
    with serving(Functions()) as functions:
        yield Terminal(functions, tmp_path)


@pytest.mark.parametrize(("command", "schema", "code"), LISTS)
def test_every_list_is_shown_and_given_whole(
    person: Terminal, command: str, schema: str, code: int
) -> None:
    shown = person.run(command, env=AS_VIEWER)
    given = person.run(command, "-o", "json", env=AS_VIEWER)

    assert (shown.exit_code, given.exit_code) == (code, code), shown.output
    validator(schema).validate(json.loads(given.stdout))


# Some of the words tell the time at which a process began: an id has only the command.
@pytest.mark.parametrize("words", ACTIONS, ids=lambda words: " ".join(words[:2]))
def test_every_action_is_carried_out_for_operators_alone(
    person: Terminal, words: list[str]
) -> None:
    refused = person.run(*words, env=AS_VIEWER)
    done = person.run(*words, env=AS_OPERATOR)

    assert (refused.exit_code, refused.stderr.splitlines()[-1:]) == (
        1,
        ["A viewer may look only: use an operator's token."],
    )
    assert done.exit_code == 0, done.output


def test_a_long_list_is_walked_with_the_apis_own_tokens(person: Terminal) -> None:
    whole = json.loads(person.run("links", "-o", "json", env=AS_VIEWER).stdout)
    first = json.loads(person.run("links", "-o", "json", "-n", "2", env=AS_VIEWER).stdout)

    assert whole["next"] is None
    assert first["next"] is not None
    assert first["items"] == whole["items"][:2]


def test_a_token_that_nobody_has_is_told(person: Terminal) -> None:
    result = person.run("status", env={"MEDIAMOSA_SYNC_TOKEN": "nobodys"})

    assert (result.exit_code, "does not know this token" in result.stderr) == (1, True)
