"""A dry run says exactly what the next run does, in worlds of every kind, and writes nothing."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from mediamosa_sync.service.dry.items import What
from tests.fakes.planned import as_planned, differences, items_in, refused
from tests.simulation.plans import Moment

SLICE = int(os.environ.get("PLANS", "500")) // 2
"""Histories of each of the two slices; a plan is made in the middle of each."""

MUST_HAPPEN = frozenset(What) - {What.RESTORE}
"""An asset that comes back out of the trashcan is rare; there is a test of its own for it."""


@pytest.mark.parametrize("first", [1, 1 + SLICE])
def test_the_next_run_does_what_the_plan_says_and_the_plan_has_written_nothing(
    first: int, figures: list[str]
) -> None:
    happened, plans = Counter[What](), 0
    for seed in range(first, first + SLICE):
        moment, full = Moment(seed), seed % 3 == 0
        for connection_id in moment.connection_ids():
            before = moment.everything()
            pages = moment.plan(connection_id, full=full)
            planned = as_planned(moment.tables, pages)
            assert moment.everything() == before, f"seed {seed}: the plan has written"
            real = moment.really(connection_id, full=full)
            found = differences(planned, real, refused(moment.tables, connection_id))
            assert found == [], f"seed {seed}: {found}"
            happened.update(item.what for item in items_in(pages))
            plans += 1
    assert happened.keys() >= MUST_HAPPEN
    figures.append(f"plans: {plans}, of {sum(happened.values())} items, each as the run then did")


def test_a_plan_that_writes_would_be_seen() -> None:
    moment = Moment(1)
    connection_id = moment.connection_ids()[0]
    before = moment.everything()
    moment.really(connection_id)
    assert moment.everything() != before
