"""Records as applications write them: of every type, large, and of what is not for the sync."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from boto3.dynamodb.types import Binary

from tests.adapters.lockstep.tables.pools import (
    ASSETS,
    HALF,
    IDS,
    MEDIAFILES,
    NAMES,
    TEXTS,
    chance,
    subset,
)

MANY = 150
"""More attributes than the copy of a record may have."""

_STRANGE: tuple[object, ...] = (
    None,
    True,
    Decimal("12345678901234567890.12345678901234567"),
    {Decimal(1), Decimal("2.5")},
    {"x", "ключ"},
    Binary(b"\x00\xff"),
    {Binary(b"\x00"), Binary(b"\xff\xfe")},
    [Binary(b"\x01"), {"inner": Binary(b"\x02"), "texts": {"y"}}, Decimal("-0.5"), False],
    {},
    [],
)


def uri(dice: Random) -> object:
    """What may stand under ``uri``, mostly that of an asset."""
    if chance(dice, 0.75):
        return f"mediamosa://asset/{dice.choice(ASSETS)}"
    old = f"mediamosa://mediafile/{dice.choice(MEDIAFILES)}/a.mp4"
    return dice.choice((old, "mediamosa://nonsense", "https://elsewhere", "", None, Decimal(7)))


def item(dice: Random) -> dict[str, object]:
    """The attributes of a whole record but for its key."""
    attributes: dict[str, object] = {}
    if chance(dice, 0.9):
        attributes["uri"] = uri(dice)
    if chance(dice, 0.85):
        attributes["metadata"] = _metadata(dice)
    if chance(dice, 0.3):
        attributes["mediamosa"] = {"asset_id": dice.choice(ASSETS), "published": True}
    if chance(dice, 0.3):
        attributes["connection_id"] = dice.choice((*IDS, "", None, Decimal(1)))
    for number in range(dice.choice((0, 0, 1, 2))):
        attributes[f"own {number}"] = dice.choice(_STRANGE)
    if chance(dice, 0.03):
        attributes["large"] = "x" * HALF
    if chance(dice, 0.02):
        attributes |= {f"many {number}": number for number in range(MANY)}
    return attributes


def _metadata(dice: Random) -> object:
    if chance(dice, 0.06):
        return dice.choice(("a text", None, [], Decimal(3)))
    return {name: property_value(dice) for name in subset(dice, NAMES)}


def property_value(dice: Random) -> object:
    """What an application writes as the value of one property."""
    if chance(dice, 0.15):
        return dice.choice(_STRANGE)
    texts = [dice.choice(TEXTS) for _ in range(dice.randint(0, 2))]
    return texts[0] if texts and chance(dice, 0.2) else texts


def edited(dice: Random, item: Mapping[str, object], key: str) -> dict[str, object]:
    """*item*, one thing of it written anew, without its key."""
    attributes = {name: value for name, value in item.items() if name != key}
    metadata = attributes.get("metadata")
    match dice.randint(0, 7):
        case 0:
            attributes["uri"] = uri(dice)
        case 1:
            attributes.pop(dice.choice(sorted(attributes) or [""]), None)
        case 2:
            attributes["own 0"] = dice.choice(_STRANGE)
        case 3:
            attributes["metadata"] = _metadata(dice)
        case 4:
            attributes.pop("metadata", None)
        case _:
            known = dict(metadata) if isinstance(metadata, Mapping) else {}
            attributes["metadata"] = {**known, dice.choice(NAMES): property_value(dice)}
    return attributes
