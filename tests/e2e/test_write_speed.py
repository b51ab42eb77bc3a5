"""What it costs that record, link and run item change together."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.engine import Engine
from mediamosa_sync.adapters.dynamodb.calls import Calls, Patience
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.decide import decide
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.run import Kind, Run, Trigger
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import AssetWrite, chunks
from tests.adapters.dynamodb.tables import create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASSETS, ROUNDS, MOST = 1000, 12, 1.5
FIELDS = tuple(
    MappedProperty(name, name, "dublin_core")
    for name in ("creator", "description", "language", "subject", "title")
)


def creations(connection_id: str) -> list[AssetWrite]:
    setting = Setting(connection_id, 1, NOW, FIELDS)
    writes = []
    for number in range(ASSETS):
        core = {
            "title": (f"Lecture {number:05}",),
            "description": ("What is said in it, in some two dozen words. " * 4,),
            "subject": ("acoustics", "physics", "waves"),
            "creator": ("University",),
            "language": ("en",),
        }
        asset = Asset(f"A{number:023}", created=NOW, modified=NOW, groups={"dublin_core": core})
        write = decide(asset, None, None, setting)
        assert isinstance(write, AssetWrite)
        writes.append(write)
    return writes


def applied(client: DynamoDBClient, tables: Tables, connection_id: str) -> float:
    """Seconds for a first sync's writes, as a step makes them."""
    store = DynamoDBSyncStore(Calls(client, Patience()), tables)
    state = store.take_lease(connection_id, owner="o", now=NOW, until=NOW)
    assert state is not None
    run = Run("full-1", Kind.FULL, Trigger.FIRST, NOW, Cursor())
    store.save_run(state.fence, state.with_run(run), release=False)
    writes = creations(connection_id)

    def write() -> None:
        for chunk in chunks(writes):
            assert store.apply(state.fence, Kind.FULL, chunk).done

    return seconds(write)


def written(client: DynamoDBClient, source: Tables, target: Tables) -> float:
    """Seconds for the same items by bare batch writes, twenty-five a call."""
    portions: list[tuple[str, list[dict[str, Any]]]] = []
    for name, of in ((source.media, target.media), (source.sync, target.sync)):
        pages = client.get_paginator("scan").paginate(TableName=name)
        items = [item for page in pages for item in page["Items"]]
        portions += [(of, items[start : start + 25]) for start in range(0, len(items), 25)]

    def write() -> None:
        for table, items in portions:
            puts: Any = [{"PutRequest": {"Item": item}} for item in items]
            assert not client.batch_write_item(RequestItems={table: puts})["UnprocessedItems"]

    return seconds(write)


def seconds(write: Callable[[], None]) -> float:
    """How long it takes, without what measuring coverage adds to it."""
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        began = time.perf_counter()
        write()
        return time.perf_counter() - began
    finally:
        sys.settrace(tracing)


@pytest.mark.performance
def test_a_first_syncs_writes_take_half_again_as_long_as_bare_ones_at_most(
    engine: Engine, figures: list[str]
) -> None:
    """The best of a dozen rounds each, in turn: one takes up to half again as long as another."""
    client = engine.session.client("dynamodb", endpoint_url=engine.url)
    ours, bare = [], []
    for number in range(ROUNDS):
        synced = Tables(f"speed-media-{number}", f"speed-sync-{number}")
        copied = Tables(f"bare-media-{number}", f"bare-sync-{number}")
        create_tables(client, synced)
        create_tables(client, copied)
        ours.append(applied(client, synced, f"{number:040}"))
        bare.append(written(client, synced, copied))
        count = client.scan(TableName=copied.media, Select="COUNT")["Count"]
        assert count == ASSETS
    ratio = min(ours) / min(bare)
    figures.append(
        f"writing {ASSETS:,} records and links: {min(ours):.2f} s, bare batch writes "
        f"{min(bare):.2f} s: {ratio:.2f} times"
    )
    assert ratio <= MOST
