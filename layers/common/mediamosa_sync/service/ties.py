"""Which links tie some records, in one connection or in any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.uri import AssetUri, MediafileUri, usable_uris
from mediamosa_sync.ports import SyncStore

Uris = Mapping[str, Iterable[object]]
"""Media id → uris that the record has, or had; anything."""


def ties(store: SyncStore, connection_id: str, uris: Uris) -> Mapping[str, tuple[Link, ...]]:
    """Media id → the connection's links that tie the record to an asset of its uris."""
    named = {media_id: tuple(usable_uris(given)) for media_id, given in uris.items()}
    mediafiles = {
        uri.mediafile_id
        for found in named.values()
        for uri in found
        if isinstance(uri, MediafileUri)
    }
    told = store.mediafiles(connection_id, mediafiles) if mediafiles else {}
    assets = {
        media_id: {_asset_of(uri, told) for uri in found} - {""}
        for media_id, found in named.items()
    }
    wanted = sorted(frozenset().union(*assets.values()))
    links = store.links(connection_id, wanted) if wanted else {}
    return {
        media_id: tuple(
            link for link in map(links.get, sorted(ids)) if link is not None and link.ties(media_id)
        )
        for media_id, ids in assets.items()
    }


def tied_elsewhere(store: SyncStore, connection_id: str, uris: Uris) -> frozenset[str]:
    """Those of the records that another connection has tied: a link decides before any attribute.

    A record that the sync has created for another connection names none itself.
    """
    if not uris:
        return frozenset()
    return frozenset(
        media_id
        for other in store.connections()
        if other.connection_id != connection_id
        for media_id, links in ties(store, other.connection_id, uris).items()
        if links
    )


def _asset_of(uri: AssetUri | MediafileUri, told: Mapping[str, str]) -> str:
    return uri.asset_id if isinstance(uri, AssetUri) else told.get(uri.mediafile_id, "")
