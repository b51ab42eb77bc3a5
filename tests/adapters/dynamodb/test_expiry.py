"""What DynamoDB may forget, and when; it removes items hours late, one by one, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from boto3.dynamodb.types import Binary

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Calls, Patience
from mediamosa_sync.adapters.dynamodb.removed_item import copy_items, copy_of, fits
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore
from mediamosa_sync.domain.record import RemovedRecord
from mediamosa_sync.domain.rows import AuditEntry, Nominees, NomineesChange
from mediamosa_sync.errors import StoreError
from tests.adapters.dynamodb.samples import EVERY_TYPE, ID, LATER, MINUTE, NOW, history_row, noise
from tests.adapters.dynamodb.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = 24 * 3600


@dataclass(slots=True)
class Seconds:
    """A time that is set by hand."""

    now: float = 1_800_000_000.5

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Aging:
    """The adapter, its time, and what stands in the table."""

    client: DynamoDBClient
    store: DynamoDBSyncStore
    time: Seconds

    def expiries(self) -> Iterator[tuple[str, object]]:
        """Sort key and expiry of every item of the connection."""
        answer = self.client.scan(TableName=TABLES.sync, ConsistentRead=True)
        for wire in answer["Items"]:
            item = item_from_wire(wire)
            yield item["sk"], item.get("expires_at")


@pytest.fixture
def aging(client: DynamoDBClient, patience: Patience) -> Aging:
    time = Seconds()
    store = DynamoDBSyncStore(Calls(client, patience), TABLES, seconds_now=time)
    return Aging(client, store, time)


def test_a_mediafile_that_is_not_there_is_remembered_for_a_day(aging: Aging) -> None:
    aging.store.put_mediafiles(ID, {"m1": "a", "m2": ""})

    assert dict(aging.expiries()) == {"mediafile#m1": None, "mediafile#m2": 1_800_000_000 + DAY}
    aging.time.now += DAY - 1
    assert aging.store.mediafiles(ID, ["m1", "m2"]) == {"m1": "a", "m2": ""}
    aging.time.now += 1
    assert aging.store.mediafiles(ID, ["m1", "m2"]) == {"m1": "a"}


def test_a_mediafile_that_has_come_to_be_there_is_remembered_for_ever(aging: Aging) -> None:
    aging.store.put_mediafiles(ID, {"m": ""})
    aging.store.put_mediafiles(ID, {"m": "a"})

    assert dict(aging.expiries()) == {"mediafile#m": None}


def test_nominees_outlive_any_run_and_history_and_audit_go_when_told(aging: Aging) -> None:
    state = aging.store.take_lease(ID, owner="step", now=NOW, until=NOW + MINUTE)
    assert state is not None
    row = NomineesChange("full-1", Nominees("a", ("1",)))
    aging.store.save_run(state.fence, state, release=True, nominees=row, history=[history_row(0)])
    aging.store.audit(ID, AuditEntry("e1", NOW, "operator", "restart", "done", LATER))

    assert dict(aging.expiries()) == {
        "run": None,
        "nominated#full-1#a": 1_800_000_000 + 90 * DAY,
        "history#2026-11-23T12:00:00Z#full-0": LATER.timestamp(),
        "audit#2026-11-23T12:00:00.123456Z#e1": LATER.timestamp(),
    }


SMALL = RemovedRecord("a", "m-a", {"media_id": "m-a", **EVERY_TYPE}, NOW, LATER, "It is gone.")
LARGE = replace(SMALL, attributes={"media_id": "m-a", "own": Binary(noise(1_000_000))})


def parts(copy: RemovedRecord) -> dict[str, dict[str, object]]:
    """The items of a copy, by their sort keys."""
    return {str(item["sk"]): dict(item) for item in copy_items(ID, copy)}


def stored_data(items: dict[str, dict[str, object]]) -> list[bytes]:
    """What the parts hold, as it comes back from the API."""
    return [bytes(item_from_wire(item_to_wire(item))["data"]) for item in items.values()]


@pytest.mark.parametrize(("copy", "count"), [(SMALL, 1), (LARGE, 3)])
def test_a_copy_comes_back_from_its_parts(copy: RemovedRecord, count: int) -> None:
    items = parts(copy)

    assert fits(copy)
    assert list(items) == [f"removed#a#{number}" for number in range(count)]
    assert copy_of(items, "a") == copy
    assert {item["expires_at"] for item in items.values()} == {LATER.timestamp()}
    assert all(len(part) <= 380_000 for part in stored_data(items))


def test_a_copy_beyond_its_parts_does_not_fit() -> None:
    assert not fits(replace(SMALL, attributes={"own": Binary(noise(1_200_000))}))


@pytest.mark.parametrize("gone", range(3))
def test_a_copy_that_has_begun_to_go_is_gone(gone: int) -> None:
    items = parts(LARGE)
    del items[f"removed#a#{gone}"]

    assert copy_of(items, "a") is None


def test_a_part_of_an_earlier_copy_is_not_taken_for_this_one_s() -> None:
    earlier, later = parts(LARGE), parts(replace(LARGE, removed_at=NOW + MINUTE))
    mixed = {**later, "removed#a#2": earlier["removed#a#2"]}

    assert copy_of(mixed, "a") is None
    assert copy_of({**earlier, **parts(SMALL)}, "a") == SMALL


def test_a_copy_of_a_later_version_is_left_alone() -> None:
    items = parts(SMALL)
    items["removed#a#0"]["schema"] = 2

    with pytest.raises(StoreError, match="deploy the newer version"):
        copy_of(items, "a")
