from __future__ import annotations

from typing import Any

import pytest

from tests.cli.fake_api import Answer, FakeApi, problem
from tests.cli.terminal import HOME, ID, Terminal, another, listing, status

ADD = ("connections", "add", "https://mediamosa.example.org", "sync")
LEAST = {"url": "https://mediamosa.example.org", "user_name": "sync", "password": "s3cret"}


@pytest.fixture(autouse=True)
def taken(api: FakeApi) -> None:
    api.on("POST /connections", Answer(201, status("never_synced")))
    api.on(f"PUT {HOME}", status())


def test_connections_are_listed_with_how_they_are_set_up(terminal: Terminal, api: FakeApi) -> None:
    how = {**status()["configuration"], "default": False, "enabled": False, "time_zone": "UTC"}
    api.on("GET /connections", listing(status(), another(configuration=how)))

    told = terminal.run("connections").stdout

    for words in ("default", "switched off", "Europe/Amsterdam", "UTC", "on_trash remove"):
        assert words in told


def test_they_are_the_apis_objects_for_programs(terminal: Terminal) -> None:
    assert terminal.json("connections", "list") == listing(status())


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ({"env": {"MEDIAMOSA_PASSWORD": "s3cret"}}, []),
        ({"typed": "s3cret\n"}, []),
        ({"typed": "s3cret\n"}, ["--password-stdin"]),
    ],
)
def test_a_shared_key_comes_from_where_nobody_sees_it(
    terminal: Terminal, api: FakeApi, given: dict[str, Any], how: list[str]
) -> None:
    result = terminal.run(*ADD, *how, **given)

    assert result.exit_code == 0, result.output
    assert api.sent[-1].body == LEAST
    assert "s3cret" not in result.output
    assert "sync@https://mediamosa.example.org) is there; it is never synced." in result.stdout


def test_there_is_no_argument_for_a_key(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run(*ADD, "--password", "s3cret")

    assert result.exit_code == 1
    assert api.sent == []


def test_without_a_key_nothing_is_sent(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run(*ADD)

    assert (result.exit_code, "MEDIAMOSA_PASSWORD" in result.stderr) == (1, True)
    assert api.sent == []


def test_only_what_is_named_is_sent(terminal: Terminal, api: FakeApi) -> None:
    options = ["--time-zone", "UTC", "--page-size", "50", "--on-trash", "keep"]
    options += ["--on-unpublish", "remove", "--on-record-delete", "recreate"]

    terminal.run(*ADD, *options, env={"MEDIAMOSA_PASSWORD": "s3cret"})

    policies = {"on_trash": "keep", "on_unpublish": "remove", "on_record_delete": "recreate"}
    assert api.sent[-1].body == {
        **LEAST,
        "time_zone": "UTC",
        "page_size": 50,
        "policies": policies,
    }


def test_a_connection_is_changed_in_what_is_named(terminal: Terminal, api: FakeApi) -> None:
    result = terminal.run("connections", "change", ID[:6], "--disabled", "--page-size", "20")

    assert api.sent[-1].body == {"enabled": False, "page_size": 20}
    assert "is changed; it is idle." in result.stdout
    assert terminal.json("connections", "change", "--enabled") == status()


def test_its_key_is_changed_only_on_demand(terminal: Terminal, api: FakeApi) -> None:
    environment: dict[str, str | None] = {"MEDIAMOSA_PASSWORD": "n3w"}

    terminal.run("connections", "change", "--enabled", env=environment)
    assert api.sent[-1].body == {"enabled": True}

    terminal.run("connections", "change", "--password", env=environment)
    assert api.sent[-1].body == {"password": "n3w"}


def test_a_change_of_nothing_is_a_mistake(terminal: Terminal) -> None:
    result = terminal.run("connections", "change")

    assert (result.exit_code, "Nothing is to be changed" in result.stderr) == (1, True)


def test_a_refusal_is_told(terminal: Terminal, api: FakeApi) -> None:
    owned = "The stack's parameters decide about page_size of the default connection."
    api.on(f"PUT {HOME}", problem(409, "stack-owned", owned))

    result = terminal.run("connections", "change", "--page-size", "20")

    assert (result.exit_code, result.stderr) == (1, f"{owned}\n")
