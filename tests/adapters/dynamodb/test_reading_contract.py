"""What every pair of stores must tell about links, held deletions, mediafiles and the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.rows import AuditEntry
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.writes import AssetWrite, Effect
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    ID,
    LATER,
    MINUTE,
    NOW,
    OTHER,
    absent,
    creation,
    holding,
    link,
)

IDS = ["0", "B8a", "B8b", "B8c", "B9", "a", "b8a"]


def walked(stores: Stores) -> None:
    """Links of all :data:`IDS`."""
    fence = stores.full_run()
    writes = [absent(asset_id, f"m-{asset_id}") for asset_id in reversed(IDS)]
    assert stores.sync.apply(fence, Kind.FULL, writes).done


@pytest.mark.parametrize(
    ("after", "upto", "prefix", "limit", "expected", "more"),
    [
        ("", None, "", 9, IDS, False),
        ("", None, "", 7, IDS, False),
        ("", None, "", 6, IDS[:6], True),
        ("0", None, "", 2, ["B8a", "B8b"], True),
        ("00", None, "", 2, ["B8a", "B8b"], True),
        ("", "B8b", "", 9, IDS[:3], False),
        ("0", "B8b", "", 9, IDS[1:3], False),
        ("0", "B8bb", "", 1, IDS[1:2], True),
        ("B8a", "B8a", "", 9, [], False),
        ("B8b", "B8a", "", 9, [], False),
        ("", "", "", 9, [], False),
        ("zz", None, "", 9, [], False),
        ("", None, "B8", 9, IDS[1:4], False),
        ("", None, "B8", 2, IDS[1:3], True),
        ("B8a", None, "B8", 2, IDS[2:4], False),
        ("B8a", "B8b", "B8", 9, ["B8b"], False),
        ("", "B8b", "B8", 9, IDS[1:3], False),
        ("B9", None, "B8", 9, [], False),
        ("", None, "B8a", 9, ["B8a"], False),
    ],
)
def test_links_between_two_ids(
    stores: Stores,
    after: str,
    upto: str | None,
    prefix: str,
    limit: int,
    expected: list[str],
    *,
    more: bool,
) -> None:
    walked(stores)

    links, further = stores.sync.links_between(
        ID, after=after, upto=upto, prefix=prefix, limit=limit
    )

    assert (list(links), further) == (expected, more)
    assert all(links[asset_id] == stores.sync.links(ID, [asset_id])[asset_id] for asset_id in links)


def test_links_between_are_those_of_one_connection(stores: Stores) -> None:
    walked(stores)

    found = stores.sync.links_between(OTHER.connection_id, after="", upto=None, prefix="", limit=9)

    assert found == ({}, False)


def test_held_assets_are_listed_the_longest_held_first(stores: Stores) -> None:
    fence = stores.full_run()
    since = {"c": NOW, "a": NOW + MINUTE, "b": NOW + MINUTE, "d": NOW + 2 * MINUTE}
    stores.sync.apply(fence, Kind.FULL, [holding(name, since=at) for name, at in since.items()])
    stores.sync.apply(fence, Kind.FULL, [creation("e")])

    listed = stores.sync.held(ID, upto=None, limit=9)

    assert [(one.asset_id, one.since) for one in listed] == list(since.items())
    assert [one.asset_id for one in stores.sync.held(ID, upto=None, limit=2)] == ["c", "a"]
    after = stores.sync.held(ID, upto=None, limit=2, after=listed[1].position)
    assert [one.asset_id for one in after] == ["b", "d"]
    assert stores.sync.held(ID, upto=None, limit=2, after=listed[3].position) == ()
    assert stores.sync.held(OTHER.connection_id, upto=None, limit=9) == ()


def test_only_what_was_held_by_then_is_listed(stores: Stores) -> None:
    fence = stores.full_run()
    writes = [holding("a"), holding("b", since=NOW + MINUTE)]
    stores.sync.apply(fence, Kind.FULL, writes)

    def listed(upto: timedelta, after: str = "") -> list[str]:
        found = stores.sync.held(ID, upto=NOW + upto, limit=9, after=after)
        return [one.asset_id for one in found]

    first = stores.sync.held(ID, upto=None, limit=1)[0]
    assert listed(timedelta()) == ["a"]
    assert listed(timedelta(microseconds=-1)) == []
    assert listed(MINUTE) == ["a", "b"]
    assert listed(MINUTE, first.position) == ["b"]
    assert listed(timedelta(), first.position) == []
    assert listed(-MINUTE, first.position) == []


def test_the_list_is_counted_as_assets_join_and_leave_it(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [holding("a"), holding("b"), holding("c")])
    assert stores.sync.run_state(ID).held == Held().changed("abc", "")

    before = stores.sync.links(ID, "abc")
    kept = replace(before["a"], state=LinkState.KEPT)
    goes = AssetWrite(before["b"], before["b"], None, Effect.UNCHANGED, link_goes=True)
    still = replace(before["c"], revision="r")
    stores.sync.apply(
        fence,
        Kind.FULL,
        [
            AssetWrite(kept, before["a"], None, Effect.UNCHANGED),
            goes,
            AssetWrite(still, before["c"], None, Effect.UNCHANGED),
            holding("d"),
        ],
    )

    assert stores.sync.run_state(ID).held == Held().changed("cd", "")
    assert [one.asset_id for one in stores.sync.held(ID, upto=None, limit=9)] == ["c", "d"]


def test_a_chunk_that_is_not_written_counts_nobody_as_held(stores: Stores) -> None:
    fence = stores.full_run()
    stores.put_record("m-b")

    stores.sync.apply(fence, Kind.FULL, [holding("a"), creation("b")])

    assert stores.sync.run_state(ID).held == Held()
    assert stores.sync.held(ID, upto=None, limit=9) == ()


def test_what_is_held_is_not_counted_as_pending_or_parked(stores: Stores) -> None:
    fence = stores.full_run()
    parked = link("p", state=LinkState.PARKED, since=NOW)
    stores.sync.apply(
        fence, Kind.FULL, [holding("a"), AssetWrite(parked, None, None, Effect.ERROR)]
    )

    assert stores.sync.attention(ID) == {"pending": 0, "parked": 1, "conflicts": 0}


def test_a_link_that_has_expired_is_told_as_it_is(stores: Stores) -> None:
    fence = stores.full_run()
    long_ago = NOW.replace(microsecond=0) - timedelta(days=400)
    gone = link("a", state=LinkState.REMOVED, since=long_ago, expires_at=long_ago)
    stores.sync.apply(fence, Kind.FULL, [AssetWrite(gone, None, None, Effect.UNCHANGED)])

    links, _ = stores.sync.links_between(ID, after="", upto=None, prefix="", limit=9)

    assert links == {"a": replace(gone, version=1)}


def test_mediafiles_are_told_as_once_kept(stores: Stores) -> None:
    assert stores.sync.mediafiles(ID, ["m1"]) == {}
    assert stores.sync.mediafiles(ID, []) == {}

    stores.sync.put_mediafiles(ID, {"m1": "a", "m2": "", **{f"n{n}": "b" for n in range(60)}})
    stores.sync.put_mediafiles(ID, {"m1": "c"})
    stores.sync.put_mediafiles(ID, {})

    assert stores.sync.mediafiles(ID, ["m1", "m2", "m3", "n59"]) == {
        "m1": "c",
        "m2": "",
        "n59": "b",
    }
    assert stores.sync.mediafiles(OTHER.connection_id, ["m1"]) == {}


def test_the_audit_comes_newest_first_and_in_portions(stores: Stores) -> None:
    entries = [
        AuditEntry(name, NOW + timedelta(microseconds=late), "viewer", "restart", "done", LATER)
        for name, late in (("e2", 0), ("e1", 1), ("e3", 1), ("e0", 1_000_000))
    ]
    for entry in reversed(entries):
        stores.sync.audit(ID, entry)

    newest = tuple(reversed(entries))
    assert stores.sync.audited(ID, limit=9) == newest
    assert stores.sync.audited(ID, limit=2) == newest[:2]
    assert stores.sync.audited(ID, limit=2, before=newest[1].position) == newest[2:]
    assert stores.sync.audited(ID, limit=2, before=newest[3].position) == ()
    assert stores.sync.audited(OTHER.connection_id, limit=9) == ()


def test_an_entry_of_the_audit_can_be_noted_twice(stores: Stores) -> None:
    entry = AuditEntry("e1", NOW, "operator", "restart", "done", LATER)

    stores.sync.audit(ID, entry)
    stores.sync.audit(ID, entry)

    assert stores.sync.audited(ID, limit=9) == (entry,)
    assert stores.sync.attention(ID) == {"pending": 0, "parked": 0, "conflicts": 0}


def test_a_whole_record_is_read_as_stored(stores: Stores) -> None:
    stores.put_record("m-a", uri="x", own={Decimal(1)}, none=None)

    assert stores.media.item("m-a") == {
        "media_id": "m-a",
        "uri": "x",
        "own": {Decimal(1)},
        "none": None,
    }
    assert stores.media.item("m-b") is None


def test_a_scan_finds_the_records_that_carry_a_uri_of_mediamosa(stores: Stores) -> None:
    stores.put_record("m-1", uri="mediamosa://asset/a", connection_id=ID, metadata={"t": ["x"]})
    stores.put_record("m-2", uri="mediamosa://mediafile/m", connection_id=Decimal(3))
    stores.put_record("m-3", uri="https://example.org")
    stores.put_record("m-4", uri=Decimal(3))
    stores.put_record("m-5", uri=["mediamosa://asset/b"])
    stores.put_record("m-6", own="mine")
    stores.put_record("m-7", uri="mediamosa:nothing")

    page = stores.media.scan(None)

    assert page.after is None
    assert sorted(page.records, key=lambda record: record.media_id) == [
        Record("m-1", "mediamosa://asset/a", connection_id=ID),
        Record("m-2", "mediamosa://mediafile/m"),
    ]


def test_a_scan_of_an_empty_table_is_over_at_once(stores: Stores) -> None:
    assert stores.media.scan(None).records == ()
    assert stores.media.scan(None).after is None


def test_a_scan_goes_on_where_it_was_left_and_ends(stores: Stores) -> None:
    for number in range(12):
        large = "x" * 300_000
        stores.put_record(f"m-{number:02}", uri=f"mediamosa://asset/{number}", own=large)

    found: list[str] = []
    page = stores.media.scan(None)
    found += [record.media_id for record in page.records]
    while page.after is not None:
        page = stores.media.scan(page.after)
        found += [record.media_id for record in page.records]

    assert sorted(found) == [f"m-{number:02}" for number in range(12)]
