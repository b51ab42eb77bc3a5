"""Which time zone MediaMosa prints its stamps in, measured by reading.

No call tells the application's zone (protocol § 6). What can be read are stamps without a mark of
their zone, and the server's clock (UTC):

- A deleted asset's stamp stands in `/asset/deleted` in UTC and in a list with `show_deleted` in the
  application's zone: the two together are the offset at that instant, exactly.
- No stamp lies in the future, so the newest one is a bound: the zone's offset is at least as far
  east as the newest stamp is ahead of the clock. If that is within a quarter of an hour of the
  connection's offset, the connection's zone is not too far east: that is the mistake which would
  hide changes (the watermark would be sent as a later time), the other only reads an hour twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from infra.cli.doctor.finding import Finding, fine, look, wrong
from infra.cli.text import plural, span

NAME = "time zone"
QUARTER = timedelta(minutes=15)
"""All zones' offsets of today are multiples of it."""
TOLERANCE = timedelta(seconds=120)
"""How far the clocks of servers that share a database may be apart."""
FARTHEST_EAST = timedelta(hours=14)
FARTHEST_WEST = timedelta(hours=-12)
_SHOWN = 4
_USUAL = ("UTC", "Europe/Amsterdam", "Europe/London", "America/New_York")


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deletion, told twice.

    Attributes:
        at: the instant (aware UTC).
        local: the same as the application's zone shows it (naive).
    """

    at: datetime
    local: datetime

    @property
    def offset(self) -> timedelta:
        """Of the application's zone, at that instant."""
        return self.local.replace(tzinfo=UTC) - self.at


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read.

    Attributes:
        now: the server's clock (aware UTC).
        newest: the newest stamp of an asset (naive, in the application's zone); None without one.
        deletions: those that were found, the newest first.
    """

    now: datetime
    newest: datetime | None
    deletions: Sequence[Deletion] = ()

    @property
    def least(self) -> timedelta | None:
        """The offset that the zone has now is this or larger."""
        return None if self.newest is None else self.newest.replace(tzinfo=UTC) - self.now


def judge(name: str, evidence: Evidence) -> Finding:
    """Whether the connection's zone *name* is the one that MediaMosa prints stamps in."""
    zone = ZoneInfo(name)
    for deletion in evidence.deletions:
        if _local(deletion.at, zone) != deletion.local:
            return _refuted_by(deletion, name, zone, evidence)
    mine = _offset(evidence.now, zone)
    least = evidence.least
    if least is not None and least > mine + TOLERANCE:
        return _ahead(name, mine, least, evidence)
    if evidence.deletions:
        return _proved(name, evidence)
    if least is not None and mine - least <= QUARTER:
        return fine(
            NAME,
            f"{name} fits: the newest change would be {span((mine - least).total_seconds())} old. "
            "The application's zone is not west of it, so no change is missed.",
        )
    return _undecided(name, mine, least)


def _refuted_by(deletion: Deletion, name: str, zone: ZoneInfo, evidence: Evidence) -> Finding:
    return wrong(
        NAME,
        f"MediaMosa prints its stamps at {offset_text(deletion.offset)} (measured on the deletion "
        f"of {deletion.at:%Y-%m-%d %H:%M:%S} UTC), but {name} was at "
        f"{offset_text(_offset(deletion.at, zone))} then.",
        _set_another(evidence),
    )


def _ahead(name: str, mine: timedelta, least: timedelta, evidence: Evidence) -> Finding:
    return wrong(
        NAME,
        f"MediaMosa's newest stamp lies {span((least - mine).total_seconds())} in the future of "
        f"{name} ({offset_text(mine)}): its application is at {offset_text(_ceiling(least))} or "
        "further east.",
        _set_another(evidence),
    )


def _proved(name: str, evidence: Evidence) -> Finding:
    newest = evidence.deletions[0]
    return fine(
        NAME,
        f"{name} is right: measured on {plural(len(evidence.deletions), 'deletion')}, the last at "
        f"{newest.at:%Y-%m-%d %H:%M:%S} UTC, when MediaMosa was at {offset_text(newest.offset)}.",
    )


def _undecided(name: str, mine: timedelta, least: timedelta | None) -> Finding:
    if least is None or least < FARTHEST_WEST:
        told = "nothing can be told from stamps that old"
        if least is None:
            told = "there is no asset and no deletion to measure it on"
    else:
        told = (
            f"from {offset_text(_ceiling(least))} to {offset_text(FARTHEST_EAST)} everything is "
            f"possible, since the newest change would be {span((mine - least).total_seconds())} old"
        )
    return look(
        NAME,
        f"Whether {name} is right could not be measured: {told}.",
        "Change any asset in MediaMosa, and run `doctor` again within a quarter of an hour; or "
        "delete a test asset there.",
    )


def _set_another(evidence: Evidence) -> str:
    names = fitting(evidence)
    if not names:
        return "Ask MediaMosa's administrator for the zone of the application, and set it."
    return (
        f"Set the time zone of the application, such as {', '.join(names)}: `connections change "
        "--time-zone`, or the stack's TimeZone for the default connection; then `full`."
    )


def fitting(evidence: Evidence) -> list[str]:
    """Zones that everything read fits, the usual ones first; a few."""
    return list(islice(filter(partial(_fits, evidence), _names()), _SHOWN))


@cache
def _names() -> Sequence[str]:
    others = sorted(name for name in available_timezones() - set(_USUAL) if "/" in name)
    return (*_USUAL, *others)


def _fits(evidence: Evidence, name: str) -> bool:
    zone = ZoneInfo(name)
    if any(_local(one.at, zone) != one.local for one in evidence.deletions):
        return False
    least = evidence.least
    if least is None:
        return True
    # Without a deletion the nearest offsets alone are worth a try.
    mine, bound = _offset(evidence.now, zone), _ceiling(least)
    return mine >= bound if evidence.deletions else mine == bound


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _ceiling(offset: timedelta) -> timedelta:
    """The smallest offset that a zone can have and that is not below *offset*, but for clocks."""
    return -((TOLERANCE - offset) // QUARTER) * QUARTER


def offset_text(offset: timedelta) -> str:
    """An offset as people write it.

    >>> offset_text(timedelta(hours=5, minutes=30)), offset_text(timedelta(hours=-3))
    ('UTC+5:30', 'UTC-3')
    """
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
