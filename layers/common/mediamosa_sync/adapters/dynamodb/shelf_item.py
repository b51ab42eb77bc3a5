"""Rows that are put and read and hold no state: nominees, history, mediafiles, audit."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    checked,
    epoch_seconds,
    instant_text,
    known_instant_of,
    known_instant_of_epoch,
    stated,
)
from mediamosa_sync.adapters.dynamodb.run_map import run_map, run_of
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow, Nominees


def nominees_item(connection_id: str, run_id: str, row: Nominees, expires_at: int) -> Plain:
    """A row of nominees; it expires long after its run, should that have been broken off."""
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.of_nominees(run_id, row.key),
        "schema": SCHEMA,
        "row": row.key,
        "asset_ids": list(row.asset_ids),
        "expires_at": expires_at,
    }


def nominees_of(item: Plain) -> Nominees:
    """The row that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return Nominees(item["row"], tuple(item["asset_ids"]))


def history_item(connection_id: str, row: HistoryRow) -> Plain:
    """A row of the history."""
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.of_history(row.position),
        "schema": SCHEMA,
        "run": run_map(row.run),
        "since": instant_text(row.since),
        "runs": row.runs,
        "requests": row.requests,
        "expires_at": epoch_seconds(row.expires_at),
    }


def history_of(item: Plain) -> HistoryRow:
    """The row that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return HistoryRow(
        run=run_of(item["run"]),
        since=known_instant_of(item["since"]),
        runs=int(item["runs"]),
        requests=int(item["requests"]),
        expires_at=known_instant_of_epoch(item["expires_at"]),
    )


def mediafile_item(
    connection_id: str, mediafile_id: str, asset_id: str, expires_at: int | None
) -> Plain:
    """What MediaMosa told of a mediafile."""
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.of_mediafile(mediafile_id),
        "schema": SCHEMA,
        **stated({"asset_id": asset_id, "expires_at": expires_at}),
    }


def audit_item(connection_id: str, entry: AuditEntry) -> Plain:
    """An entry of the audit."""
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.of_audit(entry.position),
        "schema": SCHEMA,
        "entry_id": entry.entry_id,
        "at": instant_text(entry.at),
        "by": entry.by,
        "action": entry.action,
        "outcome": entry.outcome,
        "expires_at": epoch_seconds(entry.expires_at),
    }


def audit_of(item: Plain) -> AuditEntry:
    """The entry that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return AuditEntry(
        entry_id=item["entry_id"],
        at=known_instant_of(item["at"]),
        by=item["by"],
        action=item["action"],
        outcome=item["outcome"],
        expires_at=known_instant_of_epoch(item["expires_at"]),
    )
