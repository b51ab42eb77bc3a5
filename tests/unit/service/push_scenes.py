"""What the tests of pushes look at and do again and again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.writes import Conflict
from mediamosa_sync.errors import AssetServerError, Troubled, Unavailable
from tests.fakes.world import World

AWAY = "MediaMosa does not answer: it is tried again."
DEADLOCK = "MediaMosa's database was busy: it is tried again."


def theirs(world: World, asset_id: str, name: str = "title", group: str = "dublin_core") -> Values:
    """What MediaMosa has of one property."""
    return world.server.asset(asset_id).values(group, name)


def ours(world: World, asset_id: str) -> dict[str, Any]:
    """The metadata of the asset's record."""
    return dict(world.record(asset_id)["metadata"])


def told(world: World, asset_id: str) -> tuple[object, object]:
    """State and reason in the record's map; None where it says nothing."""
    described = world.record(asset_id)["mediamosa"]
    return described.get("state"), described.get("reason")


def outage(world: World) -> None:
    """From now on MediaMosa is not reached."""
    fail(world, [Unavailable(AWAY)] * 1000)


def trouble(world: World, requests: Sequence[bool]) -> None:
    """Which of the next requests MediaMosa answers with an error of its own."""
    fail(world, [Troubled(DEADLOCK) if troubled else None for troubled in requests])


def fail(world: World, failures: Sequence[AssetServerError | None]) -> None:
    """What the next requests come to; None lets one pass."""
    world.server.failures = list(failures)


def recover(world: World) -> None:
    """MediaMosa is well again."""
    fail(world, [])


def conflicts(world: World) -> list[Conflict]:
    """The conflict log, oldest first."""
    log = world.tables.conflict_log.get(world.id, {})
    return [log[name] for name in sorted(log)]


def rows(world: World) -> dict[str, Waiting]:
    """The waiting rows, by record."""
    return dict(world.tables.waiting_rows.get(world.id, {}))


def advance_with(world: World, method: str, seconds: float) -> None:
    """Let each call of a method of the tables take so long."""
    before = world.tables.before

    def wait(called: str) -> None:
        before(called)
        if called == method:
            world.clock.advance(seconds=seconds)

    world.tables.before = wait
