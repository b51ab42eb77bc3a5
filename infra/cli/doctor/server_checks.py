"""What MediaMosa itself tells, asked with the connection's address and user."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from infra.cli.client import Json
from infra.cli.doctor.api_checks import clocks, records
from infra.cli.doctor.finding import Finding, fine, look, skipped, wrong
from infra.cli.doctor.mediamosa import Probe
from infra.cli.doctor.zone import NAME as ZONE
from infra.cli.doctor.zone import judge
from infra.cli.program import Cli
from infra.cli.settings import is_loopback
from infra.cli.text import plural
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.errors import AssetServerError


def examine(cli: Cli, status: Json, password: str, ca_file: str) -> Iterator[Finding]:
    """Log in and look; the first thing that fails ends it."""
    name = "MediaMosa"
    try:
        probe = Probe(
            status["url"],
            status["user_name"],
            password,
            ca_file=ca_file,
            sleep=cli.tools.sleep,
            monotonic=cli.tools.monotonic,
            random=cli.tools.random,
        )
    except InvalidConfiguration as error:
        yield wrong(name, str(error), "Add a connection with another address.")
        return
    try:
        yield from _look(cli, status, probe)
    except (AssetServerError, InvalidConfiguration) as error:
        yield wrong(name, str(error), "Do what it says, and run `doctor` again.")
    finally:
        probe.close()


def _look(cli: Cli, status: Json, probe: Probe) -> Iterator[Finding]:
    version, clock = probe.version()
    url = status["url"]
    yield fine("MediaMosa", f"{url} takes the login of {status['user_name']}; version {version}.")
    if (found := encryption(url)) is not None:
        yield found
    yield clocks("MediaMosa's clock", "MediaMosa's", clock, cli.now)
    yield _zone(status, probe)
    yield _counts(status, probe)


def encryption(url: str) -> Finding | None:
    """A finding about an address without encryption; None if there is nothing to say."""
    parts = urlsplit(url)
    if parts.scheme == "https" or is_loopback(parts.hostname or ""):
        return None
    return look(
        "encryption",
        f"{url} is not encrypted: metadata can be read and changed on the way.",
        "Use an https address, unless the network between is your own.",
    )


def _zone(status: Json, probe: Probe) -> Finding:
    name = status["configuration"]["time_zone"]
    try:
        return judge(name, probe.evidence())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return skipped(ZONE, f"{name} is not known on this machine: install the package tzdata.")


def _counts(status: Json, probe: Probe) -> Finding:
    """Whether there are as many records as assets, as far as policies and time let it."""
    total, kept = probe.totals()
    links = records(status)
    assets = plural(total, "asset")
    if total != kept:
        assets = f"{assets}, {total - kept:,} of them trashed"
    if links is None:
        return skipped("counts", f"MediaMosa has {assets}; no run has counted the records yet.")
    if min(total, kept) <= links <= max(total, kept):
        return fine("counts", f"MediaMosa has {assets}; {plural(links, 'record')} tied to them.")
    return look(
        "counts",
        f"MediaMosa has {assets}, but {plural(links, 'record')} tied to them.",
        "`plan --full` shows which; a run that is still due may bring them together.",
    )
