"""Two real steps of one connection at once: the second runs whole at each point of the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mediamosa_sync.domain.run import Execution
from mediamosa_sync.service.step import StepOutcome, StepResult
from tests.scenarios.scenes import SCENES, Moments, assert_ends_well, moments_of, play
from tests.scenarios.share import share
from tests.scenarios.world import World

Other = Callable[[World, Execution], StepResult]
UNFENCED = ("properties", "mediafiles")
"""What is only kept so that it need not be asked for again; any step may write it."""


def once_the_lease_has_expired(world: World, _: Execution) -> StepResult:
    return world.step(world.execution(after=timedelta(minutes=2)))


def while_the_lease_is_held(world: World, _: Execution) -> StepResult:
    return world.step(world.execution(after=timedelta(seconds=1)))


def as_the_same_invocation_repeated(world: World, execution: Execution) -> StepResult:
    return world.step(execution)


def fenced_part(world: World) -> dict[str, Any]:
    return {name: part for name, part in world.kept().items() if name not in UNFENCED}


def interleave(name: str, at: int, other: Other) -> None:
    world = play(name)
    execution = world.execution()
    results: list[StepResult] = []
    after_other: list[dict[str, Any]] = []

    def run_other() -> None:
        results.append(other(world, execution))
        after_other.append(fenced_part(world))

    moments = Moments(world, at, run_other)
    first = world.step(execution)
    moments.stop()
    if not results:
        return
    (second,) = results
    assert StepOutcome.FAILED not in {first.outcome, second.outcome}
    held = "after take_lease" in moments.seen
    if held and second.outcome is StepOutcome.WORKED:
        assert fenced_part(world) == after_other[0]
    if other is while_the_lease_is_held and held and at < _given_back(name):
        assert second == StepResult(StepOutcome.SKIPPED, reason="Another step of it is running.")
    if second.outcome is StepOutcome.SKIPPED:
        assert first.outcome is StepOutcome.WORKED
    assert_ends_well(world, name)


def _given_back(name: str) -> int:
    """The moment at which the lease is free again; what is pushed after it needs none."""
    moments = moments_of(name)
    return max(at for at, moment in enumerate(moments) if moment == "after save_run")


@pytest.mark.parametrize(
    "other",
    [once_the_lease_has_expired, while_the_lease_is_held, as_the_same_invocation_repeated],
)
@pytest.mark.parametrize("name", SCENES)
def test_another_step_at_any_moment_neither_spoils_nor_doubles_anything(
    name: str, other: Other
) -> None:
    for at in share(range(len(moments_of(name))), 3, name):
        try:
            interleave(name, at, other)
        except AssertionError as error:
            error.add_note(f"disturbed at moment {at}: {moments_of(name)[at]}")
            raise
