"""Every call to DynamoDB: how long it may take, how often it is made, what its errors become."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from mediamosa_sync.adapters.dynamodb.attributes import Plain, item_from_wire, item_to_wire
from mediamosa_sync.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")

Reason = Mapping[str, Any]
"""``Code``, ``Message`` and, if it was asked for, ``Item`` of one action of a transaction."""

KEYS_PER_READ = 100
"""AWS: BatchGetItem takes at most so many keys."""

WORTH_ANOTHER_TRY = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Error codes that say nothing against the request itself."""

CANCELLED_FOR_NOW = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
"""Cancellation reasons that say nothing against the action itself."""

NOT_CANCELLED = "None"
"""Reason code of an action that was not the cause."""

CONDITION_FAILED = "ConditionalCheckFailed"
"""Reason code of an action whose condition did not hold."""

_SERVER_ERROR = 500


def dynamodb_client() -> DynamoDBClient:
    """A client of the account, region and endpoint that the environment names.

    botocore repeats a request whose answer was lost, at most twice. Beyond that, and what
    :class:`Calls` tries, a lost answer is an unknown outcome: ``StoreUnavailable``, and the next
    step reads what stands.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return boto3.client("dynamodb", config=config)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something contended or throttled is tried, and how long in between.

    Attributes:
        tries: at most so many.
        first_seconds, longest_seconds: the pause may be that long after the first try, doubles
            after each further one, and stops growing there.
        sleep: waits for so many seconds.
        chance: a number from 0 to 1: the share of the pause that is taken, so that two who got in
            each other's way do not meet again.
    """

    tries: int = 8
    first_seconds: float = 0.05
    longest_seconds: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def attempts(self) -> Iterator[int]:
        """Number the tries from 1, with a pause before each but the first."""
        for attempt in range(self.tries):
            if attempt:
                longest = min(self.first_seconds * 2 ** (attempt - 1), self.longest_seconds)
                self.sleep(longest * self.chance())
            yield attempt + 1


class Calls:
    """Calls with patience; whatever still fails becomes a :class:`StoreError`.

    Attributes:
        client: for calls that are made through :meth:`patiently`.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        patience: Patience,
        *,
        new_token: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        """*new_token*: one for each transaction, of at most 36 characters."""
        self.client = client
        self._patience = patience
        self._new_token = new_token

    def attempts(self) -> Iterator[int]:
        """Tries with pauses, for what is answered only in part."""
        return self._patience.attempts()

    def patiently(self, doing: str, call: Callable[[], T]) -> T:
        """The answer of *call*, tried again while DynamoDB is merely busy.

        Parameters:
            doing: what the call does, for people: "read the links".

        Raises:
            StoreUnavailable: busy beyond patience, or not reached.
            StoreError: DynamoDB refuses.
        """
        for _ in self._patience.attempts():
            try:
                return call()
            except ClientError as exc:
                if not is_busy(exc):
                    raise refused(exc, doing) from exc
            except BotoCoreError as exc:
                raise not_asked(exc, doing) from exc
        raise busy(doing)

    def transaction(self, actions: Sequence[Any]) -> Callable[[], None]:
        """A call that writes *actions* all together or not at all, to be made :meth:`patiently`.

        Made again after an answer was lost it is the same transaction: what has taken effect is
        answered as done (AWS, TransactWriteItems: the same ``ClientRequestToken``, for ten
        minutes). What was cancelled has had no effect, and is a new one.
        """
        token = self._new_token()

        def write() -> None:
            nonlocal token
            try:
                self.client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
            except ClientError as exc:
                if reasons_of(exc):
                    token = self._new_token()
                raise

        return write

    def read(self, doing: str, table: str, keys: Sequence[Plain]) -> Iterator[Plain]:
        """The items of distinct *keys* that exist, read consistently, in no particular order.

        Whole items: DynamoDB charges for them also where only some attributes are asked for.
        """
        wire = [item_to_wire(key) for key in keys]
        for start in range(0, len(wire), KEYS_PER_READ):
            for item in self._portion(doing, table, wire[start : start + KEYS_PER_READ]):
                yield item_from_wire(item)

    def _portion(
        self, doing: str, table: str, keys: list[dict[str, Any]]
    ) -> Iterator[Mapping[str, Any]]:
        for _ in self._patience.attempts():
            asked = {table: {"Keys": keys, "ConsistentRead": True}}
            answer = self._batch(doing, asked)
            yield from answer["Responses"].get(table, [])
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not left:
                return
            if len(left) < len(keys):
                # One answer holds at most 16 MB: going on is no sign of trouble.
                yield from self._portion(doing, table, left)
                return
        raise busy(doing)

    def _batch(self, doing: str, asked: dict[str, Any]) -> Mapping[str, Any]:
        return self.patiently(doing, lambda: self.client.batch_get_item(RequestItems=asked))


def is_busy(error: ClientError) -> bool:
    """Whether the same request may succeed in a moment."""
    reasons = {reason.get("Code", NOT_CANCELLED) for reason in reasons_of(error)}
    if reasons:
        return reasons <= {*CANCELLED_FOR_NOW, NOT_CANCELLED}
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in WORTH_ANOTHER_TRY or status >= _SERVER_ERROR


def reasons_of(error: ClientError) -> Sequence[Reason]:
    """Why a transaction was cancelled: one reason for each of its actions; else none at all."""
    # botocore puts them beside the error; its types do not say so.
    response: Mapping[str, Any] = {**error.response}
    reasons: Sequence[Reason] = response.get("CancellationReasons", ())
    return reasons


def condition_failed(error: ClientError) -> bool:
    """Whether a condition did not hold: that of a single write, or any of a transaction's."""
    failed = any(reason.get("Code") == CONDITION_FAILED for reason in reasons_of(error))
    return failed or code_of(error) == "ConditionalCheckFailedException"


def standing_of(error: ClientError) -> Mapping[str, Any]:
    """The item as it stands, in the API's form, where a single write's condition asked for it."""
    # botocore puts it beside the error; its types do not say so.
    response: Mapping[str, Any] = {**error.response}
    item: Mapping[str, Any] = response.get("Item", {})
    return item


def was_repeated(error: ClientError) -> bool:
    """Whether botocore made the request more than once: an earlier one may have taken effect."""
    return error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0


def is_too_large(message: str | None) -> bool:
    """Whether DynamoDB says that an item would be larger than 400 KB."""
    return (message or "").startswith("Item size")


def speaks_of_size(error: ClientError) -> bool:
    """Whether an item, whichever, would be larger than 400 KB."""
    told = [message_of(error), *(reason.get("Message") for reason in reasons_of(error))]
    return any(map(is_too_large, told))


def code_of(error: ClientError) -> str:
    """The error code, as ``ThrottlingException``."""
    return error.response.get("Error", {}).get("Code", "")


def message_of(error: ClientError) -> str:
    """The server's explanation."""
    return error.response.get("Error", {}).get("Message", "")


def busy(doing: str) -> StoreUnavailable:
    """DynamoDB was asked as often as patience allows."""
    return StoreUnavailable(
        f"DynamoDB was too busy to {doing}: the next step tries again by itself."
    )


def refused(error: ClientError, doing: str) -> StoreError:
    """DynamoDB answered with an error that trying again would not mend."""
    explanation = message_of(error).partition("\n")[0][:200].rstrip(".")
    return StoreError(
        f"DynamoDB refused to {doing} ({code_of(error)}: {explanation}): check that the table is "
        "there and that the function's role may use it."
    )


def not_asked(error: BotoCoreError, doing: str) -> StoreError:
    """No answer came, or the request could not even be made."""
    if isinstance(error, NotConnected | HTTPClientError):
        return StoreUnavailable(
            f"DynamoDB did not answer when asked to {doing}: the next step tries again by itself."
        )
    return StoreError(
        f"DynamoDB could not be asked to {doing} ({type(error).__name__}): check the region and "
        "the credentials of the function."
    )
