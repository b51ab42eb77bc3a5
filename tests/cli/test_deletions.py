from __future__ import annotations

from typing import Any

import pytest

from tests.cli.fake_api import Answer, FakeApi, problem
from tests.cli.terminal import HOME, Terminal, example, listing

HELD: dict[str, Any] = example("/connections/{connection_id}/held", "get", "200", "held")
NONE: dict[str, Any] = example("/connections/{connection_id}/held", "get", "200", "none")
MARK = example("/connections/{connection_id}/held/approve", "post", "202", "marked")
REMOVED = example("/connections/{connection_id}/removed", "get", "200", "one")
RESTORED = example(
    "/connections/{connection_id}/removed/{asset_id}/restore", "post", "200", "restored"
)
VERBS = pytest.mark.parametrize("verb", ["approve", "reject"])


@pytest.fixture(autouse=True)
def held(api: FakeApi) -> None:
    api.on(f"GET {HOME}/held", HELD)
    for verb in ("approve", "reject"):
        api.on(f"POST {HOME}/held/{verb}", Answer(202, MARK))


@pytest.mark.parametrize("words", [["held"], ["held", "list"]])
def test_what_is_held_is_listed_with_its_token(terminal: Terminal, words: list[str]) -> None:
    result = terminal.run(*words)

    assert result.exit_code == 2
    assert "a1LPyOVQRTKwZ7RMkSTUpJ4q" in result.stdout
    assert f"2 deletions held, token {HELD['token']}" in result.stdout


def test_nothing_held_is_fine(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/held", NONE)

    result = terminal.run("held")

    assert (result.exit_code, result.stdout) == (0, "No deletion is held.\n")
    assert terminal.json("held") == NONE


def test_options_of_the_list_can_follow_the_group(terminal: Terminal, api: FakeApi) -> None:
    assert terminal.json("held", "--limit", "7", exit_code=2) == HELD
    assert api.sent[-1].query["limit"] == "7"


@VERBS
def test_the_number_typed_decides_about_the_list_shown(
    terminal: Terminal, api: FakeApi, verb: str
) -> None:
    result = terminal.run("held", verb, typed="2\n")

    assert result.exit_code == 0
    assert "b1VgiNVZgdQVMKLQbPoJTs3L" in result.stdout
    assert "Type 2 to go on" in result.output
    assert api.asked(f"POST {HOME}/held/{verb}")[0].body == {"token": HELD["token"]}
    assert "carried out from the next run on: 2026-11-23 14:05:00 UTC" in result.stdout


@VERBS
@pytest.mark.parametrize("typed", ["\n", "y\n", "3\n", ""])
def test_anything_else_decides_nothing(
    terminal: Terminal, api: FakeApi, verb: str, typed: str
) -> None:
    result = terminal.run("held", verb, typed=typed)

    assert (result.exit_code, "Nothing was done" in result.stderr) == (1, True)
    assert api.asked(f"POST {HOME}/held/{verb}") == []


def test_where_nobody_can_be_asked_yes_has_to_be_said(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run("held", "approve")

    assert (result.exit_code, "say --yes" in result.stderr) == (1, True)
    assert api.asked(f"POST {HOME}/held/approve") == []
    assert terminal.json("held", "approve", "--yes") == MARK


def test_a_token_binds_to_the_list_that_was_looked_at(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run("held", "approve", "--yes", "--token", "another")

    assert (result.exit_code, "not the one of this token" in result.stderr) == (1, True)
    assert api.asked(f"POST {HOME}/held/approve") == []
    assert terminal.run("held", "approve", "--yes", "--token", HELD["token"]).exit_code == 0


def test_a_list_that_changed_meanwhile_is_the_apis_refusal(
    terminal: Terminal, api: FakeApi
) -> None:
    changed = problem(409, "held-changed", "The list is not the one of this token any more.")
    api.on(f"POST {HOME}/held/approve", changed)

    result = terminal.run("held", "approve", "--yes")

    assert (result.exit_code, "not the one of this token" in result.stderr) == (1, True)


def test_a_long_list_is_shown_in_part_before_the_question(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/held", {**HELD, "count": 604, "next": "more"})

    result = terminal.run("held", "reject", typed="604\n")

    assert "... and 584 more" in result.stderr
    assert result.exit_code == 0


def test_nothing_held_is_nothing_to_decide(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/held", NONE)

    result = terminal.run("held", "approve", "--yes")

    assert (result.exit_code, "nothing to decide about" in result.stderr) == (1, True)


def test_removed_records_are_listed_with_their_end(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/removed", REMOVED)

    told = terminal.run("removed").stdout

    for words in ("2026-11-23 14:05:02", "2026-12-23 14:05:02", "The asset is gone"):
        assert words in told
    assert terminal.json("removed", "list") == REMOVED


def test_no_removed_record_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/removed", listing())

    assert terminal.run("removed").stdout == "No removed record is kept.\n"


def test_a_removed_record_comes_back(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"POST {HOME}/removed/a1LPyOVQRTKwZ7RMkSTUpJ4q/restore", RESTORED)

    result = terminal.run("removed", "restore", "a1LPyOVQRTKwZ7RMkSTUpJ4q")

    assert "The record mm-0f6f1c5e is back" in result.stdout
    assert terminal.json("removed", "restore", "a1LPyOVQRTKwZ7RMkSTUpJ4q") == RESTORED


def test_what_is_no_id_is_sent_nowhere(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run("removed", "restore", "..")

    assert (result.exit_code, "is no id" in result.stderr) == (1, True)
    assert [str(one) for one in api.sent] == ["GET /connections"]
