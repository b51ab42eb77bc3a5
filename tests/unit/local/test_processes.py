"""Child processes that leave nothing behind."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.errors import LocalError
from infra.local.processes import Process, free_port, plain_environment


def start(program: str, folder: Path) -> Process:
    """Start a Python program."""
    return Process.start(
        [sys.executable, "-c", program],
        environment=plain_environment(),
        folder=folder,
        log=folder / "program.log",
    )


def test_what_a_program_says_is_in_its_log(tmp_path: Path) -> None:
    process = start("print('first'); print('last'); print()", tmp_path)

    assert process.wait() == process.exit_code == 0
    assert process.said() == "first\nlast\n\n"
    assert process.last_line() == "last"


def test_a_program_that_says_nothing_has_no_last_line(tmp_path: Path) -> None:
    process = start("", tmp_path)
    process.wait()

    assert process.last_line() == ""


def test_a_program_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="nowhere is not there: install"):
        Process.start(["/nowhere"], environment={}, folder=tmp_path, log=tmp_path / "log")


def test_stopping_ends_the_children_too(tmp_path: Path) -> None:
    held = tmp_path / "held"
    grandchild = (
        "import fcntl, time; "
        f"file = open({str(held)!r}, 'w'); fcntl.flock(file, fcntl.LOCK_EX); "
        "print('held', flush=True); time.sleep(600)"
    )
    process = start(
        "import subprocess, sys, time; "
        f"subprocess.Popen([sys.executable, '-c', {grandchild!r}]); time.sleep(600)",
        tmp_path,
    )
    wait_until(lambda: "held" in process.said())

    process.stop()

    assert process.exit_code is not None
    wait_until(lambda: can_be_locked(held))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does, 10 seconds at most."""
    deadline = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < deadline
        os.sched_yield()


def can_be_locked(path: Path) -> bool:
    """Tell whether no process holds a file's lock: the system frees it when its holder ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_a_child_that_does_not_listen_is_made_to_end(tmp_path: Path) -> None:
    program = "import signal, time; signal.signal(15, 1); print('x', flush=True); time.sleep(600)"
    process = start(program, tmp_path)
    wait_until(lambda: bool(process.said()))

    process.stop(patience_seconds=0.1)

    assert process.exit_code == -9


def test_a_child_gets_no_credentials_and_no_proxies() -> None:
    assert set(plain_environment(ONE="1")) <= {"HOME", "LANG", "LC_ALL", "ONE", "PATH", "TZ"}


def test_a_free_port_is_one_of_the_dynamic_ones() -> None:
    assert 1024 < free_port() < 65536
