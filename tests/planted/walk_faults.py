"""Faults in the walk, its cursor, and the list of what is asked again."""

from __future__ import annotations

from tests.planted.fault import Edit, Fault

_FIRST_OFFSET = Edit(
    "domain.walk:first_window",
    "offset = max(cursor.offset - 1, 0)\n    limit = size + 1 if cursor.offset else size",
    "offset = cursor.offset\n    limit = size",
)
_TRUST_ALL = Edit(
    "domain.walk:_continues",
    "return bool(page.assets) and page.assets[0].asset_id <= cursor.last_id",
    "return True",
)

FAULTS = (
    Fault(
        "one-row-earlier-dropped",
        "An asset is deleted while pages are read, and the asset behind it is never pulled.",
        (_FIRST_OFFSET, _TRUST_ALL),
    ),
    Fault(
        "row-before-not-compared",
        "Two assets are deleted while pages are read, and the asset behind them is never pulled.",
        (
            Edit(
                "domain.walk:_continues",
                "bool(page.assets) and page.assets[0].asset_id <= cursor.last_id",
                "bool(page.assets)",
            ),
        ),
    ),
    Fault(
        "double-offset-advance",
        "Every other page of assets is skipped: half of the media never get a record.",
        (
            _TRUST_ALL,
            Edit(
                "domain.walk:judge",
                "offset=window.offset + rows",
                "offset=window.offset + 2 * rows",
            ),
        ),
    ),
    Fault(
        "empty-page-trusted",
        "Many assets are deleted while pages are read, and those that remain behind are not seen.",
        (
            Edit(
                "domain.walk:_continues",
                "return bool(page.assets) and page.assets[0]",
                "return not page.assets or page.assets[0]",
            ),
        ),
    ),
    Fault(
        "first-pages-total-believed",
        "Assets are added while pages are read, and as many at the end of the list are left out.",
        (
            Edit(
                "domain.walk:first_window",
                "with_total=cursor.total is None or ends_here",
                "with_total=cursor.total is None",
            ),
            Edit(
                "domain.walk:judge",
                "_has_ended(window, page)",
                "_has_ended(\n"
                "        window, page if page.total is not None "
                "else replace(page, total=cursor.total)\n    )",
            ),
        ),
    ),
    Fault(
        "progress-counts-rows-twice",
        "The progress bar runs past its end, and nobody knows how long the first sync takes.",
        (Edit("domain.walk:judge", "done=cursor.done + len(assets)", "done=cursor.done + rows"),),
    ),
    Fault(
        "default-limit-of-10",
        "Only the first ten assets are pulled, since the server's default was taken for the end.",
        (
            Edit(
                "adapters.mediamosa.queries:listing",
                '("limit", str(window.limit)),',
                "",
            ),
            Edit(
                "domain.walk:_has_ended",
                "return window.offset + rows >= page.total",
                "return rows < window.limit or window.offset + rows >= page.total",
            ),
        ),
        across=False,
    ),
    Fault(
        "order-by-modification-time",
        "An asset that is edited while pages are read moves, and another falls between two pages.",
        (
            Edit(
                "adapters.mediamosa.queries:listing",
                '("order_by", "asset_id")',
                '("order_by", "videotimestampmodified")',
            ),
        ),
    ),
    Fault(
        "unreadable-page-read-as-empty",
        "One asset with a bad character ends every walk, and what is behind it is never pulled.",
        (
            Edit(
                "service.reading:Reader.read",
                "except Unreadable:",
                "except Unreadable:\n"
                "            self._told(self._ids(cursor, window))\n"
                "            return self._page(Trusted((), cursor, ended=True))",
            ),
        ),
        across=False,
    ),
    Fault(
        "unreadable-asset-nominated",
        "An asset that cannot be shown counts as missing, and its record is held for deletion.",
        (
            Edit(
                "service.pull:Pull._walk",
                "missing(links, [*listed, unreadable] if unreadable else listed)",
                "missing(links, listed)",
            ),
        ),
        across=False,
    ),
    Fault(
        "failure-in-mid-walk-is-the-end",
        "The server fails in the middle of a walk, and the run ends as if it had seen everything.",
        (
            Edit(
                "service.pull:Pull._walk",
                "page = Reader(self._ports.server, self._connection.page_size)"
                ".read(self._run.cursor)",
                "from mediamosa_sync.errors import AssetServerError\n"
                "    try:\n"
                "        page = Reader(self._ports.server, self._connection.page_size)"
                ".read(self._run.cursor)\n"
                "    except AssetServerError:\n"
                "        if not self._run.cursor.done:\n"
                "            raise\n"
                "        page = Page(Trusted((), self._run.cursor, ended=True), None, ())",
            ),
        ),
    ),
    Fault(
        "failure-keeps-the-new-position",
        "The server fails after the last page, and the assets that were missing are forgotten.",
        (
            Edit(
                "service.pull:Pull.broken_off",
                "run = self._state.run(self._run.kind)",
                "run = self._run",
            ),
        ),
    ),
    Fault(
        "tail-of-the-links-not-compared",
        "Assets deleted at the end of the list are never noticed by a full run.",
        (
            Edit(
                "service.pull:Pull._joined",
                "upto=None if trusted.ended else trusted.cursor.last_id",
                "upto=trusted.cursor.last_id",
            ),
        ),
        across=False,
    ),
    Fault(
        "again-dropped-by-other-phases",
        "An asset that somebody else was writing is forgotten while a full run begins or ends.",
        (
            Edit(
                "service.pull:Pull._again",
                "asked = MAX_AGAIN if self._asked_again else 0",
                "asked = MAX_AGAIN",
            ),
        ),
    ),
    Fault(
        "again-dropped-at-the-runs-end",
        "An asset that somebody else was writing during the last page is never looked at again.",
        (
            Edit(
                "service.pull:Pull.concluded",
                "finished(state, run,",
                "finished(replace(state, again=()), run,",
            ),
        ),
    ),
    Fault(
        "again-cut-when-it-overflows",
        "More records are written at once than one list holds, and the rest is never pulled.",
        (
            Edit(
                "service.pull:Pull._again",
                "return tuple(sorted({*self._state.again[asked:], *self._written.again}))",
                "return tuple(sorted({*self._state.again[asked:], *self._written.again}))"
                "[:MAX_AGAIN]",
            ),
        ),
    ),
    Fault(
        "contended-asset-forgotten",
        "A record that its application writes at the wrong moment misses MediaMosa's change.",
        (
            Edit(
                "service.page:AssetWriter._apply_singly",
                "    self.written.again.add(asset_id)",
                "    self.written.counts += Counts(errors=1)",
            ),
        ),
    ),
    Fault(
        "newer-link-not-asked-again",
        "An asset that is changed while its record is pushed is not pulled before the next day.",
        (
            Edit(
                "service.page:AssetWriter._note",
                "    written.again.add(asset_id)",
                "    written.counts += Counts(unchanged=1)",
            ),
        ),
    ),
)
