"""What Lambda passes on of the media table's stream (AWS: "Using AWS Lambda with DynamoDB")."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire
from mediamosa_sync.adapters.dynamodb.record_store import record_of_item
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.record import Record

Wire = Mapping[str, Any]
"""An attribute's value, or several by name, as the stream has them: ``{"S": …}`` and the like."""


def events_of(event: Mapping[str, Any], media_key: str) -> tuple[RecordEvent, ...]:
    """The changes of records that *event* brings, in its order.

    Args:
        event: ``{"Records": [{"dynamodb": {"Keys", "SequenceNumber", "OldImage", "NewImage"}}]}``;
            an image is absent where the record did not exist. Values may be of any type of
            DynamoDB.
        media_key: the name of the media table's key attribute.

    Raises:
        InvalidConfiguration: the stream is that of another table.
    """
    return tuple(_event_of(row["dynamodb"], media_key) for row in event["Records"])


def _event_of(change: Mapping[str, Any], media_key: str) -> RecordEvent:
    media_id = change["Keys"].get(media_key, {}).get("S")
    if media_id is None:
        raise InvalidConfiguration(
            f"The stream's records have no key {media_key} of text: set MediaTableStreamArn to the "
            "stream of the table MediaTableName, and MediaKeyAttribute to the name of its key."
        )
    return RecordEvent(
        media_id=media_id,
        before=_record_of(media_id, change.get("OldImage")),
        after=_record_of(media_id, change.get("NewImage")),
        position=_number(change.get("SequenceNumber")),
    )


def _number(text: object) -> int:
    """A sequence number, which AWS gives as digits; 0 if it is none."""
    return int(text) if isinstance(text, str) and text.isdecimal() else 0


def _record_of(media_id: str, image: Wire | None) -> Record | None:
    if not image:
        return None
    item = item_from_wire({name: _with_bytes(value) for name, value in image.items()})
    return record_of_item(media_id, item)


def _with_bytes(value: Wire) -> Wire:
    """*value* with bytes where JSON has base64, as the clients of DynamoDB have them."""
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(content)}
    if kind == "BS":
        return {kind: [base64.b64decode(one) for one in content]}
    if kind == "L":
        return {kind: [_with_bytes(one) for one in content]}
    if kind == "M":
        return {kind: {name: _with_bytes(one) for name, one in content.items()}}
    return value
