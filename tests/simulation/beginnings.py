"""How a history's world begins: assets, records that were there before, the first full run.

The first run of one beginning is always the same, so it is played once; later worlds that begin
like that take its end over. How such a run goes itself, page by page and with faults, is what those
histories are about that begin before it.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from mediamosa_sync.domain.uri import asset_uri
from tests.simulation.setting import Setting
from tests.simulation.site import POOL, SimulatedSite
from tests.simulation.world import World

MINUTE = 60
MOST_ROUNDS = 30
ADOPTED = ({"subject": ("v1",)}, {"language": ("en",)})
"""What stands in the records that were there before the sync."""

_OF_ITS_OWN = {"_connections", "_once"}
"""Of the tables: what is the setting's, and not the same for all that begin alike."""


def begin(world: World) -> None:
    """Let *world*, which is empty, begin as its setting says."""
    setting = world.setting
    if not setting.synced:
        _bring(world)
        return
    alike = Setting(
        page_size=100,
        steps_per_tick=100,
        assets=setting.assets,
        zone=setting.zone,
        connections=setting.connections,
        adopted=setting.adopted,
        autumn=setting.autumn,
    )
    _take_over(world, _synced(alike))


def forget() -> None:
    """Play beginnings anew: the code is another now."""
    _synced.cache_clear()


@cache
def _synced(setting: Setting) -> World:
    """The world of *setting* after its first full run, to be looked at only."""
    world = World(setting)
    _bring(world)
    world.wait(MINUTE)
    for _ in range(MOST_ROUNDS):
        if world.is_idle():
            break
        world.tick()
        world.go_all()
        world.wait(MINUTE)
    _deaf(world)
    world.wait(10 * MINUTE)
    return world


def _bring(world: World) -> None:
    setting = world.setting
    for site in world.sites.values():
        for _ in range(setting.assets):
            site.bring()
    for asset_id, values in zip(POOL[: setting.assets], ADOPTED[: setting.adopted], strict=False):
        world.applications.create(asset_uri(asset_id), values)
    _deaf(world)


def _deaf(world: World) -> None:
    """Nobody has listened to the media table's stream so far."""
    world.take_stream()
    for shard in world.shards:
        shard.waiting.clear()


def _take_over(world: World, begun: World) -> None:
    world.clock.set(begun.clock.now())
    world.count_on_from(begun)
    for name, value in vars(begun.tables).items():
        if name in _OF_ITS_OWN:
            continue
        if isinstance(value, dict):
            # Items are never changed in place.
            getattr(world.tables, name).update(value if name == "media" else _copied(value))
        elif isinstance(value, int):
            setattr(world.tables, name, value)
    world.applications.take_over(begun.applications)
    world.referee.take_over(begun.referee)
    for connection_id, site in world.sites.items():
        model = begun.sites[connection_id]
        _take_site_over(site, model)
        for server in begun.warm(connection_id):
            world.warm(connection_id).append(server.twin(site.model, site.application))


def _take_site_over(site: SimulatedSite, begun: SimulatedSite) -> None:
    site.known, site.changed = list(begun.known), dict(begun.changed)
    site.story.versions.update(_copied(begun.story.versions))
    site.story.seen.update(begun.story.seen)
    ours, theirs = site.model.store, begun.model.store
    ours.mediafiles.update(theirs.mediafiles)
    ours.add_assets(asset.copy() for asset in theirs.assets.values())
    sessions = begun.model.sessions.by_key
    site.model.sessions.by_key.update({key: copy(one) for key, one in sessions.items()})
    site.model.ids = copy(begun.model.ids)


def _copied(value: Any) -> Any:
    """Dictionaries and lists of their own, of the same things."""
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return list(value) if isinstance(value, list) else value
