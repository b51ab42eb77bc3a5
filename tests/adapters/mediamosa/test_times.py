"""The connection's time zone (protocol § 6, § 14; DESIGN § 2, watermark)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediamosa_sync.adapters.mediamosa.times import LocalTimes, server_time
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.errors import Malformed

AMSTERDAM = LocalTimes("Europe/Amsterdam")
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instants(first: str, last: str) -> st.SearchStrategy[datetime]:
    seconds = st.integers(int(utc(first).timestamp()), int(utc(last).timestamp()))
    return seconds.map(lambda second: datetime.fromtimestamp(second, UTC))


def read_by_mediamosa(text: str, zone: str) -> datetime:
    """How the server reads a local time: the second pass; what is left out shifted forward."""
    local, tz = datetime.fromisoformat(text), ZoneInfo(zone)
    first = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return max(first, second)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22 08:20:02", "2026-11-22T07:20:02"),
        ("2026-07-01 00:00:00", "2026-06-30T22:00:00"),
        ("2025-10-26 01:59:59", "2025-10-25T23:59:59"),
        ("2025-10-26 03:00:00", "2025-10-26T02:00:00"),
    ],
)
def test_a_stamp_is_the_instant_of_its_local_time(text: str, instant: str) -> None:
    assert AMSTERDAM.instant(text) == utc(instant)


def test_a_stamp_in_the_repeated_hour_is_of_its_first_pass() -> None:
    assert AMSTERDAM.instant("2025-10-26 02:15:00") == utc("2025-10-26T00:15:00")


def test_a_stamp_in_the_missing_hour_is_shifted_forward() -> None:
    assert AMSTERDAM.instant("2026-03-29 02:30:00") == utc("2026-03-29T01:30:00")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "0000-00-00 00:00:00",
        "2026-13-01 00:00:00",
        "2026-02-30 00:00:00",
        "2026-11-22",
        "2026-11-22T08:20:02",
        "2026-11-22 08:20:02 ",
        "2026-11-22 24:20:02",
        "2026-W01-1 00:00:00",
        "٢٠٢٦-11-22 08:20:02",
        "yesterday",
        "0001-01-01 00:00:00",
    ],
)
def test_what_is_no_time_is_no_instant(text: str | None) -> None:
    assert AMSTERDAM.instant(text) is None


def test_a_time_beyond_what_can_be_kept_is_no_instant() -> None:
    assert LocalTimes("America/New_York").instant("9999-12-31 23:59:59") is None


@pytest.mark.parametrize(
    ("since", "text"),
    [
        ("2026-11-22T07:20:02", "2026-11-22T08:20:02"),
        ("2026-11-22T07:20:02.999999", "2026-11-22T08:20:02"),
        ("2025-10-25T23:59:59", "2025-10-26T01:59:59"),
        ("2025-10-26T00:00:00", "2025-10-26T01:59:59"),
        ("2025-10-26T00:15:00", "2025-10-26T01:59:59"),
        ("2025-10-26T01:15:00", "2025-10-26T01:59:59"),
        ("2025-10-26T01:59:59", "2025-10-26T01:59:59"),
        ("2025-10-26T02:00:00", "2025-10-26T03:00:00"),
        ("2026-03-29T00:59:59", "2026-03-29T01:59:59"),
        ("2026-03-29T01:00:00", "2026-03-29T03:00:00"),
    ],
)
def test_a_watermark_is_sent_in_local_time_and_from_before_the_repeated_hour(
    since: str, text: str
) -> None:
    assert AMSTERDAM.since(utc(since)) == text


def test_the_half_hour_of_lord_howe_is_stepped_back_over_too() -> None:
    howe = LocalTimes("Australia/Lord_Howe")

    assert howe.since(utc("2026-04-04T15:10:00")) == "2026-04-05T01:29:59"


def test_the_recorded_changes_of_the_repeated_hour_are_all_after_what_is_sent() -> None:
    """The server measured left out two of five when it was asked with 02:15 (§ 14)."""
    first_pass = utc("2025-10-26T00:15:00")

    assert read_by_mediamosa(AMSTERDAM.since(first_pass), "Europe/Amsterdam") < first_pass
    assert read_by_mediamosa("2025-10-26T02:15:00", "Europe/Amsterdam") > first_pass


@given(
    zone=st.sampled_from(ZONES),
    watermark=instants("1850-01-01T00:00:00", "2100-01-01T00:00:00"),
)
@example(zone="Pacific/Apia", watermark=utc("2011-12-30T10:00:00"))
@example(zone="America/Caracas", watermark=utc("2007-12-09T07:05:00"))
@example(zone="Africa/Casablanca", watermark=utc("2026-02-15T02:10:00"))
@example(zone="Europe/Dublin", watermark=utc("2025-10-26T00:30:00"))
@example(zone="America/Goose_Bay", watermark=utc("2010-11-07T03:00:30"))
def test_no_change_at_or_after_the_watermark_is_left_out(zone: str, watermark: datetime) -> None:
    asked_from = read_by_mediamosa(LocalTimes(zone).since(watermark), zone)

    assert asked_from <= watermark


def _changes(zone: str) -> list[datetime]:
    """Instants from 1990 to 2037 at which the zone's clocks change."""
    tz, found = ZoneInfo(zone), []
    step, instant = timedelta(days=10), datetime(1990, 1, 1, tzinfo=UTC)
    while instant.year < 2038:
        if instant.astimezone(tz).utcoffset() != (instant + step).astimezone(tz).utcoffset():
            low, high = instant, instant + step
            while high - low > SECOND:
                middle = low + (high - low) // SECOND // 2 * SECOND
                same = middle.astimezone(tz).utcoffset() == low.astimezone(tz).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        instant += step
    return found


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Amsterdam",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Pyongyang",
        "Antarctica/Troll",
    ],
)
def test_around_every_change_of_the_clocks_nothing_is_left_out_and_little_is_repeated(
    zone: str,
) -> None:
    times = LocalTimes(zone)
    for change in _changes(zone):
        for seconds in (*range(-9000, 9001, 900), -1, 1, -3599, 3599):
            watermark = change + timedelta(seconds=seconds)
            asked_from = read_by_mediamosa(times.since(watermark), zone)
            assert asked_from <= watermark
            assert watermark - asked_from <= timedelta(hours=4, seconds=1)


@given(zone=st.sampled_from(ZONES), instant=instants("1990-01-01T00:00:00", "2037-01-01T00:00:00"))
def test_a_stamp_never_looks_newer_than_it_is(zone: str, instant: datetime) -> None:
    shown = instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")

    read = LocalTimes(zone).instant(shown)

    assert read is not None
    assert instant - timedelta(hours=3) <= read <= instant


@pytest.mark.parametrize(
    "name",
    ["", " ", "Europe/Amsterdm", "Europe", "../etc/passwd", "/etc/passwd", "CET+1\x00", "é" * 99],
)
def test_an_unknown_zone_is_told_in_a_sentence(name: str) -> None:
    with pytest.raises(InvalidConfiguration, match=r"time zone .* is not known: write it as"):
        LocalTimes(name)


def test_white_space_around_a_zone_does_not_matter() -> None:
    assert LocalTimes(" UTC ").since(utc("2026-01-01T00:00:00")) == "2026-01-01T00:00:00"


def test_the_servers_clock_is_its_date_header() -> None:
    assert server_time("Sun, 22 Nov 2026 06:50:54 GMT") == utc("2026-11-22T06:50:54")


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "soon",
        "Sun, 22 Nov 2026 06:50:54 -0000",
        "Sun, 32 Nov 2026 06:50:54 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0100",
    ],
)
def test_an_answer_without_a_valid_date_is_malformed(date: str | None) -> None:
    with pytest.raises(Malformed, match="Date header"):
        server_time(date)
