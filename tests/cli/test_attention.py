from __future__ import annotations

from typing import Any

import pytest

from tests.cli.fake_api import Answer, FakeApi
from tests.cli.terminal import HOME, Terminal, example, listing, status

CONFLICT: dict[str, Any] = example("/connections/{connection_id}/conflicts", "get", "200", "one")[
    "items"
][0]
RESOLVED: dict[str, Any] = example(
    "/connections/{connection_id}/conflicts/{conflict_id}/use-record-value",
    "post",
    "200",
    "resolved",
)
PARKED = example("/connections/{connection_id}/links", "get", "200", "parked")
MARKED = example("/connections/{connection_id}/parked/retry", "post", "202", "marked")
MORE = example("/connections/{connection_id}/parked/retry", "post", "202", "more")
RETRY, DISCARD = f"POST {HOME}/parked/retry", f"POST {HOME}/parked/discard"


def test_conflicts_tell_what_lost_and_what_stands(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/conflicts", listing(CONFLICT, RESOLVED))

    told = terminal.run("conflicts").stdout

    for words in (
        CONFLICT["conflict_id"],
        "Opening of the new bridge",
        "Opening of the bridge, 1974",
        "(too long to be kept)",
        "was brought back at 2026-11-23 14:09:02",
    ):
        assert words in told


def test_conflicts_that_were_resolved_can_be_left_out(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/conflicts", listing(RESOLVED, CONFLICT))

    assert terminal.json("conflicts", "--unresolved") == listing(CONFLICT)
    assert terminal.json("conflicts", "list") == listing(RESOLVED, CONFLICT)


def test_no_conflict_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/conflicts", listing())

    assert terminal.run("conflicts").stdout == "There is no conflict.\n"


def test_a_records_value_is_brought_back(terminal: Terminal, api: FakeApi) -> None:
    conflict_id = RESOLVED["conflict_id"]
    api.on(f"POST {HOME}/conflicts/{conflict_id}/use-record-value", RESOLVED)

    told = terminal.run("conflicts", "use-record-value", conflict_id).stdout

    assert "title of the record mm-0f6f1c5e is Opening of the new bridge again" in told
    assert terminal.json("conflicts", "use-record-value", conflict_id) == RESOLVED


def test_what_is_parked_is_listed_with_its_reasons(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", PARKED)

    result = terminal.run("parked")

    assert result.exit_code == 2
    assert "write a language code of two letters" in result.stdout
    assert api.sent[-1].query["state"] == "parked"
    assert terminal.json("parked", exit_code=2) == PARKED


def test_nothing_parked_is_fine(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing())

    assert terminal.run("parked").exit_code == 0


def test_ids_are_sent_a_hundred_a_request(terminal: Terminal, api: FakeApi) -> None:
    api.on(RETRY, Answer(202, MARKED))
    ids = [f"asset{number}" for number in range(150)]

    told = terminal.run("parked", "retry", *ids, "--media-id", "holiday-1974").stdout

    assert [one.body for one in api.asked(RETRY)] == [
        {"asset_ids": ids[:100]},
        {"asset_ids": ids[100:]},
        {"media_ids": ["holiday-1974"]},
    ]
    assert "3 marked; carried out at the next run: 2026-11-23 14:05:00 UTC" in told
    assert told.count("Not b1VgiNVZgdQVMKLQbPoJTs3L: It is not parked") == 3


def test_everything_is_asked_for_until_no_more_is_marked(terminal: Terminal, api: FakeApi) -> None:
    stuck = {**MORE, "marked": 0}
    api.on(RETRY, Answer(202, MORE), Answer(202, MORE), Answer(202, stuck))

    assert terminal.json("parked", "retry", "--all") == {**stuck, "marked": 200}
    assert [one.body for one in api.asked(RETRY)] == [{"all": True}] * 3


def test_nothing_marked_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on(RETRY, Answer(202, {**MARKED, "marked": 0, "left": []}))

    assert "Nothing is marked" in terminal.run("parked", "retry", "--all").stdout


@pytest.mark.parametrize("words", [[], ["a1", "--all"], ["--media-id", "m", "--all"]])
def test_it_has_to_be_said_which(terminal: Terminal, words: list[str]) -> None:
    for verb in ("retry", "discard"):
        result = terminal.run("parked", verb, *words)

        assert (result.exit_code, "Say which" in result.stderr) == (1, True)


def test_values_are_given_up_only_after_the_number_was_typed(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on(DISCARD, Answer(202, {**MARKED, "left": []}))
    waiting = {"pending": 0, "parked": 7, "conflicts": 0, "held": 0}
    api.on(f"GET {HOME}", status(attention=waiting))

    assert terminal.run("parked", "discard", "--all", typed="6\n").exit_code == 1
    assert api.asked(DISCARD) == []
    assert terminal.run("parked", "discard", "--all", typed="7\n").exit_code == 0
    assert terminal.run("parked", "discard", "a1", "--media-id", "m", typed="2\n").exit_code == 0
    assert terminal.run("parked", "discard", "a1", "--yes").exit_code == 0
