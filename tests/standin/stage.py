"""A stand-in set up to replay recordings over HTTP."""

from __future__ import annotations

import gzip
from collections import deque
from http.client import HTTPConnection, HTTPMessage
from types import TracebackType
from typing import Self

from infra.local.mediamosa.answers import Answer, Request
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application, Asset, Session
from infra.local.mediamosa.standin import StandIn
from tests.standin import loading, recordings
from tests.standin.comparing import Allowed, differences
from tests.standin.recordings import HOST, Recording

# Headers of an answer that may differ, each with its reason.
HEADERS_LEFT_OUT = {
    "Content-Length": "the time taken has another number of digits; the body is compared itself",
    "Transfer-Encoding": "the server sends what exceeds its buffer in chunks",
    "X-Generator": "only on pages of the content system, and shortened in the recordings",
    "Connection": "Apache closes after a server error; compared where it was recorded",
}


class ScriptedIds(SeededIds):
    """Ids as they were recorded, then seeded ones."""

    def __init__(self) -> None:
        super().__init__("replay")
        self.script: deque[str] = deque()

    def new_id(self) -> str:
        return self.script.popleft() if self.script else super().new_id()

    def new_token(self) -> str:
        return self.script.popleft() if self.script else super().new_token()


class Stage:
    """One stand-in, its clock at the second of the exchange that is replayed."""

    def __init__(self) -> None:
        self.now = recordings.read("login-1-auth").date
        self.ids = ScriptedIds()
        self.model = MediaMosa(clock=lambda: self.now, ids=self.ids)
        self.first = self.model.add_application(Application(1, "testapp1", "secret-one"))
        self.second = self.model.add_application(Application(2, "testapp2", "secret-two"))
        self.model.add_application(Application(4, "testapp4", "secret-four", active=False))
        self.stand_in = StandIn(self.model)
        self.replayed: list[str] = []

    def __enter__(self) -> Self:
        self.stand_in.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stand_in.stop()

    def log_in(self) -> None:
        """Let the recorded cookies be logged in: the first application, and the second."""
        for number, app_id in (("1", 1), ("2", 2), ("3", 1)):
            self.model.sessions.keep(Session(f"SESSIONCOOKIE{number}", self.now, app_id))

    def load(self, name: str) -> list[Asset]:
        """Put the assets of a recording into the model."""
        items = recordings.read(name).items()
        return [loading.load_asset(self.model, self.first, item) for item in items]

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Do what was done between two recordings."""
        return self.model.handle(Request.post(path, form, session="SESSIONCOOKIE1"))

    def replay(
        self, name: str, allowed: Allowed | None = None, *, form: bytes | None = None
    ) -> None:
        """Replay one recording and compare everything with what was recorded."""
        recorded = recordings.read(name)
        self.now = recorded.date
        status, headers, body = self._ask(recorded, form)
        assert status == recorded.status, f"{name}: HTTP {status}"
        sent, kept = (_headers(one, recorded) for one in (dict(headers.items()), recorded.headers))
        assert sent == kept, f"{name}: {sorted(sent.items() ^ kept.items())}"
        if recorded.headers["Content-Type"].startswith("text/html"):
            assert body.startswith("<!DOCTYPE html")
        elif recorded.headers.get("Content-Encoding") == "gzip":
            assert "<response>" in body
        else:
            found = differences(recorded, body, allowed or {})
            assert not found, f"{name}: {found}"
        self.replayed.append(name)

    def _ask(self, recorded: Recording, form: bytes | None) -> tuple[int, HTTPMessage, str]:
        connection = HTTPConnection(self.stand_in.url.removeprefix("http://"), timeout=10)
        asked = {"Host": HOST, "Accept": recorded.accept or "*/*"}
        if recorded.cookie:
            asked["Cookie"] = f"SESSae732fe3014bb97e6142564d1695a3b3={recorded.cookie}"
        if recorded.accept_encoding:
            asked["Accept-Encoding"] = recorded.accept_encoding
        sent = recorded.form if form is None else form
        if recorded.method == "POST":
            asked["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.putrequest(
                recorded.method, recorded.target, skip_host=True, skip_accept_encoding=True
            )
            for header, value in {**asked, "Content-Length": str(len(sent))}.items():
                connection.putheader(header, value)
            connection.endheaders(sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return response.status, response.headers, content.decode()


def _headers(headers: dict[str, str], recorded: Recording) -> dict[str, str]:
    kept = {name.lower(): value for name, value in headers.items() if name not in HEADERS_LEFT_OUT}
    if recorded.headers["Content-Type"].startswith("text/html"):
        kept["content-type"] = kept["content-type"].lower()
    return kept
