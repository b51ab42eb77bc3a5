"""Every field of the status, each with a value of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.run import Kind, Outcome, Phase, Restart, Run, RunState, Trigger
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONNECTION = Connection("https://x", "editor", "arn")
AROUND = Surroundings(NOON, NOON + MINUTE, MINUTE, {"pending": 7}, pushed=Counts(added=9))
FULL = Run(
    "full-1",
    Kind.FULL,
    Trigger.RESTART,
    NOON - 9 * MINUTE,
    Cursor(done=5, total=8),
    phase=Phase.WALK,
    steps=2,
    requests=3,
    counts=Counts(1, 2, 3, 4, 5, 6),
    pushed_before=Counts(added=4),
    links=9,
)
CHANGES = Run(
    "incremental-2",
    Kind.INCREMENTAL,
    Trigger.SCHEDULE,
    NOON - 2 * MINUTE,
    Cursor(),
    phase=Phase.FINISH,
    finished_at=NOON - MINUTE,
    outcome=Outcome.SUCCEEDED,
)
STATE = RunState(
    "c",
    full=FULL,
    incremental=CHANGES,
    last_sync=NOON - MINUTE,
    last_attempt=NOON - 2 * MINUTE,
    watermark=NOON - 3 * MINUTE,
    held=Held(1),
    restart=Restart("r", "ann", NOON - 4 * MINUTE),
    full_wish=Restart("f", "ann", NOON - 5 * MINUTE),
)
NONE = Counts().as_mapping()


def test_each_is_told_under_its_name() -> None:
    counts = {
        "from_mediamosa": Counts(1, 2, 3, 4, 5, 6).as_mapping(),
        "to_mediamosa": Counts(added=5).as_mapping(),
    }
    full = {
        "run_id": "full-1",
        "kind": "full",
        "trigger": "restart",
        "phase": "walk",
        "started_at": "2026-11-23T11:51:00Z",
        "finished_at": None,
        "outcome": None,
        "steps": 2,
        "requests": 3,
        "counts": counts,
        "links": 9,
    }
    status = status_of(CONNECTION, STATE, AROUND)
    reason = status.pop("reason")
    assert isinstance(reason, str)
    assert reason.startswith("1 asset seems to be gone")
    assert status == {
        "connection_id": CONNECTION.connection_id,
        "url": "https://x",
        "user_name": "editor",
        "state": "held",
        "last_sync": "2026-11-23T11:59:00Z",
        "last_attempt": "2026-11-23T11:58:00Z",
        "next_run": "2026-11-23T12:01:00Z",
        "complete_up_to": "2026-11-23T11:57:00Z",
        "restart_requested_at": "2026-11-23T11:56:00Z",
        "full_requested_at": "2026-11-23T11:55:00Z",
        "progress": {"done": 5, "total": 8},
        "counts": counts,
        "attention": {"pending": 7, "parked": 0, "conflicts": 0, "held": 1},
        "run": full,
        "full": full,
        "configuration": {
            "enabled": True,
            "default": False,
            "paused": [],
            "time_zone": "Europe/Amsterdam",
            "page_size": 100,
            "policies": {
                "on_trash": "remove",
                "on_unpublish": "keep",
                "on_record_delete": "forget",
            },
        },
    }


def test_a_run_of_changes_under_way_is_shown_and_so_is_the_state() -> None:
    ended = replace(FULL, finished_at=NOON - MINUTE, outcome=Outcome.PARTIAL)
    under_way = replace(CHANGES, finished_at=None, outcome=None, run_id="incremental-3")
    state = RunState("c", full=ended, incremental=under_way, last_sync=NOON)
    status = status_of(CONNECTION, state, AROUND)
    assert status["state"] == "running"
    run, full = status["run"], status["full"]
    assert isinstance(run, dict)
    assert isinstance(full, dict)
    assert (run["run_id"], run["finished_at"]) == ("incremental-3", None)
    assert (full["outcome"], full["finished_at"]) == ("partial", "2026-11-23T11:59:00Z")


def test_two_runs_under_way_show_the_full_one() -> None:
    state = replace(STATE, incremental=replace(CHANGES, finished_at=None))
    run = status_of(CONNECTION, state, AROUND)["run"]
    assert isinstance(run, dict)
    assert run["run_id"] == "full-1"


def test_it_is_stale_after_three_ticks_and_not_at_the_third() -> None:
    def word(ago: timedelta) -> object:
        return status_of(CONNECTION, RunState("c", last_sync=NOON - ago), AROUND)["state"]

    assert word(3 * MINUTE) == "idle"
    assert word(3 * MINUTE + timedelta(seconds=1)) == "stale"


def test_what_a_person_has_ruled_is_on_its_way() -> None:
    ruling = Ruling("r", "t", approve=True, by="ann", at=NOON)
    for state in (replace(STATE, ruling=ruling), replace(STATE, release=ruling)):
        reason = status_of(CONNECTION, state, AROUND)["reason"]
        assert reason == (
            "A person has decided about the held deletions: the next runs carry it out."
        )


def test_a_broken_configuration_gives_its_own_reason() -> None:
    broken = replace(CONNECTION, problem="The zone is wrong.")
    status = status_of(broken, RunState("c"), AROUND)
    assert (status["state"], status["reason"]) == ("failing", "The zone is wrong.")


def test_everything_that_is_known_of_an_asset_is_told_to_applications() -> None:
    asset = Asset(
        "A1",
        created=NOON - MINUTE,
        modified=NOON,
        owner_id="ann",
        filename="sea.mp4",
        mime_type="video/mp4",
        duration="00:01",
    )
    assert describe(asset, "c", Link("A1", "m1")) == {
        "asset_id": "A1",
        "connection_id": "c",
        "created": "2026-11-23T11:59:00Z",
        "modified": "2026-11-23T12:00:00Z",
        "published": True,
        "owner_id": "ann",
        "filename": "sea.mp4",
        "mime_type": "video/mp4",
        "duration": "00:01",
    }
