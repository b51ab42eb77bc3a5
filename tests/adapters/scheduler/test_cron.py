"""AWS's cron expressions, hand-picked and against a plain reading of the fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.scheduler.cron import Cron, UnreadableCron

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
GREENWICH = ZoneInfo("UTC")
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def following(fields: str, now: datetime = MONDAY, zone: ZoneInfo = GREENWICH) -> list[str]:
    times = islice(Cron(fields, zone).after(now), 4)
    return [time.strftime("%a %Y-%m-%d %H:%M") for time in times]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("0/20 * * * ? *", ["12:20", "12:40", "13:00", "13:20"]),
        ("5 8-9 ? * MON-FRI *", ["08:05", "09:05", "08:05", "09:05"]),
        ("0 12 * * ? *", ["12:00"] * 4),
    ],
)
def test_times_of_the_day(fields: str, expected: list[str]) -> None:
    assert [time[-5:] for time in following(fields)] == expected


@pytest.mark.parametrize(
    ("weekdays", "expected"),
    [
        ("1", "Sun Sun Sun Sun"),
        ("7", "Sat Sat Sat Sat"),
        ("2-4", "Tue Wed Mon Tue"),
        ("SUN,2", "Sun Mon Sun Mon"),
        ("2/2", "Wed Fri Mon Wed"),
        ("*/3", "Wed Sat Sun Wed"),
        ("6-7", "Fri Sat Fri Sat"),
        ("MON-WED", "Tue Wed Mon Tue"),
        ("L", "Sat Sat Sat Sat"),
    ],
)
def test_days_of_the_week_count_from_sunday_as_one(weekdays: str, expected: str) -> None:
    assert [time[:3] for time in following(f"0 0 ? * {weekdays} *")] == expected.split()


def test_the_last_and_the_nth_day_of_the_week_in_a_month() -> None:
    assert following("0 0 ? * 6L *")[0] == "Fri 2026-11-27 00:00"
    assert following("0 0 ? * 2#1 *")[:2] == ["Mon 2026-12-07 00:00", "Mon 2027-01-04 00:00"]
    assert following("0 0 ? * SUN#5 *")[0] == "Sun 2026-11-29 00:00"


def test_the_last_day_of_a_month() -> None:
    assert following("0 0 L * ? *")[:2] == ["Mon 2026-11-30 00:00", "Thu 2026-12-31 00:00"]


def test_a_time_is_always_later_than_now() -> None:
    assert following("0 12 * * ? *", MONDAY)[0] == "Tue 2026-11-24 12:00"
    assert following("0 12 * * ? *", MONDAY - timedelta(seconds=1))[0] == "Mon 2026-11-23 12:00"


def test_only_the_years_that_are_named() -> None:
    assert following("0 0 1 1 ? 2026") == []
    assert following("0 0 1 1 ? 2028-2040/5") == [
        "Sat 2028-01-01 00:00",
        "Sat 2033-01-01 00:00",
        "Fri 2038-01-01 00:00",
    ]
    assert following("59 23 31 12 ? 2026,2030")[1:] == ["Tue 2030-12-31 23:59"]


def test_a_day_that_never_comes_has_no_time() -> None:
    assert following("0 0 29 2 ? 2026-2027") == []


def test_hours_are_those_of_the_zone() -> None:
    assert following("0 9 * * ? *", zone=AMSTERDAM)[0] == "Tue 2026-11-24 08:00"


def test_a_time_that_summer_time_leaves_out_is_skipped() -> None:
    evening = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)

    assert following("30 2 * * ? *", evening, AMSTERDAM)[0] == "Mon 2026-03-30 00:30"


def test_a_time_that_comes_twice_in_autumn_fires_once() -> None:
    evening = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert following("30 2 * * ? *", evening, AMSTERDAM)[:2] == [
        "Sun 2026-10-25 00:30",
        "Mon 2026-10-26 01:30",
    ]


def test_within_the_repeated_hour_nothing_fires_again() -> None:
    repeated = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)

    assert following("0/30 * * * ? *", repeated, AMSTERDAM)[0] == "Sun 2026-10-25 02:00"


@pytest.mark.parametrize(
    "fields",
    [
        "",
        "* * * * *",
        "0 0 15W * ? *",
        "0 0 ? * 8 *",
        "0 0 ? * 0 *",
        "0 0 ? * FRI-MON *",
        "0 0 ? * XYZ#1 *",
        "0 0 ? * MON-X *",
        "0 0 ? * -- *",
        "60 0 * * ? *",
        "0 0 30 2 ? *",
        "0 0 * * ? 1969",
        "0 0 * * ? x",
    ],
)
def test_what_cannot_be_read_is_refused(fields: str) -> None:
    with pytest.raises(UnreadableCron):
        Cron(fields, GREENWICH)


@given(
    start=st.datetimes(
        min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - the strategy adds the zone itself
        max_value=datetime(2030, 1, 1),  # noqa: DTZ001 - the strategy adds the zone itself
        timezones=st.just(UTC),
    ),
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    weekday=st.integers(1, 7),
)
def test_the_next_time_is_the_first_instant_whose_local_clock_reads_so(
    start: datetime, minute: int, hour: int, weekday: int
) -> None:
    found = next(Cron(f"{minute} {hour} ? * {weekday} *", AMSTERDAM).after(start))

    local = found.astimezone(AMSTERDAM)
    assert (local.minute, local.hour, local.isoweekday() % 7 + 1) == (minute, hour, weekday)
    assert timedelta() < found - start <= timedelta(days=14, hours=2)
