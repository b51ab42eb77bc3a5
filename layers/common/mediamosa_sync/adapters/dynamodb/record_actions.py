"""What a chunk does to a record of the media table, which belongs to its applications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire, to_wire
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    every,
    is_as_read,
    is_new,
    is_there,
    update_text,
)
from mediamosa_sync.domain.record import NewRecord, RecordAbsent, RecordChange
from mediamosa_sync.domain.values import Values

MOST_PATHS = 60
"""More changed properties than that go as one map: an expression may have 4 KB, 300 operators."""

Action = dict[str, dict[str, Any]]
"""One entry of TransactItems."""


def record_action(table: str, key: str, record: NewRecord | RecordChange | RecordAbsent) -> Action:
    """The action for *record* in *table*, whose key attribute is *key*."""
    if isinstance(record, NewRecord):
        return {"Put": _put(table, key, record)}
    if isinstance(record, RecordAbsent):
        expression = Expression()
        return {
            "ConditionCheck": {
                "TableName": table,
                "Key": {key: to_wire(record.media_id)},
                **expression.request(ConditionExpression=is_new(expression, key)),
            }
        }
    return _change(table, key, record)


def _put(table: str, key: str, record: NewRecord) -> dict[str, Any]:
    expression = Expression()
    item = {
        key: record.media_id,
        "uri": record.uri,
        "metadata": _lists(record.metadata),
        "mediamosa": record.mediamosa,
    }
    return {
        "TableName": table,
        "Item": item_to_wire(item),
        **expression.request(ConditionExpression=is_new(expression, key)),
    }


def _change(table: str, key: str, change: RecordChange) -> Action:
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
    return [
        is_as_read(expression, change.before.stored(name), "metadata", name)
        for name in change.values
    ]


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
