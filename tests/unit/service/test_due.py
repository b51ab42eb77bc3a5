"""Which connections are to step now."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.service.due import due_connections
from tests.fakes.stores import MemoryTables

DEFAULT = Connection("https://mm.example.org", "editor", "arn")
KNOWN = replace(DEFAULT, default=True)


def test_the_default_connection_is_written_down_at_the_first_tick_only() -> None:
    tables = MemoryTables()
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
    assert tables.connections() == (KNOWN,)
    assert tables.traffic.connection_writes == 1


def test_changed_parameters_are_written_down_and_a_pause_stays() -> None:
    tables = MemoryTables()
    tables.put_connection(KNOWN)
    tables.pause(DEFAULT.connection_id, ["pull", "push"], paused=True)
    assert due_connections(tables, replace(DEFAULT, page_size=7)) == ()
    assert tables.connection(DEFAULT.connection_id) == replace(
        KNOWN, page_size=7, paused=frozenset({"pull", "push"})
    )


def test_a_connection_of_which_only_one_direction_is_paused_is_due_for_the_other() -> None:
    for direction in ("pull", "push"):
        tables = MemoryTables()
        tables.put_connection(KNOWN)
        tables.pause(DEFAULT.connection_id, [direction], paused=True)
        assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)


def test_a_connection_that_cannot_be_used_is_written_down_and_not_stepped() -> None:
    tables = MemoryTables()
    wrong = replace(DEFAULT, problem="The page size cannot be used.")
    assert due_connections(tables, wrong) == ()
    assert tables.connections() == (replace(wrong, default=True),)


def test_every_connection_that_is_on_is_due() -> None:
    tables = MemoryTables()
    others = [Connection("https://mm.example.org", f"user{number}", "arn") for number in range(3)]
    for other in others:
        tables.put_connection(other)
    tables.put_connection(replace(others[1], enabled=False))
    tables.pause(others[2].connection_id, ["push"], paused=True)
    expected = sorted(c.connection_id for c in (DEFAULT, others[0], others[2]))
    assert list(due_connections(tables, DEFAULT)) == expected


def test_switching_to_another_default_and_back_leaves_everything_as_it_was() -> None:
    tables = MemoryTables()
    other = replace(DEFAULT, user_name="another")
    due_connections(tables, DEFAULT)
    assert due_connections(tables, other) == (other.connection_id,)
    former = tables.connection(DEFAULT.connection_id)
    assert former == replace(KNOWN, default=False, enabled=False)
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
    assert tables.connection(DEFAULT.connection_id) == KNOWN


def test_a_default_that_an_admin_switched_off_stays_off() -> None:
    tables = MemoryTables()
    due_connections(tables, DEFAULT)
    tables.put_connection(replace(KNOWN, enabled=False))
    assert due_connections(tables, DEFAULT) == ()


def test_a_default_that_was_added_in_another_spelling_is_not_synced_twice() -> None:
    tables = MemoryTables()
    added = replace(DEFAULT, url="https://MM.example.org/")
    tables.put_connection(added)
    for _ in range(2):
        assert due_connections(tables, DEFAULT) == (added.connection_id,)
    known = tables.connection(DEFAULT.connection_id)
    assert known is not None
    assert "write MediaMosaUrl exactly like that" in known.problem
    tables.put_connection(replace(added, enabled=False))
    assert due_connections(tables, DEFAULT) == (DEFAULT.connection_id,)
