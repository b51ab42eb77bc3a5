"""How much a write is: actions of a transaction, bytes of an item, counts of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    RemovedRecord,
    TwinRemoval,
)
from mediamosa_sync.domain.writes import (
    MAX_BYTES,
    MAX_CHANGES,
    AssetWrite,
    Conflict,
    Counts,
    Effect,
    RecordWrite,
    chunks,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COPY = RemovedRecord("A1", "m1", {"media_id": "m1"}, NOON, NOON, "Gone.")
ENTRY = Conflict("id", "A1", "m1", NOON, Disagreement("title", (), ("a",), ("b",)))
LINK = Link("A1", "m1", version=4)


def write(record: RecordWrite | None, *, conflicts: int = 0, waiting: str = "") -> AssetWrite:
    return AssetWrite(
        LINK, LINK, record, Effect.NOTED, (ENTRY,) * conflicts, no_longer_waiting=waiting
    )


@pytest.mark.parametrize(
    ("record", "actions", "touched", "size"),
    [
        (None, 1, set(), 0),
        (RecordAbsent("m1"), 2, {"m1"}, 0),
        (NewRecord("m1", "u", {}, {}), 2, {"m1"}, 2 + 1 + 64 + 3 + 3),
        (RecordChange(Record("m1"), {"title": ("éa",)}), 2, {"m1"}, 512 + 3 + 9 + 4),
        (RecordRemoval(COPY), 5, {"m1"}, 2 * MAX_ITEM_BYTES),
        (RecordRevival("m1", {}), 5, {"m1"}, MAX_ITEM_BYTES),
        (TwinRemoval(Record("twin"), Record("heir")), 3, {"twin", "heir"}, 512),
    ],
)
def test_each_kind_of_write_takes_its_actions_touches_its_records_and_brings_its_bytes(
    record: RecordWrite | None, actions: int, touched: set[str], size: int
) -> None:
    plain = write(record)
    assert plain.actions == actions
    assert set(plain.records) == touched
    assert plain.size == 16 * 1024 + size
    more = write(record, conflicts=2, waiting="m9")
    assert more.actions == actions + 3
    assert more.size == 16 * 1024 + 3 * size


def test_a_new_record_is_as_large_as_its_names_and_values() -> None:
    record = NewRecord("m1", "u", {"title": ("ab", "é"), "date": ("c",)}, {"published": False})
    metadata = 3 + (5 + 4 + 3 + 3) + (4 + 4 + 2)
    assert record.size == 2 + 1 + 64 + metadata + 3 + (9 + 4 + 6)


def test_a_record_fits_up_to_eight_kilobytes_below_the_limit_of_an_item() -> None:
    empty = NewRecord("m1", "u", {"title": ("",)}, {}).size
    most = 392 * 1024 - empty
    assert NewRecord("m1", "u", {"title": ("x" * most,)}, {}).fits
    assert not NewRecord("m1", "u", {"title": ("x" * (most + 1),)}, {}).fits


def test_a_written_link_is_of_the_version_after_the_one_that_was_read() -> None:
    assert write(None).written == Link("A1", "m1", version=5)
    first = AssetWrite(Link("A1", "m1"), None, None, Effect.NOTED)
    assert first.written == Link("A1", "m1", version=1)


@pytest.mark.parametrize(
    ("before", "after", "goes", "joins", "leaves"),
    [
        (LinkState.LINKED, LinkState.HELD, False, True, False),
        (LinkState.HELD, LinkState.KEPT, False, False, True),
        (LinkState.HELD, LinkState.HELD, False, False, False),
        (LinkState.HELD, LinkState.HELD, True, False, True),
        (LinkState.LINKED, LinkState.LINKED, False, False, False),
        (None, LinkState.HELD, False, True, False),
        (None, LinkState.HELD, True, False, False),
    ],
)
def test_who_comes_onto_the_held_list_and_who_leaves_it(
    before: LinkState | None, after: LinkState, goes: bool, joins: bool, leaves: bool
) -> None:
    read = None if before is None else Link("A1", "m1", state=before)
    made = AssetWrite(Link("A1", "m1", state=after), read, None, Effect.NOTED, link_goes=goes)
    assert (made.joins_held, made.leaves_held) == (joins, leaves)


def test_counts_are_added_and_taken_apart_one_by_one() -> None:
    some = Counts(1, 2, 3, 4, 5, 6)
    more = Counts(10, 20, 30, 40, 50, 60)
    assert some + more == Counts(11, 22, 33, 44, 55, 66)
    assert some + more - some == more


def changes(*records: str, conflicts: int = 0) -> list[AssetWrite]:
    return [
        AssetWrite(
            Link(f"A{number}", name),
            None,
            RecordChange(Record(name)),
            Effect.UPDATED,
            (ENTRY,) * conflicts,
        )
        for number, name in enumerate(records)
    ]


def sizes(writes: list[AssetWrite]) -> list[int]:
    return [len(chunk) for chunk in chunks(writes)]


def test_no_transaction_touches_a_record_twice_however_far_apart() -> None:
    assert sizes(changes("a", "b", "a", "c", "b")) == [2, 3]
    assert sizes(changes("a", "b", "c", "a")) == [3, 1]


def test_a_chunk_is_filled_up_to_the_last_action_and_no_further() -> None:
    assert sizes(changes(*"abc", conflicts=31)) == [3]
    assert sizes(changes(*"abcd", conflicts=31)) == [3, 1]
    # 33 + 33 + 33 are 99, the most; one more conflict in one of them is too much.
    odd = [*changes(*"ab", conflicts=31), *changes("c", conflicts=32)]
    assert sizes(odd) == [2, 1]


def test_a_chunk_is_filled_up_to_the_last_byte_and_no_further() -> None:
    def of(size: int) -> AssetWrite:
        fixed = 16 * 1024 + 512 + 3 + 5
        name = f"m{size}"
        change = RecordChange(Record(name), {"": ("x" * (size - fixed),)})
        made = AssetWrite(Link(name, name), None, change, Effect.UPDATED)
        assert made.size == size
        return made

    half = MAX_BYTES // 2
    assert sizes([of(half), of(half - 1), of(20_000)]) == [2, 1]
    assert sizes([of(half - 2), of(half + 2)]) == [2]
    assert sizes([of(half - 2), of(half + 3), of(20_000)]) == [1, 2]
    again = [of(half), of(half - 2), of(half + 1), of(half - 1)]
    assert sizes(again) == [2, 2]


def test_ten_existing_records_are_one_transaction() -> None:
    names = [f"m{number}" for number in range(MAX_CHANGES + 1)]
    assert sizes(changes(*names)) == [10, 1]


def test_only_removals_that_no_person_approved_carry_an_hour() -> None:
    later = RemovedRecord("A1", "m1", {}, NOON + timedelta(hours=3), NOON, "Gone.")
    assert RecordRemoval(later).media_id == "m1"
    assert RecordRemoval(later).approved is False
