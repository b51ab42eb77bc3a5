"""A schedule whose next tick a test decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import Tick


class FakeSchedule:
    """The port ``Schedule``: every *interval_seconds* after *anchor*, unless off or not to be read.

    Attributes:
        on: False as a disabled schedule.
        reachable: False makes :meth:`tick` raise ``StoreUnavailable``.
    """

    def __init__(self, anchor: datetime, interval_seconds: float = 60) -> None:
        self.anchor = anchor
        self.interval_seconds = interval_seconds
        self.on = True
        self.reachable = True

    def tick(self, now: datetime) -> Tick:
        """The first time after *now*."""
        if not self.reachable:
            raise StoreUnavailable("The schedule cannot be read now: try again in a minute.")
        if not self.on:
            return Tick(next_run=None, interval_seconds=self.interval_seconds)
        interval = timedelta(seconds=self.interval_seconds)
        passed = max((now - self.anchor) // interval + 1, 0)
        return Tick(self.anchor + passed * interval, self.interval_seconds)
