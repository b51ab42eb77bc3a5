"""What one listed asset asks for: the bridge between the three trees and what is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mediamosa_sync.domain.asset import Asset, iso, revision
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Direction, Disagreement, Plan, Policy, plan
from mediamosa_sync.domain.properties import FieldMap, ours_of, theirs_of
from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordValues,
    created_media_id,
    read_values,
)
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.values import Base, Metadata, agree_on
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect


class Verdict(StrEnum):
    """Why nothing is written for an asset."""

    UNCHANGED = "unchanged"
    AGAIN = "again"
    """Its link may know more than this page does; a later step asks again."""
    STILL_PARKED = "still_parked"
    """It could not be synced before, and has not changed since."""
    LEFT = "left"
    """It does not take part: a tombstone, or trashed or forgotten without a record."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all assets of a step.

    Attributes:
        connection_id: whose assets they are.
        sequence: the step's number, drawn before its first request.
        now: when it decides (aware UTC).
        fields: the properties that take part.
    """

    connection_id: str
    sequence: int
    now: datetime
    fields: FieldMap


def decide(
    asset: Asset, link: Link | None, record: Record | None, setting: Setting
) -> AssetWrite | Verdict:
    """What to write for *asset*, or why nothing.

    Parameters:
        link: its link, read after the page; None if it has none.
        record: the link's record, or without a link the one that bears the key that the sync would
            give it; None if there is none.
    """
    if asset.tombstone or (link is not None and link.state is LinkState.FORGOTTEN):
        return Verdict.LEFT
    if link is None:
        return _without_link(asset, record, setting)
    if link.is_newer_than(setting.sequence):
        return Verdict.AGAIN
    if not link.media_id:
        return _without_record(asset, link, setting)
    if record is None:
        return _forget(asset, link, setting)
    if not record.names(asset.asset_id):
        return _park(asset, link, link, _NAMES_ANOTHER, setting)
    return _merge(asset, link, link, record, setting)


_NAMES_ANOTHER = (
    "The record's uri does not name this asset: write the asset's uri into it, or leave it to the "
    "asset that it names."
)
_KEY_TAKEN = (
    "A record with the key that the sync would give this asset exists and does not name it: write "
    "the asset's uri into it, or remove it."
)


def oversized(asset: Asset, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """Park an asset whose values do not fit the record; the others of its page go on."""
    parked = link or Link(asset.asset_id, media_id="")
    return _park(asset, link, parked, _too_big(asset), setting)


def _too_big(asset: Asset) -> str:
    size = sum(
        len(value.encode("utf-8", "surrogatepass"))
        for group in asset.groups.values()
        for values in group.values()
        for value in values
    )
    return (
        f"The asset's metadata ({size:,} bytes) do not fit into a record, which holds at most "
        f"{MAX_ITEM_BYTES:,} bytes: shorten them in MediaMosa."
    )


def _without_link(asset: Asset, record: Record | None, setting: Setting) -> AssetWrite | Verdict:
    if record is None:
        return Verdict.LEFT if asset.trashed else _create(asset, None, setting)
    link = Link(asset.asset_id, record.media_id)
    if not record.names(asset.asset_id):
        return _park(asset, None, replace(link, media_id=""), _KEY_TAKEN, setting)
    return _merge(asset, link, None, record, setting)


def _without_record(asset: Asset, link: Link, setting: Setting) -> AssetWrite | Verdict:
    """The asset was parked before it could have a record: tried again once it changes."""
    if link.revision == revision(asset):
        return Verdict.STILL_PARKED
    return Verdict.LEFT if asset.trashed else _create(asset, link, setting)


def _create(asset: Asset, before: Link | None, setting: Setting) -> AssetWrite | Verdict:
    theirs = theirs_of(asset, setting.fields)
    record = NewRecord(
        media_id=created_media_id(setting.connection_id, asset.asset_id),
        uri=asset_uri(asset.asset_id),
        metadata=_under_record_names(theirs, setting.fields),
        mediamosa=describe(asset, setting.connection_id),
    )
    if not record.fits:
        return oversized(asset, before, setting)
    link = Link(
        asset_id=asset.asset_id,
        media_id=record.media_id,
        base={name: agree_on(values) for name, values in theirs.items()},
        sequence=setting.sequence,
        revision=revision(asset),
        version=before.version if before else 0,
    )
    return AssetWrite(link, before, record, Effect.ADDED)


def _forget(asset: Asset, link: Link, setting: Setting) -> AssetWrite:
    """Its application deleted the record: it is not created again, and the asset is left alone."""
    forgotten = replace(
        link, state=LinkState.FORGOTTEN, reason="", since=setting.now, revision=revision(asset)
    )
    return AssetWrite(forgotten, link, RecordAbsent(link.media_id), Effect.UNCHANGED)


def _park(
    asset: Asset, before: Link | None, link: Link, reason: str, setting: Setting
) -> AssetWrite | Verdict:
    """Write down why the asset cannot be synced; nothing if that stands there already."""
    parked = replace(
        _in_state(link, LinkState.PARKED, reason, setting.now), revision=revision(asset)
    )
    if parked == before:
        return Verdict.STILL_PARKED
    return AssetWrite(parked, before, None, Effect.ERROR)


def _in_state(link: Link, state: LinkState, reason: str, now: datetime) -> Link:
    since = None if state is LinkState.LINKED else now
    if link.state is state:
        since = link.since
    return replace(link, state=state, reason=reason, since=since)


def _merge(
    asset: Asset, link: Link, before: Link | None, record: Record, setting: Setting
) -> AssetWrite | Verdict:
    ours = read_values(record)
    policy = Policy(_directions(setting.fields, ours), link.first_contact)
    outcome = plan(
        theirs_of(asset, setting.fields),
        ours_of(ours.values, setting.fields),
        link.base,
        {name: tuple(sent.values for sent in values) for name, values in link.sent.items()},
        policy,
    )
    problem = next((ours.problems[name] for name in sorted(ours.problems)), "")
    after = _merged_link(asset, link, outcome, problem, setting)
    change = _record_change(asset, record, outcome, problem, setting)
    if before == after and change is None:
        return Verdict.STILL_PARKED if problem else Verdict.UNCHANGED
    effect = Effect.ERROR if problem else Effect.UPDATED if change else Effect.UNCHANGED
    after = replace(after, sequence=setting.sequence, pushed=False)
    conflicts = tuple(
        _conflict(asset, record, disagreement, setting) for disagreement in outcome.disagreements
    )
    return AssetWrite(after, before, change, effect, conflicts)


def _directions(fields: FieldMap, ours: RecordValues) -> Mapping[str, Direction]:
    """A property whose value in the record cannot be read takes no part: it is not "no value"."""
    unreadable = ours.problems.keys()
    return {
        mapped.name: Direction.IGNORE
        if "" in unreadable or mapped.record_name in unreadable
        else mapped.direction
        for mapped in fields
    }


def _merged_link(asset: Asset, link: Link, outcome: Plan, problem: str, setting: Setting) -> Link:
    if problem:
        state = LinkState.PARKED
    elif outcome.to_mediamosa:
        state = LinkState.PENDING
    else:
        state = LinkState.LINKED
    base: Base = dict(outcome.base)
    return replace(
        _in_state(link, state, problem, setting.now), base=base, revision=revision(asset)
    )


def _record_change(
    asset: Asset, record: Record, outcome: Plan, problem: str, setting: Setting
) -> RecordChange | None:
    values = _under_record_names(outcome.to_record, setting.fields)
    described = describe(asset, setting.connection_id, problem)
    same = described == record.mediamosa
    if not values and same:
        return None
    return RecordChange(record, values, None if same else described)


def _under_record_names(metadata: Metadata, fields: FieldMap) -> Metadata:
    return {
        mapped.record_name: metadata[mapped.name] for mapped in fields if mapped.name in metadata
    }


def _conflict(
    asset: Asset, record: Record, disagreement: Disagreement, setting: Setting
) -> Conflict:
    seed = f"{setting.connection_id}/{asset.asset_id}/{disagreement.name}/{setting.sequence}"
    return Conflict(
        conflict_id=hashlib.sha256(seed.encode()).hexdigest()[:24],
        asset_id=asset.asset_id,
        media_id=record.media_id,
        at=setting.now,
        disagreement=disagreement,
    )


def describe(asset: Asset, connection_id: str, problem: str = "") -> dict[str, Any]:
    """The map ``mediamosa`` of a record, for its application to read (``docs/records.md``).

    ``state`` and ``reason`` are there only when something is out of the ordinary.
    """
    state, reason = _condition(asset, problem)
    described: dict[str, Any] = {
        "asset_id": asset.asset_id,
        "connection_id": connection_id,
        "created": iso(asset.created),
        "modified": iso(asset.modified),
        "published": asset.published,
        "owner_id": asset.owner_id,
        "filename": asset.filename,
        "mime_type": asset.mime_type,
        "duration": asset.duration,
        "state": state,
        "reason": reason,
    }
    return {name: value for name, value in described.items() if value != ""}


def _condition(asset: Asset, problem: str) -> tuple[str, str]:
    if problem:
        return "parked", problem
    if asset.trashed:
        return "trashed", "The asset lies in MediaMosa's trashcan."
    if not asset.published:
        return "unpublished", "The asset is not published in MediaMosa."
    if asset.inappropriate:
        return "inappropriate", "The asset is marked as inappropriate in MediaMosa."
    return "", ""
