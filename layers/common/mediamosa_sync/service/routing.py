"""Which connection an edited record belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import Edited
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.service.ties import ties


def routed(
    store: SyncStore, connections: Sequence[Connection], edits: Sequence[Edited]
) -> Mapping[Connection, Sequence[Edited]]:
    """*edits* by the connections that have to look at them.

    A linked record belongs to its link's connection; any other to the one that it names, else to
    the default one. One that is let go by its link and taken up elsewhere belongs to both.
    """
    if len(connections) == 1:
        return {connections[0]: edits}
    found: dict[Connection, list[Edited]] = {}
    settled: set[str] = set()
    for connection in connections:
        tied = ties(store, connection.connection_id, {one.media_id: one.uris for one in edits})
        now = ties(store, connection.connection_id, {one.media_id: (one.uri,) for one in edits})
        for edit in edits:
            if tied[edit.media_id]:
                found.setdefault(connection, []).append(edit)
            if now[edit.media_id]:
                settled.add(edit.media_id)
    for edit in edits:
        named = _named(edit, connections)
        if named is None or edit.media_id in settled or edit in found.get(named, ()):
            continue
        found.setdefault(named, []).append(edit)
    return found


def _named(edit: Edited, connections: Iterable[Connection]) -> Connection | None:
    """The connection that the record names, else the default one; None if nobody knows it."""
    for connection in connections:
        if edit.connection_id:
            if connection.connection_id == edit.connection_id:
                return connection
        elif connection.default:
            return connection
    return None
