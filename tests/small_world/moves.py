"""What may happen in a state of the small world, and the state that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mediamosa_sync.domain.merge import SETTLE
from mediamosa_sync.domain.run import Execution
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import Control
from tests.fakes.clock import START, FakeClock
from tests.fakes.schedule import FakeSchedule
from tests.fakes.stores import MemoryTables
from tests.small_world.calls import SERVER, Answer, Stand, Start
from tests.small_world.marks import Part
from tests.small_world.scopes import CHANGES, EDITS, Change, Edit
from tests.small_world.servers import Content
from tests.small_world.states import (
    AIR,
    CODES,
    DELIVERED,
    FIRST_SERVER,
    LATEST,
    LONG,
    SHORT,
    TIME,
    Action,
    Late,
    Move,
    State,
    Used,
    replaced,
)
from tests.small_world.tables import LINKS, MEDIA, REMOVALS, STREAM, Parts
from tests.small_world.world import World

_EDITED = (MEDIA, STREAM, REMOVALS, LATEST)
"""The parts that an application's edit depends on, and changes."""


class Moves:
    """The moves of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._edited: dict[tuple[object, ...], tuple[Part, ...]] = {}

    def of(self, state: State) -> Iterator[Move]:
        """Everything that may happen in *state*, each by itself."""
        yield from self._moves_of_flights(state)
        yield from self._starts(state)
        yield from self._moves_of_people(state)

    def chosen(self, state: State, action: Action) -> Move:
        """The move that is *action*. Raises ``ValueError`` if it may not happen."""
        for move in self.of(state):
            if move.action == action:
                return move
        raise ValueError(f"{action} may not happen here")

    def _moves_of_flights(self, state: State) -> Iterator[Move]:
        scope, used = self._world.scope, state.used
        for place, stand in enumerate(state.flights):
            yield self._go(state, place)
            if used.kills < scope.kills:
                rest = _without(state.flights, place)
                name, dead = stand.start.name, used._replace(kills=used.kills + 1)
                yield self._made(Action("die", name), state, state.parts, rest, dead)
                late = self._late(state.parts, stand)
                if late is not None:
                    parts = replaced(state.parts, AIR, self._world.marks.part(late))
                    yield self._made(Action("die-posting", name), state, parts, rest, dead)
        late = state.parts[AIR].value
        if late is not None and state.parts[TIME].value <= late.until:
            _, parts = self._world.ask(state.parts, late.call)
            parts = replaced(parts, AIR, self._world.marks.part(None))
            after = self._made(Action("late"), state, parts, state.flights, used)
            yield replace(after, call=late.call)

    def _starts(self, state: State) -> Iterator[Move]:
        scope, used = self._world.scope, state.used
        steps = [one for one in state.flights if one.start.name[0] == "s"]
        if used.steps < scope.steps and len(steps) < scope.at_once:
            yield self._start_step(state, "step", 0)
            if used.other < scope.other:
                yield self._start_step(state, "step-two", 1)
            if any(one.start.connection_id == self._world.ids[0] for one in steps):
                yield self._repeat_step(state, steps)
        pushing = [one for one in state.flights if one.start.name[0] == "p"]
        if used.pushes < scope.pushes and not pushing and state.parts[STREAM].value:
            yield self._start_push(state)
        if used.duplicates < scope.duplicates:
            batch = pushing[0].start.events if pushing else state.parts[DELIVERED].value
            if batch:
                yield self._start_duplicate(state, batch)

    def _moves_of_people(self, state: State) -> Iterator[Move]:
        scope, used = self._world.scope, state.used
        for number in _left(scope.edits, used.edits, scope.most_edits):
            yield from self._edit(state, number, EDITS[number])
        for number in _left(scope.changes, used.changes, scope.most_changes):
            yield from self._change(state, number, CHANGES[number])
        if used.presses < scope.presses:
            yield self._press(state)
        if used.short_jumps < scope.short_jumps:
            more = used._replace(short_jumps=used.short_jumps + 1)
            yield from self._jump(state, Action("short"), SHORT, more)
        if used.long_jumps < scope.long_jumps:
            more = used._replace(long_jumps=used.long_jumps + 1)
            yield from self._jump(state, Action("long"), LONG, more)

    def _go(self, state: State, place: int) -> Move:
        stand = state.flights[place]
        after, answer, parts = self._world.asked(state.parts, stand)
        after = self._world.settled(parts, after, jumps=self._world.jumps_left(state.used))
        if after.call is None:
            parts = self._world.ended(parts, after.start, state.used)
            flights = _without(state.flights, place)
        else:
            flights = (*state.flights[:place], after, *state.flights[place + 1 :])
        made = self._made(Action("go", stand.start.name), state, parts, flights, state.used)
        return replace(made, stand=after, call=stand.call, answer=answer)

    def _late(self, parts: Parts, stand: Stand) -> Late | None:
        """The POST that *stand* is about to make, as it may be carried out after its death."""
        call = stand.call
        if call is None or call.method != "write" or call.port != SERVER:
            return None
        claim = self._claim(parts, stand)
        return None if claim is None else Late(call, claim + SETTLE)

    def _claim(self, parts: Parts, stand: Stand) -> datetime | None:
        """When the claim ends under which *stand* is about to post."""
        call = stand.call
        if call is None or call.method != "write" or call.port != SERVER:
            return None
        link = self._world.shelf(parts, self._world.ids.index(call.connection_id), LINKS).get(
            call.given[0]
        )
        if link is None or link.claim is None or link.claim.owner != stand.start.owner:
            return None
        expires_at: datetime = link.claim.expires_at
        return expires_at

    def _start_step(self, state: State, verb: str, number: int) -> Move:
        used = state.used._replace(steps=state.used.steps + 1, other=state.used.other + number)
        execution = Execution(f"execution-{used.steps}", self._instant(state.parts, used))
        start = Start(
            f"s{used.steps}",
            f"{execution.execution_id}#1",
            state.parts[TIME].value,
            self._world.ids[number],
            execution,
        )
        return self._started(Action(verb), state, start, used)

    def _repeat_step(self, state: State, steps: Sequence[Stand]) -> Move:
        """The state machine starts a step again that it believes to have failed."""
        first = next(one.start for one in steps if one.start.connection_id == self._world.ids[0])
        used = state.used._replace(steps=state.used.steps + 1)
        start = replace(first, name=f"s{used.steps}", at=state.parts[TIME].value)
        return self._started(Action("again"), state, start, used)

    def _start_push(self, state: State) -> Move:
        used = state.used._replace(pushes=state.used.pushes + 1)
        name, events = f"p{used.pushes}", state.parts[STREAM].value
        start = Start(name, f"push-{name}", state.parts[TIME].value, events=events)
        return self._started(Action("push"), state, start, used)

    def _start_duplicate(self, state: State, events: tuple[Any, ...]) -> Move:
        used = state.used._replace(duplicates=state.used.duplicates + 1)
        name = f"d{used.duplicates}"
        start = Start(name, f"push-{name}", state.parts[TIME].value, events=events)
        return self._started(Action("duplicate"), state, start, used)

    def _started(self, action: Action, state: State, start: Start, used: Used) -> Move:
        stand = self._world.invocations.begun(start)
        stand = self._world.settled(state.parts, stand, jumps=self._world.jumps_left(used))
        parts, flights = state.parts, (*state.flights, stand)
        if stand.call is None:
            parts, flights = self._world.ended(parts, start, used), state.flights
        return replace(self._made(action, state, parts, flights, used), stand=stand)

    def _instant(self, parts: Parts, used: Used) -> datetime:
        """When something happens that others may be older than: each a microsecond later."""
        instant: datetime = parts[TIME].value
        return instant + timedelta(microseconds=used.steps + used.presses)

    # People and the clock.

    def _edit(self, state: State, number: int, edit: Edit) -> Iterator[Move]:
        if self._world.media_id(edit.number, edit.asset_id) not in state.parts[MEDIA].value:
            return
        key = (number, *[state.parts[place].mark for place in _EDITED])
        known = self._edited.get(key)
        if known is None:
            known = self._edited[key] = self._edited_parts(state.parts, edit)
        parts = state.parts
        for place, part in zip(_EDITED, known, strict=True):
            parts = replaced(parts, place, part)
        used = state.used._replace(edits=state.used.edits | 1 << number)
        yield self._made(Action("edit", str(number)), state, parts, state.flights, used)

    def _edited_parts(self, parts: Parts, edit: Edit) -> tuple[Part, ...]:
        media_id = self._world.media_id(edit.number, edit.asset_id)

        def act(tables: MemoryTables) -> Answer:
            tables.edit_record(media_id, **{edit.name: [edit.value]})
            return Answer(None)

        _, after = self._world.tables.change(parts, act)
        latest = {**parts[LATEST].value, (media_id, edit.name): edit.value}
        after = self._world.put(after, LATEST, latest)
        return tuple(after[place] for place in _EDITED)

    def _change(self, state: State, number: int, change: Change) -> Iterator[Move]:
        place = FIRST_SERVER + change.number
        content: Content = state.parts[place].value
        if change.asset_id not in content.assets:
            return
        path, form = f"asset/{change.asset_id}/delete", {"delete": "cascade"}
        if change.name:
            path = f"asset/{change.asset_id}/metadata"
            form = {"action": "update", f"{change.name}[]": change.value}
        server, now = self._world.servers[change.number], state.parts[TIME].value
        after = server.edit(state.parts[place], now, path, form)
        parts = replaced(state.parts, place, after)
        used = state.used._replace(changes=state.used.changes | 1 << number)
        yield self._made(Action("change", str(number)), state, parts, state.flights, used)

    def _press(self, state: State) -> Move:
        used = state.used._replace(presses=state.used.presses + 1)
        clock = FakeClock(self._instant(state.parts, used))

        def act(tables: MemoryTables) -> Answer:
            control = Control(tables, FakeSchedule(START), clock)
            control.request_restart(
                self._world.ids[0], Admin("operator", f"request-{used.presses}")
            )
            return Answer(None)

        _, parts = self._world.tables.change(state.parts, act)
        return self._made(Action("press"), state, parts, state.flights, used)

    def _jump(self, state: State, action: Action, by: timedelta, used: Used) -> Iterator[Move]:
        """The clock jumps, but not past the claim of one who is about to post.

        Between its last look at the clock and the end of its POST an invocation has at most
        ``LONGEST_WRITE`` (90 s), by the deadline of its requests, and it looked 90 s or more before
        its claim ends.
        """
        now = state.parts[TIME].value + by
        claims = [self._claim(state.parts, stand) for stand in state.flights]
        if any(claim is not None and claim < now for claim in claims):
            return
        parts = replaced(state.parts, TIME, self._world.marks.part(now))
        left = self._world.jumps_left(used)
        flights = tuple(self._world.settled(parts, one, jumps=left) for one in state.flights)
        ended = [one for one in flights if one.call is None]
        for one in ended:
            parts = self._world.ended(parts, one.start, used)
        flights = tuple(one for one in flights if one.call is not None)
        yield self._made(action, state, parts, flights, used)

    def _made(
        self,
        action: Action,
        before: State,
        parts: Parts,
        flights: tuple[Stand, ...],
        used: Used,
    ) -> Move:
        path = before.path + bytes((CODES[action],))
        return Move(action, before, State(parts, flights, used, path))


def _without(flights: tuple[Stand, ...], place: int) -> tuple[Stand, ...]:
    return flights[:place] + flights[place + 1 :]


def _left(numbers: Sequence[int], used: int, most: int) -> Iterator[int]:
    """Those of *numbers* that have not happened yet; none if *most* of them have."""
    if used.bit_count() < most:
        yield from (number for number in numbers if not used >> number & 1)
