"""What one listed asset asks for: the bridge between the three trees and what is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.deletion import LIVE, may_be_nominated
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Direction, Disagreement, Plan, Policy, plan
from mediamosa_sync.domain.policies import Policies
from mediamosa_sync.domain.properties import FieldMap, ours_of, theirs_of
from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRevival,
    RecordValues,
    RemovedRecord,
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
    """It does not take part: put away without a record, or waiting for a person."""
    NOMINATED = "nominated"
    """It seems to be gone, or is to go: its record may be removed once that is proved."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all assets of a step.

    Attributes:
        connection_id: whose assets they are.
        sequence: the step's number, drawn before its first request.
        now: when it decides (aware UTC).
        fields: the properties that take part.
        policies: what is done about assets that are put away.
    """

    connection_id: str
    sequence: int
    now: datetime
    fields: FieldMap
    policies: Policies = field(default_factory=Policies)


def decide(
    asset: Asset,
    link: Link | None,
    record: Record | None,
    setting: Setting,
    removed: RemovedRecord | None = None,
) -> AssetWrite | Verdict:
    """What to write for a listed *asset*, or why nothing.

    Parameters:
        link: its link, read after the page; None if it has none.
        record: the link's record, or without a link the one that bears the key that the sync would
            give it; None if there is none.
        removed: the copy of the record, if the link says that it was removed and it is kept still.
    """
    if asset.tombstone:
        return decide_missing(asset.asset_id, link, setting)
    if link is not None and link.is_newer_than(setting.sequence):
        return Verdict.AGAIN
    if setting.policies.remove(asset):
        nominee = link is not None and may_be_nominated(link, setting.sequence)
        return Verdict.NOMINATED if nominee and link and link.media_id else Verdict.LEFT
    if link is None:
        return _without_link(asset, record, setting)
    if link.state is LinkState.REMOVED:
        return _revive(asset, link, removed, setting)
    return _with_link(asset, link, record, setting)


def _with_link(
    asset: Asset, link: Link, record: Record | None, setting: Setting
) -> AssetWrite | Verdict:
    if link.state is LinkState.FORGOTTEN:
        return Verdict.LEFT
    if not link.media_id:
        return _without_record(asset, link, setting)
    if record is None:
        return _forget(asset, link, setting)
    if not record.names(asset.asset_id):
        return _park(asset, link, link, _NAMES_ANOTHER, setting)
    return _merge(asset, link, link, record, setting)


def decide_missing(asset_id: str, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """What to do about an asset that the list lacks, or shows as deleted."""
    if link is None:
        return Verdict.LEFT
    if link.state is LinkState.FORGOTTEN or (not link.media_id and link.state in LIVE):
        return AssetWrite(link, link, None, Effect.NOTED, link_goes=True)
    if not may_be_nominated(link, setting.sequence):
        return Verdict.AGAIN if link.is_newer_than(setting.sequence) else Verdict.LEFT
    if not link.was_seen:
        return _no_such_asset(asset_id, link, setting)
    return Verdict.NOMINATED


def _no_such_asset(asset_id: str, link: Link, setting: Setting) -> AssetWrite | Verdict:
    """A record of an old table that names an asset which this connection has never seen."""
    reason = f"MediaMosa has no asset {asset_id}: correct the record's uri."
    parked = _in_state(link, LinkState.PARKED, reason, setting.now)
    return Verdict.STILL_PARKED if parked == link else AssetWrite(parked, link, None, Effect.ERROR)


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


def unreadable(asset_id: str, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """Park an asset that makes every page of the list malformed; the rest of the walk goes on."""
    parked = _in_state(
        link or Link(asset_id, media_id=""), LinkState.PARKED, _UNREADABLE, setting.now
    )
    if parked == link:
        return Verdict.STILL_PARKED
    return AssetWrite(parked, link, None, Effect.ERROR)


_UNREADABLE = (
    "MediaMosa cannot show this asset in its list, because a value of it holds a character that "
    "XML does not allow (U+FFFE or U+FFFF): correct the value in MediaMosa."
)


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
        return _create(asset, None, setting)
    link = Link(asset.asset_id, record.media_id)
    if not record.names(asset.asset_id):
        return _park(asset, None, replace(link, media_id=""), _KEY_TAKEN, setting)
    return _merge(asset, link, None, record, setting)


def _without_record(asset: Asset, link: Link, setting: Setting) -> AssetWrite | Verdict:
    """The asset was parked before it could have a record: tried again once it changes."""
    if link.revision == revision(asset):
        return Verdict.STILL_PARKED
    return _create(asset, link, setting)


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


def _revive(
    asset: Asset, link: Link, removed: RemovedRecord | None, setting: Setting
) -> AssetWrite | Verdict:
    """An asset that was gone is back: so is its record, with everything its application had put.

    Without the copy (it is kept for a time only) the record begins anew.
    """
    if removed is None:
        return _create(asset, link, setting)
    merged = _merged(asset, link, removed.record(), setting)
    attributes = dict(removed.attributes)
    if merged.change is not None:
        attributes |= merged.change.applied_to(removed.attributes)
    back = replace(merged.link, sequence=setting.sequence, pushed=False, expires_at=None)
    revival = RecordRevival(removed.media_id, attributes)
    return AssetWrite(back, link, revival, Effect.ADDED, merged.conflicts)


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


@dataclass(frozen=True, slots=True)
class _Merged:
    """Link and record of an asset after the plan, before anything is written."""

    link: Link
    change: RecordChange | None
    conflicts: tuple[Conflict, ...]
    problem: str


def _merge(
    asset: Asset, link: Link, before: Link | None, record: Record, setting: Setting
) -> AssetWrite | Verdict:
    merged = _merged(asset, link, record, setting)
    if before == merged.link and merged.change is None:
        return Verdict.STILL_PARKED if merged.problem else Verdict.UNCHANGED
    if merged.problem:
        effect = Effect.ERROR
    else:
        effect = Effect.UPDATED if merged.change else Effect.UNCHANGED
    after = replace(merged.link, sequence=setting.sequence, pushed=False)
    return AssetWrite(after, before, merged.change, effect, merged.conflicts)


def _merged(asset: Asset, link: Link, record: Record, setting: Setting) -> _Merged:
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
    return _Merged(
        link=_merged_link(asset, link, outcome, problem, setting),
        change=_record_change(asset, record, outcome, problem, setting),
        conflicts=tuple(_conflict(asset, record, lost, setting) for lost in outcome.disagreements),
        problem=problem,
    )


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
