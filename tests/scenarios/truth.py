"""What records must look like, told by MediaMosa's own elements and not by the sync's mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from infra.local.mediamosa import items
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from mediamosa_sync.domain.connection import Connection
from tests.scenarios.editors import Site

GROUPS = ("dublin_core", "qualified_dublin_core", "czp")

Expected = Mapping[str, Any]
"""``metadata``: property → multiset of values; ``mediamosa``: the map for applications."""


def expected_records(site: Site, connection: Connection) -> dict[str, Expected]:
    """Asset id → its record, for every asset that is not in the trashcan."""
    return {
        asset_id: _expected(site, connection, asset_id)
        for asset_id in site.ids()
        if site.asset(asset_id).metadata.get(TRASHCAN) != ["TRUE"]
    }


def as_compared(item: Mapping[str, Any]) -> Expected:
    """A record in the form of :data:`Expected`; a state has its reason, whatever its words."""
    metadata = {name: Counter(values) for name, values in item["metadata"].items()}
    told = dict(item["mediamosa"])
    assert bool(told.pop("reason", "")) == ("state" in told)
    return {"metadata": metadata, "mediamosa": told}


def _expected(site: Site, connection: Connection, asset_id: str) -> Expected:
    asset = site.asset(asset_id)
    element = items.listed(site.model.context(site.application), asset)
    texts: dict[str, str] = {}
    metadata: dict[str, Counter[str]] = {}
    content = element.content if isinstance(element.content, tuple) else ()
    for name, inner, _ in content:
        if not isinstance(inner, tuple):
            texts[name] = inner or ""
        elif name in {*GROUPS, site.application.group}:
            for prop, values in _group(inner):
                metadata.setdefault(prop, values)
    published = asset.metadata.get(PUBLISHED) != ["FALSE"]
    mediamosa = {
        "asset_id": asset_id,
        "connection_id": connection.connection_id,
        "created": _iso(asset.videotimestamp),
        "modified": _iso(asset.modified),
        "published": published,
        "owner_id": asset.owner_id,
        "filename": texts["mediafile_filename"],
        "mime_type": texts["mediafile_mime_type"],
        "duration": texts["mediafile_duration"],
        "state": _state(published=published, inappropriate=asset.inappropriate),
    }
    return {
        "metadata": metadata,
        "mediamosa": {name: value for name, value in mediamosa.items() if value != ""},
    }


def _group(elements: tuple[Any, ...]) -> Iterator[tuple[str, Counter[str]]]:
    values: dict[str, Counter[str]] = {}
    for name, text, _ in elements:
        if text:
            values.setdefault(name, Counter())[text] += 1
    yield from values.items()


def _iso(stamp: int | None) -> str:
    return "" if stamp is None else f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _state(*, published: bool, inappropriate: bool) -> str:
    if not published:
        return "unpublished"
    return "inappropriate" if inappropriate else ""
