"""Push what the stream of the media table shows: by state, whatever the events say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.decide import taken_away
from mediamosa_sync.domain.edits import Edited, RecordEvent, edited
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.domain.pushing import asks_for_push
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.tying import Subject
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.ports import AssetServer, SyncStore
from mediamosa_sync.service.circuit import UNREACHED, Circuit
from mediamosa_sync.service.creator import Creator
from mediamosa_sync.service.fields import current_fields, known_fields
from mediamosa_sync.service.keeper import TRIES, Keeper, Pushed, PushPorts, contended
from mediamosa_sync.service.pusher import Pusher
from mediamosa_sync.service.routing import routed
from mediamosa_sync.service.tyer import Tied, Tyer
from mediamosa_sync.service.waitlist import Untied, Waitlist


def push_edits(ports: PushPorts, events: Iterable[RecordEvent], *, until: datetime) -> Pushed:
    """Bring the records that *events* are about to MediaMosa, as they stand now.

    What cannot be brought now (MediaMosa is not reached, the push is paused) is left pending for
    the scheduled step, so that no event is ever held up by MediaMosa. No asset's turn begins after
    *until*. Raises :class:`StoreUnavailable`; the same events again then finish what was begun.
    """
    edits = edited(events)
    if not edits:
        return Pushed()
    total = Pushed()
    for connection, its in routed(ports.store, ports.store.connections(), edits).items():
        push = ConnectionPush(ports, connection, until, Circuit(ports.store, connection))
        push.edits(its)
        push.conclude()
        total = total + push.pushed
    return total


_ROUNDS = 3
"""How often a tie is found out anew within one invocation."""


class ConnectionPush:
    """Pushes of one connection within one invocation.

    Attributes:
        pushed: what has come of it so far.
    """

    def __init__(
        self,
        ports: PushPorts,
        connection: Connection,
        until: datetime,
        circuit: Circuit,
        *,
        probing: bool = False,
    ) -> None:
        """*probing*: an open circuit is tried; the scheduled step alone does so."""
        self._ports = ports
        self._connection = connection
        self._circuit = circuit
        self._until = until
        self._now = ports.clock.now()
        self._why_not = _why_not(connection) or ("" if probing else circuit.reason)
        self._error: Exception | None = None
        self._server, fields = self._opened()
        self._requests_before = 0 if self._server is None else self._server.requests
        self._setting = Setting(connection.connection_id, 0, self._now, fields, connection.policies)
        self._tyer = Tyer(ports.records, ports.store, connection, self._setting, ask_again=probing)
        self._keeper = Keeper(ports, connection)
        self.pushed = self._keeper.pushed

    @property
    def broke_off(self) -> bool:
        """Whether MediaMosa was asked in vain."""
        return self._error is not None

    def edits(self, edits: Sequence[Edited]) -> None:
        """Push the records of *edits* as they stand now, and what they were tied to before.

        Raises :class:`StoreUnavailable`.
        """
        self._work_off(self._tied(edits))

    def waiting(self, edits: Sequence[Edited]) -> None:
        """As :meth:`edits`, of records with waiting rows, which go where a tie stands already."""
        tied = self._tied(edits)
        tied.settled += [one.record.media_id for one in tied.subjects if not one.is_new]
        self._work_off(tied)

    def _work_off(self, tied: Tied) -> None:
        """Do what *tied* asks for; ties that somebody else made impossible are found out anew."""
        for _ in range(_ROUNDS):
            self._carry_out(tied)
            again, self._keeper.tie_again = self._keeper.tie_again, []
            if not again:
                return
            tied = self._tied([_as_edit(subject) for subject in again])
        # Their waiting rows bring them to the scheduled step.
        tied.untied += [
            Untied(one.record, "", one.link.first_contact) for one in tied.subjects if one.is_new
        ]
        tied.subjects, tied.takeovers = [], []
        self._carry_out(tied)

    def _carry_out(self, tied: Tied) -> None:
        for link, record in tied.released:
            self._release(link, record)
        subjects = [*tied.subjects, *self._taken_over(tied)]
        fields = self._setting.fields
        self._push(
            [one for one in subjects if one.is_new or asks_for_push(one.link, one.record, fields)]
        )
        self.pushed.pending += sum(not one.reason for one in tied.untied)
        waitlist = Waitlist(self._store, self._id, self._now)
        self.pushed.parked += waitlist.note(tied.untied, tied.settled, self._why_not)

    def links(self, asset_ids: Sequence[str]) -> None:
        """Push what is pending by now of the links of *asset_ids*."""
        links = {
            asset_id: link
            for asset_id, link in self._store.links(self._id, asset_ids).items()
            if link.state is LinkState.PENDING and (link.due is None or link.due <= self._now)
        }
        records = self._ports.records.records({one.media_id for one in links.values()} - {""})
        subjects, moved = [], []
        for link in links.values():
            record = records.get(link.media_id)
            if record is not None and record.names(link.asset_id, link.uri):
                subjects.append(Subject(link, link, record))
            elif link.media_id:
                uris = (asset_uri(link.asset_id),)
                moved.append(Edited(link.media_id, uris, has_new_uri=False))
        self._create([link for link in links.values() if not link.media_id])
        self._push(subjects)
        if moved:
            self.edits(moved)

    def conclude(self) -> None:
        """Add to the counts, and open or close the circuit by what MediaMosa did."""
        if self.pushed.counts != Counts():
            self._store.add_pushed(self._id, self.pushed.counts)
        if self._error is not None:
            self._circuit.open(self._error, self._ports.clock.now())
        elif self._server is not None and self._server.requests > self._requests_before:
            self._circuit.close()

    def _opened(self) -> tuple[AssetServer | None, FieldMap]:
        """The server, None while it must rest, and the properties that take part."""
        fields = known_fields(self._ports.store, self._connection)
        if self._why_not:
            return None, fields or ()
        try:
            server = self._ports.open_server(self._connection)
            if fields is None:
                fields = current_fields(
                    self._ports.store, server, self._connection, self._now, anew=False
                )
        except UNREACHED as error:
            self._fail(error)
            return None, fields or ()
        return server, fields

    def _fail(self, error: Exception) -> None:
        self._error, self._why_not = error, str(error)

    def _tied(self, edits: Sequence[Edited]) -> Tied:
        try:
            return self._tyer.tied(edits, self._server)
        except UNREACHED as error:
            self._fail(error)
            self._server = None
            return self._tyer.tied(edits, None)

    def _push(self, subjects: Sequence[Subject]) -> None:
        if self._server is None:
            self._keeper.leave(subjects, self._why_not)
            return
        pusher = Pusher(
            self._ports,
            self._connection,
            self._server,
            self._keeper,
            self._setting.fields,
            self._until,
        )
        pusher.push(subjects)
        if pusher.error is not None:
            self._fail(pusher.error)
            self._server = None

    def _release(self, link: Link, record: Record | None) -> None:
        """The record is gone, or names another asset: the asset keeps no tie to it."""
        media_id = link.media_id
        for _ in range(TRIES):
            if self._store.write(self._id, taken_away(link, record, self._setting)).done:
                return
            found = self._store.links(self._id, [link.asset_id]).get(link.asset_id)
            if found is None or not found.counts or found.media_id != media_id:
                return
            link, record = found, self._ports.records.records([media_id]).get(media_id)
            if record is not None and record.may_name(link.asset_id):
                return
        raise contended(link.asset_id)

    def _taken_over(self, tied: Tied) -> Iterable[Subject]:
        """Links whose untouched twin goes; one that somebody else writes meanwhile waits."""
        for takeover in tied.takeovers:
            if self._store.write(self._id, takeover.write).done:
                link = takeover.write.written
                yield Subject(link, link, takeover.heir)
            else:
                how = takeover.write.link.first_contact
                tied.untied.append(Untied(takeover.heir, "", how))

    def _create(self, links: Sequence[Link]) -> None:
        """Create the records of assets that are to have one again."""
        if self._server is None or not links:
            return
        try:
            Creator(self._ports, self._server, self._setting).create(links)
        except UNREACHED as error:
            self._fail(error)
            self._server = None

    @property
    def _store(self) -> SyncStore:
        return self._ports.store

    @property
    def _id(self) -> str:
        return self._connection.connection_id


def _as_edit(subject: Subject) -> Edited:
    link = subject.link
    merging = link.first_contact is FirstContact.MERGE
    return Edited(
        link.media_id,
        (),
        has_new_uri=merging,
        connection_id=subject.record.connection_id,
        removed_at=link.removed_at,
    )


def _why_not(connection: Connection) -> str:
    """Why nothing is pushed, whatever MediaMosa does; "" if nothing stands in the way."""
    if not connection.enabled:
        return "The connection is switched off; the edit is pushed once it is on again."
    if "push" in connection.paused:
        return "An admin has paused the push; the edit is pushed once it is resumed."
    return connection.problem
