"""Calls of the real client, each before a server whose answers are mutated as one seed draws."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from random import Random
from time import perf_counter, thread_time

from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.domain.connection import Connection
from tests.adapters.mediamosa.support import KEY, SETTINGS, USER, Keys
from tests.wire import byte_mutations, http_mutations, reading
from tests.wire.draft import Draft, rendered
from tests.wire.hostile_mutations import MOST_BYTES, Traps
from tests.wire.judge import MOST_WAIT_SECONDS, Outcome, judged
from tests.wire.mutations import REGISTRY, applied, registered
from tests.wire.questions import SECRETS, Dice, Question, honest_login, questions
from tests.wire.server import Canary, Request, WireServer

LAYERS = (byte_mutations, http_mutations)
"""Imported, they have registered what they hold."""

CLIENT = replace(
    SETTINGS,
    requests_per_second=1e9,
    deadline_seconds=30.0,
    read_seconds=0.5,
    max_body_bytes=MOST_BYTES,
)
_IMPATIENCE = 0.02
_LOGIN_WEIGHT = 0.2
"""How often a login is drawn: it takes two requests more than any other question."""
_SILENT_EVERY = 5_000
_REPEATED_CALLS = 2

_DRAWS = registered()

Drafts = Callable[[Question, Random], Draft]


@dataclass(frozen=True, slots=True)
class Violation:
    """One call that went wrong, and how to see it again."""

    call: int
    question: str
    wrong: str
    names: tuple[str, ...]
    sent: bytes


@dataclass
class Tally:
    """What was done: documents by (mutation, method, outcome), and what went wrong."""

    documents: int = 0
    calls: int = 0
    busiest: float = 0.0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.documents += other.documents
        self.calls += other.calls
        self.busiest = max(self.busiest, other.busiest)
        self.counts += other.counts
        self.violations += other.violations

    def note(self, question: Question, outcome: Outcome) -> None:
        """Count each answer: all but the last made the client ask again."""
        self.calls += 1
        self.documents += len(outcome.drafts)
        self.busiest = max(self.busiest, outcome.busy)
        for draft in outcome.drafts:
            kind = outcome.kind if draft is outcome.drafts[-1] else "asked again"
            for name in draft.names or ("none",):
                self.counts[name, question.method, kind] += 1


class _Told(logging.Handler):
    """Keeps the log messages in which a secret stands."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if any(secret in text for secret in SECRETS):
            self.secrets.append(text)


class Stage:
    """The client, the server before it, and what the server is to answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.server = WireServer(self.answer)
        self.draws: Random = Dice()
        self.question = questions()[0]
        self.drafts: Drafts = mutated
        self.sent: list[Draft] = []
        self.presented: set[str] = set()
        self.strays: list[str] = []
        self.log = _Told()
        self.canary = Canary()
        self.clients: dict[bool, RequestsAssetServer] = {}

    def answer(self, request: Request) -> Draft:
        """The answer to one request."""
        asked = self.question
        if request.path == asked.path and asked.marker in request.body:
            draft = self.drafts(asked, self.draws)
            self.presented &= {one for one in SECRETS if one.encode() in request.whole}
            self.sent.append(draft)
            return draft
        if request.path == "/login":
            return honest_login(request.body)
        if asked.method == "login" and request.path == "/asset":
            after = next(one for one in questions() if one.name == "ids")
            return Draft(after.body, after.body)
        self.strays.append(request.path)
        return Draft(b"", asked.body)

    def call(
        self, question: Question, draws: Random, drafts: Drafts, *, impatient: bool
    ) -> Outcome:
        """Ask *question* and let every answer to it be one of *drafts*."""
        self.question, self.draws, self.drafts, self.sent = question, draws, drafts, []
        self.presented = set(SECRETS)
        client = self._client(question, impatient=impatient)
        value, error = None, None
        begin, busy = perf_counter(), thread_time()
        try:
            value = question.ask(client)
        except Exception as exc:  # noqa: BLE001 - any is a finding
            error = exc
        seconds, busy = perf_counter() - begin, thread_time() - busy
        secrets = (KEY, *sorted(self.presented))
        return Outcome(value, error, tuple(self.sent), seconds, busy, secrets, impatient)

    def _client(self, question: Question, *, impatient: bool) -> RequestsAssetServer:
        """The client that is kept, as between two ticks; a new one where the login is asked for."""
        kept = self.clients.get(impatient)
        if kept is not None and question.method != "login":
            return kept
        if kept is not None:
            kept.close()
        client = RequestsAssetServer(
            Connection(f"http://127.0.0.1:{self.server.port}", USER, "arn", time_zone=reading.ZONE),
            Keys(),
            replace(self.settings, read_seconds=_IMPATIENCE) if impatient else self.settings,
            sleep=self.server.sleep,
            monotonic=self.server.monotonic,
            random=Dice(),
        )
        self.clients[impatient] = client
        return client

    def mishap(self) -> str | None:
        """What went wrong beside the call itself."""
        if self.strays:
            return f"asked for {self.strays.pop()!r}"
        if self.log.secrets:
            return f"a secret is logged: {self.log.secrets.pop():.300}"
        return "the canary was called" if self.canary.called() else None


@contextmanager
def staged(settings: Settings = CLIENT) -> Iterator[Stage]:
    """A stage with its server open."""
    stage = Stage(settings)
    Traps.called = stage.canary.address
    logging.getLogger().addHandler(stage.log)
    try:
        yield stage
    finally:
        for client in stage.clients.values():
            client.close()
        stage.server.close()
        logging.getLogger().removeHandler(stage.log)
        stage.canary.close()


def mutated(question: Question, draws: Random) -> Draft:
    """The true answer after one to three mutations."""
    return _DRAWS.composed(Draft(question.body, question.body), draws)


def _silenced(question: Question, draws: Random) -> Draft:
    whole = Draft(question.body, question.body)
    return applied(whole, [REGISTRY["silence"]], draws)


def one_call(stage: Stage, seed: int, number: int, tally: Tally) -> None:
    """The call of that number: drawn from the seed and the number alone."""
    draws = Random(f"{seed}/{number}")
    every = questions()
    [question] = draws.choices(
        every, [_LOGIN_WEIGHT if one.method == "login" else 1 for one in every]
    )
    silent = number % _SILENT_EVERY == _SILENT_EVERY - 1
    state = draws.getstate()

    def asked() -> Outcome:
        draws.setstate(state)
        return stage.call(question, draws, _silenced if silent else mutated, impatient=silent)

    outcome = asked()
    repeats = 0
    while outcome.seconds > MOST_WAIT_SECONDS and repeats < _REPEATED_CALLS:
        # The machine may have been busy with something else: slow is what is slow each time.
        outcome, repeats = asked(), repeats + 1
    examined(stage, number, question, outcome, tally)


def examined(stage: Stage, number: int, question: Question, outcome: Outcome, tally: Tally) -> None:
    """Count one call and judge it."""
    tally.note(question, outcome)
    wrong = stage.mishap() or judged(question, outcome)
    if wrong is not None:
        last = outcome.drafts[-1] if outcome.drafts else Draft(b"", b"")
        names = tuple("+".join(draft.names) for draft in outcome.drafts)
        tally.violations.append(Violation(number, question.name, wrong, names, rendered(last)))


def every_cut(stage: Stage, question: Question, tally: Tally) -> None:
    """Cut the true answer at each of its bytes, with its true length then and without any.

    Each request gets the next cut, so that none is answered with the same one twice.
    """
    whole = Draft(question.body, question.body)
    places = range(len(question.body))
    cuts = [whole.damaged(question.body[:place]) for place in places]
    cuts += [replace(one, framing=(), close=True) for one in cuts]
    waiting = iter(cuts)
    draws = Dice()
    while (first := next(waiting, None)) is not None:
        drafts = chain([first], waiting)
        outcome = stage.call(
            question, draws, lambda *_, rest=drafts: next(rest, whole), impatient=False
        )
        examined(stage, tally.calls, question, outcome, tally)
