"""Why something is not written: where there are several reasons, which is named is DynamoDB's.

AWS documents that a transaction is cancelled "when an item size becomes too large", when a
condition fails, and when two actions are of one item (API reference, TransactionCanceledException,
CancellationReasons), not what is told if more than one is so. moto looks at an item's size once the
item's own condition holds, ministack before any condition. So then both stores must refuse, and
nothing more is compared; by itself each reason must be told exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediamosa_sync.domain.record import MAX_ITEM_BYTES, NewRecord, RecordChange
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import Fenced, StoreError
from mediamosa_sync.ports import Applied
from tests.adapters.lockstep.compare import Form, form
from tests.adapters.lockstep.tables.calls import Call
from tests.fakes.records import changed, created, item_size, still_holds
from tests.fakes.run_items import run_under_way
from tests.fakes.stores import MemoryTables


def reasons(tables: MemoryTables, call: Call) -> frozenset[str]:
    """What keeps *call* from being written to *tables* as they are; none for most calls."""
    if call.method == "write":
        connection_id, write = call.arguments
        return frozenset(_of_writes(tables, connection_id, [write]))
    if call.method == "apply" and call.arguments[2]:
        fence, kind, writes = call.arguments
        found = _of_writes(tables, fence.connection_id, writes)
        return frozenset({*found, *_of_step(tables, fence, kind)})
    if call.method in {"put_waiting", "resolve"} and grows_too_large(tables, call):
        return frozenset({"oversized", *_of_change(tables, call)})
    return frozenset()


def grows_too_large(tables: MemoryTables, call: Call) -> bool:
    """Whether a record would come to be too large by a change of what is in one of its maps.

    moto does not measure that; ministack does, as AWS (API reference, CancellationReasons:
    "Item size to update has exceeded the maximum allowed size").
    """
    return any(_grows(tables, one) for one in _changes(call))


def _grows(tables: MemoryTables, change: RecordChange) -> bool:
    item = tables.media.get(change.before.media_id, {})
    return item_size(changed(change, item)) > MAX_ITEM_BYTES


def _changes(call: Call) -> Iterator[RecordChange]:
    last = call.arguments[-1] if call.arguments else None
    writes = last if isinstance(last, list) else [last]
    for one in writes:
        record = one.record if isinstance(one, AssetWrite) else one
        if isinstance(record, RecordChange):
            yield record


def refusal(answer: object) -> Form:
    """That an answer refuses, whatever for; else the answer itself."""
    refuses = isinstance(answer, StoreError) or answer is False
    if refuses or (isinstance(answer, Applied) and not answer.done):
        return ("refused",)
    return form(answer)


def _of_writes(
    tables: MemoryTables, connection_id: str, writes: Sequence[AssetWrite]
) -> Iterator[str]:
    for write in writes:
        staged = tables._stage(connection_id, [write])
        if staged.contested:
            yield "contested"
        if staged.oversized or _is_large(tables, write):
            yield "oversized"
    try:
        tables._stage(connection_id, writes)
    except StoreError:
        yield "doubles"


def _of_change(tables: MemoryTables, call: Call) -> Iterator[str]:
    """Why the one change of a record that stands beside a row is not carried out."""
    connection_id, row, change = call.arguments
    item = tables.media.get(change.before.media_id)
    if item is None or not still_holds(change, item):
        yield "contested"
    if call.method == "resolve":
        entry = tables.conflict_log.get(connection_id, {}).get(row.conflict_id)
        if entry is None or entry.resolved_at is not None:
            yield "resolved"


def _is_large(tables: MemoryTables, write: AssetWrite) -> bool:
    """Whether something of it is too large, whatever becomes of its conditions."""
    record = write.record
    if isinstance(record, NewRecord):
        return item_size(created("media_id", record)) > MAX_ITEM_BYTES
    return isinstance(record, RecordChange) and _grows(tables, record)


def _of_step(tables: MemoryTables, fence: Fence, kind: Kind) -> Iterator[str]:
    try:
        run_under_way(tables._fenced(fence), kind)
    except Fenced:
        yield "fenced"
    except StoreError:
        yield "no run"
