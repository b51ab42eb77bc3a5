"""A moment in the middle of a history, at which a plan is made and then a run."""

from __future__ import annotations

import copy
from random import Random

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.run import Restart
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.dry.plan import Page
from mediamosa_sync.service.step import StepPorts
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.planned import MINUTE, Outcome, Values, everything, plan_to_end, really
from tests.fakes.stores import MemoryTables
from tests.simulation.history import History
from tests.simulation.script import script_of, setting_of

LONGER_THAN_ANY_PAUSE = 400


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
            # A plan is what would be done once nothing is paused any more.
            self.tables.pause(name, {"pull", "push"}, paused=False)

    def connection_ids(self) -> list[str]:
        """Of the connections."""
        return sorted(self.sites)

    def plan(self, connection_id: str, *, full: bool = False) -> list[Page]:
        """The plan of the run that begins in a minute."""
        at = self._world.clock.now() + MINUTE
        return plan_to_end(self._ports(connection_id), connection_id, at, full=full)

    def really(self, connection_id: str, *, full: bool = False) -> Outcome:
        """What the execution of that moment does."""
        if full:
            wish = Restart("wish", "operator", self._world.clock.now())
            self.tables.request_full(connection_id, wish)
        self._world.wait(MINUTE.total_seconds())
        ports = self._ports(connection_id)
        return really(ports, self.tables, connection_id, lambda: self._said(connection_id))

    def everything(self) -> str:
        """All that stands on both sides, and how much was written so far."""
        assets = [sorted(site.model.store.assets.items()) for site in self.sites.values()]
        return f"{everything(self.tables)} {assets}"

    def _said(self, connection_id: str) -> Values:
        """What MediaMosa has."""
        site = self.sites[connection_id]
        return {
            (asset.asset_id, name): values
            for asset in site.model.store.assets.values()
            for name, number in site.numbers
            if (values := tuple(sorted(map(str, asset.metadata.get(number, ())))))
        }

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
