"""The properties that take part in a connection: read from MediaMosa, kept for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import field_map
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.ports import AssetServer, SyncStore

PROPERTIES_LIFE = timedelta(hours=24)
"""How long the properties read from MediaMosa are used before a step reads them again."""


def known_fields(store: SyncStore, connection: Connection) -> FieldMap | None:
    """The field map by what was read last, however long ago; None if it never was."""
    known = store.properties(connection.connection_id)
    return None if known is None else field_map(known[0], connection.fields)


def current_fields(
    store: SyncStore, server: AssetServer, connection: Connection, now: datetime, *, anew: bool
) -> FieldMap:
    """The field map by properties of today, or with *anew* of this moment.

    Raises :class:`AssetServerError` and :class:`StoreUnavailable`.
    """
    known = store.properties(connection.connection_id)
    fresh = known is not None and now - known[1] < PROPERTIES_LIFE
    if known is not None and fresh and not anew:
        return field_map(known[0], connection.fields)
    properties = server.properties()
    if known is None or not fresh or known[0] != properties:
        store.put_properties(connection.connection_id, properties, now)
    return field_map(properties, connection.fields)
