"""Who a connection is, and which addresses and sizes are refused with a sentence."""

from __future__ import annotations

import hashlib

import pytest

from mediamosa_sync.domain.connection import (
    Connection,
    InvalidConfiguration,
    check_url,
    connection_id,
    page_size_of,
)


@pytest.mark.parametrize(
    ("user_name", "url"),
    [("editor", "https://mm.example.org"), ("rédaction", "https://mm.example.org/"), ("a@b", "x")],
)
def test_the_id_is_the_sha1_of_user_name_at_url(user_name: str, url: str) -> None:
    expected = hashlib.sha1(f"{user_name}@{url}".encode()).hexdigest()  # noqa: S324 (the given key)
    assert connection_id(user_name, url) == expected
    assert Connection(url, user_name, secret_arn="arn").connection_id == expected


def test_white_space_around_them_is_not_part_of_them() -> None:
    assert connection_id(" editor ", " https://x \n") == connection_id("editor", "https://x")


def test_a_trailing_slash_is_another_connection() -> None:
    assert connection_id("editor", "https://x") != connection_id("editor", "https://x/")


@pytest.mark.parametrize("url", ["https://mm.example.org", "https://mm.example.org:8443/sub/dir"])
def test_an_https_address_passes(url: str) -> None:
    check_url(url, allow_http=False)


def test_http_passes_only_where_it_is_allowed() -> None:
    check_url("http://mm.example.org", allow_http=True)
    with pytest.raises(InvalidConfiguration, match="is not encrypted: use https://, or set Allow"):
        check_url("http://mm.example.org", allow_http=False)


@pytest.mark.parametrize(
    "url", ["", "mm.example.org", "ftp://x", "https://", "https://x:port", "file:///etc/passwd"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidConfiguration, match="is not the address of a server: write it like"):
        check_url(url, allow_http=True)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidConfiguration, match="carries a user name or password") as refused:
        check_url("https://editor:hunter2@mm.example.org/x", allow_http=False)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(InvalidConfiguration) as refused:
        check_url("ftp://editor:hunter2@mm.example.org/x", allow_http=False)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["https://x/?a=b", "https://x/#top"])
def test_a_query_or_fragment_is_refused(url: str) -> None:
    with pytest.raises(InvalidConfiguration, match="ends in a query or fragment"):
        check_url(url, allow_http=False)


@pytest.mark.parametrize(("text", "size"), [("1", 1), ("100", 100), ("199", 199)])
def test_page_sizes_that_leave_room_for_one_row_earlier_pass(text: str, size: int) -> None:
    assert page_size_of(text) == size


@pytest.mark.parametrize("text", ["0", "200", "x", "", "-1", "1.5", "1e2"])
def test_other_page_sizes_are_refused_with_what_to_set(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match="set PageSize to a whole number from 1 to 199"):
        page_size_of(text)
