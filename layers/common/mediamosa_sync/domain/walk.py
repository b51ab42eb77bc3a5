"""The walk's position in MediaMosa's list of assets, and which answers may be trusted.

MediaMosa lists assets in byte order of their ids, so an edit moves nothing; an insert before the
position only repeats rows, but a delete shifts the rest of the list one place to the front, where a
plain next page would skip a row (protocol § 9, § 14). So every page but the first is asked for one
row earlier, and is trusted only if that row was done before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.copies import replace

MAX_REQUESTS = 5
"""List requests that one step may make for its page."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a walk has come; never a page number, so the page size may change under way.

    Attributes:
        prefix: the walk covers ids that begin so; "" is the whole list.
        offset: rows of the list before the next page.
        last_id: the last asset id done; "" before the first.
        total: rows of the list as last told; None before the first answer.
        since: the instant from which an incremental walk lists changes; None lists everything.
        done: assets done.
        narrow: rows per page while an asset that makes its page unreadable is searched for.
        after_unreadable: whether the last row done is such an asset, so that no page may hold it.
    """

    prefix: str = ""
    offset: int = 0
    last_id: str = ""
    total: int | None = None
    since: datetime | None = None
    done: int = 0
    narrow: int | None = None
    after_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The rows to ask for: *limit* of them from *offset* on, with the list's total or without."""

    offset: int
    limit: int
    with_total: bool


@dataclass(frozen=True, slots=True)
class Trusted:
    """The page continues what was done.

    Attributes:
        assets: those not done yet.
        cursor: the position after them.
        ended: whether the list ends here.
    """

    assets: tuple[Asset, ...]
    cursor: Cursor
    ended: bool


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The page cannot be trusted, or does not tell whether the list ends: ask for *window*.

    Attributes:
        cursor: the position to keep if no further request may be made now.
    """

    window: Window
    cursor: Cursor


def first_window(cursor: Cursor, page_size: int) -> Window:
    """What to ask for next: one row earlier, and the total where the list should begin or end.

    Counting costs the server 40 % more, so it is asked for only there (protocol § 14).
    """
    size = min(cursor.narrow or page_size, page_size)
    offset = max(cursor.offset - 1, 0)
    limit = size + 1 if cursor.offset else size
    ends_here = cursor.total is not None and offset + limit >= cursor.total
    return Window(offset, limit, with_total=cursor.total is None or ends_here)


def judge(cursor: Cursor, window: Window, page: AssetPage) -> Trusted | AskAgain:
    """Whether *page*, the answer to *window*, may be taken as the continuation of *cursor*."""
    rows = len(page.assets)
    if not _continues(cursor, window, page):
        return _step_back(cursor, window, page)
    ended = _has_ended(window, page)
    if ended is None:
        return AskAgain(replace(window, with_total=True), cursor)
    assets = tuple(asset for asset in page.assets if asset.asset_id > cursor.last_id)
    after = replace(
        cursor,
        offset=window.offset + rows,
        last_id=assets[-1].asset_id if assets else cursor.last_id,
        total=cursor.total if page.total is None else page.total,
        done=cursor.done + len(assets),
        narrow=_widened(cursor.narrow),
        after_unreadable=False,
    )
    return Trusted(assets, after, ended)


def _continues(cursor: Cursor, window: Window, page: AssetPage) -> bool:
    if window.offset == 0:
        return True
    return bool(page.assets) and page.assets[0].asset_id <= cursor.last_id


def _has_ended(window: Window, page: AssetPage) -> bool | None:
    """None if only the total, which was not asked for, could tell."""
    rows = len(page.assets)
    if page.total is not None:
        return window.offset + rows >= page.total
    if rows < window.limit:
        return None
    return False


def _step_back(cursor: Cursor, window: Window, page: AssetPage) -> AskAgain:
    """Further back by what the list has shrunk, and at least by a page."""
    shrunk = max((cursor.total or 0) - page.total, 0) if page.total is not None else 0
    offset = max(window.offset - max(shrunk, window.limit - 1, 1), 0)
    limit = window.limit if offset else max(window.limit - 1, 1)
    total = cursor.total if page.total is None else page.total
    return AskAgain(
        Window(offset, limit, with_total=True),
        replace(cursor, offset=offset + 1 if offset else 0, total=total),
    )


def cut(trusted: Trusted, last_id: str) -> Trusted:
    """*trusted* as if it ended with *last_id*: the rest is left for the next step."""
    kept = tuple(asset for asset in trusted.assets if asset.asset_id <= last_id)
    dropped = len(trusted.assets) - len(kept)
    cursor = replace(
        trusted.cursor,
        offset=trusted.cursor.offset - dropped,
        last_id=last_id,
        done=trusted.cursor.done - dropped,
        after_unreadable=False,
    )
    return Trusted(kept, cursor, ended=False)


def narrowed(cursor: Cursor, window: Window) -> Cursor | None:
    """Half as many rows a page, to find the asset that makes *window* unreadable.

    None if the window holds one new row only: it is that asset.
    """
    rows = window.limit - 1 if window.offset < cursor.offset else window.limit
    return replace(cursor, narrow=rows // 2) if rows > 1 else None


def past_unreadable(trusted: Trusted) -> Cursor:
    """The position after an asset that no page may hold."""
    return replace(trusted.cursor, narrow=None, after_unreadable=True)


_WIDE = 128


def _widened(narrow: int | None) -> int | None:
    """Twice as many rows after a page that could be read, until nothing is narrow."""
    return None if narrow is None or narrow >= _WIDE else narrow * 2
