"""What admins ask for; a request that fails is made again, one that is refused after a tick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.service.conflicts import Conflicts
from mediamosa_sync.service.control import Control
from mediamosa_sync.service.parked import Chosen, Parked
from mediamosa_sync.service.properties import Properties
from mediamosa_sync.service.removed import RemovedRecords
from mediamosa_sync.service.rulings import Rulings
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables
from tests.scenarios.world import World
from tests.sweep.acts import SECOND, Act, at_once
from tests.sweep.play import Play


def _request(do: Callable[[MemoryTables, World], object]) -> Act:
    def happens(play: Play) -> None:
        play.world.clock.advance(SECOND)
        play.asked_for(lambda tables: do(tables, play.world))

    return Act(happens)


def _with_admin(do: Callable[[MemoryTables, World, Any], object]) -> Act:
    def happens(play: Play) -> None:
        admin = play.world.admin()
        play.world.clock.advance(SECOND)
        play.asked_for(lambda tables: do(tables, play.world, admin))

    return Act(happens)


def _control(tables: MemoryTables, world: World) -> Control:
    return Control(tables, FakeSchedule(world.clock.now()), world.clock)


def press() -> Act:
    return _with_admin(lambda t, world, admin: _control(t, world).request_restart(world.id, admin))


def full() -> Act:
    return _with_admin(lambda t, world, admin: _control(t, world).request_full(world.id, admin))


def withdraw() -> Act:
    return _request(lambda t, world: _control(t, world).withdraw_restart(world.id))


def status() -> Act:
    return _request(lambda t, world: _control(t, world).status(world.id))


def pause(*directions: str, paused: bool = True) -> Act:
    return _request(lambda t, world: _control(t, world).pause(world.id, directions, paused=paused))


def resume(*directions: str) -> Act:
    return pause(*directions, paused=False)


def decide(count: int, *, approve: bool) -> Act:
    """Decide upon the held deletions, once there are so many."""

    def happens(play: Play) -> None:
        play.until(lambda world: world.tables._state(world.id).held.count == count)
        decide_again(approve=approve)(play)

    return Act(happens)


def decide_again(*, approve: bool) -> Act:
    """Decide upon the held deletions that there are."""

    def happens(play: Play) -> None:
        if not play.world.tables._state(play.world.id).held.count:
            return
        admin = play.world.admin()
        play.world.clock.advance(SECOND)

        def ask(tables: MemoryTables) -> object:
            rulings = Rulings(tables, FakeSchedule(play.world.clock.now()), play.world.clock)
            token, _ = rulings.token(play.world.id)
            if token is None:
                return None
            return rulings.decide(play.world.id, token, approve=approve, admin=admin)

        play.asked_for(ask)

    return Act(happens)


def bring_back(asset_id: str) -> Act:
    """A person restores a removed record."""
    return _request(lambda t, world: RemovedRecords(t, world.clock).restore(world.id, asset_id))


def use_record_value() -> Act:
    """Bring back what the record lost in the only conflict, once there is one."""

    def happens(play: Play) -> None:
        play.until(lambda world: world.tables.conflict_log.get(world.id))
        (conflict_id,) = play.world.tables.conflict_log[play.world.id]
        admin = play.world.admin()
        clock = play.world.clock
        play.asked_for(
            lambda t: Conflicts(t, t, clock).use_record_value(play.world.id, conflict_id, admin)
        )

    return Act(happens)


def rule(*rules: FieldRule) -> Act:
    return _request(lambda t, world: Properties(t).replace_rules(world.id, rules))


def retry(media_id: str) -> Act:
    """Have a record that is tied to no asset tried again, once that is shown; or it is tied."""

    def happens(play: Play) -> None:
        play.until(lambda world: _is_parked(world, media_id) or _is_tied(world, media_id))
        chosen = Chosen(media_ids=(media_id,))
        play.asked_for(lambda t: _parked(t, play.world).retry(play.world.id, chosen))

    return Act(happens)


def _is_parked(world: World, media_id: str) -> bool:
    row = world.tables.waiting_rows.get(world.id, {}).get(media_id)
    return row is not None and row.state is LinkState.PARKED


def _is_tied(world: World, media_id: str) -> bool:
    return any(link.ties(media_id) for link in world.tables.all_links(world.id).values())


def enable(number: int) -> Act:
    """An admin switches a connection on."""

    def happens(world: World) -> None:
        stands = world.tables._connections[list(world.sites)[number]]
        world.tables.put_connection(replace(stands, enabled=True))

    return at_once(happens)


def discard(asset_id: str) -> Act:
    """Give up the asset's parked values, once there are some."""

    def happens(play: Play) -> None:
        play.until(lambda world: world.tables.all_links(world.id)[asset_id].parked)
        chosen = Chosen(asset_ids=(asset_id,))
        play.asked_for(lambda t: _parked(t, play.world).discard(play.world.id, chosen))

    return Act(happens)


def _parked(tables: MemoryTables, world: World) -> Parked:
    return Parked(tables, tables, FakeSchedule(world.clock.now()), world.clock)
