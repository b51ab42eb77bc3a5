"""Run items in memory: lease, fence, and the marks that admins leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.rows import HistoryRow, NomineesChange
from mediamosa_sync.domain.run import Fence, Kind, Restart, Run, RunState
from mediamosa_sync.errors import Fenced, StoreError
from tests.fakes.shelves import MemoryShelves

M = TypeVar("M", Restart, Ruling)


@dataclass(frozen=True, slots=True)
class _Lease:
    owner: str
    until: datetime


class MemoryRunItems(MemoryShelves):
    """The part of ``SyncStore`` that is about run items."""

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[str, RunState] = {}
        self._leases: dict[str, _Lease] = {}

    def put_state(self, state: RunState) -> None:
        """Put a run item as it is; the lease stays."""
        self._states[state.connection_id] = state

    def run_state(self, connection_id: str) -> RunState:
        """As the port says."""
        self._enter("run_state")
        self.traffic.reads += 1
        state = self._state(connection_id)
        self._leave("run_state")
        return state

    def sequence(self, connection_id: str) -> int:
        """As the port says."""
        self._enter("sequence")
        self.traffic.reads += 1
        drawn = self._state(connection_id).sequence
        self._leave("sequence")
        return drawn

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """As the port says."""
        self._enter("take_lease")
        lease = self._leases.get(connection_id)
        if lease is not None and lease.owner != owner and lease.until > now:
            return None
        state = self._state(connection_id)
        taken = replace(state, sequence=state.sequence + 1)
        self._write_state(taken)
        self._leases[connection_id] = _Lease(owner, until)
        self._leave("take_lease")
        return taken

    def save_run(
        self,
        fence: Fence,
        state: RunState,
        *,
        release: bool,
        nominees: NomineesChange | None = None,
        history: Sequence[HistoryRow] = (),
    ) -> None:
        """As the port says."""
        self._enter("save_run")
        stored = self._fenced(fence)
        kept = replace(
            state,
            generation=stored.generation,
            sequence=stored.sequence,
            links=stored.links,
            held=stored.held,
            restart=stored.restart,
            full_wish=stored.full_wish,
            ruling=stored.ruling,
        )
        self._write_state(kept)
        self._keep_rows(fence.connection_id, nominees, history)
        if release:
            self._leases.pop(fence.connection_id, None)
        self._leave("save_run")

    def take_marks(self, fence: Fence, before: RunState, after: RunState) -> None:
        """As the port says."""
        self._enter("take_marks")
        try:
            self._write_state(self._without_marks(fence, before, after))
        except Fenced:
            if not _stands(self._state(fence.connection_id), after, fence.sequence):
                raise
        self._leave("take_marks")

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """As the port says."""
        self._enter("request_restart")
        state = self._state(connection_id)
        if state.restart is not None:
            return state.restart
        self._write_state(replace(state, restart=restart))
        self._leave("request_restart")
        return restart

    def withdraw_restart(self, connection_id: str) -> bool:
        """As the port says."""
        self._enter("withdraw_restart")
        state = self._state(connection_id)
        if state.restart is None:
            return False
        self._write_state(replace(state, restart=None))
        self._leave("withdraw_restart")
        return True

    def request_full(self, connection_id: str, wish: Restart) -> Restart:
        """As the port says."""
        self._enter("request_full")
        state = self._state(connection_id)
        if state.full_wish is not None:
            return state.full_wish
        self._write_state(replace(state, full_wish=wish))
        self._leave("request_full")
        return wish

    def rule(self, connection_id: str, ruling: Ruling) -> bool:
        """As the port says."""
        self._enter("rule")
        state = self._state(connection_id)
        if state.ruling is not None:
            return state.ruling.ruling_id == ruling.ruling_id
        if not state.held.count or state.held.token != ruling.token:
            return False
        self._write_state(replace(state, ruling=ruling))
        self._leave("rule")
        return True

    def _without_marks(self, fence: Fence, before: RunState, after: RunState) -> RunState:
        stored = self._fenced(fence)
        return replace(
            after,
            sequence=stored.sequence,
            links=stored.links,
            held=stored.held,
            restart=_left(stored.restart, before.restart, after.restart),
            full_wish=_left(stored.full_wish, before.full_wish, after.full_wish),
            ruling=_left(stored.ruling, before.ruling, after.ruling),
        )

    def _state(self, connection_id: str) -> RunState:
        return self._states.get(connection_id) or RunState(connection_id)

    def _write_state(self, state: RunState) -> None:
        self._states[state.connection_id] = state
        self.traffic.run_item_writes += 1

    def _fenced(self, fence: Fence) -> RunState:
        state = self._states.get(fence.connection_id)
        if state is None or state.fence != fence:
            raise Fenced("Another step has taken over this connection: stop this one.")
        return state


def _stands(stored: RunState, after: RunState, sequence: int) -> bool:
    """Whether *after*, of the step with that number, stands already: the same write again."""
    marks = (
        (stored.restart, after.restart),
        (stored.full_wish, after.full_wish),
        (stored.ruling, after.ruling),
    )
    if any(stands is not None and wanted is None for stands, wanted in marks):
        return False
    as_saved = replace(
        stored,
        restart=after.restart,
        full_wish=after.full_wish,
        ruling=after.ruling,
        links=after.links,
        held=after.held,
    )
    return as_saved == replace(after, sequence=sequence)


def run_under_way(state: RunState, kind: Kind) -> Run:
    """The run that a chunk counts for."""
    run = state.run(kind)
    if run is None:
        raise StoreError(f"No {kind} run is under way: save the run item before its first chunk.")
    return run


def _left(stands: M | None, before: M | None, after: M | None) -> M | None:
    """What remains of a mark: nothing if it is taken, else what stands."""
    if before is None or after is not None:
        return stands
    if stands is None or _mark_id(stands) != _mark_id(before):
        raise Fenced("What an admin had left was withdrawn or replaced meanwhile: stop this step.")
    return None


def _mark_id(mark: Restart | Ruling) -> str:
    return mark.ruling_id if isinstance(mark, Ruling) else mark.restart_id
