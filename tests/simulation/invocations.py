"""Invocations that run beside one another, one call of a port at a time, as a history says.

Each is a greenlet: it runs until its allowance of calls is used up, stands still in front of the
next one, and can be failed, killed or left standing there. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from greenlet import getcurrent, greenlet

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.run import Execution
from mediamosa_sync.errors import StoreUnavailable
from tests.fakes.clock import FakeClock
from tests.fakes.mediamosa import ModelAssetServer

TIME_OUT = timedelta(seconds=180)
"""Of the functions that step and push (``template.yaml``)."""

UNLIMITED = 1 << 30


class Form(StrEnum):
    """How one call of a port goes wrong."""

    BEFORE = "fails before it has any effect"
    AFTER = "takes effect, and its answer is lost"
    TWICE = "is carried out twice"
    KILLED = "is never made: the invocation is killed before it"
    KILLED_AFTER = "takes effect, and the invocation is killed"
    LATE = "is given up, and carried out later"
    GARBLED = "is carried out, and its answer is not whole"
    LOGGED_OUT = "meets a server that has forgotten its sessions"
    TROUBLED = "meets a deadlock of MediaMosa's database"
    REFUSED = "is refused, if it asks for one thing; or fails before it has any effect"


class Killed(BaseException):
    """The invocation is gone: nothing of ours may catch this."""


class Invocation:
    """One Lambda invocation after another, as the service that invokes them does it.

    Attributes:
        name: as a person reads it in a history.
        calls: made so far.
        over: whether nothing is left to be done.
        crash: an error of the code under test, which no caller expects.
        reads: asset → number of the moment at which this invocation last read it.
        claims: connection and asset → link as this invocation has last claimed it.
        proofs: assets that it has asked for singly.
        requests: of MediaMosa, by the invocation under way.
        asked_at: when its latest call of MediaMosa began, by a login perhaps.
        leased: whether the invocation under way has taken the lease.
        more: what its last step told the state machine.
    """

    def __init__(
        self, name: str, clock: FakeClock, body: Callable[[Invocation], None], main: greenlet
    ) -> None:
        self.name = name
        self.calls = 0
        self.over = False
        self.crash: Exception | None = None
        self.connection_id = ""
        self.execution: Execution | None = None
        self.more = self.leased = False
        self.requests = 0
        self.asked_at = clock.now()
        self._logs_in = False
        self.began_at = 0
        self.servers: list[tuple[str, ModelAssetServer]] = []
        self.reads: dict[tuple[str, str], int] = {}
        self.claims: dict[tuple[str, str], Link] = {}
        self.proofs: set[str] = set()
        self._clock = clock
        self._main = main
        self._body = body
        self._greenlet = greenlet(self._run, main)
        self._allowed = 0
        self._form: Form | None = None
        self._struck: Form | None = None
        self._dead = False
        self._deadline: datetime | None = None

    def go(self, calls: int, form: Form | None = None) -> bool:
        """Let it make so many calls, the last of them in *form*; whether the form struck."""
        self._allowed, self._form = calls, form
        self._greenlet.switch()
        return self._form is None

    def begin(self) -> None:
        """A new invocation begins: with time of its own, knowing nothing."""
        self._deadline = self._clock.now() + TIME_OUT
        self.requests = 0
        self.leased = False
        self.reads.clear()
        self.claims.clear()
        self.proofs.clear()

    def asks(self, path: str, now: datetime) -> None:
        """A request is about to be made; with a login in between it is one and the same call."""
        if path != "login" and not self._logs_in:
            self.asked_at = now
        self._logs_in = path == "login"

    def attempt(self, work: Callable[[], object]) -> bool:
        """Invoke once; False if it was killed or raised, as a retrying caller sees it."""
        self.begin()
        try:
            work()
        except Killed:
            self._dead = False
            return False
        except StoreUnavailable:
            return False
        return True

    def enter(self) -> Form | None:
        """A call is about to be made: stand still if it is not the turn yet, and suffer the form.

        What the call itself has to see to (LATE, TWICE, …) is returned.
        """
        self._struck = None
        if self._dead:
            raise Killed
        while self._allowed <= 0:
            self._main.switch()
        self._allowed -= 1
        self.calls += 1
        if self._deadline is not None and self._clock.now() >= self._deadline:
            self._kill()
        if self._form is None or self._allowed:
            return None
        self._struck, self._form = self._form, None
        if self._struck is Form.KILLED:
            self._kill()
        return self._struck

    def leave(self) -> Form | None:
        """The call has taken effect: be killed if that is its form, or learn how it is answered."""
        struck, self._struck = self._struck, None
        if self._dead:
            raise Killed
        if struck is Form.KILLED_AFTER:
            self._kill()
        return struck

    def _kill(self) -> None:
        self._dead = True
        raise Killed

    def _run(self) -> None:
        while self._allowed <= 0:
            self._main.switch()
        try:
            self._body(self)
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what the history found)
            self.crash = error
        self.over = True


class Turns:
    """Whose turn it is.

    Attributes:
        running: the invocation that goes on now; None while something outside happens.
        calls: of ports, made by invocations so far.
        faults: calls that went wrong.
    """

    def __init__(self) -> None:
        self.main = getcurrent()
        self.running: Invocation | None = None
        self.calls = 0
        self.faults = 0

    def let(self, invocation: Invocation, calls: int = UNLIMITED, form: Form | None = None) -> bool:
        """Let *invocation* go on; whether *form* struck."""
        self.running = invocation
        before = invocation.calls
        try:
            struck = invocation.go(calls, form)
        finally:
            self.running = None
        self.calls += invocation.calls - before
        self.faults += struck and form is not None
        return struck
