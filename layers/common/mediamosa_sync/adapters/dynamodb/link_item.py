"""Links as items. Defaults are left out: a million links are stored, and read page by page."""

from __future__ import annotations

from collections.abc import Mapping
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
    values_of_plain,
)
from mediamosa_sync.domain.link import Link, LinkState, SentValue
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
            "sequence": link.sequence,
            "pushed": link.pushed,
            "revision": link.revision,
            "reason": link.reason,
            "since": optional_text(link.since),
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
        item["attention_pk"] = keys.of_attention(connection_id, link.state)
        item["attention_sk"] = keys.attention_position(optional_text(link.since), link.asset_id)
    return item


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
        base=None if base is None else {name: agreed_of(plain) for name, plain in base.items()},
        sent={
            name: tuple(_sent_of(plain) for plain in sent)
            for name, sent in item.get("sent", {}).items()
        },
        first_contact=FirstContact(item.get("first_contact", FirstContact.MEDIAMOSA)),
        sequence=int(item.get("sequence", 0)),
        pushed=item.get("pushed", False),
        version=int(item["version"]),
        revision=item.get("revision", ""),
        state=LinkState(item.get("state", LinkState.LINKED)),
        reason=item.get("reason", ""),
        since=instant_of(item.get("since")),
        expires_at=instant_of_epoch(item.get("expires_at")),
    )


def _sent_item(sent: SentValue) -> Plain:
    return {"values": list(sent.values), "claim_expires_at": instant_text(sent.claim_expires_at)}


def _sent_of(plain: Mapping[str, Any]) -> SentValue:
    return SentValue(values_of_plain(plain["values"]), known_instant_of(plain["claim_expires_at"]))
