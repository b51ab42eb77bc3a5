"""What an application may write, and how much fits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    created_media_id,
    read_values,
)


def read_one(stored: object) -> object:
    return read_values(Record("m", metadata={"title": stored})).values.get("title", ())


@pytest.mark.parametrize(
    ("stored", "values"),
    [
        (["b", "a"], ("b", "a")),
        ("a", ("a",)),
        (Decimal("7.50"), ("7.50",)),
        (Decimal("1E+3"), ("1000",)),
        (7, ("7",)),
        ([Decimal(1), "x"], ("1", "x")),
        ({"b", "a"}, ("a", "b")),
        (frozenset({Decimal(2)}), ("2",)),
        (None, ()),
        ("", ()),
        ([], ()),
    ],
)
def test_whatever_stands_for_a_list_of_strings_is_one(stored: object, values: object) -> None:
    assert read_one(stored) == values


@pytest.mark.parametrize("stored", [{"a": 1}, True, b"x", ["a", None], [["a"]], {b"x"}, 1.5])
def test_anything_else_is_a_problem_that_names_its_place(stored: object) -> None:
    read = read_values(Record("m", metadata={"title": stored, "subject": "fine"}))
    assert read.values == {"subject": ("fine",)}
    assert "metadata.title is neither text nor a number" in read.problems["title"]


def test_a_record_without_metadata_has_no_values() -> None:
    assert read_values(Record("m")) == read_values(Record("m", metadata={}))


def test_metadata_that_are_no_map_are_a_problem_as_a_whole() -> None:
    read = read_values(Record("m", metadata=["title"]))
    assert read.values == {}
    assert "metadata is not a map" in read.problems[""]
    assert Record("m", metadata=["title"]).stored("title") is None


def test_what_stands_under_a_property_is_given_as_stored() -> None:
    assert Record("m", metadata={"title": Decimal(1)}).stored("title") == Decimal(1)
    assert Record("m", metadata={}).stored("title") is None


@pytest.mark.parametrize(
    ("uri", "names"),
    [
        ("mediamosa://asset/A1", True),
        ("mediamosa://asset/A1/m/f.mp4", True),
        ("mediamosa://mediafile/m/f.mp4", False),
        ("mediamosa://asset/A2", False),
        ("mediamosa://asset/", False),
        ("https://example.org", False),
        (None, False),
    ],
)
def test_a_record_is_the_assets_if_its_uri_says_so(uri: object, names: bool) -> None:
    assert Record("m", uri=uri).names("A1") is names


def test_of_a_uri_of_the_old_form_only_mediamosa_tells() -> None:
    record = Record("m", uri="mediamosa://mediafile/m/f.mp4")
    assert record.may_name("A1")
    assert record.names("A1", "mediamosa://mediafile/m/f.mp4")
    assert not record.names("A1", "mediamosa://mediafile/other/f.mp4")
    assert not Record("m", uri="mediamosa://asset/A2").may_name("A1")


def test_the_key_of_a_created_record_depends_on_connection_and_asset_alone() -> None:
    assert created_media_id("c", "A") == created_media_id("c", "A")
    assert len({created_media_id(c, a) for c in "cd" for a in "AB"}) == 4
    assert created_media_id("c", "A").startswith("mm-")
    assert len(created_media_id("c", "A")) == 35


def new_record(value: str) -> NewRecord:
    return NewRecord("m", "mediamosa://asset/A", {"title": (value,)}, {"asset_id": "A"})


def test_a_record_of_up_to_about_390_kilobytes_fits() -> None:
    assert new_record("x" * 390_000).fits
    assert not new_record("x" * MAX_ITEM_BYTES).fits
    assert not new_record("é" * (MAX_ITEM_BYTES // 2)).fits


def test_a_change_is_as_large_as_its_values_and_a_condition_is_nothing() -> None:
    small, large = RecordChange(Record("m")), RecordChange(Record("m"), {"title": ("x" * 1000,)})
    assert large.size >= small.size + 1000
    assert RecordAbsent("m").size == 0
