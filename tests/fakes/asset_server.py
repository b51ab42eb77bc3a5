"""MediaMosa as a dictionary of assets: lists in byte order, tombstones, a clock, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from infra.local.mediamosa import errors, metadata, records, times
from mediamosa_sync.adapters.mediamosa import queries, results
from mediamosa_sync.adapters.mediamosa.xml import Envelope
from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.values import Metadata, Values
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import AssetServerError, Malformed, Refused, Unavailable, Unreadable
from mediamosa_sync.ports import Clock

PROPERTIES = (
    Property("title", "dublin_core"),
    Property("subject", "dublin_core"),
    Property("description", "dublin_core"),
    Property("language", "dublin_core"),
    Property("created", "qualified_dublin_core", PropertyType.DATETIME),
    Property("published", "asset", protected=True),
    Property("shelf", "app_1", PropertyType.INT),
)

OWNER = "alice"
"""Who owns the assets that are put."""
MAX_ASSETS = 100
NOT_AUTHORISED = 1800

Written = tuple[str, str, dict[str, Values]]
"""Asset id, acting user, values."""


class FakeAssetServer:
    """The port ``AssetServer``.

    Attributes:
        lists, id_lists: the windows asked for so far, in order: of whole assets, of ids alone.
        single_reads: calls of ``assets``.
        proofs: the asset ids proved so far, in order.
        mediafiles: mediafile id → asset id; those of a deleted asset are gone.
        mediafile_reads: the mediafile ids asked for so far, in order.
        unreadable: ids of assets with a value that breaks every answer that holds it; one with
            ids alone stays whole, and so does one with a tombstone.
        before_page: called before each list is answered; a test changes the assets there.
        failures: errors to raise, one for each request from now on; None lets a request pass.
        writes: every call of ``write`` that made a request, in order, whatever came of it.
        lost: one for each write from now on: whether its answer is lost after it is carried out.
        basic_plane_only: whether the database cannot store a character above U+FFFF (§ 14).
    """

    def __init__(self, clock: Clock, properties: Sequence[Property] = PROPERTIES) -> None:
        self._clock = clock
        self._assets: dict[str, Asset] = {}
        self._hidden: set[str] = set()
        self._foreign: dict[str, Asset] = {}
        self._properties = tuple(properties)
        self._requests = 0
        self.lists: list[Window] = []
        self.id_lists: list[Window] = []
        self.single_reads = 0
        self.proofs: list[str] = []
        self.mediafiles: dict[str, str] = {}
        self.mediafile_reads: list[str] = []
        self.property_reads = 0
        self.unreadable: set[str] = set()
        self.before_page: Callable[[], None] = _nothing
        self.failures: list[AssetServerError | None] = []
        self.writes: list[Written] = []
        self.lost: list[bool] = []
        self.basic_plane_only = False
        self._delays = 0
        self._held: list[Written] = []

    # What editors do.

    def put(self, asset_id: str, /, **properties: str | Sequence[str]) -> Asset:
        """Create an asset, or set some of its dublin_core values; stamps it with the clock."""
        old = self._assets.get(asset_id) or Asset(
            asset_id, created=self._clock.now(), owner_id=OWNER
        )
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

    def trash(self, asset_id: str) -> Asset:
        """Put it into the trashcan."""
        return self.change(replace(self._assets[asset_id], trashed=True))

    def restore(self, asset_id: str) -> Asset:
        """Take it out of the trashcan."""
        return self.change(replace(self._assets[asset_id], trashed=False))

    def publish(self, asset_id: str) -> Asset:
        """Show it to everybody."""
        return self.change(replace(self._assets[asset_id], published=True))

    def unpublish(self, asset_id: str) -> Asset:
        """Show it to nobody."""
        return self.change(replace(self._assets[asset_id], published=False))

    def delete(self, asset_id: str) -> None:
        """Leave a tombstone."""
        self._assets[asset_id] = Asset(asset_id, tombstone=True, modified=self._clock.now())

    def erase(self, asset_id: str) -> None:
        """Take it away without a tombstone, as servers before 3.5.1 do (protocol § 11)."""
        del self._assets[asset_id]

    def give_away(self, asset_id: str) -> None:
        """Let it belong to another application that does not share it; nothing tells of it."""
        self._foreign[asset_id] = self._assets.pop(asset_id)

    def take_back(self, asset_id: str) -> None:
        """Let it be ours again, as it was: no stamp moves."""
        self._assets[asset_id] = self._foreign.pop(asset_id)

    def hide(self, asset_id: str) -> None:
        """Let lists lack it though it exists, as a search index that lags (protocol § 8.1)."""
        self._hidden.add(asset_id)

    def show(self, asset_id: str) -> None:
        """Let lists have it again."""
        self._hidden.discard(asset_id)

    def asset(self, asset_id: str) -> Asset:
        """The asset as it is."""
        return self._assets[asset_id]

    def delay_next_write(self) -> None:
        """Hold the next write back: its client hears nothing, and it may be carried out later."""
        self._delays += 1

    def carry_out(self) -> None:
        """Carry out the writes held back, in their order; nobody hears whether one is refused."""
        held, self._held = self._held, []
        for written in held:
            self._carry_out_unheard(written)

    # The port.

    @property
    def requests(self) -> int:
        """As the port says."""
        return self._requests

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As the port says."""
        self._request()
        self.lists.append(window)
        page = self._list(window, since, prefix)
        if any(self._breaks(asset) for asset in page.assets):
            raise Unreadable("MediaMosa's answer is not well-formed: ask for fewer assets.")
        return page

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As the port says."""
        self._request()
        self.id_lists.append(window)
        page = self._list(window, since, prefix)
        return replace(page, assets=tuple(Asset(asset.asset_id) for asset in page.assets))

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """As the port says."""
        if len(set(asset_ids)) > MAX_ASSETS:
            raise ValueError(f"at most {MAX_ASSETS} assets can be asked for at once")
        if not asset_ids:
            return {}
        self._request()
        self.single_reads += 1
        found = [self._assets[name] for name in asset_ids if name in self._assets]
        self._must_be_whole(found)
        return {asset.asset_id: asset for asset in found if not asset.tombstone}

    def prove(self, asset_id: str) -> Proof:
        """As the port says."""
        if not asset_id:
            raise ValueError("an asset must be asked for by its id")
        self._request()
        self.proofs.append(asset_id)
        if asset_id in self._foreign:
            return Proof(Existence.FOREIGN)
        asset = self._assets.get(asset_id)
        if asset is None or asset.tombstone:
            return Proof(Existence.GONE)
        self._must_be_whole([asset])
        return Proof(Existence.ALIVE, asset)

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        """As the port says."""
        if not mediafile_id:
            raise ValueError("a mediafile must be asked for by its id")
        self._request()
        self.mediafile_reads.append(mediafile_id)
        asset_id = self.mediafiles.get(mediafile_id)
        if asset_id is None:
            return None
        if asset_id in self._foreign:
            raise Refused("MediaMosa refused the request: it is not authorised.", NOT_AUTHORISED)
        asset = self._assets.get(asset_id)
        return None if asset is None or asset.tombstone else asset_id

    def properties(self) -> tuple[Property, ...]:
        """As the port says."""
        self._request()
        self.property_reads += 1
        return self._properties

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        """As the port says."""
        queries.single("asset", asset_id)
        queries.update(user_id, values)
        if not values:
            return frozenset()
        written = (asset_id, user_id, dict(values))
        self.writes.append(written)
        self._request()
        if self._delays:
            self._delays -= 1
            self._held.append(written)
            raise Unavailable("MediaMosa does not answer in time: it is tried again.")
        if self.lost and self.lost.pop(0):
            self._carry_out_unheard(written)
            raise Unavailable("The connection to MediaMosa broke off: it is tried again.")
        return self._carry_out(written)

    def _carry_out_unheard(self, written: Written) -> None:
        with suppress(Refused):
            self._carry_out(written)

    def _carry_out(self, written: Written) -> frozenset[str]:
        asset_id, user_id, values = written
        try:
            asset = self._writable(asset_id, user_id)
            stored = self._stored(values)
        except errors.RefusedError as refusal:
            told = Envelope(refusal.result_id, refusal.description, (), None, None)
            results.check(told, properties=values.keys())
            raise
        known = {one.name: one.group for one in self._properties}
        groups = {name: dict(texts) for name, texts in asset.groups.items()}
        for name, texts in stored.items():
            groups.setdefault(known[name], {})[name] = texts
        kept = {
            group: {name: texts for name, texts in within.items() if texts}
            for group, within in groups.items()
        }
        self.change(replace(asset, groups={name: texts for name, texts in kept.items() if texts}))
        return frozenset(name for name, texts in stored.items() if texts)

    def _writable(self, asset_id: str, user_id: str) -> Asset:
        if not user_id:
            raise errors.required("user_id", "USER_ID")
        if asset_id in self._foreign:
            raise errors.not_authorised("application not allowed")
        asset = self._assets.get(asset_id)
        if asset is None or asset.tombstone:
            raise errors.asset_not_found(asset_id)
        return replace(asset, created=asset.created or self._clock.now())

    def _stored(self, values: Metadata) -> dict[str, Values]:
        """What the server makes of the values of those properties that it knows, or its refusal."""
        known = {
            one.name: records.Property(number, one.name, one.group, one.type.value)
            for number, one in enumerate(self._properties)
        }
        read = {
            name: [metadata.normalised(known[name], text, UTC) for text in texts if text]
            for name, texts in values.items()
            if name in known
        }
        return {
            name: tuple(
                sorted(
                    times.utc_text(int(one)) if known[name].kind == records.DATETIME else str(one)
                    for one in metadata.storable(found, utf8mb4=not self.basic_plane_only)
                )
            )
            for name, found in read.items()
        }

    def _request(self) -> None:
        self._requests += 1
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    def _list(self, window: Window, since: datetime | None, prefix: str) -> AssetPage:
        self.before_page()
        listed = [
            asset
            for name, asset in sorted(self._assets.items())
            if name.startswith(prefix) and name not in self._hidden and _is_listed(asset, since)
        ]
        rows = listed[window.offset : window.offset + window.limit]
        total = len(listed) if window.with_total else None
        return AssetPage(tuple(rows), window.offset, total, self._clock.now())

    def _breaks(self, asset: Asset) -> bool:
        return asset.asset_id in self.unreadable and not asset.tombstone

    def _must_be_whole(self, assets: Sequence[Asset]) -> None:
        if any(self._breaks(asset) for asset in assets):
            raise Malformed("MediaMosa's answer is not well-formed: look into MediaMosa's log.")


def _is_listed(asset: Asset, since: datetime | None) -> bool:
    if since is None:
        return not asset.tombstone
    return asset.modified is not None and asset.modified >= since


def _nothing() -> None:
    """No event."""
