"""The stream of the media table: what applications edited goes to MediaMosa at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from mediamosa_sync.runtime.compose_push import media_key, push_ports
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.runtime.stream import events_of
from mediamosa_sync.service.push import push_edits

BUDGET = timedelta(seconds=60)
"""After this no asset's turn begins any more: what is left stays pending for the next step.

The last turn begun has the rest of the function's 180 seconds to end by its own deadlines.
"""


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Take one batch of the stream (AWS: "Using AWS Lambda with Amazon DynamoDB").

    What MediaMosa refuses or cannot take now is written down, and the batch is done all the same.
    A store that cannot be reached is raised: Lambda brings the batch again.
    """
    ports = push_ports(context.aws_request_id)
    events = events_of(event, media_key())
    pushed = push_edits(ports, events, until=ports.clock.now() + BUDGET)
    logger.info(
        "pushed",
        records=pushed.records,
        posts=pushed.posts,
        pending=pushed.pending,
        parked=pushed.parked,
        conflicts=pushed.conflicts,
    )
