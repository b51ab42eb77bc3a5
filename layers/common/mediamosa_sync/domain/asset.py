"""What MediaMosa says of an asset, freed of the wire's form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mediamosa_sync.domain.values import Values

Groups = Mapping[str, Mapping[str, Values]]
"""Metadata group (``dublin_core``, ``app_1`` …) → property name → values as MediaMosa has them."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset of a list or of a single read (protocol § 8.1, "item fields").

    Attributes:
        asset_id: case-sensitive, at most 32 bytes.
        tombstone: it is listed as deleted; nothing but the id and ``modified`` is known then.
        created, modified: aware UTC instants of ``videotimestamp`` and ``videotimestampmodified``;
            None where the server has none or a text that is no time.
        groups: its metadata; only values, never empty ones.
        owner_id: the user to act as when its metadata are written.
        published, trashed, inappropriate, private: its states.
        filename, mime_type, duration: of its mediafile as listed; "" if unknown.
    """

    asset_id: str
    tombstone: bool = False
    created: datetime | None = None
    modified: datetime | None = None
    groups: Groups = field(default_factory=dict)
    owner_id: str = ""
    published: bool = True
    trashed: bool = False
    inappropriate: bool = False
    private: bool = False
    filename: str = ""
    mime_type: str = ""
    duration: str = ""

    def values(self, group: str, name: str) -> Values:
        """The values of one property as MediaMosa has them; ``()`` if it has none."""
        return self.groups.get(group, {}).get(name, ())


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One answer to one list request.

    Attributes:
        assets: in byte order of their ids.
        offset: the first row's place in the whole list.
        total: rows of the whole list; None if it was not asked for.
        server_time: the server's clock when it answered (aware UTC).
    """

    assets: tuple[Asset, ...]
    offset: int
    total: int | None
    server_time: datetime


def revision(asset: Asset) -> str:
    """What changes with the asset: ``<modified>#<16 hex digits of the digest of what is listed>``.

    The digest is there because a change of owner, a cascaded delete of a property and servers
    without stamps leave ``videotimestampmodified`` as it was (protocol § 7).
    """
    content = _encode(
        [
            {group: dict(properties) for group, properties in asset.groups.items()},
            asset.owner_id,
            [asset.published, asset.trashed, asset.inappropriate, asset.private],
            [asset.filename, asset.mime_type, asset.duration],
        ]
    )
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{iso(asset.modified)}#{digest}"


_TO_THE_SECOND = len("2026-11-23T15:00:00")
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def iso(instant: datetime | None) -> str:
    """*instant* (aware UTC) as ``2026-11-23T15:00:00Z``; "" for None."""
    return "" if instant is None else f"{instant.isoformat()[:_TO_THE_SECOND]}Z"
