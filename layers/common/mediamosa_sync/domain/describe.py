"""The map ``mediamosa`` of a record: what MediaMosa says of the asset, for applications to read."""

from __future__ import annotations

from typing import Any

from mediamosa_sync.domain.asset import Asset, iso


def describe(asset: Asset, connection_id: str, problem: str = "") -> dict[str, Any]:
    """The map of a record whose asset is as listed (``docs/records.md``).

    ``state`` and ``reason`` are there only when something is out of the ordinary.
    """
    state, reason = _condition(asset, problem)
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


def _condition(asset: Asset, problem: str) -> tuple[str, str]:
    if problem:
        return "parked", problem
    if asset.trashed:
        return "trashed", "The asset lies in MediaMosa's trashcan."
    if not asset.published:
        return "unpublished", "The asset is not published in MediaMosa."
    if asset.inappropriate:
        return "inappropriate", "The asset is marked as inappropriate in MediaMosa."
    return "", ""
