from __future__ import annotations

import doctest
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli import text
from infra.cli.doctor import zone
from infra.cli.text import clock, plural, safe, short, span, when

NOW = datetime(2026, 11, 23, 14, 4, 20, tzinfo=UTC)


def test_the_examples_in_the_documentation_are_true() -> None:
    assert doctest.testmod(text).failed == 0
    assert doctest.testmod(zone).failed == 0


@given(st.text())
def test_nothing_that_a_terminal_obeys_gets_through(value: str) -> None:
    obeyed = {"Cc", "Cf", "Cs", "Zl", "Zp"}

    for char in safe(value):
        assert unicodedata.category(char) not in obeyed or char in "\u200c\u200d"


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S"])))
def test_letters_and_signs_of_all_scripts_stay(value: str) -> None:
    assert safe(value) == value


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\x9b2J", "\\x9b2J"),
        ("no\u00a0break", "no break"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_hostile_texts_are_shown_as_escapes(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


def test_instants_are_read_from_now() -> None:
    assert when("2026-11-23T14:04:20Z", NOW) == "2026-11-23 14:04:20 UTC (now)"
    assert when(None, NOW, none="never") == "never"
    assert (clock("2026-11-23T14:04:20Z"), clock(None)) == ("2026-11-23 14:04:20", "-")


def test_numbers_and_spans_are_for_people() -> None:
    assert plural(0, "asset") == "0 assets"
    assert [span(seconds) for seconds in (59, 60, 3600, 86400)] == ["59 s", "1 min", "1 h", "1 d"]
    assert short("x" * 601) == "x" * 600 + "... (601 characters)"
