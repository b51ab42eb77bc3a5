"""Every server of the port gives the same answers about the same world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, AssetPage, revision
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Refused
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa import world as known
from tests.adapters.mediamosa.world import EVER, World, copy_of, mediafile_of, real, walk
from tests.fakes.mediamosa import ModelAssetServer

Servers = dict[str, AssetServer]
NAMES = ["fake", "model", "requests"]
IN_LOCAL_TIME = ["model", "requests"]
"""Those that speak local time, in which an hour happens twice; the fake speaks UTC."""


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def servers(world: World) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield {
            "fake": copy_of(world),
            "model": ModelAssetServer(world.model, world.ours),
            "requests": stack.enter_context(real(world)),
        }


@pytest.fixture(params=NAMES)
def server(request: pytest.FixtureRequest, servers: Servers) -> AssetServer:
    return servers[request.param]


@pytest.fixture(params=IN_LOCAL_TIME)
def local(request: pytest.FixtureRequest, servers: Servers) -> AssetServer:
    return servers[request.param]


def ids_of(page: AssetPage) -> list[str]:
    return [asset.asset_id for asset in page.assets]


def marked(server: AssetServer, since: datetime | None = None) -> list[str]:
    return [asset.asset_id for asset in walk(server, since=since, prefix="1")]


def test_the_list_holds_everything_of_the_application_in_byte_order(server: AssetServer) -> None:
    found = [asset.asset_id for asset in walk(server)]

    assert found == sorted(found)
    assert len(found) == known.SEEDED + 8 + len(known.AUTUMN) + len(known.SPRING)
    assert marked(server) == sorted(
        [
            known.TRASHED,
            known.RESTORED,
            known.UNPUBLISHED,
            known.INAPPROPRIATE,
            known.PRIVATE,
            known.UNSTAMPED,
            known.STATELESS,
            known.STRANGE,
        ]
    )


def test_every_server_tells_the_same_assets(servers: Servers) -> None:
    fake, model, requests = (walk(servers[name]) for name in NAMES)

    assert model == requests
    assert fake == model
    assert [revision(one) for one in fake] == [revision(one) for one in requests]


def test_every_server_tells_the_same_changes_and_tombstones(servers: Servers) -> None:
    fake, model, requests = (walk(servers[name], since=EVER) for name in NAMES)

    assert model == requests
    assert fake == model
    assert Asset(known.DELETED, tombstone=True, modified=known.NOW) in model
    assert known.UNSTAMPED not in [asset.asset_id for asset in model]


WINDOWS = [
    Window(0, 1, with_total=True),
    Window(0, 199, with_total=False),
    Window(17, 20, with_total=True),
    Window(160, 100, with_total=False),
    Window(160, 100, with_total=True),
    Window(10_000, 10, with_total=True),
    Window(10_000, 10, with_total=False),
]


@pytest.mark.parametrize("prefix", ["", "1", "Q", "2", "none-has-this", 'w"\\*^?'])
@pytest.mark.parametrize("since", [None, EVER, known.NOW], ids=["all", "ever", "now"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_every_server_gives_the_same_page(
    servers: Servers, window: Window, since: datetime | None, prefix: str
) -> None:
    fake, model, requests = (
        servers[name].page(window, since=since, prefix=prefix) for name in NAMES
    )

    assert model == requests
    assert fake == model
    assert model.server_time == known.NOW


@pytest.mark.parametrize("prefix", ["", "1"])
@pytest.mark.parametrize("since", [None, EVER], ids=["all", "ever"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_ids_are_those_of_the_page_and_bare(
    server: AssetServer, window: Window, since: datetime | None, prefix: str
) -> None:
    page = server.page(window, since=since, prefix=prefix)
    bare = server.ids(window, since=since, prefix=prefix)

    assert bare.assets == tuple(Asset(asset.asset_id) for asset in page.assets)
    assert (bare.offset, bare.total) == (page.offset, page.total)
    assert bare.server_time == page.server_time


def test_far_more_ids_than_assets_come_in_one_request(server: AssetServer) -> None:
    page = server.ids(Window(0, 5000, with_total=True), since=None, prefix="")

    assert len(page.assets) == page.total
    assert ids_of(page) == [asset.asset_id for asset in walk(server)]


def test_only_what_changed_at_or_after_an_instant_is_listed(server: AssetServer) -> None:
    touched = [known.DELETED, known.RESTORED, known.TRASHED, known.UNPUBLISHED]

    assert marked(server, known.NOW) == touched
    assert marked(server, known.NOW + timedelta(seconds=1)) == []
    assert set(marked(server, known.SOME_TIME)) == {
        *touched,
        known.INAPPROPRIATE,
        known.PRIVATE,
        known.STATELESS,
        known.STRANGE,
    }
    assert marked(server, known.SOME_TIME + timedelta(seconds=1)) == touched


def test_nobody_loses_a_change_of_the_hour_that_happens_twice(local: AssetServer) -> None:
    for since in known.AUTUMN.values():
        found = {asset.asset_id for asset in walk(local, since=since, prefix="2")}

        assert {name for name, at in known.AUTUMN.items() if at >= since} <= found


def test_both_passes_of_an_hour_are_read_as_the_first(local: AssetServer) -> None:
    read = {asset.asset_id: asset.modified for asset in walk(local, prefix="2Autumn")}

    assert read["2AutumnSecond0230"] == read["2AutumnFirst0230"]
    assert read["2AutumnFirst0230"] == known.AUTUMN["2AutumnFirst0230"]
    assert read["2Autumn0300"] == known.AUTUMN["2Autumn0300"]


@pytest.mark.parametrize("at", [*known.AUTUMN.values(), *known.SPRING.values()], ids=str)
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_clock_changes_are_asked_across_alike(servers: Servers, at: datetime, step: int) -> None:
    since = at + timedelta(seconds=step)
    model, requests = (walk(servers[name], since=since, prefix="2") for name in IN_LOCAL_TIME)

    assert model == requests


def test_states_are_told(server: AssetServer) -> None:
    found = {asset.asset_id: asset for asset in walk(server, prefix="1")}
    states = {
        name: (one.published, one.trashed, one.inappropriate, one.private)
        for name, one in found.items()
    }

    assert states[known.RESTORED] == (True, False, False, False)
    assert states[known.STATELESS] == (True, False, False, False)
    assert states[known.TRASHED] == (True, True, False, False)
    assert states[known.UNPUBLISHED] == (False, False, False, False)
    assert states[known.INAPPROPRIATE] == (True, False, True, False)
    assert states[known.PRIVATE] == (True, False, False, True)
    assert found[known.PRIVATE].owner_id == "bob & <co>"
    assert found[known.UNSTAMPED].created is found[known.UNSTAMPED].modified is None
    assert found[known.TRASHED].modified == known.NOW


def test_values_come_as_they_were_stored_but_for_what_xml_cannot_hold(server: AssetServer) -> None:
    asset = server.assets([known.STRANGE])[known.STRANGE]

    assert asset.values("dublin_core", "title") == tuple(sorted(known.STRANGE_VALUES["title"]))
    assert asset.values("dublin_core", "subject") == tuple(sorted(known.STRANGE_VALUES["subject"]))
    assert asset.values("dublin_core", "creator") == tuple(sorted(known.STRANGE_VALUES["creator"]))
    assert asset.values("dublin_core", "description") == tuple(
        sorted(["a section\nof two", "bell ?", "one\r\ntwo\rthree\tfour"])
    )


SOME = [
    known.TRASHED,
    known.UNPUBLISHED,
    known.INAPPROPRIATE,
    known.PRIVATE,
    known.UNSTAMPED,
    known.STRANGE,
]


def test_assets_are_read_by_their_ids_trashed_ones_too(servers: Servers) -> None:
    asked = [*SOME, known.DELETED, known.FOREIGN, known.NEVER, SOME[0]]
    fake, model, requests = (servers[name].assets(asked) for name in NAMES)

    assert set(model) == set(SOME)
    assert fake == model == requests


def test_at_most_a_hundred_assets_are_read_at_once_and_none_without_a_request(
    server: AssetServer,
) -> None:
    before = server.requests

    assert server.assets([]) == {}
    with pytest.raises(ValueError, match="at most 100"):
        server.assets([f"w{number}" for number in range(101)])
    assert server.requests == before


@pytest.mark.parametrize("asset_id", SOME)
def test_what_exists_is_alive_and_told_as_in_the_list(server: AssetServer, asset_id: str) -> None:
    proof = server.prove(asset_id)

    assert proof == Proof(Existence.ALIVE, server.assets([asset_id])[asset_id])
    assert proof.asset in walk(server, prefix="1")


@pytest.mark.parametrize(
    ("asset_id", "existence"),
    [
        (known.DELETED, Existence.GONE),
        (known.NEVER, Existence.GONE),
        (known.TRASHED.lower(), Existence.GONE),
        ("é ?#%", Existence.GONE),
        (known.FOREIGN, Existence.FOREIGN),
    ],
)
def test_what_is_gone_is_told_from_what_is_foreign(
    server: AssetServer, asset_id: str, existence: Existence
) -> None:
    assert server.prove(asset_id) == Proof(existence)


def test_nothing_can_be_asked_for_without_an_id(server: AssetServer) -> None:
    before = server.requests

    with pytest.raises(ValueError, match="asked for"):
        server.prove("")
    with pytest.raises(ValueError, match="asked for"):
        server.mediafile_asset("")
    assert server.requests == before


def test_a_mediafile_tells_its_asset_even_a_trashed_one(server: AssetServer) -> None:
    for asset_id in (known.PRIVATE, known.TRASHED, known.INAPPROPRIATE):
        assert server.mediafile_asset(mediafile_of(asset_id)) == asset_id


def test_mediafiles_that_are_not_there_have_no_asset(server: AssetServer) -> None:
    assert server.mediafile_asset("none") is None
    assert server.mediafile_asset("..") is None
    assert server.mediafile_asset(mediafile_of(known.DELETED)) is None


def test_another_applications_mediafile_is_refused(server: AssetServer) -> None:
    with pytest.raises(Refused) as caught:
        server.mediafile_asset(mediafile_of(known.FOREIGN))

    assert caught.value.result_id == 1800


def test_every_server_knows_the_same_properties(servers: Servers) -> None:
    fake, model, requests = (servers[name].properties() for name in NAMES)

    assert fake == model == requests
    assert len(model) > 30


def test_every_call_is_one_request(server: AssetServer) -> None:
    server.prove(known.PRIVATE)
    before = server.requests

    server.page(Window(0, 10, with_total=True), since=None, prefix="")
    server.ids(Window(0, 10, with_total=True), since=None, prefix="")
    server.assets([known.PRIVATE, known.NEVER])
    server.prove(known.NEVER)
    server.mediafile_asset("none")
    server.properties()
    assert server.requests == before + 6
