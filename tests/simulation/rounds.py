"""Things that happen in an order that tells: what single events, drawn one by one, seldom make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.simulation.event import Event
from tests.simulation.goings import Goings

Focus = tuple[int, int]
Round = Callable[[Random, Goings, Focus], list[Event]]
"""Events of one round, about the asset and the property of a focus."""

_LONG_WAITS = (4, 5, 6, 7)
_OLDEST = 0


def race(rnd: Random, goings: Goings, focus: Focus) -> list[Event]:
    """Two invocations about one asset, which both sides change before, between and after."""
    first, second = rnd.choice(
        (
            ("tick", "deliver"),
            ("tick", "deliver"),
            ("deliver", "tick"),
            ("deliver", "tick"),
            ("deliver", "deliver"),
            ("deliver", "replay"),
            ("tick", "tick"),
        )
    )
    return [
        _change(rnd, focus),
        *_perhaps(rnd, 0.5, lambda: _change(rnd, focus)),
        *_perhaps(rnd, 0.4, lambda: _wait(rnd)),
        _begin(rnd, first),
        *goings.partly(),
        *_between(rnd, focus),
        _begin(rnd, second),
        *(goings.on() if rnd.random() < 0.7 else goings.partly()),
        *_between(rnd, focus),
        Event("go", _OLDEST),
        Event("go", _OLDEST),
    ]


def removal(rnd: Random, goings: Goings, focus: Focus) -> list[Event]:
    """Assets vanish, somebody decides, and something happens before that is carried out."""
    gone = ("delete_asset", "delete_asset", "delete_asset", "trash", "publish")
    back = ("take_back", "take_back", "restore_backup", "delete_asset", "theirs", "edit", "put")
    return [
        *_perhaps(rnd, 0.3, lambda: Event("back_up")),
        *(_about(rnd, rnd.choice(gone), focus, 0.3) for _ in range(rnd.randint(1, 4))),
        *_perhaps(rnd, 0.3, lambda: Event(rnd.choice(("full", "restart")))),
        _begin(rnd, "tick"),
        *goings.on(),
        *_perhaps(rnd, 0.4, lambda: _about(rnd, rnd.choice(back), focus, 0.5)),
        *_perhaps(rnd, 0.8, lambda: _event(rnd, "rule")),
        *_perhaps(rnd, 0.4, lambda: _about(rnd, rnd.choice(back), focus, 0.5)),
        _begin(rnd, "tick"),
        *goings.on(),
        *_perhaps(rnd, 0.5, lambda: _about(rnd, "take_back", focus, 0.5)),
        *_perhaps(rnd, 0.5, lambda: _event(rnd, "restore_removed")),
    ]


def walk(rnd: Random, goings: Goings, focus: Focus) -> list[Event]:
    """A page, and before the next one the list is another."""
    moved = ("delete_asset", "delete_asset", "delete_asset", "trash", "bring", "garble", "theirs")
    return [
        _begin(rnd, "tick"),
        *goings.on(),
        *(_about(rnd, rnd.choice(moved), focus, 0.1) for _ in range(rnd.randint(1, 3))),
        _begin(rnd, "tick"),
        *goings.on(),
        _event(rnd, "look"),
    ]


ROUNDS: Mapping[str, Round] = {"race": race, "push": race, "removal": removal, "walk": walk}
"""Theme → its rounds."""


def _between(rnd: Random, focus: Focus) -> list[Event]:
    return [
        *_perhaps(rnd, 0.4, lambda: _change(rnd, focus)),
        *_perhaps(rnd, 0.2, lambda: _wait(rnd)),
        *_perhaps(rnd, 0.1, lambda: Event("restart")),
        *_perhaps(rnd, 0.2, lambda: _change(rnd, focus)),
    ]


def _perhaps(rnd: Random, odds: float, event: Callable[[], Event]) -> list[Event]:
    return [event()] if rnd.random() < odds else []


def _change(rnd: Random, focus: Focus) -> Event:
    return _about(rnd, rnd.choice(("edit", "edit", "theirs", "theirs", "same")), focus, 0.9)


def _about(rnd: Random, name: str, focus: Focus, odds: float) -> Event:
    """About the focus with these *odds*."""
    a, b = focus if rnd.random() < odds else (rnd.getrandbits(6), rnd.getrandbits(6))
    return Event(name, a, b, rnd.getrandbits(6))


def _event(rnd: Random, name: str) -> Event:
    return Event(name, rnd.getrandbits(6), rnd.getrandbits(6), rnd.getrandbits(6))


def _begin(rnd: Random, name: str) -> Event:
    # Mostly all that waits is delivered, and a minute passes before a tick.
    return Event(name, rnd.getrandbits(6), 2 if name == "deliver" else rnd.getrandbits(6))


def _wait(rnd: Random) -> Event:
    return Event("wait", rnd.choice(_LONG_WAITS))
