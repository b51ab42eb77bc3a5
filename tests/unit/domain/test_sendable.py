"""What can be sent to MediaMosa, and in how many requests."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.properties import MappedProperty, PropertyType
from mediamosa_sync.domain.sendable import (
    MAX_PARAMETERS,
    beyond_basic_plane,
    requests_of,
    why_not_sendable,
)

TITLE = MappedProperty("title", "headline", "dublin_core")
LANGUAGE = MappedProperty("language", "language", "dublin_core")
SHELF = MappedProperty("shelf", "shelf", "app_1", PropertyType.INT)
CREATED = MappedProperty("created", "created", "qualified_dublin_core", PropertyType.DATETIME)


@pytest.mark.parametrize(
    ("mapped", "value"),
    [
        (TITLE, "Zeehonden & <b>meer</b>\r\n\tand \U0001f30a"),
        (TITLE, "a <![CDATA[ that does not begin the value"),
        (LANGUAGE, "nl"),
        (SHELF, "-2147483648"),
        (SHELF, "2147483647"),
        (CREATED, "2026-11-23 15:00:00"),
    ],
)
def test_what_mediamosa_stores_as_it_is_can_be_sent(mapped: MappedProperty, value: str) -> None:
    assert why_not_sendable(mapped, (value,)) == ""


@pytest.mark.parametrize(
    ("mapped", "value", "reason"),
    [
        (TITLE, "bell \x07", "holds the character U+0007"),
        (TITLE, "half \ud800", "holds the character U+D800"),
        (TITLE, "not a character \uffff", "holds the character U+FFFF"),
        (TITLE, "<![CDATA[x]]>", "begins with <![CDATA["),
        (LANGUAGE, "dutch", "holds 'dutch': write a language code of two letters"),
        (SHELF, "third", "holds 'third': write a whole number"),
        (SHELF, "2147483648", "write a whole number from -2147483648 to 2147483647"),
        (SHELF, "99999999999", "write a whole number"),
        (CREATED, "last week", "holds 'last week': write a date or time"),
    ],
)
def test_what_mediamosa_would_refuse_or_change_is_not_sent_and_the_reason_says_what_to_write(
    mapped: MappedProperty, value: str, reason: str
) -> None:
    why = why_not_sendable(mapped, (value,))
    assert why.startswith(f"metadata.{mapped.record_name} ")
    assert reason in why
    assert why.endswith(".")


def test_the_first_unusable_value_of_several_is_the_one_that_is_told() -> None:
    assert "'x'" in why_not_sendable(SHELF, ("7", "x", "y"))


def test_more_values_than_one_request_can_hold_are_not_sent() -> None:
    assert why_not_sendable(TITLE, ("x",) * MAX_PARAMETERS) == ""
    assert "has 901 values" in why_not_sendable(TITLE, ("x",) * (MAX_PARAMETERS + 1))


def test_clearing_can_always_be_sent() -> None:
    assert why_not_sendable(SHELF, ()) == ""


def test_emoji_are_found_and_accents_are_not() -> None:
    metadata = {"title": ("Café", "\U0001f30a"), "subject": ("é", "\uffee"), "description": ()}
    assert beyond_basic_plane(metadata) == {"title"}


class TestPortions:
    def test_a_handful_of_properties_is_one_request(self) -> None:
        metadata = {"title": ("a",), "subject": ("b", "c"), "description": ()}
        assert list(requests_of(metadata)) == [metadata]

    def test_nothing_is_no_request(self) -> None:
        assert list(requests_of({})) == []

    def test_no_property_is_torn_apart(self) -> None:
        metadata = {"title": ("t",) * 500, "subject": ("s",) * 500, "description": ("d",)}
        assert [list(portion) for portion in requests_of(metadata)] == [
            ["title"],
            ["subject", "description"],
        ]

    def test_a_cleared_property_takes_a_parameter_too(self) -> None:
        metadata = {"title": ("t",) * MAX_PARAMETERS, "subject": ()}
        assert [list(portion) for portion in requests_of(metadata)] == [["title"], ["subject"]]

    @pytest.mark.parametrize(
        ("counts", "requests"),
        [
            ([450, 450], 1),
            ([450, 451], 2),
            ([898, 0, 0], 1),
            ([899, 0, 0], 2),
            ([900, 450, 450], 2),
            ([900, 450, 450, 0], 3),
            ([450, 0, 449], 1),
            ([450, 1, 450], 2),
        ],
    )
    def test_a_request_is_filled_up_to_the_last_parameter_and_no_further(
        self, counts: list[int], requests: int
    ) -> None:
        metadata = {f"p{place}": ("v",) * number for place, number in enumerate(counts)}
        assert len(list(requests_of(metadata))) == requests


def test_the_last_character_of_the_basic_plane_is_in_it() -> None:
    assert beyond_basic_plane({"title": ("\uffff",), "subject": ("\U00010000",)}) == {"subject"}
