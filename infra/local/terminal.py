"""The terminal's Ctrl-C for this process alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def own_terminal() -> Iterator[None]:
    """Be the terminal's foreground job for a while, without the process that started this one.

    make dies of a Ctrl-C even if what it runs ends well. In a process group of its own this
    process alone gets it, ends in order, and make ends with its exit code: 0. Without a terminal
    nothing happens.
    """
    if not sys.stdin.isatty() or os.getpgrp() != os.tcgetpgrp(sys.stdin.fileno()):
        yield
        return
    terminal, before = sys.stdin.fileno(), os.getpgrp()
    os.setpgid(0, 0)
    # A process that is not in the foreground is stopped by these when it touches the terminal;
    # Ctrl-Z would stop this process behind the back of the shell, which only knows make's group.
    for number in (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(terminal, before)
