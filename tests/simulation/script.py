"""What happens in a history: a list of events, drawn from a seed, that a person can read."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tests.simulation.invocations import Form
from tests.simulation.setting import Setting


class Event(NamedTuple):
    """One event; what its numbers mean is the event's own affair.

    Where one means a thing that is not there (the third of two records), another of its kind is
    meant; what cannot be done at all is left out. So every list of events is a history, and a
    failing one can be made shorter.
    """

    name: str
    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0

    def told(self) -> str:
        """The event in words, with its numbers."""
        words = _WORDS.get(self.name, self.name.replace("_", " "))
        if self.name == "go_wrong":
            return f"{words} {self.b}, which {FORMS[self.c % len(FORMS)]}"
        if self.name == "go":
            return f"{words} {f'{self.b % 20} calls' if self.b % 20 else 'to its end'}"
        return f"{words} {tuple(self[1:])}"


_WORDS = {
    "edit": "an application edits a record",
    "edit_two": "an application edits two properties of a record",
    "same": "both sides change one property to the same value",
    "put": "an application writes a whole record",
    "spoil": "an application writes what cannot be read",
    "delete_record": "an application deletes a record",
    "create": "an application creates a record",
    "repoint": "an application lets a record name another asset",
    "theirs": "an editor changes an asset",
    "garble": "an editor writes what no answer can hold",
    "bring": "an editor brings a new asset",
    "delete_asset": "an editor deletes an asset",
    "trash": "an editor trashes an asset",
    "take_back": "an editor takes an asset out of the trashcan",
    "publish": "an editor publishes or unpublishes an asset",
    "mark": "an editor marks an asset private or inappropriate",
    "lag": "lists lag from now on, or no longer",
    "put_clock": "MediaMosa's clock is put forwards or back",
    "tick": "time passes, and the schedule fires",
    "doubled": "time passes, and the schedule fires twice",
    "deliver": "the stream delivers a batch",
    "replay": "the stream delivers an old batch again",
    "lose_events": "the stream forgets what nobody took",
    "away": "MediaMosa goes away",
    "back": "MediaMosa is back",
    "throttle": "DynamoDB throttles the next calls",
    "go": "an invocation goes on:",
    "go_wrong": "an invocation goes on to its call",
    "wait": "time passes",
}
FORMS = tuple(Form)

_ALWAYS: dict[str, float] = {
    "edit": 7,
    "theirs": 7,
    "tick": 16,
    "deliver": 12,
    "go": 5,
    "wait": 4,
}
_SOMETIMES = {
    "edit_two": 3,
    "same": 3,
    "put": 2,
    "spoil": 0.5,
    "delete_record": 1.5,
    "create": 4,
    "repoint": 1,
    "bring": 3,
    "delete_asset": 2.5,
    "trash": 1.5,
    "take_back": 2,
    "publish": 1.5,
    "mark": 1,
    "garble": 0.7,
    "lag": 1,
    "back_up": 0.7,
    "restore_backup": 0.7,
    "put_clock": 0.7,
    "log_out": 1.2,
    "doubled": 3,
    "replay": 3,
    "lose_events": 0.3,
    "away": 1,
    "back": 2.5,
    "throttle": 1.5,
    "restart": 2,
    "withdraw": 0.5,
    "full": 1,
    "pause": 0.7,
    "resume": 1.5,
    "rule": 2,
    "use_record_value": 1.5,
    "retry": 1,
    "discard": 0.7,
    "restore_removed": 2.5,
    "look": 1.5,
}
THOROUGH = 100
"""In the end of one history of so many everything is done again, and begun anew."""
_LONG = 20
"""One history of so many is as long as two others."""

_THEMES = {
    "removal": {
        "delete_asset": 9,
        "trash": 4,
        "take_back": 6,
        "publish": 3,
        "rule": 8,
        "restore_removed": 4,
        "bring": 4,
        "full": 3,
        "mark": 2,
    },
    "tie": {
        "create": 9,
        "delete_record": 6,
        "repoint": 4,
        "put": 4,
        "replay": 4,
        "bring": 3,
        "lose_events": 1,
        "full": 2,
    },
    "push": {
        "edit": 10,
        "edit_two": 4,
        "same": 3,
        "put": 2,
        "replay": 3,
        "wait": 6,
        "away": 3,
        "back": 5,
        "retry": 2,
        "discard": 2,
        "deliver": 8,
    },
    "run": {
        "restart": 5,
        "full": 4,
        "doubled": 5,
        "withdraw": 2,
        "pause": 2,
        "resume": 3,
        "look": 2,
        "put_clock": 2,
        "lag": 2,
        "bring": 3,
        "away": 2,
        "back": 3,
    },
    "both": {"edit": 8, "theirs": 8, "same": 4, "use_record_value": 4, "spoil": 1, "wait": 3},
}
"""What a history may be about."""
_BESIDE = 0.15
"""How many of the other kinds happen as well."""
_FOCUSED = 0.6
_ABOUT_ONE = frozenset(
    [
        "edit",
        "theirs",
        "put",
        "delete_asset",
        "trash",
        "take_back",
        "create",
        "repoint",
        "delete_record",
        "publish",
    ]
)

_FAULT_RATES = (0.0, 0.6, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""Of ticks, deliveries and goings-on: how many of them go wrong at one of their calls, or more."""
_AGAIN = 0.9
"""Of those, how many go wrong once more."""
_MOST_FAULTS = 4
_EARLY_CALLS, _LATE_CALLS = (1, 8), (8, 13)
"""At which call: an invocation's first ones, or those in which a push writes and settles."""
_LATE = 0.35


def setting_of(seed: int) -> Setting:
    """The world in which the history of *seed* happens."""
    rnd = Random(f"setting/{seed}")
    return Setting(
        page_size=rnd.choice((1, 1, 2, 2, 3, 100)),
        steps_per_tick=rnd.choice((1, 2, 3, 10)),
        assets=rnd.choice((0, 1, 1, 2, 2, 3, 4)),
        zone=rnd.choice(("Europe/Amsterdam", "Europe/Amsterdam", "UTC", "America/New_York")),
        connections=rnd.choice((1, 1, 1, 1, 1, 2)),
        guard=rnd.choice((1, 2, 2, 5)),
        recreate=rnd.random() < 0.2,
        keep_trashed=rnd.random() < 0.2,
        remove_unpublished=rnd.random() < 0.15,
        adopted=rnd.choice((0, 0, 0, 1, 2)),
        synced=rnd.random() < 0.8,
        utf8mb4=rnd.random() < 0.7,
        autumn=rnd.random() < 0.1,
        patient=rnd.random() < 0.2 or seed % THOROUGH == 0,
        thorough=seed % THOROUGH == 0,
    )


def script_of(seed: int) -> tuple[Event, ...]:
    """The events of the history of *seed*.

    Each history is about a theme or two, and most are about one asset and one record above all.
    """
    rnd, faults = Random(f"events/{seed}"), Random(f"faults/{seed}")
    weights = _weights(rnd)
    names, odds = list(weights), list(weights.values())
    rate = faults.choice(_FAULT_RATES)
    focus = (rnd.getrandbits(6), rnd.getrandbits(6)) if rnd.random() < _FOCUSED else None
    events: list[Event] = []
    for name in rnd.choices(names, odds, k=_length(rnd)):
        events.append(_event(rnd, name, focus))
        if name in {"tick", "deliver", "doubled", "replay", "go"}:
            events += _going_on(rnd, faults, rate)
    return tuple(events)


def _weights(rnd: Random) -> dict[str, float]:
    """How often each kind of event happens in one history."""
    weights = dict(_ALWAYS)
    weights.update({name: one for name, one in _SOMETIMES.items() if rnd.random() < _BESIDE})
    for theme in rnd.sample(list(_THEMES), rnd.choice((1, 1, 2))):
        for name, one in _THEMES[theme].items():
            weights[name] = weights.get(name, 0) + one
    return weights


def _event(rnd: Random, name: str, focus: tuple[int, int] | None) -> Event:
    a, b, c = rnd.getrandbits(6), rnd.getrandbits(6), rnd.getrandbits(6)
    if focus is not None and name in _ABOUT_ONE:
        a = focus[0] if rnd.random() < 0.75 else a
        b = focus[1] if rnd.random() < 0.6 else b
    if name == "create":
        # Of the ids, those that come first are assets' most often.
        a %= rnd.choice((2, 3, 8))
    return Event(name, a, b, c)


def _length(rnd: Random) -> int:
    """So many events, and what goes on after them."""
    return rnd.randint(24, 48) if rnd.randrange(_LONG) == 0 else rnd.randint(10, 25)


def _going_on(rnd: Random, faults: Random, rate: float) -> list[Event]:
    """The newest invocation goes on: to its end, to a fault or several, or for a few calls only."""
    wrong: list[Event] = []
    while len(wrong) < _MOST_FAULTS and faults.random() < rate * _AGAIN ** len(wrong):
        late = not wrong and faults.random() < _LATE
        call = faults.randint(*(_LATE_CALLS if late else _EARLY_CALLS))
        wrong.append(Event("go_wrong", 63, call, faults.randrange(len(FORMS))))
    if wrong:
        return wrong
    if rnd.random() < 0.65:
        return [Event("go", 63, 0)]
    return [Event("go", 63, rnd.randint(1, 12))]
