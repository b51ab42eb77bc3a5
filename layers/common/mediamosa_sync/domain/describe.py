"""The map ``mediamosa`` of a record: what MediaMosa says of the asset, for applications to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediamosa_sync.domain.asset import Asset, iso
from mediamosa_sync.domain.link import Link, LinkState


def describe(asset: Asset, connection_id: str, link: Link) -> dict[str, Any]:
    """The map of a record whose asset is as listed (``docs/records.md``).

    ``state`` and ``reason`` are there only when something is out of the ordinary.
    """
    state, reason = _trouble(link)
    if not state:
        state, reason = _condition(asset)
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


def with_trouble(described: object, link: Link, connection_id: str) -> dict[str, Any]:
    """A record's map as it stands, with what *link* says of it, where no asset is at hand."""
    told = dict(described) if isinstance(described, Mapping) else {}
    told = {"asset_id": link.asset_id, "connection_id": connection_id, **told}
    state, reason = _trouble(link)
    if not state and told.get("state") not in _TROUBLES:
        return told
    kept = {name: value for name, value in told.items() if name not in {"state", "reason"}}
    return kept | ({"state": state, "reason": reason} if state else {})


_TROUBLES = frozenset({LinkState.PENDING.value, LinkState.PARKED.value, LinkState.FOREIGN.value})


def _trouble(link: Link) -> tuple[str, str]:
    """What keeps record and asset apart; an edit that is merely on its way is no trouble."""
    if link.reason and link.state.value in _TROUBLES:
        return link.state.value, link.reason
    return "", ""


def _condition(asset: Asset) -> tuple[str, str]:
    if asset.trashed:
        return "trashed", "The asset lies in MediaMosa's trashcan."
    if not asset.published:
        return "unpublished", "The asset is not published in MediaMosa."
    if asset.inappropriate:
        return "inappropriate", "The asset is marked as inappropriate in MediaMosa."
    return "", ""
