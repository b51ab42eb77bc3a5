"""Times as a MediaMosa server reads and prints them (§ 6, § 14).

Inside, an instant is whole seconds since 1970 in UTC. Outside it is a local time of the
application's zone without a mark, so one hour a year is said twice and one never.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from infra.local.mediamosa import errors

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINIMUM_YEAR = 1
_MAXIMUM_YEAR = 9999
_CENTURY = 100
_TWO_DIGIT_PIVOT = 70
_DEFAULT_DATE = "0000-01-01T00:00:00"
_CQL_DATE = re.compile(
    r"(\d{4})-(0\d|1[0-2])-([0-2]\d|3[01])[T ]([01]\d|2[0-4]):([0-5]\d):([0-5]\d)"
    r"(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
)
_PARAMETER_DATE = re.compile(
    r"\d{4}((-)?(0[1-9]|1[0-2])((-)?(0[1-9]|[12]\d|3[01])"
    r"([T ](24:00(:00(\.0+)?)?|([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)"
    r"([+-](14:00|(0\d|1[0-3]):[0-5]\d)|Z?))?)?)?"
)
_OLD_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_PARTS = 6


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """Return the zone of this name of the tz database.

    Raises:
        ValueError: there is no zone of this name.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        message = f"There is no time zone {name!r}: give a name of the tz database."
        raise ValueError(message) from error


@lru_cache(maxsize=1 << 16)
def local_text(instant: int, time_zone: tzinfo) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` of this instant in this zone."""
    moment = (_EPOCH + timedelta(seconds=instant)).astimezone(time_zone)
    return moment.replace(tzinfo=None).isoformat(" ")


def utc_text(instant: int) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` of this instant in UTC."""
    return local_text(instant, UTC)


def instant(moment: datetime) -> int:
    """Return the whole seconds of an aware moment."""
    return int((moment - _EPOCH).total_seconds())


def from_local(local: datetime, time_zone: tzinfo) -> int:
    """Return the instant of a local time; `local` carries it with UTC as a stand-in zone.

    A time that occurs twice means its SECOND occurrence; one that does not occur is shifted
    forward by the gap (§ 14, measured on PHP 7.4).
    """
    second = instant(local.replace(tzinfo=time_zone, fold=1))
    back = (_EPOCH + timedelta(seconds=second)).astimezone(time_zone)
    if back.replace(tzinfo=UTC, fold=0) == local:
        return second
    return instant(local.replace(tzinfo=time_zone, fold=0))


@lru_cache(maxsize=1 << 12)
def cql_time(text: str, time_zone: tzinfo) -> int:
    """Return the instant that a date in CQL stands for: nothing is refused (§ 6, § 14).

    It is filled up from a default, a zone suffix is ignored, and what is no date becomes the
    end of 1999, so that "since yesterday" matches everything.
    """
    found = _CQL_DATE.fullmatch(text + _DEFAULT_DATE[len(text) :])
    if found is None:
        return _made_time((0, 0, 0, 0, 0, 0), time_zone)
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    return _made_time((year, month, day, hour, minute, second), time_zone)


def parameter_time(text: str, name: str, kind: str, time_zone: tzinfo) -> int:
    """Return the instant of a DATETIME parameter.

    An empty text becomes a junk date of 1999 (§ 10.4): that is what an empty element of an
    array stores.

    Raises:
        RefusedError: 1003, the text is no date of the allowed forms.
    """
    if text == "":
        return _made_time((0, 0, 0, 0, 0, 0), time_zone)
    return from_local(_parameter_local(text, name, kind), time_zone)


def _parameter_local(text: str, name: str, kind: str) -> datetime:
    old = _OLD_DATE.fullmatch(text)
    if old:
        text = f"{old[3]}-{old[2]}-{old[1]}"
    elif not _PARAMETER_DATE.fullmatch(text):
        raise errors.failed(name, kind)
    parts = [_leading_digits(part) for part in re.split(r"[-:T\s]", text)]
    if len(parts) > _PARTS:
        raise errors.failed(name, kind)
    numbers = [int(part or 0) for part in parts] + [0] * (_PARTS - len(parts))
    try:
        day = datetime(numbers[0], numbers[1] or 1, numbers[2] or 1, tzinfo=UTC)
        return day + timedelta(hours=numbers[3], minutes=numbers[4], seconds=numbers[5])
    except (ValueError, OverflowError) as error:
        raise errors.failed(name, kind) from error


def _leading_digits(text: str) -> str:
    return "".join(takewhile(str.isdigit, text))


def _made_time(parts: tuple[int, int, int, int, int, int], time_zone: tzinfo) -> int:
    """Return the instant of these parts, each carried over into the next as PHP's mktime does."""
    year, month, day, hour, minute, second = parts
    if year < _CENTURY + 1:
        year += 2000 if year < _TWO_DIGIT_PIVOT else 1900
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    year = min(max(year, _MINIMUM_YEAR), _MAXIMUM_YEAR - 1)
    first = datetime(year, month, 1, tzinfo=UTC)
    local = first + timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    return from_local(local, time_zone)
