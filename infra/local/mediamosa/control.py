"""The stand-in's own switches: faults, the request log, and what an editor cannot do by REST.

Over HTTP they stand under `/__standin__/` (loopback only, as the whole server):

- `POST /__standin__/fault` with a form `kind`, `times` (a number or `always`), `path` (a shell
  pattern), `method`, `seconds`; `kind=unreadable` with `asset_id` and `kind=late` with `seconds`
  change the model instead. `DELETE` switches everything off again.
- `GET /__standin__/requests` lists what was asked; `DELETE` empties the list.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from infra.local.mediamosa.faults import KINDS, Fault, Faults
from infra.local.mediamosa.model import MediaMosa

PATH = "__standin__"
LOG_LENGTH = 100_000
_OK, _WRONG, _UNKNOWN = 200, 400, 404
_NONCHARACTER = "\ufffe"


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

    def answer(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, object]:
        """Return status and JSON content of a request below `/__standin__/`."""
        with self.lock:
            if path == f"{PATH}/requests" and method in {"GET", "DELETE"}:
                return self._log(method)
            if path != f"{PATH}/fault":
                return _UNKNOWN, {"detail": f"There is only {PATH}/fault and {PATH}/requests."}
            if method == "DELETE":
                self.faults.clear()
                self.show_late(0)
            elif method == "POST":
                try:
                    self._switch_on(form)
                except ValueError as error:
                    return _WRONG, {"detail": str(error)}
            return _OK, {"kinds": {**KINDS, "unreadable": "", "late": ""}}

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
        else:
            self.faults.add(Fault.from_text(form))

    def _description(self) -> int:
        properties = self.model.store.properties.values()
        return next(one.prop_id for one in properties if one.name == "description")
