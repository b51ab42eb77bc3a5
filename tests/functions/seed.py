"""A connection about which everything can be asked: links in all states, conflicts, runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.run import Kind, Quiet
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect
from mediamosa_sync.ports import SyncStore
from tests.functions.test_api_conflicts import edit
from tests.functions.test_api_links import put, wait
from tests.functions.test_api_lists import Steps, ended

NOW = datetime.now(UTC).replace(microsecond=0)

LINKED, PARKED, PENDING = "linkedAsset1", "parkedAsset1", "pendingAsset1"
HELD, REMOVED, CONTESTED = "heldAsset1", "removedAsset1", "a1"
WAITING = "waiting-record-1"
HELD_TOKEN = Held().changed((HELD, "heldAsset2"), ()).token


def _conflict(number: int) -> Conflict:
    at = NOW - timedelta(hours=1) + timedelta(minutes=number)
    return Conflict(
        conflict_id=f"{at:%Y%m%dT%H%M%S%f}-0123456789abcdef",
        asset_id=CONTESTED,
        media_id=f"m-{CONTESTED}",
        at=at,
        disagreement=Disagreement("title", ("Base",), (f"Ours {number}",), ("Theirs",)),
        record_name="title",
        asset_modified=at,
    )


CONFLICTS = tuple(_conflict(number) for number in range(3))


def seed(store: SyncStore, connection: Connection) -> None:
    """Fill the tables of a connection that is written down already."""
    connection_id = connection.connection_id
    properties = [
        Property("title", "dublin_core"),
        Property("year", "app_1", PropertyType.INT),
        Property("is_favorite", "asset"),
    ]
    store.put_properties(connection_id, properties, NOW)
    _contest(store, connection_id)
    put(store, connection, LINKED, LinkState.LINKED)
    for number in range(1, 4):
        put(store, connection, f"parkedAsset{number}", LinkState.PARKED)
    put(store, connection, PENDING, LinkState.PENDING)
    put(store, connection, "forgottenAsset1", LinkState.FORGOTTEN)
    wait(store, connection, WAITING)
    steps = Steps(store, connection)
    state = steps.save(runs=tuple(ended(minute) for minute in range(5)))
    quiet = Quiet(ended(10, Kind.INCREMENTAL), ended(20, Kind.INCREMENTAL), 7, 7)
    steps.save(replace(state, quiet=quiet))
    steps.create(HELD, "heldAsset2", REMOVED, "removedAsset2")
    steps.hold(HELD, "heldAsset2")
    steps.remove(REMOVED, "removedAsset2")


def _contest(store: SyncStore, connection_id: str) -> None:
    """One link with conflicts about its title, the last of which can be brought back."""
    link = Link(CONTESTED, f"m-{CONTESTED}", base={"title": ("Theirs",)})
    write = AssetWrite(link, None, None, Effect.NOTED, conflicts=CONFLICTS)
    assert store.write(connection_id, write).done
    edit("Theirs")
