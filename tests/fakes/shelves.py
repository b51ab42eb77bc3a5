"""The parts of the sync table in memory that no fence guards: rows that are put and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow, Nominees, NomineesChange
from mediamosa_sync.errors import StoreError
from tests.fakes.watched import Watched


class MemoryShelves(Watched):
    """Connections, properties, nominees, history, mediafiles and audit.

    Attributes:
        audits: connection → what admins did, in the order in which it was noted.
        nominated: connection → run → rows of nominees by their keys.
        histories: connection → rows of the history by their positions.
        known_mediafiles: connection → mediafile id → asset id; nothing here expires.
    """

    def __init__(self) -> None:
        super().__init__()
        self.audits: dict[str, list[AuditEntry]] = {}
        self.nominated: dict[str, dict[str, dict[str, Nominees]]] = {}
        self.histories: dict[str, dict[str, HistoryRow]] = {}
        self.known_mediafiles: dict[str, dict[str, str]] = {}
        self._connections: dict[str, Connection] = {}
        self._properties: dict[str, tuple[tuple[Property, ...], datetime]] = {}

    def connections(self) -> tuple[Connection, ...]:
        """As the port says."""
        self._enter("connections")
        self.traffic.reads += 1 + len(self._connections)
        found = tuple(self._connections[name] for name in sorted(self._connections))
        self._leave("connections")
        return found

    def connection(self, connection_id: str) -> Connection | None:
        """As the port says."""
        self._enter("connection")
        self.traffic.reads += 1
        found = self._connections.get(connection_id)
        self._leave("connection")
        return found

    def put_connection(self, connection: Connection) -> None:
        """As the port says."""
        self._enter("put_connection")
        known = self._connections.get(connection.connection_id)
        paused = known.paused if known else frozenset[str]()
        self._connections[connection.connection_id] = replace(connection, paused=paused)
        self.traffic.connection_writes += 1
        self._leave("put_connection")

    def pause(self, connection_id: str, directions: Iterable[str], *, paused: bool) -> None:
        """As the port says."""
        self._enter("pause")
        named = frozenset(directions)
        if named:
            known = self._connections.get(connection_id)
            if known is None:
                raise StoreError(f"There is no connection {connection_id}: check its id.")
            after = known.paused | named if paused else known.paused - named
            self._connections[connection_id] = replace(known, paused=after)
            self.traffic.connection_writes += 1
        self._leave("pause")

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """As the port says."""
        self._enter("properties")
        self.traffic.reads += 1
        found = self._properties.get(connection_id)
        self._leave("properties")
        return found

    def put_properties(
        self, connection_id: str, properties: Sequence[Property], read_at: datetime
    ) -> None:
        """As the port says."""
        self._enter("put_properties")
        self._properties[connection_id] = (tuple(properties), read_at)
        self.traffic.property_writes += 1
        self._leave("put_properties")

    def nominees(self, connection_id: str, run_id: str, *, after: str = "") -> Nominees | None:
        """As the port says."""
        self._enter("nominees")
        self.traffic.reads += 1
        rows = self.nominated.get(connection_id, {}).get(run_id, {})
        keys = [key for key in rows if key > after]
        found = rows[min(keys)] if keys else None
        self._leave("nominees")
        return found

    def history(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[HistoryRow, ...]:
        """As the port says."""
        self._enter("history")
        self.traffic.reads += 1
        rows = self.histories.get(connection_id, {})
        positions = sorted((key for key in rows if not before or key < before), reverse=True)
        found = tuple(rows[position] for position in positions[:limit])
        self._leave("history")
        return found

    def mediafiles(self, connection_id: str, ids: Iterable[str]) -> Mapping[str, str]:
        """As the port says."""
        self._enter("mediafiles")
        wanted = dict.fromkeys(ids)
        self.traffic.reads += len(wanted)
        known = self.known_mediafiles.get(connection_id, {})
        found = {name: known[name] for name in wanted if name in known}
        self._leave("mediafiles")
        return found

    def put_mediafiles(self, connection_id: str, assets: Mapping[str, str]) -> None:
        """As the port says, but what is not there is kept for ever."""
        self._enter("put_mediafiles")
        self.known_mediafiles.setdefault(connection_id, {}).update(assets)
        self.traffic.mediafile_writes += len(assets)
        self._leave("put_mediafiles")

    def audit(self, connection_id: str, entry: AuditEntry) -> None:
        """As the port says; the same entry again is one."""
        self._enter("audit")
        entries = self.audits.setdefault(connection_id, [])
        kept = replace(entry, expires_at=whole_second(entry.expires_at))
        if kept not in entries:
            entries.append(kept)
        self.traffic.audit_writes += 1
        self._leave("audit")

    def audited(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[AuditEntry, ...]:
        """As the port says."""
        self._enter("audited")
        self.traffic.reads += 1
        entries = {entry.position: entry for entry in self.audits.get(connection_id, [])}
        positions = sorted((one for one in entries if not before or one < before), reverse=True)
        found = tuple(entries[position] for position in positions[:limit])
        self._leave("audited")
        return found

    def _keep_rows(
        self,
        connection_id: str,
        nominees: NomineesChange | None,
        history: Sequence[HistoryRow],
    ) -> None:
        """What goes with the run item."""
        if nominees is not None:
            runs = self.nominated.setdefault(connection_id, {})
            rows = runs.setdefault(nominees.run_id, {})
            if nominees.row.asset_ids:
                rows[nominees.row.key] = nominees.row
            else:
                rows.pop(nominees.row.key, None)
            self.traffic.nominee_writes += 1
        for row in history:
            kept = replace(row, expires_at=whole_second(row.expires_at))
            self.histories.setdefault(connection_id, {})[row.position] = kept
        self.traffic.history_writes += len(history)


def whole_second(instant: datetime) -> datetime:
    """As DynamoDB keeps when an item may go: in whole seconds."""
    return instant.replace(microsecond=0)
