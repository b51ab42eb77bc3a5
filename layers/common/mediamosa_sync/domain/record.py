"""A record of the media table: what its application wrote, and what the sync may change there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from mediamosa_sync.domain.uri import AssetUri, InvalidUri, MediafileUri, parse_uri
from mediamosa_sync.domain.values import Values

MAX_ITEM_BYTES = 400 * 1024
"""DynamoDB's limit for one item, names and values together (AWS: "Service quotas")."""

_RESERVE_BYTES = 8 * 1024
"""Room that is kept free for the ``mediamosa`` map to change later."""


@dataclass(frozen=True, slots=True)
class Record:
    """One item of the media table, as far as it concerns the sync.

    Attributes:
        media_id: its key.
        uri: as stored; anything.
        metadata: the attribute as stored (DynamoDB types as boto3 gives them); anything.
        mediamosa: the map that the sync keeps there for applications to read, as stored.
        connection_id: the connection that the record names; "" if it names none.
        attributes: names of all its attributes.
    """

    media_id: str
    uri: object = None
    metadata: object = None
    mediamosa: object = None
    connection_id: str = ""
    attributes: frozenset[str] = frozenset()

    def names(self, asset_id: str, told: str = "") -> bool:
        """Whether its ``uri`` is this asset's.

        Of one of the old form only MediaMosa tells; *told* is the one that it told to be.
        """
        named = self._named()
        if isinstance(named, AssetUri):
            return named.asset_id == asset_id
        return isinstance(named, MediafileUri) and self.uri == told

    def may_name(self, asset_id: str) -> bool:
        """Whether its ``uri`` is this asset's, or of the old form, so that it is not known."""
        named = self._named()
        if isinstance(named, AssetUri):
            return named.asset_id == asset_id
        return isinstance(named, MediafileUri)

    @property
    def old_form(self) -> str:
        """Its ``uri`` if that is of the old form; else ""."""
        return str(self.uri) if isinstance(self._named(), MediafileUri) else ""

    @property
    def told_asset(self) -> str:
        """The asset that its map says it is synced with; "" if that says nothing (sensible)."""
        told = self.mediamosa.get("asset_id") if isinstance(self.mediamosa, Mapping) else None
        return told if isinstance(told, str) else ""

    def _named(self) -> AssetUri | MediafileUri | None:
        try:
            return parse_uri(self.uri)
        except InvalidUri:
            return None

    def stored(self, name: str) -> object:
        """What stands under ``metadata.<name>``; None if nothing does."""
        return self.metadata.get(name) if isinstance(self.metadata, Mapping) else None


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that the sync creates; it must not exist yet."""

    media_id: str
    uri: str
    metadata: Mapping[str, Values]
    mediamosa: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Bytes of the item, rounded up (AWS: "DynamoDB item sizes and formats")."""
        return (
            len(self.media_id)
            + len(self.uri)
            + 64
            + _map_size(self.metadata)
            + _map_size({name: (str(value),) for name, value in self.mediamosa.items()})
        )

    @property
    def fits(self) -> bool:
        """Whether DynamoDB can store it."""
        return self.size <= MAX_ITEM_BYTES - _RESERVE_BYTES


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A change of an existing record, on condition that what it decides upon is still there.

    Attributes:
        before: the record as read; its ``uri`` and the changed properties must still be so.
        values: record property name → new values; ``()`` removes the key.
        mediamosa: the whole new map; None leaves it as it is.
    """

    before: Record
    values: Mapping[str, Values] = field(default_factory=dict)
    mediamosa: Mapping[str, Any] | None = None

    def applied_to(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes ``metadata`` and ``mediamosa`` of a whole item after the change."""
        stored = attributes.get("metadata")
        metadata: dict[str, Any] = dict(stored) if isinstance(stored, Mapping) else {}
        for name, values in self.values.items():
            metadata[name] = list(values)
        kept = {name: value for name, value in metadata.items() if value != []}
        changed: dict[str, Any] = {"metadata": kept} if self.values else {}
        if self.mediamosa is not None:
            changed["mediamosa"] = dict(self.mediamosa)
        return changed

    @property
    def size(self) -> int:
        """Bytes that the change brings, rounded up; the rest of the record is not known here."""
        return 512 + _map_size(self.values)


@dataclass(frozen=True, slots=True)
class RecordAbsent:
    """No write: only the condition that no record has this key."""

    media_id: str

    @property
    def size(self) -> int:
        """A condition stores nothing."""
        return 0


@dataclass(frozen=True, slots=True)
class TwinRemoval:
    """The record that the sync had created goes: its application has brought one of its own.

    On condition that the twin is still what the sync wrote, and that *heir* still names the asset.
    No copy is kept: everything in the twin is MediaMosa's.
    """

    twin: Record
    heir: Record

    @property
    def size(self) -> int:
        """Nothing is stored."""
        return 512


@dataclass(frozen=True, slots=True)
class RecordRemoval:
    """The record goes, on condition that it is still what its copy says.

    Attributes:
        approved: whether a person approved it; the guard counts the others.
    """

    copy: RemovedRecord
    approved: bool = False

    @property
    def media_id(self) -> str:
        """Its key."""
        return self.copy.media_id

    @property
    def size(self) -> int:
        """The copy is stored in the same transaction: an item's worth, whatever is in it."""
        return 2 * MAX_ITEM_BYTES


@dataclass(frozen=True, slots=True)
class RecordRevival:
    """A removed record comes back with everything that its application had put there.

    Attributes:
        attributes: the whole item, key included; it must not exist.
    """

    media_id: str
    attributes: Mapping[str, Any]

    @property
    def size(self) -> int:
        """An item's worth, whatever is in it."""
        return MAX_ITEM_BYTES


@dataclass(frozen=True, slots=True)
class RemovedRecord:
    """The copy that is kept of a removed record.

    Attributes:
        asset_id: the asset that is gone.
        media_id: the record's key.
        attributes: the whole item as stored, key included (DynamoDB types as boto3 gives them).
        removed_at, expires_at: aware UTC; kept and restorable until then.
        reason: why it was removed, in one sentence.
    """

    asset_id: str
    media_id: str
    attributes: Mapping[str, Any]
    removed_at: datetime
    expires_at: datetime
    reason: str

    def record(self) -> Record:
        """What the sync reads of it."""
        return Record(
            media_id=self.media_id,
            uri=self.attributes.get("uri"),
            metadata=self.attributes.get("metadata"),
            mediamosa=self.attributes.get("mediamosa"),
            connection_id=str(self.attributes.get("connection_id") or ""),
            attributes=frozenset(self.attributes),
        )


def _map_size(content: Mapping[str, Values]) -> int:
    """3 bytes for a map or list, 1 for each element, and the UTF-8 of names and values."""
    total = 3
    for name, values in content.items():
        total += len(name.encode()) + 4
        total += sum(len(value.encode("utf-8", "surrogatepass")) + 1 for value in values)
    return total


def created_media_id(connection_id: str, asset_id: str) -> str:
    """The key of the record that the sync creates for the asset; creating twice is impossible."""
    digest = hashlib.sha256(f"{connection_id}/{asset_id}".encode()).hexdigest()
    return f"mm-{digest[:32]}"


@dataclass(frozen=True, slots=True)
class RecordValues:
    """The ``metadata`` of a record as strings.

    Attributes:
        values: record property name → strings, in the record's order; only properties with values.
        problems: record property name → why its value cannot be used, in one sentence; the name is
            ``""`` if the attribute as a whole cannot.
    """

    values: Mapping[str, tuple[str, ...]]
    problems: Mapping[str, str]


def read_values(record: Record) -> RecordValues:
    """The record's metadata: lists of strings, and what stands for one.

    A plain string or a number is a list of one, a set a list; missing, null, "" and [] are no
    value; anything else is reported as a problem, and never taken for "no value".
    """
    if record.metadata is None:
        return RecordValues({}, {})
    if not isinstance(record.metadata, Mapping):
        advice = "The attribute metadata is not a map: write property names with lists of strings."
        return RecordValues({}, {"": advice})
    values: dict[str, tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for name, stored in record.metadata.items():
        try:
            strings = tuple(_strings(stored))
        except TypeError:
            problems[name] = (
                f"The value of metadata.{name[:64]} is neither text nor a number nor a list of "
                "them: write a list of strings."
            )
        else:
            if strings:
                values[name] = strings
    return RecordValues(values, problems)


def _strings(stored: object) -> Iterable[str]:
    if stored is None or stored == "":
        return
    if isinstance(stored, list | tuple):
        for element in stored:
            yield _string(element)
    elif isinstance(stored, set | frozenset):
        yield from sorted(_string(element) for element in stored)
    else:
        yield _string(stored)


def _string(element: object) -> str:
    if isinstance(element, str):
        return element
    if isinstance(element, int | Decimal) and not isinstance(element, bool):
        return format(element, "f") if isinstance(element, Decimal) else str(element)
    raise TypeError(type(element).__name__)
