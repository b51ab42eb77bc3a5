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
from mediamosa_sync.adapters.dynamodb.run_map import run_map, run_of
from mediamosa_sync.domain.deletion import Held, Removals, Ruling
from mediamosa_sync.domain.run import Failure, Kind, Quiet, Restart, RunState, Trigger

HELD = ("held_count", "held_high", "held_low")
"""The list of held deletions: whoever writes a link adds to these three where they stand."""

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
    "removals",
    "release",
    "quiet",
)
"""Attributes that a step replaces when it saves; a missing one means the default."""

_HIGH = 2**48
"""Weight of the checksum's upper part; two parts, since not every engine adds 29 digits exactly."""


def saved_attributes(state: RunState) -> dict[str, object]:
    """What *state* puts under the names in :data:`SAVED`; defaults are left out.

    The map of removals is always there: every chunk adds to it where it stands.
    """
    hours = {str(hour): number for hour, number in state.removals.hours.items()}
    return {"removals": hours} | stated(
        {
            "execution_id": state.execution_id,
            "incremental_due": state.incremental_due,
            "full": state.full and run_map(state.full),
            "incremental": state.incremental and run_map(state.incremental),
            "last_walk": state.last_walk and str(state.last_walk),
            "watermark": optional_text(state.watermark),
            "server_clock": optional_text(state.server_clock),
            "full_due": state.full_due and str(state.full_due),
            "again": list(state.again),
            "last_sync": optional_text(state.last_sync),
            "last_attempt": optional_text(state.last_attempt),
            "failure": state.failure and failure_map(state.failure),
            "release": state.release and ruling_map(state.release),
            "quiet": state.quiet and _quiet_map(state.quiet),
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
        full=run_of(item["full"]) if "full" in item else None,
        incremental=run_of(item["incremental"]) if "incremental" in item else None,
        last_walk=Kind(item["last_walk"]) if "last_walk" in item else None,
        watermark=instant_of(item.get("watermark")),
        server_clock=instant_of(item.get("server_clock")),
        full_due=Trigger(item["full_due"]) if "full_due" in item else None,
        again=tuple(item.get("again", ())),
        last_sync=instant_of(item.get("last_sync")),
        last_attempt=instant_of(item.get("last_attempt")),
        failure=failure_of(item["failure"]) if "failure" in item else None,
        restart=restart_of(item["restart"]) if "restart" in item else None,
        full_wish=restart_of(item["full_wish"]) if "full_wish" in item else None,
        links=int(item.get("links", 0)),
        held=held_of(item),
        removals=Removals(
            {int(hour): int(number) for hour, number in item.get("removals", {}).items()}
        ),
        ruling=ruling_of(item["ruling"]) if "ruling" in item else None,
        release=ruling_of(item["release"]) if "release" in item else None,
        quiet=_quiet_of(item["quiet"]) if "quiet" in item else None,
    )


def held_numbers(held: Held) -> dict[str, int]:
    """*held*, or by how much it changes, under the names in :data:`HELD`."""
    high, low = divmod(held.checksum, _HIGH)
    return dict(zip(HELD, (held.count, high, low), strict=True))


def held_of(item: Plain) -> Held:
    """The list of held deletions that *item* stores, whatever its lower part has grown to."""
    count, high, low = (int(item.get(name, 0)) for name in HELD)
    return Held(count, high * _HIGH + low)


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


def ruling_map(ruling: Ruling) -> Plain:
    """The ruling as it stands in the run item."""
    return {
        "ruling_id": ruling.ruling_id,
        "token": ruling.token,
        "approve": ruling.approve,
        "by": ruling.by,
        "at": instant_text(ruling.at),
    }


def ruling_of(plain: Mapping[str, Any]) -> Ruling:
    """The ruling that *plain* stores."""
    return Ruling(
        ruling_id=plain["ruling_id"],
        token=plain["token"],
        approve=plain["approve"],
        by=plain["by"],
        at=known_instant_of(plain["at"]),
    )


def _quiet_map(quiet: Quiet) -> Plain:
    return {
        "first": run_map(quiet.first),
        "last": run_map(quiet.last),
        "runs": quiet.runs,
        "requests": quiet.requests,
    }


def _quiet_of(plain: Mapping[str, Any]) -> Quiet:
    return Quiet(
        first=run_of(plain["first"]),
        last=run_of(plain["last"]),
        runs=int(plain["runs"]),
        requests=int(plain["requests"]),
    )


def failure_map(failure: Failure) -> Plain:
    """The failure as it stands in an item."""
    return {
        "kind": failure.kind,
        "reason": failure.reason,
        "since": instant_text(failure.since),
        "count": failure.count,
        **stated(
            {
                "retry_at": optional_text(failure.retry_at),
                "configuration": failure.configuration,
            }
        ),
    }


def failure_of(plain: Mapping[str, Any]) -> Failure:
    """The failure that *plain* stores."""
    return Failure(
        kind=plain["kind"],
        reason=plain["reason"],
        since=known_instant_of(plain["since"]),
        count=int(plain["count"]),
        retry_at=instant_of(plain.get("retry_at")),
        configuration=plain.get("configuration", ""),
    )
