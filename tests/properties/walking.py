"""Laws of the walk, against a plain list that changes between any two requests.

The list's server does what MediaMosa does: byte order, offset and limit, a total if it is asked
for; and an asset with a broken value makes every page that holds it unreadable, while lists of ids
stay whole (protocol § 9, § 14).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import missing
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.walk import (
    MAX_REQUESTS,
    AskAgain,
    Cursor,
    Trusted,
    Window,
    cut,
    first_window,
    judge,
    narrowed,
    past_unreadable,
)
from tests.properties.draws import Draws, Law

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOST_STEPS = 400


class Unreadable(Exception):
    """A page holds an asset that no XML can show."""


@dataclass(slots=True)
class ListServer:
    """A list, and how it may change before a request.

    Attributes:
        listed: what it holds now.
        steady: those of it that stay all the time.
        broken: those that no page can show.
        deletes, inserts: whether such changes happen.
        changes: how many times they may: nobody can read a list that changes faster for ever.
        cap: rows of an answer, whatever was asked for; 0 for as many as asked.
    """

    draws: Draws
    listed: set[str]
    steady: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    deletes: bool = False
    inserts: bool = False
    cap: int = 0
    changes: int = 20
    requests: int = 0
    deleted: int = 0
    ever: set[str] = field(default_factory=set)

    def ids(self, window: Window) -> AssetPage:
        """A list of ids: always whole."""
        self._change()
        self.requests += 1
        limit = min(window.limit, self.cap or window.limit)
        rows = sorted(self.listed)[window.offset : window.offset + limit]
        total = len(self.listed) if window.with_total else None
        return AssetPage(tuple(Asset(name) for name in rows), window.offset, total, NOON)

    def page(self, window: Window) -> AssetPage:
        """A list of assets."""
        page = self.ids(window)
        if any(asset.asset_id in self.broken for asset in page.assets):
            raise Unreadable
        return page

    def _change(self) -> None:
        if self.changes and self.deletes and self.draws.flip(3):
            self.changes -= 1
            for _ in range(self.draws.number(1, 3)):
                self._delete()
        if self.changes and self.inserts and self.draws.flip(3):
            self.changes -= 1
            self.listed.add(f"A{self.draws.number(0, 40):03}x{self.draws.number(0, 9)}")
        self.ever |= self.listed

    def _delete(self) -> None:
        gone = sorted(self.listed - self.steady)
        if gone:
            self.deleted += 1
            self.listed.discard(self.draws.pick(gone))


@dataclass(slots=True)
class Walked:
    """What a walk has done."""

    seen: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    nominated: list[str] = field(default_factory=list)
    steps: int = 0
    cursors: list[Cursor] = field(default_factory=list)


def names(count: int) -> list[str]:
    """Ids in their order."""
    return [f"A{number:03}" for number in range(count)]


def some_server(
    draws: Draws, *, deletes: bool = True, inserts: bool = True, broken: bool = True
) -> ListServer:
    """A list of up to forty, some of which stay all the time."""
    listed = names(draws.number(0, 40))
    steady = frozenset(name for name in listed if draws.flip())
    spoilt = frozenset(name for name in listed if broken and draws.flip(12))
    return ListServer(draws, set(listed), steady, spoilt, deletes, inserts)


def walked(
    server: ListServer, draws: Draws, *, links: Iterable[str] = (), steady_size: int = 0
) -> Walked:
    """Walk to the end, step by step; between steps only the cursor is kept.

    Parameters:
        links: ids of links that the merge join compares with the pages.
        steady_size: rows a page; 0 for another number now and then.
    """
    done, cursor, ended = Walked(), Cursor(), False
    size = steady_size or draws.number(1, 9)
    while not ended:
        done.steps += 1
        assert done.steps < MOST_STEPS, "the walk does not end"
        if not steady_size and draws.flip(4):
            size = draws.number(1, 9)
        before = cursor
        trusted = _step(server, cursor, size, done)
        if trusted.assets and not trusted.ended and draws.flip(6):
            # Links came to a thousand before the page did: the rest is for the next step.
            trusted = cut(trusted, draws.pick(trusted.assets).asset_id)
        cursor, ended = trusted.cursor, trusted.ended
        listed = [asset.asset_id for asset in trusted.assets]
        done.seen += listed
        found = done.unreadable[-1:] if done.unreadable[-1:] == [cursor.last_id] else []
        upto = "~" if ended else cursor.last_id
        between = {one: Link(one, "m") for one in links if before.last_id < one <= upto}
        done.nominated += missing(between, [*listed, *found])
        done.cursors.append(cursor)
    return done


def _step(server: ListServer, cursor: Cursor, size: int, done: Walked) -> Trusted:
    """One step: at most five requests for a page, as the application makes them."""
    window = first_window(cursor, size)
    for _ in range(MAX_REQUESTS):
        try:
            page = _asked(server, cursor, window)
        except Unreadable:
            fewer = narrowed(cursor, window)
            if fewer is None:
                return _stepped_over(server, cursor, window, done)
            cursor, window = fewer, first_window(fewer, size)
            continue
        if page is None:
            continue
        verdict = judge(cursor, window, page)
        if isinstance(verdict, Trusted) and (verdict.assets or verdict.ended):
            return verdict
        cursor = verdict.cursor
        window = verdict.window if isinstance(verdict, AskAgain) else first_window(cursor, size)
    return Trusted((), cursor, ended=False)


def _asked(server: ListServer, cursor: Cursor, window: Window) -> AssetPage | None:
    """The page; after an unreadable asset, which no page may hold, joined with its row.

    Two answers are one only if the ids, asked for afterwards, are those of the page: else None. A
    row that was not done is never taken from a list of ids, which tells nothing of its values.
    """
    if not cursor.after_unreadable or window.offset == cursor.offset:
        return server.page(window)
    page = server.page(replace(window, offset=window.offset + 1, limit=window.limit - 1))
    ids = server.ids(window).assets
    if not ids or ids[0].asset_id > cursor.last_id:
        return server.page(window)
    if [one.asset_id for one in ids[1:]] != [one.asset_id for one in page.assets]:
        return None
    return replace(page, assets=(*ids[:1], *page.assets), offset=window.offset)


def _stepped_over(server: ListServer, cursor: Cursor, window: Window, done: Walked) -> Trusted:
    """Past the first row not done, if that is the broken one; else to where that row stands now.

    It is the row before, then, that no page may hold.
    """
    window = replace(window, with_total=True)
    ids = server.ids(window)
    verdict = judge(cursor, window, ids)
    if isinstance(verdict, AskAgain):
        return Trusted((), verdict.cursor, ended=False)
    if not verdict.assets:
        return verdict
    first = verdict.assets[0].asset_id
    if first not in server.broken:
        before = len(ids.assets) - len(verdict.assets)
        offset = window.offset + before
        there = replace(cursor, offset=offset, after_unreadable=offset > 0)
        return Trusted((), there, ended=False)
    done.unreadable.append(first)
    alone = verdict if len(verdict.assets) == 1 else cut(verdict, first)
    return Trusted((), past_unreadable(alone), alone.ended)


def whoever_is_listed_all_the_time_is_seen_once_and_in_order(draws: Draws) -> None:
    """Whatever else comes and goes, also between the requests of one step."""
    server = some_server(draws)
    steady = server.steady
    done = walked(server, draws)
    both = done.seen + done.unreadable
    assert len(both) == len(set(both))
    assert done.seen == sorted(done.seen)
    assert steady - server.broken <= set(done.seen)
    assert set(done.seen) <= server.ever - server.broken


def an_unreadable_asset_is_found_alone_and_passed(draws: Draws) -> None:
    """The others of its page are seen; nobody else is taken for unreadable while nothing goes."""
    server = some_server(draws, deletes=False, inserts=False)
    done = walked(server, draws)
    assert set(done.unreadable) == server.broken
    assert set(done.seen) == server.listed - server.broken


def whoever_was_listed_all_the_time_is_not_nominated(draws: Draws) -> None:
    """The merge join nominates whoever was never listed, and nobody who always was."""
    server = some_server(draws, broken=False)
    never = {f"A{draws.number(0, 45):03}y" for _ in range(draws.number(0, 5))}
    steady = server.steady
    done = walked(server, draws, links=sorted(steady | never))
    assert not steady & set(done.nominated)
    assert sorted(never) == sorted(done.nominated)


def a_list_that_stands_still_takes_as_many_requests_as_pages(draws: Draws) -> None:
    """One request a page, and the total on the first and on the last."""
    listed, size = names(draws.number(0, 60)), draws.number(1, 12)
    server = ListServer(draws, set(listed))
    done, cursor, ended = Walked(), Cursor(), False
    while not ended:
        trusted = _step(server, cursor, size, done)
        done.seen += [asset.asset_id for asset in trusted.assets]
        cursor, ended = trusted.cursor, trusted.ended
    assert done.seen == listed
    assert server.requests == max(-(-len(listed) // size), 1)
    assert (cursor.done, cursor.total, cursor.offset) == (len(listed),) * 3


def each_delete_costs_a_bounded_number_of_requests(draws: Draws) -> None:
    """ceil(n/p) pages, and at most five requests more for each row that went meanwhile."""
    listed, size = names(draws.number(0, 60)), draws.number(1, 12)
    server = ListServer(draws, set(listed), deletes=True)
    walked(server, draws, steady_size=size)
    pages = max(-(-len(listed) // size), 1)
    # A step that is cut takes its rest again.
    assert server.requests <= 2 * pages + 5 * server.deleted + 60


def a_cursor_counts_what_is_done_and_never_goes_back(draws: Draws) -> None:
    """Its last id only grows; its offset may go back, what it has done may not."""
    server = some_server(draws)
    done = walked(server, draws)
    ids = [cursor.last_id for cursor in done.cursors]
    counts = [cursor.done for cursor in done.cursors]
    assert ids == sorted(ids)
    assert counts == sorted(counts)
    assert counts[-1] == len(done.seen) + len(done.unreadable)
    assert all(cursor.offset >= 0 for cursor in done.cursors)


def a_server_that_gives_fewer_rows_than_asked_loses_none(draws: Draws) -> None:
    """A default limit of ten is no end."""
    server = ListServer(draws, set(names(draws.number(0, 40))), cap=draws.number(2, 5))
    assert walked(server, draws).seen == sorted(server.listed)


LAWS: tuple[Law, ...] = (
    whoever_is_listed_all_the_time_is_seen_once_and_in_order,
    an_unreadable_asset_is_found_alone_and_passed,
    whoever_was_listed_all_the_time_is_not_nominated,
    a_list_that_stands_still_takes_as_many_requests_as_pages,
    each_delete_costs_a_bounded_number_of_requests,
    a_cursor_counts_what_is_done_and_never_goes_back,
    a_server_that_gives_fewer_rows_than_asked_loses_none,
)
