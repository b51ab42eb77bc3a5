from __future__ import annotations

import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from infra.cli.main import app
from tests.cli.fake_api import Answer, FakeApi
from tests.cli.terminal import HOME, ID, Terminal, another, listing, status

PROJECT = Path(__file__).parents[2]
COMMANDS = [
    *("status", "runs", "plan", "restart", "full", "pause", "resume", "links", "audit", "doctor"),
    *("conflicts list", "conflicts use-record-value", "held list", "held approve", "held reject"),
    *("removed list", "removed restore", "parked list", "parked retry", "parked discard"),
    *("properties list", "properties set", "connections list", "connections add"),
    "connections change",
]


def test_the_version_is_the_projects(terminal: Terminal) -> None:
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert terminal.run("--version").stdout == f"mediamosa-sync {told}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(terminal: Terminal, command: str) -> None:
    result = terminal.run(*command.split(), "--help")

    assert result.exit_code == 0
    for option in ("--connection", "--output", "--api-url"):
        assert option in result.stdout
    assert f"Usage: mediamosa-sync {command}" in result.stdout


def test_these_are_all_commands() -> None:
    group = get_command(app)
    found = set()
    for name, one in group.commands.items():  # type: ignore[attr-defined]  # it is a group
        found |= {f"{name} {sub}" for sub in one.commands} if hasattr(one, "commands") else {name}

    assert found == set(COMMANDS)


def test_without_a_command_the_help_is_shown(terminal: Terminal) -> None:
    result = terminal.run()

    assert "Usage: mediamosa-sync" in result.output
    assert "MEDIAMOSA_SYNC_TOKEN" in result.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["stauts"], "No such command 'stauts'. Did you mean 'status'"),
        (["held", "aprove"], "No such command 'aprove'. Did you mean 'approve'?"),
        (["runs", "--limit", "0"], "Invalid value for '--limit' / '-n'"),
        (["runs", "--outcome", "good"], "'good' is not one of"),
        (["removed", "restore"], "Missing argument"),
        (["status", "--output", "xml"], "'xml' is not one of"),
        (["status", "--token", "x"], "No such option: --token"),
        (["held", "--frist"], "No such option: --frist"),
    ],
)
def test_wrong_use_is_a_sentence_and_never_exit_code_2(
    terminal: Terminal, api: FakeApi, words: list[str], sentence: str
) -> None:
    result = terminal.run(*words)

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert "--help` tells what can be said." in result.stderr
    assert api.sent == []


def test_an_answer_of_another_version_is_a_sentence(terminal: Terminal, api: FakeApi) -> None:
    older = {name: told for name, told in status().items() if name != "attention"}
    api.on("GET /connections", Answer(200, listing(older), described=False))

    result = terminal.run("status")

    assert result.exit_code == 1
    assert "KeyError: 'attention'" in result.stderr
    assert "of the same version" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_interruption_is_130(terminal: Terminal, api: FakeApi) -> None:
    running = status("running")
    api.on(
        f"POST {HOME}/restart",
        Answer(202, {"restart_requested_at": "2026-11-23T14:04:21Z", "next_run": None}),
    )
    api.on(f"GET {HOME}", running)

    def interrupt() -> None:
        raise KeyboardInterrupt

    terminal.on_sleep = interrupt

    assert terminal.run("restart", "--wait").exit_code == 130


def test_a_real_interruption_leaves_no_stack_trace(api: FakeApi) -> None:
    environment = {
        "MEDIAMOSA_SYNC_API_URL": api.url,
        "MEDIAMOSA_SYNC_TOKEN": "operator-token",
        "PYTHONPATH": str(PROJECT),
    }
    with api.silent():
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.cli", "status"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        api.wait_for_a_request()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_the_installed_program_is_this_one(api: FakeApi, tmp_path: Path) -> None:
    environment = {"MEDIAMOSA_SYNC_API_URL": api.url, "MEDIAMOSA_SYNC_TOKEN": "operator-token"}

    result = subprocess.run(
        [str(Path(sys.executable).with_name("mediamosa-sync")), "status"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert ID in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_completion_for_shells(terminal: Terminal, shell: str) -> None:
    instruction = f"complete_{shell}"
    line = "mediamosa-sync re"
    env: dict[str, str | None] = {
        "_MEDIAMOSA_SYNC_COMPLETE": instruction,
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": line,
        "COMP_CWORD": "1",
    }

    told = terminal.run(env=env).stdout

    assert {"restart", "resume", "removed"} <= set(re.findall(r"[\w-]+", told))


def completed(terminal: Terminal, line: str) -> list[str]:
    env: dict[str, str | None] = {
        "_MEDIAMOSA_SYNC_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return terminal.run(env=env).stdout.split()


@pytest.mark.parametrize("line", ["mediamosa-sync runs --connection ", "mediamosa-sync status "])
def test_connections_are_completed(terminal: Terminal, api: FakeApi, line: str) -> None:
    api.on("GET /connections", listing(status(), another()))

    assert completed(terminal, line) == ["5f0c6a0b", "5f990000"]
    assert completed(terminal, f"{line}5f9") == ["5f990000"]


def test_an_api_that_is_away_completes_nothing_at_once(terminal: Terminal, api: FakeApi) -> None:
    api.on("GET /connections", Answer(500, "broken", described=False))

    assert completed(terminal, "mediamosa-sync status ") == []
    assert terminal.pauses == []
    assert len(api.sent) == 1
