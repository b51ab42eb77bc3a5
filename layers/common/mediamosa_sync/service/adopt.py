"""Tie records that were there before to their assets: the first phase of a full run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.decide import Verdict, taken_away
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.record import Record, RecordChange
from mediamosa_sync.domain.run import Kind, Phase, Run
from mediamosa_sync.domain.tying import (
    Duplicate,
    Subject,
    Takeover,
    no_such_mediafile,
    tie,
    unreadable_mediafile,
)
from mediamosa_sync.domain.uri import (
    AssetUri,
    InvalidUri,
    MediafileUri,
    asset_uri,
    parse_uri,
    usable_uris,
)
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.ports import AssetServer, RecordStore, SyncStore
from mediamosa_sync.service.page import AssetWriter, Decision
from mediamosa_sync.service.ties import tied_elsewhere
from mediamosa_sync.service.tyer import ask_mediafile
from mediamosa_sync.service.waitlist import Untied, Waitlist

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
        setting: Setting,
    ) -> None:
        self._setting = setting
        self._untied: list[Untied] = []
        self._newly_tied: list[str] = []
        self._old_forms: dict[str, str] = {}
        self._begin_as: dict[str, FirstContact] = {}
        self._unreadable: set[str] = set()
        self._connection = connection
        self._server = server
        self._records = records
        self._store = store
        self._writer = writer

    def adopt(self, run: Run) -> Adopted:
        """Link the records of the next part of the media table.

        A record with a broken URI, or of a mediafile that MediaMosa does not have, is counted as
        an error and shown as parked, and so is a second record of one asset, unless the first is a
        twin that only the sync has written. Raises :class:`AssetServerError`,
        :class:`StoreUnavailable` and :class:`Fenced`.
        """
        page = self._records.scan(run.scan_after)
        mine = [record for record in page.records if self._is_mine(record)]
        by_mediafile, whole, asked = self._mediafiles(mine)
        named = {
            record.media_id: asset_id
            for record in mine
            if (asset_id := self._asset_of(record, by_mediafile)) is not None
        }
        told = {record.media_id: record.told_asset for record in mine}
        self._link(run.kind, named, told)
        waitlist = Waitlist(self._store, self._connection.connection_id, self._setting.now)
        waitlist.note(self._untied, self._newly_tied, "")
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
        asked = {name: ask_mediafile(self._server, name) for name in unknown[:MAX_MEDIAFILES]}
        told = {name: asset_id for name, asset_id in asked.items() if asset_id is not None}
        if told:
            self._store.put_mediafiles(connection_id, told)
        self._unreadable |= asked.keys() - told.keys()
        found = known | {name: asset_id or "" for name, asset_id in asked.items()}
        return found, len(unknown) <= MAX_MEDIAFILES, bool(asked)

    def _asset_of(self, record: Record, by_mediafile: Mapping[str, str]) -> str | None:
        try:
            named = parse_uri(record.uri)
        except InvalidUri as invalid:
            self._cannot_tie(record, str(invalid))
            return None
        if isinstance(named, AssetUri):
            return named.asset_id
        self._old_forms[record.media_id] = record.old_form
        mediafile_id = named.mediafile_id if named is not None else ""
        asset_id = by_mediafile.get(mediafile_id)
        if mediafile_id in self._unreadable:
            self._cannot_tie(record, unreadable_mediafile(mediafile_id), doubtful=True)
        elif asset_id == "":
            self._cannot_tie(record, no_such_mediafile(mediafile_id))
        return asset_id or None

    def _cannot_tie(self, record: Record, reason: str, *, doubtful: bool = False) -> None:
        self._writer.written.counts += Counts(errors=1)
        # A scan reads neither the map nor the metadata, so what it shows is read anew.
        whole = self._records.records([record.media_id]).get(record.media_id)
        if whole is not None and whole.uri == record.uri:
            self._untied.append(Untied(whole, reason, doubtful=doubtful))

    def _link(self, kind: Kind, named: Mapping[str, str], told: Mapping[str, str]) -> None:
        """Of two records that name one asset the first in order of keys is tied to it.

        *told*: media id → the asset that the sync has last written down in the record, "" if none.
        """
        links = self._writer.links(sorted(set(named.values())))
        named = self._without_those_tied_elsewhere(named, told, links)
        by_asset: dict[str, str] = {}
        for media_id in sorted(named):
            by_asset.setdefault(named[media_id], media_id)
        self._remember_waiting(named, links)

        def decided_by(asset_id: str, link: Link | None) -> Decision:
            media_id = by_asset[asset_id]
            uri = self._old_forms.get(media_id, "")
            return adopted(asset_id, media_id, link, uri, self._how(media_id))

        def anew(asset_id: str) -> Decision:
            return decided_by(asset_id, self._writer.links([asset_id]).get(asset_id))

        decided = {asset_id: decided_by(asset_id, links.get(asset_id)) for asset_id in by_asset}

        self._writer.apply(kind, decided.items(), links, anew=anew)
        self._newly_tied += [
            by_asset[asset_id] for asset_id, one in decided.items() if isinstance(one, AssetWrite)
        ]
        self._let_go(kind, named, told)
        for media_id, asset_id in named.items():
            holder = links[asset_id].media_id if asset_id in links else by_asset[asset_id]
            if media_id != holder:
                self._second(kind, media_id, asset_id)

    def _let_go(self, kind: Kind, named: Mapping[str, str], told: Mapping[str, str]) -> None:
        """A record that has moved, and of which no event told, leaves the asset it was tied to."""
        moved = {
            media_id: told[media_id]
            for media_id, asset_id in named.items()
            if told[media_id] not in {"", asset_id}
        }
        if not moved:
            return
        links = self._writer.links(sorted(set(moved.values())))
        left = [
            link
            for link in links.values()
            if link.ties(link.media_id) and moved.get(link.media_id) == link.asset_id
        ]
        records = self._records.records([link.media_id for link in left])

        def decided(link: Link) -> Decision:
            record = records.get(link.media_id)
            if record is not None and record.may_name(link.asset_id):
                return Verdict.LEFT
            return taken_away(link, record, self._setting)

        decisions = [(link.asset_id, decided(link)) for link in left]
        # What somebody else writes at this moment is theirs; the next full run looks again.
        self._writer.apply(kind, decisions, links, anew=lambda _: Verdict.LEFT)

    def _without_those_tied_elsewhere(
        self, named: Mapping[str, str], told: Mapping[str, str], links: Mapping[str, Link]
    ) -> Mapping[str, str]:
        """A record that has just moved is still tied where it was: its event lets it go first."""
        ours = {
            media_id
            for media_id, asset_id in named.items()
            if asset_id in links and links[asset_id].ties(media_id)
        }
        others = {
            media_id: (asset_uri(asset_id), asset_uri(told[media_id] or asset_id))
            for media_id, asset_id in named.items()
            if media_id not in ours
        }
        gone = tied_elsewhere(self._store, self._connection.connection_id, others)
        return {name: asset_id for name, asset_id in named.items() if name not in gone}

    def _remember_waiting(self, named: Mapping[str, str], links: Mapping[str, Link]) -> None:
        """How records begin whose application has brought them, and that only waited."""
        fresh = [
            media_id
            for media_id, asset_id in named.items()
            if asset_id not in links or not links[asset_id].ties(media_id)
        ]
        if fresh:
            rows = self._store.waiting(self._connection.connection_id, fresh)
            self._begin_as |= {media_id: row.first_contact for media_id, row in rows.items()}

    def _how(self, media_id: str) -> FirstContact:
        return self._begin_as.get(media_id, FirstContact.MEDIAMOSA)

    def _second(self, kind: Kind, media_id: str, asset_id: str) -> None:
        """A record names an asset that seems to have one: taken over, or shown as a duplicate."""
        outcome = self._tied(media_id, asset_id)
        if isinstance(outcome, Duplicate):
            record = self._records.records([media_id]).get(media_id)
            self._writer.written.counts += Counts(errors=1)
            self._untied += [Untied(record, outcome.reason)] if record else []
        elif isinstance(outcome, AssetWrite):
            self._newly_tied.append(media_id)

            def anew(asset_id: str) -> Decision:
                again = self._tied(media_id, asset_id)
                return again if isinstance(again, AssetWrite) else Verdict.LEFT

            self._writer.apply(kind, [(asset_id, outcome)], {}, anew=anew)

    def _tied(self, media_id: str, asset_id: str) -> AssetWrite | Duplicate | None:
        """What stands in the tables now decides; None if there is nothing to tie."""
        link = self._writer.links([asset_id]).get(asset_id)
        holder_id = link.media_id if link else ""
        records = self._records.records({media_id, holder_id} - {""})
        record = records.get(media_id)
        if link is None or record is None or not record.may_name(asset_id) or not link.counts:
            return None
        holder = records.get(holder_id)
        how = self._how(media_id)
        outcome = tie(record, asset_id, link, holder, how, self._setting)
        if isinstance(outcome, Subject):
            if not outcome.is_new:
                return None
            return AssetWrite(outcome.link, link, RecordChange(record), Effect.NOTED)
        return outcome.write if isinstance(outcome, Takeover) else outcome


def adopted(
    asset_id: str,
    media_id: str,
    link: Link | None,
    uri: str = "",
    how: FirstContact = FirstContact.MEDIAMOSA,
) -> Decision:
    """The tie of a record found in the table to the asset that it names.

    A link that ties the asset to another record stays; one without a record takes this one, and
    their first contact is *how*. *uri* is the record's, if it is of the old form.
    """
    if link is not None and link.ties(media_id) and link.uri != uri:
        return AssetWrite(replace(link, uri=uri), link, None, Effect.NOTED)
    if link is not None and (link.counts or link.state is LinkState.REMOVED):
        return Verdict.LEFT
    version = link.version if link else 0
    fresh = Link(asset_id, media_id, uri=uri, first_contact=how, version=version)
    return AssetWrite(fresh, link, None, Effect.NOTED)


def _named(record: Record) -> AssetUri | MediafileUri | None:
    return next(usable_uris([record.uri]), None)
