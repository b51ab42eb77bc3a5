"""Scenes of the cases S1 to S21 and S60: walk, cursor, clocks, and what stands in the records."""

from __future__ import annotations

from datetime import timedelta

from mediamosa_sync.domain.record import MAX_ITEM_BYTES
from tests.scenarios.stingy import Stingy
from tests.scenarios.world import DAY, HOUR, World
from tests.sweep.acts import (
    FEED,
    NEXT_DAY,
    TICK,
    Act,
    add,
    at_once,
    change,
    delete,
    during,
    edit,
    guarded,
    outage,
    outside,
    recovery,
    tick,
)
from tests.sweep.admins import (
    press,
)
from tests.sweep.scene import Scene, at_rest, built, fresh, settled

NOW = tick(timedelta())


def _ahead(by: timedelta) -> World:
    world = World(3)
    world.server_offset = by
    world.site.fill(3)
    world.clock.advance(HOUR)
    world.until_idle()
    return settled(world)


def with_own() -> World:
    """At rest, with properties of the application's own and of czp."""
    world = World(3, czp=True)
    for number in range(12):
        world.site.define(f"own_{number}", "char")
    world.site.define("shelf", "int")
    world.site.define("taken", "datetime")
    world.site.fill(3)
    world.clock.advance(HOUR)
    world.until_idle()
    return settled(world)


def _lacking() -> World:
    world = fresh(4, 3)()
    files = world.site.model.store.mediafiles
    world.site.asset("A00000").mediafile_ids.clear()
    files["mA00001"].original = False
    files["mA00002"].filename = ""
    files["mA00003"].technical = {}
    return world


def _unstamp(world: World) -> None:
    world.site.add("OLD")
    world.site.unstamp("OLD")
    world.site.unstamp("A00001")


def _change_owner(world: World) -> None:
    world.site.change("A00001", owner_id="bob", isprivate="TRUE")


def _change_all(count: int) -> Act:
    def happens(world: World) -> None:
        for asset_id in world.site.ids()[:count]:
            world.site.write(asset_id, title=f"New title of {asset_id}")

    return at_once(happens)


STRANGE = ["<b>x & y</b>", " leading", "one\r\ntwo", "x" * 1000, "日本語 naïve"]

CASES = (
    Scene("S1 ties", fresh(7, 3), (TICK, TICK, TICK)),
    Scene(
        "S2 more ties than any limit",
        at_rest(9, 2, steps_per_tick=3),
        (_change_all(8), TICK, TICK),
    ),
    Scene(
        "S3 late in the same second",
        at_rest(2),
        (
            at_once(lambda world: world.site.write("A00000", title="Seen")),
            NOW,
            at_once(lambda world: world.site.write("A00001", title="Of the same second")),
            at_once(lambda world: world.site.add("B00000")),
            TICK,
        ),
    ),
    Scene(
        "S5 drift by modification",
        fresh(6),
        (TICK, change("A00000", title="Seen"), change("A00005", title="Unseen"), TICK, TICK),
        hard=True,
    ),
    Scene(
        "S6 drift by deletion",
        fresh(6),
        (TICK, delete("A00000"), TICK, TICK, TICK),
        moments="an asset that is deleted before any tick has seen it leaves no trace",
    ),
    Scene(
        "S6 drift by deletion in the middle of a page",
        fresh(6),
        (TICK, during("links_between", delete("A00001")), TICK, TICK),
        moments="an asset that is deleted before any tick has seen it leaves no trace",
    ),
    Scene("S7 pages of the first sync", fresh(5), (TICK, TICK, TICK)),
    Scene(
        "S8 a page fails",
        at_rest(5, 2),
        (_change_all(4), TICK, outage(), TICK, TICK, recovery(), TICK, TICK),
    ),
    Scene("S10 no stamps", at_rest(3), (at_once(_unstamp), TICK, NEXT_DAY)),
    Scene(
        "S11 clocks that differ",
        lambda: _ahead(timedelta(minutes=10)),
        (change("A00001", title="Theirs"), TICK, edit("A00002", title="Ours"), FEED, TICK),
    ),
    Scene(
        "S11 clocks that differ the other way",
        lambda: _ahead(timedelta(minutes=-10)),
        (change("A00001", title="Theirs"), TICK, edit("A00002", title="Ours"), FEED, TICK),
    ),
    Scene(
        "S12 fewer rows than asked",
        at_rest(5, 4),
        (change("A00004", title="Theirs"), TICK, press(), TICK, TICK, TICK),
        wrap=lambda server: Stingy(server, 2),
    ),
    Scene(
        "S13 values that occur twice",
        at_rest(2),
        (
            change("A00000", subject=["a", "b", "a"]),
            TICK,
            change("A00000", subject=["b", "a", "a"]),
            TICK,
            edit("A00000", subject=["a", "b"]),
            FEED,
        ),
        moments="an edit that comes before MediaMosa's change was pulled is in conflict with it",
    ),
    Scene(
        "S14 a cleared title",
        at_rest(2),
        (change("A00001", title="", subject=["stays"]), TICK, edit("A00001", subject=None), FEED),
        moments="an edit that comes before MediaMosa's change was pulled clears nothing",
    ),
    Scene(
        "S15 strange values",
        at_rest(2),
        (
            change("A00000", description=STRANGE),
            TICK,
            edit("A00001", description=["<b>x & y</b>", "x" * 1000, "日本語 naïve"]),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S15 numbers and times",
        with_own,
        (
            change("A00000", shelf="007", taken="2010-07-01T12:30:15"),
            TICK,
            edit("A00001", shelf="7", taken="2010-07-01 12:30:15"),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S16 description_abstract",
        at_rest(2),
        (change("A00000", description_abstract="An abstract."), TICK, press(), TICK),
    ),
    Scene(
        "S17 own and czp properties",
        with_own,
        (
            change("A00000", own_0="first", status="final"),
            TICK,
            edit("A00001", own_11="last"),
            FEED,
            at_once(lambda world: world.site.define("later", "char")),
            change("A00002", later="Here"),
            NEXT_DAY,
        ),
    ),
    Scene("S19 owner and private", at_rest(3), (at_once(_change_owner), TICK, NEXT_DAY)),
    Scene(
        "S20 no mediafile, original, name or analysis",
        _lacking,
        (TICK, TICK, edit("A00000", title="Ours"), FEED, TICK),
    ),
    Scene(
        "S21 an unreadable asset",
        built(fresh(5, 4), lambda world: world.site.make_unreadable("A00002")),
        (TICK, TICK, change("A00002", description="Readable again"), TICK),
    ),
    Scene(
        "S21 an asset too large",
        built(
            fresh(4, 3),
            lambda world: world.site.write("A00001", description=["x" * (MAX_ITEM_BYTES + 1)]),
        ),
        (TICK, TICK, change("A00001", description="Short now"), TICK),
    ),
    Scene("S60 a page of changed assets", at_rest(5, 5), (_change_all(5), TICK), requests=3),
    Scene(
        "F11 the server's clock is put back",
        at_rest(3),
        (
            at_once(lambda world: setattr(world, "server_offset", -HOUR)),
            change("A00002", title="Stamped an hour ago"),
            TICK,
            change("A00001", title="The next one, too"),
            TICK,
        ),
    ),
    Scene(
        "F4 ticks missed for three days",
        at_rest(4),
        (
            change("A00001", title="First"),
            tick(3 * DAY),
            delete("A00003"),
            add("NEW"),
            edit("A00002", title="Ours"),
            tick(3 * DAY),
            FEED,
        ),
    ),
    Scene(
        "F13 assets come and go around the position",
        built(fresh(6), lambda world: guarded(world, 100)),
        (
            TICK,
            outside(lambda world: world.site.add("A00000a", "A00003b", "Z")),
            delete("A00001", "A00002"),
            TICK,
            TICK,
            TICK,
        ),
        hard=True,
        moments="an asset that is deleted before any tick has seen it leaves no trace",
    ),
)
