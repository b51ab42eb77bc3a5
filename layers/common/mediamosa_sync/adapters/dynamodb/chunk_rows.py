"""Chunks, and assets outside any step: written whole or not at all, and what kept them from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb.calls import (
    condition_failed,
    is_busy,
    is_too_large,
    message_of,
    reasons_of,
    speaks_of_size,
    standing_of,
    was_repeated,
)
from mediamosa_sync.adapters.dynamodb.chunk import (
    Chunk,
    asset_actions,
    impossible,
    numbers_actions,
)
from mediamosa_sync.adapters.dynamodb.record_actions import Action, can_be_removed
from mediamosa_sync.adapters.dynamodb.removed_item import fits
from mediamosa_sync.adapters.dynamodb.rows import Rows
from mediamosa_sync.domain.record import RecordRemoval
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.ports import Applied

_DOING = "write a chunk"


class ChunkRows(Rows):
    """The part of ``SyncStore`` that writes records and links together."""

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As ``SyncStore.apply``.

        A conflict with another transaction, or throttling, means the same chunk again, with pauses,
        and counts as no attempt of anybody.
        """
        if not writes:
            return Applied()
        uncopied = frozenset(write.link.asset_id for write in writes if _cannot_be_copied(write))
        if uncopied:
            return Applied(oversized=uncopied)
        chunk = Chunk(self._tables, fence, kind, writes)
        transact = self._calls.transaction(chunk.actions)

        def write() -> Applied:
            try:
                transact()
            except ClientError as exc:
                if is_busy(exc):
                    raise
                if reasons := reasons_of(exc):
                    return chunk.judge(reasons)
                oversized = self._oversized(fence.connection_id, writes, exc)
                if not oversized:
                    raise
                return Applied(oversized=oversized)
            return Applied()

        return self._calls.patiently(_DOING, write)

    def write(self, connection_id: str, write: AssetWrite) -> Applied:
        """As ``SyncStore.write``.

        A single action needs no transaction, at half its price (AWS: "DynamoDB pricing").
        """
        asset = frozenset({write.link.asset_id})
        if _cannot_be_copied(write):
            return Applied(oversized=asset)
        actions = asset_actions(self._tables, connection_id, write)
        actions += numbers_actions(self._tables, connection_id, write)
        alone = partial(self._write_alone, actions[0])
        make = alone if len(actions) == 1 else self._calls.transaction(actions)

        def written() -> Applied:
            try:
                make()
            except ClientError as exc:
                if condition_failed(exc):
                    return Applied(contested=asset)
                if speaks_of_size(exc):
                    return Applied(oversized=asset)
                raise
            return Applied()

        return self._calls.patiently("write a link", written)

    def _write_alone(self, action: Action) -> None:
        """Put or delete a link on its condition.

        Where botocore repeated the request, its first one may have taken effect: then just what is
        to be there stands there, and the condition fails for that very reason.
        """
        ((kind, request),) = action.items()
        client: Any = self._calls.client
        call = client.put_item if kind == "Put" else client.delete_item
        try:
            call(**request, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ClientError as exc:
            done = was_repeated(exc) and standing_of(exc) == request.get("Item", {})
            if not (condition_failed(exc) and done):
                raise

    def _oversized(
        self, connection_id: str, writes: Sequence[AssetWrite], error: ClientError
    ) -> frozenset[str]:
        """The assets that *error*, which names none, is about; none if it is about no size."""
        if not is_too_large(message_of(error)):
            return frozenset()
        return frozenset(
            write.link.asset_id
            for write in writes
            if len(writes) == 1 or self._is_oversized(connection_id, write)
        )

    def _is_oversized(self, connection_id: str, write: AssetWrite) -> bool:
        """Try *write* in a transaction that cannot succeed, so that nothing is written."""
        actions = [*asset_actions(self._tables, connection_id, write), impossible(self._tables)]

        transact = self._calls.transaction(actions)

        def probe() -> bool:
            try:
                transact()
            except ClientError as exc:
                if is_busy(exc):
                    raise
                return speaks_of_size(exc)
            return False

        return self._calls.patiently(_DOING, probe)


def _cannot_be_copied(write: AssetWrite) -> bool:
    """Whether its record must stay, since not all of it could be kept."""
    record = write.record
    if not isinstance(record, RecordRemoval):
        return False
    return not (can_be_removed(record) and fits(record.copy))
