"""The step function behind its port: what is asked, and what becomes of every way of failing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from mediamosa_sync.adapters.functions.planner import (
    READ_TIMEOUT_SECONDS,
    LambdaPlanner,
    lambda_client,
)
from mediamosa_sync.errors import PlannerTimedOut, PlannerUnavailable
from mediamosa_sync.ports import PlanAnswer, PlanQuestion
from tests.functions.lambdas import Lambdas, lambdas

QUESTION = PlanQuestion("c" * 40, datetime(2026, 11, 23, 14, 5, tzinfo=UTC), 60.0)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    with lambdas("step", lambda _: {"page": {"kind": None}}) as service:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", service.url)
        yield service


def planner(name: str = "step") -> LambdaPlanner:
    return LambdaPlanner(lambda_client, name)


def test_a_page_is_asked_for_and_passed_on(service: Lambdas) -> None:
    assert planner().plan(QUESTION) == PlanAnswer({"kind": None})
    assert service.events == [
        {
            "connection_id": "c" * 40,
            "dry_run": {
                "at": "2026-11-23T14:05:00+00:00",
                "interval_seconds": 60.0,
                "full": False,
                "next": "",
            },
        }
    ]


def test_a_refusal_is_passed_on(service: Lambdas) -> None:
    service.function = lambda _: {"refusal": "bad-request", "reason": "Begin anew."}

    assert planner().plan(QUESTION) == PlanAnswer(None, "bad-request", "Begin anew.")


def test_a_function_that_is_not_there_is_told_with_the_error_code(service: Lambdas) -> None:
    with pytest.raises(PlannerUnavailable, match="ResourceNotFoundException"):
        planner("other").plan(QUESTION)
    assert service.events == []


@pytest.mark.parametrize(
    ("words", "error"), [("broken", PlannerUnavailable), ("Task timed out", PlannerTimedOut)]
)
def test_a_function_that_fails(
    service: Lambdas, words: str, error: type[PlannerUnavailable]
) -> None:
    def fails(_: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError(words)

    service.function = fails

    with pytest.raises(PlannerUnavailable) as raised:
        planner().plan(QUESTION)
    assert type(raised.value) is error
    assert len(service.events) == 1, "nothing is tried again"


def test_nobody_listens(service: Lambdas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9")

    with pytest.raises(PlannerUnavailable, match="could not be reached"):
        planner().plan(QUESTION)
    assert service.events == []


def test_a_function_that_takes_too_long(service: Lambdas) -> None:
    given_up = threading.Event()

    def slow(_: dict[str, Any]) -> dict[str, Any]:
        given_up.wait(30)
        return {}

    service.function = slow
    hasty = Config(read_timeout=0.1, retries={"mode": "standard", "total_max_attempts": 1})
    client = boto3.client("lambda", config=hasty)
    try:
        with pytest.raises(PlannerTimedOut):
            LambdaPlanner(lambda: client, "step").plan(QUESTION)
    finally:
        given_up.set()


def test_the_client_waits_less_than_api_gateway_does_and_asks_once() -> None:
    config: Any = lambda_client().meta.config

    assert config.read_timeout == READ_TIMEOUT_SECONDS < 29 - config.connect_timeout
    assert config.retries["total_max_attempts"] == 1
