"""What the tables in memory tell of the changes of records, as the table's stream does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import Record, RecordChange, TwinRemoval
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import StoreUnavailable
from tests.adapters.dynamodb.samples import (
    ID,
    MINUTE,
    NOW,
    conflict,
    creation,
    holding,
    link,
    resolved,
    state_under_way,
    waiting,
)
from tests.fakes.stores import MemoryTables
from tests.fakes.watched import Traffic


@pytest.fixture
def tables() -> MemoryTables:
    return MemoryTables()


def record(**attributes: object) -> Record:
    """The record m-a as the stream shows it."""
    names = frozenset({"media_id", *attributes})
    known = {name: value for name, value in attributes.items() if name != "own"}
    # The names are checked when the test runs.
    return Record("m-a", attributes=names, **known)  # type: ignore[arg-type]  # fields by name


URI = "mediamosa://asset/a"


def test_an_application_s_writes_are_events_in_their_order(tables: MemoryTables) -> None:
    tables.put_record("m-a", uri=URI, connection_id=ID, own=1)
    tables.edit_record("m-a", title=["t"])
    tables.delete_record("m-a")

    created = record(uri=URI, connection_id=ID, own=1)
    edited = record(uri=URI, connection_id=ID, own=1, metadata={"title": ["t"]})
    assert tables.take_stream() == [
        RecordEvent("m-a", None, created),
        RecordEvent("m-a", created, edited),
        RecordEvent("m-a", edited, None),
    ]
    assert tables.take_stream() == []


def test_a_write_that_changes_nothing_is_no_event(tables: MemoryTables) -> None:
    tables.put_record("m-a", uri=URI, metadata={"title": ["t"]})
    tables.take_stream()

    tables.put_record("m-a", uri=URI, metadata={"title": ["t"]})
    tables.edit_record("m-a", title=["t"])
    tables.delete_record("m-no")

    assert tables.stream == []


def test_the_writes_of_a_step_are_events_too(tables: MemoryTables) -> None:
    state = tables.take_lease(ID, owner="step", now=NOW, until=NOW + MINUTE)
    assert state is not None
    tables.put_state(state_under_way(state))

    tables.apply(state.fence, Kind.FULL, [creation("a"), creation("b")])

    events = tables.take_stream()
    assert [(one.media_id, one.before, one.concerns) for one in events] == [
        ("m-a", None, True),
        ("m-b", None, True),
    ]
    assert events[0].after == tables.records(["m-a"])["m-a"]


def test_writes_outside_steps_are_events_too(tables: MemoryTables) -> None:
    tables.write(ID, replace(creation("a"), conflicts=(conflict("a"),)))
    read = tables.records(["m-a"])["m-a"]
    tables.put_waiting(ID, waiting("m-a"), RecordChange(read, mediamosa={"state": "pending"}))
    tables.resolve(ID, resolved(conflict("a")), RecordChange(read, {"title": ("mine",)}))

    assert [one.concerns for one in tables.take_stream()] == [True, False, True]


def test_a_twin_that_goes_is_an_event_of_its_own(tables: MemoryTables) -> None:
    tables.write(ID, creation("a"))
    tables.put_record("own", uri=URI)
    tables.take_stream()
    found = tables.records(["m-a", "own"])
    before = tables.links(ID, ["a"])["a"]
    twin = TwinRemoval(found["m-a"], found["own"])

    write = AssetWrite(replace(before, media_id="own"), before, twin, Effect.NOTED)
    assert tables.write(ID, write).done

    assert tables.take_stream() == [RecordEvent("m-a", found["m-a"], None)]


def test_what_is_not_written_is_no_event(tables: MemoryTables) -> None:
    tables.write(ID, creation("a"))
    read = tables.records(["m-a"])["m-a"]
    tables.take_stream()

    tables.write(ID, creation("a"))
    tables.put_waiting(ID, waiting("m-a"), None)
    tables.put_waiting(ID, waiting("m-a"), RecordChange(read))
    tables.resolve(ID, resolved(conflict("a")), RecordChange(read, {"title": ("mine",)}))

    assert tables.stream == []


def test_calls_of_pushes_are_watched_and_disturbed_by_their_names(tables: MemoryTables) -> None:
    seen: list[str] = []
    tables.before = seen.append
    tables.throttle("write")
    tables.lose_answer("add_pushed")

    with pytest.raises(StoreUnavailable):
        tables.write(ID, creation("a"))
    assert tables.all_links(ID) == {}
    with pytest.raises(StoreUnavailable):
        tables.add_pushed(ID, Counts(updated=1))
    assert tables.push_state(ID).counts == Counts(updated=1)
    assert seen == ["write", "add_pushed", "push_state"]


def test_traffic_tells_what_a_push_costs(tables: MemoryTables) -> None:
    forgotten = link("f", state=LinkState.FORGOTTEN)

    tables.write(ID, AssetWrite(forgotten, None, None, Effect.NOTED))
    assert tables.traffic == Traffic(links_written=1, single_writes=1)
    tables.write(ID, AssetWrite(forgotten, None, None, Effect.NOTED))
    tables.write(ID, holding("a"))
    tables.write(ID, AssetWrite(forgotten, tables.all_links(ID)["f"], None, Effect.NOTED))
    assert tables.traffic == Traffic(
        links_written=3, single_writes=2, transactions=1, run_item_writes=1, cancelled=1
    )
    tables.traffic = Traffic()

    tables.add_pushed(ID, Counts())
    tables.add_pushed(ID, Counts(updated=1))
    tables.put_waiting(ID, waiting("m-1"), None)
    tables.drop_waiting(ID, ["m-1"])
    tables.waiting(ID, ["m-1", "m-2"])
    tables.sequence(ID)
    tables.due(ID, upto=NOW, limit=9)
    assert tables.traffic == Traffic(reads=4, push_item_writes=1, waiting_writes=2)
