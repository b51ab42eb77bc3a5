"""Child processes that leave nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from infra.local.errors import LocalError

# What a child needs of this process's environment. The rest (credentials, proxies, PYTHONPATH)
# would make the local run depend on who starts it.
_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TZ")


def plain_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a child: the little that is inherited, and these variables."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | variables


def free_port() -> int:
    """Return a loopback port that nothing listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Process:
    """A child process in a group of its own, so that it can be stopped with all its children.

    Ctrl-C at the terminal therefore does not reach it: it is stopped in order, by `stop`.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self.log = log

    @classmethod
    def start(
        cls, command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
    ) -> Self:
        """Start a command in a folder; what it says goes to a file.

        Raises:
            LocalError: the program is not there.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            try:
                process = subprocess.Popen(
                    command,
                    env=dict(environment),
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except FileNotFoundError:
                raise LocalError(
                    f"{command[0]} is not there: install what is missing with `make run`."
                ) from None
        return cls(process, log)

    @property
    def pid(self) -> int:
        """Its id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return self._process.wait()

    def said(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def last_line(self) -> str:
        """Return the last line that it said, 200 characters at most; empty if it said nothing."""
        lines = [line.strip() for line in self.said().splitlines() if line.strip()]
        return lines[-1][:200] if lines else ""

    def stop(self, *, patience_seconds: float = 8.0) -> None:
        """End it and all its children: first asked to (SIGTERM), then made to (SIGKILL)."""
        self._process.terminate()
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        try:
            # Its children: they are in its group, whose id is the pid that has just been reaped.
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
