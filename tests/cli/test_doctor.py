"""`doctor` before an API that answers as described and the stand-in MediaMosa."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from infra.cli.doctor.server_checks import encryption
from tests.cli.doctoring import (
    KEY,
    SOME,
    WITH_KEY,
    Server,
    connection,
    findings,
    verdicts,
)
from tests.cli.fake_api import Answer, FakeApi, problem
from tests.cli.terminal import HOME, ID, NOW, Terminal, example, listing, status

pytestmark = pytest.mark.usefixtures("healthy")


def test_a_healthy_connection_is_fine_from_end_to_end(terminal: Terminal, server: Server) -> None:
    server.replace(0)

    result = terminal.run("doctor", env=WITH_KEY)

    assert result.exit_code == 0, result.output
    assert result.stdout.count("✓") == 13
    for words in (
        "answers, and knows the token",
        "On; next run 2026-11-23 14:05:00 UTC",
        "2 requests for a planned page",
        "1 property of MediaMosa. dublin_core: title as name.",
        "year (ignore)",
        "takes the login of sync; version 3.6.2",
        "Europe/Amsterdam is right: measured on 1 deletion",
        "MediaMosa has 12 assets; 12 records tied",
    ):
        assert words in result.stdout, words
    assert "Nothing to fix." in result.stdout


def test_mediamosa_is_only_read(terminal: Terminal, server: Server) -> None:
    server.replace(0)
    server.edit(1)
    before = server.model.store.assets.copy()

    verdicts(terminal)

    asked = [one for one in server.stand_in.control.requests if one.path != "login"]
    assert {one.method for one in asked} == {"GET"}
    assert len(asked) == 6
    assert server.model.store.assets == before
    assert all(asset.viewed == 0 for asset in server.model.store.assets.values())


def test_the_api_is_only_read_too(terminal: Terminal, api: FakeApi) -> None:
    findings(terminal, 2)

    assert {str(one) for one in api.sent if one.method != "GET"} == {f"POST {HOME}/plan"}


def test_a_wrong_key_is_told_by_the_login(terminal: Terminal) -> None:
    found = findings(terminal, 1, MEDIAMOSA_PASSWORD="another")

    assert found["MediaMosa"]["verdict"] == "wrong"
    assert "does not accept the password" in found["MediaMosa"]["sentence"]
    assert "time zone" not in found


def test_a_server_that_is_away_is_told(terminal: Terminal, api: FakeApi, server: Server) -> None:
    away = connection(server, "UTC", url="http://127.0.0.1:9")
    api.on("GET /connections", listing(away))

    assert "takes no connection on port 9" in findings(terminal, 1)["MediaMosa"]["sentence"]


def test_an_address_that_is_none_is_told(terminal: Terminal, api: FakeApi, server: Server) -> None:
    api.on("GET /connections", listing(connection(server, "UTC", url="https://u:p@example.org")))

    assert findings(terminal, 1)["MediaMosa"]["verdict"] == "wrong"


def test_without_a_key_mediamosa_is_not_asked(terminal: Terminal, server: Server) -> None:
    result = terminal.run("doctor")

    assert result.exit_code == 0
    assert "- MediaMosa: Not asked: there is no shared key" in result.stdout
    assert list(server.stand_in.control.requests) == []


@pytest.mark.parametrize(
    ("words", "typed"), [([], f"{KEY}\n"), (["--password-stdin"], f"{KEY}\n"), ([], "\n")]
)
def test_a_key_can_be_typed_or_left_out(
    terminal: Terminal, server: Server, words: list[str], typed: str
) -> None:
    server.edit(0)

    result = terminal.run("doctor", *words, typed=typed)

    assert result.exit_code == 0
    assert ("takes the login" in result.stdout) == (typed != "\n")
    assert KEY not in result.output


def test_the_key_of_a_run_here_is_used(
    terminal: Terminal, api: FakeApi, server: Server, tmp_path: Path
) -> None:
    server.edit(0)
    (tmp_path / ".local").mkdir()
    run = {"api_url": api.url, "operator_token": "t", "connection_id": ID}
    told = json.dumps({**run, "mediamosa_password": KEY})
    (tmp_path / ".local/run.json").write_text(told, "utf-8")

    found = verdicts(
        terminal, MEDIAMOSA_SYNC_API_URL=None, MEDIAMOSA_SYNC_TOKEN=None, MEDIAMOSA_PASSWORD=None
    )

    assert found["MediaMosa"] == "fine"
    assert api.sent[0].headers["Authorization"] == "Bearer t"


def test_without_the_api_nothing_else_is_checked(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", problem(401, "unauthorized", "Send a known token."))

    found = findings(terminal, 1)

    assert list(found) == ["API"]
    assert "MEDIAMOSA_SYNC_TOKEN" in found["API"]["sentence"]


@pytest.mark.parametrize(
    ("state", "verdict", "code"),
    [
        ("failing", "wrong", 1),
        ("stale", "wrong", 1),
        ("held", "look", 2),
        ("paused", "look", 2),
        ("running", "fine", 2),
    ],
)
def test_the_state_is_part_of_it(
    terminal: Terminal, api: FakeApi, server: Server, state: str, verdict: str, code: int
) -> None:
    told = {**status(state), "url": server.stand_in.url}
    api.on("GET /connections", listing(told))

    assert verdicts(terminal, code)["state"] == verdict


def test_a_schedule_that_is_off_is_wrong(terminal: Terminal, api: FakeApi, server: Server) -> None:
    api.on("GET /connections", listing(connection(server, "Europe/Amsterdam", next_run=None)))

    assert verdicts(terminal, 1)["schedule"] == "wrong"


def test_clocks_that_differ_are_told(terminal: Terminal, api: FakeApi, server: Server) -> None:
    api.now = NOW + timedelta(minutes=5)
    server.now -= 7200

    found = findings(terminal, 2)

    assert "5 min ahead of this machine's" in found["API's clock"]["sentence"]
    assert "2 h behind this machine's" in found["MediaMosa's clock"]["sentence"]


def test_functions_that_cannot_reach_mediamosa_are_told(terminal: Terminal, api: FakeApi) -> None:
    away = problem(503, "mediamosa-unavailable", "The name is not known to the name service.")
    api.on(f"POST {HOME}/plan", away)

    found = findings(terminal, 1)["sync to MediaMosa"]

    assert "not known to the name service" in found["sentence"]


def test_a_viewers_token_checks_what_it_can(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"POST {HOME}/plan", problem(403, "forbidden", "A viewer may look only."))

    assert verdicts(terminal, 2)["sync to MediaMosa"] == "skipped"


def test_an_api_without_plans_is_worth_a_look(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"POST {HOME}/plan", Answer(404, {}, described=False))

    assert verdicts(terminal, 2)["sync to MediaMosa"] == "look"


def test_names_that_no_property_takes_are_listed(
    terminal: Terminal, api: FakeApi, server: Server
) -> None:
    server.edit(0)
    link = example("/connections/{connection_id}/links", "get", "200", "parked")["items"][0]
    hostile = {**link, "ignored": ["zeta\x1b[2J", "alpha"]}
    api.on(f"GET {HOME}/links", listing(link, hostile))

    found = findings(terminal, 2)["names"]

    assert "in 2 links looked at: alpha, internal_note, zeta\\x1b[2J." in found["sentence"]


def test_properties_that_were_never_read_are_said(terminal: Terminal, api: FakeApi) -> None:
    never = example("/connections/{connection_id}/properties", "get", "200", "never")
    api.on(f"GET {HOME}/properties", never)

    assert verdicts(terminal, 2)["properties"] == "skipped"


def test_properties_that_cannot_be_read_end_nothing(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/properties", problem(503, "unavailable", "The tables could not be read."))

    found = verdicts(terminal, 1)

    assert (found["properties"], found["MediaMosa"]) == ("wrong", "fine")


def test_a_connection_that_may_write_nothing_is_worth_a_look(
    terminal: Terminal, api: FakeApi
) -> None:
    api.on(f"GET {HOME}/properties", {**SOME, "items": SOME["items"][:1]})

    assert verdicts(terminal, 2)["may write"] == "look"


@pytest.mark.parametrize(("links", "verdict"), [(5, "look"), (None, "skipped"), (12, "fine")])
def test_records_are_counted_against_assets(
    terminal: Terminal, api: FakeApi, server: Server, links: int | None, verdict: str
) -> None:
    server.edit(0)
    run = {**status()["run"], "links": links}
    told = connection(server, "Europe/Amsterdam", run=run, full=None)
    api.on("GET /connections", listing(told))

    assert verdicts(terminal, 2 if verdict == "look" else 0)["counts"] == verdict


def test_trashed_assets_may_or_may_not_have_records(
    terminal: Terminal, api: FakeApi, server: Server
) -> None:
    server.delete(0, trashcan="TRUE")
    told = connection(server, "Europe/Amsterdam")
    told["run"] = {**told["run"], "links": 11}
    api.on("GET /connections", listing(told))

    counts = findings(terminal)["counts"]

    assert counts["verdict"] == "fine"
    assert "12 assets, 1 of them trashed" in counts["sentence"]


def test_an_address_without_encryption_is_worth_a_look() -> None:
    assert encryption("http://mediamosa.example.org") is not None
    assert encryption("https://mediamosa.example.org") is None
    assert encryption("http://127.0.0.1:8080") is None


def test_what_to_fix_is_listed_at_the_end(terminal: Terminal, api: FakeApi, server: Server) -> None:
    api.on("GET /connections", listing(connection(server, "Europe/Amsterdam", next_run=None)))

    told = terminal.run("doctor", env=WITH_KEY).stdout

    assert "✗ schedule: The schedule is off" in told
    assert "What to fix:\n1. schedule: Switch it on." in told
