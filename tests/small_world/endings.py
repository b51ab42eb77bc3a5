"""What must be so once everything has come to rest: equal sides, and every edit accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.writes import Conflict
from tests.small_world.servers import ASSETS, FIELDS, Content
from tests.small_world.states import LATEST
from tests.small_world.tables import CONFLICTS, COPIES, LINKS, MEDIA, Parts
from tests.small_world.world import World


def endings(world: World, parts: Parts) -> Iterator[str]:
    """What is not as it must be at the end, in sentences."""
    for number in range(len(world.ids)):
        content = world.content(parts, number)
        for asset_id in ASSETS:
            yield from _of_asset(world, parts, number, content, asset_id)
    tied = [
        item["mediamosa"]["asset_id"] for item in parts[MEDIA].value.values() if "mediamosa" in item
    ]
    wanted = [
        asset_id
        for number in range(len(world.ids))
        for asset_id in {*world.content(parts, number).assets, *held(world, parts, number)}
    ]
    if sorted(tied) != sorted(wanted):
        yield f"there are records of {sorted(tied)}, and assets {sorted(wanted)}"
    for (media_id, name), value in parts[LATEST].value.items():
        if not accounted_for(world, parts, media_id, name, value):
            yield f"the edit {value!r} of {media_id} is nowhere (I2)"
    yield from _repeated(world, parts)


def held(world: World, parts: Parts, number: int) -> frozenset[str]:
    """Assets about whose records a person is to decide: a full list was empty (I9)."""
    links: dict[str, Link] = world.shelf(parts, number, LINKS)
    return frozenset(name for name, link in links.items() if link.state is LinkState.HELD)


def _of_asset(
    world: World, parts: Parts, number: int, content: Content, asset_id: str
) -> Iterator[str]:
    item = parts[MEDIA].value.get(world.media_id(number, asset_id))
    link = world.shelf(parts, number, LINKS).get(asset_id)
    where = f"{asset_id} of connection {number + 1}"
    if asset_id in held(world, parts, number):
        if item is None or content.assets:
            yield f"{where} is held, though others are listed, or its record is gone"
    elif asset_id not in content.assets:
        if item is not None or (link is not None and link.state is not LinkState.REMOVED):
            yield f"{where} is gone, and its record or link is not"
    elif item is None or link is None:
        yield f"{where} has no record or no link"
    else:
        yield from _unequal(item, content, asset_id, where)


def _unequal(item: Mapping[str, Any], content: Content, asset_id: str, where: str) -> Iterator[str]:
    for name in FIELDS:
        ours, theirs = tuple(sorted(item["metadata"].get(name, ()))), content.now(asset_id, name)
        if ours != theirs:
            yield f"{name} of {where}: {ours} in the record, {theirs} in MediaMosa"
    stamp = content.assets[asset_id].modified or 0
    told = item["mediamosa"]["modified"]
    if told != f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%dT%H:%M:%SZ}":
        yield f"the record of {where} says it was modified at {told}"


def accounted_for(world: World, parts: Parts, media_id: str, name: str, value: str) -> bool:
    """Whether the latest edit of a property of a record is somewhere, by I2.

    MediaMosa has or had it; the conflict log has it; the record still holds it; or the copy of the
    removed record does.
    """
    item = parts[MEDIA].value.get(media_id)
    if item is not None and item["metadata"].get(name) == [value]:
        return True
    for number, asset_id in ((n, a) for n in range(len(world.ids)) for a in ASSETS):
        if world.media_id(number, asset_id) != media_id:
            continue
        timeline = world.content(parts, number).timeline.get((asset_id, name), ())
        if any(one.values == (value,) for one in timeline):
            return True
        log: dict[str, Conflict] = world.shelf(parts, number, CONFLICTS)
        if any(
            (one.media_id, one.disagreement.name, one.disagreement.ours)
            == (media_id, name, (value,))
            for one in log.values()
        ):
            return True
        copy = world.shelf(parts, number, COPIES).get(asset_id)
        if copy is not None and copy.attributes["metadata"].get(name) == [value]:
            return True
    return False


def _repeated(world: World, parts: Parts) -> Iterator[str]:
    """No value is brought to MediaMosa twice, but where a late POST came between (I4)."""
    for number in range(len(world.ids)):
        for (asset_id, name), timeline in world.content(parts, number).timeline.items():
            pushed = [one.values for one in timeline if one.pushed and one.values]
            if len(set(pushed)) < len(pushed) and not world.scope.kills:
                yield f"{name} of {asset_id} was written to MediaMosa twice: {pushed}"
