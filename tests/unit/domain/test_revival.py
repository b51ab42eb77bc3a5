"""A removed record comes back, and one is created for an asset that had none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.decide import decide
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordRevival,
    RemovedRecord,
    created_media_id,
)
from mediamosa_sync.domain.writes import AssetWrite, Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TITLE = MappedProperty("title", "name", "dublin_core")
SETTING = Setting("c0ffee", 5, NOON, (TITLE,))
ASSET = Asset("A1", modified=NOON, groups={"dublin_core": {"title": ("Sea",)}})
KEY = created_media_id("c0ffee", "A1")
URI = "mediamosa://asset/A1"
REMOVED = Link(
    "A1",
    KEY,
    base={"title": ("Old",)},
    names={"title": "name"},
    sequence=4,
    pushed=True,
    version=3,
    revision="r",
    state=LinkState.REMOVED,
    reason="Gone.",
    since=NOON,
    expires_at=NOON,
)
ITEM = {
    "media_id": KEY,
    "uri": URI,
    "metadata": {"name": ["Old"]},
    "mediamosa": {"state": "trashed"},
    "connection_id": "c0ffee",
    "own": 1,
}
COPY = RemovedRecord("A1", KEY, ITEM, NOON, NOON, "Gone.")
MAP = {
    "asset_id": "A1",
    "connection_id": "c0ffee",
    "modified": "2026-11-23T12:00:00Z",
    "published": True,
}
LINKED = Link(
    "A1",
    KEY,
    base={"title": ("Sea",)},
    names={"title": "name"},
    sequence=5,
    version=3,
    revision=revision(ASSET),
)


def test_the_copy_is_read_like_the_record_that_it_was() -> None:
    assert COPY.record() == Record(
        KEY, URI, {"name": ["Old"]}, {"state": "trashed"}, "c0ffee", frozenset(ITEM)
    )
    bare = replace(COPY, attributes={"media_id": KEY})
    assert bare.record() == Record(KEY, attributes=frozenset({"media_id"}))


def test_a_revived_record_is_linked_as_this_step_has_found_it() -> None:
    write = decide(ASSET, REMOVED, None, SETTING, COPY)
    wanted = {**ITEM, "metadata": {"name": ["Sea"]}, "mediamosa": MAP}
    assert write == AssetWrite(LINKED, REMOVED, RecordRevival(KEY, wanted), Effect.ADDED)


def test_an_edit_made_just_before_the_removal_that_meets_a_change_goes_to_the_log() -> None:
    edited = replace(COPY, attributes={**ITEM, "metadata": {"name": ["Mine"]}})
    write = decide(ASSET, REMOVED, None, SETTING, edited)
    assert isinstance(write, AssetWrite)
    (conflict,) = write.conflicts
    assert (conflict.disagreement.ours, conflict.record_name) == (("Mine",), "name")


def test_without_its_copy_it_begins_anew_in_the_same_row() -> None:
    write = decide(ASSET, REMOVED, None, SETTING)
    record = NewRecord(KEY, URI, {"name": ("Sea",)}, MAP)
    assert write == AssetWrite(LINKED, REMOVED, record, Effect.ADDED)


def test_a_link_that_waits_for_its_record_gets_it_in_the_same_row() -> None:
    waiting = Link("A1", "", version=3, state=LinkState.PENDING, since=NOON, due=NOON)
    write = decide(ASSET, waiting, None, SETTING)
    record = NewRecord(KEY, URI, {"name": ("Sea",)}, MAP)
    assert write == AssetWrite(LINKED, waiting, record, Effect.ADDED)


def test_where_its_key_is_taken_the_row_says_so_and_since_when() -> None:
    waiting = Link("A1", "", version=3, state=LinkState.PENDING, since=NOON, due=NOON)
    later = replace(SETTING, now=NOON + timedelta(hours=1))
    write = decide(ASSET, waiting, Record(KEY, "https://example.org"), later)
    assert isinstance(write, AssetWrite)
    assert write.link_before == waiting
    assert (write.link.state, write.link.since) == (LinkState.PARKED, later.now)


def test_an_asset_too_large_keeps_the_row_that_it_has() -> None:
    huge = replace(ASSET, groups={"dublin_core": {"title": ("x" * 405_000,)}})
    waiting = Link("A1", "", version=3, state=LinkState.PENDING, since=NOON, due=NOON)
    write = decide(huge, waiting, None, SETTING)
    assert isinstance(write, AssetWrite)
    assert write.link_before == waiting
    assert (write.link.state, write.link.version) == (LinkState.PARKED, 3)


def test_a_record_that_bears_the_key_is_tied_in_the_row_that_there_is() -> None:
    waiting = Link("A1", "", version=3, state=LinkState.PENDING, since=NOON, due=NOON)
    record = Record(KEY, URI, {"name": ["Sea"]}, MAP)
    assert decide(ASSET, waiting, record, SETTING) == AssetWrite(
        LINKED, waiting, None, Effect.UNCHANGED
    )
    tied = decide(ASSET, None, record, SETTING)
    assert tied == AssetWrite(replace(LINKED, version=0), None, None, Effect.UNCHANGED)


def test_a_merge_takes_the_link_over_from_a_push() -> None:
    pushed = replace(LINKED, pushed=True, sequence=3, base={"title": ("Old",)})
    record = Record(KEY, URI, {"name": ["Old"]}, MAP)
    write = decide(ASSET, pushed, record, SETTING)
    assert isinstance(write, AssetWrite)
    assert (write.link, write.link_before) == (LINKED, pushed)


def test_an_old_form_that_mediamosa_has_told_is_kept_in_the_row_that_there_is() -> None:
    record = Record(KEY, "mediamosa://mediafile/m1/sea.mp4", {"name": ["Sea"]}, MAP)
    write = decide(ASSET, LINKED, record, SETTING, told="A1")
    kept = replace(LINKED, uri=str(record.uri))
    assert write == AssetWrite(kept, LINKED, None, Effect.UNCHANGED)
