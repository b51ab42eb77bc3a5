"""The tables in memory, with every write shown to the referee before it takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import HistoryRow, NomineesChange, Waiting
from mediamosa_sync.domain.run import Fence, Kind, RunState
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import Fenced
from mediamosa_sync.ports import Applied
from tests.fakes.chunks import Staged
from tests.fakes.stores import MemoryTables

if TYPE_CHECKING:
    from tests.simulation.referee import Referee
    from tests.simulation.world import World


class SimulatedTables(MemoryTables):
    """``MemoryTables`` that stand still before each call, fail as told, and are refereed."""

    referee: Referee

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.before = world.before_store
        self.after = world.after_store

    def take_lease(
        self, connection_id: str, *, owner: str, now: datetime, until: datetime
    ) -> RunState | None:
        """As the port says."""
        state = super().take_lease(connection_id, owner=owner, now=now, until=until)
        running = self._world.turns.running
        if running is not None:
            running.leased = state is not None
        return state

    def take_marks(self, fence: Fence, before: RunState, after: RunState) -> None:
        """As the port says; a step whose mark was withdrawn stops where it stands."""
        try:
            super().take_marks(fence, before, after)
        except Fenced:
            self._stops()
            raise

    def _fenced(self, fence: Fence) -> RunState:
        try:
            return super()._fenced(fence)
        except Fenced:
            self._stops()
            raise

    def _stops(self) -> None:
        running = self._world.turns.running
        if running is not None:
            running.leased = False

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As the port says."""
        self.referee.applying = kind
        return super().apply(fence, kind, writes)

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
        super().save_run(fence, state, release=release, nominees=nominees, history=history)

    def _write_state(self, state: RunState) -> None:
        self.referee.runs.state_changes(self._states.get(state.connection_id), state)
        super()._write_state(state)

    def _write_staged(
        self, connection_id: str, staged: Staged, writes: Sequence[AssetWrite]
    ) -> None:
        self.referee.assets_change(connection_id, staged, writes)
        super()._write_staged(connection_id, staged, writes)

    def put_waiting(
        self, connection_id: str, waiting: Waiting, record: RecordChange | None
    ) -> bool:
        """As the port says."""
        if record is not None and record.values:
            self.referee.blame("I15", f"a waiting row changes values of {waiting.media_id}")
        return super().put_waiting(connection_id, waiting, record)
