"""A world in which every invocation may be disturbed, with those who start it again."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar, cast

from infra.local.mediamosa.answers import Request
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.run import Execution, Kind
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.due import due_connections
from mediamosa_sync.service.keeper import CLAIM, PushPorts
from mediamosa_sync.service.push import push_edits
from mediamosa_sync.service.refusals import Refusal
from mediamosa_sync.service.step import StepPorts, StepResult, sync_step
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.stores import MemoryTables
from tests.scenarios.push_points import Killed
from tests.scenarios.world import BEGINNING, LEASE, MINUTE, World
from tests.sweep.faults import Disturbance, Faults, WatchedTables

T = TypeVar("T")

AT_ONCE = timedelta(seconds=5)
"""After an invocation failed: the pause of the state machine, and of the stream."""
PATIENCE = 12
"""So many ticks somebody waits for what he has to see before he does something."""


@dataclass(slots=True)
class Ledger:
    """What was done from outside, for those who check.

    Attributes:
        edits: connection, asset, record, property and values of each edit, in their order.
        deleted: records that their applications have deleted, or untied.
    """

    edits: list[tuple[str, str, str, str, tuple[str, ...]]] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Saved:
    """A play as it stood before one of its acts.

    Attributes:
        points: how many it had reached.
        invocations: how many it had begun.
    """

    world: bytes
    ledger: bytes
    points: int
    invocations: int


class Play:
    """One run of a scene.

    Attributes:
        faults: what disturbs it.
        repeated: number of the invocation that is made twice; None if none is.
        invocations: how many have begun so far.
        early: whether both sides were in sync before the last full run already (I6).
        wish: what somebody wants still when all else is done; None if nobody wants anything.
        wrap: what stands between the sync and MediaMosa.
        repeats: what stood before and after each repeat that had nothing left to do.
    """

    def __init__(
        self,
        saved: Saved,
        wanted: Sequence[Disturbance] = (),
        *,
        repeated: int | None = None,
        look: Callable[[World], object] | None = None,
    ) -> None:
        """*look*: what a repeat must leave as it is."""
        world = pickle.loads(saved.world)  # noqa: S301 (our own bytes)
        assert isinstance(world, World)
        ledger = pickle.loads(saved.ledger)  # noqa: S301 (our own bytes)
        assert isinstance(ledger, Ledger)
        self.world, self.ledger = world, ledger
        self.faults = Faults(world, wanted, saved.points)
        self.tables = cast(MemoryTables, WatchedTables(self.faults))
        self.repeated = repeated
        self.invocations = saved.invocations
        self.repeats: list[tuple[object, object]] = []
        self.early = False
        self.wish: Callable[[Play], object] | None = None
        self.wrap: Callable[[AssetServer], AssetServer] = _as_it_is
        self._look = look
        self._hooked: dict[int, ModelAssetServer] = {}
        self._plain: list[tuple[ModelAssetServer, Any, Any]] = []

    def save(self, points: int) -> Saved:
        """Everything as it stands, without those who watch."""
        for server, before, after in self._plain:
            server.before, server.after = before, after
        self._plain.clear()
        self._hooked.clear()
        world, ledger = pickle.dumps(self.world), pickle.dumps(self.ledger)
        return Saved(world, ledger, points, self.invocations)

    # The sync.

    def tick(self, after: timedelta = MINUTE) -> None:
        """One execution of the state machine; what fails is tried again once, then left."""
        execution, world = self.world.execution(after), self.world
        default = world.default
        assert default is not None
        due = self._started(lambda: due_connections(self.tables, default))
        for connection_id in due or ():
            for number in range(1, world.steps_per_tick + 1):
                result = self._step(execution, number, connection_id)
                if result is None or not result.more:
                    break

    def feed(self) -> None:
        """Let the push function see what the stream shows, each batch until it is dealt with."""
        world = self.world
        while world.stream.take(world.tables.take_stream()):
            batch = tuple(world.stream.waiting[: world.stream.batch_size])
            if self._started(partial(self._push, batch)) is None:
                return
            del world.stream.waiting[: len(batch)]
            world.stream.delivered.append(batch)

    def asked_for(self, act: Callable[[MemoryTables], object]) -> None:
        """An admin's request; who is refused waits for the next tick, and asks again."""
        for _ in range(PATIENCE):
            try:
                done = self._started(lambda: (act(self.tables), True))
            except Refusal:
                done = None
            if done is not None:
                return
            self.tick()
        raise AssertionError(f"refused {PATIENCE} times")

    def until(self, seen: Callable[[World], object]) -> None:
        """Whoever acts from outside waits until he sees what he acts upon."""
        for _ in range(PATIENCE):
            if seen(self.world):
                return
            self.tick()
            self.feed()
        raise AssertionError(f"not to be seen after {PATIENCE} ticks")

    def link(self, asset_id: str, connection_id: str = "") -> Link:
        """The link of the asset, once its record is there."""
        name = connection_id or self.world.id

        def ties(world: World) -> bool:
            link = world.tables.all_links(name).get(asset_id)
            return link is not None and link.media_id in world.tables.media

        self.until(ties)
        return self.world.tables.all_links(name)[asset_id]

    # Inside.

    def _step(self, execution: Execution, number: int, connection_id: str) -> StepResult | None:
        world = self.world
        ports = StepPorts(self.tables, self.tables, self._open, world.clock, world.rules)
        owner = f"{execution.execution_id}#{number}"

        def step() -> StepResult:
            return sync_step(ports, connection_id, execution, owner=owner, lease=LEASE)

        return self._started(step, lambda done: not done.more and self._is_done(connection_id))

    def _push(self, batch: Sequence[RecordEvent]) -> bool:
        world = self.world
        world._pushes += 1
        ports = PushPorts(
            self.tables, self.tables, self._open, world.clock, f"push-{world._pushes}", CLAIM
        )
        push_edits(ports, batch, until=world.clock.now() + BEGINNING)
        return True

    def _is_done(self, connection_id: str) -> bool:
        """Whether a repeated step has nothing to go on with."""
        state = self.world.tables.run_state(connection_id)
        return not any(state.run(kind) for kind in Kind) and not state.again

    def _started(
        self, act: Callable[[], T], is_done: Callable[[T], bool] = lambda _: True
    ) -> T | None:
        """What *act* returns, tried twice; None if both times it came to nothing."""
        number, self.invocations = self.invocations, self.invocations + 1
        for _ in range(2):
            self.faults.begin()
            try:
                result = act()
            except (Killed, StoreUnavailable):
                if not self.faults.patient:
                    break
                self.world.clock.advance(AT_ONCE)
            else:
                if number == self.repeated:
                    self._repeat(act, compared=is_done(result))
                return result
            finally:
                self.faults.begin()
        self.faults.patient = True
        return None

    def _repeat(self, act: Callable[[], object], *, compared: bool) -> None:
        look = self._look
        assert look is not None
        before = look(self.world)
        act()
        if compared:
            self.repeats.append((before, look(self.world)))

    def _open(self, connection: Connection) -> AssetServer:
        server = self.world.model_server(connection)
        if id(server) not in self._hooked:
            self._hooked[id(server)] = server
            self._plain.append((server, server.before, server.after))
            model = self.world.sites[connection.connection_id].model
            hear, tell = server.before, server.after

            def before(request: Request) -> None:
                self.faults.request(hear, request)
                if self.faults.is_twice():
                    model.handle(request)

            server.before, server.after = before, partial(self.faults.answer, tell)
        return self.wrap(server)


def _as_it_is(server: AssetServer) -> AssetServer:
    return server


def performed(play: Play, acts: Iterable[Callable[[Play], object]]) -> None:
    """Do one after the other."""
    for act in acts:
        act(play)
