"""Run a stand-in until SIGINT or SIGTERM: see `--help`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from infra.local.mediamosa import saved, seed, times
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from infra.local.mediamosa.standin import StandIn

APP_ID = 1
_WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a stand-in; the first line printed is its address."""
    options = _parser().parse_args(arguments)
    ids = SeededIds(f"{options.seed}/run")
    model = MediaMosa(clock=lambda: int(time.time()), ids=ids)
    try:
        _fill(model, ids, options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return _WRONG_USE
    try:
        stand_in = StandIn(model, options.port)
    except (OSError, OverflowError):
        sentence = f"Port {options.port} cannot be used: give another one, or 0 for any free one."
        print(sentence, file=sys.stderr)
        return _WRONG_USE
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with stand_in:
        print(stand_in.url, flush=True)
        ended.wait()
    if options.state is not None:
        saved.save(model, ids, options.state)
    return 0


def _fill(model: MediaMosa, ids: SeededIds, options: argparse.Namespace) -> None:
    times.zone(options.time_zone)
    kept = options.state is not None and options.state.exists()
    if kept:
        saved.load(model, ids, options.state)
    application = Application(APP_ID, options.user_name, options.password, options.time_zone)
    model.add_application(application)
    if not kept:
        seed.plant(model, application, options.assets, options.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.mediamosa",
        description="A MediaMosa 3.6.2 to try things on, on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free port")
    parser.add_argument("--assets", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same assets (default 1)")
    parser.add_argument("--time-zone", default="Europe/Amsterdam", help="of the application")
    parser.add_argument("--user-name", default="standin", help="the application's name")
    parser.add_argument("--password", default="standin-key", help="its shared key")
    parser.add_argument("--state", type=Path, help="file that keeps the state between two runs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
