"""A loopback server that answers from a script, byte by byte if need be."""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

DATE = "Sun, 22 Nov 2026 06:50:54 GMT"


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire; `connection` counts the sockets from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


Reply = bytes | Iterable[bytes]
Handler = Callable[[Seen], Reply]

HANG_UP: Reply = b""
"""Close the connection without a byte of answer."""


def http(
    body: bytes | str,
    *,
    status: str = "200 OK",
    content_type: str | None = "text/xml; charset=utf-8",
    date: str | None = DATE,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """One whole HTTP answer with the body's true length."""
    body = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(body)), **(headers or {})}
    if content_type is not None:
        fields["Content-Type"] = content_type
    if date is not None:
        fields["Date"] = date
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


@dataclass
class ScriptedServer:
    """Answers each request by `handler`; a reply of no bytes closes the connection."""

    handler: Handler
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def calls(self) -> list[Seen]:
        """The requests but for those of logins."""
        return [one for one in self.seen if one.path != "/login"]

    def serve(self, accepted: socket.socket, tls: ssl.SSLContext | None) -> None:
        self.connections += 1
        with accepted, suppress(OSError):
            if tls is None:
                self.answer(accepted)
            else:
                with tls.wrap_socket(accepted, server_side=True) as wrapped:
                    self.answer(wrapped)

    def answer(self, accepted: socket.socket) -> None:
        number = self.connections
        with accepted.makefile("rb") as stream:
            while (request := _read(stream, number)) is not None:
                self.seen.append(request)
                reply = self.handler(request)
                sent = 0
                for part in [reply] if isinstance(reply, bytes) else reply:
                    accepted.sendall(part)
                    sent += len(part)
                if not sent or not isinstance(reply, bytes):
                    break


def _read(stream: io.BufferedReader, number: int) -> Seen | None:
    """The next request; None at the end, or for bytes that are no HTTP, as those of TLS."""
    first = stream.readline().decode("latin-1").split()
    if not first or not first[-1].startswith("HTTP/"):
        return None
    headers = {}
    for line in stream:
        name, colon, value = line.decode("latin-1").strip().partition(":")
        if not colon:
            break
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    body = stream.read(length) if length else b""
    return Seen(first[0], first[1], headers, body, number)


@contextmanager
def scripted(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """A server on a free loopback port; all its threads have ended afterwards."""
    server = ScriptedServer(handler)
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                sockets.append(accepted)
                thread = threading.Thread(target=server.serve, args=(accepted, tls))
                threads.append(thread)
                thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield server
        finally:
            _shut(listener)
            acceptor.join()
            for one in sockets:
                _shut(one)
            for thread in threads:
                thread.join()


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
