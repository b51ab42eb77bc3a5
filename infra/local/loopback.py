"""HTTP to a server on this machine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, a JSON object. Raises ValueError: it is no JSON."""
        content: dict[str, Any] = json.loads(self.body)
        return content


def request(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = ANSWER_SECONDS,
) -> Answer:
    """Make one request without a body. No proxy, no redirect, no retry.

    Raises:
        OSError: the server was not reached, or does not speak HTTP.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=timeout_seconds
    )
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, path, headers=dict(headers or {}))
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, response.read())
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url} does not speak HTTP: {error!r}") from error
    finally:
        connection.close()
