"""make, which starts this program: a Ctrl-C for make is one for this program.

make waits for what it runs when it is interrupted, but passes only SIGTERM on. At a terminal both
get a Ctrl-C; who interrupts make alone (`kill -INT`) would wait for ever.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

LOOK_SECONDS = 0.25


def follow_starter() -> None:
    """Interrupt this process when make, if that started it, is interrupted or gone."""
    starter = os.getppid()
    # A make in the background of a script ignores interrupts from its start.
    if _is_make(starter) and _catches_interrupts(starter):
        threading.Thread(target=_follow, args=(starter,), daemon=True).start()


def _follow(starter: int) -> None:
    while os.getppid() == starter and _catches_interrupts(starter):
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)


def _is_make(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8").strip() in {"make", "gmake"}
    except OSError:
        # Not Linux: there this convenience is missing.
        return False


def _catches_interrupts(pid: int) -> bool:
    """Tell whether a process has a handler for SIGINT (proc(5), SigCgt).

    make takes its handler away as soon as it was called, before it waits.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return bool(int(fields["SigCgt"], 16) >> (signal.SIGINT - 1) & 1)
