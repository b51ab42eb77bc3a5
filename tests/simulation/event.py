"""One thing that happens in a history."""

from __future__ import annotations

from typing import NamedTuple

from tests.simulation.invocations import Form


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
    "hand_over": "an asset is given to another application, or comes back",
    "lose_sight": "lists lack an asset that is there, or show it again",
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
