"""What the step function answers when it is asked for a plan instead of a step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mediamosa_sync.errors import StoreError
from mediamosa_sync.runtime.compose_step import step_ports
from mediamosa_sync.runtime.configuration import steps_per_tick_of
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.service.dry.answer import answer_of
from mediamosa_sync.service.dry.plan import plan_page
from mediamosa_sync.service.dry.position import Position, position_of
from mediamosa_sync.service.refusals import PlanUnavailable, Refusal


def planned(connection_id: str, asked: Mapping[str, Any]) -> dict[str, object]:
    """Return ``{"page": …}``, or ``{"refusal", "reason"}``: the problem's name, and why.

    Parameters:
        asked: ``{"at", "interval_seconds", "full", "next"}``, as :class:`PlanQuestion` has them.
    """
    try:
        position = _position(connection_id, asked)
        page = plan_page(step_ports(), position)
        logger.info("page planned", items=len(page.items), more=page.next is not None)
        return {"page": answer_of(page, position, steps_per_tick_of(os.environ))}
    except Refusal as refusal:
        logger.info("page not planned", refusal=refusal.slug, reason=str(refusal))
        return {"refusal": refusal.slug, "reason": str(refusal)}
    except StoreError as error:
        logger.exception("store did not answer")
        return {"refusal": PlanUnavailable.slug, "reason": str(error)}


def _position(connection_id: str, asked: Mapping[str, Any]) -> Position:
    if asked["next"]:
        return position_of(asked["next"], connection_id)
    interval = asked["interval_seconds"]
    return Position(
        connection_id,
        datetime.fromisoformat(asked["at"]),
        None if interval is None else round(interval),
        full=asked["full"],
    )
