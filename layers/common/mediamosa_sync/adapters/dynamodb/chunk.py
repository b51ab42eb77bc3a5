"""Assets as actions of one TransactWriteItems, and what a cancellation says about each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    item_from_wire,
    item_to_wire,
)
from mediamosa_sync.adapters.dynamodb.calls import (
    CONDITION_FAILED,
    NOT_CANCELLED,
    Reason,
    is_too_large,
)
from mediamosa_sync.adapters.dynamodb.conflict_item import conflict_item
from mediamosa_sync.adapters.dynamodb.expressions import (
    Expression,
    added,
    every,
    is_exactly,
    is_new,
    run_is_under_way,
    still_mine,
    update_text,
    version_is,
)
from mediamosa_sync.adapters.dynamodb.link_item import link_item
from mediamosa_sync.adapters.dynamodb.record_actions import Action, record_actions
from mediamosa_sync.adapters.dynamodb.removed_item import copy_items
from mediamosa_sync.adapters.dynamodb.run_item import held_numbers, run_state_of
from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.record import RecordRemoval, RecordRevival
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import COPY_PARTS, AssetWrite, count, unapproved_removals
from mediamosa_sync.errors import Fenced, StoreError
from mediamosa_sync.ports import Applied


@dataclass(frozen=True, slots=True)
class Tables:
    """Names.

    Attributes:
        media, sync: of the two tables.
        media_key: of the media table's key attribute.
    """

    media: str
    sync: str
    media_key: str = "media_id"


class Chunk:
    """The actions of a chunk, and to which asset each belongs.

    Attributes:
        actions: the run item's first.
    """

    def __init__(
        self, tables: Tables, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]
    ) -> None:
        self._tables, self._fence, self._kind = tables, fence, kind
        self.actions: list[Action] = [_run_action(tables, fence, kind, writes)]
        self._owners: list[str] = [""]
        for write in writes:
            own = asset_actions(tables, fence.connection_id, write)
            self.actions += own
            self._owners += [write.link.asset_id] * len(own)

    def judge(self, reasons: Sequence[Reason]) -> Applied:
        """What the cancellation says about each asset.

        Raises:
            Fenced: the run item is no longer the step's.
            StoreError: the run item holds no such run, or DynamoDB names a reason of its own.
        """
        self._judge_run(reasons[0])
        contested, oversized = set[str](), set[str]()
        for owner, reason in zip(self._owners[1:], reasons[1:], strict=True):
            if reason.get("Code") == CONDITION_FAILED:
                contested.add(owner)
            elif is_too_large(reason.get("Message")):
                oversized.add(owner)
        if not (contested or oversized):
            self._refuse(reasons)
        return Applied(frozenset(contested), frozenset(oversized))

    def _judge_run(self, reason: Reason) -> None:
        if reason.get("Code") != CONDITION_FAILED:
            return
        stored = run_state_of(self._fence.connection_id, item_from_wire(reason.get("Item") or {}))
        if stored.fence == self._fence:
            raise StoreError(
                f"No {self._kind} run is under way: save the run item before its first chunk."
            )
        raise fenced()

    def _refuse(self, reasons: Sequence[Reason]) -> NoReturn:
        told = (
            f"{owner or 'run item'}: {reason['Code']}"
            for owner, reason in zip(self._owners, reasons, strict=True)
            if reason.get("Code", NOT_CANCELLED) != NOT_CANCELLED
        )
        raise StoreError(
            f"DynamoDB refused to write a chunk ({', '.join(told)}): report it with the log of "
            "this step."
        )


def fenced() -> Fenced:
    """The step has lost its lease."""
    return Fenced("Another step has taken over this connection: this one stops without a trace.")


def asset_actions(tables: Tables, connection_id: str, write: AssetWrite) -> list[Action]:
    """Record, link, waiting row, copy and conflicts of one asset."""
    actions = list[Action]()
    if write.record is not None:
        actions += record_actions(tables.media, tables.media_key, write.record)
    actions.append(_link_action(tables, connection_id, write))
    if write.no_longer_waiting:
        key = keys.key(**keys.of_waiting(connection_id, write.no_longer_waiting))
        actions.append({"Delete": {"TableName": tables.sync, "Key": key}})
    if isinstance(write.record, RecordRemoval):
        items = copy_items(connection_id, write.record.copy)
        actions += [_put(tables, item) for item in items]
    elif isinstance(write.record, RecordRevival):
        actions += _copy_goes(tables, connection_id, write.link.asset_id, write.record)
    return actions + [_put(tables, conflict_item(connection_id, one)) for one in write.conflicts]


def _put(tables: Tables, item: Plain) -> Action:
    return {"Put": {"TableName": tables.sync, "Item": item_to_wire(item)}}


def _copy_goes(
    tables: Tables, connection_id: str, asset_id: str, revival: RecordRevival
) -> list[Action]:
    """Every part of the copy goes; the first must be there, and be of that record."""
    pk = keys.of_connection(connection_id)
    deletes: list[dict[str, Any]] = [
        {"TableName": tables.sync, "Key": keys.key(pk, keys.of_copy(asset_id, part))}
        for part in range(COPY_PARTS)
    ]
    expression = Expression()
    condition = is_exactly(expression, revival.media_id, "media_id")
    deletes[0] |= expression.request(ConditionExpression=condition)
    return [{"Delete": delete} for delete in deletes]


def impossible(tables: Tables) -> Action:
    """An action that cancels every transaction: nothing has this key."""
    expression = Expression()
    condition = f"attribute_exists({expression.path('pk')})"
    check = {
        "TableName": tables.sync,
        "Key": keys.key("nothing", "nothing"),
        **expression.request(ConditionExpression=condition),
    }
    return {"ConditionCheck": check}


def numbers_actions(tables: Tables, connection_id: str, write: AssetWrite) -> list[Action]:
    """The run item's own numbers follow a write outside any step; no action if none changes.

    It has no condition: whoever writes first, the numbers add up.
    """
    changed = {name: number for name, number in _state_deltas([write]).items() if number}
    if not changed:
        return []
    expression = Expression()
    schema = expression.path("schema")
    sets = [added(expression, name, number) for name, number in changed.items()]
    sets.append(f"{schema} = if_not_exists({schema}, {expression.value(SCHEMA)})")
    request = {
        "TableName": tables.sync,
        "Key": keys.key(keys.of_connection(connection_id), keys.RUN),
        **expression.request(UpdateExpression=update_text(sets, [])),
    }
    return [{"Update": request}]


def _run_action(tables: Tables, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Action:
    expression = Expression()
    condition = every(still_mine(expression, fence), run_is_under_way(expression, kind))
    request: dict[str, Any] = {
        "TableName": tables.sync,
        "Key": keys.key(keys.of_connection(fence.connection_id), keys.RUN),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    sets = []
    for name, number in count(writes).as_mapping().items():
        if number:
            path = expression.path(kind, "counts", name)
            sets.append(f"{path} = {path} + {expression.value(number)}")
    for name, number in _state_deltas(writes).items():
        if number:
            sets.append(added(expression, name, number))
    for hour, number in unapproved_removals(writes).items():
        path = expression.path("removals", str(hour))
        none, more = expression.value(0), expression.value(number)
        sets.append(f"{path} = if_not_exists({path}, {none}) + {more}")
    parts = {"ConditionExpression": condition}
    if sets:
        parts["UpdateExpression"] = update_text(sets, [])
    # A chunk may count as nothing, and DynamoDB refuses an empty update.
    return {"Update" if sets else "ConditionCheck": {**request, **expression.request(**parts)}}


def _state_deltas(writes: Sequence[AssetWrite]) -> dict[str, int]:
    """By how much the run item's own numbers change with *writes*."""
    joined = [write.link.asset_id for write in writes if write.joins_held]
    left = [write.link.asset_id for write in writes if write.leaves_held]
    links = sum(write.links_delta for write in writes)
    return {"links": links, **held_numbers(Held().changed(joined, left))}


def _link_action(tables: Tables, connection_id: str, write: AssetWrite) -> Action:
    expression = Expression()
    before = write.link_before
    if before is None:
        condition, version = is_new(expression, "pk"), 1
    else:
        condition, version = version_is(expression, before.version), before.version + 1
    request = {
        "TableName": tables.sync,
        **expression.request(ConditionExpression=condition),
    }
    if write.link_goes:
        key = keys.key(keys.of_links(connection_id), write.link.asset_id)
        return {"Delete": {**request, "Key": key}}
    item = item_to_wire(link_item(connection_id, write.link, version=version))
    return {"Put": {**request, "Item": item}}
