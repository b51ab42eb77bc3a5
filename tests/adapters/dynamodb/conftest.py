"""The stores that the contract suite is run against: in memory, and the adapter over moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pytest
from moto import mock_aws

from mediamosa_sync.adapters.dynamodb.calls import Calls, Patience, dynamodb_client
from mediamosa_sync.adapters.dynamodb.record_store import DynamoDBRecordStore
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Fence, RunState
from mediamosa_sync.ports import RecordStore, SyncStore
from tests.adapters.dynamodb.samples import ID, MINUTE, NOW, state_under_way
from tests.adapters.dynamodb.scripted import Answer, Scripted, ScriptedClient
from tests.adapters.dynamodb.tables import TABLES, create_tables, put
from tests.fakes.stores import MemoryTables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PutRecord(Protocol):
    """An application writes a whole record."""

    def __call__(self, media_id: str, /, **attributes: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Stores:
    """Both ports over the same tables, and the application's way in."""

    media: RecordStore
    sync: SyncStore
    put_record: PutRecord

    def record(self, media_id: str) -> Record:
        """The record, which must exist."""
        return self.media.records([media_id])[media_id]

    def lease(self, owner: str = "step-1") -> RunState:
        """Take the lease, which must be free."""
        state = self.sync.take_lease(ID, owner=owner, now=NOW, until=NOW + MINUTE)
        assert state is not None
        return state

    def full_run(self) -> Fence:
        """A step with the lease and a full run under way."""
        state = self.lease()
        self.sync.save_run(state.fence, state_under_way(state), release=False)
        return state.fence


@dataclass(slots=True)
class Sleeps:
    """Pauses that were asked for; none is made."""

    seconds: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def patience(sleeps: Sleeps) -> Patience:
    return Patience(sleep=sleeps.sleep, chance=lambda: 1.0)


@pytest.fixture(scope="module")
def moto_client() -> Iterator[DynamoDBClient]:
    """moto's DynamoDB: a module's, since making a client takes longer than a test."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        yield dynamodb_client()


@pytest.fixture
def client(moto_client: DynamoDBClient) -> Iterator[DynamoDBClient]:
    """moto's DynamoDB with both tables, empty."""
    create_tables(moto_client)
    yield moto_client
    for table in (TABLES.media, TABLES.sync):
        moto_client.delete_table(TableName=table)


@pytest.fixture
def adapter(client: DynamoDBClient, patience: Patience) -> Stores:
    calls = Calls(client, patience)

    def put_record(media_id: str, /, **attributes: object) -> None:
        put(client, TABLES.media, {TABLES.media_key: media_id, **attributes})

    return Stores(DynamoDBRecordStore(calls, TABLES), DynamoDBSyncStore(calls, TABLES), put_record)


@pytest.fixture
def memory() -> Stores:
    tables = MemoryTables()
    return Stores(tables, tables, tables.put_record)


@pytest.fixture(params=["memory", "adapter"])
def stores(request: pytest.FixtureRequest) -> Stores:
    found: Stores = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def scripted(patience: Patience) -> Callable[..., Scripted]:
    def make(*answers: Answer) -> Scripted:
        client = ScriptedClient(answers)
        # It has only the methods that the adapter calls.
        calls = Calls(client, patience)  # type: ignore[arg-type]  # a scripted client
        return Scripted(
            client, DynamoDBSyncStore(calls, TABLES), DynamoDBRecordStore(calls, TABLES)
        )

    return make
