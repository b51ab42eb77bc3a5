"""What stood in the tables at some moment: calls follow from it, or from an older one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import Record, RemovedRecord
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow, Waiting
from mediamosa_sync.domain.run import Failure, RunState
from mediamosa_sync.domain.writes import Conflict
from tests.adapters.lockstep.tables.pools import IDS, RECORDS, chance
from tests.fakes.records import Item, record_of
from tests.fakes.stores import MemoryTables


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything of one connection, and the media table.

    Nothing in the tables in memory is ever changed in place, so only the maps are copied.
    """

    state: RunState
    media: Mapping[str, Item]
    links: Mapping[str, Link]
    copies: Mapping[str, RemovedRecord]
    waiting: Mapping[str, Waiting]
    conflicts: Mapping[str, Conflict]
    histories: Mapping[str, HistoryRow]
    audits: Sequence[AuditEntry]
    circuit: Failure | None

    def record(self, media_id: str) -> Record:
        """The record as it stood; one that names nothing if it did not exist."""
        item = self.media.get(media_id)
        return Record(media_id) if item is None else record_of(media_id, item)


def taken(tables: MemoryTables, connection_id: str) -> Snapshot:
    """What stands in *tables* now; no method of a port is called for it."""
    return Snapshot(
        state=tables._state(connection_id),
        media=dict(tables.media),
        links=tables.all_links(connection_id),
        copies=dict(tables.copies.get(connection_id, {})),
        waiting=dict(tables.waiting_rows.get(connection_id, {})),
        conflicts=dict(tables.conflict_log.get(connection_id, {})),
        histories=dict(tables.histories.get(connection_id, {})),
        audits=tuple(tables.audits.get(connection_id, ())),
        circuit=tables._push_state(connection_id).circuit,
    )


class Memory:
    """What callers have read: mostly what stands now, sometimes something older."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables
        self._older: dict[str, list[Snapshot]] = {name: [] for name in IDS}

    def read(self, dice: Random, connection_id: str) -> Snapshot:
        """What somebody who acts on *connection_id* has in hand."""
        now = taken(self._tables, connection_id)
        older = self._older[connection_id]
        if chance(dice, 0.2):
            older.append(now)
            del older[:-6]
        return dice.choice(older) if older and chance(dice, 0.33) else now


def any_record(dice: Random, seen: Snapshot) -> str:
    """A key, mostly of a record that exists."""
    there = sorted(seen.media)
    return dice.choice(there) if there and chance(dice, 0.7) else dice.choice(RECORDS)
