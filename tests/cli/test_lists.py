from __future__ import annotations

from typing import Any

import pytest

from tests.cli.fake_api import FakeApi
from tests.cli.terminal import HOME, Terminal, example, listing

ROW: dict[str, Any] = example("/connections/{connection_id}/runs", "get", "200", "quiet")["items"][
    0
]
LINKS: list[dict[str, Any]] = example("/connections/{connection_id}/links", "get", "200", "parked")[
    "items"
]


def run_row(number: int, **changes: Any) -> dict[str, Any]:
    return {**ROW, "run_id": f"full-{number}", "runs": 1, **changes}


def test_runs_tell_what_each_came_to(terminal: Terminal, api: FakeApi) -> None:
    failed = run_row(2, outcome="failed", reason="MediaMosa did not answer.", links=None)
    api.on(f"GET {HOME}/runs", listing(ROW, failed))

    told = terminal.run("runs").stdout

    assert "290 runs since 2026-11-23 09:11:01" in told
    assert "2 unchanged" in told
    assert "1,000" in told
    assert "2026-11-23 14:03:01: MediaMosa did not answer." in told


def test_runs_of_one_outcome_are_looked_for_further_back(terminal: Terminal, api: FakeApi) -> None:
    failed = [run_row(number, outcome="failed", reason="No.") for number in range(3)]
    parts = [
        listing(run_row(9), failed[0], then="a"),
        listing(run_row(8), then="b"),
        listing(failed[1], then="c"),
    ]
    api.on(f"GET {HOME}/runs", *parts)

    told = terminal.json("runs", "--outcome", "failed", "--limit", "2")

    assert told == listing(*failed[:2], then="c")
    assert [one.query["limit"] for one in api.asked(f"GET {HOME}/runs")] == ["2", "1", "1"]


def test_a_list_that_goes_on_says_so_beside_the_result(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/runs", listing(ROW, then="more"))

    result = terminal.run("runs", "--limit", "1")

    assert "There are more than these 1" in result.stderr
    assert "There are more" not in result.stdout


def test_a_narrow_terminal_gets_the_table_of_runs_without_the_lesser_columns(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on(f"GET {HOME}/runs", listing(run_row(1), run_row(2)))

    told = terminal.run("runs", columns=80).stdout

    assert max(map(len, told.splitlines())) <= 80
    assert told.count("From") == 1
    assert "Requests" not in told
    assert "Requests" in terminal.run("runs", columns=40).stdout


def test_no_run_yet_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/runs", listing())

    assert terminal.run("runs").stdout == "No run has ended yet.\n"


def test_links_are_asked_for_by_state(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing(*LINKS))

    result = terminal.run("links", "--state", "parked")

    assert api.sent[-1].query["state"] == "parked"
    assert "a1LPyOVQRTKwZ7RMkSTUpJ4q" in result.stdout
    assert "holiday-1974" in result.stdout
    assert "write a language code of two letters" in result.stdout


@pytest.mark.parametrize(
    ("option", "name", "value"),
    [("--asset-id", "asset_id", LINKS[0]["asset_id"]), ("--media-id", "media_id", "mm-0f6f1c5e")],
)
def test_one_link_is_told_with_everything(
    terminal: Terminal, api: FakeApi, option: str, name: str, value: str
) -> None:
    given_up = {**LINKS[0]["parked"][0], "discarded": True}
    link = {**LINKS[0], "pushed_unknown": ["title"], "parked": [given_up]}
    api.on(f"GET {HOME}/links", listing(link))

    told = terminal.run("links", option, value).stdout

    assert api.sent[-1].query[name] == value
    for words in ("Parked: language", "(given up, at the next run)", "internal_note", "title"):
        assert words in told


def test_a_waiting_record_is_told_too(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing(LINKS[1]))

    told = terminal.run("links", "--media-id", "holiday-1974").stdout

    assert "not yet" in told
    assert "not known" in told


def test_no_link_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing())

    assert terminal.run("links", "--asset-id", "x").stdout == "There is none.\n"
    assert terminal.run("links").stdout == "There is none.\n"
    assert terminal.json("links") == listing()


def test_the_audit_tells_who_did_what(terminal: Terminal, api: FakeApi) -> None:
    row = {
        "at": "2026-11-23T14:03:31Z",
        "by": "viewer",
        "action": "restart",
        "outcome": "A viewer may look only.",
        "request_id": "r-1",
    }
    api.on(f"GET {HOME}/audit", listing(row))

    told = terminal.run("audit").stdout

    for words in ("2026-11-23 14:03:31", "viewer", "restart", "A viewer may look only.", "r-1"):
        assert words in told
    assert terminal.json("audit") == listing(row)
