"""Copies of removed records: everything that stood in the item, compressed, over several items."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    checked,
    epoch_seconds,
    instant_text,
    item_from_wire,
    item_to_wire,
    known_instant_of,
    known_instant_of_epoch,
)
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.writes import COPY_PARTS

PART_BYTES = 380_000
"""What one part holds: below DynamoDB's 400 KB with room for its other attributes."""


def fits(copy: RemovedRecord) -> bool:
    """Whether the copy can be stored."""
    return len(_packed(copy.attributes)) <= COPY_PARTS * PART_BYTES


def copy_items(connection_id: str, copy: RemovedRecord) -> Sequence[Plain]:
    """The items of a copy that fits; the first says what it is, the others only carry on."""
    packed = _packed(copy.attributes)
    parts = [packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES)]
    items = [
        {
            "pk": keys.of_connection(connection_id),
            "sk": keys.of_copy(copy.asset_id, number),
            "schema": SCHEMA,
            # In every part, so that parts of an earlier copy are never taken for this one's.
            "removed_at": instant_text(copy.removed_at),
            "expires_at": epoch_seconds(copy.expires_at),
            "data": part,
        }
        for number, part in enumerate(parts)
    ]
    header = {
        "asset_id": copy.asset_id,
        "media_id": copy.media_id,
        "reason": copy.reason,
        "parts": len(parts),
    }
    return [{**items[0], **header}, *items[1:]]


def copy_of(items: Mapping[str, Plain], asset_id: str) -> RemovedRecord | None:
    """The copy of *asset_id* of which *items* are the parts by their sort keys.

    None if it is not whole any more: DynamoDB removes what has expired in any order.

    Raises:
        StoreError: it is of a later version.
    """
    header = items.get(keys.of_copy(asset_id, 0))
    if header is None:
        return None
    checked(header)
    names = [keys.of_copy(asset_id, number) for number in range(int(header["parts"]))]
    parts = [items[name] for name in names if name in items]
    if [part["removed_at"] for part in parts] != [header["removed_at"]] * len(names):
        return None
    packed = b"".join(bytes(part["data"]) for part in parts)
    return header_of(header, _unpacked(packed))


def header_of(header: Plain, attributes: Mapping[str, Any]) -> RemovedRecord:
    """The copy that begins with *header*, with what was in its record."""
    return RemovedRecord(
        asset_id=header["asset_id"],
        media_id=header["media_id"],
        attributes=attributes,
        removed_at=known_instant_of(header["removed_at"]),
        expires_at=known_instant_of_epoch(header["expires_at"]),
        reason=header["reason"],
    )


def _packed(attributes: Mapping[str, Any]) -> bytes:
    """The item in the API's form as JSON, in which types, sets and numbers stay as they are."""
    text = json.dumps(
        item_to_wire(attributes), default=_base64, ensure_ascii=False, separators=(",", ":")
    )
    return zlib.compress(text.encode())


def _unpacked(packed: bytes) -> Plain:
    wire = json.loads(zlib.decompress(packed))
    return item_from_wire({name: _with_bytes(value) for name, value in wire.items()})


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _with_bytes(typed: Mapping[str, Any]) -> dict[str, Any]:
    """A value in the API's form, its binaries made bytes again."""
    ((kind, content),) = typed.items()
    match kind:
        case "B":
            content = base64.b64decode(content)
        case "BS":
            content = [base64.b64decode(one) for one in content]
        case "L":
            content = [_with_bytes(one) for one in content]
        case "M":
            content = {name: _with_bytes(one) for name, one in content.items()}
    return {kind: content}
