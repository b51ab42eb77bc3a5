"""MediaMosa's side of the tests: recorded and made-up answers, a login that checks the key."""

from __future__ import annotations

import hashlib
import itertools
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from mediamosa_sync.adapters.mediamosa.addresses import Resolver, resolve
from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.walk import Window
from tests.adapters.mediamosa.scripted import Reply, ScriptedServer, Seen, http, scripted

RECORDINGS = Path(__file__).parents[2] / "recordings"
USER, KEY = "testapp1", "secret-one"
SETTINGS = Settings(allowed_hosts=frozenset({"127.0.0.1"}), allow_http=True)
WINDOW = Window(offset=0, limit=100, with_total=True)


class FakeTime:
    """A clock that only sleeping moves, or a test; remembers the pauses."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class Dice(Random):
    """Always throws the middle: a pause before a repeat is three quarters of its longest."""

    def random(self) -> float:
        return 0.5


@dataclass
class Keys:
    """A key store: the cached key, and the one that a fresh look finds."""

    cached: str = KEY
    fresh: str = KEY
    asked: list[bool] = field(default_factory=list)

    def __call__(self, *, fresh: bool) -> str:
        self.asked.append(fresh)
        return self.fresh if fresh else self.cached


def recorded(name: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of the answer in a recording."""
    text = (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8")
    response = text.partition("### RESPONSE")[2].partition("\n")[2]
    head, _, body = response.partition("\n\n")
    status, *lines = head.split("\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return status.removeprefix("HTTP/1.1 "), headers, body.rstrip("\n").encode()


def replayed(name: str) -> bytes:
    """The answer of a recording, as sent over the wire."""
    status, headers, body = recorded(name)
    kept = {key: headers[key] for key in ("Set-Cookie",) if key in headers}
    return http(
        body,
        status=status,
        content_type=headers["Content-Type"],
        date=headers["Date"],
        headers=kept,
    )


def xml(
    items: Iterable[str] = (),
    *,
    result_id: int = 601,
    description: str = "",
    count: int | None = None,
    total: int | None = None,
    offset: int = 0,
) -> str:
    """A classic envelope around `items`; counts are true unless given."""
    items = list(items)
    count = len(items) if count is None else count
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<response><header>'
        f"<item_count>{count}</item_count>"
        f"<item_count_total>{count if total is None else total}</item_count_total>"
        f"<item_offset>{offset}</item_offset>"
        f"<request_result_description>{description}</request_result_description>"
        f"<request_result_id>{result_id}</request_result_id>"
        f"</header><items>{inner}</items></response>"
    )


def asset_xml(asset_id: str, title: str = "A title") -> str:
    """A short item of a list."""
    return (
        f"<asset_id>{asset_id}</asset_id><owner_id>alice</owner_id>"
        "<videotimestamp>2026-11-22 08:20:02</videotimestamp>"
        "<videotimestampmodified>2026-11-22 08:20:04</videotimestampmodified>"
        f"<dublin_core><title>{title}</title><creator/></dublin_core>"
    )


def long_asset_xml(asset_id: str) -> str:
    """An item as long as the recorded ones."""
    body = recorded("asset-list-2-items")[2].decode()
    item = body.partition("<item>")[2].partition("</item>")[0]
    first = item.partition("<asset_id>")[2].partition("</asset_id>")[0]
    return item.replace(first, asset_id)


def ids(number: int, prefix: str = "B") -> list[str]:
    """Asset ids in ascending order."""
    return [f"{prefix}{index:023}" for index in range(number)]


@dataclass
class MediaMosa:
    """Logs people in who know the key; everything else is answered from `script`, in order.

    Its last answer is repeated. `sessions` numbers the cookies that were given out.
    """

    script: list[Reply]
    key: str = KEY
    user: str = USER
    sessions: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    challenge: str = "8a08cd7cbb0773c5bfce0a0f6d89cc72"
    digests: list[str] = field(default_factory=list)

    def __call__(self, request: Seen) -> Reply:
        if request.path == "/login":
            return self.login(request)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def login(self, request: Seen) -> bytes:
        word, *rest = request.form["dbus"].split(" ")
        if word == "AUTH":
            if rest != ["DBUS_COOKIE_SHA1", self.user]:
                return self.dbus("ERROR invalid account", 1600)
            cookie = f"SESSae73=COOKIE-VALUE-{next(self.sessions)}; path=/; HttpOnly"
            return self.dbus(f"DATA vpx 0 {self.challenge}", headers={"Set-Cookie": cookie})
        if "SESSae73" not in request.headers.get("cookie", ""):
            return self.dbus("ERROR mechanism not specified", 1600)
        nonce, digest = rest
        self.digests.append(digest)
        proof = f"{self.challenge}:{nonce}:{self.key}"
        if hashlib.sha1(proof.encode(), usedforsecurity=False).hexdigest() != digest:
            return self.dbus("REJECTED", 1600)
        return self.dbus("OK server_guid")

    def dbus(
        self, text: str, result_id: int = 601, headers: Mapping[str, str] | None = None
    ) -> bytes:
        body = xml([f"<dbus>{text}</dbus>"], result_id=result_id, description=f"DBUS {text}")
        return http(body, headers=headers)


@dataclass
class Scene:
    """A server, the adapter that speaks to it, and what both remember."""

    mosa: MediaMosa
    server: ScriptedServer
    adapter: RequestsAssetServer
    time: FakeTime
    keys: Keys


@contextmanager
def scene(
    *script: Reply,
    mosa: MediaMosa | None = None,
    keys: Keys | None = None,
    settings: Settings = SETTINGS,
    connection: Connection | None = None,
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Scene]:
    """The adapter before a server that logs in and then answers from `script`."""
    mosa = MediaMosa([*script]) if mosa is None else mosa
    keys = Keys() if keys is None else keys
    time = FakeTime()
    with scripted(mosa, tls=tls) as server:
        connection = connection or Connection(server.url, USER, "arn:secret")
        adapter = RequestsAssetServer(
            replace(connection, url=connection.url.replace("PORT", str(server.port))),
            keys,
            settings,
            sleep=time.sleep,
            monotonic=time.monotonic,
            random=Dice(),
            resolver=resolver,
        )
        try:
            yield Scene(mosa, server, adapter, time, keys)
        finally:
            adapter.close()
