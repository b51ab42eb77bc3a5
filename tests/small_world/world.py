"""The small world: two servers with the same asset ids, and what can be asked of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.domain.transitions import Rules
from tests.fakes.clock import START
from tests.fakes.stores import MemoryTables
from tests.small_world.calls import CLOCK, SERVER, Answer, Call, Invocations, Stand, Start
from tests.small_world.marks import Marks, Part
from tests.small_world.scopes import Scope
from tests.small_world.servers import Content, Server
from tests.small_world.states import (
    DELIVERED,
    FIRST_SERVER,
    FIRST_SHELF,
    TIME,
    Broken,
    State,
    Used,
    replaced,
)
from tests.small_world.tables import (
    COPIES,
    FIELD_LIST,
    LINKS,
    MEDIA,
    PUSHED,
    REMOVALS,
    SHELVES,
    STATE,
    STREAM,
    WAITING,
    Parts,
    Tables,
)

URLS = ("https://one.example.org", "https://two.example.org")
TITLES = (
    {"A": "first A of one", "B": "first B of one"},
    {"A": "first A of two", "B": "first B of two"},
)
FILM = "film-1"
"""The application's own record of asset A of the first connection."""
PLAIN = "plain"
"""A record that is none of MediaMosa's."""

MOST_REMEMBERED = 200_000
"""Calls whose outcome is remembered; they are forgotten all at once."""
EVERY = 256
"""Every so many times, what is remembered is found out again, and must be the same."""

ONE_SHELF = {
    "links": LINKS,
    "links_between": LINKS,
    "properties": FIELD_LIST,
    "push_state": PUSHED,
    "removed_record": COPIES,
    "run_state": STATE,
    "sequence": STATE,
    "waiting": WAITING,
}
"""Methods that read from one shelf alone."""


class Step(NamedTuple):
    """Where an invocation stands after one call more, and the parts then."""

    stand: Stand
    answer: Answer
    parts: Parts


class _Known(NamedTuple):
    """What a call has changed, and where its invocation stands after it."""

    stand: Stand
    answer: Answer
    changes: tuple[tuple[int, Part], ...]

    def on(self, parts: Parts) -> Step:
        """The same on other parts that agree in all that the call depends on."""
        for place, part in self.changes:
            parts = replaced(parts, place, part)
        return Step(self.stand, self.answer, parts)


TablesMaker = Callable[[], MemoryTables]


class World:
    """Two servers with the same asset ids, two connections, one scope.

    Attributes:
        connections: the first is the stack's default.
    """

    def __init__(self, scope: Scope, tables: TablesMaker = MemoryTables) -> None:
        self.scope = scope
        self.marks = Marks()
        self.rules = Rules()
        self.connections = tuple(
            Connection(
                url,
                "editor",
                "arn",
                time_zone="UTC",
                page_size=scope.page_size,
                default=url == URLS[0],
            )
            for url in URLS
        )
        self.ids = tuple(one.connection_id for one in self.connections)
        self.servers = tuple(
            Server(self.marks, one, titles)
            for one, titles in zip(self.connections, TITLES, strict=True)
        )
        self._steps: dict[tuple[bytes, ...], _Known] = {}
        self._hits = 0
        self.invocations = Invocations(self.marks, self.rules)
        memory = tables()
        for connection in self.connections:
            memory.put_connection(connection)
        self.tables = Tables(self.marks, memory, self.ids, FIRST_SHELF)

    # States.

    def empty(self) -> State:
        """Nothing is synced; an application has just written one record of asset A."""
        film = {
            "media_id": FILM,
            "uri": "mediamosa://asset/A",
            "metadata": {"title": ["ours 0"], "note": ["the application's own"]},
            "shelf": "7",
        }
        plain = {"media_id": PLAIN, "metadata": {"title": ["not MediaMosa's"]}}
        start = START + timedelta(hours=1)
        values = [{}, (), 0, None, start, {(FILM, "title"): "ours 0"}, ()]
        values += [server.first for server in self.servers]
        values += [[] if shelf == "audits" else None for shelf in SHELVES] * 2
        for place, shelf in enumerate([*SHELVES] * 2):
            if shelf not in {"_states", "_leases", "_push_states", "_properties", "audits"}:
                values[FIRST_SHELF + place] = {}

        def put(tables: MemoryTables) -> Answer:
            for item in (film, plain):
                tables.put_record(str(item["media_id"]), **_without_key(item))
            return Answer(None)

        _, parts = self.tables.change(tuple(map(self.marks.part, values)), put)
        return State(parts, (), Used())

    def shelf(self, parts: Parts, number: int, place: int) -> Any:
        """What stands on one shelf of connection *number*."""
        return parts[FIRST_SHELF + number * len(SHELVES) + place].value

    @staticmethod
    def place(number: int, shelf: int) -> int:
        """Where that shelf of connection *number* stands in the parts."""
        return FIRST_SHELF + number * len(SHELVES) + shelf

    def put(self, parts: Parts, place: int, value: Any) -> Parts:
        """*parts* with *value* in one place."""
        return replaced(parts, place, self.marks.part(value))

    def at(self, parts: Parts, later: timedelta) -> Parts:
        """*parts* so much later."""
        return self.put(parts, TIME, parts[TIME].value + later)

    def content(self, parts: Parts, number: int) -> Content:
        """What the MediaMosa of connection *number* holds."""
        found: Content = parts[FIRST_SERVER + number].value
        return found

    def media_id(self, number: int, asset_id: str) -> str:
        """The key of the record of an asset."""
        if (number, asset_id) == (0, "A"):
            return FILM
        return created_media_id(self.ids[number], asset_id)

    # Invocations.

    def ask(self, parts: Parts, call: Call) -> tuple[Answer, Parts]:
        """Carry *call* out; its answer, and the parts after it."""
        if call.port == CLOCK:
            return Answer(parts[TIME].value), parts
        if call.port != SERVER:
            return self.tables.ask(parts, call)
        number = self.ids.index(call.connection_id)
        place = FIRST_SERVER + number
        answer, after = self.servers[number].ask(parts[place], parts[TIME].value, call)
        return answer, parts if after is parts[place] else replaced(parts, place, after)

    def asked(self, parts: Parts, stand: Stand) -> Step:
        """One call of the invocation at *stand*: what was found once is not found out again."""
        call = stand.call
        if call is None:
            raise AssertionError("an invocation that has ended asks for nothing")
        places = self._places(call)
        key = (stand.mark, *[parts[place].mark for place in places])
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = self._found(parts, stand, call, places)
            if len(self._steps) > MOST_REMEMBERED:
                self._steps.clear()
            return known.on(parts)
        self._hits += 1
        if self._hits % EVERY == 0:
            anew = self._found(parts, stand, call, places)
            if (anew.stand, anew.changes) != (known.stand, known.changes):
                raise AssertionError(f"{call.method} depends on more than the parts {places}")
        return known.on(parts)

    def _found(self, parts: Parts, stand: Stand, call: Call, places: Sequence[int]) -> _Known:
        answer, after = self.ask(parts, call)
        changes = [(place, part) for place, part in enumerate(after) if part is not parts[place]]
        if not {place for place, _ in changes} <= {*places}:
            raise Broken("I10", f"{call.method} changed what it has nothing to do with")
        return _Known(self.invocations.answered(stand, answer), answer, tuple(changes))

    def _places(self, call: Call) -> Sequence[int]:
        """The parts that *call* depends on, and that it may change."""
        if call.port == CLOCK:
            return (TIME,)
        if call.port == SERVER:
            return TIME, FIRST_SERVER + self.ids.index(call.connection_id)
        if call.method in {"records", "item", "scan"}:
            return (MEDIA,)
        if call.method in {"connection", "connections"}:
            return ()
        subject = call.given[0]
        number = self.ids.index(getattr(subject, "connection_id", subject))
        if call.method in ONE_SHELF:
            return (self.place(number, ONE_SHELF[call.method]),)
        first = self.place(number, 0)
        return MEDIA, STREAM, REMOVALS, *range(first, first + len(SHELVES))

    def settled(self, parts: Parts, stand: Stand, *, jumps: bool) -> Stand:
        """*stand* after the calls that no other action can tell apart, wherever they are made."""
        while stand.call is not None and self._is_private(parts, stand.call, jumps=jumps):
            stand = self.asked(parts, stand).stand
        return stand

    def _is_private(self, parts: Parts, call: Call, *, jumps: bool) -> bool:
        """Whether *call* commutes with all that others may do, and changes nothing.

        So it is enough to make it in one place, at once: the states that are left out differ from
        their neighbours by the caller's local state alone, and who dies or is overtaken there might
        as well have been so before its next call that does matter.

        - The clock moves by jumps alone: once none is left, reading it commutes with everything.
        - Nobody in this world configures a connection, asks about mediafiles, or changes the
          properties of a MediaMosa; the list of properties on our shelf is written only while there
          is none (or it is a day old, which no jump here reaches, or MediaMosa's has changed).
        """
        if call.port == CLOCK:
            return not jumps
        if call.method == "properties":
            if call.port == SERVER:
                return True
            return self.shelf(parts, self.ids.index(call.given[0]), FIELD_LIST) is not None
        return call.method in {"connection", "connections", "mediafiles"}

    def ended(self, parts: Parts, start: Start, used: Used) -> Parts:
        """The parts after an invocation has come back: a batch of events is dealt with."""
        if start.name[0] != "p":
            return parts
        waiting = parts[STREAM].value[len(start.events) :]
        after = replaced(parts, STREAM, self.marks.part(waiting))
        if used.duplicates >= self.scope.duplicates:
            return after
        return replaced(after, DELIVERED, self.marks.part(start.events))

    def jumps_left(self, used: Used) -> bool:
        """Whether the clock may still move."""
        return used.short_jumps + used.long_jumps < self.scope.jumps


def _without_key(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "media_id"}
