"""Where the API is, and the token for it: from the environment, else from `.local/run.json`.

A token is never an argument, since everybody on the machine can read a process's arguments; and
the token of one API is never sent to another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from infra.cli.errors import CliError

API_URL = "MEDIAMOSA_SYNC_API_URL"
TOKEN = "MEDIAMOSA_SYNC_TOKEN"  # noqa: S105 - the name of a variable, not a token
CONNECTION = "MEDIAMOSA_SYNC_CONNECTION"
PASSWORD = "MEDIAMOSA_PASSWORD"  # noqa: S105 - the name of a variable, not a password
RUN_FILE = Path(".local/run.json")
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Access:
    """One API and what opens it.

    Attributes:
        api_url: its address, without a slash at its end.
        token: an operator's or a viewer's.
        run: what the `.local/run.json` of this API says; empty without one.
    """

    api_url: str
    token: str = field(repr=False)
    run: Mapping[str, str] = field(default_factory=dict, repr=False)


def access(
    environ: Mapping[str, str],
    folder: Path,
    api_url: str | None = None,
    *,
    project: Path = PROJECT,
    person: Callable[[], int] | None = None,
) -> Access:
    """Find the API for a command that runs in *folder*.

    Args:
        api_url: what an option says.
        project: where the code is, whose `make run` is the last that is looked for.
        person: tells the number of the user who runs it; the system does, unless said otherwise.

    Raises:
        CliError: there is no address or no token, or the address must not be called.
    """
    run = _run_file([folder, *folder.parents, project], (person or _person)())
    told = api_url or environ.get(API_URL, "").strip()
    url = (told or run.get("api_url", "")).rstrip("/")
    if not url:
        raise CliError(
            f"No API is known here: set {API_URL} and {TOKEN}, or begin a `make run` and use the "
            "command in its folder."
        )
    _check(url)
    same = url == run.get("api_url", "").rstrip("/")
    token = environ.get(TOKEN, "").strip() or (run.get("operator_token", "") if same else "")
    if not token:
        raise CliError(f"There is no token for {url}: set {TOKEN} to an operator's or a viewer's.")
    if not token.isascii() or not token.isprintable():
        raise CliError(f"{TOKEN} holds something that is no token: copy it again.")
    return Access(url, token, run if same else {})


def _person() -> int:
    """The user's number; 0, as files have it too, where users have none."""
    return os.getuid() if hasattr(os, "getuid") else 0


def _run_file(homes: Iterable[Path], person: int) -> Mapping[str, str]:
    """What the first `.local/run.json` in *homes* says that is the person's own."""
    for home in homes:
        path = home / RUN_FILE
        try:
            if path.stat().st_uid != person:
                continue  # Another's file could lead one's own token astray.
            found = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            return {str(name): str(value) for name, value in found.items()}
    return {}


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise CliError(
            f"{API_URL} is no address of an API: give it as https://host/stage, without user name, "
            "query and fragment."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise CliError(
            f"{url} is not encrypted, and the token would be readable on the way: use https."
        )


def is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
