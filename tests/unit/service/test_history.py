"""Which runs there were, and what admins did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow
from mediamosa_sync.domain.run import Kind, Outcome, Phase, Quiet, Run, Trigger
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.service.audit import NO_CONNECTION
from mediamosa_sync.service.history import History
from mediamosa_sync.service.refusals import UnknownConnection
from tests.fakes.clock import START
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
CONNECTION_ID = CONNECTION.connection_id


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def history(tables: MemoryTables) -> History:
    return History(tables)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def run(minute: int, kind: Kind = Kind.FULL) -> Run:
    return Run(
        run_id=f"{kind}-{minute}",
        kind=kind,
        trigger=Trigger.SCHEDULE,
        started_at=at(minute),
        cursor=Cursor(),
        phase=Phase.FINISH,
        finished_at=at(minute + 1),
        outcome=Outcome.SUCCEEDED,
        steps=2,
        requests=3,
        counts=Counts(added=1),
        watermark_before=START,
        watermark_after=at(minute),
    )


def put_row(tables: MemoryTables, ended: Run) -> None:
    row = HistoryRow(ended, ended.started_at, 1, ended.requests, at(9999))
    tables.histories.setdefault(CONNECTION_ID, {})[row.position] = row


def put_quiet(tables: MemoryTables, first: int, last: int) -> None:
    quiet = Quiet(run(first, Kind.INCREMENTAL), run(last, Kind.INCREMENTAL), 4, 12)
    tables.put_state(replace(tables.run_state(CONNECTION_ID), quiet=quiet))


def ids(items: list[dict[str, object]]) -> list[object]:
    return [item["run_id"] for item in items]


def test_a_row_is_the_run_and_what_its_row_knows(history: History, tables: MemoryTables) -> None:
    put_row(tables, replace(run(5), reason="A restart broke it off.", watermark_before=None))
    (row,) = history.runs(CONNECTION_ID, limit=9).items
    assert row == {
        "run_id": "full-5",
        "kind": "full",
        "trigger": "schedule",
        "phase": "finish",
        "started_at": "2026-11-23T12:05:00Z",
        "finished_at": "2026-11-23T12:06:00Z",
        "outcome": "succeeded",
        "steps": 2,
        "requests": 3,
        "counts": {
            "from_mediamosa": Counts(added=1).as_mapping(),
            "to_mediamosa": Counts().as_mapping(),
        },
        "links": None,
        "runs": 1,
        "since": "2026-11-23T12:05:00Z",
        "watermark_before": None,
        "watermark_after": "2026-11-23T12:05:00Z",
        "reason": "A restart broke it off.",
    }


def test_without_a_run_there_is_no_row(history: History) -> None:
    portion = history.runs(CONNECTION_ID, limit=9)
    assert (portion.items, portion.next) == ([], None)


def test_quiet_runs_share_the_first_row(history: History, tables: MemoryTables) -> None:
    put_row(tables, run(1))
    put_quiet(tables, 3, 6)
    first, second = history.runs(CONNECTION_ID, limit=9).items
    assert first["run_id"] == "incremental-6"
    assert (first["runs"], first["requests"]) == (4, 12)
    assert (first["since"], first["reason"]) == ("2026-11-23T12:03:00Z", None)
    assert second["run_id"] == "full-1"


def test_parts_of_the_history_hold_every_run_once(history: History, tables: MemoryTables) -> None:
    for minute in (1, 2, 3):
        put_row(tables, run(minute))
    put_quiet(tables, 4, 6)
    seen: list[object] = []
    before: str | None = ""
    while before is not None:
        portion = history.runs(CONNECTION_ID, limit=2, before=before)
        seen += ids(portion.items)
        before = portion.next
        put_quiet(tables, 4, 7)
    assert seen == ["incremental-6", "full-3", "full-2", "full-1"]


def test_quiet_runs_stand_where_they_belong(history: History, tables: MemoryTables) -> None:
    put_quiet(tables, 1, 2)
    put_row(tables, run(5))
    first = history.runs(CONNECTION_ID, limit=1)
    assert ids(first.items) == ["full-5"]
    assert first.next is not None
    rest = history.runs(CONNECTION_ID, limit=1, before=first.next)
    assert ids(rest.items) == ["incremental-2"]


def test_a_row_that_is_closed_in_between_is_shown_once(
    history: History, tables: MemoryTables
) -> None:
    put_quiet(tables, 1, 2)
    tables.once_before("history", lambda: put_row(tables, run(2, Kind.INCREMENTAL)))
    assert ids(history.runs(CONNECTION_ID, limit=9).items) == ["incremental-2"]


def test_an_unknown_connection_has_no_history(history: History) -> None:
    with pytest.raises(UnknownConnection):
        history.runs("0" * 40, limit=1)
    with pytest.raises(UnknownConnection):
        history.audit("0" * 40, limit=1)


def note(tables: MemoryTables, connection_id: str, name: str, minute: int) -> None:
    entry = AuditEntry(name, at(minute), "operator", f"restart {name}", "done", at(9999))
    tables.audit(connection_id, entry)


def test_the_audit_tells_who_did_what_when(history: History, tables: MemoryTables) -> None:
    note(tables, CONNECTION_ID, "r1", 5)
    portion = history.audit(CONNECTION_ID, limit=1)
    assert portion.next is None
    assert portion.items == [
        {
            "at": "2026-11-23T12:05:00Z",
            "by": "operator",
            "action": "restart r1",
            "outcome": "done",
            "request_id": "r1",
        }
    ]


def test_parts_of_the_audit_hold_every_entry_once(history: History, tables: MemoryTables) -> None:
    # Those of one moment stand in the order of their ids.
    for name, minute in (("r2", 1), ("r1", 1), ("r3", 2), ("r4", 3)):
        note(tables, CONNECTION_ID, name, minute)
    note(tables, NO_CONNECTION, "r5", 2)
    seen: list[object] = []
    before: str | None = ""
    while before is not None:
        portion = history.audit(CONNECTION_ID, limit=2, before=before)
        seen += [item["request_id"] for item in portion.items]
        before = portion.next
        note(tables, CONNECTION_ID, "r9", 9)
    assert seen == ["r4", "r3", "r2", "r1"]


def test_what_names_no_connection_has_an_audit_of_its_own(
    history: History, tables: MemoryTables
) -> None:
    assert history.audit(NO_CONNECTION, limit=1).items == []
    note(tables, NO_CONNECTION, "r1", 1)
    (entry,) = history.audit(NO_CONNECTION, limit=1).items
    assert entry["request_id"] == "r1"
