"""MediaMosa as the doctor asks it: GET requests of a few rows after the login, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from urllib.parse import urlsplit

from infra.cli.doctor.zone import Deletion, Evidence
from mediamosa_sync.adapters.mediamosa import queries
from mediamosa_sync.adapters.mediamosa.addresses import resolve
from mediamosa_sync.adapters.mediamosa.session import Reply, Session
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.adapters.mediamosa.times import LocalTimes, server_time
from mediamosa_sync.adapters.mediamosa.transport import Pairs, Transport
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Refused

_REQUESTS_PER_SECOND = 5.0
_DELETIONS = 20
_UTC = LocalTimes("UTC")
"""Stamps as they stand: read as if they were UTC, whatever zone they are of."""
_ORDER = frozenset({"order_by", "order_direction", "limit", "calculate_total_count"})


class Probe:
    """One application at one MediaMosa. A person names both, so any address may be called.

    Every call may raise what the adapter does: :class:`AssetServerError`, and at once
    InvalidConfiguration for an address that is none.
    """

    def __init__(
        self,
        url: str,
        user_name: str,
        password: str,
        *,
        ca_file: str,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        random: Random,
    ) -> None:
        host = urlsplit(url.strip()).hostname or ""
        settings = Settings(
            allowed_hosts=frozenset({host}),
            allow_http=True,
            requests_per_second=_REQUESTS_PER_SECOND,
            ca_file=ca_file,
        )
        self._transport = Transport(
            url, settings, sleep=sleep, monotonic=monotonic, random=random, resolver=resolve
        )

        def key(*, fresh: bool) -> str:
            del fresh
            return password

        self._session = Session(self._transport, user_name, key, random)

    def close(self) -> None:
        """Close the network connection."""
        self._transport.close()

    def version(self) -> tuple[str, datetime]:
        """The server's version, and its clock (aware UTC). Logs in first."""
        reply = self._get("version", [])
        told = reply.envelope.items[0].findtext("version") if reply.envelope.items else None
        return told or "unknown", server_time(reply.date)

    def totals(self) -> tuple[int, int]:
        """How many assets there are: all of them, and those that are not trashed."""
        everything = self._listing()
        kept = [(name, "FALSE" if name == "trashcan" else value) for name, value in everything]
        return self._total(everything), self._total(kept)

    def _total(self, query: Pairs) -> int:
        return self._get("asset", query).envelope.total or 0

    def evidence(self) -> Evidence:
        """What tells the application's time zone."""
        newest = [pair for pair in self._listing() if pair[0] not in _ORDER]
        newest += [("order_by", "videotimestampmodified"), ("order_direction", "desc")]
        reply = self._get("asset", [*newest, ("limit", "1"), ("calculate_total_count", "FALSE")])
        stamps = _stamps(reply)
        found = next(iter(stamps.values()), None)
        return Evidence(server_time(reply.date), _naive(found), self._deletions())

    def _deletions(self) -> Sequence[Deletion]:
        """The newest deletions as both lists tell them; none from a server without the first."""
        query = [("order_direction", "desc"), ("limit", str(_DELETIONS))]
        try:
            told = _stamps(self._get("asset/deleted", query))
        except Refused:
            return ()
        if not told:
            return ()
        ids = " ".join(f"^{asset_id}^" for asset_id in told if asset_id.isalnum())
        listed = [pair for pair in self._listing() if pair[0] != "limit"]
        listed += [("cql", f'asset_id any "{ids}"'), ("show_deleted", "TRUE")]
        shown = _stamps(self._get("asset", [*listed, ("limit", str(_DELETIONS))]))
        return [
            Deletion(at, local.replace(tzinfo=None))
            for asset_id, at in sorted(told.items(), key=lambda pair: pair[1], reverse=True)
            if (local := shown.get(asset_id)) is not None
        ]

    def _listing(self) -> list[tuple[str, str]]:
        window = Window(offset=0, limit=1, with_total=True)
        return list(queries.listing(_UTC, window, since=None, prefix="", ids_only=False))

    def _get(self, path: str, query: Pairs) -> Reply:
        return self._session.get(path, [*query, queries.VERSION])


def _stamps(reply: Reply) -> dict[str, datetime]:
    """The stamp of each item, as it stands, in the order of the items."""
    found = {}
    for item in reply.envelope.items:
        asset_id = item.findtext("asset_id") or ""
        stamp = _UTC.instant(item.findtext("videotimestampmodified"))
        if stamp is not None:
            found[asset_id] = stamp.astimezone(UTC)
    return found


def _naive(stamp: datetime | None) -> datetime | None:
    return None if stamp is None else stamp.replace(tzinfo=None)
