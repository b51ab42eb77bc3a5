"""MediaMosa's result ids as the errors of the port (protocol § 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from mediamosa_sync.adapters.mediamosa.xml import SUCCESSES, Envelope
from mediamosa_sync.errors import NotLoggedIn, Refused, Unavailable

LOGIN_FAILED = 1600
NOT_LOGGED_IN = 1601
SERVER_ERROR = 500
ASSET_NOT_FOUND = 700
MEDIAFILE_NOT_FOUND = 701
NOT_AUTHORISED = 1800

_MAX_TEXT = 200
_SQL = re.compile(r"SQLSTATE\[(?P<state>\w{1,5})\](?:: [^:]{0,80}: (?P<code>\d{4}))?")
_REFUSING_CODES = frozenset({"1264", "1366", "1406"})
"""MySQL: out of range, incorrect string, too long."""


class LoggedOut(NotLoggedIn):
    """The session is not, or no longer, known to the server (result 1601)."""


def plain(text: str, hidden: Collection[str] = ()) -> str:
    """The first line of a server's *text*, at most 200 characters, without control characters.

    Every text of *hidden* in it is replaced by an ellipsis.
    """
    lines = text.strip().splitlines()
    line = lines[0] if lines else ""
    kept = "".join(char for char in line if not unicodedata.category(char).startswith("C"))
    for secret in filter(None, hidden):
        kept = kept.replace(secret, "…")
    return kept.strip()[:_MAX_TEXT]


def check(envelope: Envelope, hidden: Collection[str] = ()) -> None:
    """Return if *envelope* is a success.

    Raises:
        LoggedOut: 1601.
        Unavailable: 500 with a deadlock, a lost savepoint or an unknown text, which may pass.
        Refused: every other result, also 500 for a value that the database cannot take.
    """
    result_id = envelope.result_id
    if result_id in SUCCESSES:
        return
    if result_id == NOT_LOGGED_IN:
        raise LoggedOut(
            "MediaMosa does not keep the login: check that the connection's address is the one "
            "under which MediaMosa itself runs, since its session belongs to that name."
        )
    text = plain(envelope.description, hidden)
    told = f" ({text})" if text else ""
    if result_id == SERVER_ERROR and not _is_refusal(text):
        raise Unavailable(
            f"MediaMosa had an error of its own{told}: it is tried again; if that goes on, look "
            "into MediaMosa's log."
        )
    raise Refused(
        f"MediaMosa refused the request with result {result_id}{told}: "
        "docs/mediamosa-protocol.md § 4 tells what it stands for.",
        result_id,
    )


def _is_refusal(text: str) -> bool:
    """Whether a database error is about the data, so that the same request fails again."""
    found = _SQL.search(text)
    if found is None:
        return False
    return found["state"].startswith("22") or found["code"] in _REFUSING_CODES
