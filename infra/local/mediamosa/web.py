"""The HTTP skin over the model: HTTP/1.1 as Apache and PHP spoke it when recorded (§ 1, § 14)."""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter
from urllib.parse import parse_qsl, unquote

from infra.local.mediamosa import control, envelope, faults
from infra.local.mediamosa.answers import NOT_FOUND, Answer, Request
from infra.local.mediamosa.control import Control, LoggedRequest
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.model import BUILD, VERSION

IDLE_SECONDS = 5.0
MAXIMUM_ADDRESS = 8150
_MAXIMUM_BODY = 64 * 1024 * 1024
_COOKIE_SECONDS = 2_000_000
_NAME_DIGITS = 32
_OK, _NOT_FOUND, _TOO_LARGE, _TOO_LONG, _SERVER_ERROR = 200, 404, 413, 414, 500
_XML = "text/xml; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_APACHE_HTML = "text/html; charset=iso-8859-1"
_CLOSE = ("Connection", "close")
_NO_CACHE = (
    ("Expires", "Sun, 19 Nov 1978 05:00:00 GMT"),
    ("Cache-Control", "no-cache, must-revalidate"),
    ("X-Content-Type-Options", "nosniff"),
)
_PAGE_HEADERS = (("Content-Language", "en"), ("X-Frame-Options", "SAMEORIGIN"))
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Reply:
    """What goes over the wire; `result_id` is for the log."""

    body: bytes
    content_type: str = _XML
    status: int = _OK
    reason: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    result_id: int | None = None


class Server(ThreadingHTTPServer):
    """The listening server; it knows its open connections, so that it can end them."""

    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, switches: Control, idle_seconds: float) -> None:
        self.control = switches
        self.idle_seconds = idle_seconds
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection."""
        self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        self._open.discard(connection)

    def end_connections(self) -> None:
        """End every open connection and every slow answer."""
        self.stopping.set()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Say nothing about a client that went away; everything else is shown as usual."""
        if isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ValueError)):
            return
        super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection: keep-alive, closed without a word after some idle seconds (§ 14)."""

    protocol_version = "HTTP/1.1"
    server_version = "Apache/2.4.62 (Debian)"
    sys_version = ""
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self.connection.settimeout(self.server.idle_seconds)
        self.server.opened(self.connection)

    def finish(self) -> None:
        """End a connection."""
        self.server.closed(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_HEAD(self) -> None:
        """Answer a HEAD: a GET without its body."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Answer a DELETE: only the stand-in's own switches have it."""
        self._serve()

    def version_string(self) -> str:
        """Return the Server header as recorded."""
        return self.server_version

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header, of the model's clock: it is the second of the stamps."""
        seconds = self.server.control.model.clock() if timestamp is None else timestamp
        return datetime.fromtimestamp(seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")

    def log_message(self, *_: object) -> None:
        """Write no log: the request log is in memory."""

    def _serve(self) -> None:
        started = perf_counter()
        form = self._form()
        path = "/".join(part for part in unquote(self.path.partition("?")[0]).split("/") if part)
        if form is None:
            self._send(_Reply(b"", _HTML, _TOO_LARGE))
        elif path.startswith(f"{control.PATH}/"):
            self._control(path, form)
        elif len(self.path) > MAXIMUM_ADDRESS:
            text = "The requested URL's length exceeds the capacity limit for this server."
            page = faults.html("Request-URI Too Long", text).encode()
            self._send(
                _Reply(page, _APACHE_HTML, _TOO_LONG, "Request-URI Too Long", headers=(_CLOSE,))
            )
        else:
            self._call(path, form, started)

    def _call(self, path: str, form: list[tuple[str, str]], started: float) -> None:
        with self.server.control.lock:
            hit = self.server.control.faults.take(self.command, path)
        if "slow" in hit:
            self.server.stopping.wait(hit["slow"].seconds)
        query = _pairs(self.path.partition("?")[2])
        address = self.path.lstrip("/")
        request = Request(self.command, path, address, query, form, self._session())
        reply = self._reply(request, hit, started)
        self._log(request, reply)
        if reply is None:
            self._reset()
            return
        self._send(reply)
        if "drop_keep_alive" in hit:
            self.close_connection = True

    def _reply(self, request: Request, hit: Mapping[str, Fault], started: float) -> _Reply | None:
        """Return what is to be sent, None for a reset."""
        page = next((kind for kind in hit if kind in faults.HTML_PAGES), None)
        if "down" in hit:
            return None
        if "delayed" in hit:
            self.server.control.hold(request)
            return None
        if page is not None:
            status, title, text = faults.HTML_PAGES[page]
            closing = (_CLOSE,) if status >= _SERVER_ERROR else ()
            return _Reply(faults.html(title, text).encode(), _HTML, status, title, closing)
        answer = self._answer(request, hit)
        if "reply_lost" in hit:
            return None
        model = self.server.control.model
        if answer.result_id == NOT_FOUND and not answer.call_class and not model.settings.rest_only:
            body = faults.html("Page not found", "The requested page could not be found.").encode()
            return _Reply(body, _HTML, _NOT_FOUND, headers=(*_NO_CACHE, *_PAGE_HEADERS))
        xml = faults.spoil(envelope.write(answer, perf_counter() - started), hit)
        headers = list(_NO_CACHE)
        if answer.call_class:
            headers.append(("x-MediaMosa-Version", f"{VERSION} (build {BUILD})"))
            headers.append(("x-MediaMosa-Rest-Class", answer.call_class))
        if answer.new_session is not None:
            headers.append(("Set-Cookie", self._cookie(answer.new_session)))
        body = xml.encode("utf-8", "replace")
        return _Reply(body, headers=tuple(headers), result_id=answer.result_id)

    def _answer(self, request: Request, hit: Mapping[str, Fault]) -> Answer:
        with self.server.control.lock:
            model = self.server.control.model
            if "session_lost" in hit:
                model.sessions.lose_all()
            answer = model.handle(request, faults.deadlock() if "deadlock" in hit else None)
        return replace(answer, warnings=(faults.NOTICE,)) if "notices" in hit else answer

    def _control(self, path: str, form: list[tuple[str, str]]) -> None:
        status, content = self.server.control.answer(self.command, path, dict(form))
        self._send(_Reply(json.dumps(content).encode(), _JSON, status))

    def _send(self, reply: _Reply) -> None:
        body = reply.body
        self.send_response(reply.status, reply.reason)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.content_type == _XML:
            self.send_header("Vary", "Accept-Encoding")
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, compresslevel=5, mtime=0)
                self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", reply.content_type)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _form(self) -> list[tuple[str, str]] | None:
        """Return the parameters of the body, None if it is too large."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _MAXIMUM_BODY:
            self.close_connection = True
            return None
        body = self.rfile.read(int(length))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            return _multipart(kind, body)
        return _pairs(body.decode("ascii", "surrogateescape"))

    def _session(self) -> str | None:
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return None
        morsel = cookies.get(self._cookie_name())
        return morsel.value if morsel and re.fullmatch(r"[\w-]+", morsel.value) else None

    def _cookie_name(self) -> str:
        """Return the cookie's name: it depends on the host that the client asked for."""
        host = self.headers.get("Host", "")
        return "SESS" + sha256(host.encode()).hexdigest()[:_NAME_DIGITS]

    def _cookie(self, session: str) -> str:
        expires = datetime.fromtimestamp(self.server.control.model.clock() + _COOKIE_SECONDS, UTC)
        return (
            f"{self._cookie_name()}={session}; expires={expires:%a, %d-%b-%Y %H:%M:%S} GMT; "
            f"Max-Age={_COOKIE_SECONDS}; path=/; HttpOnly"
        )

    def _log(self, request: Request, reply: _Reply | None) -> None:
        parameters: dict[str, list[str]] = {}
        for name, value in (*request.query, *request.form):
            parameters.setdefault(name, []).append(value)
        status, result_id = (reply.status, reply.result_id) if reply else (0, None)
        logged = LoggedRequest(request.method, request.path, parameters, status, result_id)
        self.server.control.requests.append(logged)

    def _reset(self) -> None:
        """Close the connection so that the client sees a reset, not an end."""
        self.close_connection = True
        self.server.closed(self.connection)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def _multipart(kind: str, body: bytes) -> list[tuple[str, str]]:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    found: list[tuple[str, str]] = []
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.append((name, content.decode("utf-8", "surrogateescape")))
    return found
