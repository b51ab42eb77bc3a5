"""A client of DynamoDB whose answers a test gives in order, and what a failed call looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.record_store import DynamoDBRecordStore
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore

NONE = {"Code": "None"}
CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
THROTTLED = {"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity"}
FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
TOO_LARGE = {"Code": "ValidationError", "Message": "Item size to update has exceeded the maximum"}


def error(code: str, message: str = "", status: int = 400, **beside: object) -> ClientError:
    """An error answer of DynamoDB."""
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **beside,
    }
    return ClientError(response, "Operation")


def cancelled(*reasons: dict[str, Any]) -> ClientError:
    """A cancelled transaction, with a reason for each of its actions."""
    return error("TransactionCanceledException", CancellationReasons=list(reasons))


Answer = BaseException | dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class ScriptedClient:
    """A client whose answers are given in order; the last one stays.

    Attributes:
        asked: the requests it has got.
    """

    answers: Sequence[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def _answer(self, **request: Any) -> dict[str, Any]:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(request)
        if isinstance(answer, BaseException):
            raise answer
        return answer(request) if callable(answer) else answer

    transact_write_items = update_item = put_item = delete_item = _answer
    batch_get_item = get_item = query = batch_write_item = scan = _answer


@dataclass(slots=True)
class Scripted:
    """The adapter over a scripted client."""

    client: ScriptedClient
    sync: DynamoDBSyncStore
    media: DynamoDBRecordStore


Make = Callable[..., Scripted]


def refusal(item: dict[str, Any]) -> ClientError:
    """A failed condition of a single write, with what stands."""
    return error("ConditionalCheckFailedException", Item=item_to_wire(item))


def repeated(refused: ClientError) -> ClientError:
    """*refused* as the answer to botocore's second request, the first one's being lost."""
    refused.response["ResponseMetadata"]["RetryAttempts"] = 1
    return refused
