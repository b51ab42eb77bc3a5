"""MediaMosa as it would be by now: it is asked, and what would be written to it is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Proof
from mediamosa_sync.domain.properties import FieldMap, Property, theirs_of
from mediamosa_sync.domain.values import NO_VALUE, Metadata
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.dry.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Post:
    """A request that would write.

    Attributes:
        old, new: property name → values before and after.
    """

    asset_id: str
    old: Metadata
    new: Metadata


class DryServer:
    """The port ``AssetServer``: reads go out, writes do not.

    Attributes:
        posts: what would have been written, in order.
    """

    def __init__(
        self, server: AssetServer, overlay: Overlay, fields: Callable[[], FieldMap], now: datetime
    ) -> None:
        """Ask *server*; *fields* tells the properties that take part, *now* when it is written."""
        self._server = server
        self._written = overlay.written
        self._stamped = overlay.stamped
        self._fields = fields
        self._now = now
        self._seen: dict[str, Asset] = {}
        self.posts: list[Post] = []

    @property
    def requests(self) -> int:
        """Requests made, and those that would have been."""
        return self._server.requests + len(self.posts)

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As it would be listed: a list of changes has what was pushed since, too."""
        more = [] if since is None else self._newly_listed(since, MOST_ROWS - window.limit)
        offset = max(window.offset - len(more), 0)
        wider = replace(window, offset=offset, limit=window.limit + len(more))
        page = self._server.page(wider, since=since, prefix=prefix)
        page = replace(page, assets=tuple(map(self._as_written, page.assets)))
        return _with(more, page, window) if more else page

    def _newly_listed(self, since: datetime, most: int) -> list[Asset]:
        """Assets that nothing but the plan has changed since, as many as there is room for."""
        names = sorted(
            name
            for name, asset in self._stamped.items()
            if asset.modified is None or asset.modified < since
        )
        return [self._as_written(self._stamped[name]) for name in names[: max(most, 0)]]

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """As they would be."""
        found = self._server.assets(asset_ids)
        return {asset_id: self._as_written(asset) for asset_id, asset in found.items()}

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As they are."""
        return self._server.ids(window, since=since, prefix=prefix)

    def prove(self, asset_id: str) -> Proof:
        """As it would be."""
        proof = self._server.prove(asset_id)
        asset = None if proof.asset is None else self._as_written(proof.asset)
        return replace(proof, asset=asset)

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        """As it is."""
        return self._server.mediafile_asset(mediafile_id)

    def properties(self) -> tuple[Property, ...]:
        """As they are."""
        return self._server.properties()

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        """Note it, as if MediaMosa took it all: what it refuses only a real POST finds out."""
        del user_id
        asset = self._seen[asset_id]
        self._stamped.setdefault(asset_id, asset)
        theirs = theirs_of(asset, self._fields())
        old = {name: theirs.get(name, NO_VALUE) for name in values}
        self.posts.append(Post(asset_id, old, values))
        self._written[asset_id] = {**self._written.get(asset_id, {}), **values}
        return frozenset(values)

    def _as_written(self, asset: Asset) -> Asset:
        self._seen[asset.asset_id] = asset
        written = self._written.get(asset.asset_id)
        if written is None or asset.tombstone:
            return asset
        groups = {group: dict(values) for group, values in asset.groups.items()}
        for mapped in self._fields():
            if mapped.name in written:
                groups.setdefault(mapped.group, {})[mapped.name] = written[mapped.name]
        kept = {
            group: {name: texts for name, texts in values.items() if texts}
            for group, values in groups.items()
        }
        self._seen[asset.asset_id] = asset = replace(asset, groups=kept, modified=self._now)
        return asset


MOST_ROWS = 200
"""Of one list (protocol § 8.1)."""


def _with(more: Sequence[Asset], page: AssetPage, window: Window) -> AssetPage:
    """The rows of *window*, out of *page*, which begins earlier, and *more* that it lacks.

    Without the list's total nobody knows whether any of *more* come after the page's last row.
    """
    listed = {asset.asset_id for asset in page.assets}
    lacking = [asset for asset in more if asset.asset_id not in listed]
    total = None if page.total is None else page.total + len(lacking)
    if page.offset and not page.assets:
        return replace(page, offset=window.offset, total=total)
    ids = [asset.asset_id for asset in page.assets] or [""]
    before = sum(asset.asset_id < ids[0] for asset in lacking) if page.offset else 0
    ended = page.total is not None and page.offset + len(page.assets) >= page.total
    there = [one for one in lacking if ended or one.asset_id <= ids[-1]][before:]
    rows = sorted([*page.assets, *there], key=lambda asset: asset.asset_id)
    begins = window.offset - page.offset - before
    return replace(
        page,
        assets=tuple(rows[begins : begins + window.limit]),
        offset=window.offset,
        total=total,
    )
