"""The simulated world: two sides, the stream, the schedule, and the sync's invocations between."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.context import Settings
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN, TRASHCAN_DATE
from infra.local.mediamosa.records import Application
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.run import Execution, Kind
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.errors import Malformed, Refused, StoreUnavailable, Troubled, Unavailable
from mediamosa_sync.service.due import due_connections
from mediamosa_sync.service.keeper import CLAIM, PushPorts
from mediamosa_sync.service.push import push_edits
from mediamosa_sync.service.step import StepPorts, sync_step
from tests.fakes.clock import FakeClock
from tests.fakes.mediamosa import ModelAssetServer
from tests.simulation.admins import Admins
from tests.simulation.applications import Applications
from tests.simulation.invocations import Form, Invocation, Turns
from tests.simulation.referee import Referee
from tests.simulation.setting import Setting
from tests.simulation.site import NAMES, SimulatedSite
from tests.simulation.tables import SimulatedTables

URL = "https://mm.example.org"
LEASE, BEGINNING = timedelta(seconds=75), timedelta(seconds=60)
SHARDS = 2
MOST_LIVE = 5
AUTUMN = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)


@dataclass(slots=True)
class Shard:
    """One shard of the stream; one batch of it is under way at a time."""

    waiting: list[RecordEvent] = field(default_factory=list)
    delivered: deque[tuple[RecordEvent, ...]] = field(default_factory=lambda: deque(maxlen=3))
    busy: bool = False


@dataclass(slots=True)
class Late:
    """A request that its client gave up, and the server carries out at *due* all the same."""

    due: datetime
    site: SimulatedSite
    request: Request


class World:
    """The two sides and what happens between them.

    Attributes:
        moment: number of the event or call that happens now.
        live: invocations that are not over, the oldest first.
        away: whether MediaMosa cannot be reached.
        throttled: so many of the next calls of the tables fail.
        steps_per_tick: of one connection, at most.
        paused: connection and direction → moment since which it rests.
        lost_events: whether the stream has lost any.
        unfinished: connection → whether its last step left something to be done.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.clock = FakeClock(AUTUMN) if setting.autumn else FakeClock()
        self.turns = Turns()
        self.moment = 0
        self.tables = SimulatedTables(self)
        self.referee = Referee(self)
        self.tables.referee = self.referee
        self.rules = Rules(guard=Guard(most=setting.guard, percent=5.0))
        self.live: list[Invocation] = []
        self.shards = [Shard() for _ in range(SHARDS)]
        self.late: list[Late] = []
        self.away = False
        self.throttled = 0
        self.paused: dict[tuple[str, str], int] = {}
        self.lost_events = False
        self.steps_per_tick = setting.steps_per_tick
        self.unfinished: dict[str, bool] = {}
        self._executions = self._pushes = 0
        self._idle: dict[str, list[ModelAssetServer]] = {}
        self.sites: dict[str, SimulatedSite] = {}
        for number in range(setting.connections):
            self._connect(number)
        self.default = next(iter(self.sites.values())).connection
        self.applications = Applications(self)
        self.admins = Admins(self)

    def _connect(self, number: int) -> None:
        """A connection to a MediaMosa of its own, where assets have the same ids."""
        name = f"editor{number or ''}"
        clock = FakeServerClock(self.clock)
        model = MediaMosa(
            clock=clock.now, ids=SeededIds(name), settings=Settings(utf8mb4=self.setting.utf8mb4)
        )
        for one in list(model.store.properties.values()):
            if one.name not in NAMES and one.prop_id not in {PUBLISHED, TRASHCAN, TRASHCAN_DATE}:
                del model.store.properties[one.prop_id]
        application = model.add_application(Application(1, name, "key", self.setting.zone))
        connection = Connection(
            URL,
            name,
            "arn",
            time_zone=self.setting.zone,
            page_size=self.setting.page_size,
            default=number == 0,
            policies=self.setting.policies,
        )
        self.sites[connection.connection_id] = SimulatedSite(
            self, model, application, connection, clock
        )
        self.tables.put_connection(connection)

    def widen_pages(self, page_size: int) -> None:
        """An admin has other page sizes from now on."""
        self.default = replace(self.default, page_size=page_size)
        for known in self.tables.connections():
            self.tables.put_connection(replace(known, page_size=page_size))

    def count_on_from(self, begun: World) -> None:
        """Go on from where another world has come to, where executions and moments are counted."""
        self.moment, self.unfinished = begun.moment, begun.unfinished.copy()
        self._executions, self._pushes = begun._executions, begun._pushes

    # Time.

    def next_moment(self) -> int:
        """Something happens: its number."""
        self.moment += 1
        return self.moment

    def wait(self, seconds: float) -> None:
        """Let time pass; what was given up is carried out when it is due."""
        until = self.clock.now() + timedelta(seconds=seconds)
        if self.late:
            self._carry_out(until)
        self.clock.set(until)

    def _carry_out(self, until: datetime) -> None:
        for late in sorted((one for one in self.late if one.due <= until), key=lambda one: one.due):
            self.late.remove(late)
            self.clock.set(max(late.due, self.clock.now()))
            late.site.carry_out(late.request)

    # The tables' calls.

    def before_store(self, _method: str) -> None:
        """A call of the tables begins."""
        running = self.turns.running
        if running is None:
            return
        form = running.enter()
        self.moment += 1
        if self.throttled:
            self.throttled -= 1
            raise _throttled()
        if form is not None and form in _STORE_FAILS:
            raise _throttled()

    def after_store(self, _method: str) -> None:
        """A call of the tables has taken effect."""
        running = self.turns.running
        if running is not None and running.leave() in _STORE_LOSES:
            raise _throttled()

    # MediaMosa's requests.

    def open_server(self, invocation: Invocation, connection: Connection) -> ModelAssetServer:
        """The server as one container sees it; warm if one of them is idle."""
        idle = self.warm(connection.connection_id)
        site = self.sites[connection.connection_id]
        server = idle.pop() if idle else ModelAssetServer(site.model, site.application)
        server.before = partial(self._request_begins, invocation, site)
        server.after = partial(self._request_ends, invocation, site)
        invocation.servers.append((connection.connection_id, server))
        return server

    def warm(self, connection_id: str) -> list[ModelAssetServer]:
        """The servers of idle containers, whoever takes one is to give it back."""
        return self._idle.setdefault(connection_id, [])

    def _give_back(self, invocation: Invocation, *, warm: bool) -> None:
        if warm:
            for connection_id, server in invocation.servers:
                self.warm(connection_id).append(server)
        invocation.servers.clear()

    def _request_begins(
        self, invocation: Invocation, site: SimulatedSite, request: Request
    ) -> None:
        invocation.asks(request.path, self.clock.now())
        form = invocation.enter()
        self.moment += 1
        invocation.requests += 1
        site.note_lag()
        self.referee.request_begins(invocation, site, request)
        if self.away:
            raise Unavailable("MediaMosa does not answer.")
        if form is not None:
            self._goes_wrong(form, invocation, site, request)

    def _goes_wrong(
        self, form: Form, invocation: Invocation, site: SimulatedSite, request: Request
    ) -> None:
        single = request.method == "GET" and request.path.startswith(("asset/", "mediafile/"))
        if form is Form.REFUSED and single:
            raise Refused("MediaMosa refuses: not now (result 1).", 1)
        if form in {Form.BEFORE, Form.REFUSED}:
            raise Unavailable("MediaMosa does not answer.")
        if form is Form.LOGGED_OUT:
            site.model.sessions.lose_all()
        elif form is Form.TROUBLED:
            raise Troubled("MediaMosa had an error of its own (SQLSTATE[40001]).")
        elif form is Form.TWICE:
            site.carry_out(request)
        elif form is Form.LATE:
            if request.path.endswith("/metadata"):
                due = self.clock.now() + timedelta(seconds=invocation.calls * 7 % 90)
                self.late.append(Late(due, site, request))
            raise Unavailable("MediaMosa's answer did not arrive in time.")

    def _request_ends(self, invocation: Invocation, site: SimulatedSite, request: Request) -> None:
        self.referee.request_ends(invocation, site, request)
        form = invocation.leave()
        if form is Form.AFTER:
            raise Unavailable("MediaMosa's answer did not arrive in time.")
        if form is Form.GARBLED:
            raise Malformed("MediaMosa's answer is not whole.")

    # Invocations.

    def tick(self) -> None:
        """The schedule starts an execution: due connections, then steps of each of them."""
        self._executions += 1
        execution = Execution(f"execution-{self._executions}", self.clock.now())
        for connection_id in due_connections(self.tables, self.default):
            self._start(
                f"execution {self._executions} of {self.sites[connection_id].name}",
                partial(self._execute, execution, connection_id),
            )

    def _execute(self, execution: Execution, connection_id: str, invocation: Invocation) -> None:
        """The state machine's part for one connection: steps, each tried twice."""
        invocation.connection_id = connection_id
        for number in range(1, self.steps_per_tick + 1):
            if not any(self._step(execution, connection_id, number, invocation) for _ in "12"):
                return
            if not invocation.more:
                return

    def _step(
        self, execution: Execution, connection_id: str, number: int, invocation: Invocation
    ) -> bool:
        def work() -> None:
            ports = StepPorts(
                self.tables,
                self.tables,
                partial(self.open_server, invocation),
                self.clock,
                self.rules,
            )
            owner = f"{execution.execution_id}#{number}"
            invocation.execution, invocation.began_at = execution, self.moment
            result = sync_step(ports, connection_id, execution, owner=owner, lease=LEASE)
            invocation.more = result.more
            self.unfinished[connection_id] = result.more

        done = invocation.attempt(work)
        if done and invocation.leased:
            self.referee.runs.step_ends(connection_id, owner=f"{execution.execution_id}#{number}")
        self._give_back(invocation, warm=done)
        return done

    def take_stream(self) -> None:
        """What the media table's stream shows goes to its shards."""
        for event in self.tables.take_stream():
            shard = zlib.crc32(event.media_id.encode()) % SHARDS
            self.shards[shard].waiting.append(event)

    def deliver(self, number: int, most: int) -> bool:
        """Lambda hands the first events of a shard on, until they are dealt with."""
        self.take_stream()
        shard = self.shards[number % SHARDS]
        if shard.busy or not shard.waiting:
            return False
        shard.busy = True
        batch = tuple(shard.waiting[:most])

        def body(invocation: Invocation) -> None:
            done = self._push(invocation, batch)
            shard.busy = False
            if done:
                del shard.waiting[: len(batch)]
                shard.delivered.append(batch)

        self._start(f"push of shard {number % SHARDS}", body)
        return True

    def replay(self, number: int, back: int) -> bool:
        """A batch that was dealt with comes once more."""
        delivered = self.shards[number % SHARDS].delivered
        if not delivered:
            return False
        batch = delivered[-1 - back % len(delivered)]
        self._start("a push repeated", lambda invocation: void(self._push(invocation, batch)))
        return True

    def _push(self, invocation: Invocation, batch: tuple[RecordEvent, ...]) -> bool:
        self._pushes += 1
        owner = f"push-{self._pushes}"

        def work() -> None:
            invocation.began_at = self.moment
            ports = PushPorts(
                self.tables,
                self.tables,
                partial(self.open_server, invocation),
                self.clock,
                owner,
                CLAIM,
            )
            push_edits(ports, batch, until=self.clock.now() + BEGINNING)

        done = invocation.attempt(work)
        self._give_back(invocation, warm=done)
        return done

    def _start(self, name: str, body: Callable[[Invocation], None]) -> None:
        self.live.append(Invocation(name, self.clock, body, self.turns.main))
        while len(self.live) > MOST_LIVE:
            self.go(0)

    def is_idle(self) -> bool:
        """Whether no run of any connection is under way, or was never begun."""
        states = [self.tables._states.get(name) for name in self.sites]
        return not any(self.unfinished.values()) and all(
            state is not None
            and state.watermark is not None
            and not any(state.run(kind) for kind in Kind)
            for state in states
        )

    def go_all(self) -> None:
        """Let every live invocation go to its end, the oldest first."""
        while self.live:
            self.go(0)

    def go(self, number: int, calls: int = 0, form: Form | None = None) -> bool:
        """Let a live invocation make so many calls, 0 for all it has; whether there was one."""
        if not self.live:
            return False
        invocation = self.live[number % len(self.live)]
        self.turns.let(invocation, calls, form) if calls else self.turns.let(invocation)
        if invocation.over:
            self.live.remove(invocation)
            if invocation.crash is not None:
                raise invocation.crash
        return True


class FakeServerClock:
    """MediaMosa's own clock, beside ours by *offset* seconds."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._at = clock.now()
        self._seconds = int(self._at.timestamp())
        self.offset = 0

    def now(self) -> int:
        """Whole seconds since 1970."""
        at = self._clock.now()
        if at is not self._at:
            self._at, self._seconds = at, int(at.timestamp())
        return self._seconds + self.offset


def void(_: object) -> None:
    """Nothing is made of it."""


def _throttled() -> StoreUnavailable:
    return StoreUnavailable("DynamoDB does not answer now: the next step tries again.")


_STORE_FAILS = frozenset({Form.BEFORE, Form.LATE, Form.LOGGED_OUT, Form.TROUBLED, Form.REFUSED})
_STORE_LOSES = frozenset({Form.AFTER, Form.GARBLED})
