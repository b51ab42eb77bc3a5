"""Entries of the conflict log as items."""

from __future__ import annotations

from datetime import timedelta

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    agreed_of,
    agreed_to_plain,
    checked,
    epoch_seconds,
    instant_of,
    instant_text,
    known_instant_of,
    optional_text,
    stated,
    values_of_plain,
)
from mediamosa_sync.domain.plan import Disagreement, Why
from mediamosa_sync.domain.writes import Conflict

RESOLVED_KEPT = timedelta(days=90)
"""How long an entry is kept once the record's value was brought back; until then it stays."""


def conflict_item(connection_id: str, conflict: Conflict) -> Plain:
    """An entry of the conflict log."""
    disagreement, resolved_at = conflict.disagreement, conflict.resolved_at
    return {
        "pk": keys.of_connection(connection_id),
        "sk": keys.of_conflict(conflict.conflict_id),
        "schema": SCHEMA,
        "conflict_id": conflict.conflict_id,
        "asset_id": conflict.asset_id,
        "media_id": conflict.media_id,
        "at": instant_text(conflict.at),
        "property": disagreement.name,
        "base": agreed_to_plain(disagreement.base),
        "ours": list(disagreement.ours),
        "theirs": list(disagreement.theirs),
        **stated(
            {
                "why": "" if disagreement.why is Why.BOTH_CHANGED else str(disagreement.why),
                "record_name": conflict.record_name,
                "asset_modified": optional_text(conflict.asset_modified),
                "resolved_at": optional_text(resolved_at),
                "resolved_by": conflict.resolved_by,
                "expires_at": resolved_at and epoch_seconds(resolved_at + RESOLVED_KEPT),
            }
        ),
    }


def conflict_of(item: Plain) -> Conflict:
    """The entry that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return Conflict(
        conflict_id=item["conflict_id"],
        asset_id=item["asset_id"],
        media_id=item["media_id"],
        at=known_instant_of(item["at"]),
        disagreement=Disagreement(
            name=item["property"],
            base=agreed_of(item["base"]),
            ours=values_of_plain(item["ours"]),
            theirs=values_of_plain(item["theirs"]),
            why=Why(item.get("why", Why.BOTH_CHANGED)),
        ),
        record_name=item.get("record_name", ""),
        asset_modified=instant_of(item.get("asset_modified")),
        resolved_at=instant_of(item.get("resolved_at")),
        resolved_by=item.get("resolved_by", ""),
    )
