"""MediaMosa's model, the tables, the schedule, the admins: real steps over them, tick by tick."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from typing import Any

from infra.local.mediamosa import faults
from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from mediamosa_sync.adapters.mediamosa import results
from mediamosa_sync.adapters.mediamosa.xml import Envelope
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Execution, Kind, RunState
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import Control
from mediamosa_sync.service.due import due_connections
from mediamosa_sync.service.keeper import CLAIM, Pushed, PushPorts
from mediamosa_sync.service.push import push_edits
from mediamosa_sync.service.removed import RemovedRecords
from mediamosa_sync.service.rulings import Rulings
from mediamosa_sync.service.step import StepPorts, StepResult, sync_step
from tests.fakes.clock import FakeClock
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables
from tests.fakes.watched import Traffic
from tests.scenarios.calls import CALLS, Asked, Censor, asked_of
from tests.scenarios.editors import Site
from tests.scenarios.stream import Stream
from tests.scenarios.truth import as_compared, expected_records

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=25)
LEASE, BEGINNING = timedelta(seconds=75), timedelta(seconds=60)
URL, ZONE = "https://mm.example.org", "Europe/Amsterdam"

TO_SHOW = (LinkState.LINKED, LinkState.PENDING, LinkState.PARKED, LinkState.FOREIGN)


class World:
    """One MediaMosa or more, the tables, and a schedule with a tick a minute.

    Attributes:
        asked: every request so far but those of logins.
        server_offset: by how much MediaMosa's clock is ahead of ours.
        on_request: called with each request, logins too, before it is answered; it may raise.
        on_answer: called with each request once it is carried out; raising loses the answer.
        default: the connection that the stack's parameters name; None if they name none.
        failed: errors of the store that a tick has met.
    """

    def __init__(
        self, page_size: int = 100, *, steps_per_tick: int = 1, zone: str = ZONE, czp: bool = False
    ) -> None:
        self.clock = FakeClock()
        self.tables = MemoryTables()
        self.censor = Censor(self.tables)
        self.stream = Stream()
        self.rules = Rules()
        self.steps_per_tick = steps_per_tick
        self.page_size = page_size
        self.server_offset = timedelta()
        self.asked: list[Asked] = []
        self.on_request: Callable[[Asked], None] = _nothing
        self.on_answer: Callable[[Asked], None] = _nothing
        self.failed: list[StoreUnavailable] = []
        self.sites: dict[str, Site] = {}
        self.site = self.build_site(zone=zone, czp=czp)
        self.default: Connection | None = self.connect(self.site, default=True)
        self.connection = self.default
        self.open_server: Callable[[Connection], AssetServer] = self.model_server
        self._servers: dict[Connection, ModelAssetServer] = {}
        self._failures: list[Exception | None] = []
        self._ticks = self._presses = self._pushes = 0
        schedule = FakeSchedule(self.clock.now())
        self.control = Control(self.tables, schedule, self.clock)
        self.rulings = Rulings(self.tables, schedule, self.clock)
        self.removed = RemovedRecords(self.tables, self.clock)

    # Building.

    def build_site(
        self,
        name: str = "editor",
        *,
        zone: str = ZONE,
        czp: bool = False,
        beside: Site | None = None,
    ) -> Site:
        """An application of a MediaMosa of its own, or of the one of another site."""
        model = (
            beside.model
            if beside
            else MediaMosa(clock=self._server_now, ids=SeededIds(name), czp=czp)
        )
        number = len(model.store.applications) + 1
        return Site(model, model.add_application(Application(number, name, "key", zone)))

    def connect(self, site: Site, url: str = URL, **settings: Any) -> Connection:
        """A connection to a site, configured."""
        application = site.application
        connection = Connection(
            url,
            application.name,
            "arn",
            time_zone=application.time_zone_name,
            **{"page_size": self.page_size, **settings},
        )
        self.sites[connection.connection_id] = site
        self.tables.put_connection(connection)
        return connection

    def model_server(self, connection: Connection) -> ModelAssetServer:
        """The connection's server, its session kept; another configuration gets a new one."""
        plain = replace(connection, paused=frozenset())
        if plain not in self._servers:
            site = self.sites[connection.connection_id]
            server = ModelAssetServer(site.model, site.application)
            server.before = partial(self._hear, connection.connection_id)
            server.after = partial(self._tell, connection.connection_id)
            self._servers[plain] = server
        return self._servers[plain]

    # Running.

    @property
    def id(self) -> str:
        return self.connection.connection_id

    @property
    def state(self) -> RunState:
        return self.tables.run_state(self.id)

    def execution(self, after: timedelta = MINUTE) -> Execution:
        self._ticks += 1
        return Execution(f"execution-{self._ticks}", self.clock.advance(after))

    def step(
        self, execution: Execution, number: int = 1, connection_id: str | None = None
    ) -> StepResult:
        ports = StepPorts(self.tables, self.tables, self.open_server, self.clock, self.rules)
        owner = f"{execution.execution_id}#{number}"
        return sync_step(ports, connection_id or self.id, execution, owner=owner, lease=LEASE)

    def tick(self, after: timedelta = MINUTE) -> list[StepResult]:
        """One execution of the state machine: the results of its steps, of all connections."""
        execution = self.execution(after)
        results_: list[StepResult] = []
        for connection_id in self._due():
            for number in range(1, self.steps_per_tick + 1):
                try:
                    results_.append(self.step(execution, number, connection_id))
                except StoreUnavailable as error:
                    self.failed.append(error)
                    break
                if not results_[-1].more:
                    break
        return results_

    def push(self, events: Sequence[RecordEvent]) -> Pushed:
        """One invocation of the push function with *events*."""
        self._pushes += 1
        ports = PushPorts(
            self.tables,
            self.tables,
            self.open_server,
            self.clock,
            f"push-{self._pushes}",
            CLAIM,
        )
        return push_edits(ports, events, until=self.clock.now() + BEGINNING)

    def feed(self) -> None:
        """Let the push function see what the stream shows, until it shows nothing new."""
        while self.stream.take(self.tables.take_stream()):
            try:
                self.stream.deliver(self.push)
            except StoreUnavailable as error:
                self.failed.append(error)
                return

    def ticks(self, count: int) -> None:
        for _ in range(count):
            self.tick()

    def until_idle(self, most: int = 500) -> int:
        """Tick until no run is under way and nothing more is due; how many ticks it took."""
        for count in range(1, most + 1):
            results_ = self.tick()
            if not any(one.more for one in results_) and not self._under_way():
                return count
        raise AssertionError(f"not idle after {most} ticks: {self.state}")

    def settle(self) -> None:
        """Tick until idle, and two more: what changed during a run comes with the next."""
        self.until_idle()
        self.ticks(2)
        self.until_idle()

    def _due(self) -> Sequence[str]:
        if self.default is not None:
            return due_connections(self.tables, self.default)
        return [one.connection_id for one in self.tables.connections()]

    def _under_way(self) -> bool:
        states = [self.tables.run_state(name) for name in self.sites]
        return any(state.run(kind) for state in states for kind in Kind)

    # Admins.

    def admin(self) -> Admin:
        self._presses += 1
        return Admin("operator", f"request-{self._presses}")

    def press_restart(self) -> None:
        self.control.request_restart(self.id, self.admin())

    def decide(self, *, approve: bool) -> None:
        token, _ = self.rulings.token(self.id)
        assert token is not None
        self.clock.advance(seconds=1)
        self.rulings.decide(self.id, token, approve=approve, admin=self.admin())

    def status(self) -> dict[str, Any]:
        return self.control.status(self.id)

    # Faults.

    def fail(self, *failures: Exception | None) -> None:
        """From now on the next requests but logins fail so, in order; None lets one pass."""
        self._failures = [*failures]

    # Looking.

    def record(self, asset_id: str) -> Mapping[str, Any]:
        return self.tables.media[self.link(asset_id).media_id]

    def link(self, asset_id: str) -> Any:
        return self.tables.all_links(self.id)[asset_id]

    def states(self, state: LinkState) -> list[str]:
        links = self.tables.all_links(self.id)
        return [name for name, link in links.items() if link.state is state]

    def counted(self) -> Counts:
        """What all runs did, those of the history and those under way."""
        state = self.state
        total = Counts()
        for row in self.tables.histories.get(self.id, {}).values():
            total += row.run.counts
        for kind in Kind:
            run = state.run(kind)
            total += run.counts if run else Counts()
        return total

    def changes(self) -> tuple[int, int, int]:
        """Added, updated and deleted by all runs."""
        counts = self.counted()
        return counts.added, counts.updated, counts.deleted

    def lists(self) -> list[Asked]:
        return [one for one in self.asked if one.is_list]

    def full_lists(self) -> list[Asked]:
        """Those of everything, not of what was modified since an instant."""
        return [one for one in self.lists() if "cql" not in one.query]

    def singles(self) -> list[Asked]:
        return [one for one in self.asked if one.is_single]

    def forget_traffic(self) -> None:
        self.tables.traffic = Traffic()
        self.asked.clear()

    def kept(self, connection_id: str | None = None) -> dict[str, Any]:
        """Everything that stands in the tables for a connection, but its settings.

        What it holds is never changed in place; for the strictest look take a deep copy.
        """
        name = connection_id or self.id
        tables = self.tables
        return {
            "media": {
                key: item
                for key, item in tables.media.items()
                if item.get("mediamosa", {}).get("connection_id", name) == name
            },
            "run": tables._states.get(name),
            "lease": tables._leases.get(name),
            "links": tables.all_links(name),
            "copies": dict(tables.copies.get(name, {})),
            "conflicts": dict(tables.conflict_log.get(name, {})),
            "nominated": {run: dict(rows) for run, rows in tables.nominated.get(name, {}).items()},
            "history": dict(tables.histories.get(name, {})),
            "mediafiles": dict(tables.known_mediafiles.get(name, {})),
            "properties": tables._properties.get(name),
        }

    # What must hold.

    def assert_in_sync(self, connection: Connection | None = None, but: Sequence[str] = ()) -> None:
        """Every asset has exactly its record, field by field, and no record is left over.

        *but* these assets, whose records are not looked at.
        """
        connection = connection or self.connection
        wanted = expected_records(self.sites[connection.connection_id], connection)
        found: dict[str, Any] = {}
        for item in self.tables.media.values():
            told = item.get("mediamosa", {})
            if told.get("connection_id") == connection.connection_id:
                assert told["asset_id"] not in found, f"two records of {told['asset_id']}"
                assert item["uri"].startswith("mediamosa://"), item["uri"]
                found[told["asset_id"]] = item
        for name in but:
            wanted.pop(name, None)
            found.pop(name, None)
        assert found.keys() == wanted.keys(), sorted(found.keys() ^ wanted.keys())[:10]
        for name, record in wanted.items():
            assert as_compared(found[name]) == record, name
        links = self.tables.all_links(connection.connection_id)
        tied = {name for name, link in links.items() if link.state in TO_SHOW and link.media_id}
        assert tied - set(but) == wanted.keys()
        count = sum(link.counts for link in links.values())
        assert self.tables.run_state(connection.connection_id).links == count

    def assert_quiet(self, ticks: int = 3) -> None:
        """Nothing is written any more but run items, and nobody asks for single assets."""
        names = list(self.sites)
        before = [{**self.kept(name), "run": None} for name in names]
        self.forget_traffic()
        self.ticks(ticks)
        traffic = asdict(self.tables.traffic)
        assert traffic.pop("reads") > 0
        assert traffic.pop("run_item_writes") > 0
        assert not any(traffic.values()), traffic
        assert [{**self.kept(name), "run": None} for name in names] == before
        assert self.singles() == []

    # Inside.

    def _configured(self, connection_id: str) -> Connection:
        return self.tables._connections[connection_id]

    def _server_now(self) -> int:
        return int((self.clock.now() + self.server_offset).timestamp())

    def _hear(self, connection_id: str, request: Request) -> None:
        asked = asked_of(connection_id, request)
        self.on_request(asked)
        if asked.path == "login":
            return
        CALLS[request.method] += 1
        if asked.is_write:
            self.censor.check(self.sites[connection_id], self._configured(connection_id), request)
        self.asked.append(asked)
        failure = self._failures.pop(0) if self._failures else None
        if failure is not None:
            raise failure

    def _tell(self, connection_id: str, request: Request) -> None:
        self.on_answer(asked_of(connection_id, request))


def synced(count: int = 3, page_size: int = 100, **options: Any) -> World:
    """A world after its first full run, at rest and long past the overlap."""
    world = World(page_size, **options)
    per_tick, world.steps_per_tick = world.steps_per_tick, 1000
    world.site.fill(count)
    world.clock.advance(HOUR)
    world.until_idle()
    world.tick(HOUR)
    world.steps_per_tick = per_tick
    world.forget_traffic()
    return world


def deadlock() -> Exception:
    """The error that the adapter makes of the database error that parallel writers meet."""
    refusal = faults.deadlock()
    try:
        results.check(Envelope(refusal.result_id, refusal.description, (), None, None))
    except Exception as error:  # noqa: BLE001 (which one is the adapter's to say)
        return error
    raise AssertionError("a deadlock is no success")


def _nothing(_: Asked) -> None:
    """No event."""
