"""Which connections are to step now (first task of the state machine)."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.runtime.compose_due import due
from mediamosa_sync.runtime.observability import logger


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return ``{"connections": [{"connection_id": <40 hex digits>}, …]}``."""
    del event, context
    connections = [{"connection_id": connection_id} for connection_id in due()]
    logger.info("connections due", connections=len(connections))
    return {"connections": connections}
