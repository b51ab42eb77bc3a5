"""From "seems to be gone" to "removed": nominate, guard, hold, prove.

Nothing here deletes. A list that lacks an asset only nominates it; the guard decides whether so
many may go without a person; each is asked for singly before its record is removed (protocol § 14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState

MAX_PROOFS = 25
"""Assets that one step asks for singly, and records that it removes."""

MAX_HOLDS = 200
"""Links that one step marks as held, or as kept after a person's no."""

MAX_LINKS = 1_000
"""Links that one step of a full walk compares with its page."""


class Existence(StrEnum):
    """What MediaMosa says when it is asked for one asset by its id."""

    ALIVE = "alive"
    GONE = "gone"
    """Result 700 in a whole envelope: the only proof there is."""
    FOREIGN = "foreign"
    """Result 1800: it exists, and belongs to an application that does not share it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The answer to one single question.

    Attributes:
        asset: as read; None unless it is alive.
    """

    existence: Existence
    asset: Asset | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """How many deletions may happen within 24 hours without a person.

    Attributes:
        most: at least so many always may.
        percent: and so many of a hundred links.
    """

    most: int = 10
    percent: float = 5.0

    def stops(self, *, nominated: int, held: int, removed: int, links: int) -> bool:
        """Whether *nominated* further ones are too many, with those *held* and lately *removed*."""
        return nominated + held + removed > max(self.most, self.percent / 100 * links)


@dataclass(frozen=True, slots=True)
class Held:
    """The list of held deletions, without the list: enough for its token.

    Attributes:
        count: assets in it.
        checksum: sum of 96-bit digests of their ids: the same for the same set, whatever the order
            in which they came, and cheap to keep when one joins or leaves.
    """

    count: int = 0
    checksum: int = 0

    @property
    def token(self) -> str:
        """Changes if and only if the list does."""
        text = f"{self.count}/{self.checksum}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def changed(self, joined: Iterable[str], left: Iterable[str]) -> Self:
        """The list after some assets joined and others left."""
        plus, minus = [_digest(name) for name in joined], [_digest(name) for name in left]
        if not plus and not minus:
            return self
        return replace(
            self,
            count=self.count + len(plus) - len(minus),
            checksum=self.checksum + sum(plus) - sum(minus),
        )


def _digest(asset_id: str) -> int:
    return int.from_bytes(hashlib.sha256(asset_id.encode()).digest()[:12])


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person said about the held deletions that the token names.

    Attributes:
        ruling_id: of the request that brought it.
        token: of the list that the person saw.
        approve: True removes them, each after its own proof; False keeps their records.
        at: when (aware UTC); only what was held by then is meant.
    """

    ruling_id: str
    token: str
    approve: bool
    by: str
    at: datetime


_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Removals:
    """How many records were removed lately without a person's approval, by the hour.

    Attributes:
        hours: hour's number since 1970 → removals in it.
    """

    hours: Mapping[int, int] = field(default_factory=dict)

    def plus(self, more: Mapping[int, int], now: datetime) -> Self:
        """With *more*, by the hour; hours that no longer matter at *now* are dropped."""
        hours = {hour: number for hour, number in self.hours.items() if _matters(hour, now)}
        for hour, number in more.items():
            hours[hour] = hours.get(hour, 0) + number
        return replace(self, hours=hours)

    def within_a_day(self, now: datetime) -> int:
        """Removals in the last 24 hours, at most an hour's worth too many."""
        return sum(number for hour, number in self.hours.items() if _matters(hour, now))


def hour_of(instant: datetime) -> int:
    """The number of its hour since 1970."""
    return int(instant.timestamp() // _HOUR.total_seconds())


def _matters(hour: int, now: datetime) -> bool:
    return hour >= hour_of(now - _DAY)


LIVE = frozenset({LinkState.LINKED, LinkState.PENDING, LinkState.PARKED})
"""States in which a link's asset may be nominated; the others wait or are over."""


def may_be_nominated(link: Link, sequence: int) -> bool:
    """Whether an asset that seems to be gone, by what the step of *sequence* read, is a nominee.

    Not if the link may know more than the page, if it waits for a person already (held, kept), or
    if it has no record to lose (removed, forgotten). A foreign one is proved again.
    """
    if link.is_newer_than(sequence):
        return False
    return link.state in LIVE or link.state is LinkState.FOREIGN


def is_counted(link: Link) -> bool:
    """Whether a nominee counts for the guard: one already shown as foreign does not."""
    return link.state is not LinkState.FOREIGN


def missing(links: Mapping[str, Link], listed: Iterable[str]) -> tuple[str, ...]:
    """The merge join: ids of *links* that the list lacks, in order."""
    return tuple(sorted(links.keys() - set(listed)))
