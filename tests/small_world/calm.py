"""Calm running: nobody edits, nothing fails, the schedule ticks; both sides become equal, quiet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.run import Execution, Kind, RunState
from mediamosa_sync.errors import SyncError
from tests.small_world.calls import Answer, Call, Start
from tests.small_world.endings import endings
from tests.small_world.marks import MARK_BYTES
from tests.small_world.states import AIR, DELIVERED, FIRST_SERVER, TIME, Broken, State, Used
from tests.small_world.tables import LINKS, MEDIA, STATE, STREAM, WAITING, Parts
from tests.small_world.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(hours=25)

MOST_ROUNDS = 12
"""Minutes within which all must be equal without the daily full run: what a dead invocation has
left is looked at once its claim and the time to settle are over, four minutes after its POST."""
MORE_ROUNDS = 5
"""Rounds after a day has passed: one full run of two pages and two incremental ones (I1)."""
QUIET_ROUNDS = 3


class Calm:
    """Runs a world on from a state at rest.

    Attributes:
        known: digests of tables, servers and clock from which all is known to end well.
        endings: how often it was run on.
        late: how often the daily full run was needed.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.known: set[bytes] = set()
        self.endings = 0
        self.late = 0

    def begin(self) -> State:
        """The first state of the scope: with empty tables, or at rest after the first full runs."""
        empty = self._world.empty()
        if not self._world.scope.synced:
            return empty
        parts = self._world.at(empty.parts, MINUTE * 10)
        for _ in range(MORE_ROUNDS):
            parts = self.round(parts)
        parts = self._world.at(parts, timedelta(hours=1))
        for place, nothing in ((DELIVERED, ()), (STREAM, ())):
            parts = self._world.put(parts, place, nothing)
        return State(parts, (), Used())

    def check(self, state: State) -> None:
        """Raises :class:`Broken` if calm running from *state*, at rest, does not end well."""
        parts = self._world.put(self._world.put(state.parts, AIR, None), DELIVERED, ())
        passed: list[bytes] = []
        for number in range(MOST_ROUNDS + MORE_ROUNDS):
            digest = _digest(parts)
            if digest in self.known:
                self.known.update(passed)
                return
            passed.append(digest)
            if number == MOST_ROUNDS:
                self.late += 1
                parts = self._world.at(parts, DAY)
            after = self.round(parts)
            if self._is_quiet(parts, after) and self._is_settled(parts):
                break
            parts = after
        self.endings += 1
        self._assert_ended_well(parts)
        self.known.update(passed)

    def round(self, parts: Parts) -> Parts:
        """What the stream shows is pushed, and a minute later each connection has its tick."""
        parts = self._world.at(self.feed(parts), MINUTE)
        for number in range(len(self._world.ids)):
            parts = self.tick(parts, number)
        return self.feed(parts)

    def feed(self, parts: Parts) -> Parts:
        """The push function sees what the stream shows, until it shows nothing new."""
        while events := parts[STREAM].value:
            now = parts[TIME].value
            owner = f"push-{now:%d%H%M%S}-{len(events)}"
            parts = self._run(parts, Start("p0", owner, now, events=events))
        return parts

    def tick(self, parts: Parts, number: int) -> Parts:
        """One execution with one step of connection *number*."""
        now = parts[TIME].value
        execution = Execution(f"calm-{now:%d%H%M%S}", now)
        owner = f"{execution.execution_id}#1"
        return self._run(parts, Start("s0", owner, now, self._world.ids[number], execution))

    def _run(self, parts: Parts, start: Start) -> Parts:
        stands = parts

        def ask(call: Call) -> Answer:
            nonlocal stands
            answer, stands = self._world.ask(stands, call)
            return answer

        try:
            self._world.invocations.whole(start, ask)
        except SyncError as error:
            raise Broken("errors", f"with nobody else about it failed: {error!r}") from error
        return self._world.ended(stands, start, Used(duplicates=99))

    def _is_settled(self, parts: Parts) -> bool:
        """Whether nothing waits any more."""
        if parts[STREAM].value:
            return False
        for number in range(len(self._world.ids)):
            state: RunState | None = self._world.shelf(parts, number, STATE)
            if state is None or state.again or state.restart or state.watermark is None:
                return False
            if any(state.run(kind) for kind in Kind) or state.incremental_due:
                return False
            links = self._world.shelf(parts, number, LINKS).values()
            if not all(map(_is_at_rest, links)):
                return False
            if self._world.shelf(parts, number, WAITING):
                return False
            if links_missing(self._world, parts, number):
                return False
        return not any(endings(self._world, parts))

    def _assert_ended_well(self, parts: Parts) -> None:
        if not self._is_settled(parts):
            told = "; ".join([*endings(self._world, parts), *self._waiting(parts)])
            raise Broken("I1", f"both sides do not become equal and quiet: {told}")
        after = parts
        for _ in range(QUIET_ROUNDS):
            after = self.round(after)
        if not self._is_quiet(parts, after):
            raise Broken("I4", "three quiet rounds have written something")

    def _is_quiet(self, before: Parts, after: Parts) -> bool:
        """Whether neither records nor links nor a MediaMosa were written."""
        places = [MEDIA, *range(FIRST_SERVER, FIRST_SERVER + len(self._world.ids))]
        places += [self._world.place(number, LINKS) for number in range(len(self._world.ids))]
        return all(before[place] is after[place] for place in places)

    def _waiting(self, parts: Parts) -> Iterator[str]:
        for number in range(len(self._world.ids)):
            state = self._world.shelf(parts, number, STATE)
            yield f"run item {number + 1}: {replace(state, quiet=None)}"
            yield f"links {number + 1}: {self._world.shelf(parts, number, LINKS)}"
            yield f"waiting {number + 1}: {self._world.shelf(parts, number, WAITING)}"


def _is_at_rest(link: Link) -> bool:
    """Of an asset that is gone, what was sent is of no more interest, and a person may decide."""
    if link.state in {LinkState.REMOVED, LinkState.HELD}:
        return True
    return link.state is LinkState.LINKED and not link.sent and link.claim is None


def links_missing(world: World, parts: Parts, number: int) -> bool:
    """Whether an asset has no link yet."""
    links = world.shelf(parts, number, LINKS)
    return any(asset_id not in links for asset_id in world.content(parts, number).assets)


def _digest(parts: Parts) -> bytes:
    return hashlib.blake2b(b"".join([part.mark for part in parts]), digest_size=MARK_BYTES).digest()
