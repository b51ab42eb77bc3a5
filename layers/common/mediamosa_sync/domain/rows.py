"""What is kept of a connection beside its links and its run item: rows of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.run import Run


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
