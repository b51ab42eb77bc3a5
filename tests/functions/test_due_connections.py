"""The function that tells which connections are to step now."""

from __future__ import annotations

import pytest

from functions.due_connections.handler import lambda_handler
from mediamosa_sync.domain.connection import connection_id
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.ports import SyncStore
from tests.fakes.clock import START
from tests.functions.conftest import URL, USER_NAME, LambdaContext

ID = connection_id(USER_NAME, URL)


def due() -> list[str]:
    answer = lambda_handler({"execution": {}}, LambdaContext())  # type: ignore[arg-type]  # what it reads of it
    return [connection["connection_id"] for connection in answer["connections"]]


def told(store: SyncStore) -> dict[str, object]:
    (connection,) = store.connections()
    around = Surroundings(START, None, None, {})
    return status_of(connection, store.run_state(connection.connection_id), around)


def test_the_default_connection_is_due_and_written_down(stack: SyncStore) -> None:
    assert due() == [ID]
    (connection,) = stack.connections()
    assert (connection.url, connection.time_zone) == (URL, "Europe/Amsterdam")
    assert connection.page_size == 100


@pytest.mark.parametrize("size", ["0", "200", "x"])
def test_a_wrong_page_size_is_told_by_the_status_and_nothing_is_synced(
    stack: SyncStore, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    monkeypatch.setenv("DEFAULT_PAGE_SIZE", size)
    assert due() == []
    status = told(stack)
    assert status["state"] == "failing"
    assert status["reason"] == (
        f"The page size '{size}' cannot be used: set PageSize to a whole number from 1 to 199."
    )


def test_an_address_without_encryption_is_told_by_the_status(
    stack: SyncStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_URL", "http://mediamosa.example.org")
    assert due() == []
    assert "is not encrypted: use https://" in str(told(stack)["reason"])
    monkeypatch.setenv("ALLOW_HTTP", "true")
    assert due() == [connection_id(USER_NAME, "http://mediamosa.example.org")]


def test_once_put_right_it_is_due_again(stack: SyncStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_PAGE_SIZE", "0")
    due()
    monkeypatch.setenv("DEFAULT_PAGE_SIZE", "50")
    assert due() == [ID]
    assert told(stack)["state"] == "never_synced"
