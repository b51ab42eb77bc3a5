"""One seed's history, and how a failing one is made short enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.event import Event
from tests.simulation.history import Played, play
from tests.simulation.script import script_of, setting_of
from tests.simulation.setting import Setting


@dataclass(frozen=True, slots=True)
class Violation:
    """A history that breaks a promise.

    Attributes:
        kind: the promise's number, or the name of an error that nobody declares.
        what: one sentence.
        events: the shortest list that was found to end the same way.
    """

    seed: int
    kind: str
    what: str
    setting: Setting
    events: tuple[Event, ...]

    def __str__(self) -> str:
        lines = [f"Seed {self.seed}: {self.what}", f"  {self.setting}"]
        lines += [f"  {number:2} {event.told()}" for number, event in enumerate(self.events, 1)]
        return "\n".join([*lines, f"Again: make sim SEED={self.seed} N=1"])


def check_seed(seed: int, *, shrink: bool = True) -> Violation | None:
    """What is wrong with the history of *seed*; None if nothing is."""
    setting, events = setting_of(seed), script_of(seed)
    found = outcome(setting, events)
    if isinstance(found, Played):
        return None
    if shrink:
        events = tuple(shrunk(setting, events, found[0]))
        again = outcome(setting, events)
        found = found if isinstance(again, Played) else again
    return Violation(seed, *found, setting, events)


def outcome(setting: Setting, events: Sequence[Event]) -> Played | tuple[str, str]:
    """How *events* end: as they should, or the kind and the sentence of what is wrong."""
    try:
        return play(setting, events)
    except Exception as error:  # noqa: BLE001 (whatever comes out of it, it was not declared)
        return getattr(error, "promise", type(error).__name__), str(error)


def shrunk(setting: Setting, events: Sequence[Event], kind: str) -> list[Event]:
    """*events* without those that it does not need to end in *kind*: halves, quarters, singles."""
    left, size = list(events), len(events) // 2
    while size:
        start = 0
        while start < len(left):
            shorter = [*left[:start], *left[start + size :]]
            found = outcome(setting, shorter)
            if isinstance(found, tuple) and found[0] == kind:
                left = shorter
            else:
                start += size
        size //= 2
    return left
