"""The run item of a connection: everything of it but lease and keys is a :class:`RunState`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import (
    Plain,
    checked,
    instant_of,
    instant_text,
    known_instant_of,
    optional_text,
    stated,
)
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
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts

SAVED = (
    "execution_id",
    "incremental_due",
    "full",
    "incremental",
    "last_walk",
    "watermark",
    "server_clock",
    "full_due",
    "again",
    "last_sync",
    "last_attempt",
    "failure",
)
"""Attributes that a step replaces when it saves; a missing one means the default."""


def saved_attributes(state: RunState) -> dict[str, object]:
    """What *state* puts under the names in :data:`SAVED`; defaults are left out."""
    return stated(
        {
            "execution_id": state.execution_id,
            "incremental_due": state.incremental_due,
            "full": None if state.full is None else _run_map(state.full),
            "incremental": None if state.incremental is None else _run_map(state.incremental),
            "last_walk": state.last_walk and str(state.last_walk),
            "watermark": optional_text(state.watermark),
            "server_clock": optional_text(state.server_clock),
            "full_due": state.full_due and str(state.full_due),
            "again": list(state.again),
            "last_sync": optional_text(state.last_sync),
            "last_attempt": optional_text(state.last_attempt),
            "failure": None if state.failure is None else _failure_map(state.failure),
        }
    )


def run_state_of(connection_id: str, item: Plain) -> RunState:
    """The state that *item* stores; an empty item is that of a connection without any step.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return RunState(
        connection_id=connection_id,
        generation=int(item.get("generation", 0)),
        sequence=int(item.get("sequence", 0)),
        execution_id=item.get("execution_id", ""),
        incremental_due=item.get("incremental_due", False),
        full=_optional_run(item.get("full")),
        incremental=_optional_run(item.get("incremental")),
        last_walk=Kind(item["last_walk"]) if "last_walk" in item else None,
        watermark=instant_of(item.get("watermark")),
        server_clock=instant_of(item.get("server_clock")),
        full_due=Trigger(item["full_due"]) if "full_due" in item else None,
        again=tuple(item.get("again", ())),
        last_sync=instant_of(item.get("last_sync")),
        last_attempt=instant_of(item.get("last_attempt")),
        failure=_failure_of(item["failure"]) if "failure" in item else None,
        restart=restart_of(item["restart"]) if "restart" in item else None,
    )


def restart_map(restart: Restart) -> Plain:
    """The mark as it stands in the run item."""
    return {
        "restart_id": restart.restart_id,
        "requested_by": restart.requested_by,
        "requested_at": instant_text(restart.requested_at),
    }


def restart_of(plain: Mapping[str, Any]) -> Restart:
    """The mark that *plain* stores."""
    return Restart(
        restart_id=plain["restart_id"],
        requested_by=plain["requested_by"],
        requested_at=known_instant_of(plain["requested_at"]),
    )


def _run_map(run: Run) -> Plain:
    return {
        "run_id": run.run_id,
        "kind": str(run.kind),
        "trigger": str(run.trigger),
        "started_at": instant_text(run.started_at),
        "phase": str(run.phase),
        "cursor": _cursor_map(run.cursor),
        # All six, zeros too: every chunk adds to them where they stand.
        "counts": dict(run.counts.as_mapping()),
        **stated(
            {
                "server_started_at": optional_text(run.server_started_at),
                "finished_at": optional_text(run.finished_at),
                "outcome": run.outcome and str(run.outcome),
                "steps": run.steps,
                "requests": run.requests,
            }
        ),
    }


def _optional_run(plain: Mapping[str, Any] | None) -> Run | None:
    if plain is None:
        return None
    return Run(
        run_id=plain["run_id"],
        kind=Kind(plain["kind"]),
        trigger=Trigger(plain["trigger"]),
        started_at=known_instant_of(plain["started_at"]),
        cursor=_cursor_of(plain["cursor"]),
        phase=Phase(plain["phase"]),
        server_started_at=instant_of(plain.get("server_started_at")),
        finished_at=instant_of(plain.get("finished_at")),
        outcome=Outcome(plain["outcome"]) if "outcome" in plain else None,
        steps=int(plain.get("steps", 0)),
        requests=int(plain.get("requests", 0)),
        counts=Counts(**{name: int(number) for name, number in plain["counts"].items()}),
    )


def _cursor_map(cursor: Cursor) -> Plain:
    positions = stated(
        {
            "prefix": cursor.prefix,
            "offset": cursor.offset,
            "last_id": cursor.last_id,
            "since": optional_text(cursor.since),
            "done": cursor.done,
        }
    )
    # No total is not a total of none.
    return positions if cursor.total is None else {**positions, "total": cursor.total}


def _cursor_of(plain: Mapping[str, Any]) -> Cursor:
    return Cursor(
        prefix=plain.get("prefix", ""),
        offset=int(plain.get("offset", 0)),
        last_id=plain.get("last_id", ""),
        total=int(plain["total"]) if "total" in plain else None,
        since=instant_of(plain.get("since")),
        done=int(plain.get("done", 0)),
    )


def _failure_map(failure: Failure) -> Plain:
    return {
        "kind": failure.kind,
        "reason": failure.reason,
        "since": instant_text(failure.since),
        "count": failure.count,
    }


def _failure_of(plain: Mapping[str, Any]) -> Failure:
    return Failure(
        kind=plain["kind"],
        reason=plain["reason"],
        since=known_instant_of(plain["since"]),
        count=int(plain["count"]),
    )
