"""One connection with its server, its tables and the schedule: what service tests play in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Execution, RunState
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.keeper import CLAIM, Pushed, PushPorts
from mediamosa_sync.service.push import push_edits
from mediamosa_sync.service.step import StepPorts, StepResult, sync_step
from tests.fakes.asset_server import FakeAssetServer
from tests.fakes.clock import FakeClock
from tests.fakes.stores import MemoryTables

MINUTE = timedelta(minutes=1)


class World:
    """One connection, its server, its tables and the schedule."""

    def __init__(self, page_size: int = 100, steps_per_tick: int = 1) -> None:
        self.clock = FakeClock()
        self.server = FakeAssetServer(self.clock)
        self.tables = MemoryTables()
        self.connection = Connection(
            "https://mm.example.org", "editor", "arn", page_size=page_size, default=True
        )
        self.id = self.connection.connection_id
        self.tables.put_connection(self.connection)
        self.steps_per_tick = steps_per_tick
        self.open_server: Callable[[Connection], AssetServer] = lambda _: self.server
        self._ticks = 0
        self._pushes = 0

    @property
    def state(self) -> RunState:
        return self.tables.run_state(self.id)

    def step(self, execution: Execution, number: int = 1) -> StepResult:
        ports = StepPorts(self.tables, self.tables, self.open_server, self.clock, Rules())
        owner = f"{execution.execution_id}#{number}"
        return sync_step(ports, self.id, execution, owner=owner, lease=2 * MINUTE)

    def execution(self) -> Execution:
        self._ticks += 1
        return Execution(f"execution-{self._ticks}", self.clock.advance(MINUTE))

    def tick(self) -> list[StepResult]:
        """One execution of the state machine, a minute after the last."""
        execution, results = self.execution(), []
        for number in range(1, self.steps_per_tick + 1):
            results.append(self.step(execution, number))
            if not results[-1].more:
                break
        return results

    def push(self, events: Iterable[RecordEvent] | None = None) -> Pushed:
        """One invocation of the push function with *events*, else with what the stream shows."""
        self._pushes += 1
        ports = PushPorts(
            self.tables,
            self.tables,
            self.open_server,
            self.clock,
            f"push-{self._pushes}",
            CLAIM,
        )
        events = self.tables.take_stream() if events is None else events
        return push_edits(ports, events, until=self.clock.now() + MINUTE)

    def record(self, asset_id: str) -> dict[str, Any]:
        """The record of the asset, as stored."""
        return dict(self.tables.media[self.link(asset_id).media_id])

    def link(self, asset_id: str) -> Link:
        """The link of the asset."""
        return self.tables.all_links(self.id)[asset_id]

    def edit(self, asset_id: str, /, **properties: object) -> None:
        """An application edits the asset's record; None removes a property."""
        self.tables.edit_record(self.link(asset_id).media_id, **properties)

    def quiet_ticks(self, number: int = 20) -> None:
        """So many ticks, each followed by the push function with what the stream shows."""
        for _ in range(number):
            self.tick()
            self.push()

    def fill(self, count: int, first: int = 0) -> list[str]:
        names = [f"A{number:05}" for number in range(first, first + count)]
        for name in names:
            self.server.put(name, title=f"Title of {name}")
        return names

    def titles(self) -> dict[str, object]:
        """Asset id → title in its record."""
        found = {}
        for asset_id, link in self.tables.all_links(self.id).items():
            item = self.tables.media.get(link.media_id)
            found[asset_id] = item["metadata"].get("title") if item else None
        return found

    def state_of(self, asset_id: str) -> LinkState:
        """Of its link."""
        return self.tables.all_links(self.id)[asset_id].state

    def rule(self, *, approve: bool, token: str | None = None) -> bool:
        """Decide about the held deletions, a second later; whether the ruling was taken."""
        at = self.clock.advance(seconds=1)
        ruling = Ruling("r1", token or self.state.held.token, approve, "operator", at)
        return self.tables.rule(self.id, ruling)

    def forget_traffic(self) -> None:
        self.tables.traffic = type(self.tables.traffic)()
        self.server.lists.clear()
        self.server.proofs.clear()
        self.server.writes.clear()
        self.server._requests = 0


def synced(count: int = 3, **options: int) -> World:
    """A world after its first full run, at rest."""
    world = World(steps_per_tick=100, **options)
    world.fill(count)
    world.clock.advance(timedelta(hours=1))
    world.tick()
    world.push()
    world.forget_traffic()
    return world
