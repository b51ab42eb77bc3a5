"""What a person sees of links, and of records that have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.rows import Troubled, Waiting
from mediamosa_sync.domain.uri import AssetUri, MediafileUri, usable_uris
from mediamosa_sync.ports import RecordStore, SyncStore
from mediamosa_sync.service.control import known
from mediamosa_sync.service.portion import Portion

INDEXED = frozenset({LinkState.PENDING, LinkState.PARKED, LinkState.HELD})
"""States that the attention index lists; those of all others are found by looking at each link."""

MOST_LOOKED_AT = 1_000
"""Rows that one request looks at."""

STRIDE = 100
"""Links read at a time where not every one is shown."""

Row = Link | Waiting


class Links:
    """The links of a connection, and the records that wait for one.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, records: RecordStore, store: SyncStore) -> None:
        self._records = records
        self._store = store

    def links(
        self, connection_id: str, state: LinkState | None, *, limit: int, after: str = ""
    ) -> Portion:
        """Those in *state*, or all, after the position *after*.

        Pending, parked and held ones are listed with the records that have no link, the longest
        first; others by asset id, of which at most :data:`MOST_LOOKED_AT` are looked at.
        """
        known(self._store, connection_id)
        if state in INDEXED:
            return self._troubled(connection_id, state, limit, after)
        return self._walked(connection_id, state, limit, after)

    def of_asset(self, connection_id: str, asset_id: str) -> list[Row]:
        """The link of one asset, if there is one."""
        known(self._store, connection_id)
        link = self._store.links(connection_id, [asset_id]).get(asset_id)
        return [] if link is None else [link]

    def of_record(self, connection_id: str, media_id: str) -> list[Row]:
        """The link that ties a record, or the row of one that waits; found by the record's uri."""
        known(self._store, connection_id)
        row = rows_of_records(self._records, self._store, connection_id, [media_id]).get(media_id)
        return [] if row is None else [row]

    def _troubled(self, connection_id: str, state: LinkState, limit: int, after: str) -> Portion:
        found = self._store.troubled(connection_id, state, limit=limit + 1, after=after)
        shown = found[:limit]
        items = [row_object(row) for row in still_so(self._store, connection_id, shown, state)]
        return Portion(items, shown[-1].position if len(found) > limit else None)

    def _walked(
        self, connection_id: str, state: LinkState | None, limit: int, after: str
    ) -> Portion:
        items: list[dict[str, object]] = []
        stride = limit if state is None else STRIDE
        for _ in range(MOST_LOOKED_AT // stride):
            found, more = self._store.links_between(
                connection_id, after=after, upto=None, prefix="", limit=stride
            )
            wanted = [name for name in sorted(found) if state in {None, found[name].state}]
            room = limit - len(items)
            items += [row_object(found[name]) for name in wanted[:room]]
            if len(wanted) > room:
                return Portion(items, wanted[room - 1])
            if not more:
                return Portion(items, None)
            after = max(found)
            if len(items) == limit:
                break
        return Portion(items, after)


def still_so(
    store: SyncStore, connection_id: str, found: Sequence[Troubled], state: LinkState
) -> list[Row]:
    """Those of *found* that are in *state* still: what lists them lags."""
    dues = list(dict.fromkeys(one.due for one in found))
    links = store.links(connection_id, [due.asset_id for due in dues if due.asset_id])
    waiting = store.waiting(connection_id, [due.media_id for due in dues if due.media_id])
    rows = (links.get(due.asset_id) or waiting.get(due.media_id) for due in dues)
    return [row for row in rows if row is not None and row.state is state]


def rows_of_records(
    records: RecordStore, store: SyncStore, connection_id: str, media_ids: Sequence[str]
) -> Mapping[str, Row]:
    """Media id → the link that ties the record, else the row of one that waits."""
    if not media_ids:
        return {}
    assets = dict(_assets(store, connection_id, records.records(media_ids)))
    links = store.links(connection_id, set(assets.values()))
    rows: dict[str, Row] = dict(store.waiting(connection_id, media_ids))
    for media_id, asset_id in assets.items():
        link = links.get(asset_id)
        if link is not None and link.media_id == media_id:
            rows[media_id] = link
    return rows


def _assets(
    store: SyncStore, connection_id: str, records: Mapping[str, Record]
) -> Iterator[tuple[str, str]]:
    """Media id and the asset that the record names, where that is known."""
    named = dict(_named(records.values()))
    mediafiles = {one.mediafile_id for one in named.values() if isinstance(one, MediafileUri)}
    told = store.mediafiles(connection_id, mediafiles) if mediafiles else {}
    for media_id, uri in named.items():
        asset_id = uri.asset_id if isinstance(uri, AssetUri) else told.get(uri.mediafile_id)
        if asset_id:
            yield media_id, asset_id


def _named(records: Iterable[Record]) -> Iterator[tuple[str, AssetUri | MediafileUri]]:
    for record in records:
        for uri in usable_uris([record.uri]):
            yield record.media_id, uri


def row_object(row: Row) -> dict[str, object]:
    """A link, or a record without one, as the API shows it."""
    if isinstance(row, Waiting):
        row = Link(
            "",
            row.media_id,
            state=row.state,
            reason=row.reason,
            since=row.since,
            due=row.due,
        )
    return {
        "asset_id": row.asset_id or None,
        "media_id": row.media_id or None,
        "state": row.state.value,
        "reason": row.reason or None,
        "since": iso(row.since) or None,
        "next_attempt": iso(row.due) or None,
        "modified": row.revision.partition("#")[0] or None,
        "first_contact_done": row.base is not None,
        "pushed_unknown": sorted(row.sent),
        "parked": [_parked_object(row, name) for name in sorted(row.parked)],
        "ignored": list(row.ignored),
    }


def _parked_object(link: Link, name: str) -> dict[str, object]:
    parked = link.parked[name]
    return {
        "property": name,
        "record_name": link.names.get(name, name),
        "reason": parked.reason,
        "since": iso(parked.since),
        "discarded": parked.discarded,
    }
