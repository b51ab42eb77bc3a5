"""How much may happen: the bounds within which every order of events is gone through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """An application sets one property of a record of connection 0 or 1."""

    number: int
    asset_id: str
    name: str
    value: str

    @property
    def sentence(self) -> str:
        return f"an application sets {self.name} of {_whose(self.asset_id, self.number)}'s record"


class Change(NamedTuple):
    """An editor sets one property of an asset of MediaMosa 0 or 1; without a name deletes it."""

    number: int
    asset_id: str
    name: str = ""
    value: str = ""

    @property
    def sentence(self) -> str:
        asset = _whose(self.asset_id, self.number)
        if not self.name:
            return f"an editor deletes {asset}"
        return f"an editor sets {self.name} of {asset} in MediaMosa"


EDITS = (
    Edit(0, "A", "title", "ours 1"),
    Edit(0, "A", "title", "ours 2"),
    Edit(0, "A", "subject", "ours 3"),
    Edit(0, "B", "title", "ours 4"),
    Edit(1, "A", "title", "ours 5"),
)
CHANGES = (
    Change(0, "A", "title", "theirs 1"),
    Change(0, "A", "subject", "theirs 2"),
    Change(0, "B", "title", "theirs 3"),
    Change(1, "A", "title", "theirs 4"),
    Change(0, "B"),
    Change(0, "A"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The bounds of one search.

    Attributes:
        synced: whether it begins after the first full run, at rest; else with empty tables, but
            for one record that an application has just written.
        page_size: of both connections.
        steps: executions of the step function, of both connections and repeats together; at most
            *at_once* of them at the same time.
        other: how many of them may be of the second connection.
        pushes: invocations of the push function; *duplicates* of them deliver a batch again.
        edits, changes: which may happen, each once, and how many of them at the most.
        kills: invocations that die, at any call; a POST of theirs may be carried out later.
        presses: of the restart button.
        short_jumps, long_jumps: of the clock, past the end of a lease, and of a claim, too.
    """

    name: str
    synced: bool = True
    page_size: int = 2
    steps: int = 2
    at_once: int = 2
    other: int = 0
    pushes: int = 1
    duplicates: int = 0
    edits: tuple[int, ...] = ()
    most_edits: int = 1
    changes: tuple[int, ...] = ()
    most_changes: int = 1
    kills: int = 0
    presses: int = 0
    short_jumps: int = 0
    long_jumps: int = 0

    @property
    def jumps(self) -> int:
        return self.short_jumps + self.long_jumps


def _whose(asset_id: str, number: int) -> str:
    return f"{asset_id} of connection {number + 1}"


SCOPES = {
    one.name: one
    for one in (
        Scope("tiny", steps=1, edits=(0,), changes=(0,)),
        Scope("meeting", steps=2, pushes=1, edits=(0,), changes=(0,)),
        Scope("dying", steps=1, pushes=1, edits=(0,), changes=(0,), kills=1, presses=1),
        Scope("restart", steps=2, pushes=0, changes=(0,), kills=1, presses=1, short_jumps=1),
        Scope("pushing", steps=0, pushes=2, duplicates=1, edits=(0, 1, 2), most_edits=2,
              changes=(0,), kills=1),
        Scope("claims", steps=1, pushes=1, edits=(0,), changes=(0,), kills=1, long_jumps=1),
        Scope("first", synced=False, steps=1, pushes=1, changes=(0,), kills=1),
        Scope("two", steps=2, other=1, pushes=1, edits=(0, 4), changes=(3,)),
        Scope("gone", steps=1, pushes=1, edits=(3,), changes=(4,), kills=1),
        Scope("whole", steps=2, other=1, pushes=2, duplicates=1, edits=(0, 1, 2, 3, 4),
              most_edits=2, changes=(0, 1, 2, 3, 4, 5), most_changes=2, kills=1, presses=1,
              short_jumps=1, long_jumps=1),
    )
}  # fmt: skip
# "whole" is everything at once: too much to be closed, so it is for a bound by STATES alone.
DEFAULT = ("two", "meeting", "restart", "pushing", "claims", "dying", "first", "gone", "tiny")
