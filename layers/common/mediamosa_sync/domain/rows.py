"""What is kept of a connection beside its links and its run item: rows of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.run import Failure, Run
from mediamosa_sync.domain.writes import Counts


@dataclass(frozen=True, slots=True)
class Nominees:
    """Assets that seem to be gone and wait for the guard or their proof: one row of ids.

    Attributes:
        key: orders the rows of one run.
        asset_ids: at most some 1,200.
    """

    key: str
    asset_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NomineesChange:
    """What becomes of one row of nominees.

    Attributes:
        run_id: whose nominees they are.
        row: as it is to be; without ids it goes.
    """

    run_id: str
    row: Nominees


@dataclass(frozen=True, slots=True)
class HeldAsset:
    """One held deletion.

    Attributes:
        position: where it stands in the list.
        since: when it came onto it (aware UTC).
    """

    asset_id: str
    since: datetime
    position: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of the history: a run, or several in a row that found nothing.

    Attributes:
        run: the only one, or the latest of them.
        since: when the first of them began.
        runs, requests: how many they were, and how many requests they made in all.
        expires_at: when the row may go.
    """

    run: Run
    since: datetime
    runs: int
    requests: int
    expires_at: datetime

    @property
    def position(self) -> str:
        """Where it stands in the history."""
        return f"{iso(self.run.started_at)}#{self.run.run_id}"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What an admin did, or was refused.

    Attributes:
        entry_id: of the request.
        action: the verb, as in the API.
        outcome: "done", "no change" or why it was refused.
    """

    entry_id: str
    at: datetime
    by: str
    action: str
    outcome: str
    expires_at: datetime

    @property
    def position(self) -> str:
        """Where it stands in the audit, to the microsecond: texts compare as instants do."""
        naive = self.at.astimezone(UTC).replace(tzinfo=None)
        return f"{naive.isoformat(timespec='microseconds')}Z#{self.entry_id}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record with a MediaMosa URI that is tied to no asset (yet).

    Attributes:
        state: PENDING while its asset could not be asked for; PARKED if it cannot be tied.
        reason: why, in one sentence.
        since: since when (aware UTC).
        due: when a pending one is to be tried again.
        first_contact: how its link is to begin.
    """

    media_id: str
    state: LinkState
    reason: str
    since: datetime
    due: datetime | None = None
    first_contact: FirstContact = FirstContact.MEDIAMOSA


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be pushed again, by the attention index: exactly one of both ids is given."""

    asset_id: str = ""
    media_id: str = ""


@dataclass(frozen=True, slots=True)
class PushState:
    """The push item of a connection.

    Attributes:
        counts: of all pushes so far.
        circuit: why nothing is pushed but by the scheduled step; None if all is well.
    """

    counts: Counts = field(default_factory=Counts)
    circuit: Failure | None = None


@dataclass(frozen=True, slots=True)
class Troubled:
    """One row of the list of what needs attention: a link, or a record without one.

    Attributes:
        position: where it stands in the list.
    """

    due: Due
    position: str
