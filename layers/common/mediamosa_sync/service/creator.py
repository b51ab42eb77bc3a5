"""Create records for assets whose records their applications deleted (policy ``recreate``)."""

from __future__ import annotations

from collections.abc import Sequence

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.decide import decide
from mediamosa_sync.domain.deletion import Existence
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.pushing import parked
from mediamosa_sync.domain.record import Record, created_media_id
from mediamosa_sync.domain.removing import FOREIGN, PUT_AWAY
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.keeper import PushPorts
from mediamosa_sync.service.presence import Presence


class Creator:
    """Creates within one invocation."""

    def __init__(self, ports: PushPorts, server: AssetServer, setting: Setting) -> None:
        self._ports = ports
        self._presence = Presence(server)
        self._setting = setting

    def create(self, links: Sequence[Link]) -> None:
        """Create the records of at most 100 *links*, which tie their assets to none.

        What somebody else has written meanwhile is left to the next step. Raises
        :class:`AssetServerError` and :class:`StoreUnavailable`.
        """
        assets = self._presence.assets([link.asset_id for link in links])
        connection_id = self._setting.connection_id
        sequence = self._ports.store.sequence(connection_id)
        setting = replace(self._setting, sequence=sequence)
        keys = {link.asset_id: created_media_id(connection_id, link.asset_id) for link in links}
        records = self._ports.records.records(keys.values())
        for link in links:
            record = records.get(keys[link.asset_id])
            write = self._decided(assets.get(link.asset_id), link, record, setting)
            if write is not None:
                self._ports.store.write(connection_id, write)

    def _decided(
        self, asset: Asset | None, link: Link, record: Record | None, setting: Setting
    ) -> AssetWrite | None:
        reason = PUT_AWAY
        if asset is None:
            try:
                proof = self._presence.proof(link.asset_id)
            except (Malformed, Refused) as error:
                return _left(link, str(error), setting)
            if proof is None:
                return None
            if proof.existence is Existence.GONE:
                return AssetWrite(link, link, None, Effect.NOTED, link_goes=True)
            asset, reason = proof.asset, FOREIGN
        decision = None if asset is None else decide(asset, link, record, setting)
        if isinstance(decision, AssetWrite):
            return replace(decision, link=replace(decision.link, pushed=True))
        return _left(link, reason, setting)


def _left(link: Link, reason: str, setting: Setting) -> AssetWrite:
    return AssetWrite(parked(link, reason, setting.now), link, None, Effect.NOTED)
