"""What a plan tells of each write that it has kept back: one item, as the API gives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import FieldMap
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    TwinRemoval,
    read_values,
)
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.domain.values import NO_VALUE, Metadata, Values
from mediamosa_sync.domain.writes import AssetWrite, RecordWrite
from mediamosa_sync.service.dry.server import Post


class What(StrEnum):
    """What would happen."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"
    RESTORE = "restore"
    LINK = "link"
    TAKE_OVER = "take_over"
    PUSH = "push"
    HOLD = "hold"
    PARK = "park"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Change:
    """One property's values before and after.

    Attributes:
        name: MediaMosa's; as in the record if it is none of a property.
        record_name: the record's.
        in_mediamosa: whether MediaMosa's values change; else the record's do.
        conflict: whether a value of the record is given up for MediaMosa's, and kept in the log.
    """

    name: str
    record_name: str
    old: Values
    new: Values
    in_mediamosa: bool = False
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that would happen.

    Attributes:
        asset_id, media_id: what it is about; "" where there is none.
        reason: why, in one sentence; "" where nothing is to be said.
    """

    what: What
    asset_id: str
    media_id: str
    reason: str = ""
    changes: tuple[Change, ...] = ()


def items_of(
    writes: Sequence[AssetWrite],
    posts: Sequence[Post],
    untied: Sequence[Waiting],
    fields: FieldMap,
) -> tuple[Item, ...]:
    """The items of one page; what changes the sync's own rows alone is none."""
    taking_part = [mapped for mapped in fields if mapped.direction is not Direction.IGNORE]
    names = {mapped.record_name: mapped.name for mapped in taking_part}
    tied = {write.link.asset_id: write.link.media_id for write in writes}
    return (
        *(item for write in writes if (item := _item_of(write, names)) is not None),
        *_pushes(posts, tied, {mapped.name: mapped.record_name for mapped in taking_part}),
        *(_waits(row) for row in untied),
    )


def _item_of(write: AssetWrite, names: Mapping[str, str]) -> Item | None:
    link, media_id = write.link, write.link.media_id
    changes = tuple(_changes(write, names))
    match write.record:
        case NewRecord():
            return Item(What.CREATE, link.asset_id, media_id, "", changes)
        case RecordRemoval():
            reason = write.record.copy.reason
            return Item(What.REMOVE, link.asset_id, media_id, reason, changes)
        case RecordRevival():
            return Item(What.RESTORE, link.asset_id, media_id, link.reason, changes)
        case TwinRemoval():
            reason = _TWIN_GOES.format(write.record.twin.media_id)
            return Item(What.TAKE_OVER, link.asset_id, media_id, reason)
    what, reason = _link_item(write), link.reason
    if what is None and isinstance(write.record, RecordChange):
        if changes:
            what = What.UPDATE
        elif write.record.mediamosa is not None:
            what, reason = What.UPDATE, reason or _MAP_ALONE
    return None if what is None else Item(what, link.asset_id, media_id, reason, changes)


def _link_item(write: AssetWrite) -> What | None:
    """What becomes of the link itself, if people are to know of it."""
    before, after = write.link_before, write.link
    if write.joins_held:
        return What.HOLD
    if write.links_delta > 0:
        return What.LINK
    if after.state is LinkState.PARKED and _told(before) != _told(after):
        return What.PARK
    if write.link_goes or (after.state in _NOTED and _told(before) != _told(after)):
        return What.NOTE
    return None


_NOTED = frozenset({LinkState.FORGOTTEN, LinkState.KEPT, LinkState.FOREIGN})


def _told(link: Link | None) -> tuple[LinkState, str] | None:
    return None if link is None else (link.state, link.reason)


_TWIN_GOES = "The record {}, which the sync had created and nobody has edited, goes."
_MAP_ALONE = "Only what the sync tells in the record's map mediamosa changes."


def _changes(write: AssetWrite, names: Mapping[str, str]) -> Iterator[Change]:
    """The record's values, property by property, where they differ."""
    old, new = _values(write.record)
    lost = {one.disagreement.name for one in write.conflicts}
    for record_name in sorted(old.keys() | new.keys()):
        before, after = old.get(record_name, NO_VALUE), new.get(record_name, NO_VALUE)
        name = names.get(record_name, record_name)
        if before != after or name in lost:
            yield Change(name, record_name, before, after, conflict=name in lost)


def _values(write: RecordWrite | None) -> tuple[Metadata, Metadata]:
    """Record name → values before and after, of what *write* changes."""
    match write:
        case NewRecord():
            return {}, write.metadata
        case RecordRemoval():
            return read_values(write.copy.record()).values, {}
        case RecordRevival():
            record = Record(write.media_id, metadata=write.attributes.get("metadata"))
            return {}, read_values(record).values
        case RecordChange():
            stood = read_values(write.before).values
            return {name: stood.get(name, NO_VALUE) for name in write.values}, write.values
    return {}, {}


def _pushes(
    posts: Iterable[Post], tied: Mapping[str, str], record_names: Mapping[str, str]
) -> Iterator[Item]:
    """One item for each asset, however many requests it takes."""
    changes: dict[str, list[Change]] = {}
    for post in posts:
        changes.setdefault(post.asset_id, []).extend(
            Change(name, record_names[name], post.old[name], values, in_mediamosa=True)
            for name, values in post.new.items()
        )
    for asset_id, its in changes.items():
        yield Item(What.PUSH, asset_id, tied[asset_id], "", tuple(its))


def _waits(row: Waiting) -> Item:
    what = What.PARK if row.state is LinkState.PARKED else What.NOTE
    return Item(what, "", row.media_id, row.reason or _ITS_TURN)


_ITS_TURN = "The record waits until MediaMosa has told which asset it names."


def item_object(item: Item) -> dict[str, object]:
    """The item as the API gives it; long values are cut."""
    return {
        "asset_id": item.asset_id or None,
        "media_id": item.media_id or None,
        "action": item.what.value,
        "reason": item.reason or None,
        "changes": [
            {
                "property": change.name,
                "record_name": change.record_name,
                "side": "mediamosa" if change.in_mediamosa else "record",
                "old": _shown(change.old),
                "new": _shown(change.new),
                "conflict": change.conflict,
            }
            for change in item.changes
        ],
    }


LONGEST_VALUE, MOST_VALUES = 500, 50
"""Characters of a value and values of a property that are shown."""


def _shown(values: Values) -> list[str]:
    shown = [
        value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
        for value in values[:MOST_VALUES]
    ]
    more = len(values) - MOST_VALUES
    return [*shown, f"… and {more:,} more"] if more > 0 else shown
