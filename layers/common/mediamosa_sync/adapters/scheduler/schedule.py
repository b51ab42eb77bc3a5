"""When the schedule fires next, read from the schedule itself.

A ``rate(…)`` schedule fires first at its ``StartDate``, without one as soon as it was created, and
then at its rate (AWS: EventBridge Scheduler User Guide, "Schedule types", "Rate-based schedules").
So it is anchored to ``StartDate``, else to ``CreationDate``. What is not documented is whether a
change of the schedule moves the anchor; a wrong guess is off by less than one interval. Every
schedule fires within the minute that is computed ("with 60 second precision", ibid.).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mediamosa_sync.adapters.scheduler.cron import Cron
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import Tick

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_EXPRESSION = re.compile(r"\s*(?P<kind>rate|cron|at)\s*\((?P<inside>[^()]+)\)\s*")
_RATE = re.compile(r"\s*(?P<number>[1-9]\d*)\s+(?P<unit>minute|hour|day)s?\s*")
_SECOND = timedelta(seconds=1)
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def scheduler_client() -> EventBridgeSchedulerClient:
    """A client of the account, region and endpoint that the environment names."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return boto3.client("scheduler", config=config)


class EventBridgeSchedule:
    """The port ``Schedule`` over one schedule of EventBridge Scheduler."""

    def __init__(self, client: EventBridgeSchedulerClient, *, group: str, name: str) -> None:
        self._client = client
        self._group = group
        self._name = name

    def tick(self, now: datetime) -> Tick:
        """When it fires next after *now* (aware UTC), and how long after that again.

        For ``cron(…)`` the interval is that between the next two times.

        Raises:
            StoreUnavailable: the schedule cannot be read, or says something that is not understood.
        """
        schedule = self._read()
        try:
            coming, interval = _times(schedule, now)
        except (ValueError, ZoneInfoNotFoundError) as exc:
            raise StoreUnavailable(
                f"The schedule {self._name} says {schedule['ScheduleExpression'][:100]!r}, whose "
                "next time cannot be told: write ScheduleExpression as rate(5 minutes) or as a "
                "cron expression without W."
            ) from exc
        following = list(islice(coming, 2))
        if interval is None and len(following) > 1:
            interval = following[1] - following[0]
        return Tick(
            next_run=following[0] if following and _is_on(schedule, following[0]) else None,
            interval_seconds=None if interval is None else interval.total_seconds(),
        )

    def _read(self) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = self._client.get_schedule(
                GroupName=self._group, Name=self._name
            )
        except ClientError as exc:
            code = exc.response.get("Error", {}).get("Code", "")
            raise StoreUnavailable(
                f"The schedule {self._name} cannot be read ({code}): check that it exists and "
                "that the function's role may read it."
            ) from exc
        except BotoCoreError as exc:
            raise StoreUnavailable(
                f"EventBridge Scheduler did not answer when asked for the schedule {self._name}: "
                "try again in a minute."
            ) from exc
        return answer


def _is_on(schedule: Mapping[str, Any], following: datetime) -> bool:
    """Whether the schedule is enabled and has not ended by then."""
    ends = schedule.get("EndDate")
    return schedule["State"] == "ENABLED" and (ends is None or following <= ends)


def _times(
    schedule: Mapping[str, Any], now: datetime
) -> tuple[Iterator[datetime], timedelta | None]:
    """The times after *now*, aware UTC, and what lies between two if it is always the same.

    Raises:
        ValueError: the expression is not understood.
    """
    expression = schedule["ScheduleExpression"]
    zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
    start = schedule.get("StartDate")
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        raise ValueError(expression)
    inside = found["inside"].strip()
    if found["kind"] == "rate":
        return _rate(inside, start or schedule["CreationDate"], now)
    if found["kind"] == "cron":
        begin = now if start is None else max(now, start - _SECOND)
        return Cron(inside, zone).after(begin), None
    once = datetime.fromisoformat(inside).replace(tzinfo=zone).astimezone(UTC)
    return iter([once] if once > now else []), None


def _rate(inside: str, anchor: datetime, now: datetime) -> tuple[Iterator[datetime], timedelta]:
    found = _RATE.fullmatch(inside)
    if found is None:
        raise ValueError(inside)
    interval = int(found["number"]) * _UNITS[found["unit"]]
    anchor = anchor.astimezone(UTC)
    passed = max((now - anchor) // interval + 1, 0)
    return iter([anchor + passed * interval]), interval
