from __future__ import annotations

from typing import Any

import pytest

from tests.cli.fake_api import Answer, FakeApi, problem
from tests.cli.terminal import HOME, ID, Terminal, another, example, listing, status

MARK = example("/connections/{connection_id}/restart", "post", "202", "marked")
MARKED_AT = MARK["restart_requested_at"]
REQUESTED = status("requested")
RUN: dict[str, Any] = {
    **status("running")["full"],
    "run_id": "full-9",
    "trigger": "restart",
    "started_at": "2026-11-23T14:05:01Z",
}


def walking(done: int, phase: str = "walk", **changes: Any) -> dict[str, Any]:
    full = {**RUN, "phase": phase}
    return status("running", full=full, run=full, progress={"done": done, "total": 1000}, **changes)


def ended(outcome: str = "succeeded", **changes: Any) -> dict[str, Any]:
    full = {**RUN, "phase": "finish", "finished_at": "2026-11-23T14:05:30Z", "outcome": outcome}
    return status(full=full, run=full, progress={"done": 1000, "total": 1000}, **changes)


@pytest.fixture(autouse=True)
def marks(api: FakeApi) -> None:
    api.on(f"POST {HOME}/restart", Answer(202, MARK))


def test_a_restart_is_only_asked_for(terminal: Terminal) -> None:
    result = terminal.run("restart")

    assert result.exit_code == 0
    assert "begins at the next run: 2026-11-23 14:05:00 UTC (in 40 s)" in result.stdout
    assert terminal.json("restart") == MARK


def test_without_a_schedule_it_is_said_when_it_begins(terminal: Terminal, api: FakeApi) -> None:
    off = example("/connections/{connection_id}/restart", "post", "202", "schedule_off")
    api.on(f"POST {HOME}/restart", Answer(202, off))

    assert "once the schedule is on" in terminal.run("restart").stdout


def test_waiting_follows_the_run_that_the_restart_began(terminal: Terminal, api: FakeApi) -> None:
    api.on(
        f"GET {HOME}",
        status(),
        REQUESTED,
        status(),
        walking(100),
        walking(100),
        walking(700, "delete"),
        ended(),
    )

    result = terminal.run("restart", "--wait")

    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "Waiting for the next run, 2026-11-23 14:05:00 UTC (in 40 s)",
        "Waiting for the next run, 2026-11-23 14:05:00 UTC (in 38 s)",
        "Full run, walk: 100 of 1,000 assets",
        "Full run, delete: 700 of 1,000 assets",
    ]
    assert "succeeded after 29 s" in result.stdout
    assert terminal.pauses == [2.0] * 5


def test_a_run_that_was_quicker_than_the_first_look_is_seen(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on(f"GET {HOME}", status(), ended())

    assert terminal.json("restart", "--wait") == ended()


def test_the_first_run_of_all_may_take_the_mark(terminal: Terminal, api: FakeApi) -> None:
    first = ended()
    first["full"] = {**first["full"], "trigger": "first"}
    api.on(f"GET {HOME}", status("never_synced"), first)

    assert terminal.run("restart", "--wait").exit_code == 0


def test_a_run_that_was_under_way_before_is_not_the_restarts(
    terminal: Terminal, api: FakeApi
) -> None:
    older = {**RUN, "run_id": "full-7", "trigger": "schedule", "started_at": "2026-11-23T14:04:20Z"}
    begun_between = status("requested", full=older, run=older)
    api.on(f"GET {HOME}", status(), begun_between, ended())

    assert terminal.run("restart", "--wait").exit_code == 0
    assert len(api.asked(f"GET {HOME}")) == 3


@pytest.mark.parametrize(
    ("outcome", "code"), [("partial", 2), ("held", 2), ("failed", 1), ("skipped", 1)]
)
def test_the_outcome_decides_the_exit_code(
    terminal: Terminal, api: FakeApi, outcome: str, code: int
) -> None:
    api.on(f"GET {HOME}", status(), ended(outcome))

    assert terminal.run("restart", "--wait").exit_code == code


def test_trouble_on_the_way_is_told_and_waited_out(terminal: Terminal, api: FakeApi) -> None:
    failing = {**walking(100), "state": "failing", "reason": "MediaMosa is away."}
    api.on(f"GET {HOME}", status(), failing, ended())

    result = terminal.run("restart", "--wait")

    assert result.exit_code == 0
    assert "(failing: MediaMosa is away.): 100 of 1,000" in result.stderr


def test_an_api_that_is_away_for_a_moment_is_asked_again(terminal: Terminal, api: FakeApi) -> None:
    away = problem(503, "unavailable", "The tables could not be read.")
    api.on(f"GET {HOME}", status(), away, away, ended())

    assert terminal.run("restart", "--wait").exit_code == 0


def test_an_api_that_stays_away_ends_the_waiting_alone(terminal: Terminal, api: FakeApi) -> None:
    stranger = Answer(502, {"message": "Bad gateway"}, described=False)
    api.on(f"GET {HOME}", status(), stranger)

    result = terminal.run("restart", "--wait")

    assert result.exit_code == 1
    assert "The restart itself goes on." in result.stderr


def test_what_cannot_begin_is_not_waited_for(terminal: Terminal, api: FakeApi) -> None:
    how = status()["configuration"]
    hindrances: dict[str, dict[str, Any]] = {
        "the pull is resumed": {"configuration": {**how, "paused": ["pull"]}},
        "switch the connection on": {"configuration": {**how, "enabled": False}},
        "the schedule is on": {"next_run": None},
    }
    for words, changes in hindrances.items():
        api.on(f"GET {HOME}", status(), {**REQUESTED, **changes})

        result = terminal.run("restart", "--wait")

        assert (result.exit_code, words in result.stderr) == (1, True)


def test_a_paused_push_is_no_hindrance(terminal: Terminal, api: FakeApi) -> None:
    paused = {**status()["configuration"], "paused": ["push"]}
    api.on(f"GET {HOME}", status(), {**REQUESTED, "configuration": paused}, ended())

    assert terminal.run("restart", "--wait").exit_code == 0


def test_a_restart_that_somebody_takes_back_is_not_waited_for(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on(f"GET {HOME}", status(), REQUESTED, status())

    result = terminal.run("restart", "--wait")

    assert (result.exit_code, "taken back" in result.stderr) == (1, True)
    assert 60 < terminal.asleep < 70


def test_a_mark_that_was_taken_by_a_step_in_trouble_is_waited_for(
    terminal: Terminal, api: FakeApi
) -> None:
    failing = status("failing", full=status()["full"])
    api.on(f"GET {HOME}", status(), REQUESTED, *[failing] * 60, ended())

    assert terminal.run("restart", "--wait").exit_code == 0


def test_another_restart_breaks_the_waiting_off(terminal: Terminal, api: FakeApi) -> None:
    other = walking(1)
    other["full"] = {**other["full"], "run_id": "full-12"}
    api.on(f"GET {HOME}", status(), walking(1), other)

    result = terminal.run("restart", "--wait")

    assert (result.exit_code, "broken off by another restart" in result.stderr) == (1, True)


def test_waiting_has_an_end_if_one_is_set(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}", status(), walking(1))

    result = terminal.run("restart", "--wait", "--timeout", "10")

    assert (result.exit_code, "within 10 s" in result.stderr) == (1, True)
    assert terminal.asleep == 10


def test_a_restart_can_be_withdrawn(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"DELETE {HOME}/restart", {"withdrawn": True}, {"withdrawn": False})

    assert terminal.run("restart", "--withdraw").stdout == "The restart is withdrawn.\n"
    assert terminal.run("restart", "--withdraw").stdout == "No restart was waiting.\n"
    assert terminal.json("restart", "--withdraw") == {"withdrawn": False}
    assert terminal.run("restart", "--withdraw", "--wait").exit_code == 1
    assert api.asked(f"POST {HOME}/restart") == []


def test_a_full_run_is_asked_for(terminal: Terminal, api: FakeApi) -> None:
    mark = example("/connections/{connection_id}/full", "post", "202", "marked")
    api.on(f"POST {HOME}/full", Answer(202, mark))

    assert "A full run is asked for" in terminal.run("full").stdout
    assert terminal.json("full") == mark


@pytest.mark.parametrize(
    ("paused", "words"),
    [
        (["pull", "push"], "Paused: from MediaMosa (pull) and to MediaMosa (push)."),
        (["push"], "Paused: to MediaMosa (push)."),
        ([], "Nothing is paused. Next run: 2026-11-23 14:05:00 UTC (in 40 s)."),
    ],
)
def test_pausing_and_resuming_tell_what_is_paused_then(
    terminal: Terminal, api: FakeApi, paused: list[str], words: str
) -> None:
    then = status(configuration={**status()["configuration"], "paused": paused})
    for verb in ("pause", "resume"):
        api.on(f"POST {HOME}/{verb}", then)

        assert terminal.run(verb, "push").stdout == f"{words}\n"
        assert api.sent[-1].body == {"direction": "push"}
        assert terminal.json(verb) == then
        assert api.sent[-1].body == {"direction": "both"}


def test_an_action_on_one_of_several_needs_its_name(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", listing(status(), another()))

    result = terminal.run("restart")

    assert result.exit_code == 1
    assert "--connection" in result.stderr
    assert terminal.run("restart", "--connection", ID).exit_code == 0


def test_a_terminal_gets_a_bar(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}", status(), REQUESTED, walking(420), ended())

    told = terminal.run("restart", "--wait", env={"FORCE_COLOR": "1", "TERM": "xterm"}, columns=90)

    assert told.exit_code == 0
    assert "420/1,000" in told.stderr
    assert "Full run, walk" in told.stderr
    assert "Full run" not in told.stdout
