"""Status and restart, as admins have them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import StoreUnavailable, Tick
from mediamosa_sync.service.control import Control, UnknownConnection
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def schedule() -> FakeSchedule:
    return FakeSchedule(START)


@pytest.fixture
def control(tables: MemoryTables, schedule: FakeSchedule, clock: FakeClock) -> Control:
    return Control(tables, schedule, clock)


def test_every_connection_has_a_status(control: Control) -> None:
    (status,) = control.statuses()
    assert status == control.status(CONNECTION.connection_id)
    assert status["state"] == "never_synced"
    assert status["next_run"] == "2026-11-23T12:01:00Z"


def test_a_schedule_that_is_off_has_no_next_run(control: Control, schedule: FakeSchedule) -> None:
    schedule.on = False
    assert control.status(CONNECTION.connection_id)["next_run"] is None


def test_a_press_while_the_schedule_cannot_be_read_leaves_no_mark(
    control: Control, schedule: FakeSchedule, tables: MemoryTables
) -> None:
    schedule.reachable = False
    with pytest.raises(StoreUnavailable):
        control.request_restart(CONNECTION.connection_id, requested_by="o", restart_id="r")
    assert tables.run_state(CONNECTION.connection_id).restart is None


def test_an_unknown_connection_has_neither_status_nor_restart(control: Control) -> None:
    with pytest.raises(UnknownConnection):
        control.status("0" * 40)
    with pytest.raises(UnknownConnection):
        control.request_restart("0" * 40, requested_by="operator", restart_id="r")


def test_ten_presses_are_one_wish(control: Control, clock: FakeClock, tables: MemoryTables) -> None:
    wishes = set()
    for number in range(10):
        wish, next_run = control.request_restart(
            CONNECTION.connection_id, requested_by="operator", restart_id=f"r{number}"
        )
        wishes.add(wish)
        assert next_run == START + timedelta(minutes=1)
        clock.advance(seconds=1)
    assert len(wishes) == 1
    assert tables.traffic.run_item_writes == 1
    status = control.status(CONNECTION.connection_id)
    assert (status["state"], status["restart_requested_at"]) == (
        "requested",
        "2026-11-23T12:00:00Z",
    )


class WithoutInterval(FakeSchedule):
    """As a cron expression that fires but once."""

    def tick(self, now: datetime) -> Tick:
        return Tick(now, None)


def test_a_schedule_without_a_known_interval_is_told_all_the_same(
    tables: MemoryTables, clock: FakeClock
) -> None:
    status = Control(tables, WithoutInterval(START), clock).status(CONNECTION.connection_id)
    assert status["next_run"] == "2026-11-23T12:00:00Z"
