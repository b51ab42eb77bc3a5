"""What tests of the dry run do again and again: plan, see that nothing was written, compare."""

from __future__ import annotations

from mediamosa_sync.domain.run import Restart
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.service.dry.items import Item, What
from mediamosa_sync.service.dry.plan import Page
from mediamosa_sync.service.step import StepPorts
from tests.fakes.planned import (
    Values,
    as_planned,
    differences,
    everything,
    items_in,
    plan_to_end,
    really,
    refused,
)
from tests.fakes.world import MINUTE, World


def plan(world: World, *, full: bool = False) -> list[Page]:
    """The plan of the run in a minute; nothing at all is written for it."""
    before, writes = everything(world.tables), len(world.server.writes)
    pages = plan_to_end(ports(world), world.id, world.clock.now() + MINUTE, full=full)
    assert everything(world.tables) == before
    assert len(world.server.writes) == writes
    return pages


def checked(world: World, *, full: bool = False) -> list[Item]:
    """The items of the plan, which the run then carries out to the letter."""
    pages = plan(world, full=full)
    planned = as_planned(world.tables, pages)
    if full:
        world.tables.request_full(world.id, Restart("wish", "operator", world.clock.now()))
    world.clock.advance(MINUTE)
    done = really(ports(world), world.tables, world.id, lambda: theirs(world))
    assert differences(planned, done, refused(world.tables, world.id)) == []
    return items_in(pages)


def ports(world: World) -> StepPorts:
    return StepPorts(world.tables, world.tables, world.open_server, world.clock, Rules())


def theirs(world: World) -> Values:
    return {
        (asset.asset_id, name): values
        for asset in world.server._assets.values()
        for group in asset.groups.values()
        for name, values in group.items()
    }


def told(items: list[Item]) -> set[tuple[What, str]]:
    return {(item.what, item.asset_id or item.media_id) for item in items}
