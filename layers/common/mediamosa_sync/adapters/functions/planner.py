"""The port ``Planner`` over the step function: it is invoked, and its answer waited for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from mediamosa_sync.errors import PlannerTimedOut, PlannerUnavailable
from mediamosa_sync.ports import PlanAnswer, PlanQuestion

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

READ_TIMEOUT_SECONDS = 25
"""API Gateway waits for 29 seconds at most (AWS: "API Gateway quotas"); before, tables are read."""


def lambda_client() -> LambdaClient:
    """A client of the account, region and endpoint that the environment names.

    Nothing is tried again: there is no time for it, and the caller may do the same.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return boto3.client("lambda", config=config)


class LambdaPlanner:
    """The port ``Planner`` over one function."""

    def __init__(self, open_client: Callable[[], LambdaClient], function_name: str) -> None:
        """*open_client* gives the client; it is first called when it is needed: few calls are."""
        self._open_client = open_client
        self._function_name = function_name

    def plan(self, question: PlanQuestion) -> PlanAnswer:
        """Invoke the function, and wait for what it says.

        Raises:
            PlannerTimedOut: it did not answer in time.
            PlannerUnavailable: it was not reached, or failed.
        """
        answer = self._invoked(json.dumps(_event(question)))
        return PlanAnswer(
            answer.get("page"), answer.get("refusal") or "", answer.get("reason") or ""
        )

    def _invoked(self, event: str) -> dict[str, Any]:
        try:
            answer = self._open_client().invoke(
                FunctionName=self._function_name, InvocationType="RequestResponse", Payload=event
            )
            payload = answer["Payload"].read()
        except ReadTimeoutError as exc:
            raise PlannerTimedOut(_TOO_SLOW) from exc
        except ClientError as exc:
            code = exc.response.get("Error", {}).get("Code", "")
            raise PlannerUnavailable(
                f"The step function could not be asked for a plan ({code}): try again in a minute."
            ) from exc
        except BotoCoreError as exc:
            raise PlannerUnavailable(_NOT_REACHED) from exc
        if answer.get("FunctionError"):
            raise _failure(payload)
        told: dict[str, Any] = json.loads(payload)
        return told


_TOO_SLOW = "The step function did not answer in time: try the same again."
_NOT_REACHED = "The step function could not be reached: try again in a minute."
_FAILED = "The step function failed over the plan: its log says why."


def _failure(payload: bytes) -> PlannerUnavailable:
    """What became of the function, by its error."""
    return PlannerTimedOut(_TOO_SLOW) if b"timed out" in payload else PlannerUnavailable(_FAILED)


def _event(question: PlanQuestion) -> dict[str, object]:
    return {
        "connection_id": question.connection_id,
        "dry_run": {
            "at": question.at.isoformat(),
            "interval_seconds": question.interval_seconds,
            "full": question.full,
            "next": question.token,
        },
    }
