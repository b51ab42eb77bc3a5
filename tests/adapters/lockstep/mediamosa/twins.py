"""Two MediaMosas with the same things in them: one behind the model's fake, one behind HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.records import Session
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.errors import AssetServerError, NotMediaMosa, Troubled, Unavailable
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa.world import World, adapter_to
from tests.fakes.mediamosa import ModelAssetServer

PLANTED = 14
BEGINNINGS = (
    datetime(2025, 10, 25, 23, 40, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 50, tzinfo=UTC),
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
)
"""Before the local hour that happens twice, before the one that never does, and any other time."""

TROUBLES: dict[str, type[AssetServerError]] = {
    "down": Unavailable,
    "html_500": Unavailable,
    "maintenance": Unavailable,
    "html_200": NotMediaMosa,
    "deadlock": Troubled,
}
"""What the stand-in does instead of answering, and what the port says of it."""
LOST = "reply_lost"
"""The call is carried out, and its answer does not come."""


class ApartIds:
    """Ids of assets that do not depend on how often somebody logs in."""

    def __init__(self) -> None:
        self._ids, self._tokens = SeededIds("ids"), SeededIds("tokens")

    def new_id(self) -> str:
        """The next id."""
        return self._ids.new_id()

    def new_token(self) -> str:
        """The next token."""
        return self._tokens.new_token()


@dataclass(slots=True)
class Twins:
    """Both worlds and their servers; what is done to one is done to the other.

    Attributes:
        reference: the fake over the model.
        subject: the real adapter before the stand-in.
    """

    worlds: tuple[World, World]
    running: StandIn
    reference: ModelAssetServer
    subject: AssetServer
    mediafiles: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """What both servers' clocks show."""
        return self.worlds[0].now

    def set_clock(self, now: datetime) -> None:
        """Let both servers' clocks show *now*."""
        for world in self.worlds:
            world.now = now

    def edit(self, path: str, form: dict[str, str], *, foreign: bool) -> list[tuple[int, str]]:
        """An editor's call of both models; what they answered."""
        return [_edited(world, path, form, foreign=foreign) for world in self.worlds]

    def ids(self) -> list[str]:
        """Every asset that is or was there, also another application's."""
        store = self.worlds[0].model.store
        return sorted({*store.assets, *store.tombstones})

    def files(self) -> list[str]:
        """Every mediafile, also another application's."""
        return sorted(self.worlds[0].model.store.mediafiles)

    @contextmanager
    def trouble(self, kind: str) -> Iterator[None]:
        """Let every request go wrong, as the stand-in does and as the port says of it."""
        if kind == LOST:
            path, method = "asset/*/metadata", "POST"
            self.reference.after = _lost
        else:
            path, method = "*", ""
            self.reference.before = _failing(TROUBLES[kind])
        self.running.control.faults.add(Fault(kind, times=None, path=path, method=method))
        try:
            yield
        finally:
            self.running.control.faults.clear()
            self.reference.before = self.reference.after = _passed


@contextmanager
def twins(beginning: datetime) -> Iterator[Twins]:
    """Two fresh worlds at that time."""
    worlds = (World(PLANTED, ApartIds()), World(PLANTED, ApartIds()))
    with StandIn(worlds[1].model) as running, adapter_to(running) as subject:
        pair = Twins(worlds, running, ModelAssetServer(worlds[0].model, worlds[0].ours), subject)
        pair.set_clock(beginning)
        yield pair


def _edited(world: World, path: str, form: dict[str, str], *, foreign: bool) -> tuple[int, str]:
    application = world.theirs if foreign else world.ours
    world.model.sessions.keep(Session("EDITOR", world.model.clock(), application.app_id))
    given = {"user_id": "alice", "is_app_admin": "TRUE", **form}
    answer = world.model.handle(Request.post(path, given, session="EDITOR"))
    return answer.result_id, answer.description


def _failing(kind: type[AssetServerError]) -> Callable[[Request], None]:
    def fail(_: Request) -> None:
        raise kind("It is not to be had.")

    return fail


def _lost(request: Request) -> None:
    if request.method == "POST" and request.path != "login":
        raise Unavailable("The answer was lost.")


def _passed(_: Request) -> None:
    """No event."""
