"""Push what is pending: the scheduled step's part, the only one that tries an open circuit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import Edited
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.service.circuit import Circuit
from mediamosa_sync.service.keeper import PushPorts
from mediamosa_sync.service.push import ConnectionPush

PORTION = 100
"""Links and waiting rows of one step."""


def drain(ports: PushPorts, connection: Connection, *, until: datetime, reached: bool) -> bool:
    """Push a portion of what is pending, the longest due first; whether there is more by now.

    Parameters:
        until: no asset's turn begins later.
        reached: whether MediaMosa has just answered, so that an open circuit says nothing more.

    Errors of MediaMosa leave everything pending. Raises :class:`StoreUnavailable`.
    """
    now = ports.clock.now()
    circuit = Circuit(ports.store, connection)
    if not reached and circuit.is_resting(now):
        return False
    due = ports.store.due(connection.connection_id, upto=now, limit=PORTION)
    if not due:
        if reached:
            circuit.close()
        return False
    push = ConnectionPush(ports, connection, until, circuit, probing=True)
    push.links([one.asset_id for one in due if one.asset_id])
    push.waiting(_waiting(ports, connection, [one.media_id for one in due if one.media_id]))
    push.conclude()
    return len(due) == PORTION and not push.broke_off


def _waiting(
    ports: PushPorts, connection: Connection, media_ids: Sequence[str]
) -> Sequence[Edited]:
    """Records that wait to be tied, as if they had been edited."""
    if not media_ids:
        return ()
    rows = ports.store.waiting(connection.connection_id, media_ids)
    return [
        Edited(name, (), has_new_uri=row.first_contact is FirstContact.MERGE)
        for name, row in rows.items()
        if row.due is not None
    ]
