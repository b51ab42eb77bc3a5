"""What a person sees of conflicts, and how the record's value is brought back."""

from __future__ import annotations

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import LIVE
from mediamosa_sync.domain.plan import Direction, Why
from mediamosa_sync.domain.properties import MappedProperty, normalise
from mediamosa_sync.domain.record import Record, RecordChange, read_values
from mediamosa_sync.domain.values import Agreed, Digest, Values
from mediamosa_sync.domain.writes import Conflict
from mediamosa_sync.ports import Clock, RecordStore, SyncStore
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import known
from mediamosa_sync.service.fields import known_fields
from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import (
    ConflictNotFound,
    PropertiesNotRead,
    PropertyChanged,
    PropertyNotPushed,
    RecordNotTied,
)

_TRIES = 3

_EXPLAINED = {
    Why.BOTH_CHANGED: "The property was changed on both sides, to different values.",
    Why.FIRST_CONTACT: "Record and asset had different values when they were tied together.",
    Why.DISCARDED: "MediaMosa does not take the record's value, and an operator gave it up.",
}


class Conflicts:
    """The conflict log of a connection.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, records: RecordStore, store: SyncStore, clock: Clock) -> None:
        self._records = records
        self._store = store
        self._clock = clock

    def conflicts(self, connection_id: str, *, limit: int, before: str = "") -> Portion:
        """Entries, newest first, older than the one of the id *before*."""
        known(self._store, connection_id)
        found = self._store.conflicts(connection_id, limit=limit + 1, before=before)
        items = [conflict_object(conflict) for conflict in found[:limit]]
        return Portion(items, found[limit - 1].conflict_id if len(found) > limit else None)

    def use_record_value(
        self, connection_id: str, conflict_id: str, admin: Admin
    ) -> tuple[dict[str, object], bool]:
        """Write the record's value back into the record: an edit like any other, pushed as such.

        The entry as it is then, and whether this request changed it. Only the record is written,
        so that what both sides agreed on shows the edit.

        Raises:
            ConflictNotFound: there is no such entry (any more).
            PropertyNotPushed: the property takes no part now, or is only pulled.
            PropertiesNotRead: which properties there are is not known.
            RecordNotTied: the record is gone, or not synced with the asset any more.
            PropertyChanged: the record's property is not what the conflict left.
        """
        connection = known(self._store, connection_id)
        for _ in range(_TRIES):
            conflict = self._store.conflict(connection_id, conflict_id)
            if conflict is None:
                raise ConflictNotFound
            if conflict.resolved_at is not None:
                return conflict_object(conflict), False
            change = self._change(connection, conflict)
            resolved = replace(conflict, resolved_at=self._clock.now(), resolved_by=admin.by)
            if self._store.resolve(connection_id, resolved, change):
                return conflict_object(resolved), True
        raise PropertyChanged(
            "The conflict's record is being written by somebody else at this moment: look at it, "
            "then try again."
        )

    def _change(self, connection: Connection, conflict: Conflict) -> RecordChange:
        """What is written; no values if the record has its own back already."""
        mapped = self._mapped(connection, conflict.disagreement.name)
        record = self._record(connection, conflict)
        read = read_values(record)
        values = normalise(mapped, read.values.get(mapped.record_name, ()))
        readable = not read.problems.keys() & {"", mapped.record_name}
        lost = normalise(mapped, conflict.disagreement.ours)
        if readable and values == lost:
            return RecordChange(record)
        if readable and values == normalise(mapped, conflict.disagreement.theirs):
            return RecordChange(record, {mapped.record_name: lost})
        raise PropertyChanged(
            f"metadata.{mapped.record_name} of the record {conflict.media_id} was changed after "
            "this conflict: look at it, and write the value that you want into the record."
        )

    def _mapped(self, connection: Connection, name: str) -> MappedProperty:
        fields = known_fields(self._store, connection)
        if fields is None:
            raise PropertiesNotRead
        mapped = next((one for one in fields if one.name == name), None)
        if mapped is None or mapped.direction not in {Direction.BOTH, Direction.PUSH}:
            pulled = mapped is not None and mapped.direction is Direction.PULL
            how = "comes from MediaMosa only" if pulled else "is not synced"
            raise PropertyNotPushed(
                f"The property {name} {how}, so its value would not reach MediaMosa: change its "
                "direction with PUT properties, then try again."
            )
        return mapped

    def _record(self, connection: Connection, conflict: Conflict) -> Record:
        """The record as it stands, which is synced with the conflict's asset."""
        asset_id, media_id = conflict.asset_id, conflict.media_id
        link = self._store.links(connection.connection_id, [asset_id]).get(asset_id)
        record = self._records.records([media_id]).get(media_id)
        live = link is not None and link.state in LIVE and link.ties(media_id)
        if record is None or link is None or not live or not record.names(asset_id, link.uri):
            raise RecordNotTied(
                f"The record {media_id} is gone, or is not synced with the asset {asset_id} any "
                "more: GET links with asset_id tells what became of it."
            )
        return record


def conflict_object(conflict: Conflict) -> dict[str, object]:
    """An entry of the conflict log as the API shows it."""
    lost = conflict.disagreement
    base, digest = _base(lost.base)
    return {
        "conflict_id": conflict.conflict_id,
        "asset_id": conflict.asset_id,
        "media_id": conflict.media_id,
        "property": lost.name,
        "record_name": conflict.record_name or lost.name,
        "base": base,
        "base_digest": digest,
        "record_value": list(lost.ours),
        "mediamosa_value": list(lost.theirs),
        "at": iso(conflict.at),
        "asset_modified": iso(conflict.asset_modified) or None,
        "winner": "mediamosa",
        "why": lost.why.value,
        "explanation": _EXPLAINED[lost.why],
        "resolved_at": iso(conflict.resolved_at) or None,
        "resolved_by": conflict.resolved_by or None,
    }


def _base(agreed: Agreed) -> tuple[list[str] | None, str | None]:
    """What both sides had agreed on, or of long values their digest."""
    if isinstance(agreed, Digest):
        return None, agreed.sha256
    values: Values = agreed
    return list(values), None
