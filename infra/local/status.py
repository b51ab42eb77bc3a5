"""The state of the sync, asked of its own public API as any client asks it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from infra.local.loopback import Answer, request

# A status as infra/openapi.yaml describes it.
Status = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatusApi:
    """The API of a stack, with a token for it."""

    url: str
    token: str

    def statuses(self) -> list[Status]:
        """Return the status of every connection; none while the API does not answer with them."""
        try:
            answer = self._call("GET", "/connections")
        except OSError:
            return []
        if answer.status != HTTPStatus.OK:
            return []
        items: list[Status] = answer.json["items"]
        return items

    def status(self, connection_id: str) -> Status | None:
        """Return the status of one connection; None if the API does not answer with it."""
        found = (item for item in self.statuses() if item["connection_id"] == connection_id)
        return next(found, None)

    def restart(self, connection_id: str) -> Answer:
        """Press restart. Raises OSError: the API was not reached."""
        return self._call("POST", f"/connections/{connection_id}/restart")

    def _call(self, method: str, path: str) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return request(f"{self.url}{path}", method=method, headers=headers)
