"""The connection's time zone, applied here and nowhere else (protocol § 6, § 14).

MediaMosa shows and reads times in its application's zone, without a mark of the zone. When clocks
are put back an hour of local time happens twice; MediaMosa reads a time in it as the *second*
pass. When they are put forward an hour does not happen; a time in it is shifted forward.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.errors import Malformed

_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_SECOND = timedelta(seconds=1)


class LocalTimes:
    """Times as MediaMosa writes and reads them for one application.

    Raises:
        InvalidConfiguration: *name* is no zone of the tz database.
    """

    def __init__(self, name: str) -> None:
        self._zone = _zone(name)

    def instant(self, text: str | None) -> datetime | None:
        """The instant (aware UTC) of a stamp like ``2026-11-22 08:20:02``; None if it is no time.

        Within the hour that happens twice the *first* pass is meant: an instant that is too old
        makes nothing look as if it had been seen already, one that is too new could.
        """
        if text is None or not _STAMP.fullmatch(text):
            return None
        try:
            local = datetime.fromisoformat(text).replace(tzinfo=self._zone, fold=0)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def since(self, instant: datetime) -> str:
        """*instant* (aware UTC) for CQL: MediaMosa reads it as that instant or an earlier one.

        That is its local time in full seconds or, while that local time happens twice, one second
        before the first time that does (DESIGN § 2, watermark).
        """
        local = instant.astimezone(self._zone).replace(tzinfo=None, microsecond=0, fold=0)
        while (first := self._first_ambiguous(local)) is not None:
            local = first - _SECOND
        return local.isoformat()

    def _offset(self, local: datetime, fold: int) -> timedelta:
        return local.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta()

    def _first_ambiguous(self, local: datetime) -> datetime | None:
        """The first local time that happens twice for the same reason as *local*; None if once.

        Clocks are put back between the two instants that *local* stands for; the offset that holds
        from there on tells the local time to which they are put back.
        """
        before, after = self._offset(local, 0), self._offset(local, 1)
        if before <= after:
            return None
        earlier = (local - before).replace(tzinfo=UTC)
        low, high = 0, (before - after) // _SECOND
        while high - low > 1:
            middle = (low + high) // 2
            offset = (earlier + middle * _SECOND).astimezone(self._zone).utcoffset()
            low, high = (middle, high) if offset == before else (low, middle)
        return local - before + high * _SECOND + after


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError):
        raise InvalidConfiguration(
            f"The time zone {name[:60]!r} is not known: write it as in the tz database, like "
            "Europe/Amsterdam or UTC, as it is set for the application in MediaMosa."
        ) from None


def server_time(date: str | None) -> datetime:
    """The instant (aware UTC) of an answer's ``Date`` header: the server's clock (protocol § 14).

    Raises:
        Malformed: the header is missing or no date.
    """
    try:
        instant = parsedate_to_datetime(date or "")
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        pass
    raise Malformed(
        "MediaMosa's answer has no valid Date header, by which changes are followed: let the web "
        "server before MediaMosa send one."
    )
