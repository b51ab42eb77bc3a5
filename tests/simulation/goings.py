"""How an invocation that has just begun goes on: to its end, for some calls, or to a fault."""

from __future__ import annotations

from random import Random

from tests.simulation.event import FORMS, Event

NEWEST = 63
"""Which invocation: the one that has begun last, whenever fewer are live."""

_RATES = (0.0, 0.2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""How many goings-on of a history go wrong at one of their calls, or more."""
_AGAIN = 0.95
"""Of those, how many go wrong once more."""
_MOST_FAULTS = 8
_EARLY_CALLS, _LATE_CALLS = (1, 6), (6, 13)
"""At which call: an invocation's first ones, or those in which a push writes and settles."""
_LATE = 0.25


class Goings:
    """What goes wrong in one history is drawn apart from what happens in it."""

    def __init__(self, rnd: Random, faults: Random) -> None:
        self._rnd = rnd
        self._faults = faults
        self._rate = faults.choice(_RATES)

    def on(self) -> list[Event]:
        """To its end, to a fault or several, or for a few calls only."""
        wrong: list[Event] = []
        while len(wrong) < _MOST_FAULTS and self._faults.random() < self._rate * _AGAIN ** len(
            wrong
        ):
            wrong.append(self._wrong(late=not wrong and self._faults.random() < _LATE))
        if wrong:
            return wrong
        return [Event("go", NEWEST)] if self._rnd.random() < 0.6 else [self._few()]

    def partly(self) -> list[Event]:
        """For a few calls, the last of which may go wrong."""
        if self._faults.random() < self._rate * 0.9:
            return [self._wrong(late=self._faults.random() < 0.5)]
        return [self._few()]

    def _wrong(self, *, late: bool) -> Event:
        call = self._faults.randint(*(_LATE_CALLS if late else _EARLY_CALLS))
        return Event("go_wrong", NEWEST, call, self._faults.randrange(len(FORMS)))

    def _few(self) -> Event:
        return Event("go", NEWEST, self._rnd.randint(1, 12))
