"""The embedded AWS: plain ministack, pinned, on a loopback port.

What it can and cannot do is said in docs/operations.md. It runs the functions on its own
interpreter (`.venv-engine`), each in a process of its own.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final, Self

import boto3

from infra.local.errors import LocalError
from infra.local.loopback import request
from infra.local.processes import Process, free_port, plain_environment

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".venv-engine/bin/python"

REGION: Final = "eu-west-1"
# The engine's root credentials: they open nothing but this engine.
KEY_ID = SECRET_KEY = "test"  # noqa: S105 (no secret: a made-up key of the local engine)

START_SECONDS = 30.0
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Engine:
    """A running embedded AWS. End it with `stop`.

    Attributes:
        url: its address, as every AWS client takes it for `endpoint_url`.
        folder: where it keeps its state, its log and its temporary files.
    """

    url: str
    folder: Path
    process: Process

    @classmethod
    def start(
        cls, folder: Path, *, port: int | None = None, keep: bool = False, auth: bool = False
    ) -> Self:
        """Start an engine and wait until it answers.

        Args:
            folder: for all that it writes.
            port: the loopback port; a free one if None.
            keep: load the state of an earlier engine from the folder, and save it at the end.
            auth: evaluate the roles' policies, as AWS does (else everything is allowed).

        Raises:
            LocalError: it is not installed, or does not start.
        """
        if keep:
            _forget_positions(folder / "state/lambda.json")
        # A free port may be taken by another program before the engine has it: then another one.
        for attempt in range(ATTEMPTS):
            engine = cls._launch(folder, port or free_port(), keep=keep, auth=auth)
            try:
                engine.wait_until_ready()
            except LocalError:
                engine.stop()
                if port is not None or attempt == ATTEMPTS - 1:
                    raise
            except BaseException:
                engine.stop()
                raise
            else:
                return engine
        raise AssertionError("the last attempt has raised")

    @classmethod
    def _launch(cls, folder: Path, port: int, *, keep: bool, auth: bool) -> Self:
        temporary = folder / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        environment = plain_environment(
            GATEWAY_PORT=str(port),
            BIND_HOST="127.0.0.1",
            MINISTACK_REGION=REGION,
            AWS_ACCESS_KEY_ID=KEY_ID,
            AWS_SECRET_ACCESS_KEY=SECRET_KEY,
            AUTH="true" if auth else "false",
            PERSIST_STATE="1" if keep else "0",
            STATE_DIR=str(folder / "state"),
            S3_PERSIST="1" if keep else "0",
            S3_DATA_DIR=str(folder / "s3"),
            TMPDIR=str(temporary),
            LOG_LEVEL="WARNING",
            # It listens for nothing but HTTP, and leaves the containers of this machine alone.
            IOT_MTLS_ENABLED="0",
            SFTP_ENABLED="0",
            DOCKER_HOST=f"unix://{folder / 'no-docker.sock'}",
        )
        process = Process.start(
            [str(PYTHON), "-m", "ministack"],
            environment=environment,
            folder=folder,
            log=folder / "engine.log",
        )
        return cls(f"http://127.0.0.1:{port}", folder, process)

    @property
    def session(self) -> boto3.Session:
        """A boto3 session with the engine's root credentials; clients need `endpoint_url` too."""
        return boto3.Session(
            aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET_KEY, region_name=REGION
        )

    def stop(self) -> None:
        """End it, with all functions that run in it; the state is saved if it is to be kept."""
        self.process.stop()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def wait_until_ready(self) -> None:
        """Wait until it answers.

        Raises:
            LocalError: it ended instead, or takes too long.
        """
        deadline = time.monotonic() + START_SECONDS
        while self.process.exit_code is None and time.monotonic() < deadline:
            try:
                if request(f"{self.url}/_ministack/ready").status == HTTPStatus.OK:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise LocalError(
            f"The embedded AWS does not start; the last line of {self.process.log} is: "
            f"{self.process.last_line()}"
        )


def _forget_positions(state: Path) -> None:
    """Let the stream of a kept table be read from its beginning.

    The engine keeps how far the stream was read, but not the stream: it would pass over as many
    changes as there had been.
    """
    if not state.exists():
        return
    kept = json.loads(state.read_text())
    kept.get("payload", kept).pop("dynamodb_stream_positions", None)
    state.write_text(json.dumps(kept))
