"""What the tables in memory add for tests: edits and failures at a chosen moment, and counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.rows import AuditEntry, Nominees, NomineesChange
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.errors import StoreUnavailable
from tests.adapters.dynamodb.samples import (
    CONNECTION,
    ID,
    LATER,
    MINUTE,
    NOW,
    change,
    conflict,
    creation,
    history_row,
    state_under_way,
)
from tests.fakes.stores import MemoryTables
from tests.fakes.watched import Traffic


@pytest.fixture
def tables() -> MemoryTables:
    return MemoryTables()


def full_run(tables: MemoryTables) -> Fence:
    state = tables.take_lease(ID, owner="step", now=NOW, until=NOW + MINUTE)
    assert state is not None
    tables.put_state(state_under_way(state))
    return state.fence


def test_an_edit_between_plan_and_chunk_makes_the_asset_contested(tables: MemoryTables) -> None:
    fence = full_run(tables)
    tables.apply(fence, Kind.FULL, [creation("a")])
    before, link = tables.records(["m-a"])["m-a"], tables.links(ID, ["a"])["a"]
    tables.once_before("apply", lambda: tables.edit_record("m-a", title=["mine"], other=["x"]))

    write = change(before, link, {"title": ("theirs",)})

    assert tables.apply(fence, Kind.FULL, [write]).contested == {"a"}
    assert tables.media["m-a"]["metadata"] == {"title": ["mine"], "other": ["x"]}
    tables.edit_record("m-a", other=None)
    assert tables.media["m-a"]["metadata"] == {"title": ["mine"]}


def test_a_record_that_was_read_does_not_change_afterwards(tables: MemoryTables) -> None:
    tables.put_record("m-a", metadata={"title": ["old"]})
    read = tables.records(["m-a"])["m-a"]

    tables.edit_record("m-a", title=["new"])
    tables.delete_record("m-a")

    assert read.metadata == {"title": ["old"]}
    assert tables.records(["m-a"]) == {}


def test_a_throttled_chunk_has_no_effect_and_the_next_one_works(tables: MemoryTables) -> None:
    fence = full_run(tables)
    tables.throttle("apply", times=2)

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            tables.apply(fence, Kind.FULL, [creation("a")])
        assert tables.media == {}
    assert tables.apply(fence, Kind.FULL, [creation("a")]).done


def test_a_lost_answer_hides_an_effect(tables: MemoryTables) -> None:
    fence = full_run(tables)
    tables.lose_answer("apply")

    with pytest.raises(StoreUnavailable):
        tables.apply(fence, Kind.FULL, [creation("a")])

    assert sorted(tables.media) == ["m-a"]
    assert tables.apply(fence, Kind.FULL, [creation("a")]).contested == {"a"}


def test_every_call_passes_the_watcher_before_and_after(tables: MemoryTables) -> None:
    seen: list[str] = []
    tables.before = lambda method: seen.append(f"before {method}")
    tables.after = lambda method: seen.append(f"after {method}")

    tables.run_state(ID)
    tables.attention(ID)

    assert seen == [
        "before run_state",
        "after run_state",
        "before attention",
        "after attention",
    ]


def test_traffic_counts_what_was_read_and_written(tables: MemoryTables) -> None:
    fence = full_run(tables)
    tables.put_connection(CONNECTION)
    tables.put_properties(ID, (), NOW)
    tables.traffic = Traffic()

    tables.apply(
        fence, Kind.FULL, [creation("a"), replace(creation("b"), conflicts=(conflict("b"),))]
    )
    tables.apply(fence, Kind.FULL, [creation("a")])
    tables.records(["m-a", "m-a", "m-no"])
    tables.links(ID, ["a"])

    assert tables.traffic == Traffic(
        reads=3,
        records_written=2,
        links_written=2,
        conflicts_written=1,
        run_item_writes=1,
        transactions=1,
        cancelled=1,
    )


def test_links_are_seen_in_order_without_counting_as_read(tables: MemoryTables) -> None:
    fence = full_run(tables)
    tables.apply(fence, Kind.FULL, [creation("b"), creation("a")])
    tables.put_link(ID, creation("0").link)
    tables.traffic = Traffic()

    assert list(tables.all_links(ID)) == ["0", "a", "b"]
    assert tables.traffic == Traffic()


def test_a_scan_in_small_parts_sees_what_an_application_adds_further_on(
    tables: MemoryTables,
) -> None:
    tables.scan_items = 2
    for name in "abc":
        tables.put_record(name, uri="mediamosa://asset/x")

    first = tables.scan(None)
    tables.put_record("d", uri="mediamosa://asset/y")
    tables.delete_record("b")
    second = tables.scan(first.after)

    assert [record.media_id for record in first.records] == ["a", "b"]
    assert [record.media_id for record in second.records] == ["c", "d"]
    assert second.after is None


def test_what_admins_did_can_be_looked_at(tables: MemoryTables) -> None:
    entry = AuditEntry("e1", NOW, "operator", "restart", "done", LATER)

    tables.audit(ID, entry)
    tables.audit(ID, entry)

    assert tables.audits == {ID: [entry]}
    assert tables.traffic.audit_writes == 2


def test_rows_beside_the_run_item_are_counted(tables: MemoryTables) -> None:
    state = tables.take_lease(ID, owner="step", now=NOW, until=NOW + MINUTE)
    assert state is not None
    tables.traffic = Traffic()
    row = NomineesChange("full-1", Nominees("a", ("1",)))

    tables.save_run(state.fence, state, release=False, nominees=row, history=[history_row(1)])
    tables.put_mediafiles(ID, {"m": "a"})

    assert tables.traffic == Traffic(
        run_item_writes=1, nominee_writes=1, history_writes=1, mediafile_writes=1
    )
    assert tables.nominated == {ID: {"full-1": {"a": row.row}}}
    assert tables.histories == {ID: {history_row(1).position: history_row(1)}}


def test_an_expiry_is_kept_in_whole_seconds_as_dynamodb_keeps_it(tables: MemoryTables) -> None:
    fence = full_run(tables)
    gone = replace(creation("a").link, expires_at=NOW)

    tables.apply(fence, Kind.FULL, [replace(creation("a"), link=gone)])

    assert tables.all_links(ID)["a"].expires_at == NOW.replace(microsecond=0)
