"""What the function ``sync_step`` is made of."""

from __future__ import annotations

import os
from functools import cache

from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_servers import open_server
from mediamosa_sync.runtime.compose_stores import record_store, sync_store
from mediamosa_sync.runtime.configuration import rules_of
from mediamosa_sync.service.step import StepPorts


@cache
def step_ports() -> StepPorts:
    """The ports of a step; sessions with MediaMosa live as long as the function's instance."""
    return StepPorts(
        records=record_store(),
        store=sync_store(),
        open_server=open_server,
        clock=SystemClock(),
        rules=rules_of(os.environ),
    )
