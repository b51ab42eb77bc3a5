"""Post one asset's edits: what MediaMosa refuses is found out, and the rest still goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.pushing import Delivery
from mediamosa_sync.domain.sendable import beyond_basic_plane, requests_of
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.errors import PropertyRefused, Refused, Troubled, ValuesRefused
from mediamosa_sync.ports import AssetServer

NO_SUCH_ASSET, NOT_AUTHORISED = 700, 1800


class Courier:
    """Delivers the edits of one claim.

    Attributes:
        delivery: what has come of it so far, also after an error.
    """

    def __init__(
        self,
        server: AssetServer,
        asset: Asset,
        user_name: str,
        in_time: Callable[[], bool],
    ) -> None:
        """*user_name* stands in for an owner where MediaMosa tells none.

        Nothing is sent any more once *in_time* says so.
        """
        self._in_time = in_time
        self._server = server
        self._asset_id = asset.asset_id
        self._user_id = asset.owner_id or user_name
        self.delivery = Delivery()

    def deliver(self, edits: Metadata) -> None:
        """Send *edits*, each property until MediaMosa has taken or refused it.

        Raises :class:`AssetServerError` when it is unknown whether the last request was carried
        out; :attr:`delivery` tells what is known.
        """
        for portion in requests_of(edits):
            self._send(portion)

    def _send(self, portion: Metadata) -> None:
        left = dict(portion)
        while left and self._goes_on():
            refused = self._post(left)
            if refused is None:
                return
            named = self._blamed(refused, left)
            if not named:
                self._send_singly(left)
                return
            for name, reason in named.items():
                del left[name]
                self._refuse(name, reason)

    def _send_singly(self, portion: Metadata) -> None:
        """MediaMosa does not say which value it refuses: each is sent by itself, once."""
        for name, values in portion.items():
            refused = self._post({name: values}) if self._goes_on() else None
            if refused is not None:
                self._refuse(name, str(refused))

    def _goes_on(self) -> bool:
        return not (self.delivery.troubled or self.delivery.absent) and self._in_time()

    def _post(self, values: Metadata) -> Refused | None:
        """One request; the refusal of a value, if that is what came of it."""
        self.delivery = replace(self.delivery, posts=self.delivery.posts + 1)
        try:
            stored = self._server.write(self._asset_id, self._user_id, values)
        except (PropertyRefused, ValuesRefused) as refusal:
            return refusal
        except Refused as refusal:
            if refusal.result_id in {NO_SUCH_ASSET, NOT_AUTHORISED}:
                self.delivery = replace(self.delivery, absent=str(refusal))
                return None
            return refusal
        except Troubled as trouble:
            self.delivery = replace(self.delivery, troubled=str(trouble))
            return None
        self._note(values, stored)
        return None

    def _note(self, values: Metadata, stored: frozenset[str]) -> None:
        """MediaMosa passes over properties that it does not know, without a word (§ 10.4)."""
        taken = {name: given for name, given in values.items() if name in stored or not given}
        self.delivery = replace(self.delivery, taken={**self.delivery.taken, **taken})
        for name in values.keys() - taken.keys():
            self._refuse(name, _PASSED_OVER.format(name[:64]))

    def _blamed(self, refusal: Refused, left: Metadata) -> Mapping[str, str]:
        """Which of *left* the refusal is about; none if it does not tell."""
        if isinstance(refusal, PropertyRefused) and refusal.name in left:
            return {refusal.name: str(refusal)}
        if isinstance(refusal, ValuesRefused):
            beyond = dict.fromkeys(beyond_basic_plane(left), _BEYOND)
            return beyond or dict(_alone(left, refusal))
        return dict(_alone(left, refusal))

    def _refuse(self, name: str, reason: str) -> None:
        refused = {**self.delivery.refused, name: reason}
        self.delivery = replace(self.delivery, refused=refused)


def _alone(left: Metadata, refusal: Refused) -> Iterator[tuple[str, str]]:
    if len(left) == 1:
        yield next(iter(left)), str(refusal)


_PASSED_OVER = (
    "MediaMosa did not store the property {!r}, which it does not know, or lets only another "
    "application write: look at the list of properties."
)
_BEYOND = (
    "The value holds a character (an emoji, say) that this MediaMosa's database cannot store: "
    "remove it, or let those who run MediaMosa change the database to utf8mb4."
)
