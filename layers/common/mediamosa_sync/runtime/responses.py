"""Answers of the API: JSON with an ETag, and problem details (RFC 9457) with a stable type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from mediamosa_sync.service.refusals import Refusal

# An answer is data, never a document. Nobody keeps it, since metadata may stand in it: only what
# has an ETag may be kept by who asked, who asks each time whether it still holds.
HEADERS: dict[str, str | list[str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Problem(Enum):
    """The kinds of problems that a client can tell apart: slug, title and HTTP status."""

    BAD_REQUEST = ("bad-request", "Bad request", HTTPStatus.BAD_REQUEST)
    UNAUTHORIZED = ("unauthorized", "Unauthorized", HTTPStatus.UNAUTHORIZED)
    FORBIDDEN = ("forbidden", "Forbidden", HTTPStatus.FORBIDDEN)
    NOT_FOUND = ("not-found", "Not found", HTTPStatus.NOT_FOUND)
    CONNECTION_NOT_FOUND = (
        "connection-not-found",
        "Connection not found",
        HTTPStatus.NOT_FOUND,
    )
    REMOVED_NOT_FOUND = (
        "removed-not-found",
        "Removed record not found",
        HTTPStatus.NOT_FOUND,
    )
    CONFLICT_NOT_FOUND = ("conflict-not-found", "Conflict not found", HTTPStatus.NOT_FOUND)
    CONNECTION_EXISTS = ("connection-exists", "Connection exists", HTTPStatus.CONFLICT)
    STACK_OWNED = ("stack-owned", "Owned by the stack", HTTPStatus.CONFLICT)
    NOTHING_HELD = ("nothing-held", "Nothing held", HTTPStatus.CONFLICT)
    HELD_CHANGED = ("held-changed", "Held deletions changed", HTTPStatus.CONFLICT)
    HELD_DECIDED = ("held-decided", "Held deletions decided", HTTPStatus.CONFLICT)
    RECORD_EXISTS = ("record-exists", "Record exists", HTTPStatus.CONFLICT)
    PROPERTY_NOT_PUSHED = ("property-not-pushed", "Property not pushed", HTTPStatus.CONFLICT)
    RECORD_NOT_TIED = ("record-not-tied", "Record not tied", HTTPStatus.CONFLICT)
    PROPERTY_CHANGED = ("property-changed", "Property changed", HTTPStatus.CONFLICT)
    PROPERTIES_NOT_READ = ("properties-not-read", "Properties not read", HTTPStatus.CONFLICT)
    CONNECTION_UNUSABLE = ("connection-unusable", "Connection unusable", HTTPStatus.CONFLICT)
    PLAN_TOO_LARGE = ("plan-too-large", "Plan too large", HTTPStatus.CONFLICT)
    INTERNAL = ("internal", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR)
    UNAVAILABLE = ("unavailable", "Unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
    MEDIAMOSA_UNAVAILABLE = (
        "mediamosa-unavailable",
        "MediaMosa unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    TIMEOUT = ("timeout", "Timeout", HTTPStatus.GATEWAY_TIMEOUT)


_BY_SLUG = {kind.value[0]: kind for kind in Problem}


def problem(kind: Problem, detail: str) -> Response[str]:
    """A problem; *detail* is one sentence for people: what is wrong and what to do."""
    slug, title, status = kind.value
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    return Response(status, "application/problem+json", json.dumps(body), headers=HEADERS)


def refused(refusal: Refusal) -> Response[str]:
    """The problem that *refusal* is."""
    return problem(_BY_SLUG[refusal.slug], str(refusal))


def answer(
    body: object, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """*body* as JSON."""
    return Response(
        status, "application/json", json.dumps(body), headers={**HEADERS, **(headers or {})}
    )


def tagged(body: object, if_none_match: str) -> Response[str]:
    """*body* as JSON with its ETag; 304 without a body if the client has it already.

    Parameters:
        if_none_match: the header of that name, "" without one: tags, weak ones too, or ``*``.
    """
    text = json.dumps(body)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {**HEADERS, "Cache-Control": "private, no-cache", "ETag": tag}
    # Weak comparison, as RFC 9110 wants it for this header.
    given = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    if tag in given or if_none_match.strip() == "*":
        return Response(HTTPStatus.NOT_MODIFIED, "application/json", "", headers=headers)
    return Response(HTTPStatus.OK, "application/json", text, headers=headers)
