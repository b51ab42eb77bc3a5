"""The functions' environment, read once and validated.

A setting of the whole stack that is wrong stops the function with a sentence (the template refuses
it before that). A wrong setting of the default connection becomes that connection's problem, which
its status shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.adapters.mediamosa.times import LocalTimes
from mediamosa_sync.domain.connection import (
    DEFAULT_PAGE_SIZE,
    DEFAULT_TIME_ZONE,
    Connection,
    InvalidConfiguration,
    check_url,
    page_size_of,
)
from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.domain.transitions import Rules


def tables_of(environment: Mapping[str, str]) -> Tables:
    """The names of the tables. Raises :class:`InvalidConfiguration`.

    A function that touches no record has no ``MEDIA_TABLE``.
    """
    return Tables(
        media=environment.get("MEDIA_TABLE", ""),
        sync=required(environment, "SYNC_TABLE"),
        media_key=environment.get("MEDIA_KEY") or "media_id",
    )


def settings_of(environment: Mapping[str, str]) -> Settings:
    """What of the network may be called, and how fast; 0 requests per second mean no limit.

    Raises:
        InvalidConfiguration: the limit is no number.
    """
    hosts = environment.get("ALLOWED_HOSTS", "").split(",")
    return Settings(
        allowed_hosts=frozenset(host.strip().lower() for host in hosts if host.strip()),
        allow_http=environment.get("ALLOW_HTTP", "false").lower() == "true",
        requests_per_second=_number(environment, "REQUESTS_PER_SECOND", "5") or math.inf,
        deadline_seconds=_number(environment, "DEADLINE_SECONDS", "20"),
    )


def rules_of(environment: Mapping[str, str]) -> Rules:
    """When runs begin, and how much they may delete. Raises :class:`InvalidConfiguration`."""
    return Rules(
        full_every=timedelta(hours=_number(environment, "FULL_EVERY_HOURS", "24")),
        overlap=timedelta(seconds=_number(environment, "OVERLAP_SECONDS", "120")),
        guard=Guard(
            # Fewer than one whole deletion is none.
            most=math.floor(_number(environment, "MAX_DELETIONS", "10")),
            percent=_number(environment, "MAX_DELETION_PERCENT", "5"),
        ),
        retention=timedelta(days=_number(environment, "RETENTION_DAYS", "30")),
    )


def steps_per_tick_of(environment: Mapping[str, str]) -> int:
    """How many steps of a connection one tick does at the most.

    Raises:
        InvalidConfiguration: it is no number.
    """
    return max(math.floor(_number(environment, "MAX_STEPS_PER_TICK", "1")), 1)


def check_time_zone(name: str) -> None:
    """Refuse what is no zone of the tz database. Raises :class:`InvalidConfiguration`."""
    LocalTimes(name)


def default_connection(environment: Mapping[str, str], settings: Settings) -> Connection:
    """The connection that the stack's parameters name; what is wrong with it is its ``problem``.

    Raises:
        InvalidConfiguration: the parameters do not even name one.
    """
    url = required(environment, "DEFAULT_URL").strip()
    user_name = required(environment, "DEFAULT_USER_NAME").strip()
    problem, page_size = "", DEFAULT_PAGE_SIZE
    try:
        check_url(url, allow_http=settings.allow_http)
        page_size = page_size_of(environment.get("DEFAULT_PAGE_SIZE") or str(DEFAULT_PAGE_SIZE))
    except InvalidConfiguration as error:
        problem = str(error)
    return Connection(
        url=url,
        user_name=user_name,
        secret_arn=required(environment, "DEFAULT_SECRET_ARN"),
        time_zone=environment.get("DEFAULT_TIME_ZONE") or DEFAULT_TIME_ZONE,
        page_size=page_size,
        problem=problem,
    )


def required(environment: Mapping[str, str], name: str) -> str:
    """A setting that must be there. Raises :class:`InvalidConfiguration`."""
    value = environment.get(name, "")
    if not value:
        raise InvalidConfiguration(
            f"The environment variable {name} is not set: deploy the stack with its template."
        )
    return value


def _number(environment: Mapping[str, str], name: str, default: str) -> float:
    text = environment.get(name) or default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise InvalidConfiguration(
            f"The environment variable {name} is {text[:20]!r}: it must be a number, 0 or more."
        )
    return number
