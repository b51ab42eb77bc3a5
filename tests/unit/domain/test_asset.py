"""An asset's revision changes with whatever is synced of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.asset import Asset, iso, revision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASSET = Asset("A", modified=NOON, groups={"dublin_core": {"title": ("x",)}}, owner_id="ann")


def test_the_same_content_has_the_same_revision() -> None:
    assert revision(replace(ASSET)) == revision(ASSET)


def test_anything_that_is_synced_changes_it_with_or_without_a_stamp() -> None:
    others = [
        replace(ASSET, modified=NOON + timedelta(seconds=1)),
        replace(ASSET, modified=None),
        replace(ASSET, groups={}),
        replace(ASSET, owner_id="bob"),
        replace(ASSET, published=False),
        replace(ASSET, trashed=True),
        replace(ASSET, filename="x.mp4"),
    ]
    assert len({revision(asset) for asset in [ASSET, *others]}) == len(others) + 1


def test_instants_are_spelled_in_whole_seconds_of_utc() -> None:
    assert iso(NOON.replace(microsecond=999)) == "2026-11-23T12:00:00Z"
    assert iso(None) == ""
