"""What the function ``api`` is made of."""

from __future__ import annotations

import os
from functools import cache

from mediamosa_sync.adapters.scheduler.schedule import EventBridgeSchedule, scheduler_client
from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_stores import sync_store
from mediamosa_sync.runtime.configuration import required
from mediamosa_sync.service.control import Control


@cache
def control() -> Control:
    """Status and restart."""
    schedule = EventBridgeSchedule(
        scheduler_client(),
        group=os.environ.get("SCHEDULE_GROUP") or "default",
        name=required(os.environ, "SCHEDULE_NAME"),
    )
    return Control(sync_store(), schedule, SystemClock())
