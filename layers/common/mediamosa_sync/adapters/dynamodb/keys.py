"""Keys of the sync table (DESIGN: "Data"): who lives where."""

from __future__ import annotations

from datetime import datetime

from mediamosa_sync.adapters.dynamodb.attributes import Wire, instant_text, item_to_wire

CONNECTIONS = "connections"
"""Partition of the registry: one row per connection, keys only."""

CONNECTION = "connection"
RUN = "run"
PUSH = "push"
PROPERTIES = "properties"
CONFLICT_PREFIX = "conflict#"
WAITING_PREFIX = "waiting#"
HISTORY_PREFIX = "history#"
AUDIT_PREFIX = "audit#"

ATTENTION_INDEX = "attention"

_AFTER_HASH = "$"
"""The character after ``#``: what follows a key's ``#`` is smaller."""


def of_connection(connection_id: str) -> str:
    """Partition of everything about a connection but its links."""
    return f"conn#{connection_id}"


def of_links(connection_id: str) -> str:
    """Partition of its links, in byte order of asset ids and nothing else."""
    return f"link#{connection_id}"


def of_waiting(connection_id: str, media_id: str) -> dict[str, str]:
    """Key of the row of a record that is tied to no asset."""
    return {"pk": of_connection(connection_id), "sk": f"{WAITING_PREFIX}{media_id}"}


def of_conflict(conflict_id: str) -> str:
    """Sort key of an entry of the conflict log: in order of time, as the ids are."""
    return f"{CONFLICT_PREFIX}{conflict_id}"


def conflicts_before(conflict_id: str) -> tuple[str, str]:
    """Between which sort keys older conflicts stand, the one of *conflict_id* itself included."""
    return CONFLICT_PREFIX, of_conflict(conflict_id) if conflict_id else f"conflict{_AFTER_HASH}"


def of_nominees(run_id: str, row: str = "") -> str:
    """Sort key of a row of nominees, or what those of a run begin with."""
    return f"nominated#{run_id}#{row}"


def of_history(position: str) -> str:
    """Sort key of a row of the history: in order of time."""
    return f"{HISTORY_PREFIX}{position}"


def of_mediafile(mediafile_id: str) -> str:
    """Sort key of what is known of a mediafile."""
    return f"mediafile#{mediafile_id}"


def of_audit(position: str) -> str:
    """Sort key of an entry of the audit: in order of time."""
    return f"{AUDIT_PREFIX}{position}"


def audit_before(position: str) -> tuple[str, str]:
    """Between which sort keys older entries of the audit stand, *position* itself included."""
    return AUDIT_PREFIX, of_audit(position) if position else f"audit{_AFTER_HASH}"


def of_copy(asset_id: str, part: int) -> str:
    """Sort key of a part of a removed record's copy: in byte order of asset ids."""
    return f"removed#{asset_id}#{part}"


def copies_after(asset_id: str) -> tuple[str, str]:
    """Between which sort keys the copies of all later assets stand; of all if it is ""."""
    low = f"removed#{asset_id}{_AFTER_HASH}" if asset_id else "removed#"
    return low, f"removed{_AFTER_HASH}"


def history_before(position: str) -> tuple[str, str]:
    """Between which sort keys older rows of the history stand, *position* itself included."""
    return HISTORY_PREFIX, of_history(position) if position else f"history{_AFTER_HASH}"


def nominees_after(run_id: str, row: str) -> tuple[str, str]:
    """Between which sort keys later rows of a run's nominees stand, *row* itself included."""
    return of_nominees(run_id, row), f"nominated#{run_id}{_AFTER_HASH}"


def attention_position(instant: str, sk: str) -> str:
    """Sort key in the attention index: the longest waiting first, or the longest due."""
    return f"{instant}#{sk}"


def attention_upto(instant: datetime) -> str:
    """The largest sort key there of anything that has waited, or been due, since *instant*."""
    return f"{instant_text(instant)}{_AFTER_HASH}"


def of_attention(connection_id: str, state: str) -> str:
    """Partition of the attention index."""
    return f"{connection_id}#{state}"


def key(pk: str, sk: str) -> Wire:
    """A whole key in the API's form."""
    return item_to_wire({"pk": pk, "sk": sk})
