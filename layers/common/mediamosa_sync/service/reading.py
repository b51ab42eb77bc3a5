"""Read a walk's next page: only one that can be trusted, in a bounded number of requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mediamosa_sync.domain.asset import AssetPage
from mediamosa_sync.domain.copies import replace
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
from mediamosa_sync.errors import Malformed, Unreadable
from mediamosa_sync.ports import AssetServer


@dataclass(frozen=True, slots=True)
class Page:
    """What a step has read.

    Attributes:
        trusted: the assets not done yet, and the position after them.
        unreadable: id of the asset that makes every page with it unreadable, if this step found
            it; it is among the ids done.
        server_times: the server's clock at each answer, in order.
    """

    trusted: Trusted
    unreadable: str | None
    server_times: tuple[datetime, ...]


class Reader:
    """Reads for one step."""

    def __init__(self, server: AssetServer, page_size: int) -> None:
        self._server = server
        self._page_size = page_size
        self._times: list[datetime] = []

    def read(self, cursor: Cursor) -> Page:
        """The next page that may be trusted and brings the walk on, in at most five tries.

        Without one the position may still have moved: further back, or to fewer rows. Raises
        :class:`AssetServerError`.
        """
        window = first_window(cursor, self._page_size)
        for _ in range(MAX_REQUESTS):
            try:
                page = self._ask(cursor, window)
            except Unreadable:
                if cursor.narrow is None:
                    # One asset's value spoils its pages only: the ids alone can still be read. Else
                    # it is the server that is broken, and that is what its error says.
                    self._ids(cursor, window)
                fewer = narrowed(cursor, window)
                if fewer is None:
                    return self._step_over(cursor, window)
                cursor = fewer
                window = first_window(cursor, self._page_size)
                continue
            if page is None:
                continue
            verdict = judge(cursor, window, page)
            if isinstance(verdict, Trusted) and (verdict.assets or verdict.ended):
                return self._page(verdict)
            cursor = verdict.cursor
            window = self._next_window(verdict)
        return self._page(Trusted((), cursor, ended=False))

    def _next_window(self, verdict: Trusted | AskAgain) -> Window:
        if isinstance(verdict, AskAgain):
            return verdict.window
        return first_window(verdict.cursor, self._page_size)

    def _ask(self, cursor: Cursor, window: Window) -> AssetPage | None:
        """The page; None if the list has changed between two answers that were to be one."""
        if not cursor.after_unreadable or window.offset == cursor.offset:
            return self._told(self._list(cursor, window))
        # The row that was done last cannot be in any page: its id comes from a list of ids, which
        # must name the rows of the page, too: else a row could have slipped through in between.
        later = replace(window, offset=window.offset + 1, limit=window.limit - 1)
        page = self._told(self._list(cursor, later))
        ids = self._told(self._ids(cursor, replace(window, with_total=False))).assets
        if not ids or ids[0].asset_id > cursor.last_id:
            # It is another row now, and a list of ids tells nothing of its values.
            return self._told(self._list(cursor, window))
        if [one.asset_id for one in ids[1:]] != [one.asset_id for one in page.assets]:
            return None
        return replace(page, assets=(*ids[:1], *page.assets), offset=window.offset)

    def _step_over(self, cursor: Cursor, window: Window) -> Page:
        """Go past the first row not done, if nobody can read it; else to where it stands now.

        In the latter case the row before it is the one that no page may hold.
        """
        ids = self._told(self._ids(cursor, replace(window, with_total=True)))
        verdict = judge(cursor, window, ids)
        if isinstance(verdict, AskAgain):
            return self._page(Trusted((), verdict.cursor, ended=False))
        if not verdict.assets:
            return self._page(verdict)
        first = verdict.assets[0].asset_id
        if self._is_readable(first):
            offset = window.offset + len(ids.assets) - len(verdict.assets)
            there = replace(cursor, offset=offset, after_unreadable=offset > 0)
            return self._page(Trusted((), there, ended=False))
        alone = verdict if len(verdict.assets) == 1 else cut(verdict, first)
        beyond = Trusted((), past_unreadable(alone), alone.ended)
        return replace(self._page(beyond), unreadable=first)

    def _is_readable(self, asset_id: str) -> bool:
        try:
            self._server.prove(asset_id)
        except Malformed:
            return False
        return True

    def _list(self, cursor: Cursor, window: Window) -> AssetPage:
        return self._server.page(window, since=cursor.since, prefix=cursor.prefix)

    def _ids(self, cursor: Cursor, window: Window) -> AssetPage:
        return self._server.ids(window, since=cursor.since, prefix=cursor.prefix)

    def _told(self, page: AssetPage) -> AssetPage:
        self._times.append(page.server_time)
        return page

    def _page(self, trusted: Trusted) -> Page:
        return Page(trusted, None, tuple(self._times))
