"""A sync table that nobody can write to: what a plan's store is built on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NoReturn

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.record import RecordChange, RemovedRecord
from mediamosa_sync.domain.rows import (
    AuditEntry,
    Due,
    HeldAsset,
    HistoryRow,
    Nominees,
    PushState,
    Troubled,
    Waiting,
)
from mediamosa_sync.domain.run import Restart, RunState
from mediamosa_sync.domain.writes import Conflict
from mediamosa_sync.ports import SyncStore


class UntouchedStore:
    """The methods of ``SyncStore`` that a step reads with, and refusals of what it never calls.

    Those that a step writes with are not here: who derives from this says what becomes of them.
    """

    def __init__(self, store: SyncStore) -> None:
        self._store = store

    def connections(self) -> tuple[Connection, ...]:
        """As it stands."""
        return self._store.connections()

    def connection(self, connection_id: str) -> Connection | None:
        """As it stands."""
        return self._store.connection(connection_id)

    def run_state(self, connection_id: str) -> RunState:
        """As it stands."""
        return self._store.run_state(connection_id)

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """As they stand."""
        return self._store.links(connection_id, asset_ids)

    def links_between(
        self, connection_id: str, *, after: str, upto: str | None, prefix: str, limit: int
    ) -> tuple[Mapping[str, Link], bool]:
        """As they stand."""
        return self._store.links_between(
            connection_id, after=after, upto=upto, prefix=prefix, limit=limit
        )

    def nominees(self, connection_id: str, run_id: str, *, after: str = "") -> Nominees | None:
        """As they stand."""
        return self._store.nominees(connection_id, run_id, after=after)

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """As they stand: what a plan holds is held later than any ruling was made."""
        return self._store.held(connection_id, upto=upto, limit=limit, after=after)

    def removed_record(self, connection_id: str, asset_id: str) -> RemovedRecord | None:
        """As it stands."""
        return self._store.removed_record(connection_id, asset_id)

    def removed_records(
        self, connection_id: str, *, limit: int, after: str = ""
    ) -> tuple[RemovedRecord, ...]:
        """As they stand."""
        return self._store.removed_records(connection_id, limit=limit, after=after)

    def sequence(self, connection_id: str) -> int:
        """As it stands."""
        return self._store.sequence(connection_id)

    def push_state(self, connection_id: str) -> PushState:
        """As it stands."""
        return self._store.push_state(connection_id)

    def due(self, connection_id: str, *, upto: datetime, limit: int) -> tuple[Due, ...]:
        """As the index has it."""
        return self._store.due(connection_id, upto=upto, limit=limit)

    def troubled(
        self, connection_id: str, state: LinkState, *, limit: int, after: str = ""
    ) -> tuple[Troubled, ...]:
        """As the index has it."""
        return self._store.troubled(connection_id, state, limit=limit, after=after)

    def waiting(self, connection_id: str, media_ids: Iterable[str]) -> Mapping[str, Waiting]:
        """As they stand."""
        return self._store.waiting(connection_id, media_ids)

    def conflicts(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[Conflict, ...]:
        """As they stand."""
        return self._store.conflicts(connection_id, limit=limit, before=before)

    def conflict(self, connection_id: str, conflict_id: str) -> Conflict | None:
        """As it stands."""
        return self._store.conflict(connection_id, conflict_id)

    def history(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[HistoryRow, ...]:
        """As it stands."""
        return self._store.history(connection_id, limit=limit, before=before)

    def audited(
        self, connection_id: str, *, limit: int, before: str = ""
    ) -> tuple[AuditEntry, ...]:
        """As it stands."""
        return self._store.audited(connection_id, limit=limit, before=before)

    def mediafiles(self, connection_id: str, ids: Iterable[str]) -> Mapping[str, str]:
        """As they stand."""
        return self._store.mediafiles(connection_id, ids)

    def properties(self, connection_id: str) -> tuple[tuple[Property, ...], datetime] | None:
        """As they stand."""
        return self._store.properties(connection_id)

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """As the index has it."""
        return self._store.attention(connection_id)

    def put_connection(self, connection: Connection) -> None:
        """No step configures."""
        del connection
        _refuse()

    def pause(self, connection_id: str, directions: Iterable[str], *, paused: bool) -> None:
        """No step pauses."""
        del connection_id, directions, paused
        _refuse()

    def request_restart(self, connection_id: str, restart: Restart) -> Restart:
        """No step leaves marks."""
        del connection_id, restart
        _refuse()

    def withdraw_restart(self, connection_id: str) -> bool:
        """No step withdraws marks."""
        del connection_id
        _refuse()

    def request_full(self, connection_id: str, wish: Restart) -> Restart:
        """No step leaves marks."""
        del connection_id, wish
        _refuse()

    def rule(self, connection_id: str, ruling: Ruling) -> bool:
        """No step leaves rulings."""
        del connection_id, ruling
        _refuse()

    def resolve(self, connection_id: str, conflict: Conflict, record: RecordChange) -> bool:
        """No step resolves conflicts."""
        del connection_id, conflict, record
        _refuse()

    def audit(self, connection_id: str, entry: AuditEntry) -> None:
        """No step is an admin."""
        del connection_id, entry
        _refuse()


def _refuse() -> NoReturn:
    raise AssertionError("a plan was asked to write")
