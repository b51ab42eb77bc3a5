"""What every pair of stores must tell of what waits: pending, parked, held, and tied to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.record import RecordChange
from mediamosa_sync.domain.rows import Due, Waiting
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.errors import StoreError
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    ID,
    MINUTE,
    NOW,
    OTHER,
    conflict,
    creation,
    holding,
    link,
    resolved,
    waiting,
)


def keep(stores: Stores, *rows: Link | Waiting) -> None:
    """Write links and waiting rows, none of which is there yet."""
    for row in rows:
        if isinstance(row, Waiting):
            assert stores.sync.put_waiting(ID, row, None)
        else:
            assert stores.sync.write(ID, AssetWrite(row, None, None, Effect.NOTED)).done


def pending(asset_id: str, since: datetime = NOW, due: datetime | None = None) -> Link:
    return link(asset_id, state=LinkState.PENDING, since=since, due=due)


def due_ids(stores: Stores, upto: timedelta, limit: int = 9) -> list[str]:
    """What is due by then, with ``w:`` before records without a link."""
    found = stores.sync.due(ID, upto=NOW + upto, limit=limit)
    return [one.asset_id or f"w:{one.media_id}" for one in found]


def test_what_is_due_comes_the_longest_due_first(stores: Stores) -> None:
    keep(
        stores,
        pending("late", due=NOW + 9 * MINUTE),
        waiting("m-2", due=NOW + 2 * MINUTE),
        pending("second", due=NOW + MINUTE),
        pending("first", since=NOW + 5 * MINUTE, due=NOW - MINUTE),
        pending("since"),
        waiting("m-since", since=NOW + 3 * MINUTE),
        pending("exactly", due=NOW + 4 * MINUTE),
        link("parked", state=LinkState.PARKED, since=NOW),
        waiting("m-parked", state=LinkState.PARKED),
        link("fine"),
    )
    expected = ["first", "since", "second", "w:m-2", "w:m-since", "exactly"]

    assert due_ids(stores, 4 * MINUTE) == expected
    assert due_ids(stores, 4 * MINUTE, limit=3) == expected[:3]
    assert due_ids(stores, 4 * MINUTE - timedelta(microseconds=1)) == expected[:5]
    assert due_ids(stores, -2 * MINUTE) == []
    assert stores.sync.due(OTHER.connection_id, upto=NOW, limit=9) == ()


def test_a_pending_link_of_no_known_time_is_due_at_once(stores: Stores) -> None:
    keep(stores, pending("b"), link("a", state=LinkState.PENDING))

    assert due_ids(stores, timedelta()) == ["a", "b"]


def test_an_asset_whose_id_looks_like_a_waiting_row_s_is_an_asset(stores: Stores) -> None:
    keep(stores, pending("waiting#m-1"), waiting("m-2"), waiting("waiting#m-3"))

    assert set(stores.sync.due(ID, upto=NOW, limit=9)) == {
        Due(asset_id="waiting#m-1"),
        Due(media_id="m-2"),
        Due(media_id="waiting#m-3"),
    }


def test_a_link_that_was_put_off_is_due_later(stores: Stores) -> None:
    keep(stores, pending("a", due=NOW))
    before = stores.sync.links(ID, ["a"])["a"]

    later = replace(before, due=NOW + MINUTE)
    assert stores.sync.write(ID, AssetWrite(later, before, None, Effect.NOTED)).done

    assert due_ids(stores, timedelta()) == []
    assert due_ids(stores, MINUTE) == ["a"]


def test_trouble_is_listed_in_portions(stores: Stores) -> None:
    keep(
        stores,
        link("b", state=LinkState.PARKED, since=NOW + MINUTE, due=NOW - MINUTE),
        waiting("m-1", state=LinkState.PARKED, due=NOW - MINUTE),
        link("a", state=LinkState.PARKED, since=NOW - MINUTE),
        pending("p", due=NOW + MINUTE),
        waiting("m-2"),
    )

    def listed(state: LinkState, limit: int = 9, after: str = "") -> list[str]:
        found = stores.sync.troubled(ID, state, limit=limit, after=after)
        return [one.due.asset_id or f"w:{one.due.media_id}" for one in found]

    parked = stores.sync.troubled(ID, LinkState.PARKED, limit=9)
    assert listed(LinkState.PARKED) == ["a", "w:m-1", "b"]
    assert listed(LinkState.PARKED, limit=2) == ["a", "w:m-1"]
    assert listed(LinkState.PARKED, after=parked[0].position) == ["w:m-1", "b"]
    assert listed(LinkState.PARKED, limit=1, after=parked[0].position) == ["w:m-1"]
    assert listed(LinkState.PARKED, after=parked[2].position) == []
    assert listed(LinkState.PENDING) == ["w:m-2", "p"]
    assert listed(LinkState.HELD) == []


def test_held_assets_are_listed_by_how_long_they_are_held(stores: Stores) -> None:
    stores.sync.write(ID, holding("b"))
    stores.sync.write(ID, holding("a", since=NOW + MINUTE))

    found = stores.sync.troubled(ID, LinkState.HELD, limit=9)

    assert [one.due.asset_id for one in found] == ["b", "a"]
    assert [one.asset_id for one in stores.sync.held(ID, upto=None, limit=9)] == ["b", "a"]


def test_attention_counts_waiting_rows_with_links_and_conflicts_that_stand(
    stores: Stores,
) -> None:
    keep(
        stores,
        pending("a"),
        waiting("m-1"),
        waiting("m-2"),
        waiting("m-3", state=LinkState.PARKED),
        link("b", state=LinkState.PARKED, since=NOW),
    )
    log = tuple(conflict("c", number) for number in range(3))
    stores.sync.write(ID, replace(creation("c"), conflicts=log))
    change = RecordChange(stores.record("m-c"), {"title": ("mine",)})
    assert stores.sync.resolve(ID, resolved(log[1]), change)

    assert stores.sync.attention(ID) == {"pending": 3, "parked": 2, "conflicts": 2}


ROW = waiting("m-1", due=NOW + MINUTE, first_contact=FirstContact.MERGE)


def test_waiting_rows_are_read_by_their_records(stores: Stores) -> None:
    other = waiting("m-2", state=LinkState.PARKED, reason="No such asset.")
    keep(stores, ROW, other)

    assert stores.sync.waiting(ID, ["m-1", "m-2", "m-2", "m-3"]) == {"m-1": ROW, "m-2": other}
    assert stores.sync.waiting(ID, []) == {}
    assert stores.sync.waiting(OTHER.connection_id, ["m-1"]) == {}


def test_a_waiting_row_replaces_the_one_before(stores: Stores) -> None:
    parked = replace(ROW, state=LinkState.PARKED, due=None)
    keep(stores, ROW, parked)

    assert stores.sync.waiting(ID, ["m-1"]) == {"m-1": parked}
    assert stores.sync.attention(ID) == {"pending": 0, "parked": 1, "conflicts": 0}


def test_waiting_rows_are_dropped_whether_they_are_there_or_not(stores: Stores) -> None:
    keep(stores, ROW, waiting("m-2"), waiting("m-3"))

    stores.sync.drop_waiting(ID, ["m-1", "m-3", "m-1", "m-no"])
    stores.sync.drop_waiting(ID, [])

    assert stores.sync.waiting(ID, ["m-1", "m-2", "m-3"]).keys() == {"m-2"}
    assert stores.sync.attention(ID)["pending"] == 1


def test_a_waiting_row_and_what_its_record_says_are_written_together(stores: Stores) -> None:
    stores.put_record("m-1", uri="mediamosa://mediafile/m", metadata={"title": ["t"]})
    told = RecordChange(stores.record("m-1"), mediamosa={"state": "pending"})

    assert stores.sync.put_waiting(ID, ROW, told)

    assert stores.record("m-1").mediamosa == {"state": "pending"}
    assert stores.record("m-1").metadata == {"title": ["t"]}
    assert stores.sync.waiting(ID, ["m-1"]) == {"m-1": ROW}


@pytest.mark.parametrize("mediamosa", [{"state": "pending"}, None])
def test_a_record_that_names_something_else_by_now_does_not_wait(
    stores: Stores, mediamosa: dict[str, str] | None
) -> None:
    stores.put_record("m-1", uri="mediamosa://mediafile/m")
    told = RecordChange(stores.record("m-1"), mediamosa=mediamosa)
    gone = RecordChange(replace(told.before, media_id="m-gone"), mediamosa=mediamosa)
    assert stores.sync.put_waiting(ID, ROW, told)
    stores.put_record("m-1", uri="mediamosa://mediafile/other")

    assert not stores.sync.put_waiting(ID, replace(ROW, reason="Another."), told)
    assert not stores.sync.put_waiting(ID, waiting("m-gone"), gone)

    assert stores.sync.waiting(ID, ["m-1", "m-gone"]) == {"m-1": ROW}
    assert stores.media.item("m-1") == {"media_id": "m-1", "uri": "mediamosa://mediafile/other"}


def test_a_record_without_room_for_the_map_is_refused(stores: Stores) -> None:
    stores.put_record("m-1", uri="mediamosa://mediafile/m", own="x" * 390_000)
    told = RecordChange(stores.record("m-1"), mediamosa={"reason": "y" * 30_000})

    with pytest.raises(StoreError, match="refused to write"):
        stores.sync.put_waiting(ID, ROW, told)
    assert stores.sync.waiting(ID, ["m-1"]) == {}
