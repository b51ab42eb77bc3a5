"""What a person sees and decides about held deletions."""

from __future__ import annotations

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.rows import HeldAsset
from mediamosa_sync.domain.run import RunState
from mediamosa_sync.ports import Clock, Schedule, SyncStore
from mediamosa_sync.service.audit import Admin
from mediamosa_sync.service.control import Marked, known
from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import HeldChanged, HeldDecided, NothingHeld, Refusal


class Rulings:
    """The list of held deletions, and what a person says about it.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, store: SyncStore, schedule: Schedule, clock: Clock) -> None:
        self._store = store
        self._schedule = schedule
        self._clock = clock

    def token(self, connection_id: str) -> tuple[str | None, int]:
        """The token of the list as it stands, None if it is empty, and how many are on it."""
        held = self._store.run_state(connection_id).held
        return (held.token if held.count else None), held.count

    def held(self, connection_id: str, *, limit: int, after: str = "") -> Portion:
        """Held assets after the position *after*, the longest held first."""
        known(self._store, connection_id)
        found = self._store.held(connection_id, upto=None, limit=limit + 1, after=after)
        shown = found[:limit]
        # What lists them lags behind: the link knows.
        links = self._store.links(connection_id, [one.asset_id for one in shown])
        items = [
            _held_object(one, link.media_id)
            for one in shown
            if (link := links.get(one.asset_id)) is not None and link.state is LinkState.HELD
        ]
        return Portion(items, shown[-1].position if len(found) > limit else None)

    def decide(self, connection_id: str, token: str, *, approve: bool, admin: Admin) -> Marked:
        """Leave a person's decision about the list of *token*; the next runs carry it out.

        The same decision again, while it waits or is being carried out, is the one that stands.

        Raises:
            NothingHeld: the list is empty.
            HeldChanged: it is another list by now.
            HeldDecided: another decision waits, or the contrary is being carried out.
        """
        known(self._store, connection_id)
        now = self._clock.now()
        next_run = self._schedule.tick(now).next_run
        state = self._store.run_state(connection_id)
        standing = _standing(state, token)
        if standing is None:
            ruling = Ruling(admin.request_id, token, approve, admin.by, now)
            if self._store.rule(connection_id, ruling):
                return Marked(now, next_run, fresh=True)
            # Somebody was faster, or the list has changed.
            state = self._store.run_state(connection_id)
            standing = _standing(state, token)
        if standing is None:
            raise _why_not(state)
        if standing.approve != approve:
            raise HeldDecided
        return Marked(standing.at, next_run, fresh=False)


def _standing(state: RunState, token: str) -> Ruling | None:
    """The decision about this list that waits or is being carried out."""
    decisions = (state.ruling, state.release)
    return next((one for one in decisions if one is not None and one.token == token), None)


def _why_not(state: RunState) -> Refusal:
    if state.ruling is not None:
        return HeldDecided()
    return HeldChanged() if state.held.count else NothingHeld()


def _held_object(held: HeldAsset, media_id: str) -> dict[str, object]:
    return {"asset_id": held.asset_id, "media_id": media_id, "since": iso(held.since)}
