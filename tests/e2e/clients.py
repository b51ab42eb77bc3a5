"""Clients of an engine's services, one of each kind: making one takes longer than its requests."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import boto3

from infra.local.engine import KEY_ID, REGION, SECRET_KEY

# A session is no business of two threads at a time; a client is.
_lock = threading.Lock()


def client(url: str, service: str) -> Any:
    """A client of a service of the engine at *url*, with the engine's root credentials."""
    with _lock:
        return _client(url, service)


@cache
def _session() -> boto3.Session:
    """One, since each reads the descriptions of the services anew."""
    return boto3.Session(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET_KEY, region_name=REGION
    )


@cache
def _client(url: str, service: str) -> Any:
    # The service's name decides the type, which a checker can tell of literals only.
    return _session().client(service, endpoint_url=url)  # type: ignore[call-overload]  # as said


@cache
def table(url: str, name: str) -> Any:
    """A table as boto3 has it for programs, with values in Python's types."""
    with _lock:
        return _session().resource("dynamodb", endpoint_url=url).Table(name)
