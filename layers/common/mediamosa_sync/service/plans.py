"""The dry run as admins ask for it: a page a call, planned by the step function."""

from __future__ import annotations

from mediamosa_sync.errors import PlannerTimedOut, PlannerUnavailable
from mediamosa_sync.ports import Clock, PlanAnswer, Planner, PlanQuestion, Schedule, SyncStore
from mediamosa_sync.service.control import known
from mediamosa_sync.service.refusals import (
    ConnectionUnusable,
    InvalidRequest,
    MediaMosaUnavailable,
    PlanTimedOut,
    PlanTooLarge,
    PlanUnavailable,
)


class Plans:
    """Plans what the next run of a connection would do."""

    def __init__(
        self, store: SyncStore, schedule: Schedule, planner: Planner, clock: Clock
    ) -> None:
        self._store = store
        self._schedule = schedule
        self._planner = planner
        self._clock = clock

    def page(self, connection_id: str, *, full: bool = False, token: str = "") -> dict[str, object]:
        """The plan's first page, or the one that *token* of the last page leads to.

        What is paused is planned as if it were resumed.

        Parameters:
            full: as if a full run had been asked for.

        Raises:
            Refusal: there is no such connection, it cannot be synced, the token is none, MediaMosa
                or the step function does not answer, or the plan has grown too large.
            StoreUnavailable: DynamoDB or the schedule cannot be read.
        """
        connection = known(self._store, connection_id)
        if not connection.enabled:
            raise ConnectionUnusable(_SWITCHED_OFF)
        if connection.problem:
            raise ConnectionUnusable(connection.problem)
        now = self._clock.now()
        tick = self._schedule.tick(now)
        interval = tick.interval_seconds if tick.next_run is not None else None
        question = PlanQuestion(connection_id, tick.next_run or now, interval, full, token)
        try:
            answer = self._planner.plan(question)
        except PlannerTimedOut:
            raise PlanTimedOut from None
        except PlannerUnavailable as error:
            raise PlanUnavailable(str(error)) from error
        return _page_of(answer)


_SWITCHED_OFF = "The connection is switched off, so no run does anything: switch it on, then plan."


def _page_of(answer: PlanAnswer) -> dict[str, object]:
    if answer.page is not None:
        return dict(answer.page)
    if answer.refusal == PlanTooLarge.slug:
        raise PlanTooLarge
    for kind in (InvalidRequest, ConnectionUnusable, MediaMosaUnavailable):
        if answer.refusal == kind.slug:
            raise kind(answer.reason)
    raise PlanUnavailable(answer.reason)
