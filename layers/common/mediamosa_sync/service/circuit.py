"""A connection's circuit: open while MediaMosa cannot be reached, so that nobody asks in vain."""

from __future__ import annotations

import hashlib
from datetime import datetime

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.transitions import failure_after, is_resting
from mediamosa_sync.errors import AssetServerError, SecretUnavailable
from mediamosa_sync.ports import SyncStore

UNREACHED = (AssetServerError, SecretUnavailable, InvalidConfiguration)
"""What keeps a connection's MediaMosa from doing anything for it."""


def configuration_of(connection: Connection) -> str:
    """What, if it changes, is worth another try at once after a failure."""
    parts = (connection.url, connection.user_name, connection.secret_arn, connection.time_zone)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def kind_of(error: Exception) -> str:
    """The stable word for an error of :data:`UNREACHED`."""
    return str(getattr(error, "kind", "configuration"))


class Circuit:
    """As it stands when it is made."""

    def __init__(self, store: SyncStore, connection: Connection) -> None:
        self._store = store
        self._connection = connection
        self._failure = store.push_state(connection.connection_id).circuit

    @property
    def reason(self) -> str:
        """Why it is open, in one sentence; "" if it is closed."""
        return "" if self._failure is None else self._failure.reason

    def is_resting(self, now: datetime) -> bool:
        """Whether it is open, and the pause after the last try is not over."""
        return is_resting(self._failure, now, configuration_of(self._connection))

    def open(self, error: Exception, now: datetime) -> None:
        """MediaMosa was asked in vain. Of two who say so at once the first is believed."""
        after = failure_after(
            self._failure,
            self._connection.connection_id,
            kind_of(error),
            str(error),
            now,
            configuration=configuration_of(self._connection),
        )
        self._store.set_circuit(self._connection.connection_id, self._failure, after)

    def close(self) -> None:
        """MediaMosa was reached."""
        if self._failure is not None:
            self._store.set_circuit(self._connection.connection_id, self._failure, None)
