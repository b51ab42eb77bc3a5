"""What has been: runs, and what admins did."""

from __future__ import annotations

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.rows import AuditEntry, HistoryRow
from mediamosa_sync.domain.run import Quiet
from mediamosa_sync.domain.status import run_object
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.service.audit import NO_CONNECTION
from mediamosa_sync.service.control import known
from mediamosa_sync.service.portion import Portion


class History:
    """The runs that have ended, and the audit.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, store: SyncStore) -> None:
        self._store = store

    def runs(self, connection_id: str, *, limit: int, before: str = "") -> Portion:
        """Rows of the history, newest first, older than the position *before*.

        Quiet runs that still share a row are in no row of the table yet: they come from the run
        item.
        """
        known(self._store, connection_id)
        quiet = self._store.run_state(connection_id).quiet
        rows = {
            row.position: row
            for row in self._store.history(connection_id, limit=limit + 1, before=before)
        }
        if quiet is not None:
            row = _open_row(quiet)
            if not before or row.position < before:
                # If it was closed between the two reads it is there already.
                rows.setdefault(row.position, row)
        positions = sorted(rows, reverse=True)
        shown = [_row_object(rows[position]) for position in positions[:limit]]
        return Portion(shown, positions[limit - 1] if len(positions) > limit else None)

    def audit(self, connection_id: str, *, limit: int, before: str = "") -> Portion:
        """What admins did or were refused, newest first, older than the position *before*.

        Of :data:`NO_CONNECTION`: what was refused without naming a connection that there is.
        """
        if connection_id != NO_CONNECTION:
            known(self._store, connection_id)
        entries = self._store.audited(connection_id, limit=limit + 1, before=before)
        items = [_entry_object(entry) for entry in entries[:limit]]
        return Portion(items, entries[limit - 1].position if len(entries) > limit else None)


def _open_row(quiet: Quiet) -> HistoryRow:
    """It may not go before it is written, so any time will do."""
    since = quiet.first.started_at
    return HistoryRow(quiet.last, since, quiet.runs, quiet.requests, expires_at=since)


def _row_object(row: HistoryRow) -> dict[str, object]:
    """A run as in the status, and what its row says beyond that; requests are of the whole row."""
    run = row.run
    return {
        **run_object(run),
        "requests": row.requests,
        "runs": row.runs,
        "since": iso(row.since),
        "watermark_before": iso(run.watermark_before) or None,
        "watermark_after": iso(run.watermark_after) or None,
        "reason": run.reason or None,
    }


def _entry_object(entry: AuditEntry) -> dict[str, object]:
    """An entry of the audit as the API shows it."""
    return {
        "at": iso(entry.at),
        "by": entry.by,
        "action": entry.action,
        "outcome": entry.outcome,
        "request_id": entry.entry_id,
    }
