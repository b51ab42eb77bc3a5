"""What people are told about a connection. Every number is one that was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.run import Kind, Run, RunState
from mediamosa_sync.domain.writes import Counts

STALE_AFTER_TICKS = 3


class StateWord(StrEnum):
    """One word for the whole; the first that applies."""

    PAUSED = "paused"
    FAILING = "failing"
    HELD = "held"
    REQUESTED = "requested"
    RUNNING = "running"
    STALE = "stale"
    NEVER_SYNCED = "never_synced"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the connection's own state.

    Attributes:
        now: aware UTC.
        next_run: when the schedule fires next; None while it is off.
        interval: time between two ticks; None if it is not known.
        attention: ``pending``, ``parked``, ``conflicts`` → number.
        pushed: counts of all pushes so far.
    """

    now: datetime
    next_run: datetime | None
    interval: timedelta | None
    attention: Mapping[str, int]
    pushed: Counts = field(default_factory=Counts)


def status_of(connection: Connection, state: RunState, around: Surroundings) -> dict[str, object]:
    """The status as the API gives it: JSON types only, times ISO 8601 in UTC."""
    word = state_word(connection, state, around)
    shown = _up_to_date(_shown_run(state), around.pushed)
    return {
        "connection_id": connection.connection_id,
        "url": connection.url,
        "user_name": connection.user_name,
        "state": word.value,
        "reason": _reason(connection, state, around, word),
        "last_sync": _time(state.last_sync),
        "last_attempt": _time(state.last_attempt),
        "next_run": _time(around.next_run),
        "complete_up_to": _time(state.watermark),
        "restart_requested_at": _time(state.restart.requested_at if state.restart else None),
        "full_requested_at": _time(state.full_wish.requested_at if state.full_wish else None),
        "progress": _progress(state.full),
        "counts": _counts(shown) if shown else _NO_COUNTS,
        "attention": {
            **{name: around.attention.get(name, 0) for name in _ATTENTION},
            "held": state.held.count,
        },
        "run": _optional(_up_to_date(_current_run(state), around.pushed)),
        "full": _optional(_under_way_up_to_date(state.full, around.pushed)),
        "configuration": _configuration(connection),
    }


_ATTENTION = ("pending", "parked", "conflicts")


def state_word(connection: Connection, state: RunState, around: Surroundings) -> StateWord:
    """The first state that applies, in the order of :class:`StateWord`."""
    applies = {
        StateWord.PAUSED: bool(connection.paused) or not connection.enabled,
        StateWord.FAILING: bool(connection.problem) or state.failure is not None,
        StateWord.HELD: state.held.count > 0,
        StateWord.REQUESTED: state.restart is not None,
        StateWord.RUNNING: state.run(Kind.FULL) is not None
        or state.run(Kind.INCREMENTAL) is not None,
        StateWord.STALE: is_stale(state, around),
        StateWord.NEVER_SYNCED: state.last_sync is None,
    }
    return next((word for word, true in applies.items() if true), StateWord.IDLE)


def is_stale(state: RunState, around: Surroundings) -> bool:
    """No run was completed within three ticks, though one had been before."""
    if state.last_sync is None or around.interval is None:
        return False
    return around.now - state.last_sync > STALE_AFTER_TICKS * around.interval


def _reason(
    connection: Connection, state: RunState, around: Surroundings, word: StateWord
) -> str | None:
    if word is StateWord.FAILING:
        return connection.problem or (state.failure.reason if state.failure else None)
    if word is StateWord.STALE:
        return _why_stale(around)
    if word is StateWord.HELD:
        return _why_held(state)
    if word is StateWord.PAUSED:
        return _why_paused(connection)
    return None


def _why_held(state: RunState) -> str:
    if state.release is not None or state.ruling is not None:
        return "A person has decided about the held deletions: the next runs carry it out."
    count = state.held.count
    seem = "1 asset seems" if count == 1 else f"{count:,} assets seem"
    return (
        f"{seem} to be gone from MediaMosa, more than may be removed without a person: look at the "
        "list, then approve or reject it."
    )


def _why_paused(connection: Connection) -> str:
    if not connection.enabled:
        return "The connection is switched off: change it, or name it in the stack's parameters."
    directions = " and ".join(sorted(connection.paused))
    return f"An admin has paused {directions}: resume to go on."


def _why_stale(around: Surroundings) -> str:
    if around.next_run is None:
        return "The schedule is off: switch it on to go on syncing."
    return (
        "No run has been completed for three ticks of the schedule: look at the state machine's "
        "last executions."
    )


def _configuration(connection: Connection) -> dict[str, object]:
    policies = connection.policies
    return {
        "enabled": connection.enabled,
        "default": connection.default,
        "paused": sorted(connection.paused),
        "time_zone": connection.time_zone,
        "page_size": connection.page_size,
        "policies": {
            "on_trash": policies.on_trash.value,
            "on_unpublish": policies.on_unpublish.value,
            "on_record_delete": policies.on_record_delete.value,
        },
    }


def _current_run(state: RunState) -> Run | None:
    """The run under way, the full one first; else the one that finished last."""
    under_way = state.run(Kind.FULL) or state.run(Kind.INCREMENTAL)
    if under_way is not None:
        return under_way
    ended = [run for run in (state.full, state.incremental) if run is not None]
    return max(ended, key=lambda run: iso(run.finished_at), default=None)


def _shown_run(state: RunState) -> Run | None:
    """Whose counts are shown: the full run's while one is under way, else the last run's."""
    return state.run(Kind.FULL) or _current_run(state)


def _progress(full: Run | None) -> dict[str, int] | None:
    if full is None or full.cursor.total is None:
        return None
    total = max(full.cursor.total, full.cursor.done)
    return {"done": full.cursor.done, "total": total}


def _optional(run: Run | None) -> dict[str, object] | None:
    return None if run is None else run_object(run)


def run_object(run: Run) -> dict[str, object]:
    """One run as the API gives it."""
    return {
        "run_id": run.run_id,
        "kind": run.kind.value,
        "trigger": run.trigger.value,
        "phase": run.phase.value,
        "started_at": _time(run.started_at),
        "finished_at": _time(run.finished_at),
        "outcome": run.outcome.value if run.outcome else None,
        "steps": run.steps,
        "requests": run.requests,
        "counts": _counts(run),
        "links": run.links,
    }


def _up_to_date(run: Run | None, pushed: Counts) -> Run | None:
    """The run with all pushes since its start: also those after its latest step, and its end."""
    if run is None or run.pushed_before is None:
        return run
    return replace(run, pushed=pushed - run.pushed_before)


def _under_way_up_to_date(run: Run | None, pushed: Counts) -> Run | None:
    return _up_to_date(run, pushed) if run is not None and run.under_way else run


def _counts(run: Run) -> dict[str, object]:
    """What went in both directions; pushes go on beside the runs and count since its start."""
    return {
        "from_mediamosa": run.counts.as_mapping(),
        "to_mediamosa": run.pushed.as_mapping(),
    }


_NO_COUNTS = {
    "from_mediamosa": Counts().as_mapping(),
    "to_mediamosa": Counts().as_mapping(),
}


def _time(instant: datetime | None) -> str | None:
    return iso(instant) or None
