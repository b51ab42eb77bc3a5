"""A model with one application logged in and a clock that a test turns by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from infra.local.mediamosa import times
from infra.local.mediamosa.answers import Answer, Element, Request
from infra.local.mediamosa.context import Settings
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application, Asset, Session

SESSION = "logged-in"
EVERYTHING = {
    "published": "ALL",
    "trashcan": "ALL",
    "is_app_admin": "TRUE",
    "order_by": "asset_id",
    "limit": "200",
}
Pairs = Sequence[tuple[str, str]]


class Site:
    def __init__(
        self, time_zone: str = "Europe/Amsterdam", now: str = "2026-11-23T12:00:00Z"
    ) -> None:
        self.now = seconds(now)
        self.model = MediaMosa(clock=lambda: self.now, ids=SeededIds("site"), settings=Settings())
        self.application = self.model.add_application(Application(1, "app", "key", time_zone))
        self.model.add_application(Application(2, "other", "key2", time_zone))
        self.model.sessions.keep(Session(SESSION, self.now, app_id=1))
        self.model.sessions.keep(Session("other", self.now, app_id=2))

    def get(self, path: str, query: dict[str, str] | Pairs = (), **more: str) -> Answer:
        pairs = [*(query.items() if isinstance(query, dict) else query), *more.items()]
        return self.model.handle(Request.get(path, pairs, session=SESSION))

    def post(self, path: str, form: dict[str, str] | Pairs = (), **more: str) -> Answer:
        pairs = [*(form.items() if isinstance(form, dict) else form), *more.items()]
        return self.model.handle(Request.post(path, pairs, session=SESSION))

    def create(self, **form: str) -> str:
        answer = self.post("asset/create", {"user_id": "alice", **form})
        return texts(answer.items[0], "asset_id")[0]

    def write(self, asset_id: str, *pairs: tuple[str, str], action: str = "update") -> Answer:
        form = [("user_id", "alice"), ("action", action), *pairs]
        return self.post(f"asset/{asset_id}/metadata", form)

    def read(self, asset_id: str, path: str) -> list[str]:
        answer = self.get(f"asset/{asset_id}", is_app_admin="TRUE", trashcan="TRUE")
        return texts(answer.items[0], path)

    def list(self, **query: str) -> list[str]:
        return ids(self.get("asset", {**EVERYTHING, **query}))

    def asset(self, asset_id: str) -> Asset:
        return self.model.store.assets[asset_id]

    def put(self, asset_id: str, modified: int | None = None, **fields: object) -> Asset:
        """Put an asset with an id and a stamp of one's own into the tables."""
        asset = Asset(asset_id, 1, "alice", self.now, self.now, modified, modified)
        asset.metadata = {2: ["TRUE"], 3: ["FALSE"]}
        for name, value in fields.items():
            setattr(asset, name, value)
        self.model.store.add_assets([asset])
        return asset


def seconds(text: str) -> int:
    return times.instant(datetime.fromisoformat(text))


def ids(answer: Answer) -> list[str]:
    return [texts(item, "asset_id")[0] for item in answer.items]


def texts(item: Element, path: str) -> list[str]:
    """The texts of all elements of a path such as `dublin_core/title`; empty ones are ""."""
    found = [item]
    for name in path.split("/"):
        found = [
            child
            for one in found
            if isinstance(one.content, tuple)
            for child in one.content
            if child.name == name
        ]
    return [one.content if isinstance(one.content, str) else "" for one in found]
