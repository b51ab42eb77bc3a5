"""A stand-in that runs: started and stopped by a program, or inside a test."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from infra.local.mediamosa.control import Control
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.web import IDLE_SECONDS, Server

_POLL_SECONDS = 0.05


class StandIn:
    """A model behind HTTP on a loopback port (0: any free one), as a context manager.

    A connection is closed after `idle_seconds` without a request.

    `model` and `control` may be used by the same program while it runs; take `control.lock`
    around what must not be seen half done.
    """

    def __init__(
        self, model: MediaMosa, port: int = 0, *, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.model = model
        self.control = Control(model)
        self._server = Server(port, self.control, idle_seconds)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="mediamosa"
        )

    @property
    def url(self) -> str:
        """The base address, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
