"""One step: one page of one connection (the state machine's worker)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.runtime.compose_step import step_ports
from mediamosa_sync.runtime.dry_run import planned
from mediamosa_sync.runtime.events import execution_of
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.service.step import sync_step

LEASE = timedelta(seconds=75)
"""How long a killed invocation can keep others waiting.

Longer than login, properties and a page may take by their deadlines together, so that the step of a
slow server has written before it is overtaken. One that is overtaken later has lost nothing, and
can write nothing more.
"""


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return ``{"connection_id", "step", "more", "outcome", "reason"}``.

    ``more`` tells whether this execution has a further page to do; ``outcome`` is worked, skipped
    or failed, and ``reason`` says why in one sentence.

    With ``dry_run`` in the event nothing is done but planned: see :func:`planned`.
    """
    del context
    connection_id = str(event["connection_id"])
    if "dry_run" in event:
        logger.append_keys(connection_id=connection_id)
        return planned(connection_id, event["dry_run"])
    execution, step = execution_of(event), int(event.get("step", 1))
    logger.append_keys(connection_id=connection_id, execution_id=execution.execution_id, step=step)
    result = sync_step(
        step_ports(),
        connection_id,
        execution,
        owner=f"{execution.execution_id}#{step}",
        lease=LEASE,
    )
    logger.info("step done", outcome=result.outcome, more=result.more, reason=result.reason)
    return {
        "connection_id": connection_id,
        "step": step,
        "more": result.more,
        "outcome": result.outcome.value,
        "reason": result.reason,
    }
