"""Which connection a command is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from infra.cli.client import Json
from infra.cli.errors import CliError

_PREFIX = re.compile(r"[0-9a-f]{1,40}")
SHORT_ID = 8
"""Digits of an id that are shown, where they are enough."""


def name_of(status: Json) -> str:
    """A connection as people know it."""
    return f"{status['user_name']}@{status['url']}"


def choose(statuses: Sequence[Json], wanted: str | None) -> str:
    """The id of the connection that *wanted* names, or of the only one.

    Raises:
        CliError: none is meant, or more than one; the sentence lists them.
    """
    if not statuses:
        raise CliError(
            "There is no connection yet: the first scheduled run writes the default one, "
            "`connections add` adds others."
        )
    found = [status for status in statuses if wanted is None or _is_meant(status, wanted.strip())]
    if len(found) == 1:
        return str(found[0]["connection_id"])
    known = ", ".join(
        f"{status['connection_id'][:SHORT_ID]} ({name_of(status)})" for status in statuses
    )
    if wanted is None:
        raise CliError(f"There are several connections: name one with --connection, of {known}.")
    what = "several connections are" if found else "no connection is"
    raise CliError(f"By {wanted!r} {what} meant: name one of {known}.")


def _is_meant(status: Json, wanted: str) -> bool:
    if wanted == name_of(status):
        return True
    prefix = wanted.lower()
    return bool(_PREFIX.fullmatch(prefix)) and status["connection_id"].startswith(prefix)


def suggestions(statuses: Sequence[Json], incomplete: str) -> list[tuple[str, str]]:
    """What completes *incomplete*, each with its explanation."""
    found = []
    for status in statuses:
        shown, name = status["connection_id"][:SHORT_ID], name_of(status)
        if status["connection_id"].startswith(incomplete):
            found.append((max(shown, incomplete, key=len), name))
        elif name.startswith(incomplete):
            found.append((name, shown))
    return found
