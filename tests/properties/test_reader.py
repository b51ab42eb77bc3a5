"""The application's own reader, on a list that changes between any two requests.

The laws are those of :mod:`tests.properties.walking`, which reads as :class:`Reader` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from hypothesis import given

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.walk import Cursor, Window
from mediamosa_sync.errors import Malformed, Unreadable
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.reading import Reader
from tests.properties import walking
from tests.properties.draws import Draws, OfSeed, hypothetical
from tests.properties.walking import MOST_STEPS, ListServer, names, some_server

TITLE = {"dublin_core": {"title": ("whole",)}}
"""Every asset has it, and no list of ids tells it."""


class Served:
    """The port's three calls that a reader makes, over a list."""

    def __init__(self, listed: ListServer) -> None:
        self._listed = listed

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """A list of whole assets."""
        del since, prefix
        try:
            page = self._listed.page(window)
        except walking.Unreadable:
            raise Unreadable("broken", "A page is broken.") from None
        whole = tuple(Asset(one.asset_id, groups=TITLE) for one in page.assets)
        return AssetPage(whole, page.offset, page.total, page.server_time)

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """A list of ids."""
        del since, prefix
        return self._listed.ids(window)

    def prove(self, asset_id: str) -> Proof:
        """One asset."""
        if asset_id in self._listed.broken & self._listed.listed:
            raise Malformed("broken", "The asset is broken.")
        return Proof(Existence.ALIVE, Asset(asset_id, groups=TITLE))


def walked(listed: ListServer, draws: Draws) -> tuple[Sequence[Asset], Sequence[str]]:
    """The assets that a whole walk has read, and the ids that it takes for unreadable."""
    cursor, ended, steps = Cursor(), False, 0
    seen: list[Asset] = []
    unreadable: list[str] = []
    while not ended:
        steps += 1
        assert steps < MOST_STEPS, "the walk does not end"
        server = cast(AssetServer, Served(listed))
        page = Reader(server, draws.number(1, 9)).read(cursor)
        seen += page.trusted.assets
        unreadable += [page.unreadable] if page.unreadable else []
        cursor, ended = page.trusted.cursor, page.trusted.ended
    return seen, unreadable


def check(draws: Draws) -> None:
    """Nobody who is listed all the time is lost, taken for empty, or parked though readable."""
    listed = some_server(draws)
    seen, unreadable = walked(listed, draws)
    ids = [asset.asset_id for asset in seen]
    assert ids == sorted(set(ids))
    assert listed.steady <= {*ids, *unreadable}
    assert set(unreadable) <= listed.broken
    assert all(asset.groups == TITLE for asset in seen)


@given(hypothetical())
def test_the_reader_loses_nobody_and_mistakes_nobody(draws: Draws) -> None:
    check(draws)


def test_the_reader_loses_nobody_in_two_thousand_lists_of_one_seed() -> None:
    for number in range(2_000):
        check(OfSeed(f"reader/{number}"))


def test_the_rows_after_an_unreadable_asset_go_and_the_walk_ends_all_the_same() -> None:
    draws = OfSeed("still")
    listed = ListServer(draws, set(names(6)), broken=frozenset({"A003"}))
    server = cast(AssetServer, Served(listed))
    cursor = Cursor(offset=5, last_id="A004", total=6, done=5)
    listed.listed -= {"A004", "A005"}
    for _ in range(20):
        page = Reader(server, 1).read(cursor)
        cursor = page.trusted.cursor
        if page.trusted.ended:
            return
    raise AssertionError("the walk does not end")
