"""The adapter before the stand-in MediaMosa, which behaves as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.mediamosa import seed
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.properties import default_field_map
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import NotLoggedIn
from tests.adapters.mediamosa.support import KEY, SETTINGS, USER, FakeTime, Keys

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SOME = 1000


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    model = MediaMosa(clock=lambda: int(NOW.timestamp()), ids=SeededIds("adapter"))
    application = Application(1, USER, KEY, "Europe/Amsterdam")
    model.add_application(application)
    seed.plant(model, application, SOME, 1)
    with StandIn(model) as running:
        yield running


@pytest.fixture
def server(stand_in: StandIn) -> Iterator[RequestsAssetServer]:
    with opened(stand_in, Keys()) as adapter:
        yield adapter


@contextmanager
def opened(stand_in: StandIn, keys: Keys) -> Iterator[RequestsAssetServer]:
    time = FakeTime()
    connection = Connection(stand_in.url, USER, "arn", time_zone="Europe/Amsterdam")
    adapter = RequestsAssetServer(
        connection, keys, SETTINGS, sleep=time.sleep, monotonic=time.monotonic
    )
    try:
        yield adapter
    finally:
        adapter.close()


def walk(
    server: RequestsAssetServer, since: datetime | None = None, size: int = 199
) -> list[Asset]:
    found: list[Asset] = []
    total = None
    while total is None or len(found) < total:
        window = Window(len(found), size, with_total=total is None)
        page = server.page(window, since=since, prefix="")
        found += page.assets
        total = page.total if total is None else total
    return found


def test_a_walk_sees_every_asset_once_and_in_order(
    server: RequestsAssetServer, stand_in: StandIn
) -> None:
    found = [asset.asset_id for asset in walk(server)]

    assert found == sorted(stand_in.model.store.assets)
    assert len(found) == SOME
    assert server.requests == 2 + 6


def test_what_changed_since_an_instant_is_what_the_stamps_say(server: RequestsAssetServer) -> None:
    everything = walk(server)
    stamps = sorted(asset.modified for asset in everything if asset.modified is not None)
    since = stamps[len(stamps) // 2]

    changed = walk(server, since)

    assert {asset.asset_id for asset in changed} == {
        asset.asset_id
        for asset in everything
        if asset.modified is not None and asset.modified >= since
    }


def test_nothing_is_newer_than_the_servers_clock(server: RequestsAssetServer) -> None:
    page = server.page(Window(0, 1, with_total=True), since=NOW + timedelta(days=1), prefix="")

    assert (page.assets, page.total) == ((), 0)


def test_assets_read_by_id_have_the_revisions_of_the_list(server: RequestsAssetServer) -> None:
    page = server.page(Window(0, 100, with_total=False), since=None, prefix="")

    read = server.assets([asset.asset_id for asset in page.assets])

    assert {one: revision(asset) for one, asset in read.items()} == {
        asset.asset_id: revision(asset) for asset in page.assets
    }


def test_a_prefix_lists_exactly_the_ids_that_begin_so(server: RequestsAssetServer) -> None:
    everything = [asset.asset_id for asset in walk(server)]
    prefix = everything[SOME // 2][:2]

    page = server.page(Window(0, 199, with_total=True), since=None, prefix=prefix)

    assert [asset.asset_id for asset in page.assets] == [
        one for one in everything if one.startswith(prefix)
    ]


def test_the_properties_give_a_field_map(server: RequestsAssetServer) -> None:
    names = {mapped.name for mapped in default_field_map(server.properties())}

    assert {"title", "subject", "title_alternative"} <= names
    assert not names & {"published", "trashcan", "tag"}


def test_a_wrong_key_is_not_accepted(stand_in: StandIn) -> None:
    with (
        opened(stand_in, Keys("wrong", "wrong")) as adapter,
        pytest.raises(NotLoggedIn, match="does not accept the password"),
    ):
        adapter.properties()
