"""Status and restart, as admins have them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import Tick
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import Control
from mediamosa_sync.service.refusals import UnknownConnection
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
CONNECTION_ID = CONNECTION.connection_id
ADMIN = Admin("operator", "request-1")


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
        control.request_restart(CONNECTION.connection_id, Admin("operator", "r"))
    assert tables.run_state(CONNECTION.connection_id).restart is None


def test_an_unknown_connection_has_neither_status_nor_restart(control: Control) -> None:
    with pytest.raises(UnknownConnection):
        control.status("0" * 40)
    with pytest.raises(UnknownConnection):
        control.request_restart("0" * 40, Admin("operator", "r"))


def test_ten_presses_are_one_wish(control: Control, clock: FakeClock, tables: MemoryTables) -> None:
    presses = []
    for number in range(10):
        presses.append(
            control.request_restart(CONNECTION.connection_id, Admin("operator", f"r{number}"))
        )
        clock.advance(seconds=1)
    assert {(press.at, press.next_run) for press in presses} == {
        (START, START + timedelta(minutes=1))
    }
    assert [press.fresh for press in presses] == [True] + 9 * [False]
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


def test_a_wish_can_be_taken_back_until_it_is_taken(control: Control, tables: MemoryTables) -> None:
    control.request_restart(CONNECTION_ID, ADMIN)
    assert control.withdraw_restart(CONNECTION_ID) is True
    assert control.withdraw_restart(CONNECTION_ID) is False
    assert tables.run_state(CONNECTION_ID).restart is None


def test_a_full_run_is_wished_for_once(
    control: Control, clock: FakeClock, tables: MemoryTables
) -> None:
    first = control.request_full(CONNECTION_ID, ADMIN)
    clock.advance(seconds=1)
    again = control.request_full(CONNECTION_ID, Admin("operator", "request-2"))
    assert (first.at, first.fresh) == (START, True)
    assert (again.at, again.fresh) == (START, False)
    wish = tables.run_state(CONNECTION_ID).full_wish
    assert wish is not None
    assert (wish.restart_id, wish.requested_by) == ("request-1", "operator")


def test_each_direction_is_paused_and_resumed_by_itself(
    control: Control, tables: MemoryTables
) -> None:
    def pause(*directions: str, paused: bool = True) -> bool:
        return control.pause(CONNECTION_ID, directions, paused=paused)

    assert pause("pull") is True
    assert pause("pull") is False
    assert control.status(CONNECTION_ID)["state"] == "paused"
    assert pause("pull", "push") is True
    assert pause("pull", paused=False) is True
    assert pause("pull", paused=False) is False
    connection = tables.connection(CONNECTION_ID)
    assert connection is not None
    assert connection.paused == {"push"}


def test_what_is_asked_of_an_unknown_connection_is_refused(control: Control) -> None:
    with pytest.raises(UnknownConnection):
        control.withdraw_restart("0" * 40)
    with pytest.raises(UnknownConnection):
        control.request_full("0" * 40, ADMIN)
    with pytest.raises(UnknownConnection):
        control.pause("0" * 40, ["pull"], paused=True)
