"""The same request twice is one request, on every route that acts; what only marks says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from mediamosa_sync.ports import SyncStore
from tests.functions import seed
from tests.functions.asking import CONNECTION_ID, operations
from tests.functions.gateway import TOKENS, Answer, send
from tests.functions.tables import everything_but_audit, noted
from tests.functions.world import World, seeded

ACTING = {operation.name: operation for operation in operations() if operation.acts}

MARKING = {
    "restartConnection",
    "requestFull",
    "approveHeld",
    "rejectHeld",
    "retryParked",
    "discardParked",
}
"""They only leave a mark: the next scheduled run acts."""

COUNTING = {"retryParked", "discardParked", "withdrawRestart"}
"""Their answers tell what this request did, so that of a second one is another."""

WRITTEN_AGAIN = {"addConnection"}
"""A password cannot be compared, so it is put a second time."""

NOT_CARRIED_OUT = {"planRun"}
"""It changes nothing, and asks MediaMosa, which is not here."""


def restart(store: SyncStore) -> None:
    """There has to be one that can be withdrawn."""
    del store
    assert sent("restartConnection", "before").status == 202


def pause(store: SyncStore) -> None:
    """There has to be something to resume."""
    store.pause(CONNECTION_ID, ["push"], paused=True)


BEFORE: dict[str, Callable[[SyncStore], None]] = {
    "withdrawRestart": restart,
    "resumeConnection": pause,
}


def sent(name: str, request_id: str) -> Answer:
    return send(ACTING[name].request(TOKENS["operator"]), request_id)


def outcomes() -> dict[str, str]:
    """What the audit has of each request."""
    return {str(entry["entry_id"]): str(entry["outcome"]) for entry in noted()}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with seeded() as world:
        yield world


@pytest.fixture
def store(world: World) -> SyncStore:
    world.put_back()
    return world.store


@pytest.mark.parametrize("name", sorted(ACTING.keys() - NOT_CARRIED_OUT))
def test_a_second_request_changes_nothing_more(store: SyncStore, name: str) -> None:
    untouched = everything_but_audit()
    if name in BEFORE:
        BEFORE[name](store)
    before = everything_but_audit()
    first = sent(name, "first")
    between = everything_but_audit()
    second = sent(name, "second")

    assert between != before or name in BEFORE
    assert before != untouched or name not in BEFORE
    if name not in WRITTEN_AGAIN:
        assert everything_but_audit() == between
    assert 200 <= second.status <= first.status < 300
    if name not in COUNTING:
        assert json.loads(second.body) == json.loads(first.body)
    assert (outcomes()["first"], outcomes()["second"]) == ("done", "no change")


@pytest.mark.parametrize("name", sorted(MARKING))
def test_what_only_marks_is_accepted_with_the_time_of_the_next_run(
    store: SyncStore, name: str
) -> None:
    del store
    answer = sent(name, "first")
    assert answer.status == 202
    assert answer.json["next_run"].endswith("Z")


def test_exactly_what_only_marks_is_described_as_accepted() -> None:
    accepted = {name for name, one in ACTING.items() if "202" in one.described["responses"]}
    assert accepted == MARKING


@pytest.mark.parametrize("name", sorted(MARKING & COUNTING))
def test_of_a_second_request_about_parked_rows_is_told_why_it_marks_nothing(
    store: SyncStore, name: str
) -> None:
    del store
    first, second = sent(name, "first").json, sent(name, "second").json
    assert (first["marked"], first["left"], second["marked"]) == (1, [], 0)
    assert [left["asset_id"] for left in second["left"]] == [seed.PARKED]


def test_a_second_request_is_one_whoever_is_impatient(store: SyncStore) -> None:
    """An answer that got lost is asked for again with another id of its own."""
    for number in range(5):
        sent("restartConnection", f"impatient {number}")
    mark = store.run_state(CONNECTION_ID).restart
    assert mark is not None
    assert mark.restart_id == "impatient 0"
    assert list(outcomes().values()).count("done") == 1
