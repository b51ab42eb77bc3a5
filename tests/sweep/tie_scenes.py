"""Scenes of the cases S45 and S46, and of F17: which record an asset has, and for how long."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from tests.scenarios.world import World
from tests.sweep.acts import (
    FEED,
    TICK,
    add,
    attributes,
    change,
    delete,
    edit,
    outage,
    put,
    recovery,
    remove,
    remove_record,
)
from tests.sweep.admins import (
    discard,
    retry,
    rule,
)
from tests.sweep.scene import Scene, at_rest, settled


def _recreating() -> World:
    world = at_rest()()
    assert world.default is not None
    policies = Policies(on_record_delete=OnRecordDelete.RECREATE)
    world.connection = world.default = replace(world.default, policies=policies)
    world.tables.put_connection(world.default)
    return settled(world)


def _twins() -> World:
    world = at_rest()()
    for media_id, asset_id, title in (("one", "A00000", "One"), ("two", "A00001", "Two")):
        world.tables.put_record(
            media_id, uri=f"mediamosa://asset/{asset_id}", metadata={"creator": [title]}
        )
    world.feed()
    world.tick()
    return settled(world)


CASES = (
    Scene(
        "F17 first contact",
        at_rest(),
        (add("B00000"), put("mine", "asset/B00000", title="Ours", description="Ours"), FEED, TICK),
    ),
    Scene(
        "F17 a twin",
        at_rest(),
        (
            add("B00000"),
            TICK,
            FEED,
            put("mine", "asset/B00000", description="Ours"),
            FEED,
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "F17 two records of one asset",
        at_rest(),
        (
            add("B00000"),
            put("one", "asset/B00000", creator="One"),
            put("two", "asset/B00000", subject="x"),
            FEED,
            TICK,
            remove("one"),
            FEED,
            retry("two"),
            TICK,
        ),
        moments="which of two records of an asset is tied first",
    ),
    Scene(
        "F17 another uri",
        _twins,
        (
            add("B00001"),
            attributes("A00000", uri="mediamosa://asset/B00001"),
            FEED,
            TICK,
        ),
        moments="whether the new asset has a twin by then",
    ),
    Scene(
        "F17 a uri of the old form in an outage",
        at_rest(),
        (
            add("B00000"),
            outage(),
            put("old", "mediafile/mB00000/film.mp4", description="Ours"),
            FEED,
            TICK,
            recovery(),
            TICK,
            TICK,
        ),
        hard=True,
    ),
    Scene(
        "F17 a mediafile that comes later",
        at_rest(),
        (
            put("old", "mediafile/mB00000/film.mp4", description="Ours"),
            FEED,
            add("B00000"),
            retry("old"),
            TICK,
            FEED,
        ),
        moments="whether the record was parked before the mediafile came",
    ),
    Scene(
        "F17 a value that the database refuses",
        at_rest(),
        (edit("A00001", title="\U0001f600", description="Ours"), FEED, TICK),
    ),
    Scene(
        "F17 a value that is given up",
        at_rest(),
        (edit("A00001", language="zz", title="Ours"), FEED, discard("A00001"), TICK, FEED),
    ),
    Scene(
        "F17 edited and deleted at once",
        at_rest(),
        (edit("A00001", title="Ours"), delete("A00001"), remove_record("A00001"), FEED, TICK),
        moments="whether the record or the asset is seen to be gone first",
    ),
    Scene(
        "F17 directions of properties",
        at_rest(),
        (
            rule(FieldRule("title", Direction.PULL)),
            edit("A00001", subject="x"),
            change("A00001", title="Theirs"),
            FEED,
            TICK,
        ),
    ),
    Scene(
        "S45 a record is deleted and forgotten",
        at_rest(),
        (remove_record("A00001"), FEED, change("A00001", title="Theirs"), TICK),
    ),
    Scene(
        "S45 a record is deleted and created again",
        _recreating,
        (remove_record("A00001"), FEED, TICK, TICK),
    ),
    Scene(
        "S46 deleted with an unsent edit",
        at_rest(),
        (edit("A00001", title="Unsent", subject="x"), delete("A00001"), FEED, TICK, TICK),
    ),
    Scene(
        "S46 deleted in an outage with a pending edit",
        at_rest(),
        (
            outage(),
            edit("A00001", title="Unsent"),
            FEED,
            delete("A00001"),
            recovery(),
            TICK,
            TICK,
        ),
    ),
)
