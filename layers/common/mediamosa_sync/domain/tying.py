"""Which record is tied to which asset: one to one, and what happens where two meet."""

from __future__ import annotations

from dataclasses import dataclass

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.merge import Setting, edits_of, in_state
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import ours_of
from mediamosa_sync.domain.pushing import first_contact
from mediamosa_sync.domain.record import Record, TwinRemoval, created_media_id, read_values
from mediamosa_sync.domain.uri import asset_uri
from mediamosa_sync.domain.writes import AssetWrite, Effect


@dataclass(frozen=True, slots=True)
class Subject:
    """A record and the link that ties it to its asset.

    Attributes:
        link: as it is to be; its base is None if they have not met yet.
        before: the row as read; None if there is none.
    """

    link: Link
    before: Link | None
    record: Record

    @property
    def is_new(self) -> bool:
        """Whether the tie itself is still to be written."""
        return self.link != self.before


@dataclass(frozen=True, slots=True)
class Takeover:
    """The untouched twin that the sync had created goes, and *heir* takes its link over."""

    write: AssetWrite
    heir: Record


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The asset has another record already, which stays.

    Attributes:
        media_id: of that record.
    """

    asset_id: str
    media_id: str

    @property
    def reason(self) -> str:
        """What to tell people."""
        return (
            f"The asset {self.asset_id} has the record {self.media_id} already: let only one of "
            "both name it."
        )


def tie(
    record: Record,
    asset_id: str,
    link: Link | None,
    holder: Record | None,
    how: FirstContact,
    setting: Setting,
    *,
    removed_at: int = 0,
) -> Subject | Takeover | Duplicate:
    """What ties *record* to the asset that it names.

    Parameters:
        holder: the record that *link* ties to the asset; None if that is gone, or is *record*.
        how: the first contact, if they have not met.
        removed_at: position of the record's latest removal, after which it was created again.

    One asset has one record. A takeover is to be written before anything else is done.
    """
    if link is None:
        fresh = Link(
            asset_id,
            record.media_id,
            uri=record.old_form,
            first_contact=how,
            removed_at=removed_at,
        )
        return Subject(fresh, None, record)
    mine = link.ties(record.media_id)
    if mine and (removed_at <= link.removed_at or _is_put_back(record, link, setting)):
        return Subject(replace(link, uri=record.old_form), link, record)
    fresh = in_state(first_contact(link), LinkState.LINKED, "", setting.now)
    fresh = replace(
        fresh,
        media_id=record.media_id,
        uri=record.old_form,
        first_contact=how,
        due=None,
        removed_at=removed_at,
    )
    if mine or not link.counts or holder is None or not holder.may_name(asset_id):
        return Subject(fresh, link, record)
    if is_untouched(link, holder, setting):
        taken = in_state(fresh, LinkState.PENDING, "", setting.now)
        removal = TwinRemoval(holder, record)
        write = AssetWrite(taken, link, removal, Effect.NOTED, no_longer_waiting=record.media_id)
        return Takeover(write, record)
    return Duplicate(asset_id, holder.media_id)


def _is_put_back(record: Record, link: Link, setting: Setting) -> bool:
    """Whether the sync itself has put the record there again after any removal."""
    if link.state is LinkState.KEPT:
        return True
    is_ours = record.media_id == created_media_id(setting.connection_id, link.asset_id)
    return is_ours and record.told_asset == link.asset_id


_OURS = frozenset({"uri", "metadata", "mediamosa"})
"""Attributes that the sync writes, beside the key."""


def is_untouched(link: Link, record: Record, setting: Setting) -> bool:
    """Whether the sync has created *record*, and nobody has put anything of his own into it."""
    if record.media_id != created_media_id(setting.connection_id, link.asset_id):
        return False
    if len(record.attributes - _OURS) > 1 or record.uri != asset_uri(link.asset_id):
        return False
    if link.base is None or link.sent or link.claim is not None:
        return False
    stored = read_values(record)
    names = {mapped.record_name for mapped in setting.fields}
    if stored.problems or stored.values.keys() - names:
        return False
    ours = ours_of(stored.values, setting.fields)
    return not (link.parked or edits_of(link, ours, [mapped.name for mapped in setting.fields]))


def no_such_mediafile(mediafile_id: str) -> str:
    """What to tell people about a record whose uri of the old form leads nowhere."""
    return (
        f"MediaMosa has no mediafile {mediafile_id}, or does not share it: "
        "correct the record's uri."
    )


def unreadable_mediafile(mediafile_id: str) -> str:
    """What to tell people about a record of whose mediafile MediaMosa tells nothing usable."""
    return (
        f"MediaMosa's answer about the mediafile {mediafile_id} cannot be read: if that goes on, "
        "look into MediaMosa's log, then retry the record."
    )
