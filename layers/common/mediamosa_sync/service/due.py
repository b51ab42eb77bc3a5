"""Which connections are to step now."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.ports import SyncStore


def due_connections(store: SyncStore, default: Connection) -> tuple[str, ...]:
    """Ids of the connections that this execution steps.

    Parameters:
        default: the connection that the stack's parameters name. Its configuration is written down
            when it differs from what stands there; that it is paused stays.

    A connection with a problem is none of them: its status says what is wrong. Raises
    :class:`StoreUnavailable`.
    """
    known = store.connection(default.connection_id)
    wanted = replace(default, paused=known.paused) if known else default
    if wanted != known:
        store.put_connection(wanted)
    if wanted.problem or "pull" in wanted.paused:
        return ()
    return (wanted.connection_id,)
