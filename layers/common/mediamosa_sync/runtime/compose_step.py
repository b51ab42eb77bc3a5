"""What the function ``sync_step`` is made of."""

from __future__ import annotations

import os
from functools import cache

from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.runtime.clock import SystemClock
from mediamosa_sync.runtime.compose_secrets import secret_store
from mediamosa_sync.runtime.compose_stores import record_store, sync_store
from mediamosa_sync.runtime.configuration import rules_of, settings_of
from mediamosa_sync.service.step import StepPorts


@cache
def step_ports() -> StepPorts:
    """The ports of a step; sessions with MediaMosa live as long as the function's instance."""
    return StepPorts(
        records=record_store(),
        store=sync_store(),
        open_server=_open_server,
        clock=SystemClock(),
        rules=rules_of(os.environ),
    )


@cache
def _open_server(connection: Connection) -> AssetServer:
    """The connection's server. A changed configuration is another value, so it gets a new one."""

    def key(*, fresh: bool) -> str:
        return secret_store().secret(connection.secret_arn, fresh=fresh)

    return RequestsAssetServer(connection, key, settings_of(os.environ))
