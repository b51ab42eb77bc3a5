"""A request to every route, which is carried out for who may: about the connection of ``seed``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mediamosa_sync.domain.connection import Connection
from tests.functions import seed
from tests.functions.conftest import URL, USER_NAME
from tests.functions.gateway import Request
from tests.openapi.description import description

CONNECTION_ID = Connection(URL, USER_NAME, "").connection_id

VALUES = {
    "connection_id": CONNECTION_ID,
    "asset_id": seed.REMOVED,
    "conflict_id": seed.CONFLICTS[-1].conflict_id,
    "file": "app.js",
}

BODIES: Mapping[str, object] = {
    "addConnection": {"url": URL, "user_name": "another", "password": "s3cret-key"},
    "changeConnection": {"policies": {"on_trash": "keep"}},
    "pauseConnection": {"direction": "pull"},
    "resumeConnection": {"direction": "push"},
    "approveHeld": {"token": seed.HELD_TOKEN},
    "rejectHeld": {"token": seed.HELD_TOKEN},
    "retryParked": {"asset_ids": [seed.PARKED]},
    "discardParked": {"asset_ids": [seed.PARKED]},
    "replaceRules": {"fields": [{"name": "title", "direction": "pull"}]},
    "planRun": {},
}
"""By operationId; what is not named takes none."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path of the description."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The operationId."""
        return str(self.described["operationId"])

    @property
    def public(self) -> bool:
        """Whether no token is needed."""
        return self.described.get("security") == []

    @property
    def acts(self) -> bool:
        """Whether it is more than a look."""
        return self.method != "GET"

    def request(self, token: str | None = None) -> Request:
        """The request, with a token or without one."""
        body = BODIES.get(self.name)
        return Request(
            method=self.method,
            path=self.path.format(**VALUES),
            headers={} if token is None else {"Authorization": f"Bearer {token}"},
            body=None if body is None else json.dumps(body),
        )


def operations() -> Iterator[Operation]:
    """Every route of the description."""
    for path, item in description()["paths"].items():
        for method, described in item.items():
            if method != "parameters":
                yield Operation(method.upper(), path, described)
