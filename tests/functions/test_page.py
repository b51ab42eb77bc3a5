"""The function that hands out the sync page."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from functions.page.handler import CONTENT_TYPES, FILES, STATIC, lambda_handler, read_files
from tests.openapi.description import description


def get(file: str | None = None, **headers: str) -> dict[str, Any]:
    """Answer a GET of /page or /page/{file}."""
    return lambda_handler(
        {
            "httpMethod": "GET",
            "resource": "/page" if file is None else "/page/{file}",
            "pathParameters": None if file is None else {"file": file},
            "headers": {name.replace("_", "-"): value for name, value in headers.items()} or None,
        },
        None,
    )


def test_the_page_is_the_index() -> None:
    response = get()

    assert response["statusCode"] == 200
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert response["body"] == (STATIC / "index.html").read_text(encoding="utf-8")


def test_every_static_file_is_handed_out_with_its_type() -> None:
    for path in STATIC.iterdir():
        if path.name != "index.html":
            response = get(path.name)
            assert response["statusCode"] == 200
            assert response["headers"]["Content-Type"] == CONTENT_TYPES[path.suffix]
            assert response["body"].encode() == path.read_bytes()


def test_every_address_in_the_index_leads_to_a_file() -> None:
    addresses = re.findall(r'(?:href|src)="([^"]+)"', get()["body"])

    assert addresses
    for address in addresses:
        folder, _, name = address.partition("/")
        assert folder == "page"
        assert get(name)["statusCode"] == 200


def test_every_module_that_a_script_imports_is_handed_out() -> None:
    for file in FILES.values():
        for address in re.findall(r"""(?:from |import\()["']\./([^"']+)["']""", file.plain.body):
            assert get(address)["statusCode"] == 200, address


@pytest.mark.parametrize(
    "name",
    ["nothing.js", "../handler.py", "..%2fhandler.py", "/etc/passwd", "", ".", "index.html", "\0"],
)
def test_what_is_no_static_file_is_not_found(name: str) -> None:
    response = get(name)

    assert response["statusCode"] == 404
    assert response["headers"]["Content-Type"] == "application/problem+json"
    problem = json.loads(response["body"])
    assert problem["status"] == 404
    assert set(problem) == {"type", "title", "status", "detail"}
    assert "handler" not in problem["detail"]


def test_every_file_is_sent_compressed_to_whoever_takes_that() -> None:
    for path in STATIC.iterdir():
        name = None if path.name == "index.html" else path.name
        response = get(name, accept="*/*", accept_encoding="br, GZip;q=0.8, *;q=0.1")

        assert response["headers"]["Content-Encoding"] == "gzip"
        assert response["isBase64Encoded"] is True
        assert gzip.decompress(base64.b64decode(response["body"])) == path.read_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "*/*"},
        {"accept": "*/*", "accept_encoding": "br"},
        {"accept": "*/*", "accept_encoding": "gzip;q=0"},
        {"accept": "*/*", "accept_encoding": "gzip;q=0.000, br"},
        {"accept": "*/*", "accept_encoding": "gzip;q=much"},
        {"accept": "*/*", "accept_encoding": ""},
        # Who accepts nothing in particular would be handed the base64 itself.
        {"accept_encoding": "gzip"},
    ],
)
def test_who_does_not_take_gzip_is_sent_the_file_as_it_stands(headers: dict[str, str]) -> None:
    response = get("style.css", **headers)

    assert "Content-Encoding" not in response["headers"]
    assert response["isBase64Encoded"] is False
    assert response["body"].encode() == (STATIC / "style.css").read_bytes()


def test_a_file_has_an_etag_of_its_own_in_each_encoding() -> None:
    plain = get("style.css", accept="*/*")["headers"]
    small = get("style.css", accept="*/*", accept_encoding="gzip")["headers"]

    assert plain["ETag"] != small["ETag"]
    assert plain["Vary"] == small["Vary"] == "Accept-Encoding"
    known = get("style.css", accept="*/*", accept_encoding="gzip", if_none_match=small["ETag"])
    assert known["statusCode"] == 304
    assert known["headers"]["Vary"] == "Accept-Encoding"
    other = get("style.css", accept="*/*", accept_encoding="gzip", if_none_match=plain["ETag"])
    assert other["statusCode"] == 200


def test_what_starts_twice_sends_the_same_bytes() -> None:
    assert read_files(STATIC) == FILES


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_file_is_told_so_without_sending_it(form: str) -> None:
    etag = get("style.css")["headers"]["ETag"]

    response = get("style.css", if_none_match=form.format(etag))

    assert response["statusCode"] == 304
    assert response["body"] == ""
    assert response["headers"]["ETag"] == etag


def test_who_has_another_file_is_sent_this_one() -> None:
    assert get("style.css", if_none_match='"other"', accept="*/*")["statusCode"] == 200
    assert get("style.css", accept="*/*")["statusCode"] == 200


def test_a_browser_asks_each_time_whether_its_copy_is_still_right() -> None:
    assert get()["headers"]["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", [None, "style.css", "app.js", "icon.svg", "nothing.js"])
def test_every_answer_says_that_it_is_what_it_says_and_the_pages_own(name: str | None) -> None:
    headers = get(name)["headers"]

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"]


@pytest.mark.parametrize("name", [None, "icon.svg", "nothing.js"])
def test_everything_that_can_be_a_document_carries_a_policy(name: str | None) -> None:
    headers = get(name)["headers"]

    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_file_of_an_undecided_type_stops_the_function_at_its_start(tmp_path: Path) -> None:
    (tmp_path / "notes.exe").write_text("x", encoding="utf-8")

    with pytest.raises(KeyError, match=r"\.exe"):
        read_files(tmp_path)


def test_the_description_of_the_api_is_handed_out_as_it_stands() -> None:
    response = lambda_handler({"resource": "/openapi.json", "headers": None}, None)

    assert response["statusCode"] == 200
    assert response["headers"]["Content-Type"] == "application/json"
    assert json.loads(response["body"]) == description(), "run `make openapi`"
