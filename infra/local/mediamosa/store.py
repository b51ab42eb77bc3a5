"""The tables of the stand-in, kept in the orders that lists are asked in.

A list of 100 out of 100,000 assets by id is a slice of a sorted list; a list since a time is a
slice of the list by time. Nothing is sorted whole for one page.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from infra.local.mediamosa.records import (
    Application,
    Asset,
    Mediafile,
    Property,
    Tombstone,
)


@dataclass(slots=True)
class Late:
    """A change that lists do not show before `visible`; they show `before` until then."""

    visible: int
    before: Asset | None


@dataclass(slots=True)
class Store:
    """All tables. Whoever changes an asset calls `will_change` before and `stamp` to stamp it."""

    applications: dict[int, Application] = field(default_factory=dict)
    properties: dict[int, Property] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    mediafiles: dict[str, Mediafile] = field(default_factory=dict)
    tombstones: dict[str, Tombstone] = field(default_factory=dict)
    late: dict[str, list[Late]] = field(default_factory=dict)
    list_lag_seconds: int = 0
    _ids: dict[int, list[str]] = field(default_factory=dict)
    _by_modified: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    _sets: dict[int, tuple[Property, ...]] = field(default_factory=dict)

    def application(self, name: str) -> Application | None:
        """Return the application of this name."""
        return next((one for one in self.applications.values() if one.name == name), None)

    def add_assets(self, assets: Iterable[Asset]) -> None:
        """Put many assets in at once, without showing them late."""
        for asset in assets:
            self.assets[asset.asset_id] = asset
            self._ids.setdefault(asset.app_id, []).append(asset.asset_id)
            if asset.modified is not None:
                stamped = self._by_modified.setdefault(asset.app_id, [])
                stamped.append((asset.modified, asset.asset_id))
        for ids in self._ids.values():
            ids.sort()
        for stamped in self._by_modified.values():
            stamped.sort()

    def create_asset(self, asset: Asset, now: int) -> None:
        """Put one new asset in."""
        self._remember(asset.asset_id, None, now)
        self.assets[asset.asset_id] = asset
        insort(self._ids.setdefault(asset.app_id, []), asset.asset_id)
        if asset.modified is not None:
            insort(self._by_modified.setdefault(asset.app_id, []), (asset.modified, asset.asset_id))

    def delete_asset(self, asset: Asset, now: int) -> None:
        """Take an asset and its mediafiles out and leave a tombstone (§ 11)."""
        self._remember(asset.asset_id, asset, now)
        del self.assets[asset.asset_id]
        ids = self._ids[asset.app_id]
        del ids[bisect_left(ids, asset.asset_id)]
        self._forget_stamp(asset)
        for mediafile_id in asset.mediafile_ids:
            self.mediafiles.pop(mediafile_id, None)
        self.tombstones[asset.asset_id] = Tombstone(asset.asset_id, asset.app_id, now)

    def will_change(self, asset: Asset, now: int) -> None:
        """Remember the asset as lists show it, if they are to show the change late."""
        self._remember(asset.asset_id, asset, now)

    def stamp(self, asset: Asset, now: int | None) -> None:
        """Set the asset's modification stamp, and its first stamp if it has none (§ 7)."""
        if asset.videotimestamp is None:
            asset.videotimestamp = now
        if asset.modified == now:
            return
        self._forget_stamp(asset)
        asset.modified = now
        if now is not None:
            insort(self._by_modified.setdefault(asset.app_id, []), (now, asset.asset_id))

    def ids(self, app_id: int) -> list[str]:
        """Return the application's asset ids in byte order (the store's own list: read only)."""
        return self._ids.get(app_id, [])

    def ids_from(self, app_id: int, prefix: str) -> list[str]:
        """Return the ids that begin with `prefix`, in byte order."""
        ids = self.ids(app_id)
        start = bisect_left(ids, prefix)
        end = bisect_left(ids, prefix + "\U0010ffff", lo=start)
        return ids[start:end]

    def ids_modified(self, app_id: int, first: int | None, last: int | None) -> list[str]:
        """Return, in byte order, the ids stamped from `first` to `last`, both included."""
        stamped = self._by_modified.get(app_id, [])
        start = 0 if first is None else bisect_left(stamped, (first, ""))
        end = len(stamped) if last is None else bisect_left(stamped, (last + 1, ""))
        return sorted(asset_id for _, asset_id in stamped[start:end])

    def late_changes(self, app_id: int, now: int) -> Iterator[tuple[str, Asset | None]]:
        """Yield the assets whose last change lists do not show yet, as lists show them."""
        for asset_id, changes in list(self.late.items()):
            hidden = [one for one in changes if one.visible > now]
            if not hidden:
                del self.late[asset_id]
                continue
            self.late[asset_id] = hidden
            before = hidden[0].before
            asset = before or self.assets.get(asset_id)
            if asset is not None and asset.app_id == app_id:
                yield asset_id, before

    def properties_of(self, app_id: int) -> tuple[Property, ...]:
        """Return the properties that an application sees, by group and name."""
        found = self._sets.get(app_id)
        if found is None:
            seen = [one for one in self.properties.values() if one.app_id in {0, app_id}]
            found = tuple(sorted(seen, key=lambda one: (one.group, one.name)))
            self._sets[app_id] = found
        return found

    def add_property(self, new: Property) -> None:
        """Put a property in, or another one in its place."""
        self.properties[new.prop_id] = new
        self._sets.clear()

    def delete_property(self, old: Property) -> None:
        """Take a property out together with all its values; no stamp moves (§ 7)."""
        del self.properties[old.prop_id]
        self._sets.clear()
        for asset in self.assets.values():
            asset.metadata.pop(old.prop_id, None)

    def _forget_stamp(self, asset: Asset) -> None:
        if asset.modified is not None:
            stamped = self._by_modified[asset.app_id]
            del stamped[bisect_left(stamped, (asset.modified, asset.asset_id))]

    def _remember(self, asset_id: str, asset: Asset | None, now: int) -> None:
        if self.list_lag_seconds <= 0:
            return
        visible, changes = now + self.list_lag_seconds, self.late.setdefault(asset_id, [])
        for one in changes:
            # Lists catch up in the order of the changes.
            one.visible = min(one.visible, visible)
        changes.append(Late(visible, asset.copy() if asset else None))
