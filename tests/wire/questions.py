"""What is asked, how the stand-in and the recorded server answer it, and what may come of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random

from infra.local.mediamosa import envelope
from infra.local.mediamosa.answers import Request as Asked
from infra.local.mediamosa.records import Session
from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.domain.walk import Window
from tests.adapters.mediamosa.support import KEY, recorded
from tests.adapters.mediamosa.world import (
    EVER,
    FOREIGN,
    NEVER,
    STRANGE,
    TRASHED,
    UNPUBLISHED,
    World,
    mediafile_of,
)
from tests.wire import reading
from tests.wire.draft import INSTANT, Draft

COOKIE = "COOKIE-VALUE-7f3a9c51e0"
CHALLENGE = "8a08cd7cbb0773c5bfce0a0f6d89cc72"
NONCE = 0x0123456789ABCDEF
DIGEST = hashlib.sha1(f"{CHALLENGE}:{NONCE:016x}:{KEY}".encode(), usedforsecurity=False).hexdigest()
SECRETS = (KEY, COOKIE, DIGEST)
"""What may stand in no message: a hostile server can repeat all of it but the key."""


class Dice(Random):
    """A client's randomness that is none, so that the login's digest is known beforehand."""

    def random(self) -> float:
        return 0.5

    def getrandbits(self, _bits: int, /) -> int:
        return NONCE


@dataclass(frozen=True, slots=True)
class Question:
    """One call of the port.

    Attributes:
        method: the port's method; ``login`` for one whose login is what goes wrong.
        path: of the request whose answer is mutated.
        marker: what stands in that request's body; b"" for any.
        body: the true answer.
        ask: makes the call.
        read: the strict reading of an answer, of its body and its date; raises Contradiction.
    """

    name: str
    method: str
    path: str
    body: bytes
    ask: Callable[[RequestsAssetServer], object]
    read: Callable[[bytes, datetime | None], object]
    marker: bytes = b""


def _page(
    name: str, body: bytes, window: Window, since: datetime | None = None, prefix: str = ""
) -> Question:
    return Question(
        name,
        "page",
        "/asset",
        body,
        lambda server: server.page(window, since=since, prefix=prefix),
        lambda sent, date: reading.page(sent, date, window, prefix),
    )


def _ids(name: str, body: bytes, window: Window, prefix: str = "") -> Question:
    return Question(
        name,
        "ids",
        "/asset",
        body,
        lambda server: server.ids(window, since=None, prefix=prefix),
        lambda sent, date: reading.ids(sent, date, window, prefix),
    )


def _assets(name: str, body: bytes, *wanted: str) -> Question:
    return Question(
        name,
        "assets",
        "/assets",
        body,
        lambda server: server.assets(wanted),
        lambda sent, _: reading.assets(sent, wanted),
    )


def _prove(name: str, body: bytes, asset_id: str) -> Question:
    return Question(
        name,
        "prove",
        f"/asset/{asset_id}",
        body,
        lambda server: server.prove(asset_id),
        lambda sent, _: reading.proof(sent, asset_id),
    )


def _mediafile(name: str, body: bytes, mediafile_id: str) -> Question:
    return Question(
        name,
        "mediafile_asset",
        f"/mediafile/{mediafile_id}",
        body,
        lambda server: server.mediafile_asset(mediafile_id),
        lambda sent, _: reading.mediafile(sent, mediafile_id),
    )


def _properties(name: str, body: bytes) -> Question:
    return Question(
        name,
        "properties",
        "/metadata_tag",
        body,
        lambda server: server.properties(),
        lambda sent, _: reading.properties(sent),
    )


def _write(name: str, body: bytes, asset_id: str, *sent_names: str) -> Question:
    values = dict.fromkeys(sent_names, ("A value",))
    return Question(
        name,
        "write",
        f"/asset/{asset_id}/metadata",
        body,
        lambda server: server.write(asset_id, "alice", values),
        lambda sent, _: reading.stored(sent, frozenset(sent_names)),
    )


def _login(name: str, body: bytes, marker: bytes, word: str) -> Question:
    """A login, of which nothing is seen but the answer to the honest list after it."""
    after = _ids("after it", _stand_in().ids, Window(0, 5, with_total=True))
    truth = after.read(after.body, INSTANT)

    def read(sent: bytes, _: datetime | None) -> object:
        reading.login(sent, word)
        return truth

    return Question(name, "login", "/login", body, after.ask, read, marker)


def dbus(text: str) -> bytes:
    """An honest answer of the login."""
    body = recorded("login-1-auth")[2].decode()
    start, _, rest = body.partition("<dbus>")
    return f"{start}<dbus>{text}</dbus>{rest.partition('</dbus>')[2]}".encode()


def honest_login(request_body: bytes) -> Draft:
    """What an honest server answers to a login."""
    if b"AUTH" in request_body:
        answer = dbus(f"DATA vpx 0 {CHALLENGE}")
        return Draft(answer, answer).with_header(
            f"Set-Cookie: SESSae73={COOKIE}; path=/; HttpOnly".encode()
        )
    answer = dbus("OK server_guid")
    return Draft(answer, answer)


class _StandIn:
    """Answers of the stand-in's model, as its envelope writes them."""

    def __init__(self) -> None:
        self.model = World().model
        self.model.sessions.keep(Session("WIRE", self.model.clock(), 1))
        self.ids = self.get("asset", **_LIST, limit="5", return_asset_ids="TRUE")

    def get(self, path: str, **query: str) -> bytes:
        return self.get_pairs(path, *query.items())

    def get_pairs(self, path: str, *query: tuple[str, str]) -> bytes:
        answer = self.model.handle(Asked.get(path, query, session="WIRE"))
        return envelope.write(answer).encode()

    def post(self, path: str, **form: str) -> bytes:
        answer = self.model.handle(Asked.post(path, form, session="WIRE"))
        return envelope.write(answer).encode()


_LIST = {
    "published": "ALL",
    "trashcan": "ALL",
    "is_app_admin": "TRUE",
    "granted": "TRUE",
    "order_by": "asset_id",
    "order_direction": "asc",
    "calculate_total_count": "TRUE",
}
_SINGLE = {"trashcan": "TRUE", "is_app_admin": "TRUE", "show_stills": "FALSE"}


@cache
def _stand_in() -> _StandIn:
    return _StandIn()


def _lists() -> list[Question]:
    told = _stand_in()
    since = {"cql": f'videotimestampmodified >= "{EVER:%Y-%m-%dT%H:%M:%S}"', "show_deleted": "TRUE"}
    strange = {"cql": f'asset_id == "^{STRANGE}"'}
    two = recorded("asset-list-2-items")[2]
    none = recorded("asset-list-offset-past-end")[2]
    return [
        _page("recorded list", two, Window(0, 2, with_total=True)),
        _page("list past its end", none, Window(10000, 100, with_total=True)),
        _page("list", told.get("asset", **_LIST, limit="3"), Window(0, 3, with_total=True)),
        _page(
            "list with tombstones",
            told.get("asset", **_LIST, **since, limit="8"),
            Window(0, 8, with_total=False),
            since=EVER,
        ),
        _page(
            "list by prefix",
            told.get("asset", **_LIST, **strange, limit="9"),
            Window(0, 9, with_total=True),
            prefix=STRANGE,
        ),
        _page(
            "list further on",
            told.get("asset", **_LIST, limit="3", offset="40"),
            Window(40, 3, with_total=True),
        ),
        _page(
            "logged out",
            recorded("asset-list-session-expired")[2],
            Window(0, 3, with_total=True),
        ),
        _ids("ids", told.ids, Window(0, 5, with_total=True)),
        _ids("recorded ids", recorded("asset-list-ids-only")[2], Window(0, 5, with_total=True)),
    ]


def _singles() -> list[Question]:
    told = _stand_in()
    three = (TRASHED, UNPUBLISHED, STRANGE)
    pairs = [("asset_id[]", one) for one in three]
    several = told.get_pairs("assets", *pairs, ("trashcan", "ALL"), ("is_app_admin", "TRUE"))
    none = recorded("assets-by-ids-none-exist")[2]
    known, gone = "A2MImpUfRQIaOMmQKPxxgkpm", "NOSUCHASSETNOSUCHASSET11"
    file, no_file = "u1ssPRnYUc9YdAMeMYl4XqI8", "NOSUCHMEDIAFILE1111111"
    mediafile = mediafile_of(TRASHED)
    return [
        _assets("assets", several, *three),
        _assets("no assets", none, gone),
        _prove("recorded asset", recorded("asset-get")[2], known),
        _prove("strange asset", told.get(f"asset/{STRANGE}", **_SINGLE), STRANGE),
        _prove("recorded gone", recorded("asset-get-not-found")[2], gone),
        _prove("gone", told.get(f"asset/{NEVER}", **_SINGLE), NEVER),
        _prove("foreign", told.get(f"asset/{FOREIGN}", **_SINGLE), FOREIGN),
        _mediafile("recorded mediafile", recorded("mediafile-get")[2], file),
        _mediafile("recorded no mediafile", recorded("mediafile-get-not-found")[2], no_file),
        _mediafile("mediafile", told.get(f"mediafile/{mediafile}"), mediafile),
    ]


def _others() -> list[Question]:
    told = _stand_in()
    written = "Q2VSenUgd7VHgagEEHGJpmTb"
    several = recorded("metadata-update-several-fields")[2]
    return [
        _properties(
            "properties", told.get("metadata_tag", include_default_definitions="TRUE", limit="200")
        ),
        _write("write", several, written, "title", "description", "subject"),
        _write("cleared", recorded("metadata-clear-field")[2], written, "title"),
        _write("refused", recorded("metadata-bad-date")[2], written, "created"),
        _write("no emoji", recorded("value-emoji-post")[2], written, "title"),
        _write("deadlock", recorded("parallel-writers-deadlock")[2], written, "title"),
        _login("login 1", dbus(f"DATA vpx 0 {CHALLENGE}"), b"AUTH", "DATA "),
        _login("login 2", dbus("OK server_guid"), b"DATA", "OK"),
        _login("login refused", recorded("login-2-data-wrong-secret")[2], b"DATA", "OK"),
    ]


@cache
def questions() -> tuple[Question, ...]:
    """All of them, made once."""
    return (*_lists(), *_singles(), *_others())
