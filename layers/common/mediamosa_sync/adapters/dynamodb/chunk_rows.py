"""Chunks and restored records: written whole or not at all, and what kept them from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb.calls import is_busy, message_of, reasons_of
from mediamosa_sync.adapters.dynamodb.chunk import (
    CONDITION_FAILED,
    Chunk,
    asset_actions,
    impossible,
    is_too_large,
    restoring_action,
)
from mediamosa_sync.adapters.dynamodb.record_actions import can_be_removed
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

        def write() -> Applied:
            try:
                self._transact(chunk.actions)
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

    def restore(self, connection_id: str, write: AssetWrite) -> bool:
        """As ``SyncStore.restore``."""
        actions = [
            restoring_action(self._tables, connection_id, write),
            *asset_actions(self._tables, connection_id, write),
        ]

        def restored() -> bool:
            try:
                self._transact(actions)
            except ClientError as exc:
                if any(reason.get("Code") == CONDITION_FAILED for reason in reasons_of(exc)):
                    return False
                raise
            return True

        return self._calls.patiently("restore the record", restored)

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

        def probe() -> bool:
            try:
                self._transact(actions)
            except ClientError as exc:
                if is_busy(exc):
                    raise
                told = [message_of(exc), *(reason.get("Message") for reason in reasons_of(exc))]
                return any(map(is_too_large, told))
            return False

        return self._calls.patiently(_DOING, probe)

    def _transact(self, actions: Sequence[Any]) -> None:
        self._calls.client.transact_write_items(TransactItems=actions)


def _cannot_be_copied(write: AssetWrite) -> bool:
    """Whether its record must stay, since not all of it could be kept."""
    record = write.record
    if not isinstance(record, RecordRemoval):
        return False
    return not (can_be_removed(record) and fits(record.copy))
