"""What is kept of pushes as items: their counts, the circuit, and records that are tied to none."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb import keys
from mediamosa_sync.adapters.dynamodb.attributes import (
    SCHEMA,
    Plain,
    checked,
    instant_of,
    instant_text,
    known_instant_of,
    optional_text,
    stated,
)
from mediamosa_sync.adapters.dynamodb.link_item import attention_of
from mediamosa_sync.adapters.dynamodb.run_item import failure_of
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.rows import PushState, Waiting
from mediamosa_sync.domain.writes import Counts


def push_state_of(item: Plain) -> PushState:
    """The state that *item* stores; an empty item is that of a connection without any push.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return PushState(
        counts=Counts(**{name: int(item.get(name, 0)) for name in Counts().as_mapping()}),
        circuit=failure_of(item["circuit"]) if "circuit" in item else None,
    )


def waiting_item(connection_id: str, waiting: Waiting) -> Plain:
    """The row of a record that is tied to no asset."""
    key = keys.of_waiting(connection_id, waiting.media_id)
    first_contact = waiting.first_contact
    return {
        **key,
        "schema": SCHEMA,
        "state": str(waiting.state),
        "reason": waiting.reason,
        "since": instant_text(waiting.since),
        **stated(
            {
                "due": optional_text(waiting.due),
                "first_contact": (
                    "" if first_contact is FirstContact.MEDIAMOSA else str(first_contact)
                ),
            }
        ),
        **attention_of(connection_id, waiting.state, waiting.since, waiting.due, key["sk"]),
    }


def waiting_of(item: Plain) -> Waiting:
    """The row that *item* stores.

    Raises:
        StoreError: the item is of a later version.
    """
    checked(item)
    return Waiting(
        media_id=item["sk"].removeprefix(keys.WAITING_PREFIX),
        state=LinkState(item["state"]),
        reason=item["reason"],
        since=known_instant_of(item["since"]),
        due=instant_of(item.get("due")),
        first_contact=FirstContact(item.get("first_contact", FirstContact.MEDIAMOSA)),
    )
