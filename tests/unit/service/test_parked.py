"""Retry and discard what is parked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState, ParkedValue
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.parked import Chosen, Marks, Parked
from mediamosa_sync.service.refusals import UnknownConnection
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
ID = CONNECTION.connection_id
REFUSED = ParkedValue(("xx",), "No such language.", START)
NOW = START + timedelta(hours=1)


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def schedule() -> FakeSchedule:
    return FakeSchedule(START)


@pytest.fixture
def parked(tables: MemoryTables, schedule: FakeSchedule) -> Parked:
    return Parked(tables, tables, schedule, FakeClock(NOW))


def park(tables: MemoryTables, *asset_ids: str, values: bool = True) -> None:
    for asset_id in asset_ids:
        link = Link(
            asset_id,
            f"m-{asset_id}",
            base={},
            parked={"language": REFUSED} if values else {},
            attempts=5,
            revision="r#1",
            state=LinkState.PARKED,
            reason=REFUSED.reason,
            since=START,
        )
        tables.put_link(ID, link)
        tables.put_record(f"m-{asset_id}", uri=f"mediamosa://asset/{asset_id}")


def wait(tables: MemoryTables, media_id: str) -> None:
    row = Waiting(media_id, LinkState.PARKED, "No.", START, first_contact=FirstContact.MERGE)
    tables.put_waiting(ID, row, None)


def reasons(marks: Marks) -> list[str]:
    return [str(one["reason"]) for one in marks.left]


def link_of(tables: MemoryTables, asset_id: str) -> Link:
    return tables.all_links(ID)[asset_id]


def test_a_retried_link_is_pending_and_due_at_once(parked: Parked, tables: MemoryTables) -> None:
    park(tables, "a", "b")
    marks = parked.retry(ID, Chosen(asset_ids=("a",)))
    assert marks == Marks(1, [], more=False, next_run=NOW + timedelta(minutes=1))
    link = link_of(tables, "a")
    assert (link.state, link.due, link.parked, link.attempts) == (LinkState.PENDING, NOW, {}, 0)
    assert (link.base, link.wanted) == ({}, 1)
    assert link_of(tables, "b").state is LinkState.PARKED


def test_a_discarded_value_stays_known_until_the_next_run_gives_it_up(
    parked: Parked, tables: MemoryTables
) -> None:
    park(tables, "a")
    before = tables.media["m-a"]
    assert parked.discard(ID, Chosen(asset_ids=("a",))).marked == 1
    link = link_of(tables, "a")
    assert (link.state, link.due) == (LinkState.PENDING, NOW)
    assert link.parked == {"language": replace(REFUSED, discarded=True)}
    assert tables.media["m-a"] == before


@pytest.mark.parametrize("verb", [Parked.retry, Parked.discard])
def test_the_same_request_twice_is_harmless(
    parked: Parked, tables: MemoryTables, verb: Callable[[Parked, str, Chosen], Marks]
) -> None:
    park(tables, "a")
    chosen = Chosen(asset_ids=("a", "a"))
    assert verb(parked, ID, chosen).marked == 1
    after = link_of(tables, "a")
    again = verb(parked, ID, chosen)
    assert (again.marked, len(again.left)) == (0, 1)
    assert (again.left[0]["asset_id"], again.left[0]["media_id"]) == ("a", "m-a")
    assert link_of(tables, "a") == after
    assert verb(parked, ID, Chosen()) == replace(again, left=[])


def test_only_what_is_parked_is_retried(parked: Parked, tables: MemoryTables) -> None:
    for state in LinkState:
        tables.put_link(ID, Link(state.value, "m", state=state, since=START))
    before = tables.all_links(ID)
    marks = parked.retry(ID, Chosen(asset_ids=(*before, "unknown")))
    assert marks.marked == 1
    after = tables.all_links(ID)
    assert {name for name in before if before[name] != after[name]} == {"parked"}
    assert len(marks.left) == len(LinkState)
    assert "It is not parked: it is held." in reasons(marks)
    assert marks.left[-1] == {
        "asset_id": "unknown",
        "media_id": None,
        "reason": "Nothing of this id is known here: GET links lists what is.",
    }


def test_a_held_link_keeps_its_place_whatever_is_parked_of_it(
    parked: Parked, tables: MemoryTables
) -> None:
    park(tables, "a")
    tables.put_link(ID, replace(link_of(tables, "a"), state=LinkState.HELD))
    marks = parked.discard(ID, Chosen(asset_ids=("a",)))
    assert (marks.marked, reasons(marks)) == (0, ["It is not parked: it is held."])
    assert link_of(tables, "a").state is LinkState.HELD


def test_what_is_not_parked_for_a_value_cannot_be_discarded(
    parked: Parked, tables: MemoryTables
) -> None:
    park(tables, "a", values=False)
    wait(tables, "m-waits")
    for chosen, left in (
        (Chosen(asset_ids=("a",)), 1),
        (Chosen(media_ids=("m-waits",)), 1),
        (Chosen(), 2),
    ):
        marks = parked.discard(ID, chosen)
        assert (marks.marked, marks.more, len(marks.left)) == (0, False, left)
        assert all("there is none to give up" in reason for reason in reasons(marks))


def test_records_are_named_by_their_keys_tied_or_not(parked: Parked, tables: MemoryTables) -> None:
    park(tables, "a")
    wait(tables, "m-waits")
    wait(tables, "m-pending")
    pending = replace(tables.waiting(ID, ["m-pending"])["m-pending"], state=LinkState.PENDING)
    tables.put_waiting(ID, pending, None)
    marks = parked.retry(ID, Chosen(media_ids=("m-a", "m-waits", "m-pending", "unknown")))
    assert marks.marked == 2
    assert [(one["asset_id"], one["media_id"]) for one in marks.left] == [
        (None, "m-pending"),
        (None, "unknown"),
    ]
    assert link_of(tables, "a").state is LinkState.PENDING
    row = tables.waiting(ID, ["m-waits"])["m-waits"]
    assert row == Waiting(
        "m-waits", LinkState.PENDING, "", NOW, due=NOW, first_contact=FirstContact.MERGE
    )


def test_all_are_marked_a_hundred_at_a_time(parked: Parked, tables: MemoryTables) -> None:
    park(tables, *(f"a{number:03}" for number in range(205)))
    wait(tables, "m-waits")
    found = [parked.retry(ID, Chosen()) for _ in range(4)]
    assert [(marks.marked, marks.more) for marks in found] == [
        (100, True),
        (100, True),
        (6, False),
        (0, False),
    ]


def test_exactly_a_hundred_are_all(parked: Parked, tables: MemoryTables) -> None:
    park(tables, *(f"a{number:03}" for number in range(100)))
    marks = parked.retry(ID, Chosen())
    assert (marks.marked, marks.more) == (100, False)


def test_what_cannot_be_discarded_does_not_stand_in_the_way(
    parked: Parked, tables: MemoryTables
) -> None:
    park(tables, *(f"a{number:03}" for number in range(250)), values=False)
    park(tables, "z")
    marks = parked.discard(ID, Chosen())
    assert (marks.marked, marks.more, len(marks.left)) == (1, False, 100)
    assert link_of(tables, "z").state is LinkState.PENDING


def test_a_request_looks_no_further_than_a_thousand(parked: Parked, tables: MemoryTables) -> None:
    park(tables, *(f"a{number:04}" for number in range(1001)), values=False)
    marks = parked.discard(ID, Chosen())
    assert (marks.marked, marks.more) == (0, False)
    park(tables, "a0500")
    marks = parked.discard(ID, Chosen())
    assert (marks.marked, marks.more) == (1, True)


def test_a_link_that_somebody_else_writes_is_read_again(
    parked: Parked, tables: MemoryTables
) -> None:
    park(tables, "a")

    def meddle() -> None:
        link = link_of(tables, "a")
        tables.put_link(ID, replace(link, version=link.version + 1, sequence=7))

    tables.once_before("write", meddle)
    assert parked.retry(ID, Chosen(asset_ids=("a",))).marked == 1
    assert link_of(tables, "a").sequence == 7

    park(tables, "b")

    def settle() -> None:
        link = link_of(tables, "b")
        settled = replace(link, version=9, state=LinkState.LINKED, parked={})
        tables.put_link(ID, settled)

    tables.once_before("write", settle)
    marks = parked.retry(ID, Chosen(asset_ids=("b",)))
    assert reasons(marks) == ["It is not parked: it is linked."]

    park(tables, "c")
    tables.once_before("write", lambda: tables.drop_link(ID, "c"))
    assert "is known here" in reasons(parked.retry(ID, Chosen(asset_ids=("c",))))[0]


def test_a_link_that_is_always_being_written_is_left(parked: Parked, tables: MemoryTables) -> None:
    park(tables, "a")

    def meddle() -> None:
        link = link_of(tables, "a")
        tables.put_link(ID, replace(link, version=link.version + 1))

    for _ in range(3):
        tables.once_before("write", meddle)
    marks = parked.retry(ID, Chosen(asset_ids=("a",)))
    assert marks.marked == 0
    assert "somebody else" in reasons(marks)[0]


def test_nothing_is_marked_while_the_schedule_cannot_be_read(
    parked: Parked, tables: MemoryTables, schedule: FakeSchedule
) -> None:
    park(tables, "a")
    schedule.reachable = False
    with pytest.raises(StoreUnavailable):
        parked.retry(ID, Chosen())
    assert link_of(tables, "a").state is LinkState.PARKED
    schedule.reachable, schedule.on = True, False
    assert parked.retry(ID, Chosen()).next_run is None


def test_an_unknown_connection_has_nothing_parked(parked: Parked) -> None:
    with pytest.raises(UnknownConnection):
        parked.retry("0" * 40, Chosen())
    with pytest.raises(UnknownConnection):
        parked.discard("0" * 40, Chosen(asset_ids=("a",)))
