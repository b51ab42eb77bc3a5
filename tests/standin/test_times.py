"""Local times without a mark: every zone, both clock changes (§ 6, § 14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from infra.local.mediamosa import times
from infra.local.mediamosa.errors import RefusedError
from tests.standin.site import seconds

AMSTERDAM = times.zone("Europe/Amsterdam")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_repeated_autumn_hour_means_its_second_pass() -> None:
    assert times.from_local(local("2025-10-26 02:15:00"), AMSTERDAM) == seconds(
        "2025-10-26T01:15:00Z"
    )


def test_the_hour_that_spring_leaves_out_is_shifted_forward() -> None:
    moment = times.from_local(local("2026-03-29 02:30:00"), AMSTERDAM)
    assert times.local_text(moment, AMSTERDAM) == "2026-03-29 03:30:00"


def test_both_passes_of_the_autumn_hour_are_printed_the_same() -> None:
    first, second = seconds("2025-10-26T00:15:00Z"), seconds("2025-10-26T01:15:00Z")
    assert times.local_text(first, AMSTERDAM) == "2025-10-26 02:15:00"
    assert times.local_text(second, AMSTERDAM) == "2025-10-26 02:15:00"


def test_a_summer_time_of_half_an_hour_repeats_half_an_hour() -> None:
    howe = times.zone("Australia/Lord_Howe")
    moment = times.from_local(local("2026-04-05 01:45:00"), howe)
    assert times.utc_text(moment) == "2026-04-04 15:15:00"
    assert times.utc_text(moment - 1800) == "2026-04-04 14:45:00"
    assert times.local_text(moment - 1800, howe) == times.local_text(moment, howe)


def test_every_zone_of_the_database_prints_what_it_reads() -> None:
    winter = seconds("2026-01-15T12:34:56Z")
    for name in sorted(available_timezones()):
        zone = times.zone(name)
        printed = times.local_text(winter, zone)
        assert times.from_local(local(printed), zone) == winter, name


def test_an_unknown_zone_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="There is no time zone 'Mars/Olympus'"):
        times.zone("Mars/Olympus")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T07:42:38", "2026-11-22 07:42:38"),
        ("2026-11-22 07:42:38", "2026-11-22 07:42:38"),
        ("2026-11-22T07:42:38Z", "2026-11-22 07:42:38"),
        ("2026-11-22T07:42:38+09:00", "2026-11-22 07:42:38"),
        ("2026-11-22T07:42:38.5", "2026-11-22 07:42:38"),
        ("2026-11", "2026-11-01 00:00:00"),
        ("2026", "2026-01-01 00:00:00"),
        ("2026-02-31", "2026-03-03 00:00:00"),
        ("2026-00-10", "2025-12-10 00:00:00"),
        ("yesterday", "1999-11-30 00:00:00"),
        ("2026-13-01", "1999-11-30 00:00:00"),
        ("", "2000-01-01 00:00:00"),
    ],
)
def test_a_date_in_cql_is_filled_up_and_never_refused(text: str, expected: str) -> None:
    assert times.utc_text(times.cql_time(text, UTC)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010", "2010-01-01 00:00:00"),
        ("2010-05", "2010-05-01 00:00:00"),
        ("2010-05-04", "2010-05-04 00:00:00"),
        ("04/05/2010", "2010-05-04 00:00:00"),
        ("2010-05-04T12:30", "2010-05-04 12:30:00"),
        ("2010-05-04 12:30:15.99", "2010-05-04 12:30:15"),
        ("2010-05-04T12:30:15Z", "2010-05-04 12:30:15"),
        ("2010-05-04T24:00", "2010-05-05 00:00:00"),
        ("", "1999-11-30 00:00:00"),
    ],
)
def test_a_date_parameter_is_normalised_to_full_seconds(text: str, expected: str) -> None:
    assert times.utc_text(times.parameter_time(text, "created", "DATETIME", UTC)) == expected


@pytest.mark.parametrize(
    "text", ["not a date", "2010-13-01", "2010-02-30", "20100504", "2010-05-04T12:30:15+01:00"]
)
def test_a_date_parameter_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="1003 Parameter validation failed for created"):
        times.parameter_time(text, "created", "DATETIME", UTC)


def test_an_hour_before_the_change_is_an_hour_before_it() -> None:
    before = times.from_local(local("2025-10-26 01:59:59"), AMSTERDAM)
    after = times.from_local(local("2025-10-26 03:00:00"), AMSTERDAM)
    assert timedelta(seconds=after - before) == timedelta(hours=2, seconds=1)
