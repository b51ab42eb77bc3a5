"""Rows that hold no state come back the same, and go when told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.shelf_item import (
    audit_item,
    audit_of,
    history_item,
    history_of,
    mediafile_item,
    nominees_item,
    nominees_of,
)
from mediamosa_sync.domain.rows import AuditEntry, Nominees
from tests.adapters.dynamodb.samples import ID, LATER, NOW, history_row

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(st.builds(Nominees, NAMES, st.lists(NAMES, max_size=4).map(tuple)))
def test_nominees_come_back_the_same(row: Nominees) -> None:
    item = nominees_item(ID, "full-1", row, 1_800_000_000)

    assert nominees_of(item_from_wire(item_to_wire(item))) == row
    assert item["expires_at"] == 1_800_000_000


def test_a_row_of_the_history_comes_back_the_same_and_expires() -> None:
    item = history_item(ID, history_row(3))

    assert history_of(item_from_wire(item_to_wire(item))) == history_row(3)
    assert item["sk"] == "history#2026-11-23T12:03:00Z#full-3"
    assert item["expires_at"] == int(LATER.timestamp())


def test_an_entry_of_the_audit_stands_in_order_of_time_and_expires() -> None:
    entry = AuditEntry("e1", NOW, "operator", "restart", "done", LATER)

    item = audit_item(ID, entry)
    assert audit_of(item_from_wire(item_to_wire(item))) == entry
    assert item == {
        "pk": f"conn#{ID}",
        "sk": "audit#2026-11-23T12:00:00.123456Z#e1",
        "schema": 1,
        "entry_id": "e1",
        "at": "2026-11-23T12:00:00.123456Z",
        "by": "operator",
        "action": "restart",
        "outcome": "done",
        "expires_at": int(LATER.timestamp()),
    }


def test_a_mediafile_that_is_there_does_not_expire() -> None:
    assert "expires_at" not in mediafile_item(ID, "m", "a", None)
    assert mediafile_item(ID, "m", "", 7)["expires_at"] == 7
