"""What a person sees of removed records, and brings back."""

from __future__ import annotations

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.removing import RESTORED, restore
from mediamosa_sync.ports import Clock, SyncStore
from mediamosa_sync.service.control import known
from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import RecordExists, RemovedNotFound


class RemovedRecords:
    """The copies that are kept of removed records.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, store: SyncStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def removed(self, connection_id: str, *, limit: int, after: str = "") -> Portion:
        """Copies in order of asset ids after *after*."""
        known(self._store, connection_id)
        now = self._clock.now()
        found = self._store.removed_records(connection_id, limit=limit + 1, after=after)
        shown = found[:limit]
        items = [_removed_object(copy) for copy in shown if copy.expires_at > now]
        return Portion(items, shown[-1].asset_id if len(found) > limit else None)

    def restore(self, connection_id: str, asset_id: str) -> tuple[dict[str, object], bool]:
        """Bring the record back as it was; what was restored, and whether by this request.

        Restoring again what was restored is the same. The next run does not remove it again.

        Raises:
            RemovedNotFound: no copy is kept (any more), or the asset has its record.
            RecordExists: the key is taken, or somebody else wrote at the same moment.
        """
        known(self._store, connection_id)
        now = self._clock.now()
        link = self._store.links(connection_id, [asset_id]).get(asset_id)
        if link is None:
            raise RemovedNotFound
        if link.state is LinkState.KEPT and link.reason == RESTORED:
            return _restored_object(link), False
        copy = self._store.removed_record(connection_id, asset_id)
        if copy is None or copy.expires_at <= now or link.state is not LinkState.REMOVED:
            raise RemovedNotFound
        write = restore(link, copy, now)
        if not self._store.write(connection_id, write).done:
            raise RecordExists(
                f"The record {copy.media_id} could not be brought back: there is one with this key "
                "again, or somebody else wrote it at this moment; look, then try again."
            )
        return _restored_object(write.link), True


def _removed_object(copy: RemovedRecord) -> dict[str, object]:
    return {
        "asset_id": copy.asset_id,
        "media_id": copy.media_id,
        "removed_at": iso(copy.removed_at),
        "expires_at": iso(copy.expires_at),
        "reason": copy.reason,
    }


def _restored_object(link: Link) -> dict[str, object]:
    return {
        "asset_id": link.asset_id,
        "media_id": link.media_id,
        "restored_at": iso(link.since),
    }
