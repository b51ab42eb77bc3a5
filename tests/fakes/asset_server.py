"""MediaMosa as a dictionary of assets: lists in byte order, tombstones, a clock, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.ports import AssetServerError, Clock

PROPERTIES = (
    Property("title", "dublin_core"),
    Property("subject", "dublin_core"),
    Property("description", "dublin_core"),
    Property("language", "dublin_core"),
    Property("created", "qualified_dublin_core", PropertyType.DATETIME),
    Property("published", "asset", protected=True),
    Property("shelf", "app_1", PropertyType.INT),
)


class FakeAssetServer:
    """The port ``AssetServer``.

    Attributes:
        lists: the windows asked for so far, in order.
        before_page: called before each list is answered; a test changes the assets there.
        failures: errors to raise, one for each request from now on; None lets a request pass.
    """

    def __init__(self, clock: Clock, properties: Sequence[Property] = PROPERTIES) -> None:
        self._clock = clock
        self._assets: dict[str, Asset] = {}
        self._properties = tuple(properties)
        self._requests = 0
        self.lists: list[Window] = []
        self.single_reads = 0
        self.property_reads = 0
        self.before_page: Callable[[], None] = _nothing
        self.failures: list[AssetServerError | None] = []

    # What editors do.

    def put(self, asset_id: str, /, **properties: str | Sequence[str]) -> Asset:
        """Create an asset, or set some of its dublin_core values; stamps it with the clock."""
        old = self._assets.get(asset_id) or Asset(asset_id, created=self._clock.now())
        values = {
            name: tuple(sorted([given] if isinstance(given, str) else given))
            for name, given in properties.items()
        }
        kept = {**old.groups.get("dublin_core", {}), **values}
        core = {name: value for name, value in kept.items() if value}
        groups = {**old.groups, "dublin_core": core}
        return self.change(replace(old, groups=groups))

    def change(self, asset: Asset) -> Asset:
        """Put *asset* as it is, stamped with the clock."""
        stamped = replace(asset, modified=self._clock.now(), tombstone=False)
        self._assets[asset.asset_id] = stamped
        return stamped

    def put_unstamped(self, asset: Asset) -> None:
        """Put *asset* with its own stamps."""
        self._assets[asset.asset_id] = asset

    def delete(self, asset_id: str) -> None:
        """Leave a tombstone."""
        self._assets[asset_id] = Asset(asset_id, tombstone=True, modified=self._clock.now())

    def asset(self, asset_id: str) -> Asset:
        """The asset as it is."""
        return self._assets[asset_id]

    # The port.

    @property
    def requests(self) -> int:
        """As the port says."""
        return self._requests

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As the port says."""
        self._request()
        self.lists.append(window)
        self.before_page()
        listed = [
            asset
            for _, asset in sorted(self._assets.items())
            if asset.asset_id.startswith(prefix) and _is_listed(asset, since)
        ]
        rows = listed[window.offset : window.offset + window.limit]
        total = len(listed) if window.with_total else None
        return AssetPage(tuple(rows), window.offset, total, self._clock.now())

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """As the port says."""
        self._request()
        self.single_reads += 1
        found = {name: self._assets[name] for name in asset_ids if name in self._assets}
        return {name: asset for name, asset in found.items() if not asset.tombstone}

    def properties(self) -> tuple[Property, ...]:
        """As the port says."""
        self._request()
        self.property_reads += 1
        return self._properties

    def _request(self) -> None:
        self._requests += 1
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


def _is_listed(asset: Asset, since: datetime | None) -> bool:
    if since is None:
        return not asset.tombstone
    return asset.modified is not None and asset.modified >= since


def _nothing() -> None:
    """No event."""
