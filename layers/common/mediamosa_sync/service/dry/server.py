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
        self._fields = fields
        self._now = now
        self._seen: dict[str, Asset] = {}
        self.posts: list[Post] = []

    @property
    def requests(self) -> int:
        """Requests made, and those that would have been."""
        return self._server.requests + len(self.posts)

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As it would be listed; an asset that a push changes is no newer row of the list."""
        page = self._server.page(window, since=since, prefix=prefix)
        return replace(page, assets=tuple(map(self._as_written, page.assets)))

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
        theirs = theirs_of(self._seen[asset_id], self._fields())
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
