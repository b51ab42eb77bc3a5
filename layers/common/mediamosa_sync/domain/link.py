"""The link: our row that ties one record to one asset and holds what both last agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.values import Agreed, Base


class LinkState(StrEnum):
    """What a link waits for; one word for people."""

    LINKED = "linked"
    PENDING = "pending"
    """The record has an edit that MediaMosa has not."""
    PARKED = "parked"
    """Something about the record or the asset cannot be synced; ``reason`` says what."""
    FORGOTTEN = "forgotten"
    """The application deleted its record; it is not created again."""
    HELD = "held"
    """The asset seems to be gone, with too many others: a person decides."""
    KEPT = "kept"
    """A person wants the record to stay, though the asset seems to be gone."""
    REMOVED = "removed"
    """The asset is gone and its record was removed; a copy is kept for a time."""
    FOREIGN = "foreign"
    """The asset belongs to an application that does not share it with ours any more."""


@dataclass(frozen=True, slots=True)
class SentValue:
    """A value of one property that was posted, of which it is unknown whether it was taken.

    Attributes:
        values: in the form in which a link keeps them.
        claim_expires_at: of the claim under which it was posted; it tells one POST from another.
        seen: a read has found it in MediaMosa since, and base has followed: whoever reads leads on.
    """

    values: Agreed
    claim_expires_at: datetime
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one poster to post for this link, until it expires."""

    owner: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ParkedValue:
    """The record's value of one property that MediaMosa does not take.

    Attributes:
        values: in the form in which a link keeps them; another value is tried.
        reason: why, in one sentence.
        since: when that was found (aware UTC).
        discarded: an admin gives it up: the record takes MediaMosa's value.
    """

    values: Agreed
    reason: str
    since: datetime
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One row per asset, in byte order of asset ids.

    Attributes:
        asset_id: the asset.
        media_id: the record; "" while the asset has none (parked before it could be created).
        uri: the record's, if it is of the old form: MediaMosa told that it is this asset's.
        base: what both last agreed on; None until the first contact.
        sent: property name → values whose outcome is unknown.
        claim: who may post now; None if nobody does.
        wanted: raised by whoever finds a live claim, so that its owner reads the record again.
        attempts: POSTs in a row to which MediaMosa answered with an error of its own.
        parked: property name → the record's value that is not pushed.
        ignored: names in the record's metadata that no property takes part for; at most 20.
        names: property name → record name under which base was agreed on, where they differ.
        first_contact: how it begins while base is None.
        sequence: number of the write that last set base; theirs is never older than base.
        pushed: whether that write was a push's.
        version: raised with every write; the condition of the next one.
        revision: of the asset as last applied.
        state, reason, since: what it waits for, why in one sentence, and since when.
        removed_at: position in the stream of the record's latest removal that was dealt with.
        due: when a pending link is to be pushed again; None if it is not pending.
        expires_at: when the row of a removed record, and the copy, may go.
    """

    asset_id: str
    media_id: str
    uri: str = ""
    base: Base | None = None
    sent: Mapping[str, tuple[SentValue, ...]] = field(default_factory=dict)
    claim: Claim | None = None
    wanted: int = 0
    attempts: int = 0
    parked: Mapping[str, ParkedValue] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    first_contact: FirstContact = FirstContact.MEDIAMOSA
    sequence: int = 0
    pushed: bool = False
    version: int = 0
    revision: str = ""
    state: LinkState = LinkState.LINKED
    reason: str = ""
    since: datetime | None = None
    removed_at: int = 0
    due: datetime | None = None
    expires_at: datetime | None = None

    @property
    def was_seen(self) -> bool:
        """Whether this connection has ever seen the asset; an adopted record may name none."""
        return self.revision != ""

    @property
    def counts(self) -> bool:
        """Whether it ties a record to an asset now; such links are counted for the guard."""
        return bool(self.media_id) and self.state not in _WITHOUT_RECORD

    def ties(self, media_id: str) -> bool:
        """Whether it ties this record to the asset now."""
        return self.counts and self.media_id == media_id

    def is_claimed(self, now: datetime) -> bool:
        """Whether somebody is posting for it."""
        return self.claim is not None and now < self.claim.expires_at

    def is_newer_than(self, sequence: int) -> bool:
        """Whether base was set by somebody who may know more than the step of this number."""
        return self.sequence > sequence or (self.sequence == sequence and self.pushed)


_WITHOUT_RECORD = frozenset({LinkState.FORGOTTEN, LinkState.REMOVED})
