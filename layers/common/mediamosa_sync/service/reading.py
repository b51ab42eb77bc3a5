"""Read a walk's next page: only one that can be trusted, in a bounded number of requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mediamosa_sync.domain.asset import AssetPage
from mediamosa_sync.domain.walk import (
    MAX_REQUESTS,
    AskAgain,
    Cursor,
    Trusted,
    Window,
    first_window,
    judge,
    narrowed,
    past_unreadable,
)
from mediamosa_sync.errors import Unreadable
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

    def _ask(self, cursor: Cursor, window: Window) -> AssetPage:
        if not cursor.after_unreadable or window.offset == cursor.offset:
            return self._told(self._list(cursor, window))
        # The row that was done last cannot be in any page: its id comes from a list of ids.
        earlier = self._told(self._ids(cursor, replace(window, limit=1, with_total=False)))
        later = replace(window, offset=window.offset + 1, limit=window.limit - 1)
        page = self._told(self._list(cursor, later))
        return replace(page, assets=(*earlier.assets, *page.assets), offset=window.offset)

    def _step_over(self, cursor: Cursor, window: Window) -> Page:
        """The asset is alone in its page: take its id from the list of ids, and go past it."""
        verdict = judge(cursor, window, self._told(self._ids(cursor, window)))
        if isinstance(verdict, AskAgain) or not verdict.assets:
            return self._page(Trusted((), verdict.cursor, ended=False))
        beyond = Trusted((), past_unreadable(verdict), verdict.ended)
        return replace(self._page(beyond), unreadable=verdict.assets[-1].asset_id)

    def _list(self, cursor: Cursor, window: Window) -> AssetPage:
        return self._server.page(window, since=cursor.since, prefix=cursor.prefix)

    def _ids(self, cursor: Cursor, window: Window) -> AssetPage:
        return self._server.ids(window, since=cursor.since, prefix=cursor.prefix)

    def _told(self, page: AssetPage) -> AssetPage:
        self._times.append(page.server_time)
        return page

    def _page(self, trusted: Trusted) -> Page:
        return Page(trusted, None, tuple(self._times))
