"""Hand out the sync page and the API's description: public, static, without any data.

Everything is read once, when the function starts; what is not in that table does not exist. So no
address that a caller makes up ever reaches the file system.
"""

from __future__ import annotations

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

# OWASP Secure Headers; metadata and server messages on the page are hostile text, so that no
# script, style, frame or address but the page's own is ever loaded.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent: its text, its content type and its ETag (quoted)."""

    text: str
    content_type: str
    etag: str


def read_files(folder: Path) -> dict[str, StaticFile]:
    """Return the files of a folder by their names.

    Raises:
        KeyError: a file has a suffix without a content type.
    """
    return {path.name: read_file(path) for path in sorted(folder.iterdir())}


def read_file(path: Path) -> StaticFile:
    """Return one file. Raises :class:`KeyError` for a suffix without a content type."""
    content = path.read_bytes()
    return StaticFile(
        text=content.decode("utf-8"),
        content_type=CONTENT_TYPES[path.suffix],
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )


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
    headers = {"Cache-Control": "no-cache", "ETag": file.etag}
    if _has_it(event, file):
        return _response(HTTPStatus.NOT_MODIFIED, "", headers)
    return _response(HTTPStatus.OK, file.text, headers | {"Content-Type": file.content_type})


def _asked_for(event: dict[str, Any]) -> StaticFile | None:
    if event.get("resource") == "/openapi.json":
        return DESCRIPTION
    name = (event.get("pathParameters") or {}).get("file")
    if name is None:
        return FILES[INDEX]
    return None if name == INDEX else FILES.get(name)


def _has_it(event: dict[str, Any], file: StaticFile) -> bool:
    """Tell whether the caller's copy is this one (RFC 9110, If-None-Match: weak comparison)."""
    for name, value in (event.get("headers") or {}).items():
        if name.lower() == "if-none-match":
            tags = {tag.strip().removeprefix("W/") for tag in value.split(",")}
            return bool(tags & {file.etag, "*"})
    return False


def _not_found() -> Response:
    problem = {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": HTTPStatus.NOT_FOUND,
        "detail": "There is no such file: the sync page is at the address that ends in /page.",
    }
    headers = {"Cache-Control": "no-store", "Content-Type": "application/problem+json"}
    return _response(HTTPStatus.NOT_FOUND, json.dumps(problem), headers)


def _response(status: HTTPStatus, body: str, headers: dict[str, str]) -> Response:
    return {"statusCode": int(status), "headers": SECURITY_HEADERS | headers, "body": body}
