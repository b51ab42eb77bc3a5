"""Those who use a running application: through its API, and in MediaMosa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from infra.local.mediamosa.answers import Answer, Request
from infra.local.mediamosa.records import Session
from infra.local.status import StatusApi

if TYPE_CHECKING:
    from tests.e2e.conftest import Application


class Admin:
    """Somebody at the API, with the token of *api*; `id` is the connection's he looks at."""

    def __init__(self, api: StatusApi, connection_id: str = "") -> None:
        self._api = api
        self.id = connection_id

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of an answer; *path* stands below the connection unless it begins so."""
        path = path if path.startswith("/connections") else f"/connections/{self.id}{path}"
        answer = requests.request(
            method,
            f"{self._api.url}{path}",
            headers={"Authorization": f"Bearer {self._api.token}"},
            json=body,
            timeout=30,
        )
        return answer.status_code, answer.json() if answer.content else None


class Editor:
    """Somebody who works in MediaMosa, with one of its applications."""

    def __init__(self, application: Application, app_id: int = 1) -> None:
        self._stand_in = application.mediamosa
        self._session = f"editor of {app_id}"
        model = self._stand_in.model
        model.sessions.keep(Session(self._session, model.clock(), app_id=app_id))

    def ids(self) -> list[str]:
        """Assets, in order of their ids."""
        return sorted(self._stand_in.model.store.assets)

    def post(self, path: str, **form: str) -> Answer:
        pairs = [("user_id", "editor"), ("is_app_admin", "TRUE"), *form.items()]
        with self._stand_in.control.lock:
            return self._stand_in.model.handle(Request.post(path, pairs, session=self._session))

    def create(self) -> str:
        """Create an asset; return its id."""
        before = self.ids()
        self.post("asset/create")
        (made,) = {*self.ids()} - {*before}
        return made

    def delete(self, asset_id: str, **how: str) -> None:
        assert self.post(f"asset/{asset_id}/delete", delete="cascade", **how).result_id == 601


def synced(application: Application) -> Admin:
    """Let the first full run come to its end."""
    while any(outcome["more"] for outcome in application.tick()):
        pass
    return Admin(application.operator, application.status()["connection_id"])
