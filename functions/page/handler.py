"""Hand out the sync page and the API's description: public, static, without any data.

Everything is read and compressed once, when the function starts; what is not in that table does not
exist. So no address that a caller makes up ever reaches the file system.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

STATIC = Path(__file__).with_name("static")

# What stands at /page itself. Its addresses are relative to that, so it is nowhere else.
INDEX = "index.html"

# A file of any other type stops the function at its start: its type is decided here, not guessed.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# OWASP Secure Headers. Of everything that is handed out:
SECURITY_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}

# Of what a browser can show by itself, so that it is a document with rules of its own. Metadata and
# server messages on the page are hostile text: no script, style, frame or address but the page's
# own is ever loaded.
DOCUMENT_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
PARTS_OF_A_DOCUMENT = {CONTENT_TYPES[".css"], CONTENT_TYPES[".js"]}

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One file in one encoding: the body as Lambda gives it to API Gateway, its ETag (quoted).

    API Gateway takes text, or base64 of any bytes, which it decodes (`BinaryMediaTypes`).
    """

    body: str
    is_base64: bool
    etag: str


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent: its content type, as it stands, and smaller."""

    content_type: str
    plain: Encoded
    gzipped: Encoded


def read_files(folder: Path) -> dict[str, StaticFile]:
    """Return the files of a folder by their names.

    Raises:
        KeyError: a file has a suffix without a content type.
    """
    return {path.name: read_file(path) for path in sorted(folder.iterdir())}


def read_file(path: Path) -> StaticFile:
    """Return one file. Raises :class:`KeyError` for a suffix without a content type."""
    content_type = CONTENT_TYPES[path.suffix]
    content = path.read_bytes()
    # No time in it: what starts tomorrow sends the same bytes under the same ETag.
    small = gzip.compress(content, mtime=0)
    return StaticFile(
        content_type=content_type,
        plain=Encoded(content.decode("utf-8"), is_base64=False, etag=_etag(content)),
        gzipped=Encoded(base64.b64encode(small).decode("ascii"), is_base64=True, etag=_etag(small)),
    )


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


FILES = read_files(STATIC)

# Made of infra/openapi.yaml by `make openapi`; a test holds the two equal.
DESCRIPTION = read_file(Path(__file__).with_name("openapi.json"))


def lambda_handler(event: dict[str, Any], _context: object) -> Response:
    """Answer ``GET /page``, ``/page/{file}`` and ``/openapi.json`` (REST API proxy integration).

    Returns:
        200 with the file, 304 if the caller has it already, 404 as problem details.
    """
    file = _asked_for(event)
    if file is None:
        return _not_found()
    asked = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    gzipped = _takes_gzip(asked)
    encoded = file.gzipped if gzipped else file.plain
    headers = {"Cache-Control": "no-cache", "ETag": encoded.etag, "Vary": "Accept-Encoding"}
    if _has_it(asked, encoded):
        return _response(HTTPStatus.NOT_MODIFIED, headers)
    headers |= {"Content-Type": file.content_type}
    headers |= {"Content-Encoding": "gzip"} if gzipped else {}
    return _response(HTTPStatus.OK, headers, encoded.body, is_base64=encoded.is_base64)


def _asked_for(event: dict[str, Any]) -> StaticFile | None:
    if event.get("resource") == "/openapi.json":
        return DESCRIPTION
    name = (event.get("pathParameters") or {}).get("file")
    if name is None:
        return FILES[INDEX]
    return None if name == INDEX else FILES.get(name)


def _takes_gzip(asked: dict[str, str]) -> bool:
    """Tell whether the caller takes gzip (RFC 9110, Accept-Encoding), and gets its bytes decoded.

    An API Gateway decodes base64 for whoever accepts a binary type, so that a caller who does not
    say what it accepts could be handed the base64 itself: it gets text.
    """
    offered = (part.partition(";") for part in asked.get("accept-encoding", "").split(","))
    weights = {name.strip().lower(): quality.strip() for name, _, quality in offered}
    weight = weights.get("gzip", "q=0").removeprefix("q=") or "1"
    return "accept" in asked and _number(weight) > 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _has_it(asked: dict[str, str], encoded: Encoded) -> bool:
    """Tell whether the caller's copy is this one (RFC 9110, If-None-Match: weak comparison)."""
    tags = {tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")}
    return bool(tags & {encoded.etag, "*"})


def _not_found() -> Response:
    problem = {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": HTTPStatus.NOT_FOUND,
        "detail": "There is no such file: the sync page is at the address that ends in /page.",
    }
    headers = {"Cache-Control": "no-store", "Content-Type": "application/problem+json"}
    return _response(HTTPStatus.NOT_FOUND, headers, json.dumps(problem))


def _response(
    status: HTTPStatus, headers: dict[str, str], body: str = "", *, is_base64: bool = False
) -> Response:
    part = headers.get("Content-Type") in PARTS_OF_A_DOCUMENT
    return {
        "statusCode": int(status),
        "headers": SECURITY_HEADERS | ({} if part else DOCUMENT_HEADERS) | headers,
        "body": body,
        "isBase64Encoded": is_base64,
    }
