"""Tokens that a client has changed: refused, or a plan of something else; never a write."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.service.dry.plan import plan_page
from mediamosa_sync.service.dry.position import Position, position_of, token_of
from mediamosa_sync.service.refusals import InvalidRequest, Refusal
from mediamosa_sync.service.step import StepPorts
from tests.fakes.world import MINUTE, World, synced

TRIES = 250
OTHERS: tuple[object, ...] = (
    None,
    0,
    -1,
    10**9,
    -(10**20),
    True,
    "",
    "A00001",
    "2026-11-23T14:05:00+00:00",
    "walk",
    "delete",
    "full",
    "pending",
    [],
    {},
)


def ports(world: World) -> StepPorts:
    return StepPorts(world.tables, world.tables, world.open_server, world.clock, Rules())


def rich_world() -> World:
    """With ties, nominees, held deletions and a pending edit ahead."""
    world = synced(40, page_size=5)
    for number in range(20):
        world.server.erase(f"A{number:05}")
    world.edit("A00030", title=["Ours"])
    link = replace(world.link("A00030"), state=LinkState.PENDING, due=world.clock.now())
    world.tables.put_link(world.id, link)
    for number in range(3):
        uri = f"mediamosa://asset/A{number + 35:05}"
        world.tables.put_record(f"twin-{number}", uri=uri, metadata={"title": ["Mine"]})
    return world


def contents(world: World) -> list[Any]:
    """What the tokens of a plan unfold to."""
    position: Position | None = Position(world.id, world.clock.now() + MINUTE, 60, full=True)
    found = []
    while position is not None:
        position = plan_page(ports(world), position).next
        if position is not None:
            token = token_of(position)
            found.append(json.loads(zlib.decompress(base64.urlsafe_b64decode(token))))
            position = position_of(token, world.id)
    return found


def places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every object or list with each of its keys."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, inner in list(pairs):
        yield content, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@pytest.mark.parametrize("seed", range(2))
def test_a_token_that_was_changed_never_leads_to_a_write(seed: int) -> None:
    drawn, world = Random(seed), rich_world()
    known, taken = contents(world), 0
    before = replace(world.tables.traffic, reads=0)
    for _ in range(TRIES):
        content = json.loads(json.dumps(drawn.choice(known)))
        for _ in range(drawn.choice((1, 1, 2))):
            holder, key = drawn.choice(list(places(content)))
            holder[key] = drawn.choice(OTHERS)
        text = json.dumps(content).encode()
        try:
            position = position_of(base64.urlsafe_b64encode(zlib.compress(text)).decode(), world.id)
        except InvalidRequest:
            continue
        taken += 1
        # What holds for every state that steps come to need not hold for one that was made up.
        with suppress(Refusal, AssertionError):
            plan_page(ports(world), position)
    assert TRIES // 20 < taken < TRIES
    assert replace(world.tables.traffic, reads=0) == before
    assert world.server.writes == []
