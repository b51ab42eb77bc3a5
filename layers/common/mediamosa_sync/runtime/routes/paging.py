"""Parts of long lists: how many rows, and from where on."""

from __future__ import annotations

import base64
import re
import zlib

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import InvalidRequest

DEFAULT_LIMIT, MAX_LIMIT = 20, 100

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,1500}")
"""A position is a sort key at the longest, of 1,024 bytes (AWS: "Service quotas")."""

CHECKSUM = 4
"""Bytes."""


def limit_of(event: APIGatewayProxyEvent) -> int:
    """How many rows are asked for. Raises :class:`InvalidRequest`."""
    given = event.query_string_parameters.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= MAX_LIMIT:
        raise InvalidRequest(f"The parameter limit must be a whole number from 1 to {MAX_LIMIT}.")
    return int(given)


def position_of(event: APIGatewayProxyEvent, name: str) -> str:
    """The position after which the list *name* is to go on, "" for its beginning.

    Raises:
        InvalidRequest: the token is none that :func:`token_of` has made for this list.
    """
    given = event.query_string_parameters.get("next", "")
    if not given:
        return ""
    told, _, position = _decoded(given).partition(" ")
    if told != name or not position:
        raise InvalidRequest(
            f"The parameter next is no token of this list: take it from an answer of {name}."
        )
    return position


def token_of(name: str, position: str | None) -> str | None:
    """The token of *position* in the list *name*; None for its end."""
    if position is None:
        return None
    text = f"{name} {position}".encode()
    return base64.urlsafe_b64encode(_checksum(text) + text).decode().rstrip("=")


def page(name: str, portion: Portion) -> dict[str, object]:
    """A part of the list *name* as the API gives it."""
    return {"items": portion.items, "next": token_of(name, portion.next)}


def _decoded(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        return ""
    padding = "=" * (-len(token) % 4)
    try:
        whole = base64.urlsafe_b64decode(token + padding)
        checksum, text = whole[:CHECKSUM], whole[CHECKSUM:]
        return text.decode() if checksum == _checksum(text) else ""
    except ValueError:
        return ""


def _checksum(text: bytes) -> bytes:
    """A token that was cut short would else lead to another place of its list."""
    return zlib.crc32(text).to_bytes(CHECKSUM, "big")
