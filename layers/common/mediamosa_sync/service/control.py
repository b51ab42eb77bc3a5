"""What admins see and ask for. Nothing here calls MediaMosa."""

from __future__ import annotations

from datetime import datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.run import Restart
from mediamosa_sync.domain.status import Surroundings, status_of
from mediamosa_sync.ports import Clock, Schedule, SyncStore, Tick


class UnknownConnection(LookupError):
    """No connection has this id."""


class Control:
    """Status and restart of all connections."""

    def __init__(self, store: SyncStore, schedule: Schedule, clock: Clock) -> None:
        self._store = store
        self._schedule = schedule
        self._clock = clock

    def statuses(self) -> list[dict[str, object]]:
        """The status of every connection, in order of ids. Raises :class:`StoreUnavailable`."""
        now = self._clock.now()
        tick = self._schedule.tick(now)
        return [self._status(connection, tick, now) for connection in self._store.connections()]

    def status(self, connection_id: str) -> dict[str, object]:
        """The status of one connection (``docs/architecture.md``, "status").

        Raises:
            UnknownConnection: nobody has this id.
            StoreUnavailable: DynamoDB or the schedule could not be read.
        """
        connection = self._known(connection_id)
        now = self._clock.now()
        return self._status(connection, self._schedule.tick(now), now)

    def request_restart(
        self, connection_id: str, *, requested_by: str, restart_id: str
    ) -> tuple[Restart, datetime | None]:
        """Leave the wish that the next run begins anew; a wish that stands already stays as it is.

        Returns the wish and the time of the next run, None while the schedule is off. Raises
        :class:`UnknownConnection` and :class:`StoreUnavailable`.
        """
        self._known(connection_id)
        now = self._clock.now()
        next_run = self._schedule.tick(now).next_run
        wish = Restart(restart_id, requested_by, now)
        return self._store.request_restart(connection_id, wish), next_run

    def _known(self, connection_id: str) -> Connection:
        connection = self._store.connection(connection_id)
        if connection is None:
            raise UnknownConnection(connection_id)
        return connection

    def _status(self, connection: Connection, tick: Tick, now: datetime) -> dict[str, object]:
        interval = tick.interval_seconds
        around = Surroundings(
            now=now,
            next_run=tick.next_run,
            interval=None if interval is None else timedelta(seconds=interval),
            attention=self._store.attention(connection.connection_id),
        )
        return status_of(connection, self._store.run_state(connection.connection_id), around)
