"""What a person may choose for `make run`: environment variables, refused with one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from infra.local.errors import LocalError


@dataclass(frozen=True, slots=True)
class Server:
    """A MediaMosa server: its address, and the application's user name and shared key."""

    url: str
    user_name: str
    password: str

    @property
    def host(self) -> str:
        """The address's host name."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices for one local run.

    Attributes:
        assets: number of assets of the stand-in MediaMosa.
        page_size: assets per page, 1 to 199.
        steps_per_tick: most pages that one scheduled execution syncs, 1 to 100.
        time_zone: name of the application's time zone in MediaMosa.
        keep: whether to go on where the last run that kept its state stopped.
        server: the real MediaMosa to use instead of the stand-in.
    """

    assets: int
    page_size: int
    steps_per_tick: int
    time_zone: str
    keep: bool
    server: Server | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings from environment variables; an empty one counts as not set.

        Raises:
            LocalError: one of them makes no sense.
        """
        return cls(
            assets=_whole_number(environment, "ASSETS", default=1000, least=0, most=1_000_000),
            page_size=_whole_number(environment, "PAGE_SIZE", default=100, least=1, most=199),
            steps_per_tick=_whole_number(
                environment, "STEPS_PER_TICK", default=10, least=1, most=100
            ),
            time_zone=_time_zone(environment.get("TIME_ZONE") or "Europe/Amsterdam"),
            keep=_keep(environment.get("KEEP") or "0"),
            server=_server(environment),
        )


def _whole_number(
    environment: Mapping[str, str], name: str, *, default: int, least: int, most: int
) -> int:
    text = environment.get(name) or str(default)
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)):
        number = int(text)
        if least <= number <= most:
            return number
    raise LocalError(f"{name} is {text[:40]!r}: give a whole number from {least} to {most}.")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    # ZoneInfo raises any of these for a name that is none, names of folders among them.
    except (OSError, ValueError, LookupError):
        sentence = f"TIME_ZONE is {name[:40]!r}: give a name as Europe/Amsterdam or UTC."
        raise LocalError(sentence) from None
    return name


def _keep(text: str) -> bool:
    if text not in {"0", "1"}:
        raise LocalError(f"KEEP is {text[:40]!r}: give 1 to keep the state, or leave it out.")
    return text == "1"


def _server(environment: Mapping[str, str]) -> Server | None:
    names = ("MEDIAMOSA_URL", "MEDIAMOSA_USERNAME", "MEDIAMOSA_PASSWORD")
    values = [environment.get(name, "") for name in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise LocalError(
            f"{missing[0]} is not set: give {', '.join(names[:2])} and {names[2]} together, "
            "or none of them to use the stand-in MediaMosa."
        )
    server = Server(values[0].rstrip("/"), values[1], values[2])
    _check_address(server.url)
    return server


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_none_or_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_none_or_fits = urlsplit(""), False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not (
        parts.scheme in {"http", "https"} and parts.hostname and plain and port_is_none_or_fits
    ):
        raise LocalError(
            "MEDIAMOSA_URL is no address of a server: give one as https://mediamosa.example.org, "
            "without user name, query and fragment."
        )
