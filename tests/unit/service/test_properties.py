"""Which properties take part in a connection, and what an admin decides about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.service.properties import Properties, PropertyList
from mediamosa_sync.service.refusals import InvalidRequest, PropertiesNotRead, UnknownConnection
from tests.fakes.clock import START
from tests.fakes.stores import MemoryTables

CONNECTION = Connection(
    "https://mm.example.org",
    "editor",
    "arn",
    page_size=7,
    default=True,
    policies=Policies(on_record_delete=OnRecordDelete.RECREATE),
)
ID = CONNECTION.connection_id
PROPERTIES = (
    Property("title", "dublin_core"),
    Property("title", "czp"),
    Property("subject", "dublin_core"),
    Property("is_favorite", "asset"),
    Property("secret", "app_1", hidden=True),
    Property("year", "app_1", PropertyType.INT),
)


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def properties(tables: MemoryTables) -> Properties:
    tables.put_properties(ID, PROPERTIES, START)
    return Properties(tables)


def rules(tables: MemoryTables) -> tuple[FieldRule, ...]:
    connection = tables.connection(ID)
    assert connection is not None
    return connection.fields


def shown(body: PropertyList) -> dict[tuple[str, str], dict[str, Any]]:
    items: Any = body["items"]
    return {(item["name"], item["group"]): item for item in items}


def test_every_property_is_listed_with_what_becomes_of_it(properties: Properties) -> None:
    body = properties.properties(ID)
    assert (body["next"], body["read_at"]) == (None, "2026-11-23T12:00:00Z")
    found = shown(body)
    assert list(found) == sorted(found)
    assert found["year", "app_1"] == {
        "name": "year",
        "group": "app_1",
        "type": "INT",
        "takes_part": True,
        "direction": "both",
        "record_name": "year",
        "reason": None,
    }
    assert found["secret", "app_1"] == {
        "name": "secret",
        "group": "app_1",
        "type": "CHAR",
        "takes_part": False,
        "direction": None,
        "record_name": None,
        "reason": "MediaMosa hides it.",
    }
    assert "state of the asset" in found["is_favorite", "asset"]["reason"]


def test_of_two_properties_of_one_name_one_takes_part(properties: Properties) -> None:
    found = shown(properties.properties(ID))
    assert found["title", "dublin_core"]["takes_part"]
    other = found["title", "czp"]
    assert (other["takes_part"], other["direction"]) == (False, None)
    assert "in the group dublin_core takes part instead" in other["reason"]


def test_before_the_first_run_nothing_is_known(tables: MemoryTables) -> None:
    properties = Properties(tables)
    assert properties.properties(ID) == {"items": [], "next": None, "read_at": None}
    with pytest.raises(PropertiesNotRead, match="wait for the connection's first run"):
        properties.replace_rules(ID, [])


def test_rules_are_kept_with_the_connection_and_nothing_else_changes(
    properties: Properties, tables: MemoryTables
) -> None:
    title = FieldRule("title", Direction.PULL, "name")
    subject = FieldRule("subject", Direction.IGNORE)
    body, changed = properties.replace_rules(ID, [title, subject])
    assert changed
    assert body == properties.properties(ID)
    assert tables.connection(ID) == replace(CONNECTION, fields=(subject, title))
    found = shown(body)
    assert found["title", "dublin_core"]["record_name"] == "name"
    assert found["title", "dublin_core"]["direction"] == "pull"
    ignored = found["subject", "dublin_core"]
    assert (ignored["takes_part"], ignored["direction"]) == (False, "ignore")
    assert ignored["reason"] == "An operator has decided that it is ignored."


def test_rules_take_the_place_of_those_before(properties: Properties, tables: MemoryTables) -> None:
    properties.replace_rules(ID, [FieldRule("title", Direction.PULL)])
    properties.replace_rules(ID, [FieldRule("subject", Direction.PUSH)])
    assert rules(tables) == (FieldRule("subject", Direction.PUSH),)
    _, changed = properties.replace_rules(ID, [])
    assert (rules(tables), changed) == ((), True)


def test_the_same_rules_again_write_nothing(properties: Properties, tables: MemoryTables) -> None:
    title, year = FieldRule("title", Direction.PULL), FieldRule("year", record_name="jaar")
    properties.replace_rules(ID, [title, year])

    def refuse(method: str) -> None:
        assert method != "put_connection"

    tables.before = refuse
    for same in (
        [title, year],
        [year, title],
        [year, replace(title, record_name="title"), FieldRule("subject")],
    ):
        assert properties.replace_rules(ID, same)[1] is False


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([FieldRule("unknown")], "MediaMosa has no property 'unknown'"),
        ([FieldRule("title"), FieldRule("title")], "'title' is named twice"),
        ([FieldRule("secret")], "MediaMosa hides it"),
        ([FieldRule("title", record_name="year")], "would both be metadata.year"),
        ([FieldRule("title", record_name="x" * 256)], "at most 255 bytes"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_the_reason(
    properties: Properties, tables: MemoryTables, wrong: list[FieldRule], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        properties.replace_rules(ID, wrong)
    assert rules(tables) == ()


def test_an_unknown_connection_has_no_properties(properties: Properties) -> None:
    with pytest.raises(UnknownConnection):
        properties.properties("0" * 40)
    with pytest.raises(UnknownConnection):
        properties.replace_rules("0" * 40, [])
