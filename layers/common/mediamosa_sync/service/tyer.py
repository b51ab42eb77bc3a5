"""Read edited records with their links, in the order that a decision needs, and tie them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import Edited
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.record import Record
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
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.ports import AssetServer, RecordStore, SyncStore
from mediamosa_sync.service.ties import tied_elsewhere
from mediamosa_sync.service.waitlist import Untied

MAX_MEDIAFILES = 50
"""Mediafiles that one invocation asks MediaMosa about."""

_ROUNDS = 3


@dataclass(slots=True)
class Tied:
    """What came of some edited records.

    Attributes:
        subjects: records with the links that tie them.
        takeovers: links that come to another record.
        released: links whose record is gone or names another asset, with the record as read.
        untied: records that have no asset to be tied to.
        settled: media ids that have no need of a waiting row.
        taken: asset id → the record that it comes to by these.
    """

    subjects: list[Subject] = field(default_factory=list)
    takeovers: list[Takeover] = field(default_factory=list)
    released: list[tuple[Link, Record | None]] = field(default_factory=list)
    untied: list[Untied] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)

    def leave_twins(self) -> None:
        """Nothing is to be pushed of a record whose asset comes to another one."""
        kept = list[Subject]()
        for one in self.subjects:
            media_id = one.record.media_id
            if self.taken.get(one.link.asset_id, media_id) == media_id:
                kept.append(one)
            else:
                self.settled.append(media_id)
        self.subjects = kept


@dataclass(frozen=True, slots=True)
class _Wish:
    """A record that wants to be tied, and how."""

    record: Record
    how: FirstContact
    removed_at: int


_Uris = dict[str, set[AssetUri | MediafileUri]]
"""Media id → what its uris name, before and after the edits."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What stands in the tables.

    Attributes:
        named: media id → the assets that its uris name.
    """

    named: Mapping[str, frozenset[str]]
    links: Mapping[str, Link]
    records: Mapping[str, Record]


class Tyer:
    """Ties records within one invocation."""

    def __init__(
        self,
        records: RecordStore,
        store: SyncStore,
        connection: Connection,
        setting: Setting,
        *,
        ask_again: bool,
    ) -> None:
        """*ask_again*: what MediaMosa did not have when it was last asked may be there now."""
        self._records = records
        self._store = store
        self._connection = connection
        self._setting = setting
        self._ask_again = ask_again
        self._mediafiles: dict[str, str] = {}
        self._unreadable: set[str] = set()

    def tied(self, edits: Sequence[Edited], server: AssetServer | None) -> Tied:
        """What ties the records of *edits* as they stand now; *server* is None if it must rest.

        Links are read before records: whoever writes a record after it was read here finds the link
        claimed, or makes the claim fail. Raises :class:`AssetServerError` for old-form URIs.
        """
        uris = {edit.media_id: set(usable_uris(edit.uris)) for edit in edits}
        read = self._read(uris, server)
        for _ in range(_ROUNDS):
            # A record that names another asset by now must be read after that one's link.
            if not _note_current(uris, read.records):
                break
            read = self._read(uris, server)
        return self._sorted(edits, read)

    def _read(self, uris: _Uris, server: AssetServer | None) -> _Read:
        self._learn(uris.values(), server)
        named = {media_id: self._assets(found) for media_id, found in uris.items()}
        links = self._links(named.values())
        return _Read(named, links, self._records.records(uris))

    def _sorted(self, edits: Sequence[Edited], read: _Read) -> Tied:
        tied = Tied()
        elsewhere = self._elsewhere(read)
        for edit in edits:
            record = read.records.get(edit.media_id)
            target = None if record is None else self._target(record)
            for asset_id in sorted(read.named[edit.media_id]):
                link = read.links.get(asset_id)
                if link and asset_id != target and link.ties(edit.media_id):
                    tied.released.append((link, record))
            merging = edit.has_new_uri or edit.removed_at > 0
            how = FirstContact.MERGE if merging else FirstContact.MEDIAMOSA
            if record is None or target is None or edit.media_id in elsewhere:
                tied.settled.append(edit.media_id)
            else:
                self._place(tied, _Wish(record, how, edit.removed_at), target, read.links)
        tied.leave_twins()
        return tied

    def _place(
        self, tied: Tied, wish: _Wish, target: str | _Untold, links: Mapping[str, Link]
    ) -> None:
        record = wish.record
        if not (self._is_tied(record, links) or self._is_mine(record)):
            tied.settled.append(record.media_id)
        elif isinstance(target, str):
            self._tie(tied, wish, target, links.get(target))
        else:
            reason = self._why_untied(record, target)
            doubtful = target is _Untold.UNREADABLE
            tied.untied.append(Untied(record, reason, wish.how, doubtful=doubtful))

    def _tie(self, tied: Tied, wish: _Wish, target: str, link: Link | None) -> None:
        record, holder = wish.record, self._holder(wish.record, link)
        outcome = tie(
            record, target, link, holder, wish.how, self._setting, removed_at=wish.removed_at
        )
        holds = link is not None and link.counts and link.ties(record.media_id)
        if not holds and not isinstance(outcome, Duplicate):
            first = tied.taken.setdefault(target, record.media_id)
            if first != record.media_id:
                outcome = Duplicate(target, first)
        if isinstance(outcome, Subject):
            tied.subjects.append(outcome)
        elif isinstance(outcome, Takeover):
            tied.takeovers.append(outcome)
        else:
            tied.untied.append(Untied(record, outcome.reason, wish.how))

    def _elsewhere(self, read: _Read) -> frozenset[str]:
        """Records that another connection has tied, of those that would be taken up by this one."""
        candidates = {
            media_id: self._uris(record)
            for media_id, record in read.records.items()
            if self._is_mine(record) and not self._is_tied(record, read.links)
        }
        return tied_elsewhere(self._store, self._connection.connection_id, candidates)

    def _uris(self, record: Record) -> tuple[object, ...]:
        """The record's uri, its asset's, and that of the asset which its map says it is tied to.

        Another connection may not know the mediafile; and the event that would have told it of an
        earlier move may be lost.
        """
        named = (self._target(record), record.told_asset)
        return (record.uri, *(asset_uri(name) for name in named if isinstance(name, str) and name))

    def _is_tied(self, record: Record, links: Mapping[str, Link]) -> bool:
        target = self._target(record)
        link = links.get(target) if isinstance(target, str) else None
        return link is not None and link.ties(record.media_id)

    def _holder(self, record: Record, link: Link | None) -> Record | None:
        if link is None or not link.counts or link.ties(record.media_id):
            return None
        return self._records.records([link.media_id]).get(link.media_id)

    def _is_mine(self, record: Record) -> bool:
        """Whether a record without a link is this connection's."""
        if record.connection_id:
            return record.connection_id == self._connection.connection_id
        return self._connection.default

    def _target(self, record: Record) -> str | _Untold | None:
        """The asset that the record names; None if it names none of MediaMosa's."""
        try:
            named = parse_uri(record.uri)
        except InvalidUri:
            return _Untold.BROKEN
        if named is None:
            return None
        if isinstance(named, AssetUri):
            return named.asset_id
        if named.mediafile_id in self._unreadable:
            return _Untold.UNREADABLE
        asset_id = self._mediafiles.get(named.mediafile_id)
        return _Untold.UNASKED if asset_id is None else asset_id or _Untold.UNKNOWN

    def _why_untied(self, record: Record, untold: _Untold) -> str:
        if untold is _Untold.UNASKED:
            return ""
        try:
            named = parse_uri(record.uri)
        except InvalidUri as invalid:
            return str(invalid)
        mediafile_id = named.mediafile_id if isinstance(named, MediafileUri) else ""
        if untold is _Untold.UNREADABLE:
            return unreadable_mediafile(mediafile_id)
        return no_such_mediafile(mediafile_id)

    def _assets(self, uris: Iterable[AssetUri | MediafileUri]) -> frozenset[str]:
        ids = {
            uri.asset_id
            if isinstance(uri, AssetUri)
            else self._mediafiles.get(uri.mediafile_id, "")
            for uri in uris
        }
        return frozenset(ids - {""})

    def _links(self, named: Iterable[frozenset[str]]) -> Mapping[str, Link]:
        wanted = sorted(frozenset().union(*named))
        return self._store.links(self._connection.connection_id, wanted) if wanted else {}

    def _learn(
        self, uris: Iterable[set[AssetUri | MediafileUri]], server: AssetServer | None
    ) -> None:
        """Find out the assets of mediafiles: what is kept first, then MediaMosa is asked."""
        wanted = {
            uri.mediafile_id
            for found in uris
            for uri in found
            if isinstance(uri, MediafileUri) and uri.mediafile_id not in self._mediafiles
        }
        if not wanted:
            return
        connection_id = self._connection.connection_id
        known = self._store.mediafiles(connection_id, wanted)
        trusted = {name: told for name, told in known.items() if told or not self._ask_again}
        self._mediafiles |= trusted
        unknown = sorted(wanted - self._mediafiles.keys())[:MAX_MEDIAFILES]
        if server is None or not unknown:
            return
        told = {name: ask_mediafile(server, name) for name in unknown}
        known = {name: asset_id for name, asset_id in told.items() if asset_id is not None}
        self._store.put_mediafiles(connection_id, known)
        self._mediafiles |= {name: asset_id or "" for name, asset_id in told.items()}
        self._unreadable |= told.keys() - known.keys()


class _Untold(Enum):
    """Why it is not known which asset a record names."""

    BROKEN = auto()
    UNASKED = auto()
    UNKNOWN = auto()
    UNREADABLE = auto()


def ask_mediafile(server: AssetServer, mediafile_id: str) -> str | None:
    """The asset of a mediafile; "" if MediaMosa has none, or does not share it with us.

    None if its answer cannot be read: nothing is known then. Other errors are raised.
    """
    try:
        return server.mediafile_asset(mediafile_id) or ""
    except Refused:
        return ""
    except Malformed:
        return None


def _note_current(uris: _Uris, records: Mapping[str, Record]) -> bool:
    """Add what the records name by now to *uris*; whether anything of it is new."""
    grown = False
    for media_id, record in records.items():
        for uri in usable_uris([record.uri]):
            grown = grown or uri not in uris[media_id]
            uris[media_id].add(uri)
    return grown
