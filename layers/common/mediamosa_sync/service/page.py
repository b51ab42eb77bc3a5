"""Write what a page asks for: decided asset by asset, applied in chunks, contested ones anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.decide import Setting, Verdict, decide, oversized
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import AssetWrite, Counts, chunks, count
from mediamosa_sync.ports import Applied, RecordStore, SyncStore

MAX_AGAIN = 100
"""Ids that may wait for a later step; also what one request asks for."""

MAX_ATTEMPTS = 2
"""How often an asset whose record or link somebody else wrote is planned afresh."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a page.

    Attributes:
        again: ids of assets that a later step has to ask for.
    """

    counts: Counts
    again: frozenset[str]


class AssetWriter:
    """Applies assets within one step, under its fence."""

    def __init__(
        self, records: RecordStore, store: SyncStore, fence: Fence, setting: Setting
    ) -> None:
        self._records = records
        self._store = store
        self._fence = fence
        self._setting = setting
        self._counts = Counts()
        self._again: set[str] = set()

    def write(self, kind: Kind, assets: Sequence[Asset], *, begin: Callable[[], None]) -> Written:
        """Bring *assets* into the tables and count them into *kind*'s run.

        *begin* is called once before the first write. Raises :class:`Fenced` and
        :class:`StoreUnavailable`; what was applied before stays applied and counted.
        """
        by_id = {asset.asset_id: asset for asset in assets}
        writes = self._decided(by_id.values(), self._links(by_id))
        if writes:
            begin()
        for chunk in chunks(writes):
            self._apply_chunk(kind, chunk, by_id)
        return Written(self._counts, frozenset(self._again))

    def _links(self, asset_ids: Iterable[str]) -> dict[str, Link]:
        return dict(self._store.links(self._setting.connection_id, asset_ids))

    def _decided(self, assets: Iterable[Asset], links: dict[str, Link]) -> list[AssetWrite]:
        media_ids = {link.media_id for link in links.values() if link.media_id}
        records = self._records.records(media_ids)
        writes = []
        for asset in assets:
            link = links.get(asset.asset_id)
            record = records.get(link.media_id) if link else None
            decision = decide(asset, link, record, self._setting)
            if isinstance(decision, Verdict):
                self._note(asset, decision)
            else:
                writes.append(decision)
        return writes

    def _note(self, asset: Asset, verdict: Verdict) -> None:
        if verdict is Verdict.AGAIN:
            self._again.add(asset.asset_id)
        elif verdict is Verdict.STILL_PARKED:
            self._counts += Counts(errors=1)
        elif verdict is Verdict.UNCHANGED:
            self._counts += Counts(unchanged=1)

    def _apply(self, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        applied = self._store.apply(self._fence, kind, writes)
        if applied.done:
            self._counts += count(writes)
        return applied

    def _apply_chunk(
        self, kind: Kind, chunk: Sequence[AssetWrite], assets: dict[str, Asset]
    ) -> None:
        """Apply *chunk*; what stands in its way is taken out and done by itself afterwards."""
        singly: list[tuple[Asset, bool]] = []
        while chunk:
            applied = self._apply(kind, chunk)
            if applied.done:
                break
            singly += [(assets[asset_id], False) for asset_id in sorted(applied.contested)]
            singly += [(assets[asset_id], True) for asset_id in sorted(applied.oversized)]
            refused = applied.contested | applied.oversized
            chunk = [write for write in chunk if write.link.asset_id not in refused]
        for asset, too_big in singly:
            self._apply_singly(kind, asset, too_big=too_big)

    def _apply_singly(self, kind: Kind, asset: Asset, *, too_big: bool) -> None:
        """Plan *asset* afresh from what the tables hold now; leave it for later after two tries."""
        for _ in range(MAX_ATTEMPTS):
            link = self._links([asset.asset_id]).get(asset.asset_id)
            decision = oversized(asset, link, self._setting) if too_big else self._anew(asset, link)
            if isinstance(decision, Verdict):
                self._note(asset, decision)
                return
            applied = self._apply(kind, [decision])
            if applied.done:
                return
            too_big = bool(applied.oversized)
        self._again.add(asset.asset_id)

    def _anew(self, asset: Asset, link: Link | None) -> AssetWrite | Verdict:
        """Without a link, a record that bears the key which the sync would choose is its record."""
        media_id = (
            link.media_id if link else created_media_id(self._setting.connection_id, asset.asset_id)
        )
        record = self._records.records([media_id]).get(media_id) if media_id else None
        return decide(asset, link, record, self._setting)
