from __future__ import annotations

from typing import Any

import pytest

from infra.cli.commands.properties import rules_of
from tests.cli.fake_api import FakeApi
from tests.cli.terminal import HOME, Terminal, example

SOME: dict[str, Any] = example("/connections/{connection_id}/properties", "get", "200", "some")
NEVER = example("/connections/{connection_id}/properties", "get", "200", "never")
PATH = f"{HOME}/properties"
STANDING = [
    {"name": "title", "direction": "both", "record_name": "name"},
    {"name": "year", "direction": "ignore", "record_name": "year"},
]


@pytest.fixture(autouse=True)
def known(api: FakeApi) -> None:
    api.on(f"GET {PATH}", SOME)
    api.on(f"PUT {PATH}", SOME)


def test_properties_tell_their_direction_or_why_they_have_none(terminal: Terminal) -> None:
    told = terminal.run("properties").stdout

    assert "It is a state of the asset, not metadata." in told
    assert "1 property takes part, of 3; read from MediaMosa 2026-11-23 09:00:02 UTC" in told
    assert terminal.json("properties", "list") == SOME


def test_before_the_first_run_none_is_known(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {PATH}", NEVER)

    assert "have not been read" in terminal.run("properties").stdout


def test_the_rules_that_stand_are_read_from_the_list() -> None:
    assert list(rules_of(SOME).values()) == STANDING
    assert rules_of(NEVER) == {}


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        (["title", "--direction", "pull"], [{**STANDING[0], "direction": "pull"}, STANDING[1]]),
        (["year", "--record-name", "jaar"], [STANDING[0], {**STANDING[1], "record_name": "jaar"}]),
        (["creator", "--direction", "push"], [{"name": "creator", "direction": "push"}, *STANDING]),
        (["title", "--reset"], [{"name": "title"}, STANDING[1]]),
    ],
)
def test_one_property_is_changed_and_the_others_stay(
    terminal: Terminal, api: FakeApi, words: list[str], rules: list[dict[str, str]]
) -> None:
    result = terminal.run("properties", "set", *words)

    assert result.exit_code == 0
    assert api.sent[-1].body == {"fields": rules}


def test_what_became_of_it_is_told(terminal: Terminal) -> None:
    told = terminal.run("properties", "set", "title", "--record-name", "name")

    assert told.stdout == "title (dublin_core): both, in records name.\n"
    assert "`full` brings it to every record" in told.stderr
    assert terminal.json("properties", "set", "title", "--record-name", "name") == SOME


@pytest.mark.parametrize("words", [["title"], ["title", "--reset", "--direction", "pull"]])
def test_it_has_to_be_said_what(terminal: Terminal, api: FakeApi, words: list[str]) -> None:
    assert terminal.run("properties", "set", *words).exit_code == 1
    assert api.sent == []
