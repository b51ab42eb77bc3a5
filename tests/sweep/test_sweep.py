"""A slice of the sweep: at every so many points of every scene, in each form, every fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sweep.faults import SWALLOWED, Disturbance, parsed
from tests.sweep.registry import HARD, SCENES
from tests.sweep.running import undisturbed
from tests.sweep.sweeping import Case, Found, fault_of, pairs, slice_of

EVERY = 53
"""Of so many points of a scene one is tried here; `python -m tests.sweep` tries them all."""

pytestmark = pytest.mark.exhaustive

CASES = Path(__file__).parents[2] / "docs" / "scenarios.md"

RUNS: list[Found] = []


@pytest.fixture(scope="module", autouse=True)
def _plays(figures: list[str]) -> Iterator[None]:
    yield
    runs = sum(found.runs for found in RUNS)
    figures.append(f"crash sweep: {runs:,} runs of {len(RUNS)} scenes, at every {EVERY}rd point")


@pytest.mark.parametrize("name", SCENES)
def test_a_disturbance_at_any_point_leads_to_an_end_that_an_undisturbed_play_reaches(
    name: str,
) -> None:
    found = Found(name, len(undisturbed(name).points))
    RUNS.append(found)
    for case in slice_of(name, EVERY):
        wrong = fault_of(case, found)
        assert not wrong, f"{wrong}; replay: python -m tests.sweep {case}"


def test_every_case_of_the_list_has_a_scene() -> None:
    listed = set(re.findall(r"^- (S\d+) ", CASES.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(listed) == 51
    assert listed - {name.partition(" ")[0] for name in SCENES} == set()
    assert len(SCENES) >= 60


def test_ten_scenes_and_more_are_disturbed_at_two_points() -> None:
    assert len(HARD) >= 10
    case = next(pairs(HARD[0]))
    assert fault_of(case, Found(HARD[0])) == ""


def test_what_a_violation_prints_replays_it() -> None:
    one = Disturbance(12, "after", "busy")
    assert parsed(str(one)) == one
    assert str(Case("S1 ties", (one,))) == "'S1 ties' '12:after:busy'"
    assert str(Case("S1 ties", repeated=3)) == "'S1 ties' repeat:3"


@pytest.mark.parametrize("name", ["S22 one of many", "S32 the echo"])
def test_a_store_that_says_done_and_writes_nothing_is_found(name: str) -> None:
    points = undisturbed(name).points
    at = next(at for at, point in enumerate(points) if point in {"call apply", "call write"})
    case = Case(name, (Disturbance(at, "before", SWALLOWED),))
    assert fault_of(case, Found(name))
