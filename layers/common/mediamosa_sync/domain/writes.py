"""What one step writes: record and link of an asset together, in chunks that fit a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import hour_of
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.record import (
    NewRecord,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    TwinRemoval,
)

MAX_ACTIONS = 99
"""Actions of one transaction beside the run item's (AWS: at most 100)."""
MAX_CREATIONS = 49
MAX_CHANGES = 10
"""Fewer where records exist: their applications write them too, and one conflict cancels all."""
COPY_PARTS = 3
"""Items that the copy of a removed record takes at the most, and is deleted from."""
MAX_BYTES = 3 * 1024 * 1024
"""Room to the 4 MB that AWS allows for one transaction."""


RecordWrite = NewRecord | RecordChange | RecordAbsent | RecordRemoval | RecordRevival | TwinRemoval


_WITH_COPY = (RecordRemoval, RecordRevival)


class Effect(StrEnum):
    """What a write is counted as."""

    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    ERROR = "error"
    NOTED = "noted"
    """Only our own row changes; the asset is counted when it is listed, or not at all."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A disagreement of one record and its asset, kept so that the record's value is not lost.

    Attributes:
        conflict_id: begins with *at*, so that ids are in order of time; the same for the same
            disagreement seen by the same step, so that a repeat is one entry.
        at: when it was decided (aware UTC).
        record_name: where the property stands in the record.
        asset_modified: when the asset was last changed, as MediaMosa tells; None if it does not.
        resolved_at, resolved_by: when and by whom the record's value was brought back; None and ""
            while MediaMosa's stands.
    """

    conflict_id: str
    asset_id: str
    media_id: str
    at: datetime
    disagreement: Disagreement
    record_name: str = ""
    asset_modified: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str = ""


@dataclass(frozen=True, slots=True)
class AssetWrite:
    """Everything that is written for one asset, in one transaction or not at all.

    Attributes:
        link: the row as it is to be.
        link_before: the row as read, which must still be of that version; None: there is none yet.
        record: what happens to the record, if anything.
        conflicts: entries for the conflict log.
        effect: what it is counted as.
        link_goes: the row is deleted instead of written.
        no_longer_waiting: the record whose waiting row goes, if there is one; "" for none.
    """

    link: Link
    link_before: Link | None
    record: RecordWrite | None
    effect: Effect
    conflicts: tuple[Conflict, ...] = ()
    link_goes: bool = False
    no_longer_waiting: str = ""

    @property
    def written(self) -> Link:
        """The row as it stands once this is done."""
        before = self.link_before
        return replace(self.link, version=1 + (before.version if before else 0))

    @property
    def records(self) -> frozenset[str]:
        """Keys of the records that it touches."""
        match self.record:
            case None:
                return frozenset()
            case RecordChange():
                return frozenset({self.record.before.media_id})
            case TwinRemoval():
                return frozenset({self.record.twin.media_id, self.record.heir.media_id})
            case _:
                return frozenset({self.record.media_id})

    @property
    def actions(self) -> int:
        """Actions in a transaction: link, waiting row, record, conflicts, parts of a copy."""
        copies = COPY_PARTS if isinstance(self.record, _WITH_COPY) else 0
        records = 0 if self.record is None else 1 + isinstance(self.record, TwinRemoval)
        return 1 + bool(self.no_longer_waiting) + records + len(self.conflicts) + copies

    @property
    def links_delta(self) -> int:
        """By how much it changes the number of ties of a record to an asset."""
        after = self.link.counts and not self.link_goes
        before = self.link_before is not None and self.link_before.counts
        return int(after) - int(before)

    @property
    def joins_held(self) -> bool:
        """Whether the asset comes onto the list of held deletions."""
        return self._is_held() and not self._was_held()

    @property
    def leaves_held(self) -> bool:
        """Whether the asset leaves the list of held deletions."""
        return self._was_held() and not self._is_held()

    def _is_held(self) -> bool:
        return self.link.state is LinkState.HELD and not self.link_goes

    def _was_held(self) -> bool:
        return self.link_before is not None and self.link_before.state is LinkState.HELD

    @property
    def size(self) -> int:
        """Bytes that it brings into a transaction, rounded up: a link's share is at most 16 kB."""
        values = 0 if self.record is None else self.record.size
        return 16 * 1024 + values * (1 + len(self.conflicts))


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did in one direction; the same six everywhere."""

    added: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    conflicts: int = 0
    errors: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            added=self.added + other.added,
            updated=self.updated + other.updated,
            deleted=self.deleted + other.deleted,
            unchanged=self.unchanged + other.unchanged,
            conflicts=self.conflicts + other.conflicts,
            errors=self.errors + other.errors,
        )

    def __sub__(self, other: Counts) -> Counts:
        """What came beyond *other*, an earlier state of the same counts."""
        return Counts(
            added=self.added - other.added,
            updated=self.updated - other.updated,
            deleted=self.deleted - other.deleted,
            unchanged=self.unchanged - other.unchanged,
            conflicts=self.conflicts - other.conflicts,
            errors=self.errors - other.errors,
        )

    def as_mapping(self) -> Mapping[str, int]:
        """Name → number, in the order in which they are shown."""
        return asdict(self)


def count(writes: Iterable[AssetWrite]) -> Counts:
    """What *writes* amount to."""
    total = Counts()
    for write in writes:
        total += _ONE[write.effect]
        if write.conflicts:
            total += Counts(conflicts=len(write.conflicts))
    return total


def unapproved_removals(writes: Iterable[AssetWrite]) -> Mapping[int, int]:
    """How many records *writes* remove without a person's approval, by the hour since 1970."""
    hours: dict[int, int] = {}
    for write in writes:
        if isinstance(write.record, RecordRemoval) and not write.record.approved:
            hour = hour_of(write.record.copy.removed_at)
            hours[hour] = hours.get(hour, 0) + 1
    return hours


_ONE = {
    Effect.ADDED: Counts(added=1),
    Effect.UPDATED: Counts(updated=1),
    Effect.DELETED: Counts(deleted=1),
    Effect.UNCHANGED: Counts(unchanged=1),
    Effect.ERROR: Counts(errors=1),
    Effect.NOTED: Counts(),
}


def chunks(writes: Iterable[AssetWrite]) -> Iterator[tuple[AssetWrite, ...]]:
    """*writes* in portions that each fit one transaction; creations apart from changes."""
    writes = tuple(writes)
    if not writes:
        return
    creations = [write for write in writes if isinstance(write.record, NewRecord)]
    changes = [write for write in writes if not isinstance(write.record, NewRecord)]
    yield from _portions(creations, MAX_CREATIONS)
    yield from _portions(changes, MAX_CHANGES)


def _portions(writes: Iterable[AssetWrite], most: int) -> Iterator[tuple[AssetWrite, ...]]:
    portion: list[AssetWrite] = []
    actions = size = 0
    records = set[str]()
    for write in writes:
        its_actions, its_size, its_records = write.actions, write.size, write.records
        full = (
            len(portion) == most
            or actions + its_actions > MAX_ACTIONS
            or size + its_size > MAX_BYTES
        )
        # A transaction touches an item once; a record that has moved is of two assets for a while.
        if portion and (full or its_records & records):
            yield tuple(portion)
            portion, actions, size, records = [], 0, 0, set()
        portion.append(write)
        actions, size = actions + its_actions, size + its_size
        records |= its_records
    if portion:
        yield tuple(portion)
