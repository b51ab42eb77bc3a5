"""Calls that a test sees and may disturb, and what went to and from the tables in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mediamosa_sync.errors import StoreUnavailable

Action = Callable[[], None]


@dataclass(slots=True)
class Traffic:
    """What went to and from the tables since the start, or since it was set back.

    Attributes:
        reads: items asked for, whether they existed or not; an index, a query or a part of a scan
            counts as one.
        records_written, links_written, conflicts_written, copies_written: in transactions that took
            effect; what is deleted counts as written.
        run_item_writes: of every kind, those inside transactions too.
        connection_writes: configurations, and what is paused.
        property_writes: lists of properties.
        nominee_writes, history_writes, mediafile_writes, audit_writes: rows.
        waiting_writes: waiting rows, those inside transactions too.
        push_item_writes: counts and circuits.
        transactions: of whatever kind, that took effect.
        single_writes: links that were written without one, being all there was to write.
        cancelled: transactions, and links without one, that did not take effect.
    """

    reads: int = 0
    records_written: int = 0
    links_written: int = 0
    conflicts_written: int = 0
    copies_written: int = 0
    run_item_writes: int = 0
    connection_writes: int = 0
    property_writes: int = 0
    nominee_writes: int = 0
    history_writes: int = 0
    mediafile_writes: int = 0
    audit_writes: int = 0
    waiting_writes: int = 0
    push_item_writes: int = 0
    single_writes: int = 0
    transactions: int = 0
    cancelled: int = 0


class Watched:
    """Methods of ports that say when they begin and when they have taken effect.

    Attributes:
        traffic: counts for tests.
        before, after: called with the name of every method of the ports, before it does anything
            and once its effect is durable; an exception from it reaches the caller. For a single
            event use :meth:`once_before` and :meth:`once_after`.
    """

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.before: Callable[[str], None] = _nothing
        self.after: Callable[[str], None] = _nothing
        self._once: dict[tuple[str, str], list[Action]] = {}

    def once_before(self, method: str, action: Action) -> None:
        """Run *action* once, before the next call of *method* does anything."""
        self._once.setdefault(("before", method), []).append(action)

    def once_after(self, method: str, action: Action) -> None:
        """Run *action* once, when the next call of *method* has taken effect."""
        self._once.setdefault(("after", method), []).append(action)

    def throttle(self, method: str, times: int = 1) -> None:
        """Let the next calls of *method* fail without effect, as after all patience is used up."""
        for _ in range(times):
            self.once_before(method, unavailable)

    def lose_answer(self, method: str) -> None:
        """Let the next call of *method* take effect and fail all the same."""
        self.once_after(method, unavailable)

    def _enter(self, method: str) -> None:
        self.before(method)
        if self._once:
            self._run_once("before", method)

    def _leave(self, method: str) -> None:
        if self._once:
            self._run_once("after", method)
        self.after(method)

    def _run_once(self, moment: str, method: str) -> None:
        waiting = self._once.get((moment, method))
        if waiting:
            waiting.pop(0)()


def unavailable() -> None:
    """Fail as the adapter does when DynamoDB does not answer."""
    raise StoreUnavailable("DynamoDB does not answer now: the next step tries again.")


def _nothing(_method: str) -> None:
    """No event."""
