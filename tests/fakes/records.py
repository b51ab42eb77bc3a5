"""Items of the media table in memory: how DynamoDB compares, measures and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, SupportsBytes

from mediamosa_sync.domain.record import NewRecord, Record, RecordChange, RemovedRecord

MOST_PATHS = 60
"""More changed properties than that go as one map, which is compared whole: an expression may have
4 KB and 300 operators (AWS: "Expressions", limits)."""

Item = Mapping[str, Any]
"""Attribute name → value in boto3's types. Never changed in place: a write makes a new one."""


def record_of(media_id: str, item: Item) -> Record:
    """The record that *item* is, as the port gives it."""
    return Record(
        media_id=media_id,
        uri=item.get("uri"),
        metadata=item.get("metadata"),
        mediamosa=item.get("mediamosa"),
        connection_id=_text(item.get("connection_id")),
        attributes=frozenset(item),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def created(key: str, new: NewRecord) -> Item:
    """The item of a record that the sync creates."""
    return {
        key: new.media_id,
        "uri": new.uri,
        "metadata": {name: list(values) for name, values in new.metadata.items()},
        "mediamosa": dict(new.mediamosa),
    }


def still_holds(change: RecordChange, item: Item) -> bool:
    """Whether everything that *change* was decided upon is still so in *item*."""
    before = change.before
    if not same(before.uri, item.get("uri")):
        return False
    if not change.values:
        return True
    metadata = item.get("metadata")
    if not isinstance(before.metadata, Mapping) or len(change.values) > MOST_PATHS:
        return same(before.metadata, metadata)
    if not isinstance(metadata, Mapping):
        return False
    return all(same(before.stored(name), metadata.get(name)) for name in change.values)


def still_as_copied(copy: RemovedRecord, item: Item) -> bool:
    """Whether every attribute that *copy* has is still so; DynamoDB cannot ask for further ones."""
    return all(name in item and same(value, item[name]) for name, value in copy.attributes.items())


def still_as_known(record: Record, item: Item) -> bool:
    """Whether all that is known of *record*, and what it lacked, is still so in *item*."""
    known = {
        "uri": record.uri,
        "metadata": record.metadata,
        "mediamosa": record.mediamosa,
        "connection_id": record.connection_id,
    }
    if not record.connection_id and "connection_id" in record.attributes:
        del known["connection_id"]
    return all(
        (name in item) == (name in record.attributes)
        and (name not in item or same(value, item[name]))
        for name, value in known.items()
    )


def changed(change: RecordChange, item: Item) -> Item:
    """*item* after *change*."""
    after = dict(item)
    if change.values:
        metadata = item.get("metadata")
        map_after = dict(metadata) if isinstance(metadata, Mapping) else {}
        for name, values in change.values.items():
            if values:
                map_after[name] = list(values)
            else:
                map_after.pop(name, None)
        after["metadata"] = map_after
    if change.mediamosa is not None:
        after["mediamosa"] = dict(change.mediamosa)
    return after


def same(one: object, other: object) -> bool:
    """Whether DynamoDB's ``=`` holds: of one type and equal, through and through."""
    if one is other:
        return True
    if isinstance(one, str):
        return isinstance(other, str) and one == other
    if _kind(one) != _kind(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _kind(value: object) -> str:
    """The DynamoDB type, as far as equality needs it."""
    if isinstance(value, bool):
        return "BOOL"
    if isinstance(value, int | Decimal):
        return "N"
    if isinstance(value, list | tuple):
        return "L"
    if isinstance(value, set | frozenset):
        return "set of " + _kind(next(iter(value), None))
    if isinstance(value, Mapping):
        return "M"
    return type(value).__name__ if not isinstance(value, str) else "S"


def size_of(value: object) -> int:
    """Bytes that DynamoDB counts (AWS: "DynamoDB item sizes and formats"), numbers rounded up."""
    if isinstance(value, str):
        return _length(value, "surrogatepass")
    if isinstance(value, Mapping):
        return 3 + sum([_length(name) + 1 + size_of(inner) for name, inner in value.items()])
    if isinstance(value, list | tuple):
        return 3 + sum([1 + size_of(inner) for inner in value])
    if isinstance(value, set | frozenset):
        return sum(size_of(inner) for inner in value)
    if isinstance(value, bool) or value is None:
        return 1
    return len(bytes(value)) if isinstance(value, bytes | SupportsBytes) else 21


def item_size(item: Item) -> int:
    """Bytes of a whole item: names and values."""
    return sum([_length(name) + size_of(value) for name, value in item.items()])


def _length(text: str, unpaired: str = "strict") -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", unpaired))
