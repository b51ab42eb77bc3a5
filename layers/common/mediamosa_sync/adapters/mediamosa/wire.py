"""Sockets below requests: connected to checked addresses only, and read against one deadline.

urllib3 would resolve the host's name itself, after any check of ours; and its time-outs are of one
read each, so a server that sends a byte now and then could go on for ever (requests, "Timeouts":
"not a time limit on the entire response download"). So the connection classes open their sockets
here; they keep the host's *name*, from which urllib3 takes the Host header, SNI and the name that
the certificate must have.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from mediamosa_sync.adapters.mediamosa.addresses import Resolver, checked_addresses
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.errors import Unavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Budget:
    """The time that is left for one request with its repeats."""

    def __init__(self, monotonic: Callable[[], float], settings: Settings) -> None:
        self._monotonic = monotonic
        self._settings = settings
        self._ends = 0.0

    def start(self) -> None:
        """Give the whole time again."""
        self._ends = self._monotonic() + self._settings.deadline_seconds

    def left(self) -> float:
        """Seconds that are left; 0 or less when time is up."""
        return self._ends - self._monotonic()

    def patience(self, most: float) -> float:
        """Seconds that the next wait may take: *most*, or less if less is left.

        Raises:
            TimeoutError: time is up.
        """
        left = self.left()
        if left <= 0:
            raise TimeoutError
        return min(most, left)


class Wire:
    """Opens the sockets of one connection.

    Attributes:
        opened: sockets opened so far.
        budget: the time that reading from them may take.
    """

    def __init__(self, settings: Settings, resolver: Resolver, budget: Budget) -> None:
        self.opened = 0
        self.budget = budget
        self._settings = settings
        self._resolver = resolver

    @property
    def read_seconds(self) -> float:
        """Longest silence of the server."""
        return self._settings.read_seconds

    def open(self, host: str, port: int) -> socket.socket:
        """A socket to one of the checked addresses of *host*, tried in their order.

        Raises:
            Unavailable: no address, or none takes connections in time.
            AddressRefused: an address is not to be called.
        """
        self.opened += 1
        addresses = checked_addresses(
            host, port, resolver=self._resolver, allowed_hosts=self._settings.allowed_hosts
        )
        for address in addresses:
            try:
                return create_connection(
                    (address, port),
                    timeout=self.budget.patience(self._settings.connect_seconds),
                    socket_options=HTTPConnection.default_socket_options,
                )
            except OSError:
                continue
        raise Unavailable(
            f"The MediaMosa server {host!r} takes no connection on port {port}: check that it "
            "runs, and the connection's address."
        )


class _TimedReader(io.RawIOBase):
    """A socket's bytes, each read of which may only take what is left of the time."""

    def __init__(self, sock: socket.socket, wire: Wire) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(self._wire.budget.patience(self._wire.read_seconds))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A response that is read, from its status line on, against the deadline."""

    wire: ClassVar[Wire]

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, self.wire))

    def begin(self) -> None:
        """Read the head; forget what could not be read of it, which urllib3 would log as it is.

        A session's cookie may stand there.
        """
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class PinnedAdapter(HTTPAdapter):
    """One kept-alive connection, made by a :class:`Wire`."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        self.poolmanager.pool_classes_by_scheme = _pools(wire)


def _pools(made_by: Wire) -> dict[str, type[HTTPConnectionPool]]:
    class Response(_TimedResponse):
        wire = made_by

    class Plain(HTTPConnection):
        response_class = Response

        def _new_conn(self) -> socket.socket:
            return made_by.open(self.host, self.port)

    class Encrypted(HTTPSConnection):
        response_class = Response

        def _new_conn(self) -> socket.socket:
            return made_by.open(self.host, self.port)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
