"""What steps and pushes write of one asset: every kind, mostly as it was read, sometimes stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.plan import Disagreement, Why
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    RemovedRecord,
    TwinRemoval,
)
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.values import Values
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect, RecordWrite
from tests.adapters.lockstep.tables.links import link_of
from tests.adapters.lockstep.tables.pools import (
    ASSETS,
    HALF,
    LARGE,
    NAMES,
    RECORDS,
    agreed,
    chance,
    instant,
    maybe_instant,
    subset,
    values,
)
from tests.adapters.lockstep.tables.snapshot import Snapshot, any_record

MANY = 70
"""More properties than a condition can name one by one."""


def asset_write(dice: Random, seen: Snapshot, asset_id: str) -> AssetWrite:
    """Everything that is to be written for one asset."""
    before = seen.links.get(asset_id)
    if chance(dice, 0.05):
        before = None if before else Link(asset_id, f"m-{asset_id}", version=dice.randint(1, 2))
    record = _record_write(dice, seen, asset_id, before)
    media_id = dice.choice((before.media_id if before else "", f"m-{asset_id}", "own-1", ""))
    return AssetWrite(
        link=link_of(dice, asset_id, media_id, before),
        link_before=before,
        record=record,
        effect=dice.choice(list(Effect)),
        conflicts=tuple(_conflicts(dice, asset_id)),
        link_goes=before is not None and chance(dice, 0.15),
        no_longer_waiting=dice.choice(RECORDS) if chance(dice, 0.1) else "",
    )


def kind_of(write: AssetWrite) -> str:
    """What the write does to a record, in a word."""
    if write.link_goes and write.record is None:
        return "link goes"
    return "link alone" if write.record is None else type(write.record).__name__


def _record_write(
    dice: Random, seen: Snapshot, asset_id: str, before: Link | None
) -> RecordWrite | None:
    if before is None and chance(dice, 0.35):
        return _creation(dice, asset_id)
    makers: list[Callable[[], RecordWrite]] = [
        lambda: _absent(dice, seen),
        lambda: record_change(dice, seen),
        lambda: record_change(dice, seen),
        lambda: _removal(dice, seen, asset_id),
        lambda: _removal(dice, seen, asset_id),
        lambda: _twin(dice, seen),
        lambda: _revival(dice, seen, asset_id),
    ]
    if asset_id in seen.copies:
        makers += [lambda: _revival(dice, seen, asset_id)] * 5
    return None if chance(dice, 0.3) else dice.choice(makers)()


def _absent(dice: Random, seen: Snapshot) -> RecordAbsent:
    missing = [media_id for media_id in RECORDS if media_id not in seen.media]
    return RecordAbsent(dice.choice(missing if missing and chance(dice, 0.8) else RECORDS))


def _creation(dice: Random, asset_id: str) -> NewRecord:
    metadata = {name: found for name in subset(dice, NAMES) if (found := values(dice))}
    if chance(dice, 0.08):
        metadata["title"] = ("x" * LARGE,)
    told = {"asset_id": asset_id, "published": chance(dice, 0.5)}
    return NewRecord(f"m-{asset_id}", asset_uri(asset_id), metadata, told)


def record_change(dice: Random, seen: Snapshot) -> RecordChange:
    """A change of a record as it was seen, or of nothing: then it is only a condition."""
    record = seen.record(any_record(dice, seen))
    changed: dict[str, Values] = {}
    if chance(dice, 0.8):
        changed = {name: values(dice) for name in subset(dice, _names_of(dice, record))}
    if chance(dice, 0.05):
        changed["title"] = ("y" * dice.choice((HALF, LARGE)),)
    if chance(dice, 0.05):
        changed |= {f"p{number}": ("v",) for number in range(MANY)}
    told = {"state": dice.choice(("pending", "parked")), "reason": "Why."}
    return RecordChange(record, changed, told if chance(dice, 0.4) else None)


def _names_of(dice: Random, record: Record) -> tuple[str, ...]:
    known = tuple(record.metadata) if isinstance(record.metadata, dict) else ()
    return known if known and chance(dice, 0.3) else NAMES


def _removal(dice: Random, seen: Snapshot, asset_id: str) -> RecordRemoval:
    media_id = any_record(dice, seen)
    attributes = seen.media.get(media_id) or {"media_id": media_id}
    removed_at = instant(dice)
    expires_at = removed_at + timedelta(days=30)
    copy = RemovedRecord(asset_id, media_id, attributes, removed_at, expires_at, "It is gone.")
    return RecordRemoval(copy, approved=chance(dice, 0.4))


def _revival(dice: Random, seen: Snapshot, asset_id: str) -> RecordRevival:
    copy = seen.copies.get(asset_id)
    if copy is None or chance(dice, 0.1):
        media_id = dice.choice(RECORDS)
        return RecordRevival(media_id, {"media_id": media_id})
    return RecordRevival(copy.media_id, copy.attributes)


def _twin(dice: Random, seen: Snapshot) -> RecordWrite:
    twin, heir = any_record(dice, seen), any_record(dice, seen)
    if twin == heir:
        return RecordAbsent(twin)
    return TwinRemoval(seen.record(twin), seen.record(heir))


def _conflicts(dice: Random, asset_id: str) -> list[Conflict]:
    entries = [conflict(dice, asset_id, number) for number in dice.sample(range(4), 2)]
    return entries[: dice.choice((0, 0, 0, 0, 1, 2))]


def conflict(dice: Random, asset_id: str, number: int) -> Conflict:
    """An entry of the conflict log; now and then too large to be stored."""
    ours = ("x" * LARGE,) if chance(dice, 0.03) else values(dice)
    why = dice.choice(list(Why))
    return Conflict(
        conflict_id=f"2026-{number}-{asset_id}",
        asset_id=asset_id,
        media_id=dice.choice(RECORDS),
        at=instant(dice),
        disagreement=Disagreement(dice.choice(NAMES), agreed(dice), ours, values(dice), why),
        record_name=dice.choice(("", "Titel")),
        asset_modified=maybe_instant(dice),
    )


def chunk(dice: Random, seen: Snapshot) -> list[AssetWrite]:
    """The writes of some assets; mostly no two of them are of one item."""
    number = dice.choice((0, 1, 1, 1, 2, 2, 3))
    writes = [asset_write(dice, seen, one) for one in dice.sample(ASSETS, number)]
    if writes and chance(dice, 0.04):
        return [*writes, replace(writes[0], effect=Effect.NOTED)]
    return writes if chance(dice, 0.05) else list(_apart(writes))


def _apart(writes: list[AssetWrite]) -> list[AssetWrite]:
    """Those of *writes* that touch no item of an earlier one, as ``writes.chunks`` has them."""
    kept: list[AssetWrite] = []
    taken = set[str]()
    for write in writes:
        waiting = {f"waiting {write.no_longer_waiting}"} if write.no_longer_waiting else set()
        if not taken & (write.records | waiting):
            kept.append(write)
            taken |= write.records | waiting
    return kept
