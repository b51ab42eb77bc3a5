"""A server on the loopback interface for a fake API."""

from __future__ import annotations

import sys
import threading
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.browser.fake_api import FakeApi


class Stage:
    """A running server for a fake API; `stop` and `start` are an outage at the same address."""

    def __init__(self, api: FakeApi) -> None:
        self.api = api
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/{self.api.stage}/page"

    def start(self) -> None:
        """Listen; one that does already goes on."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self._port), self)
            self._port = self._server.server_port
            self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
            self._thread.start()

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._server.hang_up()
            self._thread.join()
            self._server = None


class _Server(ThreadingHTTPServer):
    # A browser keeps idle connections open for minutes; the test does not wait for them.
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], stage: Stage) -> None:
        self.stage = stage
        self._open: set[Any] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what browsers keep open, as a server does that is gone."""
        for request in [*self._open]:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that closes a page drops what it had asked for: no fault of anybody's.
        if not isinstance(sys.exception(), (ConnectionError, ValueError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out together: no waiting for the other side's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        api = self.server.stage.api
        answer = api.answer(self.command, self.path, headers, body)
        self.send_response_only(answer.status)
        self.send_header("Date", format_datetime(api.now, usegmt=True))
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def do_DELETE(self) -> None:
        self._respond()

    def log_message(self, *_: object) -> None:
        """Keep the test's output for the test."""
