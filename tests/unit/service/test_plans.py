"""Plans as admins ask for them: what the step function is asked, and what becomes of its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.run import Kind, Run, RunState, Trigger
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.errors import PlannerTimedOut, PlannerUnavailable
from mediamosa_sync.ports import PlanAnswer, PlanQuestion
from mediamosa_sync.service.dry.answer import LONGEST_ITEMS, answer_of, estimated_seconds
from mediamosa_sync.service.dry.items import (
    LONGEST_VALUE,
    MOST_VALUES,
    Change,
    Item,
    What,
    item_object,
)
from mediamosa_sync.service.dry.overlay import Overlay
from mediamosa_sync.service.dry.plan import Page
from mediamosa_sync.service.dry.position import Position, Sums, token_of
from mediamosa_sync.service.plans import Plans
from mediamosa_sync.service.refusals import (
    ConnectionUnusable,
    InvalidRequest,
    MediaMosaUnavailable,
    PlanTimedOut,
    PlanTooLarge,
    PlanUnavailable,
    Refusal,
    UnknownConnection,
)
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
ID = CONNECTION.connection_id


class FakePlanner:
    """The port ``Planner``: it answers as it is told."""

    def __init__(self, answer: PlanAnswer | Exception) -> None:
        self.answer = answer
        self.asked: list[PlanQuestion] = []

    def plan(self, question: PlanQuestion) -> PlanAnswer:
        """As the port says."""
        self.asked.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def plans(
    answer: PlanAnswer | Exception, *, on: bool = True, **change: Any
) -> tuple[Plans, FakePlanner]:
    tables, planner, schedule = MemoryTables(), FakePlanner(answer), FakeSchedule(START, 300)
    tables.put_connection(replace(CONNECTION, **change))
    schedule.on = on
    return Plans(tables, schedule, planner, FakeClock()), planner


PAGE = PlanAnswer({"kind": None})


def test_a_plan_is_of_the_next_run_of_the_schedule() -> None:
    use_case, planner = plans(PAGE)
    assert use_case.page(ID, full=True) == {"kind": None}
    assert planner.asked == [PlanQuestion(ID, START + timedelta(minutes=5), 300, full=True)]


def test_while_the_schedule_is_off_it_is_of_a_run_at_this_moment() -> None:
    use_case, planner = plans(PAGE, on=False)
    use_case.page(ID, token="next")
    assert planner.asked == [PlanQuestion(ID, START, None, token="next")]


def test_an_unknown_connection_is_told() -> None:
    use_case, planner = plans(PAGE)
    with pytest.raises(UnknownConnection):
        use_case.page("0" * 40)
    assert planner.asked == []


@pytest.mark.parametrize(
    ("change", "words"),
    [({"enabled": False}, "switched off"), ({"problem": "Its address is none."}, "Its address")],
)
def test_a_connection_that_cannot_be_synced_is_not_planned(
    change: dict[str, Any], words: str
) -> None:
    use_case, planner = plans(PAGE, **change)
    with pytest.raises(ConnectionUnusable, match=words):
        use_case.page(ID)
    assert planner.asked == []


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (PlanAnswer(None, "bad-request", "Begin anew."), InvalidRequest("Begin anew.")),
        (PlanAnswer(None, "connection-unusable", "Off."), ConnectionUnusable("Off.")),
        (PlanAnswer(None, "mediamosa-unavailable", "Away."), MediaMosaUnavailable("Away.")),
        (PlanAnswer(None, "plan-too-large", "Large."), PlanTooLarge()),
        (PlanAnswer(None, "unavailable", "Busy."), PlanUnavailable("Busy.")),
        (PlanAnswer(None, "of a later version", "New."), PlanUnavailable("New.")),
        (PlannerTimedOut("Slow."), PlanTimedOut()),
        (PlannerUnavailable("Not there."), PlanUnavailable("Not there.")),
    ],
)
def test_what_the_step_function_cannot_plan_is_told_with_the_reason(
    answer: PlanAnswer | Exception, refusal: Refusal
) -> None:
    use_case, _ = plans(answer)
    with pytest.raises(Refusal) as raised:
        use_case.page(ID)
    assert (type(raised.value), str(raised.value)) == (type(refusal), str(refusal))


@pytest.mark.parametrize(
    ("steps", "pushes", "interval", "steps_per_tick", "seconds"),
    [
        ({Kind.FULL: 4}, 0, 60, 1, 240),
        ({Kind.FULL: 4}, 0, 60, 10, 60),
        ({Kind.FULL: 11}, 0, 60, 10, 120),
        ({Kind.INCREMENTAL: 1}, 0, 300, 1, 300),
        ({Kind.INCREMENTAL: 1, Kind.FULL: 4}, 0, 60, 1, 480),
        ({Kind.INCREMENTAL: 1, Kind.FULL: 4}, 0, 60, 2, 240),
        ({Kind.INCREMENTAL: 5, Kind.FULL: 1}, 0, 60, 1, 360),
        ({}, 3, 60, 2, 120),
        ({}, 0, 60, 1, 0),
        ({Kind.FULL: 4}, 0, None, 1, None),
    ],
)
def test_how_long_it_takes_follows_from_the_schedule(
    steps: dict[Kind, int],
    pushes: int,
    interval: int | None,
    steps_per_tick: int,
    seconds: int | None,
) -> None:
    sums = Sums(steps=steps, pushes=pushes)
    assert estimated_seconds(sums, interval, steps_per_tick) == seconds


def test_long_values_are_cut_and_many_are_counted() -> None:
    many = tuple(f"v{number}" for number in range(MOST_VALUES + 3))
    change = Change("title", "name", ("x" * 600,), many)
    told = item_object(Item(What.UPDATE, "A1", "m1", "", (change,)))
    assert isinstance(told["changes"], list)
    (shown,) = told["changes"]
    assert shown["old"] == ["x" * LONGEST_VALUE + "…"]
    assert shown["new"][-1] == "… and 3 more"
    assert (told["reason"], shown["property"], shown["record_name"]) == (None, "title", "name")


def test_of_more_than_an_answer_holds_what_changes_is_left_out() -> None:
    change = Change("title", "title", (), tuple(["x" * LONGEST_VALUE] * MOST_VALUES))
    items = tuple(Item(What.CREATE, f"A{number}", "m", "", (change,)) for number in range(100))
    page = Page(None, items, Sums(), None)
    answer = answer_of(page, Position(ID, START), 1)
    assert (answer["kind"], answer["progress"], answer["next"]) == (None, None, None)
    told = answer["items"]
    assert isinstance(told, list)
    assert len(told) == 100
    whole = [one for one in told if one["changes"]]
    assert whole == told[: len(whole)]
    assert 50 < len(whole) < 70
    assert "too long to be shown" in told[-1]["reason"]
    assert len(str(told)) < LONGEST_ITEMS + 100 * 200


def test_progress_is_told_once_the_list_has_told_its_length() -> None:
    run = Run("full-1", Kind.FULL, Trigger.FIRST, START, Cursor(done=7))
    position = Position(ID, START, overlay=Overlay(state=RunState(ID)))
    early = answer_of(Page(run, (), Sums(), position), position, 1)
    assert (early["kind"], early["progress"]) == ("full", None)
    assert early["next"] == token_of(position)
    run = replace(run, cursor=Cursor(done=7, total=5))
    later = answer_of(Page(run, (), Sums(listed={Kind.INCREMENTAL: 7}), None), position, 1)
    assert later["progress"] == {"done": 7, "total": 7}
    totals = later["totals"]
    assert isinstance(totals, dict)
    assert totals["assets"] == 7
