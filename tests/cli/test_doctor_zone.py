"""How `doctor` measures the time zone of the stand-in MediaMosa's application."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cli.doctoring import OldMediaMosa, Server, connection, findings, verdicts
from tests.cli.fake_api import FakeApi
from tests.cli.terminal import Terminal, listing

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.mark.parametrize("server", ["UTC", "America/New_York"], indirect=True)
def test_a_wrong_zone_is_measured_on_a_deletion(terminal: Terminal, server: Server) -> None:
    server.delete(0)
    server.delete(1, ago=timedelta(days=150))

    zone = findings(terminal, 1)["time zone"]

    assert zone["verdict"] == "wrong"
    assert server.application.time_zone.key in zone["fix"]  # type: ignore[attr-defined]  # a ZoneInfo


@pytest.mark.parametrize("server", ["Africa/Lagos"], indirect=True)
def test_a_zone_without_summer_time_is_told_apart_by_an_old_deletion(
    terminal: Terminal, server: Server
) -> None:
    server.replace(0)
    assert verdicts(terminal, 0)["time zone"] == "fine"

    server.replace(1, ago=timedelta(days=150))
    assert verdicts(terminal, 1)["time zone"] == "wrong"


@pytest.mark.parametrize("server", ["Asia/Kathmandu"], indirect=True)
def test_a_zone_too_far_west_is_seen_on_a_fresh_change(terminal: Terminal, server: Server) -> None:
    server.edit(0)

    zone = findings(terminal, 1)["time zone"]

    assert "UTC+5:45 or further east" in zone["sentence"]


def test_a_fresh_change_is_enough_for_the_right_zone(terminal: Terminal, server: Server) -> None:
    server.edit(0)

    assert verdicts(terminal)["time zone"] == "fine"


@pytest.mark.parametrize("server", ["UTC"], indirect=True)
def test_a_zone_too_far_east_stays_open_without_a_deletion(
    terminal: Terminal, server: Server
) -> None:
    server.edit(0)

    zone = findings(terminal, 2)["time zone"]

    assert zone["verdict"] == "look"
    assert "from UTC+0 to UTC+14 everything is possible" in zone["sentence"]


def test_a_server_without_the_list_of_deletions_is_measured_by_stamps(
    terminal: Terminal, api: FakeApi
) -> None:
    server = Server("Europe/Amsterdam", OldMediaMosa)
    server.replace(0)
    server.edit(1)
    api.on("GET /connections", listing(connection(server, "Europe/Amsterdam")))

    with server.stand_in:
        assert "newest change" in findings(terminal)["time zone"]["sentence"]


def test_a_zone_that_this_machine_does_not_know_is_left_out(
    terminal: Terminal, api: FakeApi, server: Server
) -> None:
    api.on("GET /connections", listing(connection(server, "Europe/Atlantis")))

    assert verdicts(terminal)["time zone"] == "skipped"
