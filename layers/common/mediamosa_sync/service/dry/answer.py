"""A page of a plan as the API gives it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.run import Kind, Run
from mediamosa_sync.service.dry.items import Item, item_object
from mediamosa_sync.service.dry.plan import Page
from mediamosa_sync.service.dry.position import Position, Sums, token_of

LONGEST_ITEMS = 1_500_000
"""Bytes of a page's items as JSON: should they double on their way, a token still has room."""


def answer_of(page: Page, position: Position, steps_per_tick: int) -> dict[str, object]:
    """*page*, the one after *position*: JSON types only.

    Raises:
        PlanTooLarge: what the next page has to know is more than a token may hold.
    """
    run, sums = page.run, page.sums
    seconds = estimated_seconds(sums, position.interval_seconds, steps_per_tick)
    return {
        "kind": run.kind.value if run else None,
        "progress": _progress(run),
        "items": list(_objects(page.items)),
        "totals": {
            "counts": {
                "from_mediamosa": dict(sums.from_mediamosa.as_mapping()),
                "to_mediamosa": dict(sums.to_mediamosa.as_mapping()),
            },
            "assets": sums.listed.get(Kind.FULL) or sums.listed.get(Kind.INCREMENTAL, 0),
            "linked": sums.linked,
            "held": sums.held,
            "steps": sum(sums.steps.values()) + sums.pushes,
            "requests": sums.requests,
            "seconds": seconds,
        },
        "next": None if page.next is None else token_of(page.next),
    }


def estimated_seconds(sums: Sums, interval_seconds: int | None, steps_per_tick: int) -> int | None:
    """About how long the real run takes by the schedule; None if that is off.

    Where there is an incremental run, each further tick begins with one: what is left of its steps,
    or every second one, is the full run's.
    """
    if interval_seconds is None:
        return None
    full, incremental = sums.steps.get(Kind.FULL, 0), sums.steps.get(Kind.INCREMENTAL, 0)
    ticks = math.ceil((full + incremental + sums.pushes) / steps_per_tick)
    if incremental:
        left = steps_per_tick - 1
        ticks = max(ticks, math.ceil(full / left) if left else 2 * full)
    return ticks * interval_seconds


def _progress(run: Run | None) -> Mapping[str, int] | None:
    if run is None or run.cursor.total is None:
        return None
    return {"done": run.cursor.done, "total": max(run.cursor.total, run.cursor.done)}


def _objects(items: Iterable[Item]) -> Iterable[dict[str, object]]:
    left = LONGEST_ITEMS
    for item in items:
        told = item_object(item)
        size = len(json.dumps(told))
        if size > left:
            told = item_object(replace(item, changes=(), reason=_TOO_MUCH))
            size = 0
        left -= size
        yield told


_TOO_MUCH = "What changes is too long to be shown here: look at the record and its asset."
