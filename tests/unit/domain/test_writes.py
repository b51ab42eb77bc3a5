"""Chunks fit a transaction, whatever is in them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.record import NewRecord, Record, RecordChange
from mediamosa_sync.domain.writes import (
    MAX_ACTIONS,
    MAX_BYTES,
    MAX_CHANGES,
    MAX_CREATIONS,
    AssetWrite,
    Conflict,
    Counts,
    Effect,
    chunks,
    count,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def creation(number: int, size: int = 10) -> AssetWrite:
    name = f"A{number}"
    record = NewRecord(name, "mediamosa://asset/x", {"title": ("x" * size,)}, {})
    return AssetWrite(Link(name, name), None, record, Effect.ADDED)


def change(number: int, conflicts: int = 0) -> AssetWrite:
    name = f"B{number}"
    entry = Conflict("id", name, name, NOON, Disagreement("title", (), ("a",), ("b",)))
    record = RecordChange(Record(name), {"title": ("x",)})
    return AssetWrite(Link(name, name), None, record, Effect.UPDATED, (entry,) * conflicts)


def test_a_page_of_a_hundred_creations_is_three_chunks() -> None:
    sizes = [len(chunk) for chunk in chunks([creation(number) for number in range(100)])]
    assert sizes == [49, 49, 2]


def test_existing_records_are_changed_ten_at_a_time_and_apart_from_creations() -> None:
    writes = [creation(0), *(change(number) for number in range(12)), creation(1)]
    assert [len(chunk) for chunk in chunks(writes)] == [2, 10, 2]


def test_nothing_to_write_is_no_chunk() -> None:
    assert list(chunks([])) == []


@given(
    st.lists(
        st.one_of(
            st.builds(creation, st.integers(0, 9), st.sampled_from([10, 100_000, 380_000])),
            st.builds(change, st.integers(0, 9), st.integers(0, 30)),
        ),
        max_size=60,
    )
)
def test_every_chunk_fits_and_nothing_is_lost(writes: list[AssetWrite]) -> None:
    made = list(chunks(writes))
    for chunk in made:
        assert sum(write.actions for write in chunk) <= MAX_ACTIONS
        assert len(chunk) == 1 or sum(write.size for write in chunk) <= MAX_BYTES
        creations = sum(isinstance(write.record, NewRecord) for write in chunk)
        assert creations in {0, len(chunk)}
        assert len(chunk) <= (MAX_CREATIONS if creations else MAX_CHANGES)
    applied = sorted(write.link.asset_id for chunk in made for write in chunk)
    assert applied == sorted(write.link.asset_id for write in writes)


def test_counts_say_what_writes_amount_to() -> None:
    writes = [
        creation(0),
        change(0, conflicts=2),
        AssetWrite(Link("C", ""), None, None, Effect.ERROR),
    ]
    assert count(writes) == Counts(added=1, updated=1, conflicts=2, errors=1)
    assert list(count(writes).as_mapping().items()) == [
        ("added", 1),
        ("updated", 1),
        ("deleted", 0),
        ("unchanged", 0),
        ("conflicts", 2),
        ("errors", 1),
    ]
