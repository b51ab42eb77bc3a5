"""Values as DynamoDB has them: types on the wire, instants, and the version of every item.

Application records come through exactly: numbers as ``Decimal`` of up to 38 digits, sets as sets,
empty strings as empty strings, so that a condition compares with what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from mediamosa_sync.domain.values import Agreed, Digest, Values
from mediamosa_sync.errors import StoreError

SCHEMA = 1
"""Version of the form of all items of the sync table; an item of a later one is left alone."""

Plain = Mapping[str, Any]
"""An item, or a map in one, in Python's types."""

Wire = dict[str, Any]
"""An item as the API has it: attribute name → ``{"S": …}`` and the like."""

_serialize: Callable[[Any], Any] = TypeSerializer().serialize
_deserialize: Callable[[Any], Any] = TypeDeserializer().deserialize


def to_wire(value: object) -> dict[str, Any]:
    """One value in the API's form."""
    wire: dict[str, Any] = _serialize(value)
    return wire


def item_to_wire(item: Plain) -> Wire:
    """A whole item in the API's form."""
    return {name: to_wire(value) for name, value in item.items()}


def item_from_wire(item: Mapping[str, Any]) -> Plain:
    """A whole item of the API in Python's types."""
    return {name: _deserialize(value) for name, value in item.items()}


def stated(content: Mapping[str, object]) -> dict[str, object]:
    """*content* without what is empty: None, "", 0, False and empty collections are the default."""
    return {name: value for name, value in content.items() if value}


def instant_text(instant: datetime) -> str:
    """An aware instant as a text of one length, so that texts compare as instants do."""
    naive = instant.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(timespec="microseconds") + "Z"


def optional_text(instant: datetime | None) -> str:
    """As :func:`instant_text`; "" for None."""
    return "" if instant is None else instant_text(instant)


def instant_of(text: object) -> datetime | None:
    """The aware UTC instant of a stored text; None for a missing one."""
    return datetime.fromisoformat(str(text)) if text else None


def known_instant_of(text: object) -> datetime:
    """The aware UTC instant of a text that every item of its kind has."""
    return datetime.fromisoformat(str(text))


def epoch_seconds(instant: datetime) -> int:
    """An aware instant as DynamoDB's TTL wants it: whole seconds since 1970."""
    return int(instant.timestamp())


def instant_of_epoch(seconds: object) -> datetime | None:
    """The aware UTC instant of stored seconds; None for missing ones."""
    return None if seconds is None else known_instant_of_epoch(seconds)


def known_instant_of_epoch(seconds: object) -> datetime:
    """The aware UTC instant of seconds that every item of its kind has."""
    return datetime.fromtimestamp(int(str(seconds)), UTC)


def agreed_to_plain(agreed: Agreed) -> object:
    """Values as a list, a digest as a map."""
    if isinstance(agreed, Digest):
        return {"sha256": agreed.sha256, "length": agreed.length, "version": agreed.version}
    return list(agreed)


def agreed_of(plain: object) -> Agreed:
    """What :func:`agreed_to_plain` made of it."""
    if isinstance(plain, Mapping):
        return Digest(plain["sha256"], int(plain["length"]), int(plain["version"]))
    return values_of_plain(plain)


def values_of_plain(plain: object) -> Values:
    """A stored list as values."""
    if not isinstance(plain, Iterable):
        raise StoreError("A link holds a value that is no list: restart the sync to renew it.")
    return tuple(str(value) for value in plain)


def checked(item: Plain) -> Plain:
    """*item*, if this code understands its form.

    Raises:
        StoreError: it was written by a later version.
    """
    version = int(item.get("schema", SCHEMA))
    if version > SCHEMA:
        raise StoreError(
            f"The sync table holds an item of version {version}, and this code knows only up to "
            f"{SCHEMA}: deploy the newer version of the application again."
        )
    return item
