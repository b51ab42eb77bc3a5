"""MediaMosa's result ids as the errors of the port (protocol § 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from mediamosa_sync.adapters.mediamosa.xml import SUCCESSES, Envelope
from mediamosa_sync.errors import (
    Malformed,
    NotLoggedIn,
    PropertyRefused,
    Refused,
    Troubled,
    Unavailable,
    ValuesRefused,
)

LOGIN_FAILED = 1600
NOT_LOGGED_IN = 1601
SERVER_ERROR = 500
ASSET_NOT_FOUND = 700
MEDIAFILE_NOT_FOUND = 701
BAD_PARAMETER = 1003
NOT_AUTHORISED = 1800
_SWITCHED_OFF = frozenset({613, 712})

_MAX_TEXT = 200
_SQL = re.compile(r"SQLSTATE\[(?P<state>\w{1,5})\](?:: [^:]{0,80}: (?P<code>\d{4}))?")
_REFUSING_CODES = frozenset({"1264", "1366", "1406"})
"""MySQL: out of range, incorrect string, too long."""
_PARAMETER = re.compile(r"\b(?P<name>\w{1,64})(?:\[\d{0,4}\])? \([A-Z_]{1,32}\)", re.ASCII)
"""How a text names a parameter: "… failed for created (DATETIME)" (§ 4, as recorded)."""


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


def check(
    envelope: Envelope, hidden: Collection[str] = (), properties: Collection[str] = ()
) -> None:
    """Return if *envelope* is a success.

    *properties* are the names of those whose values were sent: the server's text is not believed
    about any other.

    Raises:
        LoggedOut: 1601.
        Unavailable: 712 or 613, a service that is switched off for now.
        Troubled: 500 with a deadlock, a lost savepoint or an unknown text, which may pass.
        ValuesRefused: 500 for a value that the database cannot take.
        PropertyRefused: 1003 for one of *properties*.
        Malformed: a refusal that holds items.
        Refused: every other result.
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
    if result_id in _SWITCHED_OFF:
        raise Unavailable(
            f"MediaMosa has this service switched off (result {result_id}): it is tried again; ask "
            "those who run MediaMosa to switch it on."
        )
    if result_id == SERVER_ERROR:
        raise _server_error(text)
    if envelope.items:
        raise Malformed(
            f"MediaMosa's answer refuses with result {result_id} and holds items all the same: it "
            "is asked for again at the next tick; if that goes on, look into MediaMosa's log."
        )
    raise _refusal(result_id, text, properties)


def _server_error(text: str) -> Troubled | ValuesRefused:
    told = f" ({text})" if text else ""
    if _is_refusal(text):
        return ValuesRefused(
            f"MediaMosa refused the request with result {SERVER_ERROR}, as its database cannot "
            f"take one of the values{told}: take out characters such as emoji, or shorten it.",
            SERVER_ERROR,
        )
    return Troubled(
        f"MediaMosa had an error of its own{told}: it is tried again; if that goes on, look into "
        "MediaMosa's log."
    )


def _refusal(result_id: int, text: str, properties: Collection[str]) -> Refused:
    told = f" ({text})" if text else ""
    if result_id == BAD_PARAMETER:
        named = (found["name"] for found in _PARAMETER.finditer(text))
        name = next((one for one in named if one in properties), None)
        if name is not None:
            return PropertyRefused(
                f"MediaMosa refused the value of its property {name} with result {result_id}"
                f"{told}: write one of the kind that the property has.",
                result_id,
                name,
            )
    return Refused(
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
