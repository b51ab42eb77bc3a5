"""MediaMosa behind its port: one server with one session for each connection."""

from __future__ import annotations

import os
from functools import cache

from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.runtime.compose_secrets import secret_store
from mediamosa_sync.runtime.configuration import settings_of


@cache
def open_server(connection: Connection) -> AssetServer:
    """The connection's server. A changed configuration is another value, so it gets a new one."""

    def key(*, fresh: bool) -> str:
        return secret_store().secret(connection.secret_arn, fresh=fresh)

    return RequestsAssetServer(connection, key, settings_of(os.environ))
