"""Sessions and the login DBUS_COOKIE_SHA1 (§ 3)."""

from __future__ import annotations

from hashlib import sha1
from hmac import compare_digest

from infra.local.mediamosa import errors
from infra.local.mediamosa.answers import Element, Outcome
from infra.local.mediamosa.context import Ids
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.records import Application, Session
from infra.local.mediamosa.store import Store

LIFETIME_SECONDS = 200_000
_DESCRIPTION = "DBUS authentication protocol"
_MECHANISM = "DBUS_COOKIE_SHA1"
_FAILED = 1600


class Sessions:
    """The sessions of the server, by cookie value."""

    def __init__(self) -> None:
        self.by_key: dict[str, Session] = {}

    def open(self, key: str | None, ids: Ids, now: int) -> tuple[Session, bool]:
        """Return the session of a cookie, and whether the client must be given a new one.

        A cookie that the server has forgotten keeps its value: it begins an empty session.
        """
        known = self.by_key.get(key) if key else None
        if known is not None and now - known.used <= LIFETIME_SECONDS:
            known.used = now
            return known, False
        return Session(key or ids.new_token(), now), key is None

    def keep(self, session: Session) -> None:
        """Remember a session: one that nobody began to log in with is not worth it."""
        self.by_key[session.key] = session

    def lose_all(self) -> None:
        """Forget every session: each next call answers 1601."""
        self.by_key.clear()


def application(store: Store, session: Session) -> Application:
    """Return the application that the session is logged in as.

    Its `active` flag and its key are not looked at again (§ 3).

    Raises:
        RefusedError: 1601.
    """
    found = store.applications.get(session.app_id) if session.app_id is not None else None
    if found is None:
        raise errors.not_logged_in()
    return found


def step(store: Store, session: Session, ids: Ids, parameters: Parameters) -> Outcome:
    """`/login`: one line of the protocol, answered by one line in `<dbus>`."""
    line = parameters.required("dbus")
    text = _answer(store, session, ids, line)
    item = Element("item", (Element("dbus", text),))
    if text.startswith(("ERROR", "REJECTED")):
        return Outcome((item,), result_id=_FAILED, description=f"DBUS {text}")
    return Outcome((item,), description=_DESCRIPTION)


def _answer(store: Store, session: Session, ids: Ids, line: str) -> str:
    if " " not in line:
        return "ERROR unknown error"
    command, _, rest = line.strip().partition(" ")
    if command == "AUTH":
        return _auth(store, session, ids, rest)
    if command == "DATA":
        return _data(store, session, rest)
    if command == "CANCEL":
        _forget(session)
        return "REJECTED"
    return "ERROR unknown error"


def _auth(store: Store, session: Session, ids: Ids, rest: str) -> str:
    mechanism, _, name = rest.partition(" ")
    if not mechanism:
        return f"REJECTED {_MECHANISM}"
    if mechanism != _MECHANISM:
        return "ERROR unknown mechanism"
    found = store.application(name)
    if found is None or not found.active:
        _forget(session)
        session.app_id = None
        return "ERROR invalid account"
    session.mechanism = True
    session.identified = False
    session.app_name = name
    session.challenge = ids.new_token()
    return f"DATA vpx 0 {session.challenge}"


def _data(store: Store, session: Session, rest: str) -> str:
    if session.identified:
        return "ERROR already identified"
    if not session.mechanism:
        return "ERROR mechanism not specified"
    random, _, response = rest.partition(" ")
    found = store.application(session.app_name)
    secret = found.shared_key if found else ""
    plain = f"{session.challenge}:{random}:{secret}".encode()
    if not compare_digest(sha1(plain, usedforsecurity=False).hexdigest(), response):
        session.mechanism = False
        session.challenge = ""
        return "REJECTED"
    if found is None:
        _forget(session)
        return "ERROR database error"
    session.app_id = found.app_id
    session.identified = True
    return "OK server_guid"


def _forget(session: Session) -> None:
    session.mechanism = False
    session.identified = False
    session.app_name = ""
    session.challenge = ""
