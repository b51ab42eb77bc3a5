"""What a person sees and decides about held deletions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import RunState
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.refusals import (
    HeldChanged,
    HeldDecided,
    NothingHeld,
    UnknownConnection,
)
from mediamosa_sync.service.rulings import Rulings
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
CONNECTION_ID = CONNECTION.connection_id
ADMIN, COLLEAGUE = Admin("operator", "request-1"), Admin("operator", "request-2")


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def schedule() -> FakeSchedule:
    return FakeSchedule(START)


@pytest.fixture
def rulings(tables: MemoryTables, schedule: FakeSchedule, clock: FakeClock) -> Rulings:
    return Rulings(tables, schedule, clock)


def hold(tables: MemoryTables, *asset_ids: str, since: datetime = START) -> str:
    """Put assets on the list; returns its token."""
    for asset_id in asset_ids:
        link = Link(asset_id, f"m-{asset_id}", state=LinkState.HELD, since=since)
        tables.put_link(CONNECTION_ID, link)
    return put_held(tables, asset_ids)


def put_held(tables: MemoryTables, asset_ids: tuple[str, ...]) -> str:
    state = replace(tables.run_state(CONNECTION_ID), held=Held().changed(asset_ids, ()))
    tables.put_state(state)
    return state.held.token


def test_an_empty_list_has_no_token(rulings: Rulings) -> None:
    assert rulings.token(CONNECTION_ID) == (None, 0)
    assert rulings.held(CONNECTION_ID, limit=10).items == []


def test_the_list_shows_the_longest_held_first_in_parts(
    rulings: Rulings, tables: MemoryTables
) -> None:
    hold(tables, "b")
    token = hold(tables, "a", since=START + timedelta(seconds=1))
    first = rulings.held(CONNECTION_ID, limit=1)
    assert first.items == [{"asset_id": "b", "media_id": "m-b", "since": "2026-11-23T12:00:00Z"}]
    assert first.next is not None
    last = rulings.held(CONNECTION_ID, limit=1, after=first.next)
    assert [one["asset_id"] for one in last.items] == ["a"]
    assert last.next is None
    assert rulings.token(CONNECTION_ID) == (token, 1)


def test_what_has_left_the_list_meanwhile_is_not_shown(
    rulings: Rulings, tables: MemoryTables
) -> None:
    hold(tables, "a", "b", "c")

    def leave() -> None:
        tables.put_link(CONNECTION_ID, Link("a", "m-a"))
        tables.put_link(CONNECTION_ID, Link("b", "m-b", state=LinkState.KEPT))

    tables.once_after("held", leave)
    assert [one["asset_id"] for one in rulings.held(CONNECTION_ID, limit=9).items] == ["c"]


@pytest.mark.parametrize("approve", [True, False])
def test_a_decision_is_left_for_the_next_run(
    rulings: Rulings, tables: MemoryTables, *, approve: bool
) -> None:
    token = hold(tables, "a", "b")
    marked = rulings.decide(CONNECTION_ID, token, approve=approve, admin=ADMIN)
    assert (marked.at, marked.next_run) == (START, START + timedelta(minutes=1))
    assert marked.fresh
    ruling = Ruling("request-1", token, approve, "operator", START)
    assert tables.run_state(CONNECTION_ID).ruling == ruling


def test_the_same_decision_again_is_the_one_that_waits(
    rulings: Rulings, tables: MemoryTables, clock: FakeClock
) -> None:
    token = hold(tables, "a")
    rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    clock.advance(seconds=5)
    again = rulings.decide(CONNECTION_ID, token, approve=True, admin=COLLEAGUE)
    assert (again.at, again.fresh) == (START, False)
    with pytest.raises(HeldDecided):
        rulings.decide(CONNECTION_ID, token, approve=False, admin=COLLEAGUE)


def test_a_decision_that_is_being_carried_out_stands(
    rulings: Rulings, tables: MemoryTables
) -> None:
    token = hold(tables, "a", "b")
    release = Ruling("request-0", token, True, "operator", START - timedelta(minutes=1))
    tables.put_state(replace(tables.run_state(CONNECTION_ID), release=release))
    again = rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    assert (again.at, again.fresh) == (release.at, False)
    with pytest.raises(HeldDecided):
        rulings.decide(CONNECTION_ID, token, approve=False, admin=ADMIN)
    assert tables.run_state(CONNECTION_ID).ruling is None


def test_a_decision_about_another_list_is_refused(rulings: Rulings, tables: MemoryTables) -> None:
    token = hold(tables, "a")
    put_held(tables, ("a", "b"))
    with pytest.raises(HeldChanged):
        rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    put_held(tables, ())
    with pytest.raises(NothingHeld):
        rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    assert tables.run_state(CONNECTION_ID).ruling is None


def test_while_a_decision_about_an_older_list_waits_none_else_is_taken(
    rulings: Rulings, tables: MemoryTables
) -> None:
    older = hold(tables, "a")
    rulings.decide(CONNECTION_ID, older, approve=True, admin=ADMIN)
    newer = put_held(tables, ("a", "b"))
    with pytest.raises(HeldDecided):
        rulings.decide(CONNECTION_ID, newer, approve=True, admin=COLLEAGUE)


@pytest.mark.parametrize("approve", [True, False])
def test_of_two_who_decide_at_once_one_is_first(
    rulings: Rulings, tables: MemoryTables, *, approve: bool
) -> None:
    token = hold(tables, "a")
    first = Ruling("request-2", token, approve, "operator", START - timedelta(seconds=1))
    tables.once_before("rule", lambda: tables.put_state(_ruled(tables, first)))
    if approve:
        marked = rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
        assert (marked.at, marked.fresh) == (first.at, False)
    else:
        with pytest.raises(HeldDecided):
            rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    assert tables.run_state(CONNECTION_ID).ruling == first


def _ruled(tables: MemoryTables, ruling: Ruling) -> RunState:
    return replace(tables.run_state(CONNECTION_ID), ruling=ruling)


def test_nothing_is_left_while_the_schedule_cannot_be_read(
    rulings: Rulings, tables: MemoryTables, schedule: FakeSchedule
) -> None:
    token = hold(tables, "a")
    schedule.reachable = False
    with pytest.raises(StoreUnavailable):
        rulings.decide(CONNECTION_ID, token, approve=True, admin=ADMIN)
    assert tables.run_state(CONNECTION_ID).ruling is None


def test_an_unknown_connection_has_no_list(rulings: Rulings) -> None:
    with pytest.raises(UnknownConnection):
        rulings.held("0" * 40, limit=1)
    with pytest.raises(UnknownConnection):
        rulings.decide("0" * 40, "token", approve=True, admin=ADMIN)
