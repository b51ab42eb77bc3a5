"""AWS's cron expressions (EventBridge Scheduler User Guide, "Cron-based schedules").

They differ from those of Unix, which the library cronsim reads: six fields, the last a year; days
of the week 1 to 7 from Sunday; ``?`` for "any" in one of the two day fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_FIELDS = 6
_YEARS = range(1970, 2200)
_DAYS = range(1, 8)
_DAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LAST_DAY = "6"
_SPECIAL_DAY = re.compile(r"(?P<day>[1-7]|[A-Z]{3})(?P<rest>L|#[1-5])")
_TERM = re.compile(r"(\*|(?P<first>\w+)(-(?P<last>\w+))?)(/(?P<step>[1-9]\d*))?", re.ASCII)
_SECOND = timedelta(seconds=1)
_SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class UnreadableCron(ValueError):
    """The expression is none of AWS's, or uses ``W``, which cronsim does not know."""


class Cron:
    """The six fields between the parentheses of ``cron(…)``, in a time zone.

    Raises:
        UnreadableCron: the fields cannot be read.
    """

    def __init__(self, fields: str, zone: ZoneInfo) -> None:
        parts = fields.upper().split()
        if len(parts) != _FIELDS:
            raise UnreadableCron(fields)
        minutes, hours, days, months, weekdays, years = parts
        days = "*" if days == "?" else days
        weekdays = ",".join(_weekdays(term) for term in weekdays.split(","))
        self._expression = f"{minutes} {hours} {days} {months} {weekdays}"
        self._years = frozenset(
            year for term in years.split(",") for year in _numbers(term, _YEARS)
        )
        self._zone = zone
        try:
            CronSim(self._expression, _SOME_TIME)
        except CronSimError as exc:
            raise UnreadableCron(fields) from exc

    def after(self, now: datetime) -> Iterator[datetime]:
        """The times after *now* (aware), in order, aware UTC.

        Walked by the local clock: a time that summer time leaves out is skipped, and one that comes
        twice in autumn fires once (User Guide, "Daylight savings time").
        """
        for local in self._local(now.astimezone(self._zone).replace(tzinfo=None, fold=0)):
            instant = local.replace(tzinfo=self._zone).astimezone(UTC)
            exists = instant.astimezone(self._zone).replace(tzinfo=None) == local
            if exists and instant > now:
                yield instant

    def _local(self, begin: datetime) -> Iterator[datetime]:
        """Local times after *begin*, none beyond the last year."""
        start: datetime | None = begin
        while start is not None:
            begin, start = start, None
            for local in CronSim(self._expression, begin):
                if local.year in self._years:
                    yield local
                    continue
                later = [year for year in self._years if year > local.year]
                start = local.replace(min(later), 1, 1, 0, 0) - _SECOND if later else None
                break


def _weekdays(term: str) -> str:
    """One term of the day of the week, as cronsim counts: from 0."""
    if term in {"*", "?"}:
        return "*"
    if term == "L":
        return _LAST_DAY
    special = _SPECIAL_DAY.fullmatch(term)
    if special:
        return f"{_number(special['day'], _DAY_NAMES) - 1}{special['rest']}"
    return ",".join(str(day - 1) for day in _numbers(term, _DAYS, _DAY_NAMES))


def _numbers(term: str, bounds: range, names: Sequence[str] = ()) -> range:
    """What a term stands for: ``*``, ``a``, ``a-b``, each perhaps with ``/step``."""
    found = _TERM.fullmatch(term)
    if found is None:
        raise UnreadableCron(term)
    first, last, step = found["first"], found["last"], found["step"]
    begin = bounds[0] if first is None else _number(first, names)
    if last is not None:
        end = _number(last, names)
    else:
        end = bounds[-1] if first is None or step is not None else begin
    if begin not in bounds or end not in bounds or end < begin:
        raise UnreadableCron(term)
    return range(begin, end + 1, int(step or 1))


def _number(text: str, names: Sequence[str]) -> int:
    if text in names:
        return names.index(text) + 1
    if not text.isdigit():
        raise UnreadableCron(text)
    return int(text)
