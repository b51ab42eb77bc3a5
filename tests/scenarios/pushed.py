"""What applications do in the scenarios of the push, and what must hold when all is done."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from infra.local.mediamosa.properties import PUBLISHED
from mediamosa_sync.adapters.mediamosa import results
from mediamosa_sync.adapters.mediamosa.xml import Envelope
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.writes import Conflict
from mediamosa_sync.errors import Unavailable
from mediamosa_sync.service.conflicts import Conflicts
from mediamosa_sync.service.parked import Chosen, Marks, Parked
from mediamosa_sync.service.properties import Properties
from tests.fakes.schedule import FakeSchedule
from tests.scenarios.calls import Asked
from tests.scenarios.editors import Site
from tests.scenarios.world import World, synced

AWAY = "MediaMosa does not answer: it is tried again."


def at_rest(count: int = 3, **options: Any) -> World:
    """A world after its first full run, whose stream has been seen by the push."""
    world = synced(count, **options)
    world.feed()
    world.forget_traffic()
    return world


def with_properties(**kinds: str) -> World:
    """As :func:`at_rest`, where the application has properties of its own of these kinds."""
    world = World()
    for name, kind in kinds.items():
        world.site.define(name, kind)
    world.site.fill(3)
    return settled(world)


def settled(world: World) -> World:
    """The world once everything has been pushed and pulled, with its traffic forgotten."""
    bring_to_rest(world)
    world.forget_traffic()
    return world


# What applications do.


def edit(world: World, asset_id: str, /, **properties: object) -> None:
    """Set properties of the asset's record: a text stands for a list of one; None removes one."""
    listed = {
        name: [given] if isinstance(given, str) else given for name, given in properties.items()
    }
    world.tables.edit_record(world.link(asset_id).media_id, **listed)


def put(world: World, media_id: str, uri: str, /, **properties: Sequence[str] | str) -> None:
    """Write a whole record that names *uri*."""
    metadata = {
        name: [given] if isinstance(given, str) else list(given)
        for name, given in properties.items()
    }
    world.tables.put_record(media_id, uri=uri, metadata=metadata)


def attribute(world: World, asset_id: str, **attributes: object) -> None:
    """Set whole attributes of the asset's record; None removes one."""
    item = {**world.record(asset_id), **attributes}
    media_id = item.pop("media_id")
    kept = {name: value for name, value in item.items() if value is not None}
    world.tables.put_record(media_id, **kept)


# What happens outside.


def outage(world: World) -> None:
    """From now on MediaMosa is not reached."""
    world.on_request = _not_reached


def fails_to_write(world: World, error: Callable[[], Exception]) -> None:
    """From now on MediaMosa answers every request that writes with an error."""

    def refuse(asked: Asked) -> None:
        if asked.is_write:
            raise error()

    world.on_request = refuse


def recover(world: World) -> None:
    """MediaMosa is well again."""
    world.on_request = _well


def answered(result_id: int, text: str) -> Exception:
    """The error that the adapter makes of a refusal."""
    try:
        results.check(Envelope(result_id, text, (), None, None))
    except Exception as error:  # noqa: BLE001 (which one is the adapter's to say)
        return error
    raise AssertionError(f"{result_id} is no refusal")


def restarted(world: World) -> World:
    """The same tables and the same MediaMosa, as every function of ours begins anew."""
    on_request, world.on_request = world.on_request, _well
    world._servers.clear()
    again = pickle.loads(pickle.dumps(world))  # noqa: S301 (our own bytes)
    assert isinstance(again, World)
    again.on_request = on_request
    return again


# What admins do.


def rule(world: World, *rules: FieldRule) -> None:
    """Let these rules about properties take the place of those that stand."""
    Properties(world.tables).replace_rules(world.id, rules)


def retry(world: World, **chosen: tuple[str, ...]) -> Marks:
    """Have parked rows tried again."""
    parked = Parked(world.tables, world.tables, FakeSchedule(world.clock.now()), world.clock)
    return parked.retry(world.id, Chosen(**chosen))


def use_record_value(world: World, conflict: Conflict) -> None:
    """Bring the value back that the record lost."""
    conflicts_ = Conflicts(world.tables, world.tables, world.clock)
    conflicts_.use_record_value(world.id, conflict.conflict_id, world.admin())


def pause(world: World, direction: str, *, paused: bool = True) -> None:
    """Pause a direction of the connection, or go on with it."""
    world.control.pause(world.id, [direction], paused=paused)


# Looking.


def theirs(world: World, asset_id: str, site: Site | None = None) -> dict[str, list[Any]]:
    """What MediaMosa has stored of an asset's metadata; a time as its instant."""
    site = site or world.site
    known = {one.prop_id: one for one in site.model.store.properties_of(site.application.app_id)}
    stored = site.asset(asset_id).metadata
    assert stored[PUBLISHED] == ["TRUE"], "the push never touches an asset's state"
    return {
        known[number].name: list(values)
        for number, values in stored.items()
        if known[number].group != "asset"
    }


def ours(world: World, asset_id: str) -> dict[str, list[str]]:
    """The metadata of the asset's record."""
    return dict(world.record(asset_id)["metadata"])


def told(world: World, asset_id: str) -> tuple[str, str]:
    """State and reason in the asset's record; "" where it says nothing."""
    described = world.record(asset_id)["mediamosa"]
    return described.get("state", ""), described.get("reason", "")


def writes(world: World) -> list[Asked]:
    """The requests so far that were to change something."""
    return [one for one in world.asked if one.is_write]


def conflicts(world: World) -> list[Conflict]:
    """The conflict log, oldest first."""
    log = world.tables.conflict_log.get(world.id, {})
    return [log[name] for name in sorted(log)]


def lost(world: World) -> list[tuple[str, tuple[str, ...]]]:
    """Property and value of the record of each entry of the conflict log, oldest first."""
    return [(one.disagreement.name, one.disagreement.ours) for one in conflicts(world)]


def rows(world: World) -> Mapping[str, Waiting]:
    """Waiting rows of records without an asset, by their media ids."""
    return world.tables.waiting_rows.get(world.id, {})


# What must hold.


def bring_to_rest(world: World, most: int = 20) -> None:
    """Tick, and let the push see each change, until nothing is pending nor under way."""
    world.feed()
    for _ in range(most):
        world.tick()
        world.feed()
        if not (_pending(world) or world._under_way()):
            break
    else:
        raise AssertionError(f"still pending: {_pending(world)}")
    for _ in range(2):
        world.tick()
        world.feed()


def assert_ends_well(world: World, *, but: Sequence[str] = (), ticks: int = 20) -> None:
    """Come to rest: both sides are equal, nothing waits, and so it stays.

    *but* these assets, whose records are not looked at.
    """
    bring_to_rest(world)
    world.assert_in_sync(but=but)
    assert_stays_quiet(world, ticks)


def assert_stays_quiet(world: World, ticks: int = 20) -> None:
    """Neither side is written any more, nobody asks for single assets."""
    world.forget_traffic()
    before = {name: {**world.kept(name), "run": None} for name in world.sites}
    for _ in range(ticks):
        world.tick()
        world.feed()
    traffic = asdict(world.tables.traffic)
    assert traffic.pop("reads") > 0
    traffic.pop("run_item_writes")
    assert not any(traffic.values()), traffic
    assert writes(world) == []
    assert world.singles() == []
    assert {name: {**world.kept(name), "run": None} for name in world.sites} == before


def _pending(world: World) -> list[str]:
    links = [
        link.asset_id
        for name in world.sites
        for link in world.tables.all_links(name).values()
        if link.state is LinkState.PENDING
    ]
    untied = [
        row.media_id
        for name in world.sites
        for row in world.tables.waiting_rows.get(name, {}).values()
        if row.state is LinkState.PENDING
    ]
    return links + untied


def _not_reached(_: Asked) -> None:
    raise Unavailable(AWAY)


def _well(_: Asked) -> None:
    """Nothing is wrong."""
