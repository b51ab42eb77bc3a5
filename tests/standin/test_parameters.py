"""Parameters as PHP reads them (§ 1)."""

from __future__ import annotations

import pytest

from infra.local.mediamosa.errors import RefusedError
from infra.local.mediamosa.parameters import Parameters, php_variables


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[]", "1"), ("a[]", "2")], {"a": {"0": "1", "1": "2"}}),
        ([("a[0]", "1"), ("a[5]", "2"), ("a[]", "3")], {"a": {"0": "1", "5": "2", "6": "3"}}),
        ([("a[]", "1"), ("a", "2")], {"a": "2"}),
        ([("a", "1"), ("a[]", "2")], {"a": {"0": "2"}}),
        ([("a[x][]", "1"), ("a[x][y]", "2")], {"a": {"x": {"0": "1", "y": "2"}}}),
        ([("a.b c", "1")], {"a_b_c": "1"}),
        ([(" a", "1"), ("[b]", "2")], {"a": "1"}),
    ],
)
def test_names_with_brackets_are_arrays(
    pairs: list[tuple[str, str]], expected: dict[str, object]
) -> None:
    assert php_variables(pairs) == expected


def test_a_parameter_in_two_places_must_have_one_value() -> None:
    same = Parameters.collect({"asset_id": "A"}, [("asset_id", "A")], [("asset_id", "A")])
    assert same.text("asset_id") == "A"
    with pytest.raises(RefusedError, match="616 asset_id is specified more than once"):
        Parameters.collect({"asset_id": "A"}, [], [("asset_id", "B")])
    with pytest.raises(RefusedError, match="value 1; 1 / value 2; 2"):
        Parameters.collect({}, [("limit", "1")], [("limit", "2")])


def test_the_query_parameter_q_belongs_to_the_content_system() -> None:
    assert not Parameters.collect({}, [("q", "asset")], []).has("q")


def test_a_scalar_is_an_array_of_one_and_an_empty_scalar_an_empty_array() -> None:
    given = Parameters({"a": "x", "b": "", "c": {"0": "y", "1": ""}})
    assert given.array("a") == ["x"]
    assert given.array("b") == []
    assert given.array("c") == ["y", ""]
    assert given.array("d") is None
    assert given.text("c") == "y"


@pytest.mark.parametrize(
    ("text", "expected"), [("TRUE", True), ("true", True), ("False", False), ("", False)]
)
def test_a_flag_is_true_or_false_in_any_case(text: str, expected: bool) -> None:
    assert Parameters({"a": text}).flag("a", default=not expected) is expected


def test_bytes_that_are_no_utf8_are_an_error_without_words() -> None:
    with pytest.raises(RefusedError) as caught:
        Parameters({"a": "bad\udcff"}).text("a")
    assert (caught.value.result_id, caught.value.description) == (500, "")


def test_a_choice_takes_its_default_for_an_empty_text() -> None:
    assert Parameters({"a": ""}).choice("a", "x", ("x", "y")) == "x"
    assert Parameters({}).choice("a", "x", ("x", "y")) == "x"
