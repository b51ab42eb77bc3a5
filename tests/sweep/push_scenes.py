"""Scenes of the cases S22 to S38: edits of records, refusals, echo and conflicts."""

from __future__ import annotations

from functools import partial
from typing import Any

from mediamosa_sync.errors import Unavailable
from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.calls import Asked
from tests.scenarios.world import World
from tests.sweep.acts import (
    FEED,
    NEXT_DAY,
    TICK,
    Act,
    at_once,
    attributes,
    change,
    during,
    edit,
    later,
    outage,
    recovery,
    well,
    write_again,
)
from tests.sweep.admins import (
    pause,
    resume,
    use_record_value,
)
from tests.sweep.faults import AWAY
from tests.sweep.pull_scenes import with_own
from tests.sweep.scene import Scene, at_rest, built, settled

TWELVE = {
    "subject": ["a", "b", "a"],
    "description": "A description.",
    "creator": "Somebody",
    "contributor": ["One", "Two"],
    "language": "nl",
    "created": "2010-07-01 12:30:15",
}


def _filled() -> World:
    world = at_rest()()
    world.site.write("A00001", **TWELVE)
    world.tick()
    return settled(world)


def _own_filled() -> World:
    world = with_own()
    world.site.write("A00001", shelf="7", taken="2010-07-01 12:30:15", language="en")
    world.tick()
    return settled(world)


def lose_the_next_answer() -> Act:
    """MediaMosa carries the next write out, and nobody hears of it."""

    def happens(world: World) -> None:
        world.on_answer = partial(_lose, world)

    return at_once(happens)


def _lose(world: World, asked: Asked) -> None:
    if asked.is_write:
        world.on_answer = well
        raise Unavailable(AWAY)


def _sessions_are_lost(world: World) -> None:
    world.site.model.sessions.lose_all()


def _owned_by_bob(world: World) -> None:
    world.site.asset("A00001").owner_id = "bob"


def _batches_of_one(world: World) -> None:
    world.stream.batch_size = 1


def _event_is_lost(world: World) -> None:
    world.tables.take_stream()


BOTH: Any = {"title": "Ours", "creator": "Ours"}

CASES = (
    Scene("S22 one of many", _filled, (edit("A00001", title="Ours"), FEED, TICK)),
    Scene(
        "S23 cleared values",
        _own_filled,
        (edit("A00001", shelf=None, taken=None, language=None, title=None), FEED, TICK),
    ),
    Scene(
        "S24 a push fails",
        at_rest(),
        (
            outage(),
            edit("A00001", title="First", subject="x"),
            FEED,
            TICK,
            edit("A00001", title="Second"),
            FEED,
            recovery(),
            TICK,
            FEED,
        ),
        hard=True,
    ),
    Scene(
        "S25 a value that is refused",
        at_rest(),
        (
            edit("A00001", language="zz", title="Ours"),
            edit("A00002", title="Other"),
            FEED,
            TICK,
            edit("A00001", language="nl"),
            FEED,
        ),
    ),
    Scene(
        "S26 a write whose answer is lost",
        at_rest(),
        (lose_the_next_answer(), edit("A00001", subject=["a", "b", "a"]), FEED, TICK, TICK),
        hard=True,
    ),
    Scene(
        "S26 edited after a lost answer",
        at_rest(),
        (
            lose_the_next_answer(),
            edit("A00001", title="Ours"),
            FEED,
            later(CLAIM),
            edit("A00001", title="Newer"),
            FEED,
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "S27 two edits",
        at_rest(),
        (
            edit("A00001", title="First", subject="x"),
            edit("A00001", title="Second"),
            FEED,
            edit("A00001", title="Third"),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S27 edited while it is pushed",
        at_rest(),
        (
            edit("A00001", title="First"),
            during("write", edit("A00001", title="Second"), FEED),
            TICK,
            FEED,
        ),
    ),
    Scene(
        "S28 sessions expire",
        at_rest(),
        (
            at_once(_sessions_are_lost),
            edit("A00001", title="Ours"),
            FEED,
            at_once(_sessions_are_lost),
            change("A00002", title="Theirs"),
            TICK,
        ),
    ),
    Scene(
        "S29 an editor who is not the owner",
        built(at_rest(), _owned_by_bob),
        (edit("A00000", title="Of Alice"), edit("A00001", title="Of Bob"), FEED, TICK),
    ),
    Scene(
        "S30 the whole item is put",
        at_rest(),
        (attributes("A00001", metadata={"title": ["Ours"], "subject": ["x"]}), FEED, TICK),
    ),
    Scene(
        "S30 an event is lost",
        at_rest(),
        (edit("A00001", title="Ours"), at_once(_event_is_lost), TICK, NEXT_DAY),
    ),
    Scene(
        "S31 the same in another spelling",
        _filled,
        (
            attributes(
                "A00001",
                metadata={
                    **{n: [v] if isinstance(v, str) else v for n, v in TWELVE.items()},
                    "title": ["Title of A00001"],
                    "subject": ["b", "a", "a"],
                    "description": ["A description."],
                },
            ),
            FEED,
            TICK,
        ),
        requests=2,
    ),
    Scene("S32 the echo", at_rest(), (edit("A00001", title="Ours"), FEED, TICK, FEED, TICK)),
    Scene(
        "S34 different properties, pulled first",
        at_rest(),
        (change("A00001", subject=["theirs"]), edit("A00001", **BOTH), TICK, FEED),
    ),
    Scene(
        "S34 different properties, pushed first",
        at_rest(),
        (change("A00001", subject=["theirs"]), edit("A00001", **BOTH), FEED, TICK),
    ),
    Scene(
        "S35 the same property, pulled first",
        at_rest(),
        (change("A00001", title="Theirs"), edit("A00001", **BOTH), TICK, FEED),
        hard=True,
    ),
    Scene(
        "S35 the same property, pushed first",
        at_rest(),
        (change("A00001", title="Theirs"), edit("A00001", **BOTH), FEED, TICK),
    ),
    Scene(
        "S35 the record's value is brought back",
        at_rest(),
        (
            change("A00001", title="Theirs"),
            edit("A00001", title="Ours"),
            FEED,
            use_record_value(),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S36 the same value",
        at_rest(),
        (
            change("A00001", title="Same", subject=["b", "a"]),
            edit("A00001", title="Same", subject=["a", "b"]),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S38 edited while it is pulled",
        at_rest(),
        (
            change("A00001", title="Theirs"),
            during("apply", edit("A00001", creator="Ours")),
            FEED,
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "S38 the same property edited while it is pulled",
        at_rest(),
        (
            change("A00001", title="Theirs"),
            during("apply", edit("A00001", title="Ours")),
            FEED,
            TICK,
        ),
        moments="an edit before the page is a conflict, an edit after it is one that is pushed",
    ),
    Scene(
        "F2 batches of one, replayed",
        built(at_rest(), _batches_of_one),
        (
            edit("A00000", title="First"),
            edit("A00001", title="Other"),
            edit("A00000", title="Second"),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "F2 removed and written again",
        at_rest(),
        (write_again("A00001", description="Ours", title="Title of A00001"), FEED, TICK),
    ),
    Scene(
        "F15 push paused and resumed",
        at_rest(),
        (
            pause("push"),
            edit("A00001", title="Ours"),
            FEED,
            change("A00002", title="Theirs"),
            TICK,
            edit("A00001", title="Later"),
            FEED,
            resume("push"),
            TICK,
        ),
        hard=True,
    ),
)
