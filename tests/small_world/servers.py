"""Two MediaMosas with the same asset ids, as values: the stand-in's model does what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Application, Asset, Session, Tombstone
from infra.local.mediamosa.store import Store
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.values import Values
from mediamosa_sync.errors import AssetServerError
from tests.fakes.clock import START
from tests.fakes.mediamosa import ModelAssetServer
from tests.small_world.calls import Answer, Call
from tests.small_world.marks import Marks, Part

FIELDS = ("title", "subject")
ASSETS = ("A", "B")
OWNER = "alice"
_SESSION = "kept"
_KEPT_PROPERTIES = {"published", "trashcan", *FIELDS}


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a property of an asset has had.

    Attributes:
        at: the second since 1970 in which it came.
        pushed: whether the sync brought it.
    """

    values: Values
    at: int
    pushed: bool


Timeline = Mapping[tuple[str, str], tuple[Value, ...]]
"""Asset id and property → its values, in the order in which it had them."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one MediaMosa holds.

    Attributes:
        assets, tombstones: by asset id; nothing in them is changed in place.
        timeline: what the assets held, those that are gone too.
    """

    assets: Mapping[str, Asset]
    tombstones: Mapping[str, Tombstone]
    timeline: Timeline

    def now(self, asset_id: str, name: str) -> Values:
        """The present values of one property."""
        values = self.timeline.get((asset_id, name), ())
        return values[-1].values if values else ()


class Server:
    """One MediaMosa: the model is filled with a content, asked, and read again."""

    def __init__(self, marks: Marks, connection: Connection, names: Mapping[str, str]) -> None:
        """*names*: title of each asset at the beginning."""
        self._marks = marks
        self._now = int(START.timestamp())
        self._application = Application(1, connection.user_name, "key", "UTC")
        self._model = MediaMosa(clock=lambda: self._now, ids=SeededIds("small"))
        self._model.add_application(self._application)
        self._properties = {
            number: one
            for number, one in self._model.store.properties.items()
            if one.name in _KEPT_PROPERTIES
        }
        self._numbers = {one.name: number for number, one in self._properties.items()}
        self._answers: dict[tuple[bytes, int, bytes], tuple[Answer, Part]] = {}
        self._edited: dict[tuple[object, ...], Part] = {}
        self.first = self._content(names)

    def ask(self, part: Part, now: datetime, call: Call) -> tuple[Answer, Part]:
        """Carry *call* out on the content of *part*; the answer and the content after it."""
        second = int(now.timestamp())
        key = (part.mark, second, self._marks.of((call.method, call.given, call.named)))
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._ask(part, second, call)
        return found

    def edit(self, part: Part, now: datetime, path: str, form: Mapping[str, str]) -> Part:
        """What an editor's call, which must succeed, makes of the content of *part*."""
        second = int(now.timestamp())
        key = (part.mark, second, path, *form.values())
        found = self._edited.get(key)
        if found is None:
            self._fill(part.value, second)
            given = [("user_id", OWNER), ("is_app_admin", "TRUE"), *form.items()]
            answer = self._model.handle(Request.post(path, given, session=_SESSION))
            if not answer.succeeded:
                raise AssertionError(answer.description)
            found = self._marks.part(self._read(part.value, pushed=False))
            self._edited[key] = found
        return found

    def _ask(self, part: Part, second: int, call: Call) -> tuple[Answer, Part]:
        content: Content = part.value
        self._fill(content, second)
        server = ModelAssetServer(self._model, self._application)
        server._session = _SESSION
        try:
            value = getattr(server, call.method)(*call.given, **call.named)
            answer = Answer(value, requests=server.requests)
        except AssetServerError as error:
            answer = Answer(None, error, server.requests)
        after = self._read(content, pushed=True)
        return answer, part if after == content else self._marks.part(after)

    def _fill(self, content: Content, second: int) -> None:
        self._now = second
        store = Store(
            applications={1: self._application},
            properties=dict(self._properties),
            tombstones=dict(content.tombstones),
        )
        store.add_assets([one.copy() for one in content.assets.values()])
        self._model.store = store
        self._model.sessions.keep(Session(_SESSION, second, 1))

    def _read(self, before: Content, *, pushed: bool) -> Content:
        store = self._model.store
        assets = dict(sorted(store.assets.items()))
        timeline = dict(before.timeline)
        for asset_id in assets.keys() | before.assets.keys():
            asset = assets.get(asset_id)
            for name in FIELDS:
                found = () if asset is None else self._values(asset, name)
                if found != before.now(asset_id, name):
                    key = (asset_id, name)
                    step = Value(found, self._now, pushed)
                    timeline[key] = (*timeline.get(key, ()), step)
        return Content(assets, dict(store.tombstones), timeline)

    def _values(self, asset: Asset, name: str) -> Values:
        return tuple(sorted(map(str, asset.metadata.get(self._numbers[name], ()))))

    def _content(self, names: Mapping[str, str]) -> Content:
        assets = {}
        for asset_id, title in names.items():
            asset = Asset(asset_id, 1, OWNER, self._now, self._now, self._now, self._now)
            asset.metadata = {
                PUBLISHED: ["TRUE"],
                TRASHCAN: ["FALSE"],
                self._numbers["title"]: [title],
            }
            assets[asset_id] = asset
        bare = Content({}, {}, {})
        self._fill(replace(bare, assets=assets), self._now)
        return self._read(bare, pushed=False)
