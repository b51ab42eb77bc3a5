"""Breadth first through every state of a scope, each expanded once, each move checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.fakes.stores import MemoryTables
from tests.small_world.calm import Calm
from tests.small_world.marks import MARK_BYTES
from tests.small_world.moves import Moves
from tests.small_world.promises import check
from tests.small_world.scopes import CHANGES, EDITS, Scope
from tests.small_world.states import ACTIONS, Action, Broken, Move, State
from tests.small_world.world import TablesMaker, World


@dataclass(slots=True)
class Found:
    """What a search has found.

    Attributes:
        digests: of all states, one after the other.
        moves: between them, those to known states too.
        frontier: states that were reached and not expanded; 0 if the scope is closed.
        depth: the most actions that lead to an expanded state by the shortest way.
        at_rest: states without an invocation under way: from each it was run on calmly.
        endings: calm runs that went to their end; the others met a state known to end well.
        late: how many needed the daily full run.
        seconds: of processor time.
        broken: why the search ended, and the actions that lead there; "" if nothing is broken.
    """

    scope: str
    digests: bytes = field(default=b"", repr=False)
    moves: int = 0
    frontier: int = 0
    depth: int = 0
    at_rest: int = 0
    endings: int = 0
    late: int = 0
    seconds: float = 0.0
    broken: str = ""
    path: tuple[str, ...] = ()

    @property
    def states(self) -> int:
        """How many states were reached."""
        return len(self.digests) // MARK_BYTES

    @property
    def closed(self) -> bool:
        """Whether nothing is left to expand, and nothing is broken."""
        return not (self.frontier or self.broken)


Progress = Callable[[Found, int], None]


class Search:
    """One scope, from its beginning on."""

    def __init__(
        self, scope: Scope, *, tables: TablesMaker = MemoryTables, calm: bool = True
    ) -> None:
        """*calm*: whether it is run on calmly from every state at rest."""
        self._world = World(scope, tables)
        self._moves = Moves(self._world)
        self._calm = Calm(self._world)
        self._checks_rest = calm
        self._found = Found(scope.name)
        self._seen: set[bytes] = set()

    def run(self, most: int, progress: Progress) -> Found:
        """Go through at most about *most* states; *progress* is called once a level."""
        began = time.process_time()
        try:
            self._levels(most, progress, began)
        except _Stopped as stopped:
            self._found.broken = str(stopped.broken)
            self._found.path = tuple(str(ACTIONS[code]) for code in stopped.path)
        if self._world.marks.changed_in_place():
            raise AssertionError("a part of a state was changed in place: no count is right")
        found = self._found
        found.digests = b"".join(sorted(self._seen))
        found.endings, found.late = self._calm.endings, self._calm.late
        found.seconds = time.process_time() - began
        return found

    def _levels(self, most: int, progress: Progress, began: float) -> None:
        first = self._calm.begin()
        self._seen.add(first.digest())
        level = [first]
        while level:
            self._found.frontier = len(level)
            self._found.seconds = time.process_time() - began
            progress(self._found, len(self._seen))
            if len(self._seen) >= most:
                return
            level = list(self._next(level))
            self._found.depth += bool(level)
        self._found.frontier = 0

    def _next(self, level: list[State]) -> Iterator[State]:
        # A state is let go as soon as it is expanded: a level may hold hundreds of thousands.
        level.reverse()
        while level:
            yield from self._expanded(level.pop())

    def _expanded(self, state: State) -> Iterator[State]:
        at = state
        try:
            if not state.flights:
                self._found.at_rest += 1
                if self._checks_rest:
                    self._calm.check(state)
            for move in self._moves.of(state):
                at = move.after
                self._found.moves += 1
                check(self._world, move)
                digest = at.digest()
                if digest not in self._seen:
                    self._seen.add(digest)
                    yield at
        except Broken as broken:
            raise _Stopped(broken, at.path) from broken


class _Stopped(Exception):
    def __init__(self, broken: Broken, path: bytes) -> None:
        super().__init__(str(broken))
        self.broken = broken
        self.path = path


def replayed(
    scope: Scope, path: tuple[str, ...], *, tables: TablesMaker = MemoryTables
) -> Iterator[str]:
    """The actions of *path* one by one as sentences, and at the end what is broken, if anything."""
    world = World(scope, tables)
    moves = Moves(world)
    calm = Calm(world)
    state = calm.begin()
    try:
        for text in path:
            verb, _, what = text.partition(":")
            move = moves.chosen(state, Action(verb, what))
            yield sentence(world, move)
            check(world, move)
            state = move.after
        if not state.flights:
            calm.check(state)
    except Broken as broken:
        yield f"BROKEN {broken}"
    else:
        yield "Nothing is broken."


def sentence(world: World, move: Move) -> str:
    """What happened, for people."""
    verb, what = move.action
    match verb:
        case "go":
            return f"{what} {_called(world, move)}"
        case "die":
            return f"{what} is killed before its next call"
        case "die-posting":
            return f"{what} is killed while its POST is on its way to MediaMosa"
        case "late":
            return "the POST of the killed invocation is carried out"
        case "edit":
            edit = EDITS[int(what)]
            return f"{edit.sentence} to {edit.value!r}"
        case "change":
            change = CHANGES[int(what)]
            return change.sentence + (f" to {change.value!r}" if change.name else "")
    return _SENTENCES[verb]


_SENTENCES = {
    "step": "an execution begins a step of connection 1",
    "step-two": "an execution begins a step of connection 2",
    "again": "the state machine begins the step of connection 1 again, with the same owner",
    "push": "the push function gets what the stream shows",
    "duplicate": "the push function gets its batch a second time",
    "press": "an admin presses restart",
    "short": "76 seconds pass (a lease ends)",
    "long": "121 seconds pass (a claim ends)",
}


def _called(world: World, move: Move) -> str:
    call, answer = move.call, move.answer
    if call is None or answer is None:
        return "goes on"
    told = "" if answer.error is None else f" -> {answer.error!r}"
    if answer.error is None and call.method == "now":
        told = f" -> {answer.value:%H:%M:%S}"
    changed = "" if move.before.parts == move.after.parts else " (changes something)"
    port = call.port
    if call.connection_id:
        port = f"server {world.ids.index(call.connection_id) + 1}"
    ended = " and ends" if move.stand is not None and move.stand.call is None else ""
    return f"calls {port}.{call.method}{told}{changed}{ended}"
