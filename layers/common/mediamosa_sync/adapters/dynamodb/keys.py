"""Keys of the sync table (DESIGN: "Data"): who lives where."""

from __future__ import annotations

from mediamosa_sync.adapters.dynamodb.attributes import Wire, instant_text, item_to_wire
from mediamosa_sync.domain.writes import Conflict

CONNECTIONS = "connections"
"""Partition of the registry: one row per connection, keys only."""

CONNECTION = "connection"
RUN = "run"
PROPERTIES = "properties"
CONFLICT_PREFIX = "conflict#"

ATTENTION_INDEX = "attention"


def of_connection(connection_id: str) -> str:
    """Partition of everything about a connection but its links."""
    return f"conn#{connection_id}"


def of_links(connection_id: str) -> str:
    """Partition of its links, in byte order of asset ids and nothing else."""
    return f"link#{connection_id}"


def of_conflict(conflict: Conflict) -> str:
    """Sort key of an entry of the conflict log: in order of time."""
    return f"{CONFLICT_PREFIX}{instant_text(conflict.at)}#{conflict.conflict_id}"


def of_attention(connection_id: str, state: str) -> str:
    """Partition of the attention index."""
    return f"{connection_id}#{state}"


def key(pk: str, sk: str) -> Wire:
    """A whole key in the API's form."""
    return item_to_wire({"pk": pk, "sk": sk})
