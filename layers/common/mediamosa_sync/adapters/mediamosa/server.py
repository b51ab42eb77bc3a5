"""MediaMosa over HTTP as the port :class:`AssetServer`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random, SystemRandom
from typing import TypeVar

from mediamosa_sync.adapters.mediamosa.addresses import Resolver, resolve
from mediamosa_sync.adapters.mediamosa.items import asset_of, property_of
from mediamosa_sync.adapters.mediamosa.session import Key, Reply, Session
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.adapters.mediamosa.times import LocalTimes, server_time
from mediamosa_sync.adapters.mediamosa.transport import Pairs, Transport
from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.ports import Malformed

MAX_ASSETS = 100
"""Ids of one ``GET /assets``: the address must stay below some 8,000 bytes (protocol § 1)."""

_VERSION = ("mediamosa_version", "3.0.0")
"""Fixed, so that the layout of the answers does not depend on the application's settings (§ 2)."""
_SEE_EVERYTHING = (
    ("published", "ALL"),
    ("trashcan", "ALL"),
    ("is_app_admin", "TRUE"),
    ("hide_empty_assets", "FALSE"),
    ("granted", "TRUE"),
    ("is_public_list", "FALSE"),
    ("show_stills", "FALSE"),
)
_PROPERTIES_A_PAGE = 200
_MOST_PROPERTY_PAGES = 50
_CQL_SPECIAL = str.maketrans({char: f"\\{char}" for char in "'\"\\*?^"})

T = TypeVar("T")


class RequestsAssetServer:
    """One connection's MediaMosa. Not for use by several threads at once.

    Kept between calls it keeps its session and its network connection; it logs in before the first
    call and asks *key* each time that it does.

    Raises:
        InvalidConfiguration: the connection's address or time zone cannot be used.
    """

    def __init__(
        self,
        connection: Connection,
        key: Key,
        settings: Settings | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        random: Random | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        random = SystemRandom() if random is None else random
        self._times = LocalTimes(connection.time_zone)
        self._transport = Transport(
            connection.url,
            Settings() if settings is None else settings,
            sleep=sleep,
            monotonic=monotonic,
            random=random,
            resolver=resolver,
        )
        self._session = Session(self._transport, connection.user_name, key, random)

    def close(self) -> None:
        """Close the network connection; the session stays."""
        self._transport.close()

    @property
    def requests(self) -> int:
        """Requests made so far, logins and repeats included."""
        return self._transport.requests

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """The rows of *window*, in one request (port; protocol § 8.1, § 14).

        Raises, beside what the port says:
            Malformed: more rows than asked for, from elsewhere, not in strictly ascending byte
                order of their ids, or a total that contradicts them, twice in a row.
        """
        query = [
            *_SEE_EVERYTHING,
            *_filter(self._times, since, prefix),
            ("order_by", "asset_id"),
            ("order_direction", "asc"),
            ("limit", str(window.limit)),
            ("offset", str(window.offset)),
            ("calculate_total_count", "TRUE" if window.with_total else "FALSE"),
        ]
        return self._read("asset", query, lambda reply: self._page(reply, window, prefix))

    def _page(self, reply: Reply, window: Window, prefix: str) -> AssetPage:
        found = reply.envelope
        assets = tuple(asset_of(item, self._times) for item in found.items)
        total = found.total if window.with_total else None
        if len(assets) > window.limit:
            raise Malformed(_contradiction("holds more assets than asked for"))
        if found.offset != window.offset:
            raise Malformed(_contradiction("begins at another place than asked for"))
        if not all(one.asset_id < two.asset_id for one, two in itertools.pairwise(assets)):
            raise Malformed(_contradiction("is not in order of the assets' ids"))
        if not all(asset.asset_id.startswith(prefix) for asset in assets):
            raise Malformed(_contradiction("holds assets that were not asked for"))
        if window.with_total:
            _check_total(total, window.offset, len(assets))
        return AssetPage(assets, window.offset, total, server_time(reply.date))

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of at most :data:`MAX_ASSETS` assets that exist, in one request (§ 8.2).

        Raises, beside what the port says:
            Malformed: the answer holds assets that were not asked for, twice in a row.
        """
        wanted = dict.fromkeys(asset_ids)
        if len(wanted) > MAX_ASSETS:
            raise ValueError(f"at most {MAX_ASSETS} assets can be asked for at once")
        if not wanted:
            return {}
        query = [
            *(("asset_id[]", asset_id) for asset_id in wanted),
            ("trashcan", "ALL"),
            ("is_app_admin", "TRUE"),
            ("show_stills", "FALSE"),
            ("count_view", "FALSE"),
        ]

        def read(reply: Reply) -> Mapping[str, Asset]:
            assets = [asset_of(item, self._times) for item in reply.envelope.items]
            found = {asset.asset_id: asset for asset in assets}
            if len(found) != len(assets) or not found.keys() <= wanted.keys():
                raise Malformed(_contradiction("holds assets that were not asked for"))
            return found

        return self._read("assets", query, read)

    def properties(self) -> tuple[Property, ...]:
        """Every metadata property that the application knows, all pages (§ 10.5).

        Raises, beside what the port says:
            Malformed: the list has no total or does not come to an end, twice in a row.
        """
        found: dict[tuple[str, str], Property] = {}
        for number in range(_MOST_PROPERTY_PAGES):
            page, ended = self._properties(number * _PROPERTIES_A_PAGE)
            found.update({(prop.group, prop.name): prop for prop in page})
            if ended:
                return tuple(found.values())
        raise Malformed(_contradiction("of the metadata properties does not come to an end"))

    def _properties(self, offset: int) -> tuple[list[Property], bool]:
        """The properties from *offset* on, and whether the list ends with them."""
        query = [
            ("include_default_definitions", "TRUE"),
            ("order_by", "prop_id"),
            ("order_direction", "asc"),
            ("limit", str(_PROPERTIES_A_PAGE)),
            ("offset", str(offset)),
        ]

        def read(reply: Reply) -> tuple[list[Property], bool]:
            found = reply.envelope
            if found.total is None or found.offset != offset:
                raise Malformed(_contradiction("of the metadata properties is not as asked for"))
            page = [property_of(item) for item in found.items]
            return page, not page or offset + len(page) >= found.total

        return self._read("metadata_tag", query, read)

    def _read(self, path: str, query: Pairs, convert: Callable[[Reply], T]) -> T:
        """What *convert* makes of the answer; asked for once more if that is malformed."""
        query = [*query, _VERSION]
        try:
            return convert(self._session.get(path, query))
        except Malformed:
            return convert(self._session.get(path, query))


def _filter(times: LocalTimes, since: datetime | None, prefix: str) -> Pairs:
    """The parameters that narrow the list; with *since* it tells deleted assets too (§ 14)."""
    conditions = []
    if since is not None:
        conditions.append(f'videotimestampmodified >= "{times.since(since)}"')
    if prefix:
        conditions.append(f'asset_id == "^{prefix.translate(_CQL_SPECIAL)}"')
    pairs = [("cql", " AND ".join(conditions))] if conditions else []
    return [*pairs, ("show_deleted", "TRUE")] if since is not None else pairs


def _check_total(total: int | None, offset: int, rows: int) -> None:
    if total is None:
        raise Malformed(_contradiction("does not tell its total"))
    if rows and total < offset + rows:
        raise Malformed(_contradiction("tells a total smaller than what it holds"))
    if offset == 0 and not rows and total:
        raise Malformed(_contradiction("is empty and tells that there are assets"))


def _contradiction(what: str) -> str:
    return (
        f"MediaMosa's list {what}: it is asked for again at the next tick; if that goes on, look "
        "into MediaMosa's log."
    )
