"""The stand-in's own switches: faults, the request log, and what an editor cannot do by REST.

Over HTTP they stand under `/__standin__/` (loopback only, as the whole server):

- `POST /__standin__/fault` with a form `kind`, `times` (a number or `always`), `path` (a shell
  pattern), `method`, `seconds`. Some kinds change the model instead: `unreadable` with `asset_id`,
  `late` with `seconds`, `emoji_kept` and `emoji_refused` (which is how it begins, unless it was
  started otherwise). `DELETE` switches everything off again; an unreadable value stays.
- `POST /__standin__/delayed` carries out the calls that the fault `delayed` held back, as a server
  does whose client has gone (§ 1), and tells how many; `DELETE` forgets them.
- `GET /__standin__/requests` lists what was asked; `DELETE` empties the list.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.faults import KINDS, Fault, Faults
from infra.local.mediamosa.model import MediaMosa

PATH = "__standin__"
LOG_LENGTH = 100_000
_OK, _WRONG, _UNKNOWN = 200, 400, 404
_NONCHARACTER = "\ufffe"
_MODEL_KINDS = ("unreadable", "late", "emoji_kept", "emoji_refused")


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it was answered: `status` 0 means that the connection was reset."""

    method: str
    path: str
    parameters: dict[str, list[str]]
    status: int
    result_id: int | None


class Control:
    """Everything about a stand-in that is not MediaMosa; `lock` guards it and the model."""

    def __init__(self, model: MediaMosa) -> None:
        self.model = model
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests: deque[LoggedRequest] = deque(maxlen=LOG_LENGTH)
        self._delayed: list[Request] = []
        self._keeps_emoji = model.settings.utf8mb4

    def make_unreadable(self, asset_id: str) -> None:
        """Give an asset a value with U+FFFE: every full page that lists it is malformed.

        Raises:
            ValueError: there is no such asset.
        """
        with self.lock:
            asset = self.model.store.assets.get(asset_id)
            if asset is None:
                raise ValueError(f"There is no asset {asset_id!r}: give the id of one that exists.")
            number = self._description()
            asset.metadata[number] = [f"not XML: {_NONCHARACTER}"]

    def show_late(self, seconds: int) -> None:
        """Let lists show changes only this many seconds after they were made; 0 ends it."""
        with self.lock:
            self.model.store.list_lag_seconds = seconds
            if seconds == 0:
                self.model.store.late.clear()

    def keep_emoji(self, *, kept: bool) -> None:
        """Let the database keep characters outside the basic plane, or refuse them (§ 14)."""
        with self.lock:
            self.model.settings.utf8mb4 = kept

    def hold(self, request: Request) -> None:
        """Keep a call whose client has gone, to be carried out later."""
        with self.lock:
            self._delayed.append(request)

    def carry_out(self) -> int:
        """Carry out the calls held back, in their order, and return how many they were."""
        with self.lock:
            held, self._delayed = self._delayed, []
            for request in held:
                self.model.handle(request)
            return len(held)

    def answer(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, object]:
        """Return status and JSON content of a request below `/__standin__/`."""
        with self.lock:
            if path == f"{PATH}/requests" and method in {"GET", "DELETE"}:
                return self._log(method)
            if path == f"{PATH}/delayed" and method in {"POST", "DELETE"}:
                return self._late_calls(method)
            if path != f"{PATH}/fault":
                known = f"{PATH}/fault, {PATH}/delayed and {PATH}/requests"
                return _UNKNOWN, {"detail": f"There is only {known}."}
            return self._fault(method, form)

    def _fault(self, method: str, form: Mapping[str, str]) -> tuple[int, object]:
        if method == "DELETE":
            self.faults.clear()
            self.show_late(0)
            self.keep_emoji(kept=self._keeps_emoji)
        elif method == "POST":
            try:
                self._switch_on(form)
            except ValueError as error:
                return _WRONG, {"detail": str(error)}
        return _OK, {"kinds": {**KINDS, **dict.fromkeys(_MODEL_KINDS, "")}}

    def _late_calls(self, method: str) -> tuple[int, object]:
        if method == "DELETE":
            self._delayed.clear()
            return _OK, {"carried_out": 0}
        return _OK, {"carried_out": self.carry_out()}

    def _log(self, method: str) -> tuple[int, object]:
        if method == "DELETE":
            self.requests.clear()
        return _OK, {"items": [asdict(one) for one in self.requests]}

    def _switch_on(self, form: Mapping[str, str]) -> None:
        kind = form.get("kind", "")
        if kind == "unreadable":
            self.make_unreadable(form.get("asset_id", ""))
        elif kind == "late":
            seconds = form.get("seconds", "")
            if not seconds.isdigit():
                raise ValueError("`seconds` is a whole number.")
            self.show_late(int(seconds))
        elif kind in {"emoji_kept", "emoji_refused"}:
            self.keep_emoji(kept=kind == "emoji_kept")
        else:
            self.faults.add(Fault.from_text(form))

    def _description(self) -> int:
        properties = self.model.store.properties.values()
        return next(one.prop_id for one in properties if one.name == "description")
