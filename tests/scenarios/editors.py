"""One application of a MediaMosa and its editors: what they do there, by the real calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from infra.local.mediamosa.answers import Answer, Request
from infra.local.mediamosa.control import Control
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Application, Asset, Mediafile, Session
from infra.local.mediamosa.store import Late

NEVER = 2**40
Values = str | Sequence[str]


class Site:
    """An application and its editors; every edit is stamped with the model's clock."""

    def __init__(self, model: MediaMosa, application: Application) -> None:
        self.model = model
        self.application = application

    # What editors do by REST.

    def post(self, path: str, *form: tuple[str, str]) -> Answer:
        """One call of an editor; it must succeed."""
        session = f"EDITOR-{self.application.app_id}"
        self.model.sessions.keep(Session(session, self.model.clock(), self.application.app_id))
        given = [("user_id", "alice"), ("is_app_admin", "TRUE"), *form]
        answer = self.model.handle(Request.post(path, given, session=session))
        assert answer.succeeded, answer.description
        return answer

    def write(self, asset_id: str, **properties: Values) -> None:
        """Set these properties, the others stay; "" or no value clears one."""
        form = [
            (f"{name}[]", value)
            for name, values in properties.items()
            for value in ([values] if isinstance(values, str) else values) or [""]
        ]
        self.post(f"asset/{asset_id}/metadata", ("action", "update"), *form)

    def delete(self, *asset_ids: str) -> None:
        """Delete for good; tombstones stay."""
        for asset_id in asset_ids:
            self.post(f"asset/{asset_id}/delete", ("delete", "cascade"))

    def trash(self, *asset_ids: str) -> None:
        """Put into the trashcan."""
        for asset_id in asset_ids:
            self.post(f"asset/{asset_id}/delete", ("trashcan", "TRUE"))

    def restore(self, *asset_ids: str) -> None:
        """Take out of the trashcan."""
        for asset_id in asset_ids:
            self.post(f"asset/{asset_id}/restore")

    def change(self, asset_id: str, **fields: str) -> None:
        """Change the asset's own fields; no stamp moves (protocol § 7)."""
        self.post(f"asset/{asset_id}", *fields.items())

    def define(self, name: str, kind: str) -> None:
        """Create a property in the application's own group."""
        self.post("metadata_tag/create", ("name", name), ("type", kind))

    # What nobody does by REST.

    def add(self, *asset_ids: str, at: datetime | None = None, **properties: Values) -> None:
        """New assets, each with a title of its own and one mediafile, stamped now or *at*."""
        stamp = self.model.clock() if at is None else int(at.timestamp())
        self.model.store.add_assets([self._asset(name, stamp) for name in asset_ids])
        if properties:
            for name in asset_ids:
                self.write(name, **properties)

    def fill(self, count: int, first: int = 0) -> list[str]:
        """New assets ``A00000`` and so on, stamped now."""
        names = [f"A{number:05}" for number in range(first, first + count)]
        self.add(*names)
        return names

    def erase(self, asset_ids: Iterable[str]) -> None:
        """Take assets away without tombstones, as servers before 3.5.1 do (protocol § 11)."""
        for asset_id in asset_ids:
            self.model.store.delete_asset(self.asset(asset_id), self.model.clock())
            del self.model.store.tombstones[asset_id]

    def give_away(self, asset_id: str, other: Site) -> None:
        """Let it be another application's; nothing tells of it."""
        asset, mediafiles = self.asset(asset_id).copy(), self.model.store.mediafiles.copy()
        self.erase([asset_id])
        asset.app_id = other.application.app_id
        self.model.store.add_assets([asset])
        self.model.store.mediafiles.update(mediafiles)

    def hide(self, asset_id: str) -> None:
        """Let lists lack it though it exists, as an index that has not come to it."""
        self.model.store.late[asset_id] = [Late(NEVER, None)]

    def show(self, asset_id: str) -> None:
        """Let lists have it again."""
        del self.model.store.late[asset_id]

    def make_unreadable(self, asset_id: str) -> None:
        """Give it a value that makes every page with it malformed; no stamp moves."""
        Control(self.model).make_unreadable(asset_id)

    def unstamp(self, asset_id: str) -> None:
        """Let both its stamps be NULL, as on old servers."""
        asset = self.asset(asset_id)
        self.model.store.stamp(asset, None)
        asset.videotimestamp = None

    def asset(self, asset_id: str) -> Asset:
        """The asset as the server keeps it."""
        return self.model.store.assets[asset_id]

    def ids(self) -> list[str]:
        """Ids of all assets of the application."""
        return list(self.model.store.ids(self.application.app_id))

    def _asset(self, asset_id: str, stamp: int) -> Asset:
        app_id = self.application.app_id
        file = Mediafile(f"m{asset_id}", asset_id, app_id, "alice", stamp, stamp)
        file.filename = f"{asset_id}.mp4"
        file.technical = {"mime_type": "video/mp4", "file_duration": "00:01:30.00"}
        self.model.store.mediafiles[file.mediafile_id] = file
        known = self.model.store.properties_of(app_id)
        title = next(one.prop_id for one in known if one.name == "title")
        asset = Asset(asset_id, app_id, "alice", stamp, stamp, stamp, stamp)
        asset.metadata = {PUBLISHED: ["TRUE"], TRASHCAN: ["FALSE"], title: [f"Title of {asset_id}"]}
        asset.mediafile_ids = [file.mediafile_id]
        return asset
