"""What one listed asset asks for: the bridge between the three trees and what is written."""

from __future__ import annotations

from enum import StrEnum

from mediamosa_sync.domain.asset import Asset, iso, revision
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.deletion import LIVE, may_be_nominated
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting, in_state, merge, under_record_names
from mediamosa_sync.domain.policies import OnRecordDelete
from mediamosa_sync.domain.properties import theirs_of
from mediamosa_sync.domain.record import (
    MAX_ITEM_BYTES,
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRevival,
    RemovedRecord,
    created_media_id,
)
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.values import agree_on
from mediamosa_sync.domain.writes import AssetWrite, Effect


class Verdict(StrEnum):
    """Why nothing is written for an asset."""

    UNCHANGED = "unchanged"
    AGAIN = "again"
    """Its link may know more than this page does; a later step asks again."""
    STALE = "stale"
    """The list may lag behind what was seen before; the asset is to be asked for by its id."""
    STILL_PARKED = "still_parked"
    """It could not be synced before, and has not changed since."""
    LEFT = "left"
    """It does not take part: put away without a record, or waiting for a person."""
    NOMINATED = "nominated"
    """It seems to be gone, or is to go: its record may be removed once that is proved."""


def decide(
    asset: Asset,
    link: Link | None,
    record: Record | None,
    setting: Setting,
    removed: RemovedRecord | None = None,
    *,
    told: str | None = None,
    listed: bool = False,
) -> AssetWrite | Verdict:
    """What to write for an *asset* as read, or why nothing.

    Parameters:
        link: its link, read after the page; None if it has none.
        record: the link's record; without a link, or if that has none, the one that bears the key
            that the sync would give it. None if there is none.
        removed: the copy of the record, if the link says that it was removed and it is kept still.
        told: the asset of the record's uri of the old form, as MediaMosa told; "" if it has none,
            None if it was not asked.
        listed: it comes from a list, which may lag behind what MediaMosa tells of an asset that it
            is asked for by its id (protocol § 8.1).
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
    decision = _with_link(asset, link, record, setting, told)
    if listed and isinstance(decision, AssetWrite) and _goes_back(asset, link, decision.link):
        return Verdict.STALE
    return decision


def _goes_back(asset: Asset, link: Link, after: Link) -> bool:
    """Whether base would follow an asset that is no newer than the one seen last.

    Then the list lags, or values have changed without a stamp, within its second, or by way of a
    backup: whoever asks for the asset by its id knows.
    """
    if not link.was_seen or asset.modified is None or after.base == link.base:
        return False
    seen, _, _ = link.revision.partition("#")
    return iso(asset.modified) <= seen


def _with_link(
    asset: Asset, link: Link, record: Record | None, setting: Setting, told: str | None
) -> AssetWrite | Verdict:
    if link.state is LinkState.FORGOTTEN:
        return Verdict.LEFT
    if not link.media_id:
        return _without_record(asset, link, record, setting)
    moved = told is not None and told != asset.asset_id
    if record is None or moved or not record.may_name(asset.asset_id):
        return _taken_away(asset, link, record, setting)
    if told:
        return _merge(asset, replace(link, uri=record.old_form), link, record, setting)
    if not record.names(asset.asset_id, link.uri):
        # A uri of the old form that nobody has asked about yet; its event does.
        return Verdict.LEFT
    return _merge(asset, link, link, record, setting)


def decide_missing(asset_id: str, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """What to do about an asset that the list lacks, or shows as deleted."""
    if link is None:
        return Verdict.LEFT
    if link.state is LinkState.FORGOTTEN or (not link.media_id and link.state in LIVE):
        return AssetWrite(link, link, None, Effect.NOTED, link_goes=True)
    if not may_be_nominated(link, setting.sequence):
        return Verdict.AGAIN if link.is_newer_than(setting.sequence) else Verdict.LEFT
    if link.was_seen:
        return Verdict.NOMINATED
    if link.state is LinkState.FOREIGN:
        # MediaMosa was asked for it singly, which says more than that it is not listed.
        return Verdict.STILL_PARKED
    return _no_such_asset(asset_id, link, setting)


def _no_such_asset(asset_id: str, link: Link, setting: Setting) -> AssetWrite | Verdict:
    """A record of an old table that names an asset which this connection has never seen."""
    reason = no_such_asset(asset_id)
    parked = in_state(link, LinkState.PARKED, reason, setting.now)
    return Verdict.STILL_PARKED if parked == link else AssetWrite(parked, link, None, Effect.ERROR)


_KEY_TAKEN = (
    "A record with the key that the sync would give this asset exists and does not name it: write "
    "the asset's uri into it, or remove it."
)


def oversized(asset: Asset, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """Park an asset whose values do not fit the record; the others of its page go on."""
    parked = link or Link(asset.asset_id, media_id="")
    return _park(asset, link, parked, too_big(asset), setting)


def unreadable(asset_id: str, link: Link | None, setting: Setting) -> AssetWrite | Verdict:
    """Park an asset that makes every page of the list malformed; the rest of the walk goes on."""
    before = link or Link(asset_id, media_id="")
    if before.state is LinkState.FORGOTTEN:
        return Verdict.LEFT
    if before.is_claimed(setting.now):
        # Whoever posts settles it first.
        return Verdict.AGAIN
    parked = replace(in_state(before, _stopped(before), UNREADABLE, setting.now), claim=None)
    if parked == link:
        return Verdict.STILL_PARKED
    return AssetWrite(parked, link, None, Effect.ERROR)


UNREADABLE = (
    "MediaMosa cannot show this asset in its list, because a value of it holds a character that "
    "XML does not allow (U+FFFE or U+FFFF): correct the value in MediaMosa."
)
"""What to tell people about an asset that a walk had to step over."""


def no_such_asset(asset_id: str) -> str:
    """What to tell people about a record that names an asset which was never seen."""
    return f"MediaMosa has no asset {asset_id}: correct the record's uri."


def too_big(asset: Asset) -> str:
    """What to tell people about an asset whose values do not fit a record."""
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


def _without_record(
    asset: Asset, link: Link, record: Record | None, setting: Setting
) -> AssetWrite | Verdict:
    """The asset is to have a record (again); one parked before is tried again once it changes."""
    if link.state is LinkState.PARKED and link.revision == revision(asset):
        return Verdict.STILL_PARKED
    if record is None:
        return _create(asset, link, setting)
    if not record.names(asset.asset_id):
        return _park(asset, link, link, _KEY_TAKEN, setting)
    return _merge(asset, replace(link, media_id=record.media_id), link, record, setting)


def _create(asset: Asset, before: Link | None, setting: Setting) -> AssetWrite | Verdict:
    theirs = theirs_of(asset, setting.fields)
    record = NewRecord(
        media_id=created_media_id(setting.connection_id, asset.asset_id),
        uri=asset_uri(asset.asset_id),
        metadata=under_record_names(theirs, setting.fields),
        mediamosa=describe(asset, setting.connection_id, Link(asset.asset_id, "")),
    )
    if not record.fits:
        return oversized(asset, before, setting)
    link = Link(
        asset_id=asset.asset_id,
        media_id=record.media_id,
        base={name: agree_on(values) for name, values in theirs.items()},
        names={m.name: m.record_name for m in setting.fields if m.record_name != m.name},
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
    merged = merge(asset, link, removed.record(), setting)
    attributes = dict(removed.attributes)
    if merged.change is not None:
        attributes |= merged.change.applied_to(removed.attributes)
    back = replace(merged.link, sequence=setting.sequence, pushed=False, expires_at=None)
    revival = RecordRevival(removed.media_id, attributes)
    return AssetWrite(back, link, revival, Effect.ADDED, merged.conflicts)


def _taken_away(asset: Asset, link: Link, record: Record | None, setting: Setting) -> AssetWrite:
    """Its application deleted the record, or let it name another asset."""
    write = taken_away(link, record, setting)
    if write.link.state is LinkState.FORGOTTEN:
        write = replace(write, link=replace(write.link, revision=revision(asset)))
    return replace(write, effect=Effect.UNCHANGED)


def taken_away(link: Link, record: Record | None, setting: Setting) -> AssetWrite:
    """What becomes of a link whose record is gone, or names another asset: by policy."""
    if setting.policies.on_record_delete is OnRecordDelete.RECREATE:
        return recreated(link, record, setting)
    return forget(link, record, setting)


def forget(link: Link, record: Record | None, setting: Setting) -> AssetWrite:
    """The asset is left alone, and gets no record again unless an application writes one.

    *record* is the link's as read, which names another asset now; None if it is gone.
    """
    forgotten = replace(
        link,
        state=LinkState.FORGOTTEN,
        reason="",
        since=setting.now,
        due=None,
        claim=None,
        sent={},
        parked={},
    )
    gone = RecordAbsent(link.media_id) if record is None else RecordChange(record)
    return AssetWrite(forgotten, link, gone, Effect.NOTED)


def recreated(link: Link, record: Record | None, setting: Setting) -> AssetWrite:
    """The asset is to have a record again: the next run creates it (policy ``recreate``)."""
    # What was seen last stays known: a list that lags must not bring back what was before.
    bare = Link(link.asset_id, media_id="", version=link.version, revision=link.revision)
    pending = in_state(bare, LinkState.PENDING, "", setting.now)
    gone = RecordAbsent(link.media_id) if record is None else RecordChange(record)
    return AssetWrite(pending, link, gone, Effect.NOTED)


def _park(
    asset: Asset, before: Link | None, link: Link, reason: str, setting: Setting
) -> AssetWrite | Verdict:
    """Write down why the asset cannot be synced; nothing if that stands there already."""
    parked = replace(in_state(link, _stopped(link), reason, setting.now), revision=revision(asset))
    if parked == before:
        return Verdict.STILL_PARKED
    return AssetWrite(parked, before, None, Effect.ERROR)


def _stopped(link: Link) -> LinkState:
    """The state of a link that cannot go on; a removed record waits on to be brought back."""
    return LinkState.REMOVED if link.state is LinkState.REMOVED else LinkState.PARKED


def _merge(
    asset: Asset, link: Link, before: Link | None, record: Record, setting: Setting
) -> AssetWrite | Verdict:
    merged = merge(asset, link, record, setting)
    if before == merged.link and merged.change is None:
        return Verdict.STILL_PARKED if merged.problem else Verdict.UNCHANGED
    if merged.problem:
        effect = Effect.ERROR
    else:
        effect = Effect.UPDATED if merged.change else Effect.UNCHANGED
    after = replace(merged.link, sequence=setting.sequence, pushed=False)
    return AssetWrite(after, before, merged.change, effect, merged.conflicts)
