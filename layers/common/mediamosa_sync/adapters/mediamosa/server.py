"""MediaMosa over HTTP as the port :class:`AssetServer`."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random, SystemRandom
from typing import TypeVar

from mediamosa_sync.adapters.mediamosa import queries
from mediamosa_sync.adapters.mediamosa.addresses import Resolver, resolve
from mediamosa_sync.adapters.mediamosa.items import asset_of, mediafile_of, property_of
from mediamosa_sync.adapters.mediamosa.results import (
    ASSET_NOT_FOUND,
    MEDIAFILE_NOT_FOUND,
    NOT_AUTHORISED,
)
from mediamosa_sync.adapters.mediamosa.session import Key, Reply, Session
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.adapters.mediamosa.times import LocalTimes, server_time
from mediamosa_sync.adapters.mediamosa.transport import Pairs, Transport
from mediamosa_sync.adapters.mediamosa.xml import Element
from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Malformed, Refused, Unreadable

_MOST_PROPERTY_PAGES = 50

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
        query = queries.listing(self._times, window, since=since, prefix=prefix, ids_only=False)
        return self._read_page("asset", query, lambda reply: self._page(reply, window, prefix))

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As :meth:`page`, with nothing but ids, and never unreadable (§ 8.1, § 14)."""
        query = queries.listing(self._times, window, since=since, prefix=prefix, ids_only=True)
        found = self._read("asset", query, lambda reply: self._page(reply, window, prefix))
        return replace(found, assets=tuple(Asset(one.asset_id) for one in found.assets))

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
        """Those of at most 100 assets that exist, in one request (§ 8.2).

        Raises, beside what the port says:
            Malformed: the answer holds assets that were not asked for, twice in a row.
        """
        wanted = dict.fromkeys(asset_ids)
        if len(wanted) > queries.MAX_ASSETS:
            raise ValueError(f"at most {queries.MAX_ASSETS} assets can be asked for at once")
        if not wanted:
            return {}

        def read(reply: Reply) -> Mapping[str, Asset]:
            assets = [asset_of(item, self._times) for item in reply.envelope.items]
            found = {asset.asset_id: asset for asset in assets}
            if len(found) != len(assets) or not found.keys() <= wanted.keys():
                raise Malformed(_contradiction("holds assets that were not asked for"))
            return found

        return self._read("assets", queries.several(wanted), read)

    def prove(self, asset_id: str) -> Proof:
        """Whether the asset exists, trashed ones too, in one request (§ 8.3, § 14).

        Raises, beside what the port says:
            Refused: any other result than 601, 700 and 1800.
            Malformed: the answer is about another asset, or not about one, twice in a row.
            ValueError: the id is one that no path can name; nothing was asked.
        """

        def read(reply: Reply) -> Proof:
            asset = asset_of(_only_item(reply), self._times)
            if asset.asset_id != asset_id or asset.tombstone:
                raise Malformed(_contradiction("holds another asset than the one asked for"))
            return Proof(Existence.ALIVE, asset)

        try:
            return self._read(queries.single("asset", asset_id), queries.PROOF, read)
        except Refused as refusal:
            if refusal.result_id == ASSET_NOT_FOUND:
                return Proof(Existence.GONE)
            if refusal.result_id == NOT_AUTHORISED:
                return Proof(Existence.FOREIGN)
            raise

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        """The asset of a mediafile, in one request; None for result 701 (§ 8.5).

        Raises, beside what the port says:
            Refused: any other result, 1800 for another application's mediafile.
            Malformed: the answer is about another mediafile, or tells no asset, twice in a row.
            ValueError: the id is empty; nothing was asked.
        """
        if mediafile_id in queries.DOTS:
            return None

        def read(reply: Reply) -> str:
            told_id, asset_id = mediafile_of(_only_item(reply))
            if told_id != mediafile_id or not asset_id:
                raise Malformed(_contradiction("holds another mediafile than the one asked for"))
            return asset_id

        try:
            return self._read(queries.single("mediafile", mediafile_id), (), read)
        except Refused as refusal:
            if refusal.result_id == MEDIAFILE_NOT_FOUND:
                return None
            raise

    def properties(self) -> tuple[Property, ...]:
        """Every metadata property that the application knows, all pages (§ 10.5).

        Raises, beside what the port says:
            Malformed: the list has no total, holds fewer or more than it tells, or does not come
                to an end, twice in a row.
        """
        found: dict[tuple[str, str], Property] = {}
        for number in range(_MOST_PROPERTY_PAGES):
            page, ended = self._properties(number * queries.PROPERTIES_A_PAGE)
            found.update({(prop.group, prop.name): prop for prop in page})
            if ended:
                return tuple(found.values())
        raise Malformed(_contradiction("to the list of properties does not come to an end"))

    def _properties(self, offset: int) -> tuple[list[Property], bool]:
        """The properties from *offset* on, and whether the list ends with them."""

        def read(reply: Reply) -> tuple[list[Property], bool]:
            found = reply.envelope
            if found.total is None or found.offset != offset:
                raise Malformed(_contradiction("to the list of properties is not as asked for"))
            page = [property_of(item) for item in found.items]
            rest = found.total - offset
            if (page or not offset) and len(page) != min(rest, queries.PROPERTIES_A_PAGE):
                raise Malformed(_contradiction("holds fewer or more properties than it tells"))
            return page, not page or rest <= len(page)

        return self._read("metadata_tag", queries.properties(offset), read)

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        """Set *values* as the port says, in one request; without any there is none (§ 10.4).

        A malformed answer is not asked for again: whether it was carried out is unknown then.

        Raises, beside what the port says:
            Malformed: also if the answer holds properties that were not sent.
            ValueError: the id is one that no path can name, or *values* cannot be sent in one
                request (:func:`queries.update`); nothing was asked.
        """
        path = f"{queries.single('asset', asset_id)}/metadata"
        form = queries.update(user_id, values)
        if not values:
            return frozenset()
        try:
            reply = self._session.post(path, form, properties=values.keys())
        except Unreadable as exc:
            raise Malformed(str(exc)) from None
        stored = frozenset(str(one.tag) for item in reply.envelope.items for one in item)
        if not stored <= values.keys():
            raise Malformed(
                "MediaMosa's answer to a write holds properties that were not sent, so it is not "
                "known what was stored: look into MediaMosa's log."
            )
        return stored

    def _read(self, path: str, query: Pairs, convert: Callable[[Reply], T]) -> T:
        """As :meth:`_read_page`, of an answer that cannot be asked for in smaller parts."""
        try:
            return self._read_page(path, query, convert)
        except Unreadable as exc:
            raise Malformed(str(exc)) from None

    def _read_page(self, path: str, query: Pairs, convert: Callable[[Reply], T]) -> T:
        """What *convert* makes of the answer; asked for once more if that is malformed.

        It is unreadable only if it was so both times.
        """
        query = [*query, queries.VERSION]
        try:
            return convert(self._session.get(path, query))
        except Malformed as exc:
            # The error itself would keep the first answer in memory while the second is read.
            unreadable = isinstance(exc, Unreadable)
        try:
            return convert(self._session.get(path, query))
        except Unreadable as exc:
            if unreadable:
                raise
            raise Malformed(str(exc)) from None


def _only_item(reply: Reply) -> Element:
    items = reply.envelope.items
    if len(items) != 1:
        raise Malformed(_contradiction("does not hold the one thing that was asked for"))
    return items[0]


def _check_total(total: int | None, offset: int, rows: int) -> None:
    if total is None:
        raise Malformed(_contradiction("does not tell its total"))
    if rows and total < offset + rows:
        raise Malformed(_contradiction("tells a total smaller than what it holds"))
    if offset == 0 and not rows and total:
        raise Malformed(_contradiction("is empty and tells that there are assets"))


def _contradiction(what: str) -> str:
    return (
        f"MediaMosa's answer {what}: it is asked for again at the next tick; if that goes on, look "
        "into MediaMosa's log."
    )
