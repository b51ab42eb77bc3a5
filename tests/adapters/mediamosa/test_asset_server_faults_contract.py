"""What goes wrong with MediaMosa goes wrong alike with every server of the port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import Existence
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Malformed, NotLoggedIn, Unreadable
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa import world as known
from tests.adapters.mediamosa.support import Keys
from tests.adapters.mediamosa.world import World, copy_of, mediafile_of, real
from tests.fakes.mediamosa import ModelAssetServer


def ids_of(page: AssetPage) -> list[str]:
    return [asset.asset_id for asset in page.assets]


@pytest.fixture(params=["fake", "model", "requests"])
def broken(request: pytest.FixtureRequest) -> Iterator[AssetServer]:
    world = World()
    fake = copy_of(world)
    fake.put_unstamped(Asset(known.UNREADABLE, modified=known.SOME_TIME))
    fake.mediafiles[mediafile_of(known.UNREADABLE)] = known.UNREADABLE
    fake.unreadable = {known.UNREADABLE}
    asset = world.put(known.UNREADABLE, known.SOME_TIME)
    world.write(asset, {"title": ["half \ufffe a word"]})
    with ExitStack() as stack:
        if request.param == "requests":
            yield stack.enter_context(real(world))
        else:
            yield fake if request.param == "fake" else ModelAssetServer(world.model, world.ours)


def test_a_value_that_xml_cannot_hold_breaks_its_page_and_no_other(broken: AssetServer) -> None:
    everything = Window(0, 199, with_total=True)
    with pytest.raises(Unreadable):
        broken.page(everything, since=None, prefix="")
    page = broken.ids(everything, since=None, prefix="")
    place = ids_of(page).index(known.UNREADABLE)

    assert len(page.assets) == page.total
    with pytest.raises(Unreadable):
        broken.page(Window(place, 1, with_total=True), since=None, prefix="")
    before = broken.page(Window(0, place, with_total=True), since=None, prefix="")
    after = broken.page(Window(place + 1, 199, with_total=True), since=None, prefix="")
    assert [*ids_of(before), known.UNREADABLE, *ids_of(after)] == ids_of(page)


def test_a_value_that_xml_cannot_hold_breaks_every_read_of_its_asset(broken: AssetServer) -> None:
    for read in (
        lambda: broken.prove(known.UNREADABLE),
        lambda: broken.assets([known.PRIVATE, known.UNREADABLE]),
    ):
        with pytest.raises(Malformed) as caught:
            read()
        assert type(caught.value) is Malformed
    assert broken.mediafile_asset(mediafile_of(known.UNREADABLE)) == known.UNREADABLE


@pytest.fixture(params=["model", "requests"])
def own(request: pytest.FixtureRequest) -> Iterator[tuple[World, AssetServer, Keys]]:
    world, keys = World(), Keys()
    with real(world, keys) as adapter:
        model = ModelAssetServer(world.model, world.ours)
        yield world, adapter if request.param == "requests" else model, keys


def test_a_lost_session_is_logged_in_again(own: tuple[World, AssetServer, Keys]) -> None:
    world, server, _ = own
    server.prove(known.PRIVATE)
    assert server.requests == 3

    world.model.sessions.lose_all()

    assert server.prove(known.PRIVATE).existence is Existence.ALIVE
    assert server.requests == 3 + 1 + 2 + 1


def test_a_wrong_key_is_not_accepted(own: tuple[World, AssetServer, Keys]) -> None:
    _, server, keys = own
    keys.cached = keys.fresh = "wrong"
    if isinstance(server, ModelAssetServer):
        server.key = "wrong"

    for _ in range(2):
        with pytest.raises(NotLoggedIn):
            server.prove(known.PRIVATE)
        assert server.requests % 2 == 0


def test_what_changes_between_two_calls_is_seen_by_the_next(
    own: tuple[World, AssetServer, Keys],
) -> None:
    world, server, _ = own
    assert server.prove(known.PRIVATE).existence is Existence.ALIVE
    world.now += timedelta(minutes=1)

    world.edit(f"asset/{known.PRIVATE}/delete", delete="cascade")
    world.edit(f"asset/{known.TRASHED}/restore")

    assert server.prove(known.PRIVATE).existence is Existence.GONE
    page = server.page(Window(0, 10, with_total=True), since=world.now, prefix="")
    assert [(one.asset_id, one.tombstone, one.trashed) for one in page.assets] == [
        (known.PRIVATE, True, False),
        (known.TRASHED, False, False),
    ]
    assert page.server_time == world.now
