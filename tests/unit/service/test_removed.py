"""What a person sees of removed records, and brings back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.removing import GONE, RESTORED
from mediamosa_sync.service.refusals import RecordExists, RemovedNotFound, UnknownConnection
from mediamosa_sync.service.removed import RemovedRecords
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
CONNECTION_ID = CONNECTION.connection_id
EXPIRES_AT = START + timedelta(days=30)


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def removed(tables: MemoryTables, clock: FakeClock) -> RemovedRecords:
    return RemovedRecords(tables, clock)


def remove(tables: MemoryTables, *asset_ids: str) -> None:
    for asset_id in asset_ids:
        media_id = f"m-{asset_id}"
        attributes = {"media_id": media_id, "uri": f"mediamosa://asset/{asset_id}", "mine": 7}
        copy = RemovedRecord(asset_id, media_id, attributes, START, EXPIRES_AT, GONE)
        link = Link(asset_id, media_id, state=LinkState.REMOVED, expires_at=EXPIRES_AT)
        tables.put_link(CONNECTION_ID, link)
        tables.copies.setdefault(CONNECTION_ID, {})[asset_id] = copy


def test_copies_are_listed_by_asset_id_in_parts(
    removed: RemovedRecords, tables: MemoryTables
) -> None:
    remove(tables, "b", "a", "c")
    first = removed.removed(CONNECTION_ID, limit=2)
    assert first.items[0] == {
        "asset_id": "a",
        "media_id": "m-a",
        "removed_at": "2026-11-23T12:00:00Z",
        "expires_at": "2026-12-23T12:00:00Z",
        "reason": GONE,
    }
    assert first.next == "b"
    last = removed.removed(CONNECTION_ID, limit=2, after="b")
    assert [copy["asset_id"] for copy in last.items] == ["c"]
    assert last.next is None


def test_a_restored_record_is_as_it_was_and_its_link_is_kept(
    removed: RemovedRecords, tables: MemoryTables
) -> None:
    remove(tables, "a")
    body, fresh = removed.restore(CONNECTION_ID, "a")
    assert body == {
        "asset_id": "a",
        "media_id": "m-a",
        "restored_at": "2026-11-23T12:00:00Z",
    }
    assert fresh
    assert tables.media["m-a"]["mine"] == 7
    link = tables.all_links(CONNECTION_ID)["a"]
    assert (link.state, link.reason, link.expires_at) == (LinkState.KEPT, RESTORED, None)
    assert removed.removed(CONNECTION_ID, limit=2).items == []
    assert tables.run_state(CONNECTION_ID).links == 1


def test_restoring_twice_is_one_request(
    removed: RemovedRecords, tables: MemoryTables, clock: FakeClock
) -> None:
    remove(tables, "a")
    first, _ = removed.restore(CONNECTION_ID, "a")
    clock.advance(seconds=9)
    assert removed.restore(CONNECTION_ID, "a") == (first, False)
    assert tables.traffic.transactions == 1


def test_what_is_kept_no_longer_is_neither_listed_nor_restored(
    removed: RemovedRecords, tables: MemoryTables, clock: FakeClock
) -> None:
    remove(tables, "a")
    clock.set(EXPIRES_AT)
    assert removed.removed(CONNECTION_ID, limit=2).items == []
    with pytest.raises(RemovedNotFound):
        removed.restore(CONNECTION_ID, "a")


def test_only_what_was_removed_can_be_restored(
    removed: RemovedRecords, tables: MemoryTables
) -> None:
    remove(tables, "a", "b", "c")
    del tables.copies[CONNECTION_ID]["a"]
    revived = replace(tables.all_links(CONNECTION_ID)["b"], state=LinkState.LINKED)
    tables.put_link(CONNECTION_ID, revived)
    tables.put_link(CONNECTION_ID, Link("kept", "m", state=LinkState.KEPT, reason="by a person"))
    for asset_id in ("a", "b", "kept", "unknown"):
        with pytest.raises(RemovedNotFound):
            removed.restore(CONNECTION_ID, asset_id)


def test_a_key_that_is_taken_again_is_left_alone(
    removed: RemovedRecords, tables: MemoryTables
) -> None:
    remove(tables, "a")
    tables.put_record("m-a", uri="https://elsewhere.example.org")
    with pytest.raises(RecordExists, match="The record m-a could not be brought back"):
        removed.restore(CONNECTION_ID, "a")
    assert tables.media["m-a"]["uri"] == "https://elsewhere.example.org"
    assert removed.removed(CONNECTION_ID, limit=2).items


def test_who_was_faster_is_not_overwritten(removed: RemovedRecords, tables: MemoryTables) -> None:
    remove(tables, "a")

    def revive() -> None:
        link = tables.all_links(CONNECTION_ID)["a"]
        tables.put_link(CONNECTION_ID, replace(link, version=link.version + 1))

    tables.once_before("write", revive)
    with pytest.raises(RecordExists):
        removed.restore(CONNECTION_ID, "a")
    assert "m-a" not in tables.media


def test_an_unknown_connection_has_no_copies(removed: RemovedRecords) -> None:
    with pytest.raises(UnknownConnection):
        removed.removed("0" * 40, limit=1)
    with pytest.raises(UnknownConnection):
        removed.restore("0" * 40, "a")
