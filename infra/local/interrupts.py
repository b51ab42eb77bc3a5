"""Ctrl-C and SIGTERM, so that nothing that was started is forgotten."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A person or the system asks to stop. Not an Exception: no `except` may take it for one."""


class Interrupts:
    """Turns the first signal into :class:`Interrupted`, and ignores all that follow.

    Stopping takes seconds: a second Ctrl-C must not cut it short and leave processes behind.
    """

    def __init__(self) -> None:
        self._shields = 0
        self._waiting = False

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in SIGNALS:
            signal.signal(number, self._take)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Hold a signal back until the end of the block.

        What is started in the block is thereby always noted down for being stopped.
        """
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
        if self._waiting and not self._shields:
            raise Interrupted

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self._waiting = True
        if not self._shields:
            raise Interrupted
