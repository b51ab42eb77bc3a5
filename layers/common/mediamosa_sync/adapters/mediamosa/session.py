"""The login ("DBUS_COOKIE_SHA1") and what a lost session means (protocol § 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import Protocol

from mediamosa_sync.adapters.mediamosa.results import LOGIN_FAILED, LoggedOut, check
from mediamosa_sync.adapters.mediamosa.transport import Answer, Pairs, Transport
from mediamosa_sync.adapters.mediamosa.xml import SUCCESSES, Envelope, envelope
from mediamosa_sync.errors import Malformed, NotLoggedIn, Unavailable, Unreadable

_CHALLENGE_WORD = 3
_NONCE_BITS = 64


class Key(Protocol):
    """Where the shared key comes from."""

    def __call__(self, *, fresh: bool) -> str:
        """The key, from a cache unless *fresh*."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful envelope and the answer's ``Date`` header."""

    envelope: Envelope
    date: str | None


class _KeyRejected(NotLoggedIn):
    """The user name is known, the key is not its key."""


class Session:
    """Calls as one user of one server; logs in before the first one and when the login is lost.

    The key is asked for at each login and not kept.
    """

    def __init__(self, transport: Transport, user_name: str, key: Key, random: Random) -> None:
        self._transport = transport
        self._user_name = user_name.strip()
        self._key = key
        self._random = random
        self._logged_in = False

    def get(self, path: str, query: Pairs) -> Reply:
        """The successful answer to a GET.

        Raises:
            NotLoggedIn: the login was refused, or a fresh one was not kept.
            Unreadable: the call's own answer is too large or not well-formed.
            AssetServerError: any other of its kinds.
        """
        return self._call(lambda: self._transport.get(path, query), ())

    def post(self, path: str, form: Pairs, *, properties: Collection[str]) -> Reply:
        """The successful answer to a POST that does no harm twice; repeated as a GET is.

        *properties* are the names of those that *form* sets.

        Raises:
            PropertyRefused: the value of one of *properties*.
            NotLoggedIn, Unreadable, AssetServerError: as :meth:`get`.
        """
        return self._call(lambda: self._transport.post(path, form, replay=True), properties)

    def _call(self, send: Callable[[], Answer], properties: Collection[str]) -> Reply:
        """What *send* gets, logged in; sent once more after a new login if the old one is lost."""
        if not self._logged_in:
            self._log_in()
        try:
            return self._answered(send, properties)
        except LoggedOut:
            self._log_in()
        try:
            return self._answered(send, properties)
        except LoggedOut:
            self._logged_in = False
            raise

    def _answered(self, send: Callable[[], Answer], properties: Collection[str]) -> Reply:
        def attempt() -> Reply:
            answer = send()
            found = envelope(answer.body)
            check(found, self._transport.session_secrets, properties)
            return Reply(found, answer.date)

        return self._transport.repeated(attempt)

    def _log_in(self) -> None:
        """Log in; with a key asked for afresh if the cached one was rejected and differs."""
        self._logged_in = False
        key = self._key(fresh=False)
        try:
            self._transport.repeated(lambda: self._log_in_with(key))
        except _KeyRejected:
            fresh = self._key(fresh=True)
            if fresh == key:
                raise
            self._transport.repeated(lambda: self._log_in_with(fresh))
        self._logged_in = True

    def _log_in_with(self, key: str) -> None:
        """Both steps of a login, in a new session.

        The second step alone is never sent again: the server would say that it is identified
        already.
        """
        self._transport.forget_session()
        told = self._dbus(f"AUTH DBUS_COOKIE_SHA1 {self._user_name}", replay=True).split(" ")
        if told[0] != "DATA" or len(told) <= _CHALLENGE_WORD:
            raise Malformed(
                "MediaMosa's login sends no challenge: check that the connection's address is "
                "that of a MediaMosa server with this kind of login."
            )
        nonce = f"{self._random.getrandbits(_NONCE_BITS):016x}"
        proof = f"{told[_CHALLENGE_WORD]}:{nonce}:{key}".encode()
        digest = hashlib.sha1(proof, usedforsecurity=False).hexdigest()
        if not self._dbus(f"DATA {nonce} {digest}", replay=False).startswith("OK"):
            raise Malformed(
                "MediaMosa's login neither accepts nor refuses: check that the connection's "
                "address is that of a MediaMosa server with this kind of login."
            )

    def _dbus(self, line: str, *, replay: bool) -> str:
        try:
            answer = self._transport.post("login", [("dbus", line)], replay=replay)
            found = envelope(answer.body)
        except Unreadable as exc:
            # It says nothing about the call for which the login is made.
            raise Malformed(str(exc)) from None
        told = found.items[0].findtext("dbus") or "" if found.items else ""
        if found.result_id == LOGIN_FAILED:
            raise self._refusal(told)
        if found.result_id not in SUCCESSES:
            check(found, [*self._transport.session_secrets, line, line.rpartition(" ")[2]])
        return told

    def _refusal(self, told: str) -> NotLoggedIn | Unavailable:
        """What the login said (protocol § 3, failures), in words of ours alone.

        The server's own text could repeat what was sent.
        """
        user = repr(self._user_name[:60])
        if told.startswith("REJECTED"):
            return _KeyRejected(
                f"MediaMosa does not accept the password of the user {user}: set the shared key "
                "of that application as MediaMosaPassword."
            )
        if told.startswith("ERROR invalid account"):
            return NotLoggedIn(
                f"MediaMosa does not know the user {user}, or the application is switched off "
                "there: check MediaMosaUserName."
            )
        if told.startswith("ERROR database error"):
            return Unavailable(
                "MediaMosa's login failed over an error of its database: it is tried again; if "
                "that goes on, look into MediaMosa's log."
            )
        if told.startswith("ERROR mechanism not specified"):
            return NotLoggedIn(
                "MediaMosa lost the session between the two steps of the login: check that the "
                "connection's address is the one under which MediaMosa itself runs."
            )
        return NotLoggedIn(
            f"MediaMosa refused the login of the user {user} for a reason that it does not tell: "
            "look into MediaMosa's log."
        )
