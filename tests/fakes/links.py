"""Links and copies of removed records in memory, and what of them needs attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from mediamosa_sync.adapters.dynamodb.attributes import optional_text
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.rows import Due, HeldAsset, Troubled
from tests.fakes.push_items import MemoryPushItems

MOST_COUNTED = 1000
"""Where the counts of what needs attention stop."""


class MemoryLinks(MemoryPushItems):
    """The part of ``SyncStore`` that reads links and copies, and finds what waits, without lag.

    Attributes:
        copies: connection → asset id → copy of a removed record; none of them expires.
    """

    def __init__(self) -> None:
        super().__init__()
        self.copies: dict[str, dict[str, RemovedRecord]] = {}
        self._links: dict[str, dict[str, Link]] = {}

    # What tests do from outside.

    def put_link(self, connection_id: str, link: Link) -> None:
        """Put *link* as it is, without any condition; the run item's numbers stay as they are."""
        self._links.setdefault(connection_id, {})[link.asset_id] = link

    def drop_link(self, connection_id: str, asset_id: str) -> None:
        """Take a link's row away, without any condition."""
        del self._links[connection_id][asset_id]

    def all_links(self, connection_id: str) -> dict[str, Link]:
        """Every link of a connection, in order of asset ids; counts as no read."""
        return dict(sorted(self._links.get(connection_id, {}).items()))

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
        """As the port says."""
        self._enter("held")
        self.traffic.reads += 1
        links = self._links.get(connection_id, {})
        listed = [
            HeldAsset(link.asset_id, link.since, _position(link.since, link.asset_id))
            for link in links.values()
            if link.state is LinkState.HELD and link.since is not None
        ]
        wanted = [
            one for one in listed if one.position > after and (upto is None or one.since <= upto)
        ]
        wanted.sort(key=lambda one: one.position)
        self._leave("held")
        return tuple(wanted[:limit])

    def due(self, connection_id: str, *, upto: datetime, limit: int) -> tuple[Due, ...]:
        """As the port says."""
        self._enter("due")
        self.traffic.reads += 1
        ripe = [
            (_position(instant, sk), one)
            for instant, sk, one in self._waits(connection_id, LinkState.PENDING)
            if instant is None or instant <= upto
        ]
        ripe.sort(key=lambda pair: pair[0])
        self._leave("due")
        return tuple(one for _, one in ripe[:limit])

    def troubled(
        self, connection_id: str, state: LinkState, *, limit: int, after: str = ""
    ) -> tuple[Troubled, ...]:
        """As the port says."""
        self._enter("troubled")
        self.traffic.reads += 1
        listed = [
            Troubled(one, _position(instant, sk))
            for instant, sk, one in self._waits(connection_id, state)
        ]
        listed.sort(key=lambda one: one.position)
        self._leave("troubled")
        return tuple(one for one in listed if one.position > after)[:limit]

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

    def attention(self, connection_id: str) -> Mapping[str, int]:
        """As the port says."""
        self._enter("attention")
        self.traffic.reads += 3
        states = [link.state for link in self._links.get(connection_id, {}).values()]
        states += [row.state for row in self.waiting_rows.get(connection_id, {}).values()]
        log = self.conflict_log.get(connection_id, {}).values()
        found = {
            "pending": min(states.count(LinkState.PENDING), MOST_COUNTED),
            "parked": min(states.count(LinkState.PARKED), MOST_COUNTED),
            "conflicts": min(sum(one.resolved_at is None for one in log), MOST_COUNTED),
        }
        self._leave("attention")
        return found

    # Inside.

    def _waits(
        self, connection_id: str, state: LinkState
    ) -> Iterator[tuple[datetime | None, str, Due]]:
        """Since when it is in *state*, or due; what it stands under; and whose row it is."""
        pending = state is LinkState.PENDING
        for link in self._links.get(connection_id, {}).values():
            if link.state is state:
                instant = (pending and link.due) or link.since
                yield instant, link.asset_id, Due(asset_id=link.asset_id)
        for row in self.waiting_rows.get(connection_id, {}).values():
            if row.state is state:
                instant = (pending and row.due) or row.since
                yield instant, f"waiting#{row.media_id}", Due(media_id=row.media_id)


def _position(instant: datetime | None, sk: str) -> str:
    return f"{optional_text(instant)}#{sk}"
