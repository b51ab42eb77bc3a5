"""Values that the tests of both implementations of the stores begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.record import NewRecord, Record, RecordAbsent, RecordChange
from mediamosa_sync.domain.run import Kind, Restart, Run, RunState, Trigger
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONNECTION = Connection("https://mediamosa.example.org", "editor", "arn:secret")
ID = CONNECTION.connection_id
OTHER = Connection("https://mediamosa.example.org", "reader", "arn:secret", page_size=7)
FULL = Run("full-1", Kind.FULL, Trigger.FIRST, NOW, Cursor())
RESTART = Restart("r1", "operator", NOW)


def state_under_way(state: RunState) -> RunState:
    """*state* with a full run under way."""
    return replace(state, full=FULL)


def link(asset_id: str, **values: object) -> Link:
    """A link whose record has the same id with ``m-`` before it."""
    # The names are checked when the test runs.
    return replace(Link(asset_id, f"m-{asset_id}"), **values)  # type: ignore[arg-type]


def creation(asset_id: str, metadata: Mapping[str, Values] | None = None) -> AssetWrite:
    """Record and link of an asset that had none."""
    new = NewRecord(
        media_id=f"m-{asset_id}",
        uri=asset_uri(asset_id),
        metadata={"title": (f"Title of {asset_id}",)} if metadata is None else metadata,
        mediamosa={"asset_id": asset_id, "published": True},
    )
    return AssetWrite(link(asset_id, base=new.metadata), None, new, Effect.ADDED)


def change(
    before: Record,
    link_before: Link,
    values: Mapping[str, Values],
    mediamosa: Mapping[str, object] | None = None,
) -> AssetWrite:
    """An update of a record and its link."""
    return AssetWrite(
        link=replace(link_before, sequence=link_before.sequence + 1),
        link_before=link_before,
        record=RecordChange(before, values, mediamosa),
        effect=Effect.UPDATED,
    )


def absent(asset_id: str, media_id: str, link_before: Link | None = None) -> AssetWrite:
    """A link on condition that there is no such record."""
    return AssetWrite(link(asset_id), link_before, RecordAbsent(media_id), Effect.UNCHANGED)


def conflict(asset_id: str, number: int = 1, ours: str = "mine") -> Conflict:
    """An entry of the conflict log."""
    return Conflict(
        conflict_id=f"{asset_id}-{number}",
        asset_id=asset_id,
        media_id=f"m-{asset_id}",
        at=NOW,
        disagreement=Disagreement("title", ("old",), (ours,), ("theirs",)),
    )
