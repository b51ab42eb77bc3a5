"""What a write does to a record of the media table, which belongs to its applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import Plain, item_to_wire, to_wire
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    every,
    is_as_read,
    is_exactly,
    is_map,
    is_missing,
    is_new,
    is_there,
    update_text,
)
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    TwinRemoval,
)
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.writes import RecordWrite

MOST_PATHS = 60
"""More changed properties than that go as one map: an expression may have 4 KB, 300 operators."""

Action = dict[str, dict[str, Any]]
"""One entry of TransactItems."""


MOST_ATTRIBUTES = 140
"""A condition on more of them is beyond the 300 operators that an expression may have."""


def can_be_removed(removal: RecordRemoval) -> bool:
    """Whether all that its copy says can be asked for in one condition."""
    return len(removal.copy.attributes) <= MOST_ATTRIBUTES


def record_actions(table: str, key: str, record: RecordWrite) -> list[Action]:
    """What is done for *record* in *table*, whose key attribute is *key*: one action, or two."""
    match record:
        case TwinRemoval():
            return [_twin_goes(table, key, record.twin), _heir_stays(table, key, record.heir)]
        case RecordChange():
            return [change_action(table, key, record)]
        case _:
            return [_whole_record_action(table, key, record)]


def _whole_record_action(
    table: str, key: str, record: NewRecord | RecordAbsent | RecordRemoval | RecordRevival
) -> Action:
    match record:
        case NewRecord():
            item = {
                key: record.media_id,
                "uri": record.uri,
                "metadata": _lists(record.metadata),
                "mediamosa": record.mediamosa,
            }
            return _put(table, key, item)
        case RecordRevival():
            return _put(table, key, record.attributes)
        case RecordAbsent():
            return _absent(table, key, record)
    return _removal(table, key, record)


def _absent(table: str, key: str, record: RecordAbsent) -> Action:
    expression = Expression()
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": {key: to_wire(record.media_id)},
            **expression.request(ConditionExpression=is_new(expression, key)),
        }
    }


def _put(table: str, key: str, item: Plain) -> Action:
    expression = Expression()
    request = {
        "TableName": table,
        "Item": item_to_wire(item),
        **expression.request(ConditionExpression=is_new(expression, key)),
    }
    return {"Put": request}


def _removal(table: str, key: str, removal: RecordRemoval) -> Action:
    """The record goes if every attribute is as its copy says.

    DynamoDB has no condition on attributes that nobody names: one that an application adds between
    the read and this write goes uncopied.
    """
    expression = Expression()
    attributes = removal.copy.attributes
    clauses = [is_exactly(expression, value, name) for name, value in attributes.items()]
    request = {
        "TableName": table,
        "Key": {key: to_wire(removal.media_id)},
        **expression.request(ConditionExpression=every(*clauses)),
    }
    return {"Delete": request}


def _twin_goes(table: str, key: str, twin: Record) -> Action:
    """The record goes if all that is known of it, and what it lacked, is as it was read."""
    known: dict[str, object] = {
        "uri": twin.uri,
        "metadata": twin.metadata,
        "mediamosa": twin.mediamosa,
        "connection_id": twin.connection_id,
    }
    expression = Expression()
    clauses = [is_there(expression, key)]
    for name, value in known.items():
        if name not in twin.attributes:
            clauses.append(is_missing(expression, name))
        elif name != "connection_id" or value:
            clauses.append(is_exactly(expression, value, name))
    request = {
        "TableName": table,
        "Key": {key: to_wire(twin.media_id)},
        **expression.request(ConditionExpression=every(*clauses)),
    }
    return {"Delete": request}


def _heir_stays(table: str, key: str, heir: Record) -> Action:
    """Only the condition that the record exists and names what it named."""
    return change_action(table, key, RecordChange(heir))


def change_action(table: str, key: str, change: RecordChange) -> Action:
    """The update of a record that stays; a change of nothing is only its condition."""
    expression = Expression()
    sets: list[str] = []
    removes: list[str] = []
    clauses = [is_there(expression, key), is_as_read(expression, change.before.uri, "uri")]
    if change.values:
        clauses += _metadata_as_read(expression, change)
        _set_metadata(expression, change, sets, removes)
    if change.mediamosa is not None:
        sets.append(f"{expression.path('mediamosa')} = {expression.value(change.mediamosa)}")
    parts = {"ConditionExpression": every(*clauses)}
    update = update_text(sets, removes)
    if update:
        parts["UpdateExpression"] = update
    request = {
        "TableName": table,
        "Key": {key: to_wire(change.before.media_id)},
        **expression.request(**parts),
    }
    return {"Update" if update else "ConditionCheck": request}


def _metadata_as_read(expression: Expression, change: RecordChange) -> list[str]:
    metadata = change.before.metadata
    if _goes_whole(change) or not isinstance(metadata, Mapping):
        return [is_as_read(expression, metadata, "metadata")]
    names = change.values
    as_read = (is_as_read(expression, change.before.stored(one), "metadata", one) for one in names)
    return [is_map(expression, "metadata"), *as_read]


def _set_metadata(
    expression: Expression, change: RecordChange, sets: list[str], removes: list[str]
) -> None:
    if _goes_whole(change):
        whole = expression.value(_metadata_after(change))
        sets.append(f"{expression.path('metadata')} = {whole}")
        return
    for name, values in change.values.items():
        path = expression.path("metadata", name)
        if values:
            sets.append(f"{path} = {expression.value(list(values))}")
        else:
            removes.append(path)


def _goes_whole(change: RecordChange) -> bool:
    """Whether the whole map is compared and replaced: there is none yet, or too much changes."""
    return not isinstance(change.before.metadata, Mapping) or len(change.values) > MOST_PATHS


def _metadata_after(change: RecordChange) -> dict[str, object]:
    metadata = change.before.metadata
    after = dict(metadata) if isinstance(metadata, Mapping) else {}
    after = {name: stored for name, stored in after.items() if name not in change.values}
    return after | _lists({name: values for name, values in change.values.items() if values})


def _lists(metadata: Mapping[str, Values]) -> dict[str, object]:
    return {name: list(values) for name, values in metadata.items()}
