"""What the state machine passes to its functions (``infra/statemachines/sync.asl.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mediamosa_sync.domain.run import Execution


def execution_of(event: Mapping[str, Any]) -> Execution:
    """The execution that *event* belongs to.

    Raises:
        ValueError: the event lacks it, or its start is no instant with a zone.
    """
    try:
        told = event["execution"]
        started_at = datetime.fromisoformat(told["started_at"])
        execution = Execution(
            execution_id=told["id"],
            started_at=started_at,
            trigger=told.get("trigger") or "manual",
        )
    except (KeyError, TypeError) as error:
        raise ValueError("The event lacks execution.id or execution.started_at.") from error
    if started_at.tzinfo is None:
        raise ValueError("execution.started_at must name its zone, as in 2026-11-23T15:00:00Z.")
    return execution
