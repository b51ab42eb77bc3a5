"""After a push was disturbed: everything is brought again, and both sides are looked at."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from mediamosa_sync.adapters.mediamosa.queries import MAX_ASSETS
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.field_rules import field_map
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.properties import ours_of, theirs_of
from mediamosa_sync.domain.record import read_values
from mediamosa_sync.domain.values import NO_VALUE, Metadata, Values, is_agreed
from tests.fakes.mediamosa import ModelAssetServer
from tests.fakes.records import record_of
from tests.scenarios.push_scenes import SCENES, End, play
from tests.scenarios.world import World

MOST_TICKS = 15
"""Minutes until all is brought: a claim, the settling, and pauses of an open circuit."""


def recover(world: World, *, ticks_first: bool = False, most: int = MOST_TICKS) -> None:
    """Lambda brings its batch again, the schedule ticks on, until nothing waits any more."""
    if ticks_first:
        world.tick()
    for _ in range(most):
        world.clock.advance(seconds=5)
        world.feed()
        if nothing_waits(world):
            world.until_idle()
            world.feed()
            if nothing_waits(world):
                return
        world.tick()
    raise AssertionError(f"still waiting after {most} ticks: {_waiting(world)}")


def nothing_waits(world: World) -> bool:
    return not _waiting(world)


def _waiting(world: World) -> list[object]:
    links = world.tables.all_links(world.id).values()
    rows = world.tables.waiting_rows.get(world.id, {}).values()
    circuit = world.tables._push_state(world.id).circuit
    return [
        *(one for one in links if one.state is LinkState.PENDING or one.sent or one.claim),
        *(row for row in rows),
        *world.stream.waiting,
        *world.tables.stream,
        *([circuit] if circuit else []),
    ]


def both_sides(world: World) -> dict[str, tuple[Metadata, Metadata]]:
    """Asset → its record's values and MediaMosa's, wherever both are there."""
    fields = field_map(world.tables._properties[world.id][0], world.connection.fields)
    tied = [link for link in world.tables.all_links(world.id).values() if link.counts]
    links = [link for link in tied if link.media_id in world.tables.media]
    eyes = ModelAssetServer(world.site.model, world.site.application)
    ids = [link.asset_id for link in links]
    assets: dict[str, Asset] = {}
    for start in range(0, len(ids), MAX_ASSETS):
        assets |= eyes.assets(ids[start : start + MAX_ASSETS])
    found = {}
    for link in links:
        if link.asset_id not in assets:
            continue
        record = record_of(link.media_id, world.tables.media[link.media_id])
        ours = ours_of(read_values(record).values, fields)
        found[link.asset_id] = (ours, theirs_of(assets[link.asset_id], fields))
    return found


def assert_nothing_forgotten(world: World) -> None:
    """An edit that is not agreed on is pending or parked, or the stream still tells of it."""
    told = {event.media_id for event in (*world.stream.waiting, *world.tables.stream)}
    for asset_id, (ours, _) in both_sides(world).items():
        link = world.link(asset_id)
        base = link.base or {}
        edited = {
            name
            for name in ours.keys() | base.keys()
            if not is_agreed(base.get(name, NO_VALUE), ours.get(name, NO_VALUE))
        }
        known = link.state is LinkState.PENDING or link.media_id in told
        assert known or edited <= link.parked.keys(), (edited, link)


def theirs(world: World, place: str) -> Values:
    """The values of ``<asset>.<property>`` in MediaMosa."""
    asset_id, _, name = place.partition(".")
    known = world.site.model.store.properties_of(world.site.application.app_id)
    number = next(one.prop_id for one in known if one.name == name)
    return tuple(sorted(map(str, world.site.asset(asset_id).metadata.get(number, []))))


def logged(world: World) -> tuple[tuple[str, str, str], ...]:
    """Asset, property and the record's value of every entry of the conflict log."""
    entries = world.tables.conflict_log.get(world.id, {}).values()
    return tuple(
        sorted(
            (one.asset_id, one.disagreement.name, ",".join(one.disagreement.ours))
            for one in entries
        )
    )


def content(world: World) -> dict[str, Any]:
    """Everything in the tables that does not tell when or by whom it came about."""
    links = world.tables.all_links(world.id).values()
    return {
        "media": {name: _timeless(item) for name, item in world.tables.media.items()},
        "links": [(one.asset_id, one.media_id, one.state, one.reason, one.base) for one in links],
        "parked": {one.asset_id: sorted(one.parked) for one in links},
        "theirs": {name: dict(world.site.asset(name).metadata) for name in world.site.ids()},
        "conflicts": logged(world),
    }


def _timeless(item: Any) -> dict[str, Any]:
    told = {name: value for name, value in item.get("mediamosa", {}).items() if name != "modified"}
    return {**item, "mediamosa": told}


@cache
def calm_content(name: str) -> dict[str, Any]:
    """The content that the scene ends with when nothing disturbs it."""
    world = play(name)
    SCENES[name].act(world)
    recover(world)
    return content(world)


def assert_ended(world: World, end: End) -> None:
    """Both sides are equal and as they should be; nothing is lost, doubled or left over."""
    unequal = set()
    for asset_id, (ours, its) in both_sides(world).items():
        unequal |= {
            f"{asset_id}.{name}"
            for name in ours.keys() | its.keys()
            if ours.get(name) != its.get(name)
        }
    assert unequal == end.parked
    links = world.tables.all_links(world.id).values()
    assert {f"{one.asset_id}.{name}" for one in links for name in one.parked} == end.parked
    found = {place: theirs(world, place) for place in end.theirs}
    wanted = {
        place: (values,) if isinstance(values, str) else values
        for place, values in end.theirs.items()
    }
    assert found == wanted
    assert logged(world) == end.conflicts
    assert {name: world.link(name).media_id for name in end.tied} == end.tied
    assert Counter(one.state for one in links if one.state is not LinkState.LINKED) == end.unlinked
    copies = world.tables.copies.get(world.id, {})
    assert {name: copy.attributes["metadata"]["title"] for name, copy in copies.items()} == {
        name: [title] for name, title in end.copied.items()
    }
    unsure = (LinkState.PARKED, LinkState.FORGOTTEN)
    world.assert_in_sync(but=[one for state in unsure for one in world.states(state)])


def assert_posted_once(world: World, *, refused: bool) -> None:
    """Each claim was good for one request; where MediaMosa refuses, for one of each property."""
    if not refused:
        assert set(world.censor.posts.values()) <= {1}, world.censor.posts


def assert_ends_well(world: World, name: str, *, ticks_first: bool = False) -> None:
    """Everything is brought again; then the scene has come to its end."""
    recover(world, ticks_first=ticks_first)
    scene = SCENES[name]
    assert_ended(world, scene.end)
    assert content(world) == calm_content(name)
    assert_posted_once(world, refused=scene.refused)
