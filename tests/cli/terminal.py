"""A person's terminal: the program, a clock that only sleeping moves, and the API of a test."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from infra.cli.main import app
from infra.cli.program import Tools
from tests.cli.fake_api import OPERATOR, FakeApi, resolved
from tests.openapi.description import description, example_status

# The instant of the described examples: their next run is 40 seconds ahead.
NOW = datetime(2026, 11, 23, 14, 4, 20, tzinfo=UTC)
ID = "5f0c6a0b1d2e3f405162738495a6b7c8d9eafb0c"
HOME = f"/connections/{ID}"


PROGRAM = get_command(app)


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended; *output* is both streams as they came."""

    exit_code: int
    stdout: str
    stderr: str
    output: str


@dataclass
class Terminal:
    """Runs commands.

    Attributes:
        asleep: seconds slept so far; `on_sleep` is called after each sleep.
    """

    api: FakeApi
    folder: Path
    asleep: float = 0.0
    pauses: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.asleep += seconds
        self.pauses.append(seconds)
        self.on_sleep()

    def run(
        self,
        *args: str,
        typed: str | None = None,
        columns: int = 250,
        env: dict[str, str | None] | None = None,
        encoding: str = "utf-8",
    ) -> Result:
        """Run a command; somebody is there exactly if something is *typed*."""
        environ = {
            "MEDIAMOSA_SYNC_API_URL": self.api.url,
            "MEDIAMOSA_SYNC_TOKEN": OPERATOR,
            **(env or {}),
        }
        tools = Tools(
            environ={name: value for name, value in environ.items() if value is not None},
            folder=self.folder,
            sleep=self.sleep,
            monotonic=lambda: self.asleep,
            now=lambda: NOW + timedelta(seconds=self.asleep),
            random=Random(0),
            interactive=lambda: typed is not None,
        )
        shell = {"COLUMNS": str(columns), "MEDIAMOSA_SYNC_CONNECTION": None, "NO_COLOR": "1"}
        code: object = None
        with CliRunner(encoding).isolation(input=typed, env={**shell, **environ}) as streams:
            try:
                PROGRAM.main(args, "mediamosa-sync", obj=tools)
            except SystemExit as end:
                code = end.code
            sys.stdout.flush()
            sys.stderr.flush()
            out, err, both = (one.getvalue().decode(encoding) for one in streams)
        assert "Traceback" not in both
        assert isinstance(code, int)
        return Result(code, out, err, both)

    def json(self, *args: str, exit_code: int = 0) -> Any:
        """What a command prints for programs."""
        result = self.run(*args, "--output", "json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)


def status(state: str = "idle", **changes: Any) -> dict[str, Any]:
    return {**example_status(state), **changes}


def another(**changes: Any) -> dict[str, Any]:
    """A second connection."""
    other = {"connection_id": "5f99" + "0" * 36, "user_name": "archive"}
    return {**status(), **other, **changes}


def listing(*items: dict[str, Any], then: str | None = None, **more: Any) -> dict[str, Any]:
    """A part of a list; *then* is the token of what follows."""
    return {"items": list(items), "next": then, **more}


def example(path: str, method: str, status_code: str, name: str) -> Any:
    """An example of the API's description."""
    response = resolved(description()["paths"][path][method]["responses"][status_code])
    return json.loads(
        json.dumps(next(iter(response["content"].values()))["examples"][name]["value"])
    )
