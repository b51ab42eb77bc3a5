"""What people are told: one state word, real numbers, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.run import (
    Failure,
    Kind,
    Outcome,
    Phase,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONNECTION = Connection("https://mm.example.org", "editor", "arn")
AROUND = Surroundings(NOON, NOON + MINUTE, MINUTE, {"pending": 2, "parked": 1, "conflicts": 3})


def a_run(kind: Kind, ended: datetime | None = None, **changes: object) -> Run:
    run = Run(f"{kind}-1", kind, Trigger.FIRST, NOON - MINUTE, Cursor(), finished_at=ended)
    return replace(run, **changes)  # type: ignore[arg-type]  # a test names what it changes


SYNCED = RunState("c", last_sync=NOON, watermark=NOON, full=a_run(Kind.FULL, NOON))


def told(
    state: RunState, connection: Connection = CONNECTION, around: Surroundings = AROUND
) -> Mapping[str, object]:
    return status_of(connection, state, around)


def test_a_fresh_connection_was_never_synced() -> None:
    status = told(RunState("c"))
    assert status["state"] == "never_synced"
    assert status["connection_id"] == CONNECTION.connection_id
    assert (status["last_sync"], status["progress"], status["run"]) == (None, None, None)
    assert status["next_run"] == "2026-11-23T12:01:00Z"
    assert status["attention"] == {"pending": 2, "parked": 1, "conflicts": 3, "held": 0}


@pytest.mark.parametrize(
    ("state", "connection", "word"),
    [
        (SYNCED, CONNECTION, "idle"),
        (replace(SYNCED, last_sync=NOON - 4 * MINUTE), CONNECTION, "stale"),
        (replace(SYNCED, incremental=a_run(Kind.INCREMENTAL)), CONNECTION, "running"),
        (replace(SYNCED, full=a_run(Kind.FULL)), CONNECTION, "running"),
        (replace(SYNCED, restart=Restart("r", "o", NOON)), CONNECTION, "requested"),
        (replace(SYNCED, failure=Failure("refused", "No.", NOON)), CONNECTION, "failing"),
        (SYNCED, replace(CONNECTION, problem="Wrong."), "failing"),
        (SYNCED, replace(CONNECTION, paused=frozenset({"pull"})), "paused"),
    ],
)
def test_each_state_has_its_word(state: RunState, connection: Connection, word: str) -> None:
    assert told(state, connection)["state"] == word


def test_the_first_word_that_applies_is_told() -> None:
    everything = replace(
        SYNCED,
        full=a_run(Kind.FULL),
        restart=Restart("r", "o", NOON),
        failure=Failure("refused", "No.", NOON),
    )
    paused = replace(CONNECTION, paused=frozenset({"pull"}))
    assert told(everything, paused)["state"] == "paused"
    assert told(everything)["state"] == "failing"
    assert told(replace(everything, failure=None))["state"] == "requested"
    assert told(replace(everything, failure=None, restart=None))["state"] == "running"


def test_a_failure_tells_its_reason() -> None:
    assert told(replace(SYNCED, failure=Failure("x", "No.", NOON)))["reason"] == "No."
    assert told(SYNCED, replace(CONNECTION, problem="Wrong."))["reason"] == "Wrong."


def test_held_deletions_ask_for_a_person_until_somebody_decided() -> None:
    held = replace(SYNCED, held=Held(1234, 5))
    status = told(held)
    assert status["state"] == "held"
    assert "1,234 assets seem to be gone" in str(status["reason"])
    attention = status["attention"]
    assert isinstance(attention, dict)
    assert attention["held"] == 1234
    ruling = Ruling("r", held.held.token, True, "operator", NOON)
    for decided in (replace(held, ruling=ruling), replace(held, release=ruling)):
        assert "A person has decided" in str(told(decided)["reason"])


def test_what_is_paused_or_switched_off_says_so() -> None:
    paused = replace(CONNECTION, paused=frozenset({"push", "pull"}))
    assert told(SYNCED, paused)["reason"] == "An admin has paused pull and push: resume to go on."
    status = told(SYNCED, replace(CONNECTION, enabled=False))
    assert status["state"] == "paused"
    assert "switched off" in str(status["reason"])


def test_stale_tells_whether_the_schedule_is_off() -> None:
    late = replace(SYNCED, last_sync=NOON - 4 * MINUTE)
    assert "last executions" in str(told(late)["reason"])
    off = told(late, around=replace(AROUND, next_run=None))
    assert off["next_run"] is None
    assert off["reason"] == "The schedule is off: switch it on to go on syncing."


def test_without_a_known_interval_nothing_is_stale() -> None:
    late = replace(SYNCED, last_sync=NOON - timedelta(days=9))
    assert told(late, around=replace(AROUND, interval=None))["state"] == "idle"


def test_progress_is_that_of_the_last_full_run_and_never_beyond_its_total() -> None:
    walking = replace(SYNCED, full=a_run(Kind.FULL, cursor=Cursor(total=10, done=4)))
    assert told(walking)["progress"] == {"done": 4, "total": 10}
    shrunk = replace(SYNCED, full=a_run(Kind.FULL, NOON, cursor=Cursor(total=3, done=4)))
    assert told(shrunk)["progress"] == {"done": 4, "total": 4}


def test_counts_are_those_of_the_full_run_under_way_else_of_the_last_run() -> None:
    full = a_run(Kind.FULL, counts=Counts(added=9))
    quick = a_run(Kind.INCREMENTAL, NOON + MINUTE, counts=Counts(updated=1))
    added = {"added": 9, "updated": 0, "deleted": 0, "unchanged": 0, "conflicts": 0, "errors": 0}
    under_way = told(replace(SYNCED, full=full, incremental=replace(quick, finished_at=None)))
    assert under_way["counts"] == {
        "from_mediamosa": added,
        "to_mediamosa": dict.fromkeys(added, 0),
    }
    ended = told(replace(SYNCED, full=replace(full, finished_at=NOON), incremental=quick))
    counts = ended["counts"]
    assert isinstance(counts, dict)
    assert counts["from_mediamosa"]["updated"] == 1


def test_a_run_is_told_whole() -> None:
    full = a_run(
        Kind.FULL,
        NOON,
        phase=Phase.FINISH,
        outcome=Outcome.SUCCEEDED,
        steps=3,
        requests=6,
        counts=Counts(added=1),
        links=7,
    )
    status = told(replace(SYNCED, full=full))
    assert (
        status["full"]
        == status["run"]
        == {
            "run_id": "full-1",
            "kind": "full",
            "trigger": "first",
            "phase": "finish",
            "started_at": "2026-11-23T11:59:00Z",
            "finished_at": "2026-11-23T12:00:00Z",
            "outcome": "succeeded",
            "steps": 3,
            "requests": 6,
            "counts": {
                "from_mediamosa": Counts(added=1).as_mapping(),
                "to_mediamosa": Counts().as_mapping(),
            },
            "links": 7,
        }
    )


def counted(status: Mapping[str, object], *path: str) -> object:
    """What stands under ``<path>.counts.to_mediamosa.updated``."""
    found: object = status
    for name in (*path, "counts", "to_mediamosa", "updated"):
        assert isinstance(found, Mapping)
        found = found[name]
    return found


class TestPushed:
    AROUND = replace(AROUND, pushed=Counts(updated=5))
    BEFORE = Counts(updated=2)

    def test_pushes_count_since_the_start_of_the_run_that_is_shown(self) -> None:
        run = a_run(Kind.FULL, NOON, pushed_before=self.BEFORE, pushed=Counts(updated=1))
        status = told(replace(SYNCED, full=run), around=self.AROUND)
        assert (counted(status), counted(status, "run")) == (3, 3)

    def test_a_full_run_that_has_ended_keeps_what_was_pushed_until_then(self) -> None:
        full = a_run(Kind.FULL, NOON, pushed_before=self.BEFORE, pushed=Counts(updated=1))
        later = a_run(Kind.INCREMENTAL, NOON + MINUTE, pushed_before=Counts(updated=4))
        state = replace(SYNCED, full=full, incremental=later)
        status = told(state, around=self.AROUND)
        assert (counted(status), counted(status, "full")) == (1, 1)

    def test_one_under_way_is_up_to_date(self) -> None:
        full = a_run(Kind.FULL, pushed_before=self.BEFORE)
        status = told(replace(SYNCED, full=full), around=self.AROUND)
        assert (counted(status), counted(status, "full")) == (3, 3)

    def test_before_its_first_step_it_has_none(self) -> None:
        assert counted(told(replace(SYNCED, full=a_run(Kind.FULL)), around=self.AROUND)) == 0
