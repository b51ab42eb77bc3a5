"""What a scene consists of: ticks, batches of the stream, and what happens from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from infra.local.mediamosa.records import Mediafile
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.errors import Unavailable
from tests.scenarios.calls import Asked
from tests.scenarios.world import DAY, MINUTE, World
from tests.sweep.faults import AWAY
from tests.sweep.play import Play

Do = Callable[[Play], object]
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens.

    Attributes:
        of_the_sync: whether it is the sync's: a tick, or what the stream shows.
        alone: what happens from outside in it, if it is the sync's, too; None if it is not.
    """

    do: Do
    of_the_sync: bool = False
    alone: Act | None = None

    def __call__(self, play: Play) -> object:
        """Let it happen."""
        return self.do(play)


def tick(after: timedelta = MINUTE) -> Act:
    return Act(lambda play: play.tick(after), of_the_sync=True)


TICK, FEED = tick(), Act(Play.feed, of_the_sync=True)
NEXT_DAY = tick(DAY)


def outside(do: Callable[[World], object]) -> Act:
    """Something happens that the sync has no part in, a second after what was before."""

    def happens(play: Play) -> None:
        play.world.clock.advance(SECOND)
        do(play.world)

    return Act(happens)


def at_once(do: Callable[[World], object]) -> Act:
    """As :func:`outside`, within the same second."""
    return Act(lambda play: do(play.world))


# What editors do in MediaMosa.


def change(asset_id: str, site: int = 0, /, **properties: str | Sequence[str]) -> Act:
    return outside(lambda world: _site(world, site).write(asset_id, **properties))


def add(*asset_ids: str, site: int = 0) -> Act:
    return outside(lambda world: _site(world, site).add(*asset_ids))


def delete(*asset_ids: str) -> Act:
    return outside(lambda world: world.site.delete(*asset_ids))


def erase(*asset_ids: str) -> Act:
    return outside(lambda world: world.site.erase(asset_ids))


def trash(*asset_ids: str) -> Act:
    return outside(lambda world: world.site.trash(*asset_ids))


def restore(*asset_ids: str) -> Act:
    return outside(lambda world: world.site.restore(*asset_ids))


def call(path: str) -> Act:
    return outside(lambda world: world.site.post(path))


def another_file(asset_id: str) -> Act:
    """Another mediafile, of another name, takes the place of the asset's first one."""

    def happens(world: World) -> None:
        asset, stamp = world.site.asset(asset_id), world.site.model.clock()
        name = f"n{asset_id}"
        file = Mediafile(name, asset_id, asset.app_id, "alice", stamp, stamp)
        file.filename = "another.mov"
        file.technical = {"mime_type": "video/quicktime", "file_duration": "00:02:00.00"}
        world.site.model.store.mediafiles[name] = file
        asset.mediafile_ids = [name]

    return outside(happens)


def _site(world: World, number: int) -> Any:
    return list(world.sites.values())[number]


# What applications do.


def edit(asset_id: str, site: int = 0, /, **properties: str | Sequence[str] | None) -> Act:
    """Set properties of the asset's record, once there is one; None removes one."""

    def happens(play: Play) -> None:
        name = list(play.world.sites)[site]
        media_id = play.link(asset_id, name).media_id
        play.world.clock.advance(SECOND)
        stands = play.world.tables.media[media_id].get("metadata", {})
        given = {one: _listed(values) for one, values in properties.items()}
        listed = {one: values for one, values in given.items() if values != stands.get(one)}
        play.world.tables.edit_record(media_id, **listed)
        note(play, name, asset_id, media_id, listed)

    return Act(happens)


def put(media_id: str, uri: str, /, **properties: str | Sequence[str]) -> Act:
    """Write a whole record that names *uri*, of the default connection."""

    def happens(play: Play) -> None:
        play.world.clock.advance(SECOND)
        listed: dict[str, Any] = {one: _listed(given) for one, given in properties.items()}
        play.world.tables.put_record(media_id, uri=f"mediamosa://{uri}", metadata=listed, note="x")
        head = uri.split("/")
        asset_id = head[1] if head[0] == "asset" else head[1].removeprefix("m")
        play.ledger.deleted.discard(media_id)
        note(play, play.world.id, asset_id, media_id, listed)

    return Act(happens)


def attributes(asset_id: str, **given: object) -> Act:
    """Set whole attributes of the asset's record; None removes one."""

    def happens(play: Play) -> None:
        media_id = play.link(asset_id).media_id
        item = {**play.world.tables.media[media_id], **given}
        del item["media_id"]
        kept = {name: value for name, value in item.items() if value is not None}
        play.world.tables.put_record(media_id, **kept)
        play.ledger.deleted.add(media_id)

    return Act(happens)


def remove_record(asset_id: str) -> Act:
    """Its application deletes the asset's record."""

    def happens(play: Play) -> None:
        media_id = play.link(asset_id).media_id
        play.world.tables.delete_record(media_id)
        play.ledger.deleted.add(media_id)

    return Act(happens)


def remove(media_id: str) -> Act:
    """Its application deletes a record by its key."""

    def happens(play: Play) -> None:
        play.world.tables.delete_record(media_id)
        play.ledger.deleted.add(media_id)

    return Act(happens)


def write_again(asset_id: str, **properties: str) -> Act:
    """A tool deletes the asset's record and writes it anew."""

    def happens(play: Play) -> None:
        media_id = play.link(asset_id).media_id
        play.world.tables.delete_record(media_id)
        put(media_id, f"asset/{asset_id}", **properties)(play)

    return Act(happens)


def note(play: Play, name: str, asset_id: str, media_id: str, listed: Mapping[str, Any]) -> None:
    """Keep for the end what was edited."""
    for prop, values in listed.items():
        texts = tuple(sorted(values or ()))
        play.ledger.edits.append((name, asset_id, media_id, prop, texts))


def _listed(given: str | Sequence[str] | None) -> Any:
    return [given] if isinstance(given, str) else given


# What happens to machines.


def later(by: timedelta) -> Act:
    return Act(lambda play: play.world.clock.advance(by))


def outage() -> Act:
    def begins(world: World) -> None:
        world.on_request = not_reached

    return at_once(begins)


def recovery() -> Act:
    def ends(world: World) -> None:
        world.on_request = well

    return at_once(ends)


def not_reached(_: Asked) -> None:
    """MediaMosa is away."""
    raise Unavailable(AWAY)


def well(_: Asked) -> None:
    """Nothing is wrong."""


def configure(**settings: Any) -> Act:
    """The stack is deployed with other settings of the default connection."""

    def happens(world: World) -> None:
        assert world.default is not None
        stands = world.tables._connections[world.default.connection_id]
        world.default = replace(world.default, **settings)
        world.tables.put_connection(replace(stands, **settings))

    return at_once(happens)


def default_is(number: int) -> Act:
    """The stack is deployed with another connection."""

    def happens(world: World) -> None:
        name = list(world.sites)[number]
        world.default = replace(world.tables._connections[name], default=True, enabled=True)

    return at_once(happens)


def stack(**changes: Any) -> Callable[[World], World]:
    """The world, whose default connection has other settings."""

    def changed(world: World) -> World:
        assert world.default is not None
        world.connection = world.default = replace(world.default, **changes)
        world.tables.put_connection(world.default)
        return world

    return changed


def guarded(world: World, most: int) -> World:
    """The world, where more than so many deletions a day are held."""
    world.rules = replace(world.rules, guard=Guard(most=most, percent=0.0))
    return world


def during(method: str, happening: Act, way: Act = TICK) -> Act:
    """*happening* comes while *way* goes on, before its first call of *method*; else after it."""

    def happens(play: Play) -> None:
        done: list[str] = []

        def once(called: str) -> None:
            if called == method and not done:
                done.append(called)
                happening(play)

        world = play.world
        world.tables.before = once
        world.censor.strict = False
        way(play)
        world.tables.before = _unseen
        if not done:
            happening(play)

    return Act(happens, alone=happening)


def _unseen(_: str) -> None:
    """Nothing happens."""


def connection_beside(world: World, url: str, user_name: str = "editor") -> Connection:
    """A second connection, of another server or another user of the same."""
    site = world.build_site(user_name)
    return world.connect(site, url)
