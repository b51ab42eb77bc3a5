"""What every pair of stores must do with connections, run items and reads: memory and adapter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Failure, Fence, Kind, Outcome, Phase, RunState
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.ports import Fenced
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    CONNECTION,
    FULL,
    ID,
    MINUTE,
    NOW,
    OTHER,
    RESTART,
    conflict,
    creation,
    link,
    state_under_way,
)


def test_an_unknown_connection_is_none(stores: Stores) -> None:
    assert stores.sync.connection(ID) is None
    assert stores.sync.connections() == ()


def test_a_connection_comes_back_as_it_was_put(stores: Stores) -> None:
    full = replace(CONNECTION, paused=frozenset({"pull", "push"}), problem="No such zone.")

    stores.sync.put_connection(full)

    assert stores.sync.connection(ID) == full


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


def test_a_connection_without_a_step_has_a_fresh_state(stores: Stores) -> None:
    assert stores.sync.run_state(ID) == RunState(ID)


def test_the_first_lease_draws_number_one(stores: Stores) -> None:
    state = stores.lease()

    assert state == RunState(ID, generation=0, sequence=1)
    assert stores.sync.run_state(ID) == state


@pytest.mark.parametrize(("seconds", "taken"), [(59, False), (60, True), (61, True)])
def test_a_lease_belongs_to_its_owner_until_its_end(
    stores: Stores, seconds: int, taken: bool
) -> None:
    stores.lease("one")
    later = NOW + MINUTE * seconds / 60

    state = stores.sync.take_lease(ID, owner="two", now=later, until=later + MINUTE)

    assert (state is not None) == taken
    assert stores.sync.run_state(ID).sequence == (2 if taken else 1)


def test_the_same_owner_takes_its_lease_again_with_a_number_of_its_own(stores: Stores) -> None:
    first = stores.lease("one")
    again = stores.lease("one")

    assert again.sequence == first.sequence + 1
    with pytest.raises(Fenced):
        stores.sync.save_run(first.fence, first, release=True)


def test_leases_of_two_connections_do_not_meet(stores: Stores) -> None:
    stores.lease("one")

    other = stores.sync.take_lease(OTHER.connection_id, owner="two", now=NOW, until=NOW + MINUTE)

    assert other == RunState(OTHER.connection_id, sequence=1)


def test_a_released_lease_is_free_for_anybody(stores: Stores) -> None:
    state = stores.lease("one")
    stores.sync.save_run(state.fence, state, release=True)

    assert stores.lease("two").sequence == 2


def test_a_lease_that_is_not_released_stays_with_its_owner(stores: Stores) -> None:
    state = stores.lease("one")
    stores.sync.save_run(state.fence, state, release=False)

    assert stores.sync.take_lease(ID, owner="two", now=NOW, until=NOW + MINUTE) is None


def everything(state: RunState) -> RunState:
    """*state* with a value of its own in every attribute that a step saves."""
    finished = replace(
        FULL,
        kind=Kind.INCREMENTAL,
        phase=Phase.FINISH,
        cursor=Cursor("B8", 7, "b8c", 9, NOW, 6),
        server_started_at=NOW,
        finished_at=NOW + MINUTE,
        outcome=Outcome.PARTIAL,
        steps=3,
        requests=4,
        counts=Counts(1, 2, 3, 4, 5, 6),
    )
    return replace(
        state,
        execution_id="arn:execution",
        incremental_due=True,
        full=replace(FULL, cursor=Cursor(total=0)),
        incremental=finished,
        last_walk=Kind.FULL,
        watermark=NOW,
        server_clock=NOW,
        full_due=FULL.trigger,
        again=("a", "b"),
        last_sync=NOW,
        last_attempt=NOW,
        failure=Failure("unavailable", "It is away.", NOW, 3),
    )


def test_what_is_saved_comes_back_whole(stores: Stores) -> None:
    state = stores.lease()

    stores.sync.save_run(state.fence, everything(state), release=True)

    assert stores.sync.run_state(ID) == everything(state)


def test_saving_takes_back_what_an_earlier_save_had_put_there(stores: Stores) -> None:
    state = stores.lease()
    stores.sync.save_run(state.fence, everything(state), release=False)

    stores.sync.save_run(state.fence, state, release=False)

    assert stores.sync.run_state(ID) == state


def test_saving_leaves_generation_sequence_and_restart_mark_alone(stores: Stores) -> None:
    state = stores.lease()
    stores.sync.request_restart(ID, RESTART)

    changed = replace(state, generation=7, sequence=9, execution_id="arn:execution")
    stores.sync.save_run(state.fence, changed, release=False)

    expected = replace(state, execution_id="arn:execution", restart=RESTART)
    assert stores.sync.run_state(ID) == expected


@pytest.mark.parametrize("fence", [Fence(ID, 0, 2), Fence(ID, 1, 1), Fence("other", 0, 1)])
def test_a_step_that_lost_its_number_saves_nothing(stores: Stores, fence: Fence) -> None:
    state = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.save_run(fence, everything(state), release=True)

    assert stores.sync.run_state(ID) == state


def test_the_first_press_leaves_the_mark_and_the_second_finds_it(stores: Stores) -> None:
    second = replace(RESTART, restart_id="r2", requested_by="somebody else")

    assert stores.sync.request_restart(ID, RESTART) == RESTART
    assert stores.sync.request_restart(ID, second) == RESTART
    assert stores.sync.run_state(ID) == RunState(ID, restart=RESTART)


def test_a_press_during_a_step_disturbs_it_not(stores: Stores) -> None:
    fence = stores.full_run()

    stores.sync.request_restart(ID, RESTART)

    assert stores.sync.apply(fence, Kind.FULL, [creation("a")]).done
    assert stores.sync.run_state(ID).restart == RESTART


def test_taking_the_restart_removes_the_mark_and_begins_the_next_generation(
    stores: Stores,
) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()
    after = state_under_way(replace(state, generation=1, restart=None))

    stores.sync.take_restart(state.fence, RESTART, after)

    assert stores.sync.run_state(ID) == after


def test_an_older_generation_can_write_nothing(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()
    after = state_under_way(replace(state, generation=1, restart=None))
    stores.sync.take_restart(state.fence, RESTART, after)

    with pytest.raises(Fenced):
        stores.sync.save_run(state.fence, state, release=True)
    with pytest.raises(Fenced):
        stores.sync.apply(state.fence, Kind.FULL, [creation("a")])
    assert stores.sync.run_state(ID) == after


def test_a_restart_that_was_replaced_is_not_taken(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.take_restart(state.fence, replace(RESTART, restart_id="r0"), state)
    assert stores.sync.run_state(ID) == state


def test_a_restart_without_a_mark_is_not_taken(stores: Stores) -> None:
    state = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.take_restart(state.fence, RESTART, state)


def test_taking_a_restart_keeps_the_lease(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease("one")
    stores.sync.take_restart(state.fence, RESTART, replace(state, generation=1, restart=None))

    assert stores.sync.take_lease(ID, owner="two", now=NOW, until=NOW + MINUTE) is None


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
