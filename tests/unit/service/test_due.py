"""Which connections are to step now."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.service.due import due_connections
from tests.fakes.stores import MemoryTables

DEFAULT = Connection("https://mm.example.org", "editor", "arn")


def test_the_default_connection_is_written_down_at_the_first_tick_only() -> None:
    tables = MemoryTables()
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
    assert tables.connections() == (DEFAULT,)
    assert tables.traffic.connection_writes == 1


def test_changed_parameters_are_written_down_and_a_pause_stays() -> None:
    tables = MemoryTables()
    tables.put_connection(replace(DEFAULT, paused=frozenset({"pull"})))
    assert due_connections(tables, replace(DEFAULT, page_size=7)) == ()
    assert tables.connection(DEFAULT.connection_id) == replace(
        DEFAULT, page_size=7, paused=frozenset({"pull"})
    )


def test_a_connection_that_cannot_be_used_is_written_down_and_not_stepped() -> None:
    tables = MemoryTables()
    wrong = replace(DEFAULT, problem="The page size cannot be used.")
    assert due_connections(tables, wrong) == ()
    assert tables.connections() == (wrong,)
