"""What admins do, by the use cases behind the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.conflicts import Conflicts
from mediamosa_sync.service.control import Control
from mediamosa_sync.service.parked import Chosen, Parked
from mediamosa_sync.service.refusals import Refusal
from mediamosa_sync.service.removed import RemovedRecords
from mediamosa_sync.service.rulings import Rulings
from tests.fakes.schedule import FakeSchedule
from tests.simulation.applications import Edit, values_in
from tests.simulation.site import NAMES

if TYPE_CHECKING:
    from tests.simulation.world import World


class Admins:
    """Each wish returns whether it was granted; a refusal in so many words is no failure."""

    def __init__(self, world: World) -> None:
        schedule = FakeSchedule(world.clock.now())
        self._world = world
        self._control = Control(world.tables, schedule, world.clock)
        self._rulings = Rulings(world.tables, schedule, world.clock)
        self._removed = RemovedRecords(world.tables, world.clock)
        self._parked = Parked(world.tables, world.tables, schedule, world.clock)
        self._conflicts = Conflicts(world.tables, world.tables, world.clock)
        self._wishes = 0
        self._last_sync: dict[str, Any] = {}

    def restart(self, connection_id: str) -> bool:
        """Press the button: it makes no call of MediaMosa."""
        before = [site.model.sessions.by_key.copy() for site in self._world.sites.values()]
        self._control.request_restart(connection_id, self._admin())
        after = [site.model.sessions.by_key for site in self._world.sites.values()]
        if before != after:
            self._world.referee.blame("I14", "the button asks MediaMosa")
        return True

    def withdraw(self, connection_id: str) -> bool:
        """Take the wish for a restart back."""
        return self._control.withdraw_restart(connection_id)

    def full(self, connection_id: str) -> bool:
        """Ask for a full run."""
        return self._granted(lambda: self._control.request_full(connection_id, self._admin()))

    def pause(self, connection_id: str, direction: str, *, paused: bool) -> bool:
        """Pause or resume a direction."""
        if paused:
            self._world.paused.setdefault((connection_id, direction), self._world.moment)
        else:
            self._world.paused.pop((connection_id, direction), None)
        return self._control.pause(connection_id, [direction], paused=paused)

    def rule(self, connection_id: str, *, approve: bool) -> bool:
        """Decide about what is held."""
        token, _ = self._rulings.token(connection_id)
        if token is None:
            return False
        return self._granted(
            lambda: self._rulings.decide(connection_id, token, approve=approve, admin=self._admin())
        )

    def retry(self, connection_id: str) -> bool:
        """Try everything parked again."""
        return self._parked.retry(connection_id, Chosen()).marked > 0

    def discard(self, connection_id: str) -> bool:
        """Give parked values up."""
        return self._parked.discard(connection_id, Chosen()).marked > 0

    def use_record_value(self, connection_id: str, number: int) -> bool:
        """Bring the record's value of a conflict back: an edit of the record."""
        log = sorted(self._world.tables.conflict_log.get(connection_id, {}))
        if not log:
            return False
        conflict_id = log[number % len(log)]
        conflict = self._world.tables.conflict_log[connection_id][conflict_id]
        media, moment = self._world.tables.media, self._world.next_moment()
        before = values_in(media.get(conflict.media_id), conflict.disagreement.name)
        if not self._granted(
            lambda: self._conflicts.use_record_value(connection_id, conflict_id, self._admin())
        ):
            return False
        name = conflict.disagreement.name
        after = values_in(media.get(conflict.media_id), name)
        if after is not None and after != before and name in NAMES:
            self._world.applications.edits[conflict.media_id, name] = Edit(after, moment)
        return True

    def restore_removed(self, connection_id: str, number: int) -> bool:
        """Bring a removed record back."""
        copies = sorted(self._world.tables.copies.get(connection_id, {}))
        if not copies:
            return False
        asset_id = copies[number % len(copies)]
        return self._granted(lambda: self._removed.restore(connection_id, asset_id))

    def look(self, connection_id: str) -> bool:
        """I13: what the status says is true."""
        status: dict[str, Any] = self._control.status(connection_id)
        blame = self._world.referee.blame
        progress = status["progress"]
        if progress and not 0 <= progress["done"] <= progress["total"]:
            blame("I13", f"progress {progress}")
        last = status["last_sync"]
        before = self._last_sync.get(connection_id)
        if before is not None and (last is None or last < before):
            blame("I13", f"last sync goes back: {before} → {last}")
        self._last_sync[connection_id] = last
        for name in ("run", "full"):
            run = status[name]
            if run is not None and (run["outcome"] is None) != (run["finished_at"] is None):
                blame("I13", f"{name}: {run}")
        held = sum(
            link.state is LinkState.HELD
            for link in self._world.tables._links.get(connection_id, {}).values()
        )
        if status["attention"]["held"] != held:
            blame("I13", f"{held} are held, the status says {status['attention']}")
        return True

    def _admin(self) -> Admin:
        self._wishes += 1
        # Two people in one instant are two requests.
        return Admin("operator", f"request-{self._wishes}")

    def _granted(self, wish: Callable[[], object]) -> bool:
        try:
            wish()
        except Refusal:
            return False
        return True
