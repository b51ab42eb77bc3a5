"""Histories of calls from a seed: the stores in memory answer as the adapters over moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mediamosa_sync.ports import RecordStore, SyncStore
from tests.adapters.lockstep.campaign import Plan, Tally, hunt
from tests.adapters.lockstep.tables.pair import opener

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLAN = Plan(range(1, 25), calls=150, least=6)

REQUIRED = """
    apply: Fenced|apply: StoreError|apply: contested|apply: done|apply: oversized
    attention: some
    audit: None|audited: nothing|audited: some
    conflict: None|conflict: told|conflicts: nothing|conflicts: some
    connection: None|connection: told|connections: nothing|connections: some
    add_pushed: None|push_state: told
    drop_waiting: None|put_waiting: False|put_waiting: True|waiting: nothing|waiting: some
    due: nothing|due: some|held: nothing|held: some
    history: nothing|history: some
    item: None|item: some|records: nothing|records: some|scan: some
    links: nothing|links: some|links_between: nothing|links_between: some
    links_between: some and more
    mediafiles: nothing|mediafiles: some|put_mediafiles: None
    nominees: None|nominees: told
    pause: None|pause: StoreError|put_connection: None
    properties: None|properties: some|put_properties: None
    removed_record: None|removed_record: told|removed_records: nothing|removed_records: some
    request_full: told|request_restart: told|withdraw_restart: False|withdraw_restart: True
    resolve: False|resolve: True
    rule: False|rule: True
    run_state: state|sequence: told
    save_run alone: None|save_run with rows: None|save_run: Fenced
    set_circuit: False|set_circuit: True
    take_lease: None|take_lease: state
    take_marks: Fenced|take_marks: None
    troubled held: some|troubled parked: some|troubled pending: some|troubled: nothing
    write NewRecord: contested|write NewRecord: done
    write RecordAbsent: contested|write RecordAbsent: done
    write RecordChange: contested|write RecordChange: done
    write RecordRemoval: contested|write RecordRemoval: done
    write RecordRevival: contested|write RecordRevival: done
    write TwinRemoval: contested|write TwinRemoval: done
    write link alone: contested|write link alone: done|write link goes: done
    write: oversized|write: unreached|write: unanswered
    apply: unreached|apply: unanswered
"""
PAIRS = frozenset(pair.strip() for pair in REQUIRED.replace("\n", "|").split("|") if pair.strip())
"""What must have been called, and what must have come of it."""


def test_every_method_of_the_ports_is_required() -> None:
    called = {pair.partition(":")[0].partition(" ")[0] for pair in PAIRS}
    methods = {*vars(RecordStore), *vars(SyncStore)}

    assert {name for name in methods if not name.startswith("_")} <= called


def test_the_stores_in_memory_are_as_the_adapters(
    moto_client: DynamoDBClient, figures: list[str]
) -> None:
    tally = Tally()

    failure = hunt(opener(moto_client), PLAN, tally, PAIRS)

    assert failure is None, failure.report("tables")
    assert tally.missing(PAIRS) == []
    figures.append(
        f"stores in lockstep: {tally.calls} calls, {len(tally.pairs)} pairs of method and outcome"
    )
