"""Three servers of the port with the same world, to write to, and what can go wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.records import INT, Property
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.errors import Unavailable
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa.world import World, adapter_to, copy_of
from tests.fakes.asset_server import FakeAssetServer
from tests.fakes.clock import FakeClock
from tests.fakes.mediamosa import ModelAssetServer

NAMES = ["fake", "model", "requests"]
WRITES = "asset/*/metadata"


@dataclass
class Stage:
    """A server, its clock, and the switches that each kind of server has for itself."""

    world: World
    server: AssetServer
    clock: FakeClock

    def read(self, asset_id: str) -> Asset:
        return self.server.assets([asset_id])[asset_id]

    def wait(self) -> None:
        """Let a minute pass."""
        self.world.now += timedelta(minutes=1)
        self.clock.set(self.world.now)

    def keep_emoji(self, *, kept: bool) -> None:
        self.world.model.settings.utf8mb4 = kept

    def lose_answers(self) -> None:
        """Let writes be carried out and not answered, until `heal`."""
        raise NotImplementedError

    def delay(self) -> None:
        """Hold writes back, until `heal`."""
        raise NotImplementedError

    def heal(self) -> None:
        raise NotImplementedError

    def carry_out(self) -> None:
        raise NotImplementedError


@dataclass
class FakeStage(Stage):
    server: FakeAssetServer

    def keep_emoji(self, *, kept: bool) -> None:
        self.server.basic_plane_only = not kept

    def lose_answers(self) -> None:
        self.server.lost = [True]

    def delay(self) -> None:
        self.server.delay_next_write()

    def heal(self) -> None:
        assert self.server.lost == []

    def carry_out(self) -> None:
        self.server.carry_out()


@dataclass
class ModelStage(Stage):
    server: ModelAssetServer
    held: list[Request] = field(default_factory=list)

    def lose_answers(self) -> None:
        self.server.after = _break_off

    def delay(self) -> None:
        self.server.before = self._hold

    def heal(self) -> None:
        self.server.before = self.server.after = _pass

    def carry_out(self) -> None:
        for request in self.held:
            self.world.model.handle(request)

    def _hold(self, request: Request) -> None:
        if request.method == "POST" and request.path != "login":
            self.held.append(request)
            _break_off(request)


@dataclass
class RequestsStage(Stage):
    running: StandIn

    def lose_answers(self) -> None:
        self._add("reply_lost")

    def delay(self) -> None:
        self._add("delayed")

    def heal(self) -> None:
        self.running.control.faults.clear()

    def carry_out(self) -> None:
        assert self.running.control.carry_out() > 0

    def _add(self, kind: str) -> None:
        self.running.control.faults.add(Fault(kind, times=None, path=WRITES, method="POST"))


def _break_off(request: Request) -> None:
    if request.method == "POST" and request.path != "login":
        raise Unavailable("The connection broke off.")


def _pass(_: Request) -> None:
    """No event."""


def world_to_write_to() -> World:
    """A world whose application has a whole number of its own."""
    world = World()
    world.model.store.add_property(Property(60, "shelf", "app_1", INT, app_id=1))
    return world


@contextmanager
def opened(name: str) -> Iterator[Stage]:
    """One of the servers of `NAMES` with a fresh world."""
    world = world_to_write_to()
    clock = FakeClock(world.now)
    if name == "fake":
        yield FakeStage(world, copy_of(world, clock), clock)
    elif name == "model":
        yield ModelStage(world, ModelAssetServer(world.model, world.ours), clock)
    else:
        with StandIn(world.model) as running, adapter_to(running) as adapter:
            yield RequestsStage(world, adapter, clock, running)
