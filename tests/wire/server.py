"""A server on loopback that sends exactly the bytes that it is told, in the client's own thread.

The client asks its clock before each read from its socket; :meth:`WireServer.pump` is called there.
So what is read was always sent before, nothing waits for another thread, and a seed tells in which
order all of it happens.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat

from tests.wire.draft import Draft, rendered

_BUFFER_BYTES = 128 * 1024
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """Path, body and all the bytes of one request."""

    path: str
    body: bytes
    whole: bytes


Source = Callable[[Request], Draft]


class WireServer:
    """Answers each request with what *source* drafts, and is the clock that its client sees.

    A new connection ends the one before, as the client has at most one.

    Attributes:
        now: seconds; sleeping moves it, and so does an answer that comes slowly.
    """

    def __init__(self, source: Source) -> None:
        self.now = 0.0
        self._source = source
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._current: socket.socket | None = None
        self._draft: Draft | None = None
        self._parts: Iterator[bytes] = iter(())
        self._rest = b""
        self._heard = b""

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        self._drop()
        self._listener.close()

    def monotonic(self) -> float:
        """The time, after as much was done as can be done without waiting."""
        with suppress(BlockingIOError):
            self._accept()
        try:
            self._pump()
        except BlockingIOError:
            pass
        except OSError:
            self._drop()
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def _accept(self) -> None:
        accepted, _ = self._listener.accept()
        self._drop()
        accepted.setblocking(False)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._current = accepted

    def _drop(self) -> None:
        if self._current is not None:
            self._current.close()
        self._current, self._draft = None, None
        self._rest = self._heard = b""

    def _pump(self) -> None:
        current = self._current
        if current is None:
            return
        if self._draft is None:
            request = self._request(current)
            if request is None:
                return
            self._draft = self._source(request)
            self._parts = _parts(self._draft)
        self._send(current, self._draft)

    def _request(self, current: socket.socket) -> Request | None:
        """The next request; None while it has not come whole, or if there will be none."""
        data = current.recv(65536)
        if not data:
            self._drop()
            return None
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = 0
        if head.startswith(b"POST"):
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if not end or len(body) < length:
            return self._request(current)
        target = head.split(b" ", 2)[1].decode("latin-1")
        request = Request(target.partition("?")[0], body, self._heard)
        self._heard = b""
        return request

    def _send(self, current: socket.socket, draft: Draft) -> None:
        """Go on with the answer: all that fits, or the next part of one that comes slowly."""
        sent = 0
        while sent < _MOST_BYTES:
            if not self._rest:
                self._rest = next(self._parts, b"")
                self.now += draft.step if self._rest else 0
            if not self._rest:
                self._end(draft)
                return
            count = current.send(self._rest)
            sent += count
            self._rest = self._rest[count:]
            if draft.step:
                return

    def _end(self, draft: Draft) -> None:
        if draft.close or draft.keep is not None:
            if not draft.silent:
                self._drop()
            return
        self._draft = None


def _parts(draft: Draft) -> Iterator[bytes]:
    whole = rendered(draft)
    size = draft.part or max(len(whole), 1)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
    if draft.endless:
        yield from repeat(draft.endless)


class Canary:
    """A listener that nobody may ever call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]:05}"

    def called(self) -> bool:
        """Whether somebody did."""
        try:
            accepted, _ = self._socket.accept()
        except BlockingIOError:
            return False
        accepted.close()
        return True

    def close(self) -> None:
        self._socket.close()
