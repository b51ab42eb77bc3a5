"""The tables as parts of a state: loaded into the fakes for one call, and read again after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.errors import SyncError
from tests.fakes.stores import MemoryTables
from tests.small_world.calls import Answer, Call
from tests.small_world.marks import Marks, Part

Parts = tuple[Part, ...]

MEDIA, STREAM, REMOVALS = 0, 1, 2
"""Where the media table stands in the parts, the events that wait, and how many removals it saw."""

SHELVES = (
    "_states",
    "_leases",
    "_links",
    "_push_states",
    "waiting_rows",
    "conflict_log",
    "copies",
    "nominated",
    "histories",
    "known_mediafiles",
    "_properties",
    "audits",
)
"""Attributes of the fakes, by connection."""

STATE, LEASE, LINKS, PUSHED, WAITING, CONFLICTS, COPIES, _NOMINATED, HISTORY, _, FIELD_LIST, _ = (
    range(len(SHELVES))
)

READS = frozenset(
    {
        "attention", "conflict", "conflicts", "connection", "connections", "due", "held", "history",
        "item", "links", "links_between", "mediafiles", "nominees", "properties", "push_state",
        "records", "removed_record", "removed_records", "run_state", "scan", "sequence", "troubled",
        "waiting",
    }
)  # fmt: skip
"""Methods that change nothing; the last look of a search checks that they did not."""


class Tables:
    """The two tables; what is a part of the state is put in before a call and taken out after."""

    def __init__(
        self, marks: Marks, tables: MemoryTables, connection_ids: Sequence[str], first: int
    ) -> None:
        """*first*: where the connections' shelves begin in the parts."""
        self._marks = marks
        self._tables = tables
        self._places = [
            (first + number * len(SHELVES) + place, shelf, connection_id)
            for number, connection_id in enumerate(connection_ids)
            for place, shelf in enumerate(SHELVES)
        ]
        self._loaded: list[Part | None] = [None] * (first + len(self._places))

    def ask(self, parts: Parts, call: Call) -> tuple[Answer, Parts]:
        """Carry *call* out; its answer, and the parts after it."""
        if call.method in READS:
            self._load(parts)
            return self._answered(call), parts
        return self.change(parts, lambda _: self._answered(call))

    def change(self, parts: Parts, act: Callable[[MemoryTables], Answer]) -> tuple[Answer, Parts]:
        """Let *act* change the tables; its answer, and the parts after it."""
        self._loaded = [None] * len(self._loaded)
        self._load(parts)
        self._loaded = [None] * len(self._loaded)
        answer = act(self._tables)
        return answer, self._read(parts)

    def _answered(self, call: Call) -> Answer:
        try:
            return Answer(getattr(self._tables, call.method)(*call.given, **call.named))
        except SyncError as error:
            return Answer(None, error)

    def _load(self, parts: Parts) -> None:
        tables, loaded = self._tables, self._loaded
        if loaded[MEDIA] is not parts[MEDIA]:
            tables.media = dict(parts[MEDIA].value)
            loaded[MEDIA] = parts[MEDIA]
        tables.stream = []
        for place, shelf, connection_id in self._places:
            part = parts[place]
            if loaded[place] is part:
                continue
            rows = getattr(tables, shelf)
            if part.value is None:
                rows.pop(connection_id, None)
            else:
                rows[connection_id] = _copied(part.value)
            loaded[place] = part

    def _read(self, parts: Parts) -> Parts:
        after = list(parts)
        tables, marks = self._tables, self._marks
        if tables.media != parts[MEDIA].value:
            after[MEDIA] = marks.part(tables.media)
            tables.media = dict(tables.media)
        for place, shelf, connection_id in self._places:
            value = getattr(tables, shelf).get(connection_id)
            if value != parts[place].value:
                after[place] = marks.part(_copied(value))
        if tables.stream:
            self._note_events(after, tables.take_stream())
        return tuple(after)

    def _note_events(self, after: list[Part], events: Sequence[RecordEvent]) -> None:
        """Put what happened to records into the stream, as far as a push can tell it apart.

        An event that does not concern the sync is dropped by ``edited`` without a look, alone or
        among others. The position is looked at of removals only, and only to tell a later one from
        an earlier one: all others have the position 0, so that states differ less.
        """
        removals, kept = after[REMOVALS].value, []
        for event in events:
            if not event.concerns:
                continue
            removals += event.after is None
            position = removals if event.after is None else 0
            kept.append(RecordEvent(event.media_id, event.before, event.after, position))
        if kept:
            after[STREAM] = self._marks.part((*after[STREAM].value, *kept))
            after[REMOVALS] = self._marks.part(removals)


def _copied(value: Any) -> Any:
    """A copy as deep as the fakes change what they hold in place."""
    if isinstance(value, dict):
        return {key: dict(row) if isinstance(row, dict) else row for key, row in value.items()}
    if isinstance(value, list):
        return list(value)
    return value
