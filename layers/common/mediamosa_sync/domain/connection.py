"""A connection: one user of one MediaMosa server. All state is kept per connection."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.policies import Policies

MIN_PAGE_SIZE, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE = 1, 199, 100
DEFAULT_TIME_ZONE = "Europe/Amsterdam"


class InvalidConfiguration(ValueError):
    """A setting is wrong; the message is one sentence that says which, and what to do."""


@lru_cache(maxsize=256)
def connection_id(user_name: str, url: str) -> str:
    """``sha1("user_name@url")`` of both as given, without white space around them: 40 hex digits.

    >>> connection_id("editor", "https://mediamosa.example.org")
    'd6a4225e4fc573eb003545a5beaa29606724817b'
    """
    identity = f"{user_name.strip()}@{url.strip()}"
    return hashlib.sha1(identity.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach MediaMosa as one user.

    Attributes:
        url: address of the server's REST interface, as given (trimmed).
        user_name: name of the application in MediaMosa (protocol § 3).
        secret_arn: where its shared key is kept; the key itself is never in here.
        time_zone: name in the tz database of the zone set for the application in MediaMosa; no call
            tells it (protocol § 6).
        page_size: assets per page, 1 to 199, so that one row earlier still fits the server's 200.
        paused: directions ("pull", "push") in which nothing is done for now.
        problem: why this configuration cannot be used, in one sentence; "" if it can.
        default: whether the stack's parameters name it: records that name no connection are its.
        enabled: whether it is synced at all.
        policies: what is done about what one side puts away.
        fields: what differs from the usual for some properties.
    """

    url: str
    user_name: str
    secret_arn: str
    time_zone: str = DEFAULT_TIME_ZONE
    page_size: int = DEFAULT_PAGE_SIZE
    paused: frozenset[str] = frozenset()
    problem: str = ""
    default: bool = False
    enabled: bool = True
    policies: Policies = field(default_factory=Policies)
    fields: tuple[FieldRule, ...] = ()

    @property
    def connection_id(self) -> str:
        """The key of everything that is kept for this connection."""
        return connection_id(self.user_name, self.url)


def check_url(url: str, *, allow_http: bool) -> None:
    """Refuse an address that must not be called, before any name is resolved.

    Raises:
        InvalidConfiguration: not an absolute http(s) address, http without being allowed, user
            info, query or fragment in it.
    """
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as exc:
        raise InvalidConfiguration(_not_an_address(url)) from exc
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidConfiguration(_not_an_address(url))
    if parts.scheme == "http" and not allow_http:
        raise InvalidConfiguration(
            f"The address {_shown(parts)} is not encrypted: use https://, or set AllowHttp to true "
            "if the network between is your own."
        )
    _refuse_extras(parts)


def _refuse_extras(parts: SplitResult) -> None:
    if parts.username is not None or parts.password is not None:
        raise InvalidConfiguration(
            f"The address {_shown(parts)} carries a user name or password: give the user name as "
            "MediaMosaUserName and the password as MediaMosaPassword."
        )
    if parts.query or parts.fragment:
        raise InvalidConfiguration(
            f"The address {_shown(parts)} ends in a query or fragment: give only the address of "
            "the MediaMosa site."
        )


def _shown(parts: SplitResult) -> str:
    """The address without anything that could be a secret."""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _not_an_address(url: str) -> str:
    shown = url.strip().rpartition("@")[2][:100]
    return (
        f"{shown!r} is not the address of a server: write it like https://mediamosa.example.org, "
        "as the parameter MediaMosaUrl."
    )


def page_size_of(text: str) -> int:
    """The page size that *text* states.

    Raises:
        InvalidConfiguration: not a whole number from 1 to 199.
    """
    try:
        size = int(text)
    except ValueError:
        size = 0
    if not MIN_PAGE_SIZE <= size <= MAX_PAGE_SIZE:
        raise InvalidConfiguration(
            f"The page size {text[:20]!r} cannot be used: set PageSize to a whole number from "
            f"{MIN_PAGE_SIZE} to {MAX_PAGE_SIZE}."
        )
    return size
