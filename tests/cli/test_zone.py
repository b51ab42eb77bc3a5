from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.doctor.finding import Finding, Verdict
from infra.cli.doctor.zone import Deletion, Evidence, fitting, judge, offset_text

ZONES = ["UTC", "Europe/Amsterdam", "Europe/London", "America/St_Johns", "Asia/Kathmandu"]
ZONES += ["Pacific/Auckland", "America/New_York", "Africa/Lagos", "Pacific/Kiritimati"]
WINTER = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2016, 1, 1), datetime(2026, 11, 29)).map(  # noqa: DTZ001 - made aware at once
    lambda naive: naive.replace(tzinfo=UTC, microsecond=0)
)


def printed(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def deletion(instant: datetime, zone: str) -> Deletion:
    return Deletion(instant, printed(instant, zone))


def seen(
    zone: str, *deletions: datetime, age: timedelta | None, now: datetime = WINTER
) -> Evidence:
    """What an application in *zone* shows, whose newest change is *age* old."""
    newest = None if age is None else printed(now - age, zone)
    return Evidence(now, newest, [deletion(instant, zone) for instant in deletions])


def offset(zone: str, now: datetime = WINTER) -> timedelta:
    return now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


def test_one_deletion_proves_the_right_zone() -> None:
    found = judge("Europe/Amsterdam", seen("Europe/Amsterdam", WINTER - DAYS, age=40 * DAYS))

    assert found.verdict is Verdict.FINE
    assert "measured on 1 deletion" in found.sentence
    assert "UTC+1" in found.sentence


@pytest.mark.parametrize(("zone", "told"), [("UTC", "UTC+0"), ("Asia/Kathmandu", "UTC+5:45")])
def test_one_deletion_refutes_a_wrong_zone_and_names_right_ones(zone: str, told: str) -> None:
    found = judge("Europe/Amsterdam", seen(zone, WINTER - DAYS, age=40 * DAYS))

    assert found.verdict is Verdict.WRONG
    assert f"prints its stamps at {told}" in found.sentence
    assert "Europe/Amsterdam was at UTC+1 then" in found.sentence
    assert zone in found.fix
    assert "--time-zone" in found.fix


def test_zones_that_differ_in_summer_alone_are_told_apart_by_a_deletion_then() -> None:
    winter = seen("Africa/Lagos", WINTER, age=None)
    both = seen("Africa/Lagos", WINTER, SUMMER, age=None)

    assert judge("Europe/Amsterdam", winter).verdict is Verdict.FINE
    assert judge("Europe/Amsterdam", both).verdict is Verdict.WRONG
    assert "Europe/Amsterdam" not in fitting(both)


def test_a_stamp_in_the_future_refutes_a_zone_that_is_too_far_west() -> None:
    found = judge("Europe/London", seen("Europe/Amsterdam", age=2 * MINUTES))

    assert found.verdict is Verdict.WRONG
    assert "58 min in the future" in found.sentence
    assert "UTC+1 or further east" in found.sentence
    assert "Europe/Amsterdam" in found.fix


def test_a_fresh_change_excludes_that_the_zone_is_too_far_east() -> None:
    found = judge("Europe/Amsterdam", seen("Europe/Amsterdam", age=4 * MINUTES))

    assert found.verdict is Verdict.FINE
    assert "4 min old" in found.sentence


def test_an_older_change_leaves_it_open_and_says_what_is_possible() -> None:
    found = judge("Europe/Amsterdam", seen("UTC", age=4 * MINUTES))

    assert found.verdict is Verdict.LOOK
    assert "from UTC+0 to UTC+14 everything is possible" in found.sentence
    assert "1 h 4 min old" in found.sentence
    assert "run `doctor` again" in found.fix


@pytest.mark.parametrize("age", [None, 40 * DAYS])
def test_old_stamps_tell_nothing(age: timedelta | None) -> None:
    found = judge("Europe/Amsterdam", seen("UTC", age=age))

    assert found.verdict is Verdict.LOOK
    assert "could not be measured" in found.sentence


def test_clocks_a_minute_apart_refute_nothing() -> None:
    assert judge("UTC", seen("UTC", age=-1 * MINUTES)).verdict is Verdict.FINE


def test_what_fits_no_zone_is_for_the_administrator() -> None:
    odd = Deletion(WINTER, (WINTER + timedelta(minutes=7)).replace(tzinfo=None))

    found = judge("UTC", Evidence(WINTER, None, [odd]))

    assert found.verdict is Verdict.WRONG
    assert "Ask MediaMosa's administrator" in found.fix


def test_offsets_are_written_as_people_do() -> None:
    assert [offset_text(timedelta(minutes=m)) for m in (0, 60, 345, -210)] == [
        "UTC+0",
        "UTC+1",
        "UTC+5:45",
        "UTC-3:30",
    ]


def found_for(zone: str, configured: str, instants: list[datetime], age: timedelta) -> Finding:
    return judge(configured, seen(zone, *instants, age=age))


ages = st.timedeltas(timedelta(), timedelta(days=60))


@settings(deadline=None)
@given(zones, st.lists(instants, max_size=3), ages)
def test_the_right_zone_is_never_called_wrong(
    zone: str, deleted: list[datetime], age: timedelta
) -> None:
    assert found_for(zone, zone, deleted, age).verdict is not Verdict.WRONG


@settings(deadline=None)
@given(zones, zones, ages)
def test_a_zone_that_hides_changes_is_never_called_fine_by_a_stamp(
    zone: str, configured: str, age: timedelta
) -> None:
    found = found_for(zone, configured, [], age)

    if offset(configured) > offset(zone):
        assert found.verdict is not Verdict.FINE


@settings(deadline=None)  # the zones' files are read when they are first asked for
@given(zones, zones, instants, ages)
def test_a_deletion_decides(zone: str, configured: str, at: datetime, age: timedelta) -> None:
    found = found_for(zone, configured, [at], age)

    if printed(at, zone) != printed(at, configured):
        assert found.verdict is Verdict.WRONG
    assert found.verdict is not Verdict.LOOK


@settings(deadline=None, max_examples=30)
@given(zones, st.lists(instants, min_size=1, max_size=3), ages)
def test_zones_named_as_right_fit_what_was_read(
    zone: str, deleted: list[datetime], age: timedelta
) -> None:
    evidence = seen(zone, *deleted, age=age)

    for name in fitting(evidence):
        assert judge(name, evidence).verdict is not Verdict.WRONG
