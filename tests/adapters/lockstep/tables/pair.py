"""The tables in memory and the adapters, with the same things in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, cast

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Calls, Patience
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from mediamosa_sync.adapters.dynamodb.record_store import DynamoDBRecordStore
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import StoreUnavailable
from mediamosa_sync.ports import RecordStore, SyncStore
from tests.adapters.dynamodb.tables import create_tables, put
from tests.adapters.lockstep.campaign import Compared, Open
from tests.adapters.lockstep.compare import Form, form
from tests.adapters.lockstep.tables.calls import Call, answered, outcome
from tests.adapters.lockstep.tables.choices import next_call
from tests.adapters.lockstep.tables.disturbed import Disturbance, DisturbedClient
from tests.adapters.lockstep.tables.pools import ASSETS, IDS, MEDIAFILES, NOW, RECORDS
from tests.adapters.lockstep.tables.reasons import grows_too_large, reasons, refusal
from tests.adapters.lockstep.tables.snapshot import Memory
from tests.fakes.stores import MemoryTables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ALL = 1000
UNDISTURBED = frozenset({"put_record", "delete_record", "drop_waiting"})
"""Calls of applications, and the one that writes in several requests, each for itself."""
Stream = Callable[[], Sequence[RecordEvent]]


class InMemory:
    """The tables in memory."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        self.tables.scan_items = 3
        self.media: RecordStore = self.tables
        self.sync: SyncStore = self.tables

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record."""
        self.tables.put_record(media_id, **attributes)

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        self.tables.delete_record(media_id)


class InDynamoDB:
    """The adapters over DynamoDB, or over what stands for it."""

    def __init__(self, client: DynamoDBClient, tables: Tables) -> None:
        self._client, self._tables = client, tables
        self.disturbed = DisturbedClient(client)
        # It has all that the adapters call.
        calls = Calls(cast("DynamoDBClient", self.disturbed), Patience(tries=3, sleep=_at_once))
        self.media: RecordStore = DynamoDBRecordStore(calls, tables)
        # Nothing expires: the tables in memory have no clock.
        self.sync: SyncStore = DynamoDBSyncStore(calls, tables, seconds_now=NOW.timestamp)

    def put_record(self, media_id: str, /, **attributes: object) -> None:
        """An application writes a whole record."""
        put(self._client, self._tables.media, {self._tables.media_key: media_id, **attributes})

    def delete_record(self, media_id: str) -> None:
        """An application deletes a record."""
        key = item_to_wire({self._tables.media_key: media_id})
        self._client.delete_item(TableName=self._tables.media, Key=key)


class StoresInLockstep:
    """Both kinds of stores; the reference is the one in memory.

    Parameters:
        stream: reads all that the media table's stream tells; None if it has none.
        measures: whether what stands for DynamoDB measures an item that an update makes larger.
    """

    def __init__(
        self, client: DynamoDBClient, tables: Tables, *, stream: Stream | None, measures: bool
    ) -> None:
        self._stream, self._measures = stream, measures
        self.reference = InMemory()
        self.subject = InDynamoDB(client, tables)
        self._memory = Memory(self.reference.tables)

    def step(self, dice: Random) -> Compared:
        """Make the next call of both."""
        connection_id = dice.choices(IDS, weights=(4, 1))[0]
        call = next_call(dice, connection_id, self._memory.read(dice, connection_id))
        if not self._measures and grows_too_large(self.reference.tables, call):
            call = Call("attention", (connection_id,))
        return self._compared(call, _disturbance(dice, call))

    def everything(self) -> Iterator[Compared]:
        """All that can be read of both."""
        for call in (Call("connections"), Call("scan"), Call("records", (RECORDS,))):
            yield self._compared(call)
        yield from (self._compared(Call("item", (media_id,))) for media_id in RECORDS)
        for connection_id in IDS:
            yield from map(self._compared, _reads(connection_id))
        if self._stream is not None:
            expected, given = self.reference.tables.stream, self._stream()
            yield Compared("the stream", ("the stream: read",), _told(expected), _told(given))

    def _compared(self, call: Call, disturbance: Disturbance = Disturbance.NONE) -> Compared:
        why = reasons(self.reference.tables, call)
        other, given = self._disturbed(call, disturbance)
        answer, expected = answered(self.reference, call)
        name, told = call.method, outcome(answer)
        if isinstance(answer, StoreUnavailable):
            told = disturbance.value
        elif len(why) > 1:
            told = " and ".join(sorted(why))
            expected, given = refusal(answer), refusal(other)
        pairs = [f"{name}: {told}"]
        if call.about:
            pairs.append(f"{name} {call.about}: {told}")
        return Compared(call.text, tuple(pairs), expected, given)

    def _disturbed(self, call: Call, disturbance: Disturbance) -> tuple[object, Form]:
        """What the adapters answer; if they were disturbed, the tables in memory are to be."""
        client, tables = self.subject.disturbed, self.reference.tables
        client.disturbance, client.struck = disturbance, False
        answer = answered(self.subject, call)
        client.disturbance = Disturbance.NONE
        if client.struck and disturbance is Disturbance.UNREACHED:
            tables.throttle(call.method)
        elif client.struck:
            tables.lose_answer(call.method)
        return answer


def _reads(connection_id: str) -> Iterator[Call]:
    yield from (
        Call(method, (connection_id,))
        for method in ("run_state", "sequence", "push_state", "properties", "attention")
    )
    yield Call("links", (connection_id, ASSETS))
    whole = {"after": "", "upto": None, "prefix": "", "limit": ALL}
    yield Call("links_between", (connection_id,), whole)
    yield from (Call("nominees", (connection_id, f"full-{number}")) for number in (1, 2, 3))
    yield Call("held", (connection_id,), {"upto": None, "limit": ALL})
    yield Call("due", (connection_id,), {"upto": NOW.replace(year=2030), "limit": ALL})
    for state in (LinkState.PENDING, LinkState.PARKED, LinkState.HELD):
        yield Call("troubled", (connection_id, state), {"limit": ALL})
    yield from (Call("removed_record", (connection_id, asset_id)) for asset_id in ASSETS)
    for method in ("removed_records", "conflicts", "history", "audited"):
        yield Call(method, (connection_id,), {"limit": ALL})
    yield Call("waiting", (connection_id, RECORDS))
    yield Call("mediafiles", (connection_id, MEDIAFILES))


def opener(client: DynamoDBClient, stream_of: Callable[[str], Stream] | None = None) -> Open:
    """Fresh tables of *client* for each seed.

    Parameters:
        stream_of: the stream of the table of that name; None for moto, which also does not measure
            what an update makes larger.
    """
    measures = stream_of is not None

    @contextmanager
    def opened(seed: int) -> Iterator[StoresInLockstep]:
        tables = Tables(media=f"media-{seed}", sync=f"sync-{seed}")
        create_tables(client, tables, stream=stream_of is not None)
        stream = None if stream_of is None else stream_of(tables.media)
        try:
            yield StoresInLockstep(client, tables, stream=stream, measures=measures)
        finally:
            for table in (tables.media, tables.sync):
                client.delete_table(TableName=table)

    return opened


def _disturbance(dice: Random, call: Call) -> Disturbance:
    if call.method in UNDISTURBED:
        return Disturbance.NONE
    # Of all chunks only some would be written.
    share = 0.12 if call.method == "apply" else 0.04
    kinds = tuple(Disturbance)
    return dice.choices(kinds, weights=(1 - 1.5 * share, share / 2, share))[0]


def _told(stream: Sequence[RecordEvent]) -> Form:
    """The changes of each record in their order; AWS promises no order of different ones."""
    told: dict[str, list[object]] = {}
    for event in stream:
        told.setdefault(event.media_id, []).append([event.before, event.after])
    return form(told)


def _at_once(_: float) -> None:
    """No pause."""
