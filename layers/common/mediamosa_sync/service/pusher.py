"""Push the records of one connection: read, merge, claim, post, settle; once each, whoever else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.decide import UNREADABLE, no_such_asset, too_big
from mediamosa_sync.domain.deletion import Existence
from mediamosa_sync.domain.link import Claim, Link, LinkState
from mediamosa_sync.domain.merge import Merged, Setting, merge
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.domain.pushing import (
    Delivery,
    Posted,
    claimed,
    holds,
    settled,
)
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.removing import FOREIGN
from mediamosa_sync.domain.tying import Subject
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.errors import (
    Malformed,
    Refused,
    Troubled,
)
from mediamosa_sync.ports import AssetServer, SyncStore
from mediamosa_sync.service.circuit import UNREACHED
from mediamosa_sync.service.delivery import Courier
from mediamosa_sync.service.keeper import LONGEST_WRITE, TRIES, Keeper, Pushed, PushPorts
from mediamosa_sync.service.presence import Presence

MAX_ASSETS = 100
"""Assets of one request."""

_ROUNDS = 3
"""How often a link that somebody else wants, or has written, is read and pushed again."""
_TROUBLES = 3
"""After so many links in a row over which MediaMosa failed, MediaMosa is in trouble itself."""


class Pusher:
    """Pushes for one connection within one invocation.

    Attributes:
        error: why MediaMosa is not to be asked any more; None while it may.
    """

    def __init__(
        self,
        ports: PushPorts,
        connection: Connection,
        server: AssetServer,
        keeper: Keeper,
        fields: FieldMap,
        until: datetime,
    ) -> None:
        """No asset's turn begins after *until*."""
        self._ports = ports
        self._connection = connection
        self._server = server
        self._fields = fields
        self._until = until
        self._troubles = 0
        self._redo: set[str] = set()
        self._keeper = keeper
        self._presence = Presence(server)
        self.error: Exception | None = None

    def push(self, subjects: Iterable[Subject]) -> None:
        """Bring *subjects* to MediaMosa, each as it stands when it is its turn.

        What cannot be brought now is left pending. Raises :class:`StoreUnavailable`.
        """
        left = {subject.link.asset_id: subject for subject in subjects}
        self._pushed.records += len(left)
        for _ in range(_ROUNDS):
            ids = sorted(left)
            for start in range(0, len(ids), MAX_ASSETS):
                self._push([left[name] for name in ids[start : start + MAX_ASSETS]])
            if not self._redo:
                return
            left = self._read_again()
        self._keeper.leave(left.values(), "")

    def _read_again(self) -> dict[str, Subject]:
        """The links that are to be pushed once more, then their records, in that order."""
        ids, self._redo = sorted(self._redo), set()
        links = self._links(ids)
        records = self._ports.records.records({link.media_id for link in links.values()})
        return {
            asset_id: Subject(link, link, records[link.media_id])
            for asset_id, link in links.items()
            if link.counts
            and link.media_id in records
            and records[link.media_id].names(asset_id, link.uri)
        }

    def _push(self, subjects: Sequence[Subject]) -> None:
        """One request for all of *subjects*, then one or more for each."""
        began = self._now()
        if self.error is not None or began >= self._until:
            self._keeper.leave(subjects, self._reason())
            return
        try:
            assets = self._presence.assets([one.link.asset_id for one in subjects])
        except UNREACHED as error:
            self._break(error, subjects)
            return
        sequence = self._store.sequence(self._connection.connection_id)
        setting = Setting(
            self._connection.connection_id,
            sequence,
            began,
            self._fields,
            self._connection.policies,
        )
        for place, subject in enumerate(subjects):
            if self._now() >= self._until:
                self._keeper.leave(subjects[place:], "")
                return
            try:
                self._one(subject, assets.get(subject.link.asset_id), setting)
            except UNREACHED as error:
                self._break(error, subjects[place + 1 :])
                return

    def _break(self, error: Exception, rest: Sequence[Subject]) -> None:
        """MediaMosa cannot be asked any more in this invocation."""
        self.error = error
        self._keeper.leave(rest, str(error))

    def _reason(self) -> str:
        return str(self.error) if self.error is not None else ""

    def _one(self, subject: Subject, asset: Asset | None, setting: Setting) -> None:
        if subject.link.is_claimed(self._now()):
            self._keeper.leave_one(subject, "")
            return
        if asset is None:
            asset = self._asked_for_singly(subject)
        if asset is None:
            return
        if setting.policies.remove(asset):
            self._keeper.park(subject, _PUT_AWAY)
        else:
            self._merge(subject, asset, setting)

    def _asked_for_singly(self, subject: Subject) -> Asset | None:
        """The asset that no list shows; None if it cannot be pushed to, which is written down."""
        asset_id = subject.link.asset_id
        try:
            proof = self._presence.proof(asset_id)
        except Malformed as error:
            if subject.link.reason == UNREADABLE:
                # A walk has found out why.
                self._keeper.park(subject, UNREADABLE)
            else:
                self._keeper.doubt(subject, str(error))
            return None
        except Refused as refusal:
            self._keeper.park(subject, str(refusal))
            return None
        except UNREACHED as error:
            self._keeper.leave_one(subject, str(error))
            raise
        if proof is None:
            self._keeper.leave_one(subject, "")
            return None
        if proof.existence is Existence.FOREIGN:
            self._keeper.park(subject, FOREIGN, LinkState.FOREIGN)
        elif proof.existence is Existence.GONE:
            self._keeper.park(subject, _GONE if subject.link.was_seen else no_such_asset(asset_id))
        return proof.asset

    def _merge(self, subject: Subject, asset: Asset, setting: Setting) -> None:
        merged = merge(asset, subject.link, subject.record, setting)
        if merged.outstanding:
            self._deliver(subject, asset, merged, setting)
            return
        link = replace(merged.link, sequence=setting.sequence, pushed=True)
        same = merged.link == subject.before and merged.change is None
        if not same and self._written(subject, asset, link, merged):
            self._pushed.parked += merged.link.state is LinkState.PARKED

    def _written(self, subject: Subject, asset: Asset, link: Link, merged: Merged) -> bool:
        """Whether the merged link was written; else it is read and pushed again."""
        applied = self._keeper.write(subject, link, merged.change, merged.conflicts)
        if applied.oversized and merged.change is not None and not merged.change.values:
            # The record has no room for what its map would say; its edit is pushed all the same.
            applied = self._keeper.write(subject, link, None, merged.conflicts)
        if applied.oversized:
            self._keeper.park(subject, too_big(asset))
        elif applied.contested and subject.is_new:
            self._keeper.tie_again.append(subject)
        elif applied.contested:
            self._redo.add(link.asset_id)
        else:
            self._pushed.conflicts += len(merged.conflicts)
        return applied.done

    def _deliver(self, subject: Subject, asset: Asset, merged: Merged, setting: Setting) -> None:
        now = self._now()
        claim = Claim(self._ports.owner, now + self._ports.claim)
        link = claimed(merged.link, merged.outstanding, claim, now)
        link = replace(link, sequence=setting.sequence, pushed=True)
        if not self._written(subject, asset, link, merged):
            return
        written = AssetWrite(link, subject.before, None, Effect.NOTED).written
        posted = Posted(written, merged.outstanding, claim)
        courier = Courier(
            self._server,
            asset,
            self._connection.user_name,
            lambda: self._now() <= claim.expires_at - LONGEST_WRITE,
        )
        try:
            courier.deliver(merged.outstanding)
        except Malformed as error:
            # The answer cannot be read; that says nothing about the next asset's.
            self._settle(posted, replace(courier.delivery, troubled=str(error)))
        except UNREACHED as error:
            self._settle(posted, courier.delivery, str(error))
            raise
        else:
            self._settle(posted, courier.delivery)
        finally:
            self._pushed.posts += courier.delivery.posts
            self._pushed.updated += bool(courier.delivery.taken)
        self._mind_troubles(courier.delivery)

    def _mind_troubles(self, delivery: Delivery) -> None:
        """Raises :class:`Troubled` if MediaMosa fails over one asset after the other."""
        self._troubles = self._troubles + 1 if delivery.troubled else 0
        if self._troubles == _TROUBLES:
            raise Troubled(delivery.troubled)

    def _settle(self, posted: Posted, delivery: Delivery, lost: str = "") -> None:
        """Write down what came of a claim, from what stands in the tables by then."""
        link: Link | None = posted.link
        for _ in range(TRIES):
            if link is None or link.claim != posted.claim:
                # The claim was over, and another poster knows no more than that it is not known.
                return
            record = self._ports.records.records([link.media_id]).get(link.media_id)
            if self._settled(link, record, posted, delivery, lost):
                return
            link = self._links([link.asset_id]).get(link.asset_id)

    def _settled(
        self, link: Link, record: Record | None, posted: Posted, delivery: Delivery, lost: str
    ) -> bool:
        """Whether it could be written down in place of *link*."""
        edited = record is not None and not holds(record, posted.edits, self._fields)
        sequence = self._store.sequence(self._connection.connection_id)
        after = settled(link, posted, delivery, sequence=sequence, now=self._now(), edited=edited)
        after = replace(after, reason=lost) if lost else after
        write = AssetWrite(after, link, self._keeper.shown(after, record), Effect.NOTED)
        applied = self._store.write(self._connection.connection_id, write)
        if applied.oversized:
            # The record has no room for the reason; the link has.
            write = replace(write, record=None)
            applied = self._store.write(self._connection.connection_id, write)
        if applied.done:
            self._pushed.parked += after.state is LinkState.PARKED
            if edited or link.wanted != posted.link.wanted:
                self._redo.add(link.asset_id)
        return applied.done

    def _links(self, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        return self._store.links(self._connection.connection_id, asset_ids)

    @property
    def _pushed(self) -> Pushed:
        return self._keeper.pushed

    @property
    def _store(self) -> SyncStore:
        return self._ports.store

    def _now(self) -> datetime:
        return self._ports.clock.now()


_GONE = (
    "The asset is gone from MediaMosa, so the record's edit cannot be pushed: the next runs decide "
    "about the record."
)
_PUT_AWAY = (
    "The asset was put away in MediaMosa (trashed or unpublished), so the record's edit is not "
    "pushed: the next runs decide about the record."
)
