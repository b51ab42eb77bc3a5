"""One MediaMosa with its editors, and the story of what it has held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Application, Asset
from mediamosa_sync.adapters.mediamosa import queries
from mediamosa_sync.domain.connection import Connection
from tests.scenarios.editors import Site
from tests.simulation.story import EDITOR, SYNC, Story

if TYPE_CHECKING:
    from tests.simulation.world import FakeServerClock, World

NAMES = ("title", "subject", "language")
"""The properties that take part: text, several texts, and a code that MediaMosa checks."""

NO_XML = "\ufffe"
"""No document may hold it: an editor's value with it makes every page with its asset malformed."""

ALWAYS = 1 << 40

POOL = ("K4", "B2", "T7", "E9", "R1", "H3", "W8", "M6", "C5", "N2", "A1", "Z0", "G8", "S4")
"""Ids that assets get in this order: new ones come before, between and behind the others."""


class SimulatedSite(Site):
    """What an editor can do here, and what becomes of it in the story.

    Attributes:
        known: ids of every asset that there ever was, in the order of their coming.
        changed: asset → moment at which an editor last did anything about it.
        unseen: asset → moment until which lists lacked it, of which no stamp tells; ALWAYS if so.
        clock_put_back, restored, lagged: moments of the last time; -1 if never.
    """

    def __init__(
        self,
        world: World,
        model: MediaMosa,
        application: Application,
        connection: Connection,
        clock: FakeServerClock,
    ) -> None:
        super().__init__(model, application)
        self.connection = connection
        self.clock = clock
        self.story = Story()
        self.known: list[str] = []
        self.clock_put_back = self.restored = self.lagged = -1
        self.changed: dict[str, int] = {}
        self.unseen: dict[str, int] = {}
        self._world = world
        self._backup: tuple[Any, ...] | None = None
        self._neighbour = Site(model, Application(application.app_id + 1, "neighbour", "key"))
        numbers = {one.name: one.prop_id for one in model.store.properties.values()}
        self.numbers = tuple((name, numbers[name]) for name in NAMES)

    @property
    def name(self) -> str:
        """As a person reads it in a history."""
        return self.application.name

    def id_of(self, number: int) -> str | None:
        """One of the assets that there ever were; None if there was none."""
        return self.known[number % len(self.known)] if self.known else None

    def lists(self, asset_id: str) -> bool:
        """Whether the asset exists, is the application's, and is not in the trashcan."""
        asset = self.model.store.assets.get(asset_id)
        return (
            asset is not None
            and asset.app_id == self.application.app_id
            and asset.metadata.get(TRASHCAN) != ["TRUE"]
        )

    def is_foreign(self, asset_id: str) -> bool:
        """Whether it belongs to another application now."""
        asset = self.model.store.assets.get(asset_id)
        return asset is not None and asset.app_id != self.application.app_id

    def is_published(self, asset_id: str) -> bool:
        """Whether it is; the asset exists."""
        return self.asset(asset_id).metadata.get(PUBLISHED) != ["FALSE"]

    def is_unreadable(self, asset_id: str) -> bool:
        """Whether no answer that holds its metadata is XML."""
        return any(NO_XML in one for one in self.story.now(asset_id, "title"))

    def note_lag(self) -> None:
        """Somebody asks: note when lists lacked perhaps what had been changed just before."""
        store, now = self.model.store, self.model.clock()
        late = (one for changes in store.late.values() for one in changes)
        if store.list_lag_seconds > 0 or any(one.visible > now for one in late):
            self.lagged = self._world.moment

    # What editors do; each returns whether it could be done.

    def bring(self) -> bool:
        """A new asset."""
        if len(self.known) == len(POOL):
            return False
        asset_id = POOL[len(self.known)]
        self.known.append(asset_id)
        self.add(asset_id)
        self._told(asset_id)
        return True

    def set(self, asset_id: str, name: str, values: tuple[str, ...]) -> bool:
        """Change one property; no values clear it."""
        if not self.lists(asset_id):
            return False
        self.post(f"asset/{asset_id}/metadata", *queries.update("alice", {name: values})[2:])
        self._told(asset_id)
        return True

    def put_away(self, asset_id: str, *, for_good: bool) -> bool:
        """Delete, or put into the trashcan."""
        if asset_id not in self.model.store.assets or self.is_foreign(asset_id):
            return False
        (self.delete if for_good else self.trash)(asset_id)
        self._touched(asset_id)
        return True

    def take_back(self, asset_id: str) -> bool:
        """Out of the trashcan."""
        if asset_id not in self.model.store.assets or self.lists(asset_id):
            return False
        if self.is_foreign(asset_id):
            return False
        self.restore(asset_id)
        self._touched(asset_id)
        return True

    def hand_over(self, asset_id: str) -> bool:
        """Give it to another application, or have it back; nothing tells of it."""
        if self.is_foreign(asset_id):
            self.give_away(asset_id, self)
        elif self.lists(asset_id):
            self.give_away(asset_id, self._neighbour)
        else:
            return False
        self._touched(asset_id)
        self.unseen[asset_id] = self.changed[asset_id]
        return True

    def lose_sight(self, asset_id: str) -> bool:
        """Lists lack it from now on, or no longer, though it is there; as :meth:`let_lag`."""
        if asset_id in self.model.store.late:
            self.show(asset_id)
            self.unseen[asset_id] = self._world.moment
        elif self._may_lag() and self.lists(asset_id):
            self.hide(asset_id)
            self.unseen[asset_id] = ALWAYS
        else:
            return False
        return True

    def publish(self, asset_id: str, *, published: bool) -> bool:
        """Publish or unpublish."""
        if not self.lists(asset_id):
            return False
        self.post(f"asset/{asset_id}/{'publish' if published else 'unpublish'}")
        self._touched(asset_id)
        return True

    def mark(self, asset_id: str, field: str, *, on: bool) -> bool:
        """Private or inappropriate; no stamp moves."""
        if not self.lists(asset_id):
            return False
        if getattr(self.asset(asset_id), _ATTRIBUTES[field]) is on:
            return False
        self.change(asset_id, **{field: "TRUE" if on else "FALSE"})
        self._touched(asset_id)
        return True

    def back_up(self) -> None:
        """Those who run it make a backup."""
        store = self.model.store
        self._backup = (
            {name: asset.copy() for name, asset in store.assets.items()},
            dict(store.mediafiles),
            dict(store.tombstones),
        )

    def restore_backup(self) -> bool:
        """Those who run it go back to the last backup: assets vanish, revive and grow younger."""
        if self._backup is None:
            return False
        assets, mediafiles, tombstones = self._backup
        store = self.model.store
        for table in (store.assets, store.late, store._ids, store._by_modified):
            table.clear()
        store.mediafiles = dict(mediafiles)
        store.tombstones = dict(tombstones)
        store.add_assets(asset.copy() for asset in assets.values())
        self.restored = self._world.next_moment()
        self.changed.update(dict.fromkeys(self.known, self.restored))
        self.story.rewind(store.assets.values(), self.numbers, self.restored)
        return True

    def put_clock(self, seconds: int) -> None:
        """Its clock is put forwards, or back; its lists have caught up by then.

        With both at once an older value may bear a younger stamp, until the list has caught up:
        docs/promises.md says so.
        """
        self.clock.offset += seconds
        if seconds < 0:
            self.clock_put_back = self._world.moment
            self.let_lag(0)

    def let_lag(self, seconds: int) -> bool:
        """From now on its lists show a change so much later; not once its clock was put back.

        Nor in the hour that comes twice: it is as if the clock by which it tells were put back.
        """
        if seconds and not self._may_lag():
            return False
        self.model.store.list_lag_seconds = seconds
        if not seconds:
            self.model.store.late.clear()
            for asset_id, until in self.unseen.items():
                self.unseen[asset_id] = min(until, self._world.moment)
        return True

    def _may_lag(self) -> bool:
        return self.clock_put_back < 0 and not self._world.setting.autumn

    # What requests do.

    def carry_out(self, request: Request) -> None:
        """The server handles a request whose client hears nothing of it."""
        self.model.handle(request)
        self.noted(request)

    def noted(self, request: Request) -> None:
        """A request that may have changed an asset was carried out."""
        if request.path.endswith("/metadata"):
            asset = self.model.store.assets.get(request.path.split("/")[1])
            if asset is not None:
                self._note(asset, SYNC)

    def _touched(self, asset_id: str) -> None:
        self.changed[asset_id] = self._world.next_moment()

    def _told(self, asset_id: str) -> None:
        self._touched(asset_id)
        self._note(self.asset(asset_id), EDITOR)

    def _note(self, asset: Asset, by: str) -> None:
        moment = self._world.next_moment()
        self.story.note(asset, self.numbers, moment, self.model.clock(), by)


_ATTRIBUTES = {"isprivate": "private", "is_inappropriate": "inappropriate"}
