"""The few things that all calls are about, so that they get in each other's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.values import Agreed, Values, agree_on, values_of

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
CONNECTIONS = (
    Connection("https://mediamosa.example.org", "editor", "arn:secret"),
    Connection("https://mediamosa.example.org", "reader", "arn:secret", page_size=7),
)
IDS = tuple(connection.connection_id for connection in CONNECTIONS)
ASSETS = ("B8B", "B8a", "B8b", "C1", "Zz9", "b8b", "é1")
OWN_RECORDS = ("m-1", "m-2", "ключ")
RECORDS = (*(f"m-{asset_id}" for asset_id in ASSETS), *OWN_RECORDS)
MEDIAFILES = ("f1", "f2", "F1")
NAMES = ("title", "subject", "é", "a.b", "size", "#x", ":v")
"""Of properties; some are reserved words or signs of DynamoDB's."""
TEXTS = ("a", "b", "ä", "", "0", " x ", "ключ", "\U0001d11e", "two\nlines", "t" * 600)
WORDS = ("r1", "r2", "r3")
"""Ids of marks, owners, runs."""
LARGE = 450_000
"""So many bytes no item holds; nothing here is close to the limit."""
HALF = 230_000
"""Two of these together are too large, one is not."""


def chance(dice: Random, share: float) -> bool:
    """True that often."""
    return dice.random() < share


def subset(dice: Random, things: tuple[T, ...], most: int = 3) -> list[T]:
    """Some of *things*, each once."""
    return dice.sample(things, dice.randint(0, min(most, len(things))))


def instant(dice: Random) -> datetime:
    """One of a few instants; some are whole seconds, some share a second."""
    moment = NOW + timedelta(seconds=dice.choice((-90, -1, 0, 0, 1, 60, 3600, 90_000)))
    return moment + timedelta(microseconds=dice.choice((0, 1, 876_544)))


def maybe_instant(dice: Random) -> datetime | None:
    """None, often."""
    return None if chance(dice, 0.5) else instant(dice)


def values(dice: Random) -> Values:
    """The values of one property; mostly short, now and then none."""
    return values_of(dice.choice(TEXTS) for _ in range(dice.choice((0, 1, 1, 2, 3))))


def agreed(dice: Random) -> Agreed:
    """Values as a link keeps them."""
    return agree_on(values(dice))


def failure(dice: Random) -> Failure:
    """Why something did not work."""
    return Failure(
        kind=dice.choice(("unavailable", "refused")),
        reason="Why.",
        since=instant(dice),
        count=dice.randint(1, 2),
        retry_at=maybe_instant(dice),
        configuration=dice.choice(("", "c")),
    )
