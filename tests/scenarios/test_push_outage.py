"""MediaMosa is out of reach for hours, or every few minutes, while records are edited on and on."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import Unavailable
from tests.scenarios.calls import Asked
from tests.scenarios.push_ends import both_sides, logged, nothing_waits
from tests.scenarios.world import HOUR, MINUTE, World, synced

MOST_MINUTES = 90
"""After an outage: a pause of an hour at the most before the next try, and the work itself."""

Wanted = dict[str, dict[str, list[str]]]
"""Asset → property → the values that the user has written last."""


class Weather:
    """What becomes of requests.

    Attributes:
        up: whether the server is reached.
        losing: how likely an answer is lost all the same.
        tried: requests that came to nothing.
        carried_out: asset → writes that were carried out.
    """

    def __init__(self, world: World, seed: int) -> None:
        self.up = True
        self.losing = 0.0
        self.tried = 0
        self.carried_out: Counter[str] = Counter()
        self._draws = random.Random(f"weather {seed}")
        world.on_request, world.on_answer = self._ask, self._answer

    def _ask(self, _: Asked) -> None:
        if not self.up:
            self.tried += 1
            raise Unavailable("MediaMosa cannot be reached: it is tried again.")

    def _answer(self, asked: Asked) -> None:
        if asked.is_write:
            self.carried_out[asked.asset_id] += 1
        if self._draws.random() < self.losing:
            raise Unavailable("The connection to MediaMosa broke off: it is tried again.")


class Users:
    """They edit records, some at a time.

    Attributes:
        wanted: what is to stand on both sides in the end.
        edits: how many they have made.
    """

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._draws = random.Random(f"users {seed}")
        self._links = [
            (one.asset_id, one.media_id) for one in world.tables.all_links(world.id).values()
        ]
        self.wanted: Wanted = {}
        self.edits = 0

    def edit(self, count: int) -> None:
        """Edit so many properties, and let the stream tell of them."""
        for asset_id, media_id in self._draws.choices(self._links, k=count):
            self.edits += 1
            name = self._draws.choice(["title", "description", "subject"])
            values = self._values()
            self._world.tables.edit_record(media_id, **{name: values or None})
            self.wanted.setdefault(asset_id, {})[name] = values
        self._world.feed()

    def _values(self) -> list[str]:
        number = self._draws.randrange(4)
        return [f"{self.edits}/{place}" for place in range(number)]


def begun(records: int) -> World:
    world = synced(records)
    world.feed()
    world.forget_traffic()
    return world


def minutes_until_nothing_waits(world: World) -> int:
    for minute in range(1, MOST_MINUTES):
        world.tick()
        world.feed()
        if nothing_waits(world):
            return minute
    raise AssertionError(f"still waiting after {MOST_MINUTES} minutes: {world.status()}")


def assert_all_is_there(world: World, users: Users) -> None:
    """Every property holds what was written last, on both sides, and nobody disagreed."""
    world.tick(HOUR)
    world.settle()
    world.feed()
    sides = both_sides(world)
    for asset_id, (ours, theirs) in sides.items():
        assert ours == theirs, asset_id
        for name, values in users.wanted.get(asset_id, {}).items():
            assert list(ours.get(name, ())) == sorted(values), (asset_id, name)
    assert logged(world) == ()
    assert world.states(LinkState.PENDING) == world.states(LinkState.PARKED) == []
    assert world.failed == []
    assert world.stream.waiting == []
    world.assert_in_sync()


def test_two_hours_without_mediamosa_lose_no_edit(figures: list[str]) -> None:
    world = begun(800)
    weather, users = Weather(world, 1), Users(world, 1)
    weather.up = False
    batches = random.Random("batches")
    for minute in range(120):
        world.tick()
        left = 5000 - users.edits
        users.edit(left if minute == 119 else min(left, batches.randint(1, 83)))
    assert users.edits == 5000
    tried, pending = weather.tried, len(world.states(LinkState.PENDING))
    assert tried <= 2 * 120
    weather.up = True
    world.forget_traffic()
    minutes = minutes_until_nothing_waits(world)
    assert_all_is_there(world, users)
    assert set(weather.carried_out.values()) == {1}
    posts = weather.carried_out.total()
    assert posts <= 800
    figures.append(
        f"outage of 2 h: {users.edits:,} edits of {len(users.wanted)} records, {pending} pending; "
        f"{tried} requests in vain; then {posts} POSTs and {len(world.asked) - posts} other "
        f"requests, nothing pending after {minutes} minutes"
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_server_that_comes_and_goes_loses_no_edit(seed: int, figures: list[str]) -> None:
    world = begun(100)
    weather, users = Weather(world, seed), Users(world, seed)
    draws = random.Random(f"turns {seed}")
    weather.losing, turns_at = 0.05, 0
    for minute in range(60):
        if minute == turns_at:
            weather.up, turns_at = not weather.up, minute + draws.randint(1, 5)
        for _ in range(4):
            users.edit(draws.randint(0, 8))
            world.clock.advance(MINUTE / 4)
        world.tick(timedelta())
    weather.up, weather.losing = True, 0.0
    minutes = minutes_until_nothing_waits(world)
    assert_all_is_there(world, users)
    assert set(world.censor.posts.values()) == {1}
    posts = weather.carried_out.total()
    assert posts <= users.edits
    figures.append(
        f"a server that comes and goes ({seed}): {users.edits} edits of {len(users.wanted)} "
        f"records, {posts} POSTs, {weather.tried} requests in vain, nothing pending "
        f"{minutes} minutes after its return"
    )
