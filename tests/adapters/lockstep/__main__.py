"""`python -m tests.adapters.lockstep tables --seed 1 --seeds 500 --calls 150`: a long campaign.

The stores in memory are held against the adapters over moto (`tables`) or over the embedded AWS
(`engine`), the model's fake against the real adapter before the stand-in (`mediamosa`).
With `--only 3,9,12` just these calls of one seed are played, as a failure's report says.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from moto import mock_aws

from infra.local.engine import Engine
from mediamosa_sync.adapters.dynamodb.calls import dynamodb_client
from tests.adapters.lockstep.campaign import Open, Plan, Tally, hunt, played
from tests.adapters.lockstep.mediamosa.pair import opened
from tests.adapters.lockstep.tables.pair import opener
from tests.e2e.conforming import engine_opener

REPORTED_SECONDS = 30.0


def main() -> int:
    """Play histories; 0 if both sides are alike throughout, else 1."""
    options = _options()
    tally = Tally()
    with _openers(options.name) as open_pair:
        if options.only:
            numbers = [int(number) for number in options.only.split(",")]
            failure = played(open_pair, options.seed, numbers, tally)
            told = failure.report(options.name) if failure else "Both sides are alike."
            _say(told)
            return int(failure is not None)
        return _campaign(open_pair, options, tally)


def _campaign(open_pair: Open, options: argparse.Namespace, tally: Tally) -> int:
    began = told_at = time.monotonic()
    for seed in range(options.seed, options.seed + options.seeds):
        failure = hunt(open_pair, Plan([seed], options.calls, least=1), tally)
        if failure is not None:
            _say(failure.report(options.name))
            return 1
        if time.monotonic() - told_at > REPORTED_SECONDS:
            told_at = time.monotonic()
            _say(f"seed {seed}: {tally.calls} calls, {len(tally.pairs)} pairs, no difference")
    seconds = time.monotonic() - began
    last = options.seed + options.seeds - 1
    for pair, number in sorted(tally.pairs.items()):
        _say(f"{number:8}  {pair}")
    _say(
        f"{options.name}: seeds {options.seed} to {last}, {tally.calls} calls compared, "
        f"{len(tally.pairs)} pairs of method and outcome, 0 differences, {seconds:.0f} s"
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Two implementations of a port in lockstep.")
    parser.add_argument("name", choices=["tables", "engine", "mediamosa"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=250)
    parser.add_argument("--only", default="")
    return parser.parse_args()


@contextmanager
def _openers(name: str) -> Iterator[Open]:
    if name == "mediamosa":
        yield opened
        return
    if name == "engine":
        with TemporaryDirectory() as folder:
            engine = Engine.start(Path(folder))
            try:
                yield engine_opener(engine)
            finally:
                engine.stop()
        return
    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
    with mock_aws():
        yield opener(dynamodb_client())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
