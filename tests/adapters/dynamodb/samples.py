"""Values that the tests of both implementations of the stores begin with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Removals, Ruling
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.record import NewRecord, Record, RecordAbsent, RecordChange
from mediamosa_sync.domain.rows import HistoryRow, Waiting
from mediamosa_sync.domain.run import (
    Failure,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Counts, Effect

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONNECTION = Connection("https://mediamosa.example.org", "editor", "arn:secret")
ID = CONNECTION.connection_id
OTHER = Connection("https://mediamosa.example.org", "reader", "arn:secret", page_size=7)
FULL = Run("full-1", Kind.FULL, Trigger.FIRST, NOW, Cursor())
RESTART = Restart("r1", "operator", NOW)
WISH = Restart("f1", "operator", NOW)
RULING = Ruling("u1", token="", approve=True, by="operator", at=NOW)
LATER = datetime(2026, 12, 23, 12, 0, 0, tzinfo=UTC)
"""When something may go: a whole second, as DynamoDB keeps it."""


FINISHED = replace(
    FULL,
    kind=Kind.INCREMENTAL,
    phase=Phase.FINISH,
    cursor=Cursor("B8", 7, "b8c", 9, NOW, 6, 5, after_unreadable=True),
    server_started_at=NOW,
    finished_at=NOW + MINUTE,
    outcome=Outcome.PARTIAL,
    steps=3,
    requests=4,
    counts=Counts(1, 2, 3, 4, 5, 6),
    scan_after={"media_id": "m-a"},
    nominated=7,
    counted=6,
    waiting=5,
    held_back=True,
    watermark_before=NOW - MINUTE,
    watermark_after=NOW,
    reason="One asset could not be read.",
)


def everything(state: RunState) -> RunState:
    """*state* with a value of its own in every attribute that a step saves."""
    return replace(
        state,
        execution_id="arn:execution",
        incremental_due=True,
        full=replace(FULL, cursor=Cursor(total=0, narrow=0)),
        incremental=FINISHED,
        last_walk=Kind.FULL,
        watermark=NOW,
        server_clock=NOW,
        full_due=FULL.trigger,
        again=("a", "b"),
        last_sync=NOW,
        last_attempt=NOW,
        failure=Failure("unavailable", "It is away.", NOW, 3, NOW + MINUTE, "configuration"),
        removals=Removals({1: 2, 490_000: 4}),
        release=replace(RULING, token="t" * 32),
        quiet=Quiet(FULL, FINISHED, 4, 5),
    )


def history_row(number: int) -> HistoryRow:
    """The row of a run that began so many minutes after the first."""
    run = replace(FINISHED, run_id=f"full-{number}", started_at=NOW + number * MINUTE)
    return HistoryRow(run, since=NOW, runs=1 + number, requests=7, expires_at=LATER)


EVERY_TYPE: Mapping[str, Any] = {
    "uri": "mediamosa://asset/a",
    "metadata": {"title": ["b", "a"], "empty": [], "none": None, "é": {"deep": {"x", "y"}}},
    "connection_id": "",
    "flag": True,
    "none": None,
    "number": Decimal("12345678901234567890.12345678901234567"),
    "numbers": {Decimal(1), Decimal("2.5")},
    "texts": {"x", "ключ"},
    "bytes": Binary(b"\x00\xff" * 9),
    "many bytes": {Binary(b"\x00"), Binary(b"\xff\xfe")},
    "list": [Binary(b"\x01"), {"inner": Binary(b"\x02")}, Decimal("-0.5"), False],
}
"""A record with what only its application understands."""


def noise(size: int) -> bytes:
    """So many bytes that no compression makes fewer."""
    return hashlib.shake_256(b"noise").digest(size)


def state_under_way(state: RunState) -> RunState:
    """*state* with a full run under way."""
    return replace(state, full=FULL)


def link(asset_id: str, **values: object) -> Link:
    """A link whose record has the same id with ``m-`` before it."""
    # The names are checked when the test runs.
    return replace(Link(asset_id, f"m-{asset_id}"), **values)  # type: ignore[arg-type]  # fields by name


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


def holding(asset_id: str, before: Link | None = None, since: datetime = NOW) -> AssetWrite:
    """The asset comes onto the list of held deletions."""
    held = replace(before or link(asset_id), state=LinkState.HELD, reason="Why.", since=since)
    return AssetWrite(held, before, None, Effect.UNCHANGED)


def conflict(asset_id: str, number: int = 1, ours: str = "mine") -> Conflict:
    """An entry of the conflict log."""
    return Conflict(
        conflict_id=f"{asset_id}-{number}",
        asset_id=asset_id,
        media_id=f"m-{asset_id}",
        at=NOW,
        disagreement=Disagreement("title", ("old",), (ours,), ("theirs",)),
    )


def resolved(entry: Conflict, at: datetime = NOW) -> Conflict:
    """*entry* once an admin has brought the record's value back."""
    return replace(entry, resolved_at=at, resolved_by="operator")


def waiting(media_id: str, **values: object) -> Waiting:
    """The row of a record whose asset could not be asked for yet."""
    row = Waiting(media_id, LinkState.PENDING, "MediaMosa is away.", NOW)
    # The names are checked when the test runs.
    return replace(row, **values)  # type: ignore[arg-type]  # fields by name
