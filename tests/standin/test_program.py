"""`python -m infra.local.mediamosa`, as a person or `make run` starts it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-I", "-c", _START, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


# Isolated: no site packages of the user, no environment, so nothing but the standard library.
_START = (
    "import sys; sys.path = [path for path in sys.path if 'site-packages' not in path] + ['.'];"
    "from infra.local.mediamosa.__main__ import main; sys.exit(main())"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_and_stops_cleanly(number: signal.Signals) -> None:
    with running("--assets", "5") as (process, url):
        connection = HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("GET", "/version")
        assert b"3.6.2" in connection.getresponse().read()
        connection.close()
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


def test_it_keeps_its_state_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for _ in range(2):
        with running("--assets", "5", "--state", str(path)) as (process, _):
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
    state = json.loads(path.read_text("utf-8"))
    assert len(state["assets"]) == 5
    assert state["applications"][0]["name"] == "standin"


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--time-zone", "Mars/Olympus", "There is no time zone 'Mars/Olympus'"),
        ("--state", "{folder}/state.json", "is no state of this stand-in"),
        ("--port", "65536", "Port 65536 cannot be used: give another one"),
    ],
)
def test_wrong_use_ends_with_one_sentence(
    option: str, value: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "state.json").write_text("{}")
    command = [sys.executable, "-c", _START, "--assets", "1", option]
    command.append(value.format(folder=tmp_path))
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
