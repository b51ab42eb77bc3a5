"""Which properties take part, and the one spelling in which values are compared."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.properties import (
    MappedProperty,
    Property,
    PropertyType,
    default_field_map,
    normalise,
    ours_of,
    theirs_of,
)

CHAR = MappedProperty("title", "title", "dublin_core")
LANGUAGE = MappedProperty("language", "language", "dublin_core")
INT = MappedProperty("shelf", "shelf", "app_1", PropertyType.INT)
DATETIME = MappedProperty("issued", "issued", "qualified_dublin_core", PropertyType.DATETIME)


def test_every_writable_property_of_the_usual_groups_and_the_own_one_takes_part() -> None:
    properties = [
        Property("title", "dublin_core"),
        Property("issued", "qualified_dublin_core", PropertyType.DATETIME),
        Property("titel", "czp"),
        Property("shelf", "app_12", PropertyType.INT),
        Property("frameRate", "mawg"),
        Property("published", "asset", protected=True),
        Property("tag", "asset", hidden=True),
        Property("secret", "dublin_core", hidden=True),
        Property("fixed", "dublin_core", protected=True),
        Property("user_id", "app_12"),
        Property("odd", "app_x"),
    ]
    chosen = default_field_map(properties)
    assert [mapped.name for mapped in chosen] == ["issued", "shelf", "titel", "title"]
    assert chosen[1] == MappedProperty("shelf", "shelf", "app_12", PropertyType.INT)


def test_of_two_properties_of_one_name_the_usual_group_takes_part() -> None:
    doubled = [Property("title", "czp"), Property("title", "dublin_core")]
    for properties in (doubled, doubled[::-1]):
        assert [mapped.group for mapped in default_field_map(properties)] == ["dublin_core"]


def test_values_of_white_space_are_no_values() -> None:
    assert normalise(CHAR, ["", "  ", "\n", " a "]) == (" a ",)


def test_char_values_keep_case_markup_and_blanks() -> None:
    values = ["<b>x & y</b>", " Ünïcode ", "x\r\ny", "0"]
    assert set(normalise(CHAR, values)) == set(values)


def test_a_language_code_is_lower_case() -> None:
    assert normalise(LANGUAGE, ["NL", "en"]) == ("en", "nl")


@pytest.mark.parametrize(
    ("text", "stored"),
    [("7", "7"), ("007", "7"), ("1e3", "1000"), ("-0", "0"), (" 12 ", "12"), ("1.9", "1")],
)
def test_a_whole_number_has_one_spelling(text: str, stored: str) -> None:
    assert normalise(INT, [text]) == (stored,)


@pytest.mark.parametrize("text", ["seven", "1e99", "0x10", "1_000", "٣"])
def test_what_is_no_whole_number_is_left_for_mediamosa_to_refuse(text: str) -> None:
    assert normalise(INT, [text]) == (text,)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2010", "2010-01-01 00:00:00"),
        ("2010-05", "2010-05-01 00:00:00"),
        ("2014-01-15", "2014-01-15 00:00:00"),
        ("2014-07-01T12:30", "2014-07-01 12:30:00"),
        ("2014-07-01 12:30:05.25Z", "2014-07-01 12:30:05"),
        ("31/12/2014", "2014-12-31 00:00:00"),
        ("2014-07-01 12:30:05", "2014-07-01 12:30:05"),
    ],
)
def test_a_time_is_spelled_to_the_second(text: str, stored: str) -> None:
    assert normalise(DATETIME, [text]) == (stored,)


@pytest.mark.parametrize("text", ["not a date", "2014-07-01T12:30+01:00", "14-7-1"])
def test_what_is_no_time_is_left_for_mediamosa_to_refuse(text: str) -> None:
    assert normalise(DATETIME, [text]) == (text,)


def test_both_sides_are_told_under_mediamosas_names() -> None:
    fields = (MappedProperty("title", "headline", "dublin_core"), LANGUAGE)
    asset = Asset("A", groups={"dublin_core": {"title": ("x",), "creator": ("left out",)}})
    assert theirs_of(asset, fields) == {"title": ("x",)}
    assert ours_of({"headline": ["x"], "title": ["left out"], "language": ["NL"]}, fields) == {
        "title": ("x",),
        "language": ("nl",),
    }


def test_only_what_mediamosa_trims_is_blank() -> None:
    assert normalise(CHAR, [" \t\n\r\0\x0b", "\u00a0", "\x0c"]) == ("\x0c", "\u00a0")


def test_a_whole_number_that_is_not_exact_any_more_is_left_as_it_is_written() -> None:
    assert normalise(INT, ["9007199254740991.0"]) == ("9007199254740991",)
    assert normalise(INT, ["9007199254740992.0"]) == ("9007199254740992.0",)
