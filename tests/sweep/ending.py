"""How a play is brought to rest, what stands then, and what must hold whatever has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from mediamosa_sync.domain.connection import MAX_PAGE_SIZE
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.values import Values
from tests.fakes.watched import Traffic
from tests.scenarios.world import DAY, MINUTE, World
from tests.sweep.play import Play

CALM = 4 * MINUTE
"""Between two ticks until all is at rest: longer than a claim, shorter than most pauses."""
MOST_TICKS = 25
MOST_STEPS = 30
"""Of one tick at rest: a run ends within it."""

UNSURE = {LinkState.HELD, LinkState.KEPT, LinkState.PARKED, LinkState.FORGOTTEN}
"""Links whose two sides need not be equal (I1)."""

_TIMES, _TROUBLE = ("created", "modified"), ("state", "reason")

End = Mapping[str, Any]


def come_to_rest(play: Play) -> End:
    """Ticks until nothing is left to do, then the next day's full run, and two more (I1).

    What stands then; from there on nothing is written any more but run items, on neither side (I4).
    """
    _hasten(play.world)
    _until_nothing_waits(play)
    play.early = _comes_in_sync(play)
    play.tick(DAY)
    _until_nothing_waits(play)
    written = _two_ticks(play)
    if written:
        written = _two_ticks(play)
    left = _waiting(play.world, sent=True)
    assert not left, f"still waiting: {left}"
    assert not written, f"written at rest: {written}"
    return end_of(play.world)


def _comes_in_sync(play: Play) -> bool:
    """Whether both sides are equal now, or after two incremental runs."""
    for _ in range(2):
        if _is_in_sync(play.world):
            return True
        play.tick(CALM)
        _until_nothing_waits(play)
    return _is_in_sync(play.world)


def _is_in_sync(world: World) -> bool:
    try:
        _check_in_sync(world)
    except AssertionError:
        return False
    return True


def _hasten(world: World) -> None:
    """From now on every run ends within its tick: the page size may change under way."""
    world.steps_per_tick = MOST_STEPS
    default = world.default
    assert default is not None
    world.default = replace(default, page_size=MAX_PAGE_SIZE)


def _two_ticks(play: Play) -> dict[str, int]:
    """What two incremental runs write, and the batches between them."""
    world = play.world
    world.tables.traffic = Traffic()
    asked, before = len(world.asked), end_of(world)
    for _ in range(2):
        play.tick()
        play.feed()
    traffic = asdict(world.tables.traffic)
    del traffic["reads"], traffic["run_item_writes"]
    written = {name: number for name, number in traffic.items() if number}
    posts = sum(one.is_write for one in world.asked[asked:])
    if posts:
        written["posts"] = posts
    assert written or before == end_of(world)
    return written


def _until_nothing_waits(play: Play) -> None:
    for _ in range(MOST_TICKS):
        play.feed()
        if play.wish is not None:
            play.wish(play)
        if not _waiting(play.world, sent=False):
            return
        play.tick(CALM)
    raise AssertionError(f"still waiting: {_waiting(play.world, sent=False)}")


def _waiting(world: World, *, sent: bool) -> list[object]:
    tables = world.tables
    found: list[object] = [*world.stream.waiting, *tables.stream]
    for name in world.sites:
        if not tables._connections[name].enabled:
            continue
        state = tables._state(name)
        found += [state.run(kind) for kind in Kind if state.run(kind)]
        found += [*state.again, *([state.restart] if state.restart else [])]
        found += [state.ruling] if state.ruling else []
        found += [state.failure] if state.failure else []
        links = tables.all_links(name).values()
        found += [one for one in links if one.state is LinkState.PENDING or one.claim]
        found += [one for one in links if sent and one.sent]
        rows = tables.waiting_rows.get(name, {}).values()
        found += [row for row in rows if row.state is LinkState.PENDING]
        circuit = tables._push_state(name).circuit
        found += [circuit] if circuit else []
    return found


def end_of(world: World) -> End:
    """Both sides and what the sync knows, but for when and by whom it came about (I18)."""
    return {
        "media": {name: _timeless(item) for name, item in world.tables.media.items()},
        "connections": {name: _connection_end(world, name) for name in world.sites},
    }


def _connection_end(world: World, name: str) -> End:
    tables, site = world.tables, world.sites[name]
    links = tables.all_links(name).values()
    copies = tables.copies.get(name, {})
    logged = tables.conflict_log.get(name, {}).values()
    rows = tables.waiting_rows.get(name, {}).values()
    return {
        "mediamosa": {one: dict(site.asset(one).metadata) for one in site.ids()},
        "tombstones": sorted(site.model.store.tombstones),
        "links": {
            one.asset_id: (one.media_id, one.state, one.base, sorted(one.parked)) for one in links
        },
        "removed": {one: _copied(copy.attributes) for one, copy in copies.items()},
        "conflicts": {(o.asset_id, o.disagreement.name, o.disagreement.ours) for o in logged},
        "waiting": {row.media_id: row.state for row in rows},
        "held": tables._state(name).held.count,
    }


def _timeless(item: Mapping[str, Any]) -> dict[str, Any]:
    told = item.get("mediamosa")
    if not isinstance(told, Mapping):
        return dict(item)
    return {**item, "mediamosa": {n: told[n] for n in told if n not in _TIMES}}


def _copied(item: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a removed record, without what its map said of a trouble that is over."""
    whole = _timeless(item)
    told = {n: v for n, v in whole.get("mediamosa", {}).items() if n not in _TROUBLE}
    return {**whole, "mediamosa": told}


def look(world: World) -> End:
    """What a repeat must leave as it is (I16)."""
    return end_of(world)


def check(play: Play) -> None:
    """What must hold at rest, whatever has happened."""
    for before, after in play.repeats:
        assert before == after, f"a repeat changed something: {difference(before, after)}"
    _check_in_sync(play.world)
    _check_no_edit_is_lost(play)


def _check_in_sync(world: World) -> None:
    for name in world.sites:
        connection = world.tables._connections[name]
        if not connection.enabled or connection.problem:
            continue
        links = world.tables.all_links(name).values()
        foreign = [one.asset_id for one in links if one.state is LinkState.FOREIGN]
        but = [one.asset_id for one in links if one.state in UNSURE]
        world.assert_in_sync(connection, but=[*foreign, *but])


def _check_no_edit_is_lost(play: Play) -> None:
    """Every last edit is in MediaMosa, was there, was overruled on record, or is parked (I2)."""
    last = {edit[:4]: edit[4] for edit in play.ledger.edits}
    for (name, asset_id, media_id, prop), values in last.items():
        fates = _fates(play, name, asset_id, prop, media_id)
        lived = media_id in play.ledger.deleted or tuple(sorted(values)) in fates
        assert lived, f"the edit of {prop} of {media_id} ({asset_id}) to {values} is lost: {fates}"


def _fates(play: Play, name: str, asset_id: str, prop: str, media_id: str) -> set[Values]:
    """Values of a property that are accounted for."""
    world, tables = play.world, play.world.tables
    found = {
        one.disagreement.ours
        for one in tables.conflict_log.get(name, {}).values()
        if (one.asset_id, one.disagreement.name) == (asset_id, prop)
    }
    found |= {
        tuple(sorted(one.values.get(prop, ())))
        for one in world.asked
        if one.is_write and (one.connection_id, one.asset_id) == (name, asset_id)
    }
    site = world.sites[name]
    if asset_id in site.model.store.assets:
        known = site.model.store.properties_of(site.application.app_id)
        number = next(one.prop_id for one in known if one.name == prop)
        found.add(_texts(site.asset(asset_id).metadata.get(number, [])))
    copy = tables.copies.get(name, {}).get(asset_id)
    items = [copy.attributes] if copy is not None else []
    items += [tables.media.get(media_id, {})] if _is_shown(world, name, asset_id, media_id) else []
    return found | {_texts(item.get("metadata", {}).get(prop, ())) for item in items}


def _is_shown(world: World, name: str, asset_id: str, media_id: str) -> bool:
    """Whether link or waiting row say that something about the record is not synced."""
    link = world.tables.all_links(name).get(asset_id)
    shown = link is not None and link.media_id == media_id and link.state is not LinkState.LINKED
    return shown or media_id in world.tables.waiting_rows.get(name, {})


def _texts(values: Iterable[object]) -> Values:
    return tuple(sorted(map(str, values)))


def difference(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two ends differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        found = []
        for name in sorted({*one, *other}, key=str):
            absent = "nothing"
            found += difference(
                one.get(name, absent), other.get(name, absent), f"{place}/{str(name)[:12]}"
            )
        return found
    return [] if one == other else [f"{place}: {one} / {other}"]
