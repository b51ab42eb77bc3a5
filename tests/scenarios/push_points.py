"""Points at which a push may be disturbed, and invocations that take turns between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

from mediamosa_sync.errors import StoreUnavailable
from tests.scenarios.calls import Asked
from tests.scenarios.world import World

MOMENT = timedelta(milliseconds=1)
"""Between one point and the next: no two claims are of the same instant."""


class Killed(BaseException):
    """The process is gone; nobody catches this."""


class Points:
    """Numbers the points of an invocation: before and after each call of a port.

    Attributes:
        seen: what happened at each so far, in order.
    """

    def __init__(
        self, world: World, at: int | None = None, action: Callable[[str], object] | None = None
    ) -> None:
        self.seen: list[str] = []
        self._world = world
        self._at = at
        self._action = action
        self._last = ""
        watch(world, self._reach)

    def stop_after(self, point: str) -> None:
        """Die at the first point of that name."""
        self._last = point

    def stop(self) -> None:
        """See nothing any more."""
        watch(self._world, _ignore)

    def _reach(self, point: str) -> None:
        self.seen.append(point)
        if self._at is not None and len(self.seen) > self._at:
            self.stop()
            if self._action is not None:
                self._action(point)
        if point == self._last:
            self.stop()
            raise Killed


def watch(world: World, reach: Callable[[str], None]) -> None:
    """Call *reach* with the name of every point, before and after what happens there."""

    def moved(point: str) -> None:
        world.clock.advance(MOMENT)
        reach(point)

    def before(method: str) -> None:
        moved(f"before {method}")

    def after(method: str) -> None:
        moved(f"after {method}")

    def request(asked: Asked) -> None:
        moved(f"request {asked.path}")

    def answer(asked: Asked) -> None:
        moved(f"answer {asked.path}")

    quiet = reach is _ignore
    world.tables.before = _ignore if quiet else before
    world.tables.after = _ignore if quiet else after
    world.on_request = _ignore if quiet else request
    world.on_answer = _ignore if quiet else answer


class Actor:
    """One invocation in a thread of its own, which moves only when it is told to.

    Attributes:
        ended: whether it has come to its end.
        seen: the points that it has reached so far.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self.ended = False
        self.seen: list[str] = []
        self._act = act
        self._left: int | None = 0
        self._is_doomed = False
        self._may_go, self._has_stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def ident(self) -> int | None:
        """Of its thread."""
        return self._thread.ident

    def go(self, points: int | None = None) -> None:
        """Let it come to the point that is so many further on; to its end if None."""
        if self.ended:
            return
        self._left = points
        self._may_go.release()
        self._has_stopped.acquire()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def die(self, points: int) -> None:
        """Let it go on for so many points, and be killed at the last of them."""
        self._is_doomed = True
        self.go(points)

    def reach(self, point: str) -> None:
        """Called in its thread; comes back once it may go on."""
        self.seen.append(point)
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            if self._is_doomed:
                raise Killed
            self._has_stopped.release()
            self._may_go.acquire()

    def _run(self) -> None:
        self._may_go.acquire()
        try:
            self._act()
        except (Killed, StoreUnavailable):
            # What it was given comes again, if it came from the stream.
            pass
        except BaseException as error:  # noqa: BLE001 (raised again where the test can see it)
            self._error = error
        self.ended = True
        self._has_stopped.release()


class Stage:
    """Several actors in one world; what is called from elsewhere is not held up."""

    def __init__(self, world: World, *acts: Callable[[], object]) -> None:
        self._world = world
        self._actors = tuple(Actor(act) for act in acts)
        self._by_thread = {actor.ident: actor for actor in self._actors}

    def __enter__(self) -> tuple[Actor, ...]:
        watch(self._world, self._reach)
        return self._actors

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """All come to their end, also after an error."""
        for actor in self._actors:
            actor.go()
        watch(self._world, _ignore)

    def _reach(self, point: str) -> None:
        actor = self._by_thread.get(threading.get_ident())
        if actor is not None:
            actor.reach(point)


def _ignore(_: object) -> None:
    """Nothing to be seen."""
