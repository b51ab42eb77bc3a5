"""The stage as the page sees it: its static files and an API that answers whatever a test gives it.

On the loopback interface. The static files come from the page's own handler, so that a page which
breaks its Content-Security-Policy breaks here.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from functions.page.handler import lambda_handler

VIEWER = "viewer-token"
OPERATOR = "operator-token"
# The instant of the described examples: their next run is 40 seconds ahead.
NOW = datetime(2026, 11, 23, 14, 4, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str]


def json_answer(status: int, body: object, **headers: str) -> Answer:
    media_type = "application/problem+json" if status >= 400 else "application/json"
    return Answer(status, json.dumps(body).encode(), {"Content-Type": media_type} | headers)


def problem(status: int, name: str, detail: str) -> Answer:
    title = name.replace("-", " ").capitalize()
    body = {"type": f"/problems/{name}", "title": title, "status": status, "detail": detail}
    return json_answer(status, body)


@dataclass(slots=True)
class FakeApi:
    """What the API is to answer, and what it was asked. Tests change it while the page runs."""

    stage: str
    now: datetime
    statuses: list[dict[str, Any]] = field(default_factory=list)
    failing_with: int | None = None
    requests: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, request: str) -> int:
        """Return how many requests began so, such as "GET connections", whatever was answered."""
        with self.lock:
            return sum(each.startswith(request) for each in self.requests)

    def answer(self, method: str, path: str, headers: dict[str, str]) -> Answer:
        name = path.removeprefix(f"/{self.stage}/")
        with self.lock:
            self.requests.append(f"{method} {name}")
            if name == "page" or name.startswith("page/"):
                return static(name.removeprefix("page").removeprefix("/") or None)
            if self.failing_with:
                return problem(self.failing_with, "internal", "The request could not be done.")
            return self._guarded(method, name, headers)

    def _guarded(self, method: str, name: str, headers: dict[str, str]) -> Answer:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token not in {VIEWER, OPERATOR}:
            return problem(401, "unauthorized", "Send a known token.")
        if method == "GET" and name == "connections":
            return self._list(headers)
        if method == "POST" and name.endswith("/restart"):
            if token == VIEWER:
                return problem(403, "forbidden", "A viewer may look only.")
            return self._restart(name.split("/")[1])
        return problem(404, "not-found", "There is nothing at this address.")

    def _list(self, headers: dict[str, str]) -> Answer:
        body = {"items": self.statuses, "next": None}
        etag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:16]}"'
        if headers.get("if-none-match") == etag:
            self.requests[-1] += " (unchanged)"
            return Answer(304, b"", {"ETag": etag})
        return json_answer(200, body, ETag=etag)

    def _restart(self, connection_id: str) -> Answer:
        for status in self.statuses:
            if status["connection_id"] == connection_id:
                status["restart_requested_at"] = (
                    status["restart_requested_at"] or f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
                )
                if status["state"] not in {"paused", "failing", "held"}:
                    status["state"] = "requested"
                return json_answer(
                    202, {key: status[key] for key in ("restart_requested_at", "next_run")}
                )
        return problem(404, "connection-not-found", "There is no connection with this id.")


def static(name: str | None) -> Answer:
    """Answer as the deployed page does, with its Content-Security-Policy."""
    response = lambda_handler({"pathParameters": {"file": name} if name else None}, None)
    return Answer(response["statusCode"], response["body"].encode(), response["headers"])


class Stage:
    """A running server for a fake API; `stop` and `start` are an outage at the same address."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/{self.api.stage}/page"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), handler_for(self.api))
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None


class _Server(ThreadingHTTPServer):
    # A browser keeps idle connections open for minutes; the test does not wait for them.
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that closes a page drops what it had asked for: no fault of anybody's.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def handler_for(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond("GET")

        def do_POST(self) -> None:
            self._respond("POST")

        def _respond(self, method: str) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = api.answer(method, self.path, headers)
            self.send_response_only(answer.status)
            self.send_header("Date", format_datetime(api.now, usegmt=True))
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output for the test."""

    return Handler


@contextmanager
def running(api: FakeApi) -> Iterator[Stage]:
    stage = Stage(api)
    stage.start()
    try:
        yield stage
    finally:
        stage.stop()
