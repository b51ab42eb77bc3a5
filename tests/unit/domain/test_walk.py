"""One row earlier: which answers continue the walk, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.walk import AskAgain, Cursor, Trusted, Window, first_window, judge

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answer(ids: list[str], window: Window, *, total: int | None = None) -> AssetPage:
    """What a server with *ids* in its list answers."""
    rows = tuple(Asset(name) for name in ids[window.offset : window.offset + window.limit])
    told = (len(ids) if total is None else total) if window.with_total else None
    return AssetPage(rows, window.offset, told, NOON)


def names(count: int) -> list[str]:
    return [f"A{number:06}" for number in range(count)]


def test_the_first_page_is_asked_for_with_the_total() -> None:
    assert first_window(Cursor(), 100) == Window(0, 100, with_total=True)


def test_every_other_page_is_asked_for_one_row_earlier() -> None:
    assert first_window(Cursor(offset=100, last_id="x", total=1000), 100) == Window(99, 101, False)


def test_the_page_that_should_be_the_last_is_asked_for_with_the_total() -> None:
    assert first_window(Cursor(offset=900, last_id="x", total=1000), 100) == Window(899, 101, True)


def test_a_page_that_begins_with_a_row_done_is_trusted() -> None:
    ids = names(250)
    cursor = Cursor(offset=100, last_id=ids[99], total=250, done=100)
    window = first_window(cursor, 100)
    verdict = judge(cursor, window, answer(ids, window))
    assert isinstance(verdict, Trusted)
    assert [asset.asset_id for asset in verdict.assets] == ids[100:200]
    assert verdict.cursor == Cursor(offset=200, last_id=ids[199], total=250, done=200)
    assert not verdict.ended


def test_a_page_that_does_not_is_asked_for_further_back() -> None:
    ids = names(250)
    cursor = Cursor(offset=100, last_id=ids[99], total=250, done=100)
    window = first_window(cursor, 100)
    shifted = ids[20:]
    verdict = judge(cursor, window, answer(shifted, window))
    assert isinstance(verdict, AskAgain)
    assert verdict.window == Window(0, 100, with_total=True)
    assert verdict.cursor.offset == 0
    again = judge(cursor, verdict.window, answer(shifted, verdict.window))
    assert isinstance(again, Trusted)
    assert [asset.asset_id for asset in again.assets] == ids[100:120]


def test_it_goes_back_by_what_the_list_has_shrunk() -> None:
    ids = names(2000)
    cursor = Cursor(offset=1000, last_id=ids[999], total=2000)
    shrunk = ids[400:]
    window = Window(999, 101, with_total=True)
    verdict = judge(cursor, window, answer(shrunk, window))
    assert isinstance(verdict, AskAgain)
    assert verdict.window == Window(599, 101, with_total=True)
    assert verdict.cursor.offset == 600
    assert verdict.cursor.total == 1600


def test_an_empty_page_beyond_the_start_is_never_trusted() -> None:
    cursor = Cursor(offset=100, last_id="A000099", total=100)
    window = first_window(cursor, 100)
    assert isinstance(judge(cursor, window, answer([], window)), AskAgain)


def test_an_empty_list_ends_at_once() -> None:
    verdict = judge(Cursor(), Window(0, 100, with_total=True), answer([], Window(0, 100, True)))
    assert isinstance(verdict, Trusted)
    assert verdict.ended


def test_an_unexpectedly_short_page_is_no_end_before_the_total_says_so() -> None:
    ids = names(150)
    cursor = Cursor(offset=100, last_id=ids[99], total=1000, done=100)
    window = first_window(cursor, 100)
    verdict = judge(cursor, window, answer(ids, window))
    assert verdict == AskAgain(Window(99, 101, with_total=True), cursor)
    page = answer(ids, verdict.window)
    ended = judge(cursor, verdict.window, page)
    assert isinstance(ended, Trusted)
    assert ended.ended


def test_a_server_that_gives_fewer_rows_than_asked_is_walked_on() -> None:
    """A default limit of 10 must not look like the end."""
    ids = names(30)
    window = Window(0, 100, with_total=True)
    page = AssetPage(tuple(Asset(name) for name in ids[:10]), 0, 30, NOON)
    verdict = judge(Cursor(), window, page)
    assert isinstance(verdict, Trusted)
    assert not verdict.ended
    assert verdict.cursor.offset == 10


@pytest.mark.parametrize("page_size", [1, 2, 100, 199])
def test_a_list_that_stands_still_takes_as_many_requests_as_pages(page_size: int) -> None:
    ids = names(398)
    seen, requests = walk(lambda: ids, page_size)
    assert seen == ids
    assert requests == -(-398 // page_size)


def walk(listed: Callable[[], list[str]], page_size: int) -> tuple[list[str], int]:
    """Walk *listed()* to its end, as a step does, without any bound on its requests."""
    cursor, window, requests = Cursor(), first_window(Cursor(), page_size), 0
    seen: list[str] = []
    while True:
        ids = listed()
        requests += 1
        assert requests < 10_000, "the walk does not end"
        verdict = judge(cursor, window, answer(ids, window))
        cursor = verdict.cursor
        if isinstance(verdict, AskAgain):
            window = verdict.window
            continue
        seen += [asset.asset_id for asset in verdict.assets]
        if verdict.ended:
            return seen, requests
        window = first_window(cursor, page_size)


@given(data=st.data(), page_size=st.integers(1, 7), count=st.integers(0, 40))
def test_whoever_is_listed_all_the_time_is_seen_exactly_once(
    data: st.DataObject, page_size: int, count: int
) -> None:
    """Between any two requests others are deleted and created; no other is lost."""
    steady = {name for name in names(count) if data.draw(st.booleans())}
    listed = set(names(count))

    def now() -> list[str]:
        if data.draw(st.booleans()):
            for name in sorted(listed - steady)[: data.draw(st.integers(0, 5))]:
                listed.discard(name)
            for number in range(data.draw(st.integers(0, 2))):
                listed.add(f"A{data.draw(st.integers(0, count)):06}x{number}")
        return sorted(listed)

    seen, _ = walk(now, page_size)
    assert len(seen) == len(set(seen))
    assert steady <= set(seen)
    assert seen == sorted(seen)
