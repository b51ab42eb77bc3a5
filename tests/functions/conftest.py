"""The functions as Lambda calls them, over moto: tables, schedule and environment as deployed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import _lru_cache_wrapper

import boto3
import pytest
from moto import mock_aws

from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.runtime import (
    compose_control,
    compose_secrets,
    compose_servers,
    compose_step,
    compose_stores,
)
from tests.adapters.dynamodb.tables import create_tables

URL, USER_NAME = "https://mediamosa.example.org", "editor"

CACHES: tuple[_lru_cache_wrapper[object], ...] = (
    compose_stores._calls,
    compose_stores.sync_store,
    compose_stores.record_store,
    compose_step.step_ports,
    compose_servers.open_server,
    compose_control.use_cases,
    compose_secrets.secret_store,
)


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What handlers read of Lambda's context."""

    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id: str = "3c2e8c66-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """As Lambda's, at the start of an invocation."""
        return 60_000


@pytest.fixture
def context() -> LambdaContext:
    return LambdaContext()


@pytest.fixture(scope="session", autouse=True)
def boto_session() -> None:
    """One boto3 session for all: most of a cold start is to read the services' descriptions."""
    boto3.setup_default_session()


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncStore]:
    """The environment of the functions, and the sync table behind them."""
    with deployed(monkeypatch) as store:
        yield store


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncStore]:
    """As the fixture ``stack``, for as long as one likes."""
    settings = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "MEDIA_TABLE": "media",
        "SYNC_TABLE": "sync",
        "SCHEDULE_NAME": "tick",
        "SECRET_PREFIX": "sync/connections",
        "STEP_FUNCTION": "sync-step",
        "DEFAULT_URL": URL,
        "DEFAULT_USER_NAME": USER_NAME,
        "DEFAULT_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mm",
        "REQUESTS_PER_SECOND": "0",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "DEFAULT_PAGE_SIZE", "DEFAULT_TIME_ZONE"):
        monkeypatch.delenv(name, raising=False)
    _forget()
    with mock_aws(config={"core": {"reset_boto3_session": False}}):
        create_tables(boto3.client("dynamodb"), Tables(media="media", sync="sync"))
        boto3.client("scheduler").create_schedule(
            Name="tick",
            ScheduleExpression="rate(1 minute)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": "arn:aws:states:eu-west-1:123456789012:stateMachine:sync",
                "RoleArn": "arn:aws:iam::123456789012:role/tick",
            },
        )
        yield compose_stores.sync_store()
    _forget()


@pytest.fixture
def connection(stack: SyncStore) -> Connection:
    """The default connection, written down."""
    known = Connection(URL, USER_NAME, "arn")
    stack.put_connection(known)
    return known


def _forget() -> None:
    """A cold start: nothing that another test's functions kept is left."""
    for cache in CACHES:
        cache.cache_clear()
