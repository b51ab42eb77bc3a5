"""Adding and changing connections."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.policies import Policies, Removal
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.service.connections import Change, Connections, NewConnection
from mediamosa_sync.service.due import due_connections
from mediamosa_sync.service.refusals import (
    ConnectionExists,
    InvalidRequest,
    StackOwned,
    UnknownConnection,
)
from tests.fakes.secrets import FakeSecrets
from tests.fakes.stores import MemoryTables

URL = "https://mm.example.org"
NEW = NewConnection(URL, "editor", "key")
CONNECTION_ID = NEW.connection().connection_id
SECRET_ARN = FakeSecrets().put(f"stack/connections/{CONNECTION_ID}", "")


def check_time_zone(name: str) -> None:
    if name not in {"Europe/Amsterdam", "UTC"}:
        raise InvalidConfiguration(f"The time zone {name} is not known: take another.")


@pytest.fixture
def tables() -> MemoryTables:
    return MemoryTables()


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets()


def over(tables: MemoryTables, secrets: FakeSecrets, *, allow_http: bool = False) -> Connections:
    return Connections(
        tables,
        secrets,
        allow_http=allow_http,
        check_time_zone=check_time_zone,
        secret_prefix="stack/connections",
    )


@pytest.fixture
def connections(tables: MemoryTables, secrets: FakeSecrets) -> Connections:
    return over(tables, secrets)


def stored(tables: MemoryTables) -> Connection:
    connection = tables.connection(CONNECTION_ID)
    assert connection is not None
    return connection


def test_an_added_connection_has_its_settings_and_a_secret_of_its_own(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    policies = Policies(on_trash=Removal.KEEP)
    new = NewConnection(f" {URL} ", " editor ", "key", " UTC ", 50, policies)
    assert connections.add(new) is True
    assert stored(tables) == Connection(URL, "editor", SECRET_ARN, "UTC", 50, policies=policies)
    assert secrets.stored == {SECRET_ARN: "key"}
    assert "key" not in repr(new)


def test_adding_the_same_twice_is_one_request(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    assert connections.add(NEW) is True
    tables.pause(CONNECTION_ID, ["pull"], paused=True)
    before = stored(tables)
    assert connections.add(NEW) is False
    assert stored(tables) == before
    assert connections.add(replace(NEW, password="newer")) is False
    assert secrets.stored == {SECRET_ARN: "newer"}


def test_a_secret_that_came_to_be_another_is_taken_over(
    connections: Connections, tables: MemoryTables
) -> None:
    connections.add(NEW)
    tables.put_connection(replace(stored(tables), secret_arn="of-a-deleted-secret"))
    assert connections.add(NEW) is False
    assert stored(tables).secret_arn == SECRET_ARN


@pytest.mark.parametrize(
    "other",
    [
        replace(NEW, time_zone="UTC"),
        replace(NEW, page_size=7),
        replace(NEW, policies=Policies(on_unpublish=Removal.REMOVE)),
    ],
)
def test_adding_it_with_other_settings_is_refused(
    connections: Connections, secrets: FakeSecrets, other: NewConnection
) -> None:
    connections.add(NEW)
    with pytest.raises(ConnectionExists, match=f"use PUT connections/{CONNECTION_ID}"):
        connections.add(replace(other, password="newer"))
    assert secrets.stored == {SECRET_ARN: "key"}


@pytest.mark.parametrize(
    "url", [f"{URL}/", "https://MM.Example.org", f"{URL}:443", "https://MM.example.org:443//"]
)
def test_another_spelling_of_a_users_server_is_refused_and_named(
    connections: Connections, tables: MemoryTables, url: str
) -> None:
    connections.add(NEW)
    with pytest.raises(ConnectionExists, match=f"only another spelling of {URL}, .*use that one"):
        connections.add(replace(NEW, url=url))
    assert len(tables.connections()) == 1


def test_another_user_or_another_server_is_another_connection(
    connections: Connections, tables: MemoryTables
) -> None:
    connections.add(NEW)
    assert connections.add(replace(NEW, user_name="Editor", url=f"{URL}/"))
    assert connections.add(replace(NEW, url=f"{URL}:8443"))
    assert len(tables.connections()) == 3


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (replace(NEW, url="ftp://mm.example.org"), "is not the address of a server"),
        (replace(NEW, url="http://mm.example.org"), "is not encrypted"),
        (replace(NEW, user_name="  "), "field user_name is blank"),
        (replace(NEW, time_zone="Mars/Olympus"), "time zone Mars/Olympus is not known"),
        (replace(NEW, page_size=0), "page_size must be a whole number from 1 to 199"),
        (replace(NEW, page_size=200), "page_size must be a whole number from 1 to 199"),
    ],
)
def test_what_cannot_be_used_is_refused_with_nothing_written(
    connections: Connections,
    tables: MemoryTables,
    secrets: FakeSecrets,
    new: NewConnection,
    sentence: str,
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        connections.add(new)
    assert tables.connections() == ()
    assert secrets.stored == {}


def test_http_is_for_stacks_that_allow_it(tables: MemoryTables, secrets: FakeSecrets) -> None:
    connections = over(tables, secrets, allow_http=True)
    assert connections.add(replace(NEW, url="http://mm.example.org"))


def test_what_was_added_only_half_is_finished_by_a_repeat(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    tables.throttle("put_connection")
    with pytest.raises(StoreUnavailable):
        connections.add(NEW)
    assert tables.connections() == ()
    assert connections.add(NEW) is True
    assert secrets.stored == {SECRET_ARN: "key"}


def test_each_setting_is_changed_by_itself(connections: Connections, tables: MemoryTables) -> None:
    connections.add(NEW)
    before = stored(tables)
    for change, wanted in (
        (Change(time_zone=" UTC "), {"time_zone": "UTC"}),
        (Change(page_size=7), {"page_size": 7}),
        (Change(on_trash=Removal.KEEP), {"policies": Policies(on_trash=Removal.KEEP)}),
        (Change(enabled=False), {"enabled": False}),
    ):
        assert connections.change(CONNECTION_ID, change) is True
        assert stored(tables) == replace(before, **wanted)
        assert connections.change(CONNECTION_ID, change) is False
        tables.put_connection(before)


def test_policies_are_changed_one_by_one(connections: Connections, tables: MemoryTables) -> None:
    connections.add(NEW)
    connections.change(CONNECTION_ID, Change(on_trash=Removal.KEEP))
    connections.change(CONNECTION_ID, Change(on_unpublish=Removal.REMOVE))
    assert stored(tables).policies == Policies(Removal.KEEP, Removal.REMOVE)


def test_a_new_password_resets_nothing(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    connections.add(NEW)
    before = stored(tables)
    assert connections.change(CONNECTION_ID, Change(password="newer")) is True
    assert stored(tables) == before
    assert secrets.stored == {SECRET_ARN: "newer"}
    assert "newer" not in repr(Change(password="newer"))


def test_what_is_paused_stays_so(connections: Connections, tables: MemoryTables) -> None:
    connections.add(NEW)
    tables.pause(CONNECTION_ID, ["push"], paused=True)
    connections.change(CONNECTION_ID, Change(page_size=7))
    assert stored(tables).paused == {"push"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(time_zone="Mars/Olympus"), "time zone Mars/Olympus is not known"),
        (Change(page_size=200), "page_size must be a whole number"),
    ],
)
def test_a_change_that_cannot_be_used_is_refused(
    connections: Connections, tables: MemoryTables, change: Change, sentence: str
) -> None:
    connections.add(NEW)
    before = stored(tables)
    with pytest.raises(InvalidRequest, match=sentence):
        connections.change(CONNECTION_ID, change)
    assert stored(tables) == before


def test_an_unknown_connection_cannot_be_changed(connections: Connections) -> None:
    with pytest.raises(UnknownConnection):
        connections.change("0" * 40, Change(enabled=False))


DEFAULT = Connection(URL, "editor", "arn:of-the-stack")


def test_of_the_default_connection_only_policies_and_enabled_are_admins_to_change(
    connections: Connections, tables: MemoryTables
) -> None:
    due_connections(tables, DEFAULT)
    for change, sentence in (
        (Change(time_zone="UTC"), "time_zone .* another TimeZone"),
        (Change(password="p", page_size=7), "another MediaMosaPassword and PageSize"),
    ):
        with pytest.raises(StackOwned, match=sentence):
            connections.change(CONNECTION_ID, change)
    assert connections.change(CONNECTION_ID, Change(on_trash=Removal.KEEP, enabled=False))
    due_connections(tables, DEFAULT)
    assert connections.change(CONNECTION_ID, Change(enabled=True))
    assert stored(tables) == replace(
        DEFAULT, default=True, policies=Policies(on_trash=Removal.KEEP)
    )


def test_the_default_connection_is_not_added_by_hand(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    due_connections(tables, DEFAULT)
    with pytest.raises(StackOwned, match="which the stack's parameters name"):
        connections.add(NEW)
    assert secrets.stored == {}


def test_a_former_default_is_switched_on_only_with_its_own_password(
    connections: Connections, tables: MemoryTables
) -> None:
    due_connections(tables, DEFAULT)
    due_connections(tables, replace(DEFAULT, user_name="another"))
    with pytest.raises(InvalidRequest, match="field password is missing"):
        connections.change(CONNECTION_ID, Change(enabled=True))
    assert connections.change(CONNECTION_ID, Change(page_size=7)) is True
    assert connections.change(CONNECTION_ID, Change(enabled=True, password="own")) is True
    assert (stored(tables).enabled, stored(tables).secret_arn) == (True, SECRET_ARN)


def test_a_problem_that_is_solved_is_forgotten(
    connections: Connections, tables: MemoryTables, secrets: FakeSecrets
) -> None:
    url = "http://mm.example.org"
    former = Connection(url, "editor", "arn", problem="Use https://.", enabled=False)
    tables.put_connection(former)
    connections.change(former.connection_id, Change(page_size=7))
    (still,) = tables.connections()
    assert "not encrypted" in still.problem
    over(tables, secrets, allow_http=True).change(former.connection_id, Change(page_size=8))
    (solved,) = tables.connections()
    assert solved.problem == ""
