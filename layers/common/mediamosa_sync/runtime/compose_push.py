"""What the function ``push_edits`` is made of."""

from __future__ import annotations

import os

from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_servers import open_server
from mediamosa_sync.runtime.compose_stores import record_store, sync_store
from mediamosa_sync.runtime.configuration import tables_of
from mediamosa_sync.service.keeper import CLAIM, PushPorts


def push_ports(owner: str) -> PushPorts:
    """The ports of one invocation, told from all others by *owner*.

    Clients and sessions with MediaMosa live as long as the function's instance.
    """
    return PushPorts(
        records=record_store(),
        store=sync_store(),
        open_server=open_server,
        clock=SystemClock(),
        owner=owner,
        claim=CLAIM,
    )


def media_key() -> str:
    """The name of the media table's key attribute."""
    return tables_of(os.environ).media_key
