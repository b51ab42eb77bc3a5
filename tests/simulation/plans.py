"""A plan in the middle of a history, and what the next execution then really does."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import Record, read_values
from mediamosa_sync.domain.run import Execution, Kind, Restart, RunState
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.dry.items import Item, What
from mediamosa_sync.service.dry.plan import plan_page
from mediamosa_sync.service.dry.position import Position, Sums, position_of, token_of
from mediamosa_sync.service.step import StepOutcome, StepPorts, sync_step
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.stores import MemoryTables
from tests.simulation.history import History
from tests.simulation.script import script_of, setting_of

MINUTE = timedelta(minutes=1)
LONGER_THAN_ANY_PAUSE = 400
MOST_STEPS = 300

Values = Mapping[tuple[str, str], tuple[str, ...]]
"""Record (or asset) and property → its values; those without any are left out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan says, or a run has done.

    Attributes:
        records: keys of all records in the end, and *values* what they say.
        sent: what MediaMosa has been given.
        held: assets that came onto the list of held deletions.
        conflicts: asset and property, for each entry that the log gained.
        steps: invocations.
    """

    from_mediamosa: Counts
    to_mediamosa: Counts
    records: frozenset[str]
    values: Values
    sent: Values
    held: frozenset[str]
    conflicts: Counter[tuple[str, str]]
    steps: int

    @property
    def assets_pushed(self) -> frozenset[str]:
        """Assets that MediaMosa has been given values of."""
        return frozenset(asset_id for asset_id, _ in self.sent)


def differences(
    planned: Outcome, real: Outcome, refused: AbstractSet[tuple[str, str]]
) -> list[str]:
    """Where the real run has done something else than was planned; *refused*: see below.

    Two things no plan can know. That MediaMosa refuses a value: then what came of it differs, and
    that alone. And which further rows a list of changes has once an asset was pushed in the middle
    of its walk: each is counted as updated for its new stamp.
    """
    names = ["records", "values", "held", "conflicts"]
    if missing := planned.sent.keys() - real.sent.keys():
        found = [] if missing <= refused else [f"sent: {missing} not refused"]
        return found + _unequal(planned, real, names)
    counts, steps = planned.from_mediamosa, planned.steps
    for _ in planned.assets_pushed if steps > 1 else ():
        if counts != real.from_mediamosa:
            counts += Counts(updated=1)
        if steps != real.steps:
            steps += 1
    allowed = replace(planned, from_mediamosa=counts, steps=steps)
    return _unequal(allowed, real, [*names, "sent", "to_mediamosa", "from_mediamosa", "steps"])


def _unequal(planned: Outcome, real: Outcome, names: Iterable[str]) -> list[str]:
    pairs = [(name, getattr(planned, name), getattr(real, name)) for name in names]
    return [f"{name}: planned {one}, really {other}" for name, one, other in pairs if one != other]


class Moment:
    """A moment in a history at which nothing goes on, and no fault is ahead."""

    def __init__(self, seed: int) -> None:
        setting, events = setting_of(seed), script_of(seed)
        history = History(setting)
        for event in events[: Random(f"moment/{seed}").randint(0, len(events))]:
            history.happen(event)
        self._world = world = history.world
        world.away, world.throttled = False, 0
        world.go_all()
        for site in world.sites.values():
            site.let_lag(0)
        world.wait(LONGER_THAN_ANY_PAUSE)
        self.tables = _copied(world.tables)
        self.sites = world.sites
        for name in self.sites:
            self.tables.pause(name, {"pull", "push"}, paused=False)

    def connection_ids(self) -> list[str]:
        """Of the connections."""
        return sorted(self.sites)

    def plan(self, connection_id: str, *, full: bool = False) -> tuple[Outcome, tuple[Item, ...]]:
        """The plan of the run that begins in a minute; each page hands a token to the next."""
        position: Position | None = Position(
            connection_id, self._world.clock.now() + MINUTE, 60, full
        )
        items: list[Item] = []
        sums, steps = Sums(), 0
        while position is not None:
            page = plan_page(self._ports(connection_id), position)
            items += page.items
            sums, steps = page.sums, steps + 1
            assert steps < MOST_STEPS, "the plan never ends"
            position = page.next and position_of(token_of(page.next), connection_id)
        return self._as_planned(items, sums, steps), tuple(items)

    def really(self, connection_id: str, *, full: bool = False) -> Outcome:
        """What the execution of that moment does."""
        if full:
            self._ask_for_full(connection_id)
        self._world.wait(MINUTE.total_seconds())
        execution = Execution("real", self._world.clock.now())
        before = copy.deepcopy(self.tables)
        sent = self._said(connection_id)
        total, more, steps = Counts(), True, 0
        while more:
            stood = self.tables.run_state(connection_id)
            result = sync_step(
                self._ports(connection_id),
                connection_id,
                execution,
                owner=f"step {steps}",
                lease=MINUTE,
            )
            assert result.outcome is StepOutcome.WORKED, result.reason
            total += _counted(stood, self.tables.run_state(connection_id))
            more, steps = result.more, steps + 1
            assert steps < MOST_STEPS, "the run never ends"
        pushed = (
            self.tables.push_state(connection_id).counts - before.push_state(connection_id).counts
        )
        after = self._said(connection_id)
        return Outcome(
            total,
            pushed,
            frozenset(self.tables.media),
            said(self.tables.media),
            {
                one: after.get(one, ())
                for one in after.keys() | sent.keys()
                if after.get(one) != sent.get(one)
            },
            held(self.tables, connection_id) - held(before, connection_id),
            _log(self.tables, connection_id) - _log(before, connection_id),
            steps,
        )

    def everything(self) -> str:
        """All that stands on both sides, and how much was written so far."""
        tables = vars(self.tables)
        kept = [(name, tables[name]) for name in sorted(tables) if name != "traffic"]
        written = replace(self.tables.traffic, reads=0)
        assets = [sorted(site.model.store.assets.items()) for site in self.sites.values()]
        return repr((kept, written, assets))

    def refused(self, connection_id: str) -> set[tuple[str, str]]:
        """What MediaMosa did not take, by the links as they stand."""
        links = self.tables.all_links(connection_id).values()
        return {(link.asset_id, name) for link in links for name in link.parked}

    def _as_planned(self, items: Iterable[Item], sums: Sums, steps: int) -> Outcome:
        """What *items* make of the tables as they stand."""
        records, values = set(self.tables.media), dict(said(self.tables.media))
        sent: dict[tuple[str, str], tuple[str, ...]] = {}
        conflicts = Counter[tuple[str, str]]()
        for item in items:
            if item.what in {What.CREATE, What.RESTORE}:
                records.add(item.media_id)
            if item.what is What.REMOVE:
                records.remove(item.media_id)
            if item.what is What.TAKE_OVER:
                twin = item.reason.split()[2].rstrip(",")
                records.remove(twin)
                values = {key: value for key, value in values.items() if key[0] != twin}
            for change in item.changes:
                if change.in_mediamosa:
                    sent[item.asset_id, change.name] = change.new
                else:
                    place = (item.media_id, change.record_name)
                    assert values.get(place, ()) == change.old
                    values[place] = change.new
                conflicts[item.asset_id, change.name] += change.conflict
        return Outcome(
            sums.from_mediamosa,
            sums.to_mediamosa,
            frozenset(records),
            {place: value for place, value in values.items() if value},
            sent,
            frozenset(item.asset_id for item in items if item.what is What.HOLD),
            +conflicts,
            steps,
        )

    def _said(self, connection_id: str) -> dict[tuple[str, str], tuple[str, ...]]:
        """What MediaMosa has."""
        site = self.sites[connection_id]
        return {
            (asset.asset_id, name): values
            for asset in site.model.store.assets.values()
            for name, number in site.numbers
            if (values := tuple(sorted(map(str, asset.metadata.get(number, ())))))
        }

    def _ask_for_full(self, connection_id: str) -> None:
        now = self._world.clock.now()
        self.tables.request_full(connection_id, Restart("wish", "operator", now))

    def _ports(self, connection_id: str) -> StepPorts:
        site = self.sites[connection_id]

        def open_server(_: Connection) -> AssetServer:
            return ModelAssetServer(site.model, site.application)

        return StepPorts(
            self.tables, self.tables, open_server, self._world.clock, self._world.rules
        )


def _copied(tables: MemoryTables) -> MemoryTables:
    """The same tables, with nobody who watches or disturbs them."""
    plain = MemoryTables()
    for name in vars(plain).keys() - {"before", "after", "traffic", "_once"}:
        setattr(plain, name, copy.deepcopy(getattr(tables, name)))
    return plain


def said(media: Mapping[str, Mapping[str, Any]]) -> Values:
    """What the records say."""
    return {
        (media_id, name): values
        for media_id, item in media.items()
        for name, values in read_values(
            Record(media_id, metadata=item.get("metadata"))
        ).values.items()
    }


def held(tables: MemoryTables, connection_id: str) -> frozenset[str]:
    """Assets that wait for a person."""
    links = tables.all_links(connection_id).values()
    return frozenset(link.asset_id for link in links if link.state is LinkState.HELD)


def _log(tables: MemoryTables, connection_id: str) -> Counter[tuple[str, str]]:
    log = tables.conflict_log.get(connection_id, {}).values()
    return Counter((one.asset_id, one.disagreement.name) for one in log)


def _counted(before: RunState, after: RunState) -> Counts:
    """What the one run that a step has worked on has counted."""
    total = Counts()
    for kind in Kind:
        run = after.full if kind is Kind.FULL else after.incremental
        stood = before.full if kind is Kind.FULL else before.incremental
        if run is None or run == stood:
            continue
        same = stood is not None and stood.run_id == run.run_id
        total += run.counts - (stood.counts if same and stood is not None else Counts())
    return total
