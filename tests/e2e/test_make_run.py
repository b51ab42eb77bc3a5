"""`make run` as a person has it: it comes up, syncs, refuses a second one, and leaves nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from infra.local.build import Package
from infra.local.engine import PROJECT, PYTHON
from infra.local.loopback import request
from infra.local.status import Status, StatusApi
from tests.e2e.pushing import until

PROGRAM = """
import sys
from pathlib import Path
from infra.local.__main__ import main
sys.exit(main(Path(sys.argv[1])))
"""
SECONDS, PUSH_SECONDS = 90.0, 5.0


@pytest.fixture
def folder(package: Package, engine_folder: Path) -> Path:
    """A folder of its own, with the build that is there already (not with what it was made of)."""
    shutil.copytree(package.folder, engine_folder / "build" / package.folder.name)
    shutil.copy(package.folder.parent / "stamp", engine_folder / "build")
    return engine_folder


def start(folder: Path, **choices: str) -> subprocess.Popen[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [str(PYTHON), "-c", PROGRAM, str(folder)],
        cwd=PROJECT,
        env={**environment, "PYTHONPATH": str(PROJECT), **choices},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(folder, ASSETS="12", PAGE_SIZE="5")
    yield process
    process.kill()
    process.wait()


def when_ready(folder: Path, process: subprocess.Popen[str]) -> dict[str, str]:
    """What `run.json` says, once the first sync is complete."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "run.json").exists():
            told: dict[str, str] = json.loads((folder / "run.json").read_text("utf-8"))
            if (status := status_of(told)) is not None and status["last_sync"]:
                return told
        time.sleep(0.1)
    raise AssertionError(f"not in sync within {SECONDS} seconds")


def status_of(told: dict[str, str]) -> Status | None:
    return StatusApi(told["api_url"], told["viewer_token"]).status(told["connection_id"])


def edit_a_record(told: dict[str, str]) -> str:
    """Give a record of the media table a title with boto3; return the title."""
    session = boto3.Session(
        told["aws_access_key_id"], told["aws_secret_access_key"], region_name=told["region"]
    )
    table = session.resource("dynamodb", endpoint_url=told["aws_endpoint_url"]).Table(
        told["media_table"]
    )
    table.update_item(
        Key={"media_id": table.scan(Limit=1)["Items"][0]["media_id"]},
        UpdateExpression="SET metadata.title = :title",
        ExpressionAttributeValues={":title": ["Met de hand"]},
    )
    return "Met de hand"


def titles_posted_to(told: dict[str, str]) -> list[str]:
    asked = request(f"{told['mediamosa_url']}/__standin__/requests").json["items"]
    return [title for one in asked for title in one["parameters"].get("title[]", ())]


def is_open(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(address.hostname), address.port or 0)) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_syncs_refuses_a_second_one_and_leaves_nothing(
    folder: Path, running: subprocess.Popen[str], how: signal.Signals
) -> None:
    told = when_ready(folder, running)
    status = status_of(told)
    assert status is not None
    assert (status["state"], status["progress"]) == ("idle", {"done": 12, "total": 12})
    assert is_open(told["aws_endpoint_url"])
    assert is_open(told["mediamosa_url"])
    title = edit_a_record(told)
    assert until(lambda: title in titles_posted_to(told)) < PUSH_SECONDS

    second = start(folder)
    said, _ = second.communicate(timeout=SECONDS)
    assert second.returncode != 0
    assert said.strip().splitlines() == [
        "MediaMosa Sync runs here already: use that one, or end it with Ctrl-C first."
    ]

    began = time.monotonic()
    running.send_signal(how)
    said, _ = running.communicate(timeout=SECONDS)
    assert running.returncode == 0
    assert time.monotonic() - began < 20
    assert "Traceback" not in said
    assert told["page_url"] in said
    assert not (folder / "run.json").exists()
    assert not is_open(told["aws_endpoint_url"])
    assert not is_open(told["mediamosa_url"])
    left = {path.name for path in folder.iterdir()}
    assert left <= {"build", "lock"}


@pytest.mark.parametrize(
    ("name", "value"), [("PAGE_SIZE", "0"), ("PAGE_SIZE", "200"), ("PAGE_SIZE", "x")]
)
def test_a_choice_that_makes_no_sense_is_refused_with_one_sentence(
    folder: Path, name: str, value: str
) -> None:
    process = start(folder, **{name: value})
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode != 0
    assert said.strip() == f"{name} is {value!r}: give a whole number from 1 to 199."
