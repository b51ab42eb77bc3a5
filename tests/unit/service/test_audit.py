"""The audit: everything that an admin does or is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.rows import AuditEntry
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.audit import AUDIT_LIFE, NO_CONNECTION, Action, Admin, Audit
from mediamosa_sync.service.refusals import (
    Forbidden,
    HeldChanged,
    HeldDecided,
    NothingHeld,
    Refusal,
)
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import MemoryTables

ADMIN = Admin("operator", "request-1")
CONNECTION = Connection("https://mm.example.org", "editor", "arn")
CONNECTION_ID = CONNECTION.connection_id


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def audit(tables: MemoryTables) -> Audit:
    return Audit(tables, FakeClock())


def entry(action: str, outcome: str) -> AuditEntry:
    return AuditEntry("request-1", START, "operator", action, outcome, START + AUDIT_LIFE)


def test_who_did_what_when_and_with_which_outcome(audit: Audit, tables: MemoryTables) -> None:
    with audit.noting(ADMIN, Action("pause", CONNECTION_ID)) as action:
        action.about = "pull"
    assert tables.audits == {CONNECTION_ID: [entry("pause pull", "done")]}
    assert timedelta(days=365) == AUDIT_LIFE


def test_what_changed_nothing_is_noted_as_such(audit: Audit, tables: MemoryTables) -> None:
    with audit.noting(ADMIN, Action("resume", CONNECTION_ID)) as action:
        action.changed = False
    assert tables.audits[CONNECTION_ID] == [entry("resume", "no change")]


LOOK = Action("plan", CONNECTION_ID, looks=True)


def test_who_only_looks_leaves_nothing(audit: Audit, tables: MemoryTables) -> None:
    with audit.noting(ADMIN, LOOK):
        pass
    for error in (NothingHeld, RuntimeError):
        with pytest.raises(error), audit.noting(ADMIN, LOOK):
            raise error
    assert tables.audits == {}


def test_who_may_not_even_look_is_noted(audit: Audit, tables: MemoryTables) -> None:
    with pytest.raises(Forbidden), audit.noting(ADMIN, LOOK):
        raise Forbidden("No.")
    assert tables.audits == {CONNECTION_ID: [entry("plan", "No.")]}


def test_a_refusal_is_noted_with_its_reason(audit: Audit, tables: MemoryTables) -> None:
    with pytest.raises(NothingHeld), audit.noting(ADMIN, Action("approve", CONNECTION_ID)):
        raise NothingHeld
    assert tables.audits[CONNECTION_ID] == [entry("approve", str(NothingHeld()))]


@pytest.mark.parametrize(
    ("error", "action"), [(HeldDecided, "approve 0a1b"), (HeldChanged, "approve")]
)
def test_what_names_nothing_that_there_is_is_not_repeated(
    audit: Audit, tables: MemoryTables, error: type[Refusal], action: str
) -> None:
    with (
        pytest.raises(error),
        audit.noting(ADMIN, Action("approve", CONNECTION_ID, about="0a1b")),
    ):
        raise error
    assert tables.audits[CONNECTION_ID] == [entry(action, str(error()))]


def test_what_names_no_connection_is_noted_too(audit: Audit, tables: MemoryTables) -> None:
    with audit.noting(ADMIN, Action("add")):
        pass
    assert tables.audits[NO_CONNECTION] == [entry("add", "done")]


@pytest.mark.parametrize("error", [NothingHeld, RuntimeError])
def test_what_is_refused_of_no_connection_that_there_is_is_noted_where_it_can_be_read(
    audit: Audit, tables: MemoryTables, error: type[Exception]
) -> None:
    with pytest.raises(error), audit.noting(ADMIN, Action("restart", "0" * 40)):
        raise error
    assert list(tables.audits) == [NO_CONNECTION]
    (noted,) = tables.audits[NO_CONNECTION]
    assert noted.action == f"restart {'0' * 40}"


def test_a_failure_is_noted_without_its_details(audit: Audit, tables: MemoryTables) -> None:
    with pytest.raises(RuntimeError), audit.noting(ADMIN, Action("full", CONNECTION_ID)):
        raise RuntimeError("hush")
    (noted,) = tables.audits[CONNECTION_ID]
    assert "could not be carried out" in noted.outcome
    assert "hush" not in noted.outcome


def test_what_failed_is_told_rather_than_that_it_could_not_be_noted(
    audit: Audit, tables: MemoryTables
) -> None:
    tables.throttle("audit")
    with pytest.raises(RuntimeError), audit.noting(ADMIN, Action("full", CONNECTION_ID)):
        raise RuntimeError


def test_what_could_not_be_noted_counts_as_failed(audit: Audit, tables: MemoryTables) -> None:
    tables.throttle("audit")
    with pytest.raises(StoreUnavailable), audit.noting(ADMIN, Action("full", CONNECTION_ID)):
        pass
