"""Scenes of the cases S40 to S59: deletions, connections, restarts, executions, old tables."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.policies import Policies, Removal
from tests.scenarios.world import HOUR, World
from tests.sweep.acts import (
    FEED,
    NEXT_DAY,
    TICK,
    Act,
    add,
    another_file,
    at_once,
    call,
    change,
    configure,
    connection_beside,
    default_is,
    delete,
    during,
    edit,
    erase,
    guarded,
    outage,
    outside,
    recovery,
    restore,
    tick,
    trash,
)
from tests.sweep.admins import (
    bring_back,
    decide,
    decide_again,
    enable,
    full,
    pause,
    press,
    resume,
    status,
    withdraw,
)
from tests.sweep.scene import Scene, at_rest, fresh, settled

OTHER = "https://other.example.org"


def _two() -> World:
    """Two connections to two servers that have the same ids."""
    world = World(2)
    connection_beside(world, OTHER)
    for site in world.sites.values():
        site.fill(3)
    world.clock.advance(HOUR)
    world.until_idle()
    return settled(world)


def _two_one_new() -> World:
    world = at_rest(3, 2)()
    connection = connection_beside(world, OTHER)
    world.sites[connection.connection_id].add("B00000", "B00001", "B00002")
    return world


def _old_table() -> World:
    world = fresh(4, 3)()
    put = world.tables.put_record
    put("one", uri="mediamosa://asset/A00000", metadata={"title": ["Ours"]}, own=1)
    put("two", uri="mediamosa://mediafile/mA00001/f.mp4", metadata={"subject": ["long cleared"]})
    put("nobody", uri="mediamosa://asset/A99999", metadata={"title": ["Stays"]})
    put("no file", uri="mediamosa://mediafile/m99999/f.mp4", metadata={"title": ["Stays"]})
    put("not ours", uri="https://example.org/1", metadata={"title": ["Stays"]})
    world.tables.take_stream()
    return world


def _guarded(most: int, count: int = 8) -> World:
    return guarded(at_rest(count, 4)(), most)


def _removing_unpublished() -> World:
    world = at_rest(3)()
    assert world.default is not None
    policies = Policies(on_trash=Removal.KEEP, on_unpublish=Removal.REMOVE)
    world.connection = world.default = replace(world.default, policies=policies)
    world.tables.put_connection(world.default)
    return settled(world)


def _hide(world: World) -> None:
    world.site.hide("A00002")
    world.site.post("asset/A00000/unpublish")
    world.site.change("A00001", is_inappropriate="TRUE", isprivate="TRUE")


def _give_away(world: World) -> None:
    other = world.build_site("other", beside=world.site)
    world.site.give_away("A00001", other)


def _other_application(world: World) -> None:
    world.site.application.app_id += 98


def _own_application(world: World) -> None:
    world.site.application.app_id -= 98


def _another_spelling(world: World) -> None:
    connection = world.default
    assert connection is not None
    problem = "It is the same server in another spelling: write it exactly like the other."
    world.default = replace(connection, problem=problem)


def _wrong_key(world: World) -> None:
    world.model_server(world.connection).key = "wrong"
    world.site.model.sessions.lose_all()


def _right_key(world: World) -> None:
    world.model_server(world.connection).key = world.site.application.shared_key


def _two_executions() -> Act:
    """Another execution starts while one works, and after it has ended its page."""
    return during("apply", TICK)


def _old_backup(world: World) -> None:
    """The server is restored to before yesterday's edits: one is undone, one asset is missing."""
    stamp = world.site.model.clock() - 7200
    asset = world.site.asset("A00001")
    known = world.site.model.store.properties_of(world.site.application.app_id)
    title = next(one.prop_id for one in known if one.name == "title")
    asset.metadata[title] = ["As it was before"]
    world.site.model.store.stamp(asset, stamp)
    world.site.erase(["A00003"])


CASES = (
    Scene(
        "S40 deleted for good",
        at_rest(4),
        (delete("A00002"), TICK, erase("A00001"), TICK, NEXT_DAY),
        hard=True,
    ),
    Scene("S41 seems to be gone", at_rest(4), (outside(_hide), TICK, NEXT_DAY, TICK)),
    Scene("S41 another application's", at_rest(3), (outside(_give_away), TICK, NEXT_DAY)),
    Scene(
        "S42 trashed and restored",
        at_rest(3),
        (trash("A00001"), TICK, restore("A00001"), change("A00001", subject="new"), TICK),
        hard=True,
    ),
    Scene(
        "S42 kept in the trashcan, unpublished removed",
        _removing_unpublished,
        (
            trash("A00000"),
            call("asset/A00001/unpublish"),
            TICK,
            restore("A00000"),
            call("asset/A00001/publish"),
            TICK,
        ),
    ),
    Scene(
        "S43 many links, some missing",
        at_rest(12, 4),
        (erase("A00001", "A00006", "A00011"), press(), TICK, TICK, TICK, TICK),
    ),
    Scene(
        "S44 a list of nothing",
        at_rest(3),
        (outside(_other_application), NEXT_DAY, TICK, outside(_own_application), NEXT_DAY, TICK),
        moments="what is held, and seen again, before or after the empty list",
    ),
    Scene(
        "S44 an existence check that fails",
        at_rest(4),
        (delete("A00002"), during("links", outage()), TICK, recovery(), TICK, TICK),
    ),
    Scene(
        "S44 held and approved",
        lambda: _guarded(2),
        (
            erase("A00000", "A00003", "A00005"),
            NEXT_DAY,
            TICK,
            TICK,
            decide(3, approve=True),
            TICK,
            TICK,
        ),
        wish=decide_again(approve=True),
    ),
    Scene(
        "S44 held and rejected",
        lambda: _guarded(2),
        (
            erase("A00000", "A00003", "A00005"),
            NEXT_DAY,
            TICK,
            TICK,
            decide(3, approve=False),
            TICK,
            TICK,
            add("A00003"),
            TICK,
        ),
        wish=decide_again(approve=False),
    ),
    Scene(
        "S44 trashed by mistake, restored while held",
        lambda: _guarded(2),
        (trash("A00000", "A00001", "A00002", "A00003"), TICK, TICK, restore("A00000"), TICK),
        moments="the list that is held is longer or shorter than the guard's bound",
    ),
    Scene("S48 another file", at_rest(3), (another_file("A00001"), NEXT_DAY)),
    Scene(
        "S50 two connections",
        _two,
        (
            change("A00001", 0, title="Here"),
            change("A00001", 1, title="There"),
            edit("A00002", 0, title="Ours here"),
            edit("A00002", 1, title="Ours there"),
            FEED,
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "S50 switched there and back",
        _two_one_new,
        (
            change("A00001", title="Before"),
            default_is(1),
            TICK,
            TICK,
            edit("B00001", 1, title="There"),
            FEED,
            default_is(0),
            TICK,
            enable(1),
            TICK,
        ),
    ),
    Scene(
        "S51 another spelling",
        at_rest(),
        (
            at_once(_another_spelling),
            change("A00001", title="Theirs"),
            TICK,
            configure(problem=""),
            TICK,
        ),
    ),
    Scene("S52 the button", at_rest(5, 2), (press(), TICK, status(), TICK, TICK, TICK, status())),
    Scene(
        "S53 the button in the middle",
        at_rest(5, 2),
        (
            press(),
            TICK,
            TICK,
            change("A00004", title="Theirs"),
            press(),
            press(),
            TICK,
            TICK,
            TICK,
            TICK,
        ),
    ),
    Scene("S54 page after page", fresh(10), (TICK, TICK, TICK, TICK, TICK, TICK)),
    Scene("S56 two executions at once", fresh(4), (_two_executions(), TICK, TICK)),
    Scene(
        "S56 two executions at once with a push",
        at_rest(4),
        (
            change("A00001", title="Theirs"),
            edit("A00002", title="Ours"),
            during("apply", FEED),
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "S57 a wrong key",
        at_rest(),
        (
            at_once(_wrong_key),
            change("A00000", title="Theirs"),
            edit("A00001", title="Ours"),
            FEED,
            TICK,
            at_once(_right_key),
            tick(HOUR),
            FEED,
        ),
    ),
    Scene("S58 nothing changed", at_rest(), (TICK, status(), outage(), TICK, recovery(), TICK)),
    Scene("S59 an old table", _old_table, (TICK, TICK, TICK, press(), TICK, TICK)),
    Scene(
        "F5 a press that is withdrawn, and a wish",
        at_rest(5, 2),
        (press(), withdraw(), TICK, full(), TICK, full(), TICK, TICK, TICK),
    ),
    Scene(
        "F5 a press during a step",
        at_rest(5, 2),
        (change("A00003", title="Theirs"), during("apply", press()), TICK, TICK, TICK),
    ),
    Scene(
        "F14 an old backup",
        at_rest(5),
        (change("A00001", title="Theirs"), TICK, outside(_old_backup), TICK, NEXT_DAY),
    ),
    Scene(
        "F15 everything is paused in the middle",
        fresh(5),
        (
            TICK,
            edit("A00000", title="Ours"),
            pause("pull", "push"),
            TICK,
            FEED,
            resume("pull", "push"),
            TICK,
            TICK,
            FEED,
        ),
    ),
    Scene(
        "F13 a removed record is restored by a person",
        at_rest(3),
        (delete("A00001"), TICK, bring_back("A00001"), TICK, NEXT_DAY),
    ),
    Scene(
        "F13 deleted and created again",
        at_rest(3),
        (delete("A00001"), add("A00001"), TICK, delete("A00002"), TICK, add("A00002"), TICK),
    ),
    Scene(
        "F16 another page size under way",
        fresh(7),
        (TICK, configure(page_size=3), TICK, configure(page_size=1), TICK, TICK),
    ),
)
