"""The audit: who asked for what, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from mediamosa_sync.domain.rows import AuditEntry
from mediamosa_sync.errors import StoreError
from mediamosa_sync.ports import Clock, SyncStore
from mediamosa_sync.service.refusals import Forbidden, Refusal

AUDIT_LIFE = timedelta(days=365)

NO_CONNECTION = "none"
"""Stands for the connection of what was asked without naming one that there is."""

DONE, NO_CHANGE = "done", "no change"
_FAILED = "It could not be carried out: the log of the API's function says why."


@dataclass(frozen=True, slots=True)
class Admin:
    """Who asks.

    Attributes:
        by: the role whose token was shown.
        request_id: unique per request.
    """

    by: str
    request_id: str


@dataclass(slots=True)
class Action:
    """What an admin asks for, and what has come of it so far.

    Attributes:
        verb: as in the API.
        connection_id: of the connection that it is about.
        changed: whether it changed anything.
        about: what of the connection it is about, as the admin has named it.
        looks: whether it only looks; then nothing is noted but that it was forbidden.
    """

    verb: str
    connection_id: str = NO_CONNECTION
    changed: bool = True
    about: str = ""
    looks: bool = False

    @property
    def text(self) -> str:
        """Verb and what it is about, for people."""
        return f"{self.verb} {self.about}".strip()


class Audit:
    """Notes every action of an admin, also one that is refused; and looks that are forbidden."""

    def __init__(self, store: SyncStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @contextmanager
    def noting(self, admin: Admin, action: Action) -> Iterator[Action]:
        """Note *action* at the end, however it ends; until then it may be told more exactly.

        Raises :class:`StoreError` if what was done or refused cannot be noted: the same request
        again does no harm, and is noted.
        """
        try:
            yield action
        except Refusal as refusal:
            if refusal.names_nothing:
                # It may be anything, a token by mistake, and viewers read the audit.
                action.about = ""
            if not action.looks or isinstance(refusal, Forbidden):
                self._note(admin, self._placed(action), str(refusal))
            raise
        except Exception:
            # Nothing is noted where the store itself fails; what failed is worth more than that.
            if not action.looks:
                with suppress(StoreError):
                    self._note(admin, self._placed(action), _FAILED)
            raise
        if not action.looks:
            self._note(admin, action, DONE if action.changed else NO_CHANGE)

    def _placed(self, action: Action) -> Action:
        """*action* where it can be read later: nobody looks where there is no connection."""
        named = action.connection_id
        if named == NO_CONNECTION or self._store.connection(named) is not None:
            return action
        return Action(action.verb, about=f"{named} {action.about}")

    def _note(self, admin: Admin, action: Action, outcome: str) -> None:
        now = self._clock.now()
        entry = AuditEntry(
            entry_id=admin.request_id,
            at=now,
            by=admin.by,
            action=action.text,
            outcome=outcome,
            expires_at=now + AUDIT_LIFE,
        )
        self._store.audit(action.connection_id, entry)
