"""What every pair of stores must do with connections and reads: memory and adapter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.errors import StoreError
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    CONNECTION,
    ID,
    MINUTE,
    NOW,
    OTHER,
    conflict,
    creation,
    link,
)


def test_an_unknown_connection_is_none(stores: Stores) -> None:
    assert stores.sync.connection(ID) is None
    assert stores.sync.connections() == ()


FULL_CONNECTION = replace(
    CONNECTION,
    problem="No such zone.",
    default=True,
    enabled=False,
    policies=Policies(Removal.KEEP, Removal.REMOVE, OnRecordDelete.RECREATE),
    fields=(FieldRule("title", Direction.PUSH, "name"), FieldRule("date", Direction.IGNORE)),
)


def test_a_connection_comes_back_as_it_was_put(stores: Stores) -> None:
    stores.sync.put_connection(FULL_CONNECTION)

    assert stores.sync.connection(ID) == FULL_CONNECTION


def test_putting_a_connection_takes_back_what_an_earlier_one_had(stores: Stores) -> None:
    stores.sync.put_connection(FULL_CONNECTION)
    stores.sync.put_connection(CONNECTION)

    assert stores.sync.connection(ID) == CONNECTION


def test_what_is_paused_is_added_and_taken_away(stores: Stores) -> None:
    stores.sync.put_connection(CONNECTION)

    stores.sync.pause(ID, ["pull", "push"], paused=True)
    stores.sync.pause(ID, ["pull"], paused=True)
    assert stores.sync.connection(ID) == replace(CONNECTION, paused=frozenset({"pull", "push"}))
    stores.sync.pause(ID, ["pull"], paused=False)
    assert stores.sync.connection(ID) == replace(CONNECTION, paused=frozenset({"push"}))
    stores.sync.pause(ID, ["push", "pull"], paused=False)
    stores.sync.pause(ID, [], paused=True)
    assert stores.sync.connection(ID) == CONNECTION


def test_a_new_configuration_neither_pauses_nor_resumes(stores: Stores) -> None:
    stores.sync.put_connection(replace(CONNECTION, paused=frozenset({"pull"})))
    assert stores.sync.connection(ID) == CONNECTION
    stores.sync.pause(ID, ["push"], paused=True)

    stores.sync.put_connection(replace(CONNECTION, page_size=9))

    assert stores.sync.connections() == (
        replace(CONNECTION, page_size=9, paused=frozenset({"push"})),
    )


def test_an_unknown_connection_cannot_be_paused(stores: Stores) -> None:
    with pytest.raises(StoreError, match="no connection"):
        stores.sync.pause(ID, ["pull"], paused=True)
    stores.sync.pause(ID, [], paused=True)
    assert stores.sync.connection(ID) is None


def test_connections_are_listed_in_order_of_their_ids(stores: Stores) -> None:
    many = [Connection(f"https://{n}.example.org", "user", "arn") for n in range(5)]
    for one in many:
        stores.sync.put_connection(one)

    assert list(stores.sync.connections()) == sorted(many, key=lambda one: one.connection_id)


def test_putting_a_connection_again_changes_its_configuration_and_nothing_else(
    stores: Stores,
) -> None:
    stores.sync.put_connection(CONNECTION)
    fence = stores.full_run()

    stores.sync.put_connection(replace(CONNECTION, page_size=5))

    assert [one.page_size for one in stores.sync.connections()] == [5]
    assert stores.sync.run_state(ID).fence == fence


def test_records_and_links_that_do_not_exist_are_left_out(stores: Stores) -> None:
    assert stores.media.records(["m-a", "m-a", ""]) == {}
    assert stores.sync.links(ID, ["a", "a"]) == {}


def test_an_application_s_record_is_read_exactly(stores: Stores) -> None:
    metadata = {
        "title": ["b", "a", ""],
        "empty": "",
        "none": None,
        "number": Decimal("12345678901234567890.12345678901234567"),
        "set": {"x", "y"},
        "numbers": {Decimal(1), Decimal("2.5")},
        "deep": {"flag": True, "list": []},
    }
    stores.put_record(
        "m-a", uri="mediamosa://asset/a", metadata=metadata, connection_id=ID, own=Decimal(1)
    )

    assert stores.record("m-a") == Record(
        media_id="m-a",
        uri="mediamosa://asset/a",
        metadata=metadata,
        connection_id=ID,
        attributes=frozenset({"media_id", "uri", "metadata", "connection_id", "own"}),
    )


def test_a_record_of_odd_attributes_is_read_all_the_same(stores: Stores) -> None:
    stores.put_record("m-a", uri=Decimal(3), metadata="text", mediamosa=["x"], connection_id=None)

    record = stores.record("m-a")

    assert (record.uri, record.metadata, record.mediamosa) == (Decimal(3), "text", ["x"])
    assert record.connection_id == ""


def test_a_page_of_records_and_links_is_read_at_once(stores: Stores) -> None:
    fence = stores.full_run()
    ids = [f"{n:03}" for n in range(138)]
    for start in range(0, 138, 46):
        writes = [creation(asset_id) for asset_id in ids[start : start + 46]]
        assert stores.sync.apply(fence, Kind.FULL, writes).done

    assert sorted(stores.sync.links(ID, [*ids, "no"])) == ids
    assert len(stores.media.records(f"m-{asset_id}" for asset_id in ids)) == 138


def test_properties_come_back_as_they_were_put(stores: Stores) -> None:
    properties = (
        Property("title", "dublin_core"),
        Property("date", "czp", PropertyType.DATETIME, hidden=True, protected=True),
    )

    assert stores.sync.properties(ID) is None
    stores.sync.put_properties(ID, properties, NOW)
    assert stores.sync.properties(ID) == (properties, NOW)
    stores.sync.put_properties(ID, (), NOW + MINUTE)
    assert stores.sync.properties(ID) == ((), NOW + MINUTE)


def test_attention_counts_pending_parked_and_conflicts(stores: Stores) -> None:
    fence = stores.full_run()
    states = [LinkState.PENDING] * 3 + [LinkState.PARKED] * 2 + [LinkState.FORGOTTEN]
    writes = [
        AssetWrite(link(str(n), state=state, since=NOW), None, None, Effect.UNCHANGED)
        for n, state in enumerate(states)
    ]
    log = (conflict("a"), conflict("a", 2))
    stores.sync.apply(fence, Kind.FULL, [*writes, replace(creation("a"), conflicts=log)])

    assert stores.sync.attention(ID) == {"pending": 3, "parked": 2, "conflicts": 2}
    none = {"pending": 0, "parked": 0, "conflicts": 0}
    assert stores.sync.attention(OTHER.connection_id) == none


def test_a_link_that_is_fine_again_needs_no_attention(stores: Stores) -> None:
    fence = stores.full_run()
    parked = link("a", state=LinkState.PARKED, reason="Why.", since=NOW)
    stores.sync.apply(fence, Kind.FULL, [AssetWrite(parked, None, None, Effect.ERROR)])

    before = stores.sync.links(ID, ["a"])["a"]
    assert before == replace(parked, version=1)
    stores.sync.apply(fence, Kind.FULL, [AssetWrite(link("a"), before, None, Effect.UNCHANGED)])

    assert stores.sync.attention(ID)["parked"] == 0


def test_the_same_conflict_seen_again_is_one_entry(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [replace(creation("a"), conflicts=(conflict("x"),))])
    stores.sync.apply(fence, Kind.FULL, [replace(creation("b"), conflicts=(conflict("x"),))])

    assert stores.sync.attention(ID)["conflicts"] == 1
