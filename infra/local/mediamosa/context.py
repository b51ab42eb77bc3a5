"""What a call may use: the tables, the application, one reading of the clock, new ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from infra.local.mediamosa.records import Application
from infra.local.mediamosa.store import Store


class Ids(Protocol):
    """Where new ids come from."""

    def new_id(self) -> str:
        """Return 24 characters of [A-Za-z0-9], the first of them a letter (§ 5)."""
        ...

    def new_token(self) -> str:
        """Return 32 hexadecimal digits: a challenge or a session's key."""
        ...


@dataclass(slots=True)
class Settings:
    """How the server is installed.

    `utf8mb4`: its database keeps characters outside the basic plane (else 500, § 14).
    `rest_only`: it has no admin pages, so that an unknown path answers an envelope (§ 4).
    """

    utf8mb4: bool = False
    rest_only: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """One call's surroundings; `now` is read once for the whole request (§ 6)."""

    store: Store
    settings: Settings
    application: Application
    ids: Ids
    now: int
