"""States of the small world, and moves between them."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.small_world.calls import Answer, Call, Stand
from tests.small_world.marks import MARK_BYTES, Part
from tests.small_world.scopes import CHANGES, EDITS
from tests.small_world.tables import Parts

AIR, TIME, LATEST, DELIVERED, FIRST_SERVER = 3, 4, 5, 6, 7
"""Where stand: a POST whose client died; the clock; each property's latest edit; the batch that was
dealt with last; the two MediaMosas."""
FIRST_SHELF = FIRST_SERVER + 2

SHORT, LONG = timedelta(seconds=76), timedelta(seconds=121)
"""Past the end of a lease (75 s), and past the end of a claim (120 s), too."""


class Broken(Exception):
    """A promise does not hold.

    Attributes:
        promise: its number, or a word for one that has none.
    """

    def __init__(self, promise: str, sentence: str) -> None:
        super().__init__(f"{promise}: {sentence}")
        self.promise = promise


class Used(NamedTuple):
    """What has happened so far; edits and changes as sets of bits."""

    steps: int = 0
    other: int = 0
    pushes: int = 0
    duplicates: int = 0
    kills: int = 0
    presses: int = 0
    short_jumps: int = 0
    long_jumps: int = 0
    edits: int = 0
    changes: int = 0


_PACKED = struct.Struct(f"{len(Used._fields)}B")


@dataclass(frozen=True, slots=True)
class Late:
    """A POST whose client died before it was answered; it may be carried out until *until*."""

    call: Call
    until: datetime


class State(NamedTuple):
    """Everything that decides what may come.

    Attributes:
        flights: invocations under way, in the order of their starts.
        path: the actions that led here, one byte each: the only thing that is no part of the state.
    """

    parts: Parts
    flights: tuple[Stand, ...]
    used: Used
    path: bytes = b""

    def digest(self) -> bytes:
        """Tells it from every other state; the same in every process."""
        marks = [part.mark for part in self.parts]
        marks += [stand.mark for stand in self.flights]
        marks.append(_PACKED.pack(*self.used))
        return hashlib.blake2b(b"".join(marks), digest_size=MARK_BYTES).digest()


class Action(NamedTuple):
    """*verb*, and the invocation, edit or change that it is about."""

    verb: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.verb}:{self.what}" if self.what else self.verb


NAMES = tuple(f"{kind}{number}" for kind in "spd" for number in range(1, 7))

ACTIONS = (
    *(Action("go", name) for name in NAMES),
    *(Action("die", name) for name in NAMES),
    *(Action("die-posting", name) for name in NAMES),
    *(Action("edit", str(number)) for number in range(len(EDITS))),
    *(Action("change", str(number)) for number in range(len(CHANGES))),
    *map(Action, ("step", "step-two", "again", "push", "duplicate", "press", "short", "long")),
    Action("late"),
)
CODES = {action: code for code, action in enumerate(ACTIONS)}


@dataclass(frozen=True, slots=True)
class Move:
    """One action, and what came of it.

    Attributes:
        stand: where the invocation stood that acted; None if no invocation did.
        call, answer: its call, if it made one.
    """

    action: Action
    before: State
    after: State
    stand: Stand | None = None
    call: Call | None = None
    answer: Answer | None = None


def replaced(parts: Parts, place: int, part: Part) -> Parts:
    """*parts* with another one in one place."""
    return (*parts[:place], part, *parts[place + 1 :])
