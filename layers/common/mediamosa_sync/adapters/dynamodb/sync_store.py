"""The port ``SyncStore`` over the sync table and, for records, the media table."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb.attention_rows import AttentionRows
from mediamosa_sync.adapters.dynamodb.chunk_rows import ChunkRows
from mediamosa_sync.adapters.dynamodb.conflict_rows import ConflictRows
from mediamosa_sync.adapters.dynamodb.connection_rows import ConnectionRows
from mediamosa_sync.adapters.dynamodb.link_rows import LinkRows
from mediamosa_sync.adapters.dynamodb.mark_rows import MarkRows
from mediamosa_sync.adapters.dynamodb.push_rows import PushRows
from mediamosa_sync.adapters.dynamodb.shelf_rows import ShelfRows


class DynamoDBSyncStore(
    ConnectionRows,
    MarkRows,
    LinkRows,
    AttentionRows,
    ConflictRows,
    PushRows,
    ShelfRows,
    ChunkRows,
):
    """Everything that the sync keeps; see ``SyncStore`` for what each method promises."""
