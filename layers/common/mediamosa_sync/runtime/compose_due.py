"""What the function ``due_connections`` is made of."""

from __future__ import annotations

import os

from mediamosa_sync.runtime.compose_stores import sync_store
from mediamosa_sync.runtime.configuration import default_connection, settings_of
from mediamosa_sync.service.due import due_connections


def due() -> tuple[str, ...]:
    """Ids of the connections that are to step now."""
    default = default_connection(os.environ, settings_of(os.environ))
    return due_connections(sync_store(), default)
