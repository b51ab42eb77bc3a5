"""The ``uri`` of a record tells whether, and to which asset, it belongs to MediaMosa."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SCHEME = "mediamosa://"
_IDENTIFIER = re.compile(r"[^/\s?#\x00-\x1f\x7f]+")
_MAX_ID_BYTES = 32


@dataclass(frozen=True, slots=True)
class AssetUri:
    """``mediamosa://asset/<asset_id>[/<mediafile_id>/<filename>]``: only the asset id decides."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class MediafileUri:
    """``mediamosa://mediafile/<mediafile_id>/<filename>``, the old form: the asset is asked for."""

    mediafile_id: str


class InvalidUri(ValueError):
    """The text begins with ``mediamosa://`` but is of neither form; the message says what to do."""


def parse_uri(uri: object) -> AssetUri | MediafileUri | None:
    """What *uri* names in MediaMosa; None for anything that is not a ``mediamosa://`` text.

    Raises:
        InvalidUri: ``mediamosa://`` followed by neither form, or by an id of no length or of more
            than 32 bytes (protocol § 5).
    """
    if not isinstance(uri, str) or not uri.startswith(SCHEME):
        return None
    kind, _, rest = uri.removeprefix(SCHEME).partition("/")
    identifier = rest.partition("/")[0]
    if not _IDENTIFIER.fullmatch(identifier) or len(identifier.encode()) > _MAX_ID_BYTES:
        raise InvalidUri(_advice(uri))
    if kind == "asset":
        return AssetUri(identifier)
    if kind == "mediafile":
        return MediafileUri(identifier)
    raise InvalidUri(_advice(uri))


def usable_uris(uris: Iterable[object]) -> Iterator[AssetUri | MediafileUri]:
    """What those of *uris* name that are of either form; the others name nothing."""
    for uri in uris:
        try:
            named = parse_uri(uri)
        except InvalidUri:
            continue
        if named is not None:
            yield named


def asset_uri(asset_id: str) -> str:
    """The ``uri`` of a record that the sync creates for the asset."""
    return f"{SCHEME}asset/{asset_id}"


def _advice(uri: str) -> str:
    return (
        f"The uri {uri[:100]!r} names no asset: write mediamosa://asset/<asset id> or "
        "mediamosa://mediafile/<mediafile id>/<file name>."
    )
