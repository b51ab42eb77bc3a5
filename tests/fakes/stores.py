"""The media table and the sync table in memory, with the conditions and the atomicity of DynamoDB.

Deterministic and without clock, threads or copies: made to carry hundreds of simulated histories a
second. ``tests/adapters/dynamodb/test_*_contract.py`` hold it and the adapter to the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Removals
from mediamosa_sync.domain.record import RecordChange, RecordRemoval, RecordRevival
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.run import Fence, Kind, RunState
from mediamosa_sync.domain.writes import AssetWrite, Conflict, count, unapproved_removals
from mediamosa_sync.ports import Applied
from tests.fakes.chunks import Staged, Stored, stage
from tests.fakes.links import MemoryLinks
from tests.fakes.media import MemoryMedia
from tests.fakes.run_items import run_under_way
from tests.fakes.shelves import whole_second


class MemoryTables(MemoryLinks, MemoryMedia):
    """The ports ``RecordStore`` and ``SyncStore`` over dictionaries; here is what spans both."""

    def __init__(self, key: str = "media_id") -> None:
        super().__init__()
        self._key = key

    def write(self, connection_id: str, write: AssetWrite) -> Applied:
        """As the port says."""
        self._enter("write")
        staged = self._stage(connection_id, [write])
        if staged.contested or staged.oversized:
            self.traffic.cancelled += 1
            return Applied(frozenset(staged.contested), frozenset(staged.oversized))
        state = self._state(connection_id)
        numbered = _numbered(state, [write])
        if numbered != state:
            self._write_state(numbered)
        self._write_staged(connection_id, staged, [write])
        if write.actions == 1 and numbered == state:
            self.traffic.single_writes += 1
        else:
            self.traffic.transactions += 1
        self._leave("write")
        return Applied()

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As the port says."""
        self._enter("apply")
        if not writes:
            return Applied()
        state = self._fenced(fence)
        run = run_under_way(state, kind)
        staged = self._stage(fence.connection_id, writes)
        if staged.contested or staged.oversized:
            self.traffic.cancelled += 1
            return Applied(frozenset(staged.contested), frozenset(staged.oversized))
        counted = state.with_run(replace(run, counts=run.counts + count(writes)))
        removals = _removals_after(state.removals, writes)
        self._write_state(replace(_numbered(counted, writes), removals=removals))
        self._write_staged(fence.connection_id, staged, writes)
        self.traffic.transactions += 1
        self._leave("apply")
        return Applied()

    def put_waiting(
        self, connection_id: str, waiting: Waiting, record: RecordChange | None
    ) -> bool:
        """As the port says."""
        self._enter("put_waiting")
        if record is not None:
            if not self._change_record(record):
                self.traffic.cancelled += 1
                return False
            self.traffic.transactions += 1
        self._put_waiting_row(connection_id, waiting)
        self._leave("put_waiting")
        return True

    def resolve(self, connection_id: str, conflict: Conflict, record: RecordChange) -> bool:
        """As the port says."""
        self._enter("resolve")
        entry = self.conflict_log.get(connection_id, {}).get(conflict.conflict_id)
        stands = entry is not None and entry.resolved_at is None
        if not (stands and self._change_record(record)):
            self.traffic.cancelled += 1
            return False
        self._log_conflict(connection_id, conflict)
        self.traffic.transactions += 1
        self._leave("resolve")
        return True

    # Inside.

    def _stage(self, connection_id: str, writes: Sequence[AssetWrite]) -> Staged:
        links = self._links.get(connection_id, {})
        copies = self.copies.get(connection_id, {})
        return stage(Stored(self._key, self.media, links, copies), writes)

    def _write_staged(
        self, connection_id: str, staged: Staged, writes: Sequence[AssetWrite]
    ) -> None:
        for media_id, item in staged.records.items():
            self._write_record(media_id, item)
        self.traffic.records_written += len(staged.records)
        for write in writes:
            self._write_link(connection_id, write)
            self._write_copy(connection_id, write)
            if write.no_longer_waiting:
                self._drop_waiting_row(connection_id, write.no_longer_waiting)

    def _write_link(self, connection_id: str, write: AssetWrite) -> None:
        links = self._links.setdefault(connection_id, {})
        asset_id, goes_at = write.link.asset_id, write.link.expires_at
        if write.link_goes:
            links.pop(asset_id, None)
        else:
            links[asset_id] = replace(
                write.link,
                version=1 + (write.link_before.version if write.link_before else 0),
                expires_at=None if goes_at is None else whole_second(goes_at),
            )
        self.traffic.links_written += 1
        for entry in write.conflicts:
            self._log_conflict(connection_id, entry)

    def _write_copy(self, connection_id: str, write: AssetWrite) -> None:
        copies, asset_id = self.copies.setdefault(connection_id, {}), write.link.asset_id
        if isinstance(write.record, RecordRemoval):
            copy = write.record.copy
            copies[asset_id] = replace(copy, expires_at=whole_second(copy.expires_at))
            self.traffic.copies_written += 1
        elif isinstance(write.record, RecordRevival):
            del copies[asset_id]
            self.traffic.copies_written += 1


def _numbered(state: RunState, writes: Sequence[AssetWrite]) -> RunState:
    """*state* with its own numbers, of links and of held deletions, after *writes*."""
    joined = [write.link.asset_id for write in writes if write.joins_held]
    left = [write.link.asset_id for write in writes if write.leaves_held]
    return replace(
        state,
        links=state.links + sum(write.links_delta for write in writes),
        held=state.held.changed(joined, left),
    )


def _removals_after(removals: Removals, writes: Sequence[AssetWrite]) -> Removals:
    hours = dict(removals.hours)
    for hour, number in unapproved_removals(writes).items():
        hours[hour] = hours.get(hour, 0) + number
    return Removals(hours)
