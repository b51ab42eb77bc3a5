"""What admins see of a connection and ask for as a whole. Nothing here calls MediaMosa."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.run import Restart
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.ports import Clock, Schedule, SyncStore, Tick
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.refusals import UnknownConnection


@dataclass(frozen=True, slots=True)
class Marked:
    """A wish that stands.

    Attributes:
        at: when it was first asked for (aware UTC).
        next_run: when the schedule fires next; None while it is off.
        fresh: whether this request left it, not an earlier one.
    """

    at: datetime
    next_run: datetime | None
    fresh: bool


def known(store: SyncStore, connection_id: str) -> Connection:
    """The connection of that id. Raises :class:`UnknownConnection`."""
    connection = store.connection(connection_id)
    if connection is None:
        raise UnknownConnection
    return connection


class Control:
    """Status, restart, full run and pause.

    Every method may raise :class:`UnknownConnection`, and :class:`StoreUnavailable` if DynamoDB or
    the schedule cannot be read; then nothing was marked.
    """

    def __init__(self, store: SyncStore, schedule: Schedule, clock: Clock) -> None:
        self._store = store
        self._schedule = schedule
        self._clock = clock

    def statuses(self) -> list[dict[str, object]]:
        """The status of every connection, in order of ids."""
        now = self._clock.now()
        tick = self._schedule.tick(now)
        return [self._status(connection, tick, now) for connection in self._store.connections()]

    def status(self, connection_id: str) -> dict[str, object]:
        """The status of one connection (``docs/architecture.md``, "status")."""
        connection = known(self._store, connection_id)
        now = self._clock.now()
        return self._status(connection, self._schedule.tick(now), now)

    def request_restart(self, connection_id: str, admin: Admin) -> Marked:
        """Leave the wish that the next run begins anew; a wish that stands already stays as it is.

        The wish bears the request's id.
        """
        wish, next_run = self._wish(connection_id, admin)
        return _marked(self._store.request_restart(connection_id, wish), wish, next_run)

    def withdraw_restart(self, connection_id: str) -> bool:
        """Take the wish back; False if none waits (any more)."""
        known(self._store, connection_id)
        return self._store.withdraw_restart(connection_id)

    def request_full(self, connection_id: str, admin: Admin) -> Marked:
        """Leave the wish for a full run that breaks nothing off; one that stands already stays."""
        wish, next_run = self._wish(connection_id, admin)
        return _marked(self._store.request_full(connection_id, wish), wish, next_run)

    def pause(self, connection_id: str, directions: Iterable[str], *, paused: bool) -> bool:
        """Pause *directions* ("pull", "push"), or go on with them; False if they were so before."""
        before = known(self._store, connection_id).paused
        wanted = frozenset(directions)
        if wanted <= before if paused else wanted.isdisjoint(before):
            return False
        self._store.pause(connection_id, wanted, paused=paused)
        return True

    def _wish(self, connection_id: str, admin: Admin) -> tuple[Restart, datetime | None]:
        known(self._store, connection_id)
        now = self._clock.now()
        next_run = self._schedule.tick(now).next_run
        return Restart(admin.request_id, admin.by, now), next_run

    def _status(self, connection: Connection, tick: Tick, now: datetime) -> dict[str, object]:
        interval = tick.interval_seconds
        around = Surroundings(
            now=now,
            next_run=tick.next_run,
            interval=None if interval is None else timedelta(seconds=interval),
            attention=self._store.attention(connection.connection_id),
            pushed=self._store.push_state(connection.connection_id).counts,
        )
        return status_of(connection, self._store.run_state(connection.connection_id), around)


def _marked(stands: Restart, wish: Restart, next_run: datetime | None) -> Marked:
    fresh = stands.restart_id == wish.restart_id
    return Marked(stands.requested_at, next_run, fresh)
