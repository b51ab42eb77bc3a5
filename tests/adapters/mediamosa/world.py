"""A MediaMosa with everything in it that its answers can differ by, for the contract test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from infra.local.mediamosa import seed
from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.context import Ids
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Application, Asset, Mediafile, Session
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.domain import asset as domain
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa.support import KEY, SETTINGS, USER, FakeTime, Keys
from tests.fakes.asset_server import FakeAssetServer
from tests.fakes.clock import FakeClock
from tests.fakes.mediamosa import ModelAssetServer

SEEDED = 150
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
EVER = datetime(1970, 1, 2, tzinfo=UTC)
SOME_TIME = datetime(2026, 3, 1, 9, 30, 0, tzinfo=UTC)

TRASHED = "1Trashed"
RESTORED = "1Restored"
UNPUBLISHED = "1Unpublished"
DELETED = "1Deleted"
INAPPROPRIATE = "1Inappropriate"
PRIVATE = "1Private"
UNSTAMPED = "1Unstamped"
STATELESS = "1Stateless"
STRANGE = "1Strange"
FOREIGN = "1Foreign"
UNREADABLE = "3Unreadable"
NEVER = "1Never"

AUTUMN = {
    "2Autumn0059": datetime(2025, 10, 25, 23, 59, 59, tzinfo=UTC),
    "2AutumnFirst0200": datetime(2025, 10, 26, 0, 0, 0, tzinfo=UTC),
    "2AutumnFirst0230": datetime(2025, 10, 26, 0, 30, 0, tzinfo=UTC),
    "2AutumnSecond0200": datetime(2025, 10, 26, 1, 0, 0, tzinfo=UTC),
    "2AutumnSecond0230": datetime(2025, 10, 26, 1, 30, 0, tzinfo=UTC),
    "2Autumn0300": datetime(2025, 10, 26, 2, 0, 0, tzinfo=UTC),
}
"""Either side of the local hour that happens twice (Europe/Amsterdam), and both its passes."""
SPRING = {
    "2Spring0159": datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
    "2Spring0300": datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC),
}
"""Either side of the local hour that never happens."""

STRANGE_VALUES = {
    "title": ["Zoë & <b>Co</b> ]]> \"'", "日本語"],
    "subject": ["b", "a", "a", "B", "Ä", " leading and trailing ", "0"],
    "description": ["one\r\ntwo\rthree\tfour", "bell \x07", "<![CDATA[a section\r\nof two]]>"],
    "language": ["nl"],
    "creator": ["\u0085\u2028 separators", "\U0001d11e"],
}


class World:
    """The model, its two applications, and the instant that its clock shows.

    Parameters:
        seeded: how many assets it has beside those that are named above.
        ids: where the ids of what is created come from.
    """

    def __init__(self, seeded: int = SEEDED, ids: Ids | None = None) -> None:
        self.now = NOW
        self.model = MediaMosa(
            clock=lambda: int(self.now.timestamp()), ids=ids or SeededIds("world")
        )
        self.ours = self.model.add_application(Application(1, USER, KEY, "Europe/Amsterdam"))
        self.theirs = self.model.add_application(Application(2, "testapp2", "secret-two"))
        seed.plant(self.model, self.ours, seeded, 7)
        self._put_marked_assets()
        for asset_id, at in {**AUTUMN, **SPRING}.items():
            self.put(asset_id, at)

    def _put_marked_assets(self) -> None:
        for asset_id in (TRASHED, RESTORED, UNPUBLISHED, DELETED, INAPPROPRIATE, PRIVATE):
            self.put(asset_id, SOME_TIME)
        self.put(FOREIGN, SOME_TIME, self.theirs)
        self.put(UNSTAMPED, None)
        stateless = self.put(STATELESS, SOME_TIME)
        for state in (PUBLISHED, TRASHCAN):
            del stateless.metadata[state]
        self.edit(f"asset/{TRASHED}/delete", trashcan="TRUE")
        self.edit(f"asset/{RESTORED}/delete", trashcan="TRUE")
        self.edit(f"asset/{RESTORED}/restore")
        self.edit(f"asset/{UNPUBLISHED}/unpublish")
        self.edit(f"asset/{DELETED}/delete", delete="cascade")
        self.edit(f"asset/{INAPPROPRIATE}", is_inappropriate="TRUE")
        self.edit(f"asset/{PRIVATE}", isprivate="TRUE", owner_id="bob & <co>")
        self.write(self.put(STRANGE, SOME_TIME), STRANGE_VALUES)

    def edit(self, path: str, **form: str) -> None:
        """Do as an editor does, now."""
        self.model.sessions.keep(Session("EDITOR", self.model.clock(), self.ours.app_id))
        given = {"user_id": "alice", "is_app_admin": "TRUE", **form}
        answer = self.model.handle(Request.post(path, given, session="EDITOR"))
        assert answer.succeeded, answer.description

    def put(self, asset_id: str, at: datetime | None, owner: Application | None = None) -> Asset:
        """Put in an asset with a title, stamped *at*, and one mediafile named after it."""
        app_id = (owner or self.ours).app_id
        stamp = None if at is None else int(at.timestamp())
        file = Mediafile(mediafile_of(asset_id), asset_id, app_id, "alice", 0, 0)
        file.filename = f"{asset_id}.mp4"
        file.technical = {"mime_type": "video/mp4", "file_duration": "00:01:30.00"}
        asset = Asset(asset_id, app_id, "alice", 0, 0, stamp, stamp)
        asset.metadata = {PUBLISHED: ["TRUE"], TRASHCAN: ["FALSE"]}
        asset.mediafile_ids = [file.mediafile_id]
        self.write(asset, {"title": [f"Title of {asset_id}"]})
        self.model.store.mediafiles[file.mediafile_id] = file
        self.model.store.add_assets([asset])
        return asset

    def write(self, asset: Asset, values: Mapping[str, Sequence[str]]) -> None:
        """Give it these values as they are; no stamp moves."""
        known = self.model.store.properties_of(asset.app_id)
        numbers = {one.name: one.prop_id for one in known}
        asset.metadata |= {numbers[name]: [*texts] for name, texts in values.items()}


def mediafile_of(asset_id: str) -> str:
    """The id of the asset's mediafile."""
    return f"m{asset_id}"


@contextmanager
def real(world: World, keys: Keys | None = None) -> Iterator[RequestsAssetServer]:
    """The real adapter before the stand-in with this world."""
    with StandIn(world.model) as running, adapter_to(running, keys) as adapter:
        yield adapter


@contextmanager
def adapter_to(running: StandIn, keys: Keys | None = None) -> Iterator[RequestsAssetServer]:
    """The real adapter before this stand-in."""
    time = FakeTime()
    adapter = RequestsAssetServer(
        Connection(running.url, USER, "arn"),
        keys or Keys(),
        SETTINGS,
        sleep=time.sleep,
        monotonic=time.monotonic,
    )
    try:
        yield adapter
    finally:
        adapter.close()


def copy_of(world: World, clock: FakeClock | None = None) -> FakeAssetServer:
    """The fake with the assets that the model tells, and its mediafiles."""
    model = ModelAssetServer(world.model, world.ours)
    theirs = ModelAssetServer(world.model, world.theirs)
    fake = FakeAssetServer(clock or FakeClock(world.now), model.properties())
    for asset in (*walk(model, since=EVER), *walk(model), *walk(theirs)):
        fake.put_unstamped(asset)
    for one in world.model.store.mediafiles.values():
        fake.mediafiles[one.mediafile_id] = one.asset_id
    fake.give_away(FOREIGN)
    return fake


def walk(
    server: AssetServer, *, since: datetime | None = None, prefix: str = ""
) -> list[domain.Asset]:
    """Every row of a list, in pages."""
    found: list[domain.Asset] = []
    while True:
        window = Window(len(found), 60, with_total=True)
        page = server.page(window, since=since, prefix=prefix)
        found += page.assets
        if page.total is not None and len(found) >= page.total:
            return found
