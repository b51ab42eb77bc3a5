"""Scenario S15 the other way: values of every kind arrive in MediaMosa as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.scenarios.pushed import (
    assert_ends_well,
    assert_stays_quiet,
    at_rest,
    bring_to_rest,
    conflicts,
    edit,
    ours,
    theirs,
    told,
    with_properties,
    writes,
)
from tests.scenarios.world import DAY


@pytest.mark.parametrize(
    "values",
    [
        ["<b>x & y</b>", "]]>", "&amp;"],
        ["  leading and trailing blanks  "],
        ["one\r\ntwo\rthree\nfour\tfive"],
        ["x" * 10_000],
        [f"{number} {'y' * 100}" for number in range(20)],
        ["日本語", "Ελληνικά", "العربية", "naïve café"],
        ["e\u0301", "\u00e9"],
        ["B", "a", "Ä", "ä", "0", "00", "a", "a"],
        ["' OR 1=1; --", "${jndi:ldap://x}", "{{7*7}}", "null", "[]", "FALSE", "a=b&c[]=d", "%00+"],
        ["\u200b", "\ufeffx", "\u00a0x", "\u00a0"],
        ["0"],
    ],
)
def test_s15_strange_values_arrive_and_come_back_as_they_were_written(
    values: Sequence[str],
) -> None:
    world = at_rest()
    edit(world, "A00001", description=list(values))
    world.feed()
    assert theirs(world, "A00001")["description"] == sorted(values)
    world.tick(DAY)
    assert_ends_well(world)
    edit(world, "A00001", description=[*values[:-1], values[-1] + "!"])
    world.feed()
    assert theirs(world, "A00001")["description"] == sorted([*values[:-1], values[-1] + "!"])
    assert_ends_well(world)
    assert ours(world, "A00001").keys() == {"title", "description"}
    assert conflicts(world) == []


NOON = int(datetime(2010, 7, 1, 10, 0, 0, tzinfo=UTC).timestamp())
NEW_YEAR = int(datetime(2009, 12, 31, 23, 0, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("name", "written", "stored"),
    [
        ("shelf", ["007"], [7]),
        ("shelf", ["1e3"], [1000]),
        ("shelf", ["0"], [0]),
        ("shelf", [Decimal(-5)], [-5]),
        ("shelf", Decimal(42), [42]),
        ("taken", ["2010"], [NEW_YEAR]),
        ("taken", "2010-07-01T12:00:00Z", [NOON]),
        ("taken", ["2010-07-01 12:00:00"], [NOON]),
        ("language", "EN", ["en"]),
        ("subject", {"b", "a"}, ["a", "b"]),
        ("subject", Decimal("1.50"), ["1.50"]),
    ],
)
def test_values_in_any_spelling_are_stored_as_mediamosas_and_then_all_is_quiet(
    name: str, written: object, stored: list[object]
) -> None:
    world = with_properties(shelf="int", taken="datetime")
    edit(world, "A00001", **{name: written})
    world.feed()
    assert theirs(world, "A00001")[name] == stored
    bring_to_rest(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert len(writes(world)) == 0
    assert told(world, "A00001") == ("", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shelf", "seven"),
        ("shelf", "99999999999"),
        ("shelf", "1.5e400"),
        ("taken", "yesterday"),
        ("taken", "2010-13-45"),
        ("taken", "2010-02-30 12:00:00"),
        ("language", "xx"),
        ("language", "e"),
    ],
)
def test_a_value_that_is_not_of_its_propertys_type_ends_as_shown_or_as_mediamosas_reading(
    name: str, value: str
) -> None:
    world = with_properties(shelf="int", taken="datetime")
    edit(world, "A00001", **{name: value, "title": "Ours"})
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Ours"]
    bring_to_rest(world)
    if told(world, "A00001")[0] == "parked":
        assert name not in theirs(world, "A00001")
        assert ours(world, "A00001")[name] == [value]
        assert_stays_quiet(world)
    else:
        assert_ends_well(world)
    edit(world, "A00001", **{name: None})
    world.feed()
    world.tick(DAY)
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"]}
