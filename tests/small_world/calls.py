"""Invocations of the real use cases that can be left at any call, and taken up again from there.

A use case is deterministic: where it stands follows from what it was started with and from the
answers that its calls have got. So an invocation is kept as these answers (a :class:`Stand`), and
run again from its beginning whenever it is to go one call further.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import GeneratorType
from typing import Any, cast
from weakref import WeakValueDictionary

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.run import Execution
from mediamosa_sync.domain.transitions import Rules
from mediamosa_sync.ports import AssetServer, Clock, RecordStore, SyncStore
from mediamosa_sync.service.keeper import CLAIM, PushPorts
from mediamosa_sync.service.push import push_edits
from mediamosa_sync.service.step import StepPorts, sync_step
from tests.small_world.marks import MARK_BYTES, Marks

LEASE = timedelta(seconds=75)
BEGINNING = timedelta(seconds=60)
"""How long a push begins the turns of further assets."""

TABLES, SERVER, CLOCK = "tables", "server", "clock"

MOST_CALLS = 150
"""No invocation of this world may need more (I12)."""


@dataclass(frozen=True, slots=True)
class Call:
    """What an invocation asks a port.

    Attributes:
        connection_id: whose server is asked; "" for the tables and the clock.
    """

    port: str
    connection_id: str
    method: str
    given: tuple[Any, ...]
    named: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: *value*, or *error* raised.

    Attributes:
        requests: made to MediaMosa for it.
    """

    value: Any
    error: Exception | None = None
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """What an invocation is started with.

    Attributes:
        name: ``s1``, ``s2`` for steps and ``p1``, ``p2`` for pushes, in the order of their starts.
        owner: how it signs leases and claims.
        at: when it is started (aware UTC).
        connection_id, execution: of a step.
        events: of a push.
    """

    name: str
    owner: str
    at: datetime
    connection_id: str = ""
    execution: Execution | None = None
    events: tuple[RecordEvent, ...] = ()


class _Paused(BaseException):
    """The answers are used up: the invocation waits for the next one."""


class Stand:
    """Where an invocation stands.

    Attributes:
        before: where it stood before its last answer; None at its start.
        answer: the last one.
        calls: how many were answered.
        call: what it asks for next; None if it has ended.
        result, error: how it has ended.
    """

    __slots__ = (
        "__weakref__",
        "answer",
        "before",
        "call",
        "calls",
        "error",
        "mark",
        "result",
        "start",
    )

    def __init__(
        self, mark: bytes, start: Start, before: Stand | None, answer: Answer | None
    ) -> None:
        self.mark = mark
        self.start = start
        self.before = before
        self.answer = answer
        self.calls: int = 0 if before is None else before.calls + 1
        self.call: Call | None = None
        self.result: object = None
        self.error: Exception | None = None

    def answers(self) -> list[Answer]:
        """All answers so far, in their order."""
        found = []
        stand: Stand | None = self
        while stand is not None and stand.answer is not None:
            found.append(stand.answer)
            stand = stand.before
        return found[::-1]

    def history(self) -> Iterator[tuple[Call, Answer]]:
        """The calls so far with their answers, the latest first."""
        stand: Stand | None = self
        while stand is not None and stand.before is not None:
            call, answer = stand.before.call, stand.answer
            if call is None or answer is None:
                raise AssertionError("an answer has its call")
            yield call, answer
            stand = stand.before


class Invocations:
    """Runs use cases as far as their answers go; where they stand is kept while anybody needs it.

    Attributes:
        runs: how often a use case was run.
    """

    def __init__(self, marks: Marks, rules: Rules) -> None:
        self._marks = marks
        self._rules = rules
        self._stands: WeakValueDictionary[bytes, Stand] = WeakValueDictionary()
        self.runs = 0

    def begun(self, start: Start) -> Stand:
        """The invocation before its first answer."""
        mark = self._marks.of(start)
        return self._stands.get(mark) or self._stand(mark, start, None, None)

    def answered(self, stand: Stand, answer: Answer) -> Stand:
        """*stand* one answer further."""
        told = stand.mark + self._marks.of(answer)
        mark = hashlib.blake2b(told, digest_size=MARK_BYTES).digest()
        return self._stands.get(mark) or self._stand(mark, stand.start, stand, answer)

    def whole(self, start: Start, ask: Callable[[Call], Answer]) -> object:
        """Run an invocation to its end at once, each call answered by *ask*."""
        return self._run(start, _Player((), ask))

    def _stand(
        self, mark: bytes, start: Start, before: Stand | None, answer: Answer | None
    ) -> Stand:
        stand = Stand(mark, start, before, answer)
        player = _Player(stand.answers())
        self.runs += 1
        try:
            stand.result = self._run(start, player)
        except _Paused:
            stand.call = player.call
        except Exception as error:  # noqa: BLE001 (which errors are declared is checked elsewhere)
            stand.error = error.with_traceback(None)
        if stand.calls > MOST_CALLS:
            stand.call, stand.error = None, AssertionError(f"more than {MOST_CALLS} calls")
        self._stands[mark] = stand
        return stand

    def _run(self, start: Start, player: _Player) -> object:
        records = cast(RecordStore, _Port(player, TABLES))
        store = cast(SyncStore, _Port(player, TABLES))
        clock = cast(Clock, _Port(player, CLOCK))

        def open_server(connection: Connection) -> AssetServer:
            return cast(AssetServer, _ServerPort(player, SERVER, connection.connection_id))

        if start.execution is None:
            pushing = PushPorts(records, store, open_server, clock, start.owner, CLAIM)
            return push_edits(pushing, start.events, until=start.at + BEGINNING)
        stepping = StepPorts(records, store, open_server, clock, self._rules)
        return sync_step(
            stepping, start.connection_id, start.execution, owner=start.owner, lease=LEASE
        )


class _Player:
    """Feeds answers back; the first call that has none is kept, and leaves the use case."""

    def __init__(
        self, answers: Sequence[Answer], ask: Callable[[Call], Answer] | None = None
    ) -> None:
        """*ask* answers what *answers* do not; without it the invocation is left there."""
        self._answers = answers
        self._ask = ask
        self._next = 0
        self.requests: dict[str, int] = {}
        self.call: Call | None = None

    def ask(
        self,
        port: str,
        connection_id: str,
        method: str,
        given: tuple[Any, ...],
        named: dict[str, Any],
    ) -> Any:
        if self.call is not None:
            raise AssertionError(f"{method} was called by an invocation that is dead")
        if self._next < len(self._answers):
            answer = self._answers[self._next]
            self._next += 1
        else:
            kept = {name: _kept(value) for name, value in named.items()}
            call = Call(port, connection_id, method, tuple(map(_kept, given)), kept)
            if self._ask is None:
                self.call = call
                raise _Paused
            answer = self._ask(call)
        if answer.requests:
            told = self.requests.get(connection_id, 0)
            self.requests[connection_id] = told + answer.requests
        if answer.error is not None:
            answer.error.__context__ = None
            raise answer.error.with_traceback(None)
        return answer.value


def _kept(value: Any) -> Any:
    """An argument that may be looked at again and again, in one order whatever the hash seed."""
    if isinstance(value, set | frozenset):
        return tuple(sorted(value))
    if isinstance(value, GeneratorType):
        raise TypeError("a generator as an argument cannot be kept")
    if isinstance(value, list) or type(value).__name__ in {"dict_values", "dict_keys"}:
        return tuple(value)
    return value


class _Port:
    """Any port: every method is a call."""

    def __init__(self, player: _Player, port: str, connection_id: str = "") -> None:
        self._player = player
        self._port = port
        self._connection_id = connection_id

    def __getattr__(self, method: str) -> Any:
        def called(*given: Any, **named: Any) -> Any:
            return self._player.ask(self._port, self._connection_id, method, given, named)

        return called


class _ServerPort(_Port):
    @property
    def requests(self) -> int:
        return self._player.requests.get(self._connection_id, 0)
