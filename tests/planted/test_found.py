"""The simulator finds the most telling faults within few seeds."""

from __future__ import annotations

import pytest

from tests.planted.layers import simulated
from tests.planted.patching import planted
from tests.planted.registry import BY_NAME

TELLING = (
    "cursor-one-second-late",
    "order-by-modification-time",
    "double-offset-advance",
    "absence-is-deletion",
    "removed-without-its-copy",
    "watermark-raised-by-a-failed-step",
    "cursor-kept-by-a-restart",
    "sent-not-noted-before-the-post",
    "base-moved-before-the-answer",
    "claim-outlives-its-poster",
    "post-replaces",
    "record-wins-the-conflict",
)
SEEDS = range(400)
"""Most are found by the first ten; no fault may depend on which histories those happen to be."""


@pytest.mark.parametrize("name", TELLING)
def test_the_simulator_finds_a_telling_fault_within_few_seeds(name: str) -> None:
    with planted(BY_NAME[name]):
        assert simulated(1, SEEDS) is not None


def test_without_a_fault_it_finds_nothing() -> None:
    assert simulated(1, SEEDS[:100]) is None
