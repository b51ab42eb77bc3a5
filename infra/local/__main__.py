"""`make run`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console

from infra.local.errors import LocalError
from infra.local.interrupts import Interrupted, Interrupts
from infra.local.session import FOLDER, run
from infra.local.settings import Settings
from infra.local.starter import follow_starter
from infra.local.terminal import own_terminal


def main(folder: Path = FOLDER) -> int:
    """Run until interrupted, with everything that is written in *folder*.

    Returns the exit code: 0 when stopped, 1 when it could not run.
    """
    interrupts = Interrupts()
    try:
        interrupts.listen()
        follow_starter()
        with own_terminal():
            run(Settings.of(os.environ), Console(highlight=False), interrupts, folder)
    except Interrupted:
        return 0
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
