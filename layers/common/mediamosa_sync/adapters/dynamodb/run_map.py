"""Runs, and what belongs to one, as maps in an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import (
    Plain,
    instant_of,
    instant_text,
    known_instant_of,
    optional_text,
    stated,
)
from mediamosa_sync.domain.run import Kind, Outcome, Phase, Run, Trigger
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts


def run_map(run: Run) -> Plain:
    """*run* as it stands in an item; what is at its default is left out."""
    plain: dict[str, object] = {
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
                "nominated": run.nominated,
                "counted": run.counted,
                "waiting": run.waiting,
                "held_back": run.held_back,
                "released_to": run.released_to,
                "watermark_before": optional_text(run.watermark_before),
                "watermark_after": optional_text(run.watermark_after),
                "reason": run.reason,
                "pushed": _other_than_zero(run.pushed),
            }
        ),
    }
    if run.pushed_before is not None:
        plain["pushed_before"] = _other_than_zero(run.pushed_before)
    if run.scan_after is not None:
        plain["scan_after"] = dict(run.scan_after)
    if run.links is not None:
        plain["links"] = run.links
    return plain


def run_of(plain: Mapping[str, Any]) -> Run:
    """The run that *plain* stores."""
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
        counts=_counts_of(plain["counts"]),
        scan_after=plain.get("scan_after"),
        nominated=int(plain.get("nominated", 0)),
        counted=int(plain.get("counted", 0)),
        waiting=int(plain.get("waiting", 0)),
        held_back=plain.get("held_back", False),
        released_to=plain.get("released_to", ""),
        watermark_before=instant_of(plain.get("watermark_before")),
        watermark_after=instant_of(plain.get("watermark_after")),
        reason=plain.get("reason", ""),
        pushed=_counts_of(plain.get("pushed", {})),
        pushed_before=_counts_of(plain["pushed_before"]) if "pushed_before" in plain else None,
        links=_optional_number(plain.get("links")),
    )


def _other_than_zero(counts: Counts) -> dict[str, object]:
    return stated(counts.as_mapping())


def _counts_of(plain: Mapping[str, Any]) -> Counts:
    return Counts(**{name: int(number) for name, number in plain.items()})


def _cursor_map(cursor: Cursor) -> Plain:
    # No total is not a total of none, and no narrowing not one to nothing.
    numbers = {"total": cursor.total, "narrow": cursor.narrow}
    return {
        **stated(
            {
                "prefix": cursor.prefix,
                "offset": cursor.offset,
                "last_id": cursor.last_id,
                "since": optional_text(cursor.since),
                "done": cursor.done,
                "after_unreadable": cursor.after_unreadable,
            }
        ),
        **{name: number for name, number in numbers.items() if number is not None},
    }


def _cursor_of(plain: Mapping[str, Any]) -> Cursor:
    return Cursor(
        prefix=plain.get("prefix", ""),
        offset=int(plain.get("offset", 0)),
        last_id=plain.get("last_id", ""),
        total=_optional_number(plain.get("total")),
        since=instant_of(plain.get("since")),
        done=int(plain.get("done", 0)),
        narrow=_optional_number(plain.get("narrow")),
        after_unreadable=plain.get("after_unreadable", False),
    )


def _optional_number(stored: object) -> int | None:
    return None if stored is None else int(str(stored))
