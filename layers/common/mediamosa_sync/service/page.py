"""Write what a page asks for: decided asset by asset, applied in chunks, contested ones anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.decide import (
    Verdict,
    decide,
    decide_missing,
    oversized,
    unreadable,
)
from mediamosa_sync.domain.deletion import Held, is_counted
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.record import Record, RemovedRecord, created_media_id
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.uri import MediafileUri, usable_uris
from mediamosa_sync.domain.writes import AssetWrite, Counts, chunks, count, unapproved_removals
from mediamosa_sync.ports import Applied, RecordStore, SyncStore

MAX_AGAIN = 100
"""Ids that one request asks for; while more wait, a walk does not move on."""

MAX_ATTEMPTS = 2
"""How often an asset whose record or link somebody else wrote is planned afresh."""

Decision = AssetWrite | Verdict
Replan = Callable[[str], Decision]
"""Asset id → what to write for it, from what stands in the tables now."""


MAX_ASKED = 10
"""Mediafiles that a page of a full run asks MediaMosa about."""


@dataclass(slots=True)
class Written:
    """What came of a step's assets so far.

    Attributes:
        counts: of the run.
        again: ids of assets that a later step has to ask for.
        stale: ids of assets that this step has to ask for, since the list may lag.
        nominees: ids of assets that seem to be gone; *counted* of them count for the guard.
        held: the list of held deletions as it stands.
        removals: records removed without a person's approval, by the hour since 1970.
        links: by how many the ties of a record to an asset have grown.
    """

    held: Held
    counts: Counts = field(default_factory=Counts)
    again: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    nominees: set[str] = field(default_factory=set)
    counted: int = 0
    removals: dict[int, int] = field(default_factory=dict)
    links: int = 0


class AssetWriter:
    """Applies assets within one step, under its fence.

    Every method may raise :class:`Fenced` and :class:`StoreUnavailable`; what was applied before
    stays applied and counted.
    """

    def __init__(
        self,
        records: RecordStore,
        store: SyncStore,
        fence: Fence,
        setting: Setting,
        written: Written,
        begin: Callable[[], None],
        ask: Callable[[str], str | None] | None = None,
    ) -> None:
        """Write for one step.

        Parameters:
            begin: called once, before the first write.
            ask: tells the asset of a mediafile, as :func:`ask_mediafile`; None: it is not asked.
        """
        self._records = records
        self._store = store
        self._fence = fence
        self._setting = setting
        self._begin: Callable[[], None] | None = begin
        self._ask = ask
        self.written = written

    def links(self, asset_ids: Iterable[str]) -> dict[str, Link]:
        """Those of the links that exist."""
        return dict(self._store.links(self._setting.connection_id, asset_ids))

    def write_assets(
        self,
        kind: Kind,
        assets: Sequence[Asset],
        links: Mapping[str, Link],
        *,
        listed: bool = False,
    ) -> None:
        """Bring *assets* into the tables; *links* were read after them.

        *listed*: they come from a list, which may lag.
        """
        by_id = {asset.asset_id: asset for asset in assets}
        keys = {asset_id: self._key(link) for asset_id, link in links.items()}
        records = self._records.records(keys.values())
        told = self._told(links, records)

        def decided(asset: Asset) -> Decision:
            link = links.get(asset.asset_id)
            record = records.get(keys[asset.asset_id]) if link else None
            return decide(
                asset,
                link,
                record,
                self._setting,
                self._copy(link),
                told=told.get(asset.asset_id),
                listed=listed,
            )

        self.apply(
            kind,
            [(asset.asset_id, decided(asset)) for asset in assets],
            links,
            anew=lambda asset_id: self._anew(by_id[asset_id], listed=listed),
            too_large=lambda asset_id: self._oversized(by_id[asset_id]),
        )

    def write_missing(
        self, kind: Kind, asset_ids: Iterable[str], links: Mapping[str, Link]
    ) -> None:
        """Nominate assets that the list lacks, or settle the links that no record depends on."""

        def anew(asset_id: str) -> Decision:
            return decide_missing(asset_id, self._link(asset_id), self._setting)

        decided = [
            (asset_id, decide_missing(asset_id, links.get(asset_id), self._setting))
            for asset_id in asset_ids
        ]
        self.apply(kind, decided, links, anew=anew)

    def write_unreadable(self, kind: Kind, asset_id: str) -> None:
        """Park the asset that no page of a list can show."""

        def anew(asset_id: str) -> Decision:
            return unreadable(asset_id, self._link(asset_id), self._setting)

        self.apply(kind, [(asset_id, anew(asset_id))], {}, anew=anew)

    def apply(
        self,
        kind: Kind,
        decided: Iterable[tuple[str, Decision]],
        links: Mapping[str, Link],
        *,
        anew: Replan,
        too_large: Replan | None = None,
    ) -> None:
        """Apply what was *decided* in chunks.

        What was contested is planned with *anew*, singly; what does not fit an item, with
        *too_large*.
        """
        writes = []
        for asset_id, decision in decided:
            if isinstance(decision, Verdict):
                self._note(asset_id, decision, links.get(asset_id))
            else:
                writes.append(decision)
        for chunk in chunks(writes):
            self._apply_chunk(kind, chunk, anew, too_large or anew)

    def _note(self, asset_id: str, verdict: Verdict, link: Link | None) -> None:
        written = self.written
        if verdict is Verdict.AGAIN:
            written.again.add(asset_id)
        elif verdict is Verdict.STALE:
            written.stale.add(asset_id)
        elif verdict is Verdict.NOMINATED and asset_id not in written.nominees:
            written.nominees.add(asset_id)
            written.counted += link is None or is_counted(link)
        elif verdict is Verdict.STILL_PARKED:
            written.counts += Counts(errors=1)
        elif verdict is Verdict.UNCHANGED:
            written.counts += Counts(unchanged=1)

    def _apply_chunk(
        self, kind: Kind, chunk: Sequence[AssetWrite], anew: Replan, too_large: Replan
    ) -> None:
        """Apply *chunk*; what stands in its way is taken out and done by itself afterwards."""
        singly: list[tuple[str, Replan]] = []
        while chunk:
            applied = self._apply(kind, chunk)
            if applied.done:
                break
            singly += [(asset_id, anew) for asset_id in sorted(applied.contested)]
            singly += [(asset_id, too_large) for asset_id in sorted(applied.oversized)]
            refused = applied.contested | applied.oversized
            chunk = [write for write in chunk if write.link.asset_id not in refused]
        for asset_id, replan in singly:
            self._apply_singly(kind, asset_id, replan, too_large)

    def _apply_singly(self, kind: Kind, asset_id: str, replan: Replan, too_large: Replan) -> None:
        """Plan afresh from what the tables hold now; leave it for later after two tries."""
        for _ in range(MAX_ATTEMPTS):
            decision = replan(asset_id)
            if isinstance(decision, Verdict):
                self._note(asset_id, decision, None)
                return
            applied = self._apply(kind, [decision])
            if applied.done:
                return
            if applied.oversized:
                replan = too_large
        self.written.again.add(asset_id)

    def _apply(self, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        if self._begin is not None:
            self._begin()
            self._begin = None
        applied = self._store.apply(self._fence, kind, writes)
        if applied.done:
            self.written.counts += count(writes)
            self.written.links += sum(write.links_delta for write in writes)
            for hour, number in unapproved_removals(writes).items():
                self.written.removals[hour] = self.written.removals.get(hour, 0) + number
            self.written.held = self.written.held.changed(
                [write.link.asset_id for write in writes if write.joins_held],
                [write.link.asset_id for write in writes if write.leaves_held],
            )
        return applied

    def _oversized(self, asset: Asset) -> Decision:
        return oversized(asset, self._link(asset.asset_id), self._setting)

    def _anew(self, asset: Asset, *, listed: bool) -> Decision:
        """Without a link, a record that bears the key which the sync would choose is its record."""
        link = self._link(asset.asset_id)
        media_id = self._key(link or Link(asset.asset_id, media_id=""))
        records = self._records.records([media_id])
        told = self._told({asset.asset_id: link} if link else {}, records)
        return decide(
            asset,
            link,
            records.get(media_id),
            self._setting,
            self._copy(link),
            told=told.get(asset.asset_id),
            listed=listed,
        )

    def _told(self, links: Mapping[str, Link], records: Mapping[str, Record]) -> Mapping[str, str]:
        """Asset id → the asset that its record names by an old-form uri which its link knows not.

        "" where it names none. A full run asks MediaMosa for what it has not told yet: the event of
        a record that has moved may be lost, and not every such record is adopted (it may name no
        connection any more).
        """
        mediafiles = {
            asset_id: uri.mediafile_id
            for asset_id, link in links.items()
            if (record := records.get(link.media_id)) is not None and record.old_form != link.uri
            for uri in usable_uris([record.old_form])
            if isinstance(uri, MediafileUri)
        }
        if not mediafiles:
            return {}
        told = dict(self._store.mediafiles(self._setting.connection_id, mediafiles.values()))
        told |= self._asked(sorted(set(mediafiles.values()) - told.keys()))
        return {asset_id: told[name] for asset_id, name in mediafiles.items() if name in told}

    def _asked(self, mediafile_ids: Sequence[str]) -> Mapping[str, str]:
        """What MediaMosa tells of some of them; what cannot be read is asked for another time."""
        if self._ask is None:
            return {}
        answers = {name: self._ask(name) for name in mediafile_ids[:MAX_ASKED]}
        told = {name: asset_id for name, asset_id in answers.items() if asset_id is not None}
        self._store.put_mediafiles(self._setting.connection_id, told)
        return told

    def _key(self, link: Link) -> str:
        """The key of the link's record; if it has none, the one that the sync would give it."""
        return link.media_id or created_media_id(self._setting.connection_id, link.asset_id)

    def _link(self, asset_id: str) -> Link | None:
        return self.links([asset_id]).get(asset_id)

    def _copy(self, link: Link | None) -> RemovedRecord | None:
        """The copy of a removed record, read only where it may be wanted."""
        if link is None or link.state is not LinkState.REMOVED:
            return None
        return self._store.removed_record(self._setting.connection_id, link.asset_id)
