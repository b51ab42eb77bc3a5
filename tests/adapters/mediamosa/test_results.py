"""Result ids as errors (protocol § 4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.mediamosa.results import LoggedOut, check, plain
from mediamosa_sync.adapters.mediamosa.xml import Envelope, envelope
from mediamosa_sync.errors import (
    NotLoggedIn,
    PropertyRefused,
    Refused,
    Troubled,
    Unavailable,
    ValuesRefused,
)
from tests.adapters.mediamosa.support import recorded


def of(result_id: int, description: str = "") -> Envelope:
    return Envelope(result_id, description, (), None, None)


@pytest.mark.parametrize("result_id", [601, 705])
def test_a_success_is_no_error(result_id: int) -> None:
    check(of(result_id))


@pytest.mark.parametrize(
    ("name", "result_id"),
    [
        ("asset-get-not-found", 700),
        ("asset-list-limit-201-refused", 1038),
        ("asset-list-cql-unknown-index", 1033),
        ("asset-list-order-by-unknown", 1004),
        ("asset-get-other-app", 1800),
        ("asset-get-inappropriate", 1905),
        ("unknown-path-app-server", 404),
        ("value-emoji-post", 500),
    ],
)
def test_a_recorded_refusal_is_refused_with_its_id(name: str, result_id: int) -> None:
    with pytest.raises(Refused, match=f"result {result_id}") as caught:
        check(envelope(recorded(name)[2]))

    assert caught.value.result_id == result_id
    assert "\n" not in str(caught.value)
    assert "trace" not in str(caught.value)


@pytest.mark.parametrize("result_id", [0, 1, 602, 603, 704, 706, 9999])
def test_an_unknown_id_is_an_error(result_id: int) -> None:
    with pytest.raises(Refused) as caught:
        check(of(result_id))

    assert caught.value.result_id == result_id


@pytest.mark.parametrize(
    "name",
    [
        "parallel-writers-deadlock",
        "value-invalid-utf8-post",
        "asset-list-show-deleted-created-filter-fails",
    ],
)
def test_a_recorded_error_of_the_server_may_pass(name: str) -> None:
    with pytest.raises(Troubled):
        check(envelope(recorded(name)[2]))


@pytest.mark.parametrize(
    "text",
    [
        "PDOException caught; SQLSTATE[40001]: Serialization failure: 1213 Deadlock found, 1366",
        "PDOException caught; SQLSTATE[HY000]: General error: 1205 Lock wait timeout exceeded",
        "SQLSTATE[42000]: Syntax error or access violation: 1305 SAVEPOINT x does not exist",
        "SQLSTATE[HY000] [2002] Connection refused",
        "Something in the program",
        "value 1366 in a text of ours, line two\nSQLSTATE[22001]: x: 1406 y",
        "",
    ],
)
def test_a_transient_or_unknown_server_error_is_a_trouble_that_may_pass(text: str) -> None:
    with pytest.raises(Troubled) as caught:
        check(of(500, text))

    assert isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    "text",
    [
        "SQLSTATE[22007]: Invalid datetime format: 1366 Incorrect string value: 'x'",
        "SQLSTATE[22001]: String data, right truncated: 1406 Data too long",
        "SQLSTATE[22003]: Numeric value out of range: 1264 Out of range value",
        "SQLSTATE[HY000]: General error: 1366 Incorrect string value: '\\xF0' 1213",
        "SQLSTATE[HY000]: General error: 1406 Data too long",
    ],
)
def test_a_value_that_the_database_cannot_take_is_refused(text: str) -> None:
    with pytest.raises(ValuesRefused) as caught:
        check(of(500, text), (), ["title"])

    assert caught.value.result_id == 500


@pytest.mark.parametrize(
    ("name", "refused"), [("metadata-bad-date", "created"), ("metadata-bad-language", "language")]
)
def test_a_recorded_refusal_of_a_value_names_its_property(name: str, refused: str) -> None:
    with pytest.raises(PropertyRefused, match=f"of its property {refused} with") as caught:
        check(envelope(recorded(name)[2]), (), ["title", "created", "language"])

    assert (caught.value.name, caught.value.result_id) == (refused, 1003)


@pytest.mark.parametrize(
    "text",
    [
        "Parameter validation failed for created[] (DATETIME)",
        "Parameter validation failed for created[3] (DATETIME)",
        "The value of created (DATETIME) is no date",
        "limit (UINT) aside, created (DATETIME) is wrong",
    ],
)
def test_a_property_is_found_in_a_text_that_is_worded_otherwise(text: str) -> None:
    with pytest.raises(PropertyRefused) as caught:
        check(of(1003, text), (), ["title", "created"])

    assert caught.value.name == "created"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Parameter validation failed",
        "Parameter validation failed for created",
        "Parameter validation failed for is_app_admin (BOOL)",
        "Parameter validation failed for xcreated (DATETIME)",
        "Parameter validation failed for (DATETIME)",
        "first line\nParameter validation failed for created (DATETIME)",
        "x" * 300 + " created (DATETIME)",
    ],
)
def test_without_a_name_that_was_sent_it_is_a_refusal_as_any_other(text: str) -> None:
    with pytest.raises(Refused) as caught:
        check(of(1003, text), (), ["title", "created"])

    assert type(caught.value) is Refused
    assert caught.value.result_id == 1003


@given(st.text(), st.sampled_from([500, 1003, 700]))
def test_any_text_of_a_refusal_gives_one_line_that_can_be_shown(text: str, result_id: int) -> None:
    with pytest.raises((Refused, Unavailable)) as caught:
        check(of(result_id, text), (), ["created"])

    message = str(caught.value)
    assert message.isprintable() or not any(ord(char) < 32 for char in message)
    assert len(message) < 450


@pytest.mark.parametrize("name", ["asset-list-not-logged-in", "asset-list-session-expired"])
def test_a_lost_session_is_not_logged_in(name: str) -> None:
    with pytest.raises(LoggedOut) as caught:
        check(envelope(recorded(name)[2]))

    assert isinstance(caught.value, NotLoggedIn)


def test_a_servers_text_is_cut_to_its_first_line_and_cleaned() -> None:
    text = " a\x1b[31m\tb\u202e\u0000c" + "d" * 300 + "\nsecond"

    assert plain(text) == "a[31mbc" + "d" * 193
    assert plain("first\u2028second") == "first"
    assert plain("") == plain(" \n ") == ""


def test_what_is_to_be_hidden_does_not_stand_in_a_message() -> None:
    with pytest.raises(Unavailable) as caught:
        check(of(500, "Duplicate entry 'SESSION-7' for key 'PRIMARY'"), ["SESSION-7", ""])

    assert "SESSION-7" not in str(caught.value)
    assert "Duplicate entry '…'" in str(caught.value)


@given(st.text())
def test_any_text_becomes_one_short_line(text: str) -> None:
    cleaned = plain(text)

    assert len(cleaned) <= 200
    assert not any(ord(char) < 32 or char in "\x7f\u2028\u2029" for char in cleaned)
