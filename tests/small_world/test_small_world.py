"""A slice of the small world, gone through in every order; the rest is ``make small-world``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from mediamosa_sync.domain.run import Fence, RunState
from mediamosa_sync.domain.writes import AssetWrite
from tests.fakes.chunks import Staged
from tests.fakes.stores import MemoryTables
from tests.small_world.__main__ import summary
from tests.small_world.scopes import SCOPES
from tests.small_world.search import Found, Search, replayed

ROOT = Path(__file__).parents[2]
MOST = 10**9
SLICE = ("tiny", "first", "dying", "gone")

pytestmark = pytest.mark.exhaustive


class Unfenced(MemoryTables):
    """Tables that let every step write, however old its generation and its number."""

    def _fenced(self, fence: Fence) -> RunState:
        return self._state(fence.connection_id)


class Unconditional(MemoryTables):
    """Tables that write a link or a record whatever somebody else has made of it meanwhile."""

    def _stage(self, connection_id: str, writes: Sequence[AssetWrite]) -> Staged:
        staged = super()._stage(connection_id, writes)
        staged.contested.clear()
        return staged


def progress(_found: Found, _states: int) -> None:
    """Nobody watches."""


def test_every_order_of_a_small_scope_keeps_every_promise(figures: list[str]) -> None:
    found = [Search(SCOPES[name]).run(MOST, progress) for name in SLICE]
    states = sum(one.states for one in found)
    figures.append(f"the small world: {summary(found, states)} (the fast slice)")
    assert [one.broken for one in found] == [""] * len(SLICE)
    assert all(one.closed for one in found)
    assert states > 90_000


def test_a_store_that_does_not_look_at_the_fence_is_found_out() -> None:
    found = Search(SCOPES["restart"], tables=Unfenced, calm=False).run(MOST, progress)
    assert found.broken.startswith("I11: ")
    *_, last = replayed(SCOPES["restart"], found.path, tables=Unfenced)
    assert last == f"BROKEN {found.broken}"


def test_a_store_that_writes_without_conditions_is_found_out() -> None:
    found = Search(SCOPES["tiny"], tables=Unconditional).run(MOST, progress)
    assert found.broken.startswith("I3: base of title of A went back")
    *_, last = replayed(SCOPES["tiny"], found.path)
    assert last == "Nothing is broken."


def test_the_same_path_with_the_fence_breaks_nothing() -> None:
    found = Search(SCOPES["restart"], tables=Unfenced, calm=False).run(MOST, progress)
    *_, last = replayed(SCOPES["restart"], found.path)
    assert last == "Nothing is broken."


def test_another_hash_seed_finds_the_same_states() -> None:
    told = {_told(seed) for seed in ("1", "2")}
    assert len(told) == 1
    assert "distinct states, 0 violations, at depth" in told.pop()


def _told(seed: str) -> str:
    """The fingerprint and the last line of a short search."""
    settings = {"PYTHONHASHSEED": seed, "STATES": "1000", "WORKERS": "1", "SCOPES": "tiny"}
    path = os.pathsep.join(("layers/common", "."))
    program = [sys.executable, "-m", "tests.small_world"]
    done = subprocess.run(
        program,
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(done.stdout.splitlines()[-2:])
