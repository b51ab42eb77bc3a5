"""Runs, held deletions and removed records through the API."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import NewRecord
from mediamosa_sync.domain.removing import hold, remove
from mediamosa_sync.domain.rows import HistoryRow
from mediamosa_sync.domain.run import Kind, Outcome, Phase, Quiet, Run, RunState, Trigger
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.runtime import compose_stores
from tests.functions.api import act, call, described, problem_of
from tests.functions.test_api_connections import audited

ONE = "/connections/{connection_id}"
NOW = datetime.now(UTC).replace(microsecond=0)


def run(minute: int, kind: Kind = Kind.FULL) -> Run:
    started_at = NOW - timedelta(hours=1) + timedelta(minutes=minute)
    return Run(f"{kind}-{minute}", kind, Trigger.DEMAND, started_at, Cursor())


def ended(minute: int, kind: Kind = Kind.FULL) -> Run:
    begun = run(minute, kind)
    return replace(
        begun,
        phase=Phase.FINISH,
        finished_at=begun.started_at + timedelta(seconds=30),
        outcome=Outcome.SUCCEEDED,
        counts=Counts(added=3),
        watermark_after=begun.started_at,
    )


class Steps:
    """The connection's steps, as far as these lists come from them."""

    def __init__(self, store: SyncStore, connection: Connection) -> None:
        self._store = store
        self._id = connection.connection_id

    def save(self, state: RunState | None = None, *, runs: tuple[Run, ...] = ()) -> RunState:
        """Save a run item with a full run under way, and rows of the history."""
        taken = self._store.take_lease(self._id, owner="test", now=NOW, until=NOW)
        assert taken is not None
        state = replace(
            state or taken, generation=taken.generation, sequence=taken.sequence, full=run(59)
        )
        rows = [
            HistoryRow(one, one.started_at, 1, one.requests, NOW + timedelta(days=90))
            for one in runs
        ]
        self._store.save_run(state.fence, state, release=True, history=rows)
        return state

    def write(self, write: AssetWrite) -> None:
        """Apply one write in a step of its own."""
        state = self.save(self._store.run_state(self._id))
        assert self._store.apply(state.fence, Kind.FULL, [write]).done

    def link(self, asset_id: str) -> Link:
        """The link as it stands."""
        return self._store.links(self._id, [asset_id])[asset_id]

    def create(self, *asset_ids: str) -> None:
        """Bring assets into the tables."""
        for asset_id in asset_ids:
            record = NewRecord(
                f"m-{asset_id}",
                f"mediamosa://asset/{asset_id}",
                {"title": ("Kept",)},
                {"asset_id": asset_id},
            )
            self.write(AssetWrite(Link(asset_id, f"m-{asset_id}"), None, record, Effect.ADDED))

    def hold(self, *asset_ids: str) -> None:
        """Put them on the list of held deletions."""
        for asset_id in asset_ids:
            write = hold(self.link(asset_id), 1_000_000, NOW)
            assert write is not None
            self.write(write)

    def remove(self, *asset_ids: str) -> None:
        """Remove their records, with copies."""
        for asset_id in asset_ids:
            link = self.link(asset_id)
            attributes = compose_stores.record_store().item(link.media_id)
            retention = timedelta(days=30)
            self.write(
                remove(
                    link, attributes, now=NOW, retention=retention, reason="Gone.", approved=False
                )
            )


@pytest.fixture
def steps(stack: SyncStore, connection: Connection) -> Steps:
    return Steps(stack, connection)


def path_to(connection: Connection, rest: str) -> str:
    return f"/connections/{connection.connection_id}{rest}"


def all_of(path: str, limit: int) -> list[dict[str, Any]]:
    """Every row of a list, in parts of *limit*."""
    rows: list[dict[str, Any]] = []
    query = {"limit": str(limit)}
    while True:
        status, body, _ = call("GET", path, query=query)
        assert status == 200, body
        rows += body["items"]
        if body["next"] is None:
            return rows
        query["next"] = body["next"]


def test_runs_are_listed_newest_first_in_parts(connection: Connection, steps: Steps) -> None:
    quiet = Quiet(ended(10, Kind.INCREMENTAL), ended(20, Kind.INCREMENTAL), 7, 7)
    state = steps.save(runs=tuple(ended(minute) for minute in range(5)))
    steps.save(replace(state, quiet=quiet))
    path = path_to(connection, "/runs")
    body = described("GET", f"{ONE}/runs", 200, call("GET", path)[1])
    assert [row["run_id"] for row in body["items"]] == [
        "incremental-20",
        *(f"full-{minute}" for minute in (4, 3, 2, 1, 0)),
    ]
    assert (body["items"][0]["runs"], body["items"][0]["requests"]) == (7, 7)
    for limit in (1, 2, 5, 6, 100):
        assert all_of(path, limit) == body["items"]


def test_a_run_under_way_is_in_the_status_alone(connection: Connection, steps: Steps) -> None:
    steps.save()
    assert call("GET", path_to(connection, "/runs"))[1] == {"items": [], "next": None}
    assert call("GET", path_to(connection, ""))[1]["run"]["run_id"] == "full-59"


def test_held_deletions_are_listed_with_their_token(
    connection: Connection, steps: Steps, stack: SyncStore
) -> None:
    path = path_to(connection, "/held")
    assert call("GET", path)[1] == {"items": [], "next": None, "token": None, "count": 0}
    steps.create("a1", "b2", "c3")
    steps.hold("a1", "b2", "c3")
    body = described("GET", f"{ONE}/held", 200, call("GET", path)[1])
    assert [(row["asset_id"], row["media_id"]) for row in body["items"]] == [
        ("a1", "m-a1"),
        ("b2", "m-b2"),
        ("c3", "m-c3"),
    ]
    assert body["count"] == 3
    assert body["token"] == stack.run_state(connection.connection_id).held.token
    assert all_of(path, 2) == body["items"]


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_decision_is_marked_once(
    connection: Connection, steps: Steps, stack: SyncStore, verb: str
) -> None:
    steps.create("a1")
    steps.hold("a1")
    token = call("GET", path_to(connection, "/held"))[1]["token"]
    path = path_to(connection, f"/held/{verb}")
    status, body = act("POST", path, {"token": token})
    assert status == 202
    described("POST", f"{ONE}/held/{verb}", 202, body)
    assert act("POST", path, {"token": token}) == (202, body)
    ruling = stack.run_state(connection.connection_id).ruling
    assert ruling is not None
    assert (ruling.token, ruling.approve, ruling.by) == (token, verb == "approve", "operator")
    other = "reject" if verb == "approve" else "approve"
    status, problem = act("POST", path_to(connection, f"/held/{other}"), {"token": token})
    assert (status, problem_of(problem)) == (409, "/problems/held-decided")
    assert sorted(audited(connection.connection_id)) == sorted(
        [
            (f"{verb} {token}", "done"),
            (f"{verb} {token}", "no change"),
            (f"{other} {token}", problem["detail"]),
        ]
    )


def test_a_decision_about_nothing_or_about_another_list_is_refused(
    connection: Connection, steps: Steps
) -> None:
    path = path_to(connection, "/held/approve")
    status, problem = act("POST", path, {"token": "0" * 32})
    assert (status, problem_of(problem)) == (409, "/problems/nothing-held")
    steps.create("a1", "b2")
    steps.hold("a1")
    token = call("GET", path_to(connection, "/held"))[1]["token"]
    steps.hold("b2")
    status, problem = act("POST", path, {"token": token})
    assert (status, problem_of(problem)) == (409, "/problems/held-changed")


@pytest.mark.parametrize("body", [None, {}, {"token": 7}, {"token": ""}, {"token": "x" * 65}])
def test_a_decision_names_its_list(connection: Connection, body: object) -> None:
    status, problem = act("POST", path_to(connection, "/held/approve"), body)
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")


def test_removed_records_are_listed_and_restored(connection: Connection, steps: Steps) -> None:
    steps.create("a1", "b2", "c3")
    before = compose_stores.record_store().item("m-b2")
    steps.remove("a1", "b2", "c3")
    path = path_to(connection, "/removed")
    body = described("GET", f"{ONE}/removed", 200, call("GET", path)[1])
    assert [row["asset_id"] for row in body["items"]] == ["a1", "b2", "c3"]
    assert all_of(path, 1) == all_of(path, 2) == body["items"]

    status, restored = act("POST", f"{path}/b2/restore")
    assert status == 200
    described("POST", f"{ONE}/removed/{{asset_id}}/restore", 200, restored)
    assert compose_stores.record_store().item("m-b2") == before
    assert act("POST", f"{path}/b2/restore") == (200, restored)
    assert [row["asset_id"] for row in all_of(path, 5)] == ["a1", "c3"]
    assert steps.link("b2").state is LinkState.KEPT
    assert sorted(audited(connection.connection_id)) == [
        ("restore b2", "done"),
        ("restore b2", "no change"),
    ]


def test_what_was_not_removed_cannot_be_restored(connection: Connection, steps: Steps) -> None:
    steps.create("a1")
    for asset_id in ("a1", "unknown"):
        status, problem = act("POST", path_to(connection, f"/removed/{asset_id}/restore"))
        assert (status, problem_of(problem)) == (404, "/problems/removed-not-found")
    status, problem = act("POST", path_to(connection, f"/removed/{'x' * 33}/restore"))
    assert (status, problem_of(problem)) == (400, "/problems/bad-request")


def test_a_record_with_the_same_key_is_not_overwritten(
    connection: Connection, steps: Steps
) -> None:
    steps.create("a1")
    steps.remove("a1")
    boto3.client("dynamodb").put_item(TableName="media", Item={"media_id": {"S": "m-a1"}})
    status, problem = act("POST", path_to(connection, "/removed/a1/restore"))
    assert (status, problem_of(problem)) == (409, "/problems/record-exists")
    assert compose_stores.record_store().item("m-a1") == {"media_id": "m-a1"}


def token(text: bytes) -> str:
    """Bytes as a token has them, its checksum the right one."""
    whole = zlib.crc32(text).to_bytes(4, "big") + text
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


@pytest.mark.parametrize("name", ["runs", "held", "removed", "links", "conflicts"])
def test_a_part_that_cannot_be_is_refused(connection: Connection, name: str) -> None:
    limits = ["0", "101", "-1", "ten", "\u0661", ""]
    tokens = ["x", "!", "x" * 1501, token(b"runs"), token(b"\xff\xfe"), token(b"others 2026")]
    tokens += [token(f"{name} 2026-11-23".encode())[:-cut] for cut in range(1, 9)]
    queries = [{"limit": limit} for limit in limits] + [{"next": told} for told in tokens]
    for query in queries:
        status, problem, _ = call("GET", path_to(connection, f"/{name}"), query=query)
        assert (status, problem_of(problem)) == (400, "/problems/bad-request"), query


def test_a_token_of_another_list_is_refused(connection: Connection, steps: Steps) -> None:
    steps.save(runs=(ended(1), ended(2)))
    told = call("GET", path_to(connection, "/runs"), query={"limit": "1"})[1]["next"]
    assert call("GET", path_to(connection, "/runs"), query={"next": told})[0] == 200
    assert call("GET", path_to(connection, "/runs"), query={"next": ""})[0] == 200
    assert call("GET", path_to(connection, "/removed"), query={"next": told})[0] == 400
