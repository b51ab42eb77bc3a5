"""The conflict log, and bringing the record's value back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Direction, Disagreement, Why
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.values import Values, agree_on
from mediamosa_sync.domain.writes import Conflict
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.conflicts import Conflicts, conflict_object
from mediamosa_sync.service.refusals import (
    ConflictNotFound,
    PropertiesNotRead,
    PropertyChanged,
    PropertyNotPushed,
    RecordNotTied,
    Refusal,
    UnknownConnection,
)
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
ID = CONNECTION.connection_id
ADMIN = Admin("operator", "request-1")
NOW = START + timedelta(hours=1)
PROPERTIES = (
    Property("title", "dublin_core"),
    Property("created", "qualified_dublin_core", PropertyType.DATETIME),
)
URI = "mediamosa://asset/a"


@pytest.fixture
def tables() -> MemoryTables:
    """A record whose title lost to MediaMosa's."""
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    tables.put_properties(ID, PROPERTIES, START)
    tables.put_link(ID, Link("a", "m", base={"title": ("Theirs",)}))
    tables.put_record("m", uri=URI, metadata={"title": ["Theirs"], "mine": ["x"]}, other=7)
    return tables


@pytest.fixture
def conflicts(tables: MemoryTables) -> Conflicts:
    return Conflicts(tables, tables, FakeClock(NOW))


def log(
    tables: MemoryTables,
    name: str = "title",
    ours: Values = ("Ours",),
    theirs: Values = ("Theirs",),
    number: int = 1,
) -> str:
    conflict = Conflict(
        conflict_id=f"20261123T120000{number:06}-0123456789abcdef",
        asset_id="a",
        media_id="m",
        at=START,
        disagreement=Disagreement(name, ("Base",), ours, theirs, Why.BOTH_CHANGED),
        record_name=name,
        asset_modified=START - timedelta(minutes=1),
    )
    tables.conflict_log.setdefault(ID, {})[conflict.conflict_id] = conflict
    return conflict.conflict_id


def rule(tables: MemoryTables, *rules: FieldRule) -> None:
    tables.put_connection(replace(CONNECTION, fields=rules))


def metadata(tables: MemoryTables) -> object:
    return tables.media["m"]["metadata"]


def test_the_log_is_listed_newest_first_in_parts(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    ids = [log(tables, number=number) for number in range(5)]
    found: list[object] = []
    before: str | None = ""
    while before is not None:
        portion = conflicts.conflicts(ID, limit=2, before=before)
        found += [item["conflict_id"] for item in portion.items]
        before = portion.next
    assert found == ids[::-1]
    assert conflicts.conflicts(ID, limit=5).next is None


def test_an_entry_says_what_was_lost_to_what_and_why(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    conflict_id = log(tables)
    assert conflicts.conflicts(ID, limit=1).items == [
        {
            "conflict_id": conflict_id,
            "asset_id": "a",
            "media_id": "m",
            "property": "title",
            "record_name": "title",
            "base": ["Base"],
            "base_digest": None,
            "record_value": ["Ours"],
            "mediamosa_value": ["Theirs"],
            "at": "2026-11-23T12:00:00Z",
            "asset_modified": "2026-11-23T11:59:00Z",
            "winner": "mediamosa",
            "why": "both_changed",
            "explanation": "The property was changed on both sides, to different values.",
            "resolved_at": None,
            "resolved_by": None,
        }
    ]


def test_of_a_long_base_only_the_digest_is_told() -> None:
    long = ("x" * 1000,)
    for why in Why:
        lost = Disagreement("title", agree_on(long), ("b",), ("c",), why)
        shown = conflict_object(Conflict("id", "a", "m", START, lost))
        assert shown["base"] is None
        assert len(str(shown["base_digest"])) == 64
        assert shown["record_name"] == "title"
        assert str(shown["explanation"]).endswith(".")


def test_the_records_value_comes_back_as_an_edit_of_the_record_alone(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    conflict_id = log(tables)
    link = tables.all_links(ID)["a"]
    body, changed = conflicts.use_record_value(ID, conflict_id, ADMIN)
    assert changed
    assert (body["resolved_at"], body["resolved_by"]) == ("2026-11-23T13:00:00Z", "operator")
    assert tables.media["m"] == {
        "media_id": "m",
        "uri": URI,
        "metadata": {"title": ["Ours"], "mine": ["x"]},
        "other": 7,
    }
    assert tables.all_links(ID)["a"] == link
    assert tables.attention(ID)["conflicts"] == 0


def test_the_same_request_twice_writes_once(conflicts: Conflicts, tables: MemoryTables) -> None:
    conflict_id = log(tables)
    first, _ = conflicts.use_record_value(ID, conflict_id, ADMIN)
    tables.edit_record("m", title=["Edited since"])
    again = conflicts.use_record_value(ID, conflict_id, Admin("operator", "request-2"))
    assert again == (first, False)
    assert metadata(tables) == {"title": ["Edited since"], "mine": ["x"]}


def test_a_record_that_has_its_value_back_already_only_settles_the_entry(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    conflict_id = log(tables)
    tables.put_record("m", uri=URI, metadata={"title": "Ours"})
    body, changed = conflicts.use_record_value(ID, conflict_id, ADMIN)
    assert (body["resolved_by"], changed) == ("operator", True)
    assert metadata(tables) == {"title": "Ours"}


def test_a_value_that_the_record_had_cleared_is_cleared_again(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    conflicts.use_record_value(ID, log(tables, ours=()), ADMIN)
    assert metadata(tables) == {"mine": ["x"]}


@pytest.mark.parametrize("stored", [None, {}, {"title": ""}, {"title": [" "]}])
def test_a_value_that_mediamosa_had_cleared_comes_back(
    conflicts: Conflicts, tables: MemoryTables, stored: object
) -> None:
    tables.put_record("m", uri=URI, metadata=stored)
    if stored is None:
        tables.put_record("m", uri=URI)
    conflicts.use_record_value(ID, log(tables, theirs=()), ADMIN)
    assert metadata(tables) == {"title": ["Ours"]}


def test_values_are_compared_as_the_sync_compares_them(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    theirs, ours = ("2010-01-01 00:00:00",), ("2011-01-01 00:00:00",)
    tables.put_record("m", uri=URI, metadata={"created": "2010"})
    conflicts.use_record_value(ID, log(tables, "created", ours, theirs), ADMIN)
    assert metadata(tables) == {"created": ["2011-01-01 00:00:00"]}


def test_the_value_goes_where_the_property_stands_now(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    rule(tables, FieldRule("title", record_name="name"))
    tables.put_record("m", uri=URI, metadata={"name": ["Theirs"]})
    conflicts.use_record_value(ID, log(tables), ADMIN)
    assert metadata(tables) == {"name": ["Ours"]}


@pytest.mark.parametrize("value", [["Third"], [], 7, {"not": "text"}])
def test_a_property_that_was_changed_since_is_left_alone(
    conflicts: Conflicts, tables: MemoryTables, value: object
) -> None:
    tables.edit_record("m", title=value)
    before = tables.media["m"]
    with pytest.raises(PropertyChanged, match=r"metadata\.title of the record m was changed"):
        conflicts.use_record_value(ID, log(tables), ADMIN)
    assert tables.media["m"] == before
    assert tables.attention(ID)["conflicts"] == 1


def test_metadata_that_cannot_be_read_hold_no_value(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    tables.put_record("m", uri=URI, metadata="text")
    with pytest.raises(PropertyChanged):
        conflicts.use_record_value(ID, log(tables, theirs=()), ADMIN)


def test_an_edit_at_the_same_moment_is_seen(conflicts: Conflicts, tables: MemoryTables) -> None:
    conflict_id = log(tables)
    tables.once_before("resolve", lambda: tables.edit_record("m", title=["Third"]))
    with pytest.raises(PropertyChanged):
        conflicts.use_record_value(ID, conflict_id, ADMIN)
    assert metadata(tables) == {"title": ["Third"], "mine": ["x"]}


def test_who_was_faster_is_answered_for(conflicts: Conflicts, tables: MemoryTables) -> None:
    conflict_id = log(tables)

    def other() -> None:
        conflicts.use_record_value(ID, conflict_id, Admin("operator", "request-0"))

    tables.once_before("resolve", other)
    body, changed = conflicts.use_record_value(ID, conflict_id, ADMIN)
    assert (body["resolved_by"], changed) == ("operator", False)


def test_a_record_that_is_written_all_the_time_is_left(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    spellings = iter((["Theirs"], "Theirs", ["Theirs", ""]))
    for _ in range(3):
        tables.once_before(
            "resolve", lambda: tables.put_record("m", uri=URI, metadata={"title": next(spellings)})
        )
    tables.put_record("m", uri=URI, metadata={"title": "Theirs"})
    with pytest.raises(PropertyChanged, match="somebody else"):
        conflicts.use_record_value(ID, log(tables), ADMIN)


@pytest.mark.parametrize(
    ("direction", "sentence"),
    [
        (Direction.PULL, "title comes from MediaMosa only"),
        (Direction.IGNORE, "title is not synced"),
    ],
)
def test_a_property_that_is_not_pushed_is_told_so(
    conflicts: Conflicts, tables: MemoryTables, direction: Direction, sentence: str
) -> None:
    rule(tables, FieldRule("title", direction))
    with pytest.raises(PropertyNotPushed, match=sentence):
        conflicts.use_record_value(ID, log(tables), ADMIN)


def test_a_property_that_mediamosa_has_no_more_is_told_so(
    conflicts: Conflicts, tables: MemoryTables
) -> None:
    with pytest.raises(PropertyNotPushed, match="former is not synced"):
        conflicts.use_record_value(ID, log(tables, "former"), ADMIN)


def test_nothing_is_brought_back_before_the_properties_are_known(tables: MemoryTables) -> None:
    other = replace(CONNECTION, user_name="other")
    tables.put_connection(other)
    conflict_id = log(tables)
    tables.conflict_log[other.connection_id] = tables.conflict_log[ID]
    conflicts = Conflicts(tables, tables, FakeClock(NOW))
    with pytest.raises(PropertiesNotRead):
        conflicts.use_record_value(other.connection_id, conflict_id, ADMIN)


def forget(tables: MemoryTables) -> None:
    tables.put_link(ID, Link("a", "m", state=LinkState.FORGOTTEN))


def hold(tables: MemoryTables) -> None:
    tables.put_link(ID, Link("a", "m", state=LinkState.HELD, since=START))


def tie_another(tables: MemoryTables) -> None:
    tables.put_link(ID, Link("a", "another"))


def name_another(tables: MemoryTables) -> None:
    tables.put_record("m", uri="mediamosa://asset/b", metadata={"title": ["Theirs"]})


@pytest.mark.parametrize(
    "happening",
    [
        forget,
        hold,
        tie_another,
        name_another,
        lambda tables: tables.delete_record("m"),
        lambda tables: tables.drop_link(ID, "a"),
    ],
)
def test_a_record_that_is_not_synced_with_the_asset_is_left_alone(
    conflicts: Conflicts,
    tables: MemoryTables,
    happening: Callable[[MemoryTables], None],
) -> None:
    happening(tables)
    before = dict(tables.media)
    with pytest.raises(RecordNotTied, match="The record m is gone, or is not synced"):
        conflicts.use_record_value(ID, log(tables), ADMIN)
    assert tables.media == before


def test_what_is_not_there_cannot_be_resolved(conflicts: Conflicts) -> None:
    with pytest.raises(ConflictNotFound):
        conflicts.use_record_value(ID, "unknown", ADMIN)
    with pytest.raises(UnknownConnection):
        conflicts.use_record_value("0" * 40, "unknown", ADMIN)
    with pytest.raises(UnknownConnection):
        conflicts.conflicts("0" * 40, limit=1)
    assert issubclass(ConflictNotFound, Refusal)
