"""A MediaMosa that gives fewer rows than it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import Proof
from mediamosa_sync.domain.properties import Property
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.ports import AssetServer


class Stingy:
    """A server that gives at most so many rows of a list, whatever it is asked for."""

    def __init__(self, server: AssetServer, most: int) -> None:
        self._server = server
        self._most = most

    @property
    def requests(self) -> int:
        return self._server.requests

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        fewer = replace(window, limit=min(window.limit, self._most))
        return self._server.page(fewer, since=since, prefix=prefix)

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        return self._server.ids(window, since=since, prefix=prefix)

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        return self._server.assets(asset_ids)

    def prove(self, asset_id: str) -> Proof:
        return self._server.prove(asset_id)

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        return self._server.mediafile_asset(mediafile_id)

    def properties(self) -> tuple[Property, ...]:
        return self._server.properties()

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        return self._server.write(asset_id, user_id, values)
