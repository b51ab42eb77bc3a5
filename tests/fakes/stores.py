"""The media table and the sync table in memory, with the conditions and the atomicity of DynamoDB.

Deterministic and without clock, threads or copies: made to carry hundreds of simulated histories a
second. ``tests/adapters/dynamodb/test_*_contract.py`` hold it and the adapter to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from mediamosa_sync.domain.deletion import Removals
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import Record, RecordRemoval, RecordRevival, RemovedRecord
from mediamosa_sync.domain.rows import HeldAsset
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.uri import SCHEME
from mediamosa_sync.domain.writes import AssetWrite, Conflict, count, unapproved_removals
from mediamosa_sync.ports import Applied, ScanPage
from tests.fakes.chunks import Staged, Stored, stage
from tests.fakes.records import Item, record_of
from tests.fakes.run_items import MemoryRunItems, run_under_way
from tests.fakes.shelves import whole_second

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""


class MemoryTables(MemoryRunItems):
    """The ports ``RecordStore`` and ``SyncStore`` over dictionaries.

    Attributes:
        media: key → item of the media table; put application records with :meth:`put_record`.
        conflicts: connection → conflict id → entry of the log.
        copies: connection → asset id → copy of a removed record; none of them expires.
        scan_items: records of the media table that one call of :meth:`scan` looks at.
    """

    def __init__(self, key: str = "media_id") -> None:
        super().__init__()
        self.media: dict[str, Item] = {}
        self.conflicts: dict[str, dict[str, Conflict]] = {}
        self.copies: dict[str, dict[str, RemovedRecord]] = {}
        self.scan_items = 1000
        self._key = key
        self._links: dict[str, dict[str, Link]] = {}

    # What tests do from outside.

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record: *attributes* in boto3's types."""
        self.media[media_id] = {self._key: media_id, **attributes}

    def edit_record(self, media_id: str, /, **properties: object) -> None:
        """An application sets ``metadata.<name>`` for each of *properties*; None removes it."""
        item = self.media[media_id]
        metadata: dict[str, Any] = {**item.get("metadata", {}), **properties}
        kept = {name: value for name, value in metadata.items() if value is not None}
        self.media[media_id] = {**item, "metadata": kept}

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        del self.media[media_id]

    def put_link(self, connection_id: str, link: Link) -> None:
        """Put *link* as it is, without any condition; the run item's numbers stay as they are."""
        self._links.setdefault(connection_id, {})[link.asset_id] = link

    def drop_link(self, connection_id: str, asset_id: str) -> None:
        """Take a link's row away, without any condition."""
        del self._links[connection_id][asset_id]

    def all_links(self, connection_id: str) -> dict[str, Link]:
        """Every link of a connection, in order of asset ids; counts as no read."""
        return dict(sorted(self._links.get(connection_id, {}).items()))

    # The port RecordStore.

    def records(self, media_ids: Iterable[str]) -> Mapping[str, Record]:
        """As the port says."""
        self._enter("records")
        wanted = dict.fromkeys(media_ids)
        self.traffic.reads += len(wanted)
        found = {name: record_of(name, self.media[name]) for name in wanted if name in self.media}
        self._leave("records")
        return found

    def item(self, media_id: str) -> Mapping[str, Any] | None:
        """As the port says."""
        self._enter("item")
        self.traffic.reads += 1
        found = self.media.get(media_id)
        self._leave("item")
        return found

    def scan(self, after: Mapping[str, str] | None) -> ScanPage:
        """As the port says, but of :attr:`scan_items` records, in order of their keys."""
        self._enter("scan")
        self.traffic.reads += 1
        last = after[self._key] if after else ""
        ahead = sorted(media_id for media_id in self.media if media_id > last)
        part = ahead[: self.scan_items]
        found = tuple(
            _sketch(name, self.media[name]) for name in part if _is_ours(self.media[name])
        )
        self._leave("scan")
        return ScanPage(found, {self._key: part[-1]} if len(part) < len(ahead) else None)

    # The port SyncStore.

    def links(self, connection_id: str, asset_ids: Iterable[str]) -> Mapping[str, Link]:
        """As the port says."""
        self._enter("links")
        wanted = dict.fromkeys(asset_ids)
        self.traffic.reads += len(wanted)
        links = self._links.get(connection_id, {})
        found = {asset_id: links[asset_id] for asset_id in wanted if asset_id in links}
        self._leave("links")
        return found

    def links_between(
        self, connection_id: str, *, after: str, upto: str | None, prefix: str, limit: int
    ) -> tuple[Mapping[str, Link], bool]:
        """As the port says."""
        self._enter("links_between")
        self.traffic.reads += 1
        links = self._links.get(connection_id, {})
        ids = sorted(
            asset_id
            for asset_id in links
            if asset_id > after
            and asset_id.startswith(prefix)
            and (upto is None or asset_id <= upto)
        )
        found = {asset_id: links[asset_id] for asset_id in ids[:limit]}
        self._leave("links_between")
        return found, len(ids) > limit

    def held(
        self, connection_id: str, *, upto: datetime | None, limit: int, after: str = ""
    ) -> tuple[HeldAsset, ...]:
        """As the port says, but without any lag."""
        self._enter("held")
        self.traffic.reads += 1
        listed = [
            HeldAsset(link.asset_id, link.since, _position(link.since, link.asset_id))
            for link in self._links.get(connection_id, {}).values()
            if link.state is LinkState.HELD and link.since is not None
        ]
        wanted = [
            one for one in listed if one.position > after and (upto is None or one.since <= upto)
        ]
        wanted.sort(key=lambda one: one.position)
        self._leave("held")
        return tuple(wanted[:limit])

    def removed_record(self, connection_id: str, asset_id: str) -> RemovedRecord | None:
        """As the port says."""
        self._enter("removed_record")
        self.traffic.reads += 1
        found = self.copies.get(connection_id, {}).get(asset_id)
        self._leave("removed_record")
        return found

    def removed_records(
        self, connection_id: str, *, limit: int, after: str = ""
    ) -> tuple[RemovedRecord, ...]:
        """As the port says."""
        self._enter("removed_records")
        self.traffic.reads += 1
        copies = self.copies.get(connection_id, {})
        ids = sorted(asset_id for asset_id in copies if asset_id > after)
        found = tuple(replace(copies[asset_id], attributes={}) for asset_id in ids[:limit])
        self._leave("removed_records")
        return found

    def restore(self, connection_id: str, write: AssetWrite) -> bool:
        """As the port says."""
        self._enter("restore")
        staged = self._stage(connection_id, [write])
        if staged.contested or staged.oversized:
            self.traffic.cancelled += 1
            return False
        state = self._state(connection_id)
        self._write_state(replace(state, links=state.links + write.links_delta))
        self._write_staged(connection_id, staged, [write])
        self._leave("restore")
        return True

    def apply(self, fence: Fence, kind: Kind, writes: Sequence[AssetWrite]) -> Applied:
        """As the port says."""
        self._enter("apply")
        state = self._fenced(fence)
        run = run_under_way(state, kind)
        staged = self._stage(fence.connection_id, writes)
        if staged.contested or staged.oversized:
            self.traffic.cancelled += 1
            return Applied(frozenset(staged.contested), frozenset(staged.oversized))
        joined = [write.link.asset_id for write in writes if write.joins_held]
        left = [write.link.asset_id for write in writes if write.leaves_held]
        counted = state.with_run(replace(run, counts=run.counts + count(writes)))
        self._write_state(
            replace(
                counted,
                links=state.links + sum(write.links_delta for write in writes),
                held=state.held.changed(joined, left),
                removals=_removals_after(state.removals, writes),
            )
        )
        self._write_staged(fence.connection_id, staged, writes)
        self._leave("apply")
        return Applied()

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """As the port says, but without any lag."""
        self._enter("attention")
        self.traffic.reads += 3
        states = [link.state for link in self._links.get(connection_id, {}).values()]
        found = {
            "pending": min(states.count(LinkState.PENDING), MOST_COUNTED),
            "parked": min(states.count(LinkState.PARKED), MOST_COUNTED),
            "conflicts": min(len(self.conflicts.get(connection_id, {})), MOST_COUNTED),
        }
        self._leave("attention")
        return found

    # Inside.

    def _stage(self, connection_id: str, writes: Sequence[AssetWrite]) -> Staged:
        links = self._links.get(connection_id, {})
        copies = self.copies.get(connection_id, {})
        return stage(Stored(self._key, self.media, links, copies), writes)

    def _write_staged(
        self, connection_id: str, staged: Staged, writes: Sequence[AssetWrite]
    ) -> None:
        for media_id, item in staged.records.items():
            if item is None:
                del self.media[media_id]
            else:
                self.media[media_id] = item
        self.traffic.records_written += len(staged.records)
        for write in writes:
            self._write_link(connection_id, write)
            self._write_copy(connection_id, write)
        self.traffic.transactions += 1

    def _write_link(self, connection_id: str, write: AssetWrite) -> None:
        links = self._links.setdefault(connection_id, {})
        asset_id, goes_at = write.link.asset_id, write.link.expires_at
        if write.link_goes:
            links.pop(asset_id, None)
        else:
            links[asset_id] = replace(
                write.link,
                version=1 + (write.link_before.version if write.link_before else 0),
                expires_at=None if goes_at is None else whole_second(goes_at),
            )
        self.traffic.links_written += 1
        for entry in write.conflicts:
            self.conflicts.setdefault(connection_id, {})[entry.conflict_id] = entry
            self.traffic.conflicts_written += 1

    def _write_copy(self, connection_id: str, write: AssetWrite) -> None:
        copies, asset_id = self.copies.setdefault(connection_id, {}), write.link.asset_id
        if isinstance(write.record, RecordRemoval):
            copy = write.record.copy
            copies[asset_id] = replace(copy, expires_at=whole_second(copy.expires_at))
            self.traffic.copies_written += 1
        elif isinstance(write.record, RecordRevival):
            del copies[asset_id]
            self.traffic.copies_written += 1


def _is_ours(item: Item) -> bool:
    uri = item.get("uri")
    return isinstance(uri, str) and uri.startswith(SCHEME)


def _sketch(media_id: str, item: Item) -> Record:
    """A record as a scan shows it."""
    named = item.get("connection_id")
    return Record(media_id, item["uri"], connection_id=named if isinstance(named, str) else "")


def _position(since: datetime, asset_id: str) -> str:
    return f"{since.isoformat(timespec='microseconds')}#{asset_id}"


def _removals_after(removals: Removals, writes: Sequence[AssetWrite]) -> Removals:
    hours = dict(removals.hours)
    for hour, number in unapproved_removals(writes).items():
        hours[hour] = hours.get(hour, 0) + number
    return Removals(hours)
