"""What every pair of stores must do with a run item: lease, fence, and what a step saves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.rows import Nominees, NomineesChange
from mediamosa_sync.domain.run import Fence, Kind, RunState
from mediamosa_sync.errors import Fenced
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    FULL,
    ID,
    MINUTE,
    NOW,
    OTHER,
    RESTART,
    RULING,
    WISH,
    creation,
    everything,
    history_row,
    holding,
)


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


def test_what_is_saved_comes_back_whole(stores: Stores) -> None:
    state = stores.lease()

    stores.sync.save_run(state.fence, everything(state), release=True)

    assert stores.sync.run_state(ID) == everything(state)


def test_saving_takes_back_what_an_earlier_save_had_put_there(stores: Stores) -> None:
    state = stores.lease()
    stores.sync.save_run(state.fence, everything(state), release=False)

    stores.sync.save_run(state.fence, state, release=False)

    assert stores.sync.run_state(ID) == state


def test_saving_leaves_generation_sequence_marks_and_numbers_of_links_alone(
    stores: Stores,
) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [creation("a"), holding("b")])
    stores.sync.request_restart(ID, RESTART)
    stores.sync.request_full(ID, WISH)
    token = stores.sync.run_state(ID).held.token
    assert stores.sync.rule(ID, replace(RULING, token=token))
    before = stores.sync.run_state(ID)

    changed = RunState(
        ID,
        generation=7,
        sequence=9,
        execution_id="arn:execution",
        links=7,
        held=Held().changed("abc", ""),
    )
    stores.sync.save_run(fence, changed, release=False)

    expected = RunState(
        ID,
        generation=fence.generation,
        sequence=fence.sequence,
        execution_id="arn:execution",
        restart=RESTART,
        full_wish=WISH,
        ruling=replace(RULING, token=token),
        links=2,
        held=Held().changed("b", ""),
    )
    assert before.links == 2
    assert stores.sync.run_state(ID) == expected


@pytest.mark.parametrize("fence", [Fence(ID, 0, 2), Fence(ID, 1, 1), Fence("other", 0, 1)])
def test_a_step_that_lost_its_number_saves_nothing(stores: Stores, fence: Fence) -> None:
    state = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.save_run(fence, everything(state), release=True)

    assert stores.sync.run_state(ID) == state


def nominees(key: str, *asset_ids: str, run_id: str = FULL.run_id) -> NomineesChange:
    return NomineesChange(run_id, Nominees(key, asset_ids))


def test_nominees_are_saved_with_the_run_and_come_first_row_first(stores: Stores) -> None:
    state = stores.lease()
    fence = state.fence

    stores.sync.save_run(fence, state, release=False, nominees=nominees("b", "3"))
    stores.sync.save_run(fence, state, release=False, nominees=nominees("a", "1", "2"))
    other = nominees("0", "9", run_id="full-11")
    stores.sync.save_run(fence, replace(state, execution_id="e"), release=False, nominees=other)

    assert stores.sync.nominees(ID, FULL.run_id) == Nominees("a", ("1", "2"))
    assert stores.sync.nominees(ID, FULL.run_id, after="a") == Nominees("b", ("3",))
    assert stores.sync.nominees(ID, FULL.run_id, after="b") is None
    assert stores.sync.nominees(ID, "full-11") == Nominees("0", ("9",))
    assert stores.sync.nominees(ID, "full-2") is None
    assert stores.sync.nominees(OTHER.connection_id, FULL.run_id) is None
    assert stores.sync.run_state(ID).execution_id == "e"


def test_a_row_of_nominees_is_replaced_and_goes_once_it_is_empty(stores: Stores) -> None:
    state = stores.lease()
    fence = state.fence
    ids = tuple(f"{n:032}" for n in range(1200))
    stores.sync.save_run(fence, state, release=False, nominees=nominees("a", *ids))
    stores.sync.save_run(fence, state, release=False, nominees=nominees("b", "x"))
    assert stores.sync.nominees(ID, FULL.run_id) == Nominees("a", ids)

    stores.sync.save_run(fence, state, release=False, nominees=nominees("a", *ids[1:]))
    assert stores.sync.nominees(ID, FULL.run_id) == Nominees("a", ids[1:])
    stores.sync.save_run(fence, state, release=False, nominees=nominees("a"))
    assert stores.sync.nominees(ID, FULL.run_id) == Nominees("b", ("x",))
    stores.sync.save_run(fence, state, release=False, nominees=nominees("b"))
    stores.sync.save_run(fence, state, release=False, nominees=nominees("b"))
    assert stores.sync.nominees(ID, FULL.run_id) is None


def test_history_comes_newest_first_and_in_portions(stores: Stores) -> None:
    state = stores.lease()
    rows = [history_row(number) for number in range(5)]
    stores.sync.save_run(state.fence, state, release=False, history=rows[:2])
    stores.sync.save_run(
        state.fence, state, release=True, nominees=nominees("a", "1"), history=rows[2:]
    )

    assert stores.sync.history(ID, limit=10) == tuple(reversed(rows))
    assert stores.sync.history(ID, limit=2) == (rows[4], rows[3])
    assert stores.sync.history(ID, limit=2, before=rows[3].position) == (rows[2], rows[1])
    assert stores.sync.history(ID, limit=2, before=rows[0].position) == ()
    assert stores.sync.history(OTHER.connection_id, limit=10) == ()


def test_a_row_of_the_history_is_replaced_in_its_place(stores: Stores) -> None:
    state = stores.lease()
    first = history_row(1)
    stores.sync.save_run(state.fence, state, release=False, history=[first])

    stores.sync.save_run(state.fence, state, release=False, history=[replace(first, runs=3)])

    assert stores.sync.history(ID, limit=10) == (replace(first, runs=3),)


def test_a_step_that_lost_its_number_saves_neither_nominees_nor_history(stores: Stores) -> None:
    first = stores.lease()
    second = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.save_run(
            first.fence,
            everything(first),
            release=True,
            nominees=nominees("a", "1"),
            history=[history_row(1)],
        )

    assert stores.sync.run_state(ID) == second
    assert stores.sync.nominees(ID, FULL.run_id) is None
    assert stores.sync.history(ID, limit=1) == ()


def test_a_release_with_rows_beside_it_frees_the_lease(stores: Stores) -> None:
    state = stores.lease("one")
    stores.sync.save_run(state.fence, state, release=True, history=[history_row(1)])

    assert stores.lease("two").sequence == 2
