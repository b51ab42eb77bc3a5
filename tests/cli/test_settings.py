from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli import settings
from infra.cli.errors import CliError
from infra.cli.settings import Access

URL = "https://api.example.org/v1"
SET = {"MEDIAMOSA_SYNC_API_URL": URL, "MEDIAMOSA_SYNC_TOKEN": "t0ken"}
RUN = {"api_url": "http://127.0.0.1:4000/v1", "operator_token": "local", "connection_id": "c"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path


def access(environ: dict[str, str], folder: Path, api_url: str | None = None) -> Access:
    """As of somebody whose project has no run."""
    return settings.access(environ, folder, api_url, project=Path("/nowhere"))


def run_in(folder: Path, told: Any = RUN) -> Path:
    (folder / ".local").mkdir(parents=True)
    path = folder / ".local/run.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


def test_the_environment_says_where_and_who(project: Path) -> None:
    found = access(SET, project)

    assert (found.api_url, found.token, found.run) == (URL, "t0ken", {})
    assert "t0ken" not in repr(found)


def test_else_the_file_of_a_run_does_from_any_folder_below(project: Path) -> None:
    run_in(project)
    below = project / "a/b"
    below.mkdir(parents=True)

    found = access({}, below)

    assert (found.api_url, found.token) == (RUN["api_url"], "local")
    assert found.run["connection_id"] == "c"


def test_else_that_of_the_project(project: Path) -> None:
    run_in(project)

    assert settings.access({}, Path("/"), project=project).token == "local"


def test_the_token_of_a_run_goes_to_no_other_api(project: Path) -> None:
    run_in(project)

    with pytest.raises(CliError, match="There is no token for"):
        access({}, project, URL)


def test_an_option_comes_before_the_environment(project: Path) -> None:
    assert access(SET, project, "https://other.example.org/v1/").api_url.startswith("https://other")


def test_the_environments_token_is_used_with_a_run(project: Path) -> None:
    run_in(project)

    assert access({"MEDIAMOSA_SYNC_TOKEN": "viewer"}, project).token == "viewer"


def test_another_persons_file_is_not_believed(project: Path) -> None:
    run_in(project)

    with pytest.raises(CliError, match="No API is known here"):
        settings.access({}, project, project=project, person=lambda: -1)


@pytest.mark.parametrize("told", ["{", "[]", "\xff"])
def test_a_broken_file_is_none(project: Path, told: str) -> None:
    run_in(project).write_bytes(told.encode("latin-1"))

    with pytest.raises(CliError, match="MEDIAMOSA_SYNC_API_URL"):
        access({}, project)


@pytest.mark.parametrize(
    "url",
    [
        "api.example.org",
        "ftp://api.example.org",
        "https://",
        "https://user@api.example.org",
        "https://api.example.org/v1?x=1",
        "https://api.example.org:port/v1",
        "https://[::1",
    ],
)
def test_what_is_no_address_is_refused(project: Path, url: str) -> None:
    with pytest.raises(CliError, match="no address of an API"):
        access({**SET, "MEDIAMOSA_SYNC_API_URL": url}, project)


def test_a_token_travels_encrypted_or_stays_on_the_machine(project: Path) -> None:
    with pytest.raises(CliError, match="not encrypted"):
        access({**SET, "MEDIAMOSA_SYNC_API_URL": "http://api.example.org/v1"}, project)

    for host in ("127.0.0.1:4566", "[::1]:4566", "localhost", "api.localhost"):
        assert access({**SET, "MEDIAMOSA_SYNC_API_URL": f"http://{host}/v1"}, project).token


def test_what_cannot_be_a_token_is_not_sent(project: Path) -> None:
    with pytest.raises(CliError, match="copy it again"):
        access({**SET, "MEDIAMOSA_SYNC_TOKEN": "tök\x00en"}, project)
