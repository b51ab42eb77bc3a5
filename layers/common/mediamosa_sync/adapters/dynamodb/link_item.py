"""Links as items. Defaults are left out: a million links are stored, and read page by page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    agreed_of,
    agreed_to_plain,
    checked,
    epoch_seconds,
    instant_of,
    instant_of_epoch,
    instant_text,
    known_instant_of,
    optional_text,
    stated,
)
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import FirstContact

NEEDS_ATTENTION = frozenset({LinkState.PENDING, LinkState.PARKED, LinkState.HELD})
"""Only links in these states stand in the attention index."""


def link_item(connection_id: str, link: Link, *, version: int) -> Plain:
    """The item of *link* as it is to be stored, with *version* in place of its own."""
    item: dict[str, object] = {
        "pk": keys.of_links(connection_id),
        "sk": link.asset_id,
        "schema": SCHEMA,
        "version": version,
    }
    item |= stated(
        {
            "media_id": link.media_id,
            "uri": link.uri,
            "sequence": link.sequence,
            "pushed": link.pushed,
            "revision": link.revision,
            "reason": link.reason,
            "since": optional_text(link.since),
            "due": optional_text(link.due),
            "claim": link.claim and _claim_map(link.claim),
            "wanted": link.wanted,
            "attempts": link.attempts,
            "parked": {name: _parked_map(parked) for name, parked in link.parked.items()},
            "ignored": list(link.ignored),
            "names": dict(link.names),
            # As text: it may have more digits than a number of DynamoDB.
            "removed_at": str(link.removed_at) if link.removed_at else "",
            "state": "" if link.state is LinkState.LINKED else str(link.state),
            "first_contact": (
                "" if link.first_contact is FirstContact.MEDIAMOSA else str(link.first_contact)
            ),
        }
    )
    if link.base is not None:
        # An empty base says "agreed on nothing"; a missing one "never agreed".
        item["base"] = {name: agreed_to_plain(agreed) for name, agreed in link.base.items()}
    if link.sent:
        item["sent"] = {
            name: [_sent_item(value) for value in sent] for name, sent in link.sent.items()
        }
    if link.expires_at is not None:
        item["expires_at"] = epoch_seconds(link.expires_at)
    if link.state in NEEDS_ATTENTION:
        item |= attention_of(connection_id, link.state, link.since, link.due, link.asset_id)
    return item


def attention_of(
    connection_id: str, state: LinkState, since: datetime | None, due: datetime | None, sk: str
) -> dict[str, object]:
    """Where the item with the sort key *sk* stands in the attention index.

    What is pending stands there by the time of its next push, all else by how long it has waited.
    """
    instant = due or since if state is LinkState.PENDING else since
    return {
        "attention_pk": keys.of_attention(connection_id, state),
        "attention_sk": keys.attention_position(optional_text(instant), sk),
    }


def link_of(item: Plain) -> Link:
    """The link that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    base = item.get("base")
    return Link(
        asset_id=item["sk"],
        media_id=item.get("media_id", ""),
        uri=item.get("uri", ""),
        base=None if base is None else {name: agreed_of(plain) for name, plain in base.items()},
        sent={
            name: tuple(_sent_of(plain) for plain in sent)
            for name, sent in item.get("sent", {}).items()
        },
        claim=_claim_of(item["claim"]) if "claim" in item else None,
        wanted=int(item.get("wanted", 0)),
        attempts=int(item.get("attempts", 0)),
        parked={name: _parked_of(plain) for name, plain in item.get("parked", {}).items()},
        ignored=tuple(item.get("ignored", ())),
        names=item.get("names", {}),
        removed_at=int(item.get("removed_at", 0)),
        first_contact=FirstContact(item.get("first_contact", FirstContact.MEDIAMOSA)),
        sequence=int(item.get("sequence", 0)),
        pushed=item.get("pushed", False),
        version=int(item["version"]),
        revision=item.get("revision", ""),
        state=LinkState(item.get("state", LinkState.LINKED)),
        reason=item.get("reason", ""),
        since=instant_of(item.get("since")),
        due=instant_of(item.get("due")),
        expires_at=instant_of_epoch(item.get("expires_at")),
    )


def _sent_item(sent: SentValue) -> Plain:
    return {
        "values": agreed_to_plain(sent.values),
        "claim_expires_at": instant_text(sent.claim_expires_at),
        **stated({"seen": sent.seen}),
    }


def _sent_of(plain: Mapping[str, Any]) -> SentValue:
    return SentValue(
        values=agreed_of(plain["values"]),
        claim_expires_at=known_instant_of(plain["claim_expires_at"]),
        seen=plain.get("seen", False),
    )


def _claim_map(claim: Claim) -> Plain:
    return {"owner": claim.owner, "expires_at": instant_text(claim.expires_at)}


def _claim_of(plain: Mapping[str, Any]) -> Claim:
    return Claim(plain["owner"], known_instant_of(plain["expires_at"]))


def _parked_map(parked: ParkedValue) -> Plain:
    return {
        "values": agreed_to_plain(parked.values),
        "reason": parked.reason,
        "since": instant_text(parked.since),
        **stated({"discarded": parked.discarded}),
    }


def _parked_of(plain: Mapping[str, Any]) -> ParkedValue:
    return ParkedValue(
        values=agreed_of(plain["values"]),
        reason=plain["reason"],
        since=known_instant_of(plain["since"]),
        discarded=plain.get("discarded", False),
    )
