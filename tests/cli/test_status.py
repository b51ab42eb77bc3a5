from __future__ import annotations

import pytest

from tests.cli.fake_api import FakeApi, problem
from tests.cli.terminal import HOME, ID, Terminal, another, listing, status
from tests.openapi.description import example_status

STATES = ["paused", "failing", "held", "requested", "running", "stale", "never_synced", "idle"]


@pytest.mark.parametrize("state", STATES)
def test_one_connection_is_told_with_everything_there_is(
    terminal: Terminal, api: FakeApi, state: str
) -> None:
    api.on("GET /connections", listing(status(state)))

    result = terminal.run("status")

    assert ID in result.stdout
    assert state.replace("_", " ") in result.stdout
    reason = example_status(state)["reason"]
    assert reason is None or reason in result.stdout
    assert result.exit_code == (2 if state in {"failing", "held", "stale"} else 0)


def test_times_are_absolute_and_relative(terminal: Terminal) -> None:
    told = terminal.run("status").stdout

    assert "2026-11-23 14:03:02 UTC (1 min 18 s ago)" in told
    assert "2026-11-23 14:05:00 UTC (in 40 s)" in told


def test_a_full_run_shows_how_far_it_is(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status("running")))

    assert "420 of 1,000 assets (42 %)" in terminal.run("status").stdout


def test_a_first_walk_without_a_total_shows_what_is_done(terminal: Terminal, api: FakeApi) -> None:
    running = status("running", progress={"done": 1, "total": None})
    api.on("GET /connections", listing(running))

    assert "1 asset so far" in terminal.run("status").stdout


def test_a_full_run_that_was_asked_for_is_said(terminal: Terminal, api: FakeApi) -> None:
    asked = status(full_requested_at="2026-11-23T14:04:10Z")
    api.on("GET /connections", listing(asked))

    assert "Full run" in terminal.run("status").stdout
    assert "asked for at 2026-11-23 14:04:10 UTC (10 s ago)" in terminal.run("status").stdout


def test_a_schedule_that_is_off_is_said(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status("stale")))

    assert "none: the schedule is off" in terminal.run("status").stdout


def test_parked_values_need_a_person_whatever_the_state(terminal: Terminal, api: FakeApi) -> None:
    waiting = {"pending": 12, "parked": 1000, "conflicts": 0, "held": 0}
    api.on("GET /connections", listing(status(attention=waiting)))

    result = terminal.run("status")

    assert result.exit_code == 2
    assert "12 pending, 1,000+ parked" in result.stdout
    assert "`parked list`" in result.stderr


def test_several_connections_are_a_table_with_their_reasons(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on("GET /connections", listing(status("failing"), another()))

    result = terminal.run("status")

    assert result.exit_code == 2
    assert "archive@https://mediamosa.example.org" in result.stdout
    assert "5f0c6a0b: MediaMosa did not answer within 20 seconds." in result.stdout


def test_one_of_several_is_told_alone(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status("failing"), another()))

    result = terminal.run("status", "5f99")

    assert result.exit_code == 0
    assert "failing" not in result.stdout


def test_no_connection_is_no_error(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing())

    result = terminal.run("status")

    assert (result.exit_code, "no connection yet" in result.stdout) == (0, True)


def test_json_is_what_the_api_answers(terminal: Terminal, api: FakeApi) -> None:
    both = listing(status(), another())
    api.on("GET /connections", both)

    assert terminal.json("status") == both
    assert terminal.json("status", "5f99") == another()
    assert terminal.json("status", "--connection", ID) == status()


def test_json_has_the_same_exit_code(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status("held")))

    terminal.json("status", exit_code=2)


def test_a_refusal_is_the_apis_own_sentence(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"POST {HOME}/full", problem(403, "forbidden", "A viewer may look only."))

    result = terminal.run("full")

    assert result.exit_code == 1
    assert (result.stdout, result.stderr) == ("", "A viewer may look only.\n")


def test_a_token_that_is_not_known_is_named_by_its_variable(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on("GET /connections", problem(401, "unauthorized", "Send a known token."))

    result = terminal.run("status")

    assert result.exit_code == 1
    assert "MEDIAMOSA_SYNC_TOKEN" in result.stderr
    assert "operator-token" not in result.output
