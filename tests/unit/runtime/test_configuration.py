"""The functions' environment."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.domain.deletion import Guard
from mediamosa_sync.domain.run import Execution
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.runtime.configuration import (
    check_time_zone,
    default_connection,
    rules_of,
    settings_of,
    steps_per_tick_of,
    tables_of,
)
from mediamosa_sync.runtime.events import execution_of

DEFAULT = {
    "DEFAULT_URL": " https://mm.example.org ",
    "DEFAULT_USER_NAME": " editor ",
    "DEFAULT_SECRET_ARN": "arn",
}


def test_tables_have_the_usual_key_unless_told_otherwise() -> None:
    environment = {"MEDIA_TABLE": "m", "SYNC_TABLE": "s"}
    assert tables_of(environment) == Tables("m", "s", "media_id")
    assert tables_of({**environment, "MEDIA_KEY": "id"}).media_key == "id"


def test_a_missing_table_is_told_with_its_name() -> None:
    with pytest.raises(InvalidConfiguration, match="SYNC_TABLE is not set: deploy the stack"):
        tables_of({})


def test_what_may_be_called_is_read_from_lists_and_switches() -> None:
    settings = settings_of({"ALLOWED_HOSTS": "A.example, b.example,", "ALLOW_HTTP": "true"})
    assert settings.allowed_hosts == {"a.example", "b.example"}
    assert settings.allow_http
    assert settings.requests_per_second == 5
    assert settings_of({"REQUESTS_PER_SECOND": "0"}).requests_per_second == math.inf


def test_rules_are_hours_and_seconds() -> None:
    assert rules_of({}) == Rules()
    told = rules_of({"FULL_EVERY_HOURS": "12", "OVERLAP_SECONDS": "0"})
    assert told == Rules(full_every=timedelta(hours=12), overlap=timedelta(0))


def test_rules_say_how_much_may_be_deleted() -> None:
    told = rules_of({"MAX_DELETIONS": "7.9", "MAX_DELETION_PERCENT": "2.5", "RETENTION_DAYS": "1"})
    assert told.guard == Guard(most=7, percent=2.5)
    assert told.retention == timedelta(days=1)


def test_a_time_zone_is_one_of_the_tz_database() -> None:
    check_time_zone("Europe/Amsterdam")
    with pytest.raises(InvalidConfiguration, match="'Mars/Olympus' is not known: write it as in"):
        check_time_zone("Mars/Olympus")


@pytest.mark.parametrize("text", ["soon", "-1", "inf", "nan"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match="must be a number, 0 or more"):
        rules_of({"FULL_EVERY_HOURS": text})


def test_the_default_connection_is_what_the_parameters_name() -> None:
    connection = default_connection({**DEFAULT, "DEFAULT_PAGE_SIZE": "7"}, settings_of({}))
    assert (connection.url, connection.user_name) == ("https://mm.example.org", "editor")
    assert (connection.page_size, connection.problem) == (7, "")
    assert connection.time_zone == "Europe/Amsterdam"


def test_what_is_wrong_with_it_is_its_problem() -> None:
    connection = default_connection({**DEFAULT, "DEFAULT_PAGE_SIZE": "0"}, settings_of({}))
    assert "set PageSize to a whole number" in connection.problem


def test_an_event_tells_its_execution() -> None:
    event = {"execution": {"id": "arn:e", "started_at": "2026-11-23T12:00:00.123Z"}}
    assert execution_of(event) == Execution(
        "arn:e", datetime(2026, 11, 23, 12, 0, 0, 123000, UTC), "manual"
    )


@pytest.mark.parametrize(
    "event",
    [{}, {"execution": None}, {"execution": {"id": "e"}}],
)
def test_an_event_without_an_execution_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"lacks execution\.id"):
        execution_of(event)


@pytest.mark.parametrize("started_at", ["yesterday", "2026-11-23T12:00:00"])
def test_an_execution_without_an_instant_is_refused(started_at: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|name its zone"):
        execution_of({"execution": {"id": "e", "started_at": started_at}})


def test_a_tick_does_at_least_one_step() -> None:
    assert [steps_per_tick_of({"MAX_STEPS_PER_TICK": text}) for text in ("", "0", "10")] == [
        1,
        1,
        10,
    ]
    with pytest.raises(InvalidConfiguration, match="MAX_STEPS_PER_TICK"):
        steps_per_tick_of({"MAX_STEPS_PER_TICK": "many"})
