"""The tables in memory, with every write shown to the referee before it takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import HistoryRow, NomineesChange, Waiting
from mediamosa_sync.domain.run import Fence, RunState
from mediamosa_sync.domain.writes import AssetWrite
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
