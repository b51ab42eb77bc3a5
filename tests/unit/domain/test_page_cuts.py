"""Where a page goes back, is cut short, or is halved: every number of a position."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.walk import (
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

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT_100 = Cursor(prefix="A", offset=100, last_id="A100", total=150, since=NOON, done=90)


def rows(*ids: str) -> tuple[Asset, ...]:
    return tuple(Asset(one) for one in ids)


def again(cursor: Cursor, window: Window, total: int | None) -> AskAgain:
    verdict = judge(cursor, window, AssetPage(rows("B1"), window.offset, total, NOON))
    assert isinstance(verdict, AskAgain)
    return verdict


@pytest.mark.parametrize(
    ("total", "offset"),
    [(None, 89), (150, 89), (149, 89), (141, 89), (140, 89), (139, 88), (120, 69), (40, 0)],
)
def test_it_goes_back_by_a_page_or_by_what_the_list_has_shrunk(
    total: int | None, offset: int
) -> None:
    verdict = again(AT_100, Window(99, 11, with_total=total is not None), total)
    limit = 11 if offset else 10
    assert verdict.window == Window(offset, limit, with_total=True)
    at = offset + 1 if offset else 0
    kept = 150 if total is None else total
    assert verdict.cursor == replace(AT_100, offset=at, total=kept)


def test_a_list_that_grew_sends_it_back_by_a_page_too() -> None:
    assert again(AT_100, Window(99, 11, with_total=True), 400).window.offset == 89


def test_pages_of_one_row_go_back_by_one() -> None:
    assert again(AT_100, Window(99, 2, with_total=True), 150).window.offset == 98
    assert again(AT_100, Window(99, 1, with_total=True), 150).window.offset == 98
    assert again(AT_100, Window(1, 2, with_total=True), 150).window == Window(0, 1, with_total=True)
    assert again(AT_100, Window(1, 1, with_total=True), 150).window == Window(0, 1, with_total=True)


def test_without_a_total_so_far_nothing_has_shrunk() -> None:
    fresh = replace(AT_100, total=None)
    assert again(fresh, Window(99, 2, with_total=True), 0).window.offset == 98


def test_a_trusted_page_moves_everything_and_takes_the_total_if_it_is_told() -> None:
    page = AssetPage(rows("A100", "A101", "A102"), 99, None, NOON)
    busy = replace(AT_100, after_unreadable=True)
    verdict = judge(busy, Window(99, 3, with_total=False), page)
    after = replace(AT_100, offset=102, last_id="A102", done=92)
    assert verdict == Trusted(rows("A101", "A102"), after, ended=False)
    told = judge(busy, Window(99, 3, with_total=True), replace(page, total=160))
    assert told == Trusted(rows("A101", "A102"), replace(after, total=160), ended=False)
    last = judge(busy, Window(99, 3, with_total=True), replace(page, total=102))
    assert isinstance(last, Trusted)
    assert last.ended


@pytest.mark.parametrize(
    ("narrow", "wider"),
    [(None, None), (1, 2), (3, 6), (64, 128), (127, 254), (128, None), (129, None)],
)
def test_after_a_page_that_can_be_read_twice_as_many_rows_are_asked_for(
    narrow: int | None, wider: int | None
) -> None:
    cursor = replace(AT_100, narrow=narrow)
    page = AssetPage(rows("A100", "A101"), 99, None, NOON)
    verdict = judge(cursor, Window(99, 2, with_total=False), page)
    assert isinstance(verdict, Trusted)
    assert verdict.cursor.narrow == wider


def test_a_narrow_page_is_no_larger_than_the_page_size() -> None:
    assert first_window(replace(AT_100, narrow=4), 10).limit == 5
    assert first_window(replace(AT_100, narrow=40), 10).limit == 11


@pytest.mark.parametrize(
    ("window", "narrow"),
    [
        (Window(99, 11, False), 5),
        (Window(99, 4, False), 1),
        (Window(99, 3, False), 1),
        (Window(99, 2, False), None),
        (Window(100, 3, False), 1),
        (Window(100, 2, False), 1),
        (Window(100, 1, False), None),
    ],
)
def test_a_page_that_cannot_be_read_is_halved_until_one_new_row_is_left(
    window: Window, narrow: int | None
) -> None:
    wanted = None if narrow is None else replace(AT_100, narrow=narrow)
    assert narrowed(AT_100, window) == wanted


def test_past_an_unreadable_asset_pages_are_wide_again_and_may_not_hold_it() -> None:
    cursor = replace(AT_100, narrow=1)
    assert past_unreadable(Trusted((), cursor, ended=False)) == replace(
        AT_100, narrow=None, after_unreadable=True
    )


def test_a_page_that_is_cut_is_done_up_to_there_and_is_no_end() -> None:
    whole = Trusted(rows("A101", "A103", "A105"), replace(AT_100, after_unreadable=True), True)
    part = cut(whole, "A103")
    kept = replace(AT_100, offset=99, last_id="A103", done=89)
    assert part == Trusted(rows("A101", "A103"), kept, ended=False)
    between = cut(whole, "A102")
    kept = replace(AT_100, offset=98, last_id="A102", done=88)
    assert between == Trusted(rows("A101"), kept, ended=False)
