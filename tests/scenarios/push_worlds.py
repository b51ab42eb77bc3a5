"""Worlds with edits that are to be brought to MediaMosa."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from mediamosa_sync.domain.pushing import discarded
from mediamosa_sync.service.keeper import CLAIM
from tests.scenarios.push_points import Killed, Points
from tests.scenarios.world import MINUTE, World, synced

ASSET = "A00001"
"""The asset that one edit is about."""


# What is done.


def push_what_waits(world: World) -> None:
    """An invocation with all that the stream shows; only if it fails the same is brought again."""
    world.stream.take(world.tables.take_stream())
    events, world.stream.waiting = tuple(world.stream.waiting), []
    world.stream.delivered.append(events)
    try:
        world.push(events)
    except BaseException:
        world.stream.waiting[:0] = events
        raise


def push_again(world: World) -> None:
    """An invocation with what the one before was given."""
    world.push(world.stream.delivered[-1])


def step_now(world: World) -> None:
    """The next execution's step: its page, then what is pending."""
    world.step(world.execution())


def ready(count: int = 3) -> World:
    """A world at rest whose stream shows nothing new."""
    world = synced(count)
    world.feed()
    world.forget_traffic()
    return world


def edit(world: World, asset_id: str, **values: str | list[str] | None) -> None:
    """An application sets properties of the asset's record; None takes one away."""
    stored = {name: [value] if isinstance(value, str) else value for name, value in values.items()}
    world.tables.edit_record(world.link(asset_id).media_id, **stored)


def add(world: World, *asset_ids: str) -> None:
    """Assets that MediaMosa has, and the sync has not seen yet."""
    world.clock.advance(seconds=1)
    world.site.add(*asset_ids)


def put(world: World, media_id: str, uri: str, **metadata: str) -> None:
    """An application writes a record of its own."""
    values = {name: [value] for name, value in metadata.items()}
    world.tables.put_record(media_id, uri=f"mediamosa://{uri}", metadata=values, note="kept")


def pause_push(world: World, *, paused: bool) -> None:
    world.tables.pause(world.id, ["push"], paused=paused)


def settle(world: World) -> World:
    """Let everything be done so far."""
    world.feed()
    world.tick(MINUTE * 3)
    world.feed()
    return world


# The scenes of the stream.


def one_edit() -> World:
    world = ready()
    edit(world, ASSET, title="Ours")
    return world


def value_taken_away() -> World:
    world = ready()
    edit(world, ASSET, title=None)
    return world


def batch_of_three() -> World:
    world = ready()
    edit(world, "A00000", title="Ours", subject=["b", "a", "a"])
    edit(world, "A00001", description="Ours")
    edit(world, "A00002", title=None)
    return world


def both_sides_changed() -> World:
    world = ready()
    world.site.write(ASSET, title="Theirs")
    edit(world, ASSET, title="Ours", description="Ours")
    return world


def first_contact() -> World:
    world = ready()
    add(world, "B00000")
    put(world, "mine", "asset/B00000", title="Ours", description="Ours")
    return world


def value_refused() -> World:
    world = ready()
    edit(world, ASSET, language="zz", title="Ours", description="Ours")
    return world


def value_that_the_database_refuses() -> World:
    world = ready()
    edit(world, ASSET, title="\U0001f600", description="Ours")
    return world


def twin() -> World:
    world = ready()
    add(world, "B00000")
    settle(world)
    put(world, "mine", "asset/B00000", description="Ours")
    return world


def other_uri() -> World:
    world = ready()
    add(world, "B00000")
    put(world, "mine", "asset/B00000")
    settle(world)
    add(world, "B00001")
    settle(world)
    put(world, "mine", "asset/B00001", title="Title of B00000", description="Ours")
    return world


def record_deleted() -> World:
    world = ready()
    edit(world, ASSET, title="Ours")
    world.tables.delete_record(world.link(ASSET).media_id)
    return world


def record_written_again() -> World:
    world = ready()
    media_id = world.link(ASSET).media_id
    world.tables.delete_record(media_id)
    put(world, media_id, f"asset/{ASSET}", title="Ours", description="Ours")
    return world


def record_to_be_created_again() -> World:
    world = ready()
    policies = Policies(on_record_delete=OnRecordDelete.RECREATE)
    world.connection = world.default = replace(world.connection, policies=policies)
    world.tables.put_connection(world.connection)
    world.tick()
    world.tables.delete_record(world.link(ASSET).media_id)
    return world


def old_form() -> World:
    world = ready()
    add(world, "B00000")
    put(world, "old", "mediafile/mB00000/film.mp4", description="Ours")
    return world


def asset_deleted() -> World:
    world = ready()
    world.clock.advance(seconds=1)
    world.site.delete(ASSET)
    edit(world, ASSET, title="Ours")
    return world


def edited_after_a_lost_answer() -> World:
    world = one_edit()
    _die_after_posting(world)
    world.clock.advance(CLAIM, seconds=10)
    edit(world, ASSET, title="Newer")
    return world


def edited_while_another_posts() -> World:
    world = one_edit()
    _die_after_posting(world)
    world.clock.advance(seconds=5)
    edit(world, ASSET, title="Newer")
    return world


def _die_after_posting(world: World) -> None:
    points = Points(world)
    points.stop_after(f"answer asset/{ASSET}/metadata")
    try:
        push_what_waits(world)
    except Killed:
        points.stop()


# The scenes of the scheduled step.


def pending_links() -> World:
    world = ready()
    pause_push(world, paused=True)
    edit(world, "A00000", title="Ours")
    edit(world, "A00001", title=None)
    edit(world, "A00002", description="Ours")
    world.feed()
    pause_push(world, paused=False)
    return world


def waiting_row() -> World:
    world = ready()
    add(world, "B00000")
    pause_push(world, paused=True)
    put(world, "old", "mediafile/mB00000/film.mp4", description="Ours")
    world.feed()
    assert world.tables.waiting_rows[world.id]
    pause_push(world, paused=False)
    return world


def value_given_up() -> World:
    world = value_refused()
    world.feed()
    link = discarded(world.link(ASSET), world.clock.now())
    assert link is not None
    world.tables.put_link(world.id, replace(link, version=link.version + 1))
    return world
