"""A client of DynamoDB that is not answered when a history says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from botocore.exceptions import EndpointConnectionError

_WRITES = frozenset(
    {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item"}
)


class Disturbance(Enum):
    """What becomes of the requests of one call of a port."""

    NONE = "none"
    UNREACHED = "unreached"
    """No request reaches DynamoDB."""
    UNANSWERED = "unanswered"
    """What is written takes effect, and its answer does not come."""


class DisturbedClient:
    """A client whose requests may fail; everything else of it is the client's.

    Attributes:
        disturbance: of the requests from now on.
        struck: whether one of them failed for it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.disturbance = Disturbance.NONE
        self.struck = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self._client, name)

        def made(*arguments: Any, **named: Any) -> Any:
            if self.disturbance is Disturbance.UNREACHED:
                raise self._failure()
            answer = call(*arguments, **named)
            if self.disturbance is Disturbance.UNANSWERED and name in _WRITES:
                raise self._failure()
            return answer

        return made

    def _failure(self) -> EndpointConnectionError:
        self.struck = True
        return EndpointConnectionError(endpoint_url="https://dynamodb.example.org")
