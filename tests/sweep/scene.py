"""A scene: a small world, and what happens in it, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mediamosa_sync.ports import AssetServer
from tests.scenarios.world import World, synced
from tests.sweep.acts import Act


@dataclass(frozen=True, slots=True)
class Scene:
    """One case.

    Attributes:
        name: of the case in ``docs/scenarios.md``, or of the fault that it plays with.
        build: the world before anything is disturbed.
        acts: what happens, in order; the sync's share of it is disturbed.
        moments: why it matters when something happens, so that more than one end is right; "" if
            it does not. The ends of undisturbed plays with the same outside events at other
            moments are then as right as that of the undisturbed one.
        requests: at most so many to MediaMosa undisturbed, the coming to rest apart.
        wish: what somebody does again as long as it has not come about.
        wrap: what stands between the sync and MediaMosa.
        hard: whether pairs of disturbances are tried, too.
    """

    name: str
    build: Callable[[], World]
    acts: tuple[Act, ...]
    moments: str = ""
    requests: int = 1000
    wish: Act | None = None
    wrap: Callable[[AssetServer], AssetServer] | None = None
    hard: bool = False


def fresh(count: int, page_size: int = 2) -> Callable[[], World]:
    """Assets, and no run yet."""

    def build() -> World:
        world = World(page_size)
        world.site.fill(count)
        return world

    return build


def at_rest(count: int = 3, page_size: int = 3, **options: int) -> Callable[[], World]:
    """A world after its first full run, whose stream has been seen by the push."""

    def build() -> World:
        world = synced(count, page_size, **options)
        return settled(world)

    return build


def settled(world: World) -> World:
    """The world once the stream is seen and nothing is under way."""
    world.feed()
    world.until_idle()
    world.feed()
    world.forget_traffic()
    return world


def built(build: Callable[[], World], *preparing: Callable[[World], object]) -> Callable[[], World]:
    """As *build*, and then this."""

    def whole() -> World:
        world = build()
        for prepare in preparing:
            prepare(world)
        return world

    return whole
