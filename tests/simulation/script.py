"""What happens in a history: a list of events, drawn from a seed, that a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from tests.simulation.event import Event
from tests.simulation.goings import Goings
from tests.simulation.rounds import ROUNDS
from tests.simulation.setting import Setting

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
    "hand_over": 0.7,
    "lose_sight": 0.7,
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
_CROWDED, MANY = 40, 12
"""One world of so many has so many assets: more than MediaMosa's own limit of a list."""
_LONG = 20
"""One history of so many is as long as two others."""

_THEMES: dict[str, dict[str, float]] = {
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
    "walk": {
        "delete_asset": 6,
        "trash": 3,
        "take_back": 2,
        "bring": 5,
        "theirs": 6,
        "restart": 2,
        "full": 3,
        "garble": 2,
        "lose_sight": 1.5,
        "hand_over": 1.5,
        "go": 8,
        "look": 1,
    },
    "race": {"edit": 9, "theirs": 9, "same": 2, "deliver": 10, "tick": 4, "go": 16, "restart": 1},
    "both": {"edit": 8, "theirs": 8, "same": 4, "use_record_value": 4, "spoil": 1, "wait": 3},
}
"""What a history may be about."""
_IN_ROUNDS = 0.25
"""How often a round begins, instead of a single event."""
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


def setting_of(seed: int) -> Setting:
    """The world in which the history of *seed* happens."""
    rnd, themes = Random(f"setting/{seed}"), themes_of(seed)
    walks = "walk" in themes
    return Setting(
        page_size=rnd.choice((1, 2, 2, 3) if walks else (1, 2, 2, 3, 100, 100)),
        steps_per_tick=rnd.choice((1, 1, 2) if walks else (1, 2, 3, 10)),
        assets=_assets(rnd, themes),
        zone=rnd.choice(("Europe/Amsterdam", "Europe/Amsterdam", "UTC", "America/New_York")),
        connections=rnd.choice((1, 1, 1, 1, 1, 2)),
        guard=rnd.choice((1, 2, 2, 5)),
        recreate=rnd.random() < 0.2,
        keep_trashed=rnd.random() < 0.2,
        remove_unpublished=rnd.random() < 0.15,
        adopted=rnd.choice((0, 0, 0, 1, 2)),
        synced=rnd.random() < (0.4 if walks else 0.85),
        utf8mb4=rnd.random() < 0.7,
        autumn=rnd.random() < 0.1,
        patient=rnd.random() < 0.2 or seed % THOROUGH == 0,
        thorough=seed % THOROUGH == 0,
    )


def themes_of(seed: int) -> tuple[str, ...]:
    """What the history of *seed* is about: one theme or two."""
    rnd = Random(f"themes/{seed}")
    return tuple(rnd.sample(list(_THEMES), rnd.choice((1, 1, 2))))


def _assets(rnd: Random, themes: Sequence[str]) -> int:
    if rnd.randrange(_CROWDED) == 0:
        return MANY
    if "walk" in themes or "removal" in themes:
        return rnd.choice((1, 2, 3, 4, 5))
    return rnd.choice((1, 1, 2) if "race" in themes else (0, 1, 1, 2, 2, 3))


def script_of(seed: int) -> tuple[Event, ...]:
    """The events of the history of *seed*.

    Each history is about a theme or two, goes by rounds now and then, and is mostly about one asset
    and one record.
    """
    rnd, themes = Random(f"events/{seed}"), themes_of(seed)
    goings = Goings(rnd, Random(f"faults/{seed}"))
    weights = _weights(rnd, themes)
    names, odds = list(weights), list(weights.values())
    focus = (rnd.getrandbits(6), rnd.getrandbits(6))
    focused = rnd.random() < _FOCUSED
    rounds = [ROUNDS[theme] for theme in themes if theme in ROUNDS]
    events: list[Event] = []
    for _ in range(_length(rnd)):
        if rounds and rnd.random() < _IN_ROUNDS:
            events += rnd.choice(rounds)(rnd, goings, focus)
            continue
        (name,) = rnd.choices(names, odds)
        events.append(_event(rnd, name, focus if focused else None))
        if name in {"tick", "deliver", "doubled", "replay", "go"}:
            events += goings.on()
    return tuple(events)


def _weights(rnd: Random, themes: Iterable[str]) -> dict[str, float]:
    """How often each kind of event happens in one history."""
    weights = dict(_ALWAYS)
    weights.update({name: one for name, one in _SOMETIMES.items() if rnd.random() < _BESIDE})
    for theme in themes:
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
    """So many rounds and single events."""
    return rnd.randint(16, 30) if rnd.randrange(_LONG) == 0 else rnd.randint(5, 12)
