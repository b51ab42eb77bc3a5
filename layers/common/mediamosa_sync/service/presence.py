"""Which of some assets are there: asked for together, and singly where that leaves a doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.deletion import MAX_PROOFS, Proof
from mediamosa_sync.errors import Malformed
from mediamosa_sync.ports import AssetServer


class Presence:
    """Asks within one invocation."""

    def __init__(self, server: AssetServer) -> None:
        self._server = server
        self._proofs = 0

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """Those of at most 100 assets that can be shown together, in one request.

        One that the answer lacks may be there all the same: see :meth:`proof`. One whose values no
        answer can hold spoils it for all; each is asked for singly then.
        """
        try:
            found = self._server.assets(asset_ids)
        except Malformed:
            return {}
        return {name: asset for name, asset in found.items() if not asset.tombstone}

    def proof(self, asset_id: str) -> Proof | None:
        """Whether one asset is there; None if enough were asked for in this invocation.

        Raises :class:`Malformed`, :class:`Refused`: nothing is known of this one.
        """
        if self._proofs == MAX_PROOFS:
            return None
        self._proofs += 1
        return self._server.prove(asset_id)
