"""A list may lag behind what was seen of an asset before: base does not follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.decide import Verdict, decide, recreated
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.record import NewRecord, Record
from mediamosa_sync.domain.writes import AssetWrite

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SETTING = Setting("c0ffee", 5, NOON, (MappedProperty("title", "title", "dublin_core"),))
SEEN = Asset("A1", modified=NOON, groups={"dublin_core": {"title": ("New",)}})
OLD = replace(SEEN, groups={"dublin_core": {"title": ("Old",)}})
LINK = Link("A1", "m1", base={"title": ("New",)}, sequence=4, revision=revision(SEEN))
RECORD = Record("m1", "mediamosa://asset/A1", {"title": ["New"]})


@pytest.mark.parametrize("modified", [NOON - SECOND, NOON])
def test_other_values_that_are_no_newer_are_asked_for_by_id(modified: datetime) -> None:
    asset = replace(OLD, modified=modified)
    assert decide(asset, LINK, RECORD, SETTING, listed=True) is Verdict.STALE
    assert isinstance(decide(asset, LINK, RECORD, SETTING), AssetWrite)


@pytest.mark.parametrize(
    ("asset", "link"),
    [
        (replace(OLD, modified=NOON + SECOND), LINK),
        (replace(OLD, modified=None), LINK),
        (OLD, replace(LINK, revision="")),
        (OLD, replace(LINK, base=None, revision="")),
        (replace(SEEN, filename="other.mp4"), LINK),
    ],
    ids=["newer", "no stamp", "never seen", "never met nor seen", "same values"],
)
def test_everything_else_is_believed(asset: Asset, link: Link) -> None:
    assert isinstance(decide(asset, link, RECORD, SETTING, listed=True), AssetWrite)


def test_a_record_is_not_created_anew_with_values_older_than_those_of_the_one_deleted() -> None:
    waiting = recreated(LINK, None, SETTING).link
    assert decide(OLD, waiting, None, SETTING, listed=True) is Verdict.STALE
    asked = decide(SEEN, waiting, None, SETTING)
    assert isinstance(asked, AssetWrite)
    assert isinstance(asked.record, NewRecord)


def test_a_record_tells_which_asset_its_map_is_of() -> None:
    assert Record("m1", mediamosa={"asset_id": "A1"}).told_asset == "A1"
    for told in (None, "A1", {}, {"asset_id": None}, {"asset_id": 7}):
        assert Record("m1", mediamosa=told).told_asset == ""
