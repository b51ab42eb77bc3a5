from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.fake_api import FakeApi
from tests.cli.terminal import HOME, Terminal, example, listing

PROJECT = Path(__file__).parents[2]
LINK: dict[str, Any] = example("/connections/{connection_id}/links", "get", "200", "parked")[
    "items"
][1]
HOSTILE = "\x1b[2J\x1b]0;owned\x07[bold]film[/bold]\u202e:smile:\r\n<&>\x9b31m"


def test_hostile_values_are_shown_and_not_obeyed(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing({**LINK, "media_id": HOSTILE, "reason": HOSTILE}))

    for columns in (250, 60, 20):
        told = terminal.run("links", columns=columns).stdout

        joined = "".join(part.strip() for part in told.splitlines())
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(told)
        if columns == 20:
            assert "\\x1b[2J\\x1b]0;owned\\x07[bold]film[/bold]\\u202e:smile:" in joined.replace(
                " ", ""
            )


def test_json_cannot_be_obeyed_either_and_means_the_same(terminal: Terminal, api: FakeApi) -> None:
    told = listing({**LINK, "media_id": HOSTILE, "reason": "é 中 \ud83d broken \u2028"})
    api.on(f"GET {HOME}/links", told)

    result = terminal.run("links", "-o", "json")

    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2028"} & set(result.stdout)
    assert "é 中" in result.stdout
    assert json.loads(result.stdout) == told


def test_a_narrow_terminal_gets_a_block_for_each_row(terminal: Terminal, api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing(LINK, LINK))

    told = terminal.run("links", columns=50).stdout

    assert max(len(line) for line in told.splitlines()) <= 50
    assert told.count("holiday-1974") == 2
    assert told.count("Record ") == 2


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_table_keeps_to_the_width(terminal: Terminal, api: FakeApi, columns: int) -> None:
    api.on(f"GET {HOME}/links", listing({**LINK, "reason": "word " * 60}))

    told = terminal.run("links", columns=columns).stdout

    assert max(len(line) for line in told.splitlines()) <= columns


def program(api: FakeApi, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, whose output goes into a pipe."""
    environment = {
        "MEDIAMOSA_SYNC_API_URL": api.url,
        "MEDIAMOSA_SYNC_TOKEN": "operator-token",
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "error",
        **environ,
    }
    command = [sys.executable, "-m", "infra.cli", *args]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd="/"
    )


def test_a_pipe_gets_plain_lines_that_are_not_broken(api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing({**LINK, "reason": "word " * 20}))

    result = program(api, "links")

    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert ("word " * 20).strip() in result.stdout


def test_a_terminal_without_unicode_gets_escapes(api: FakeApi) -> None:
    api.on(f"GET {HOME}/links", listing({**LINK, "media_id": "caf\u00e9 \u4e2d"}))

    result = program(api, "links", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert result.returncode == 0, result.stderr
    assert "caf\\xe9 \\u4e2d" in result.stdout
    assert (
        json.loads(
            program(api, "links", "-o", "json", PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout
        )["items"][0]["media_id"]
        == "caf\u00e9 \u4e2d"
    )
