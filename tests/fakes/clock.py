"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class FakeClock:
    """The port ``Clock`` with a time that is set by hand."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The instant it was set to (aware UTC)."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Make it *instant*, forwards or backwards."""
        self._now = instant

    def advance(self, step: timedelta | None = None, *, seconds: float = 0) -> datetime:
        """Move by *step* and *seconds*; returns the new time."""
        self._now += (step or timedelta()) + timedelta(seconds=seconds)
        return self._now
