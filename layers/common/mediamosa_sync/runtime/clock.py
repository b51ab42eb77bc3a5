"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The :class:`~mediamosa_sync.ports.Clock` of the functions."""

    def now(self) -> datetime:
        """This instant (aware UTC)."""
        return datetime.now(UTC)
