"""What is asked of MediaMosa: path and parameters of each call (protocol § 8, § 10, § 14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

from mediamosa_sync.adapters.mediamosa.times import LocalTimes
from mediamosa_sync.adapters.mediamosa.transport import Pairs
from mediamosa_sync.domain.properties import RESERVED_NAMES
from mediamosa_sync.domain.sendable import MAX_PARAMETERS
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.domain.walk import Window

MAX_ASSETS = 100
"""Ids of one ``GET /assets``: the address must stay below some 8,000 bytes (protocol § 1)."""

PROPERTIES_A_PAGE = 200

VERSION = ("mediamosa_version", "3.0.0")
"""Fixed, so that the layout of the answers does not depend on the application's settings (§ 2)."""

PROOF: Pairs = (
    ("trashcan", "TRUE"),
    ("is_app_admin", "TRUE"),
    ("show_stills", "FALSE"),
    ("count_view", "FALSE"),
)
"""Finds trashed and inappropriate assets too; the value ``ALL`` is refused here (§ 8.3, § 14)."""

_SEE_EVERYTHING = (
    ("published", "ALL"),
    ("trashcan", "ALL"),
    ("is_app_admin", "TRUE"),
    ("hide_empty_assets", "FALSE"),
    ("granted", "TRUE"),
    ("is_public_list", "FALSE"),
    ("show_stills", "FALSE"),
)
_CQL_SPECIAL = str.maketrans({char: f"\\{char}" for char in "'\"\\*?^"})
DOTS = frozenset({".", ".."})
"""Ids that no path can name: dots are resolved on the way to the server."""


_OTHER_NAME = re.compile(r"[\s.\[\]\0]")
"""In a parameter's name: PHP makes another name, or an array, of it (§ 1)."""


def listing(
    times: LocalTimes, window: Window, *, since: datetime | None, prefix: str, ids_only: bool
) -> Pairs:
    """The parameters of ``GET /asset``; with *since* it tells deleted assets too (§ 14)."""
    return [
        *_SEE_EVERYTHING,
        *([("return_asset_ids", "TRUE")] if ids_only else []),
        *_filter(times, since, prefix),
        ("order_by", "asset_id"),
        ("order_direction", "asc"),
        ("limit", str(window.limit)),
        ("offset", str(window.offset)),
        ("calculate_total_count", "TRUE" if window.with_total else "FALSE"),
    ]


def _filter(times: LocalTimes, since: datetime | None, prefix: str) -> Pairs:
    conditions = []
    if since is not None:
        conditions.append(f'videotimestampmodified >= "{times.since(since)}"')
    if prefix:
        conditions.append(f'asset_id == "^{prefix.translate(_CQL_SPECIAL)}"')
    pairs = [("cql", " AND ".join(conditions))] if conditions else []
    return [*pairs, ("show_deleted", "TRUE")] if since is not None else pairs


def several(asset_ids: Iterable[str]) -> Pairs:
    """The parameters of ``GET /assets`` (§ 8.2)."""
    return [
        *(("asset_id[]", asset_id) for asset_id in asset_ids),
        ("trashcan", "ALL"),
        ("is_app_admin", "TRUE"),
        ("show_stills", "FALSE"),
        ("count_view", "FALSE"),
    ]


def properties(offset: int) -> Pairs:
    """The parameters of ``GET /metadata_tag`` (§ 10.5)."""
    return [
        ("include_default_definitions", "TRUE"),
        ("order_by", "prop_id"),
        ("order_direction", "asc"),
        ("limit", str(PROPERTIES_A_PAGE)),
        ("offset", str(offset)),
    ]


def update(user_id: str, values: Metadata) -> Pairs:
    """The form of ``POST /asset/{id}/metadata`` that sets *values* and nothing else (§ 10.4).

    An empty text is left out and a property without any other is cleared by the plain name: of an
    empty element of an array MediaMosa makes 0, or a date of 1999.

    Raises:
        ValueError: a property's name is none, or that of a parameter of the call itself; or they
            are more values than MediaMosa reads of one request.
    """
    for name in values:
        if not name or name in RESERVED_NAMES or _OTHER_NAME.search(name):
            raise ValueError(f"no property can be written by the name {name!r}")
    pairs = list(_values(values))
    if len(pairs) > MAX_PARAMETERS:
        raise ValueError(f"at most {MAX_PARAMETERS} values can be written at once")
    return [
        ("user_id", user_id),
        ("is_app_admin", "TRUE"),
        ("action", "update"),
        VERSION,
        *pairs,
    ]


def _values(values: Metadata) -> Iterator[tuple[str, str]]:
    for name, texts in values.items():
        kept = [text for text in texts if text]
        yield from ((f"{name}[]", text) for text in kept) if kept else [(name, "")]


def single(call: str, identifier: str) -> str:
    """The path of one asset or mediafile, whatever stands in its id.

    Raises:
        ValueError: the id is empty, and the server drops empty segments (§ 1), or one of
            :data:`DOTS`: the path would name another call.
    """
    if not identifier or identifier in DOTS:
        raise ValueError(f"no {call} can be asked for by the id {identifier!r}")
    return f"{call}/{quote(identifier, safe='')}"
