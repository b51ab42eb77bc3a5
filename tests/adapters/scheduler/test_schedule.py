"""The next tick, read from the schedule itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from mediamosa_sync.adapters.scheduler.schedule import EventBridgeSchedule, scheduler_client
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import Tick

CREATED = datetime(2026, 11, 23, 10, 0, 17, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Scheduler:
    """EventBridge Scheduler with one schedule."""

    def __init__(self) -> None:
        client = scheduler_client()
        self.stubber = Stubber(client)
        self.schedule = EventBridgeSchedule(client, group="sync", name="every-minute")

    def tick(self, expression: str, now: datetime = NOW, **attributes: Any) -> Tick:
        answer = {
            "State": "ENABLED",
            "CreationDate": CREATED,
            "ScheduleExpression": expression,
            **attributes,
        }
        asked = {"GroupName": "sync", "Name": "every-minute"}
        self.stubber.add_response("get_schedule", answer, asked)
        return self.schedule.tick(now)


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scheduler]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made = Scheduler()
    with made.stubber:
        yield made


@pytest.mark.parametrize(
    ("expression", "next_run", "seconds"),
    [
        ("rate(1 minute)", datetime(2026, 11, 23, 12, 0, 17, tzinfo=UTC), 60),
        ("rate(50 minutes)", datetime(2026, 11, 23, 12, 30, 17, tzinfo=UTC), 3000),
        ("rate(3 hours)", datetime(2026, 11, 23, 13, 0, 17, tzinfo=UTC), 10_800),
        ("rate(2 days)", datetime(2026, 11, 25, 10, 0, 17, tzinfo=UTC), 172_800),
    ],
)
def test_a_rate_counts_from_the_schedule_s_creation(
    scheduler: Scheduler, expression: str, next_run: datetime, seconds: float
) -> None:
    assert scheduler.tick(expression) == Tick(next_run, seconds)


def test_a_rate_counts_from_its_start_if_it_has_one(scheduler: Scheduler) -> None:
    start = datetime(2026, 11, 23, 11, 59, 30, tzinfo=UTC)

    tick = scheduler.tick("rate(5 minutes)", StartDate=start)

    assert tick.next_run == start + timedelta(minutes=5)


def test_the_first_tick_of_a_rate_is_its_start(scheduler: Scheduler) -> None:
    start = NOW + timedelta(days=3)

    assert scheduler.tick("rate(5 minutes)", StartDate=start) == Tick(start, 300)


def test_a_tick_at_this_instant_is_over(scheduler: Scheduler) -> None:
    now = CREATED + timedelta(minutes=60)

    assert scheduler.tick("rate(5 minutes)", now).next_run == now + timedelta(minutes=5)


def test_a_schedule_that_is_off_has_no_next_tick_but_keeps_its_rate(scheduler: Scheduler) -> None:
    assert scheduler.tick("rate(1 minute)", State="DISABLED") == Tick(None, 60)


def test_a_schedule_that_has_ended_has_no_next_tick(scheduler: Scheduler) -> None:
    end = NOW + timedelta(seconds=10)

    assert scheduler.tick("rate(1 minute)", EndDate=end).next_run is None
    assert scheduler.tick("rate(1 minute)", EndDate=end + timedelta(minutes=1)).next_run


def test_a_cron_expression_is_read_in_its_zone(scheduler: Scheduler) -> None:
    tick = scheduler.tick(
        "cron(0/15 9-17 ? * MON-FRI *)", ScheduleExpressionTimezone="Europe/Amsterdam"
    )

    assert tick == Tick(datetime(2026, 11, 23, 12, 15, tzinfo=UTC), 900)


def test_a_cron_expression_waits_for_its_start(scheduler: Scheduler) -> None:
    start = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)

    assert scheduler.tick("cron(0 0 * * ? *)", StartDate=start) == Tick(start, 86_400)


def test_the_last_time_of_a_cron_expression_has_no_interval(scheduler: Scheduler) -> None:
    tick = scheduler.tick("cron(0 0 31 12 ? 2026)")

    assert tick == Tick(datetime(2026, 12, 31, tzinfo=UTC), None)


def test_a_single_time_comes_once(scheduler: Scheduler) -> None:
    zone = "Europe/Amsterdam"
    once = "at(2026-11-23T13:30:00)"

    found = scheduler.tick(once, ScheduleExpressionTimezone=zone)
    assert found == Tick(datetime(2026, 11, 23, 12, 30, tzinfo=UTC), None)
    over = scheduler.tick(once, NOW + timedelta(hours=1), ScheduleExpressionTimezone=zone)
    assert over == Tick(None, None)


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("rate(0 minutes)", "UTC"),
        ("rate(1 fortnight)", "UTC"),
        ("cron(0 0 15W * ? *)", "UTC"),
        ("at(tomorrow)", "UTC"),
        ("every minute", "UTC"),
        ("rate(1 minute)", "Europe/Atlantis"),
    ],
)
def test_what_is_not_understood_is_said_in_a_sentence(
    scheduler: Scheduler, expression: str, zone: str
) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be told"):
        scheduler.tick(expression, ScheduleExpressionTimezone=zone)


def test_a_schedule_that_is_not_there_is_said_in_a_sentence(scheduler: Scheduler) -> None:
    scheduler.stubber.add_client_error("get_schedule", "ResourceNotFoundException")

    with pytest.raises(StoreUnavailable, match=r"every-minute cannot be read \(ResourceNotFound"):
        scheduler.schedule.tick(NOW)


def test_a_scheduler_that_is_not_reached_is_unavailable() -> None:
    class Unreachable:
        def get_schedule(self, **_asked: str) -> None:
            raise EndpointConnectionError(endpoint_url="https://nowhere")

    # It has only the method that the adapter calls.
    schedule = EventBridgeSchedule(Unreachable(), group="sync", name="tick")  # type: ignore[arg-type]

    with pytest.raises(StoreUnavailable, match="did not answer"):
        schedule.tick(NOW)
