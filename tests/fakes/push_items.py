"""What pushes keep in memory: their item, waiting rows, and the conflict log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.rows import PushState, Waiting
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.writes import Conflict, Counts
from tests.fakes.run_items import MemoryRunItems


class MemoryPushItems(MemoryRunItems):
    """The part of ``SyncStore`` that is about pushes and conflicts, but for links and records.

    Attributes:
        waiting_rows: connection → media id → row of a record that is tied to no asset.
        conflict_log: connection → conflict id → entry; none of them expires.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waiting_rows: dict[str, dict[str, Waiting]] = {}
        self.conflict_log: dict[str, dict[str, Conflict]] = {}
        self._push_states: dict[str, PushState] = {}

    def push_state(self, connection_id: str) -> PushState:
        """As the port says."""
        self._enter("push_state")
        self.traffic.reads += 1
        found = self._push_state(connection_id)
        self._leave("push_state")
        return found

    def add_pushed(self, connection_id: str, counts: Counts) -> None:
        """As the port says."""
        self._enter("add_pushed")
        if counts != Counts():
            state = self._push_state(connection_id)
            self._write_push_state(connection_id, replace(state, counts=state.counts + counts))
        self._leave("add_pushed")

    def set_circuit(
        self, connection_id: str, before: Failure | None, after: Failure | None
    ) -> bool:
        """As the port says."""
        self._enter("set_circuit")
        state = self._push_state(connection_id)
        if _identity(state.circuit) != _identity(before):
            return False
        self._write_push_state(connection_id, replace(state, circuit=after))
        self._leave("set_circuit")
        return True

    def waiting(self, connection_id: str, media_ids: Iterable[str]) -> Mapping[str, Waiting]:
        """As the port says."""
        self._enter("waiting")
        wanted = dict.fromkeys(media_ids)
        self.traffic.reads += len(wanted)
        rows = self.waiting_rows.get(connection_id, {})
        found = {media_id: rows[media_id] for media_id in wanted if media_id in rows}
        self._leave("waiting")
        return found

    def drop_waiting(self, connection_id: str, media_ids: Iterable[str]) -> None:
        """As the port says."""
        self._enter("drop_waiting")
        for media_id in dict.fromkeys(media_ids):
            self._drop_waiting_row(connection_id, media_id)
        self._leave("drop_waiting")

    def conflicts(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[Conflict, ...]:
        """As the port says."""
        self._enter("conflicts")
        self.traffic.reads += 1
        log = self.conflict_log.get(connection_id, {})
        ids = sorted((name for name in log if not before or name < before), reverse=True)
        found = tuple(log[name] for name in ids[:limit])
        self._leave("conflicts")
        return found

    def conflict(self, connection_id: str, conflict_id: str) -> Conflict | None:
        """As the port says."""
        self._enter("conflict")
        self.traffic.reads += 1
        found = self.conflict_log.get(connection_id, {}).get(conflict_id)
        self._leave("conflict")
        return found

    def _push_state(self, connection_id: str) -> PushState:
        return self._push_states.get(connection_id) or PushState()

    def _write_push_state(self, connection_id: str, state: PushState) -> None:
        self._push_states[connection_id] = state
        self.traffic.push_item_writes += 1

    def _put_waiting_row(self, connection_id: str, waiting: Waiting) -> None:
        self.waiting_rows.setdefault(connection_id, {})[waiting.media_id] = waiting
        self.traffic.waiting_writes += 1

    def _drop_waiting_row(self, connection_id: str, media_id: str) -> None:
        self.waiting_rows.get(connection_id, {}).pop(media_id, None)
        self.traffic.waiting_writes += 1

    def _log_conflict(self, connection_id: str, conflict: Conflict) -> None:
        self.conflict_log.setdefault(connection_id, {})[conflict.conflict_id] = conflict
        self.traffic.conflicts_written += 1


def _identity(circuit: Failure | None) -> object:
    """What tells one state of the circuit from another."""
    return None if circuit is None else (circuit.since, circuit.count)
