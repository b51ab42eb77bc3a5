"""The stand-in MediaMosa as a program of its own, as `make run` uses it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.local.engine import PROJECT
from infra.local.errors import LocalError
from infra.local.processes import Process, plain_environment
from infra.local.settings import Server, Settings

USER_NAME = "standin"
# No secret: the shared key of a made-up application on a made-up server.
PASSWORD = "standin-key"  # noqa: S105 (made up, for this machine alone)
SEED = 1
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running stand-in. End it with `stop`: it then saves its state if it is to keep one."""

    server: Server
    process: Process

    @classmethod
    def start(cls, settings: Settings, *, port: int, log: Path, state: Path | None) -> Self:
        """Start a stand-in on a loopback port and wait until it answers.

        Args:
            settings: number of assets, and the time zone.
            port: the port, which must be free.
            log: the file for what it says.
            state: the file that keeps its state between two runs; None for none.

        Raises:
            LocalError: it does not start.
        """
        command = [
            *(sys.executable, "-m", "infra.local.mediamosa"),
            *("--port", str(port), "--assets", str(settings.assets), "--seed", str(SEED)),
            *("--time-zone", settings.time_zone),
            *("--user-name", USER_NAME, "--password", PASSWORD),
            *(("--state", str(state)) if state else ()),
        ]
        process = Process.start(
            command, environment=plain_environment(PYTHONPATH="."), folder=PROJECT, log=log
        )
        try:
            url = _address(process)
        except BaseException:
            process.stop()
            raise
        return cls(Server(url, USER_NAME, PASSWORD), process)

    def stop(self) -> None:
        """End it."""
        self.process.stop()


def _address(process: Process) -> str:
    """Wait for its first line, which is its address."""
    deadline = time.monotonic() + START_SECONDS
    while process.exit_code is None and time.monotonic() < deadline:
        line, end, _ = process.said().partition("\n")
        if end:
            return line.strip().rstrip("/")
        time.sleep(0.02)
    raise LocalError(
        f"The stand-in MediaMosa does not start; the last line of {process.log} is: "
        f"{process.last_line()}"
    )
