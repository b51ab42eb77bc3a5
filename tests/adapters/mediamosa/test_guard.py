"""The guard at work: what is connected to, under which name (DESIGN § 7; promises § 7)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mediamosa_sync.adapters.mediamosa.addresses import AddressRefused
from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.errors import Unavailable
from tests.adapters.mediamosa.scripted import http
from tests.adapters.mediamosa.support import (
    SETTINGS,
    WINDOW,
    MediaMosa,
    Scene,
    asset_xml,
    scene,
    xml,
)

PAGE = http(xml([asset_xml("B1")]))
NAMED = replace(SETTINGS, allowed_hosts=frozenset({"media.test"}))
UNNAMED = replace(SETTINGS, allowed_hosts=frozenset())


class Resolver:
    """Answers as told, the last answer for ever, and remembers what it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = [*answers]
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def named(host: str) -> Connection:
    return Connection(f"http://{host}:PORT", "testapp1", "arn")


def read(stage: Scene) -> None:
    stage.adapter.page(WINDOW, since=None, prefix="")


def test_the_checked_address_is_called_under_the_hosts_own_name() -> None:
    resolver = Resolver(["127.0.0.1"])
    with scene(PAGE, connection=named("media.test"), settings=NAMED, resolver=resolver) as stage:
        read(stage)

        host = f"media.test:{stage.server.port}"
        assert {one.headers["host"] for one in stage.server.seen} == {host}
        assert resolver.asked == [("media.test", stage.server.port)]


def test_a_name_that_changes_its_address_is_checked_for_every_connection() -> None:
    """A name that led outside when it was checked and inside when it was called (rebinding)."""
    resolver = Resolver(["127.0.0.1"], ["127.0.0.1"])
    with scene(PAGE, connection=named("media.test"), settings=UNNAMED, resolver=resolver) as stage:
        for _ in range(3):
            with pytest.raises(AddressRefused, match=r"leads to 127\.0\.0\.1"):
                read(stage)

        assert stage.server.connections == 0
        assert len(resolver.asked) == 3


def test_each_connection_uses_the_addresses_of_its_own_check() -> None:
    resolver = Resolver(["127.0.0.1"], ["203.0.113.1"])
    with scene(
        iter([PAGE]), connection=named("media.test"), settings=NAMED, resolver=resolver
    ) as stage:
        read(stage)

        assert len(resolver.asked) == stage.server.connections == 1


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    resolver = Resolver(["127.0.0.2", "127.0.0.1"])
    with scene(PAGE, connection=named("media.test"), settings=NAMED, resolver=resolver) as stage:
        read(stage)

        assert stage.server.connections == 1


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"],
)
def test_no_spelling_of_this_machine_is_called(host: str) -> None:
    with scene(PAGE, connection=named(host), settings=UNNAMED) as stage:
        with pytest.raises((AddressRefused, Unavailable)):
            read(stage)

        assert stage.server.connections == 0


@pytest.mark.parametrize("host", ["①②⑦.⓪.⓪.①", "127。0。0。1"])
def test_look_alikes_of_this_machine_are_not_called(host: str) -> None:
    with scene(PAGE, connection=named(host), settings=UNNAMED) as stage:
        with pytest.raises((InvalidConfiguration, Unavailable)):
            read(stage)

        assert stage.server.connections == 0


def test_a_refused_address_is_not_tried_again() -> None:
    with scene(PAGE, settings=UNNAMED) as stage:
        with pytest.raises(AddressRefused, match="AllowedHosts"):
            read(stage)

        assert stage.adapter.requests == 1
        assert stage.time.pauses == []


@pytest.mark.parametrize("host", ["*", ".media.test"])
def test_a_host_that_is_no_name_is_a_wrong_setting(host: str) -> None:
    resolver = Resolver([])
    with (
        scene(PAGE, connection=named(host), resolver=resolver) as stage,
        pytest.raises(InvalidConfiguration, match="cannot be called: write it like"),
    ):
        read(stage)
    assert resolver.asked == []


def test_proxies_and_passwords_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with scene(PAGE) as stage:
        read(stage)

        assert all("authorization" not in one.headers for one in stage.server.seen)


def test_the_session_is_sent_to_nobody_else() -> None:
    with scene(PAGE) as first, scene(PAGE, mosa=MediaMosa([PAGE])) as second:
        read(first)
        read(second)

        cookies = {one.headers.get("cookie") for one in second.server.seen}
        assert cookies == {None, "SESSae73=COOKIE-VALUE-1"}
