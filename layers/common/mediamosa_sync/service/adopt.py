"""Tie records that were there before to their assets: the first phase of a full run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.decide import Verdict
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Kind, Phase, Run
from mediamosa_sync.domain.uri import AssetUri, InvalidUri, MediafileUri, parse_uri
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import Refused
from mediamosa_sync.ports import AssetServer, RecordStore, SyncStore
from mediamosa_sync.service.page import AssetWriter, Decision

MAX_MEDIAFILES = 50
"""Mediafiles that one step asks MediaMosa about."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """How far adopting has come.

    Attributes:
        run: in its next phase once the last record was seen.
        asked: whether MediaMosa was asked for mediafiles: enough for one step then.
    """

    run: Run
    asked: bool


class Adopter:
    """Adopts within one step, through its writer."""

    def __init__(
        self,
        connection: Connection,
        server: AssetServer,
        records: RecordStore,
        store: SyncStore,
        writer: AssetWriter,
    ) -> None:
        self._connection = connection
        self._server = server
        self._records = records
        self._store = store
        self._writer = writer

    def adopt(self, run: Run) -> Adopted:
        """Link the records of the next part of the media table.

        A record with a broken URI, or of a mediafile that MediaMosa does not have, is counted as
        an error and left alone. Raises :class:`AssetServerError`, :class:`StoreUnavailable` and
        :class:`Fenced`.
        """
        page = self._records.scan(run.scan_after)
        mine = [record for record in page.records if self._is_mine(record)]
        by_mediafile, whole, asked = self._mediafiles(mine)
        named = {
            record.media_id: asset_id
            for record in mine
            if (asset_id := self._asset_of(record, by_mediafile)) is not None
        }
        self._link(run.kind, named)
        if not whole:
            return Adopted(run, asked)
        phase = Phase.ADOPT if page.after else Phase.WALK
        return Adopted(replace(run, scan_after=page.after, phase=phase), asked)

    def _is_mine(self, record: Record) -> bool:
        if record.connection_id:
            return record.connection_id == self._connection.connection_id
        return self._connection.default

    def _mediafiles(self, records: Iterable[Record]) -> tuple[Mapping[str, str], bool, bool]:
        """What is known of the records' mediafiles, whether that is all, and whether it was asked.

        Each is asked for once; the answers are kept.
        """
        wanted = {
            named.mediafile_id
            for record in records
            if isinstance(named := _named(record), MediafileUri)
        }
        connection_id = self._connection.connection_id
        known = dict(self._store.mediafiles(connection_id, wanted)) if wanted else {}
        unknown = sorted(wanted - known.keys())
        told = {name: self._ask(name) for name in unknown[:MAX_MEDIAFILES]}
        if told:
            self._store.put_mediafiles(connection_id, told)
        return known | told, len(unknown) <= MAX_MEDIAFILES, bool(told)

    def _ask(self, mediafile_id: str) -> str:
        """The asset of a mediafile; "" if MediaMosa has none, or does not share it with us."""
        try:
            return self._server.mediafile_asset(mediafile_id) or ""
        except Refused:
            return ""

    def _asset_of(self, record: Record, by_mediafile: Mapping[str, str]) -> str | None:
        named = _named(record)
        if isinstance(named, AssetUri):
            return named.asset_id
        asset_id = by_mediafile.get(named.mediafile_id) if named is not None else ""
        if asset_id == "":
            self._writer.written.counts += Counts(errors=1)
        return asset_id or None

    def _link(self, kind: Kind, named: Mapping[str, str]) -> None:
        """Of two records that name one asset the first in order of keys is tied to it."""
        by_asset: dict[str, str] = {}
        for media_id in sorted(named):
            by_asset.setdefault(named[media_id], media_id)
        links = self._writer.links(by_asset)
        decided = {
            asset_id: adopted(asset_id, media_id, links.get(asset_id))
            for asset_id, media_id in by_asset.items()
        }
        for asset_id in self._tied_elsewhere(
            {name: by_asset[name] for name, one in decided.items() if isinstance(one, AssetWrite)}
        ):
            del decided[asset_id]

        def anew(asset_id: str) -> Decision:
            link = self._writer.links([asset_id]).get(asset_id)
            return adopted(asset_id, by_asset[asset_id], link)

        self._writer.apply(kind, decided.items(), links, anew=anew)

    def _tied_elsewhere(self, by_asset: Mapping[str, str]) -> set[str]:
        """Assets whose records another connection has tied: a link decides before any attribute."""
        if not by_asset:
            return set()
        return {
            asset_id
            for other in self._store.connections()
            if other.connection_id != self._connection.connection_id
            for asset_id, link in self._store.links(other.connection_id, by_asset).items()
            if link.counts and link.media_id == by_asset[asset_id]
        }


def adopted(asset_id: str, media_id: str, link: Link | None) -> Decision:
    """The tie of a record found in the table to the asset that it names.

    A link that ties the asset to another record stays; one without a record takes this one, and
    its first contact is MediaMosa's.
    """
    if link is not None and (link.counts or link.state is LinkState.REMOVED):
        return Verdict.LEFT
    fresh = Link(asset_id, media_id, version=link.version if link else 0)
    return AssetWrite(fresh, link, None, Effect.NOTED)


def _named(record: Record) -> AssetUri | MediafileUri | None:
    try:
        return parse_uri(record.uri)
    except InvalidUri:
        return None
