"""What every pair of stores must do with what admins leave: restart, full run, ruling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.deletion import Held, Ruling
from mediamosa_sync.domain.run import Fence, Kind, RunState
from mediamosa_sync.errors import Fenced
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    ID,
    MINUTE,
    NOW,
    RESTART,
    RULING,
    WISH,
    creation,
    everything,
    holding,
    state_under_way,
)


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

    stores.sync.take_marks(state.fence, state, after)

    assert stores.sync.run_state(ID) == after


def test_an_older_generation_can_write_nothing(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()
    after = state_under_way(replace(state, generation=1, restart=None))
    stores.sync.take_marks(state.fence, state, after)

    with pytest.raises(Fenced):
        stores.sync.save_run(state.fence, state, release=True)
    with pytest.raises(Fenced):
        stores.sync.apply(state.fence, Kind.FULL, [creation("a")])
    assert stores.sync.run_state(ID) == after


def test_taking_a_restart_keeps_the_lease(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease("one")
    stores.sync.take_marks(state.fence, state, replace(state, generation=1, restart=None))

    assert stores.sync.take_lease(ID, owner="two", now=NOW, until=NOW + MINUTE) is None


@pytest.mark.parametrize("withdrawn_first", [True, False])
def test_a_restart_that_was_withdrawn_or_replaced_is_not_taken(
    stores: Stores, *, withdrawn_first: bool
) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()
    after = everything(replace(state, generation=1, restart=None))
    stores.sync.withdraw_restart(ID)
    if not withdrawn_first:
        stores.sync.request_restart(ID, replace(RESTART, restart_id="r2"))
    stands = stores.sync.run_state(ID)

    with pytest.raises(Fenced):
        stores.sync.take_marks(state.fence, state, after)

    assert stores.sync.run_state(ID) == stands


def test_a_withdrawn_restart_is_gone_and_can_be_withdrawn_once(stores: Stores) -> None:
    assert not stores.sync.withdraw_restart(ID)
    stores.sync.request_restart(ID, RESTART)

    assert stores.sync.withdraw_restart(ID)
    assert not stores.sync.withdraw_restart(ID)
    assert stores.sync.run_state(ID) == RunState(ID)


def test_the_first_wish_for_a_full_run_stands(stores: Stores) -> None:
    assert stores.sync.request_full(ID, WISH) == WISH
    assert stores.sync.request_full(ID, replace(WISH, restart_id="f2")) == WISH
    assert stores.sync.request_restart(ID, RESTART) == RESTART
    assert stores.sync.run_state(ID) == RunState(ID, restart=RESTART, full_wish=WISH)


def held_list(stores: Stores, *asset_ids: str) -> tuple[Fence, Held]:
    """A step with a list of held deletions."""
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [holding(asset_id) for asset_id in asset_ids])
    return fence, stores.sync.run_state(ID).held


def test_a_ruling_on_the_list_as_it_stands_is_left(stores: Stores) -> None:
    _, held = held_list(stores, "a", "b")
    ruling = replace(RULING, token=held.token)

    assert stores.sync.rule(ID, ruling)
    assert stores.sync.run_state(ID).ruling == ruling


def test_the_same_ruling_again_is_one_and_another_one_has_to_wait(stores: Stores) -> None:
    _, held = held_list(stores, "a")
    ruling = replace(RULING, token=held.token)
    stores.sync.rule(ID, ruling)

    assert stores.sync.rule(ID, ruling)
    assert not stores.sync.rule(ID, replace(ruling, ruling_id="u2", approve=False))
    assert stores.sync.run_state(ID).ruling == ruling


def test_a_ruling_on_another_list_is_refused(stores: Stores) -> None:
    fence, held = held_list(stores, "a")
    stores.sync.apply(fence, Kind.FULL, [holding("b")])

    assert not stores.sync.rule(ID, replace(RULING, token=held.token))
    assert stores.sync.run_state(ID).ruling is None


def test_a_ruling_on_an_empty_list_is_refused(stores: Stores) -> None:
    assert not stores.sync.rule(ID, replace(RULING, token=Held().token))
    stores.lease()
    assert not stores.sync.rule(ID, replace(RULING, token=Held().token))
    assert stores.sync.run_state(ID).ruling is None


def test_the_list_s_token_does_not_depend_on_who_counted_it(stores: Stores) -> None:
    """A chunk adds to the numbers where they stand; a step saves them whole."""
    fence, counted = held_list(stores, "a", "b", "c")
    state = stores.sync.run_state(ID)
    stores.sync.save_run(fence, state, release=False)

    assert counted == Held().changed("abc", "")
    assert stores.sync.run_state(ID).held == counted
    assert stores.sync.rule(ID, replace(RULING, token=counted.token))


def ruled(stores: Stores) -> tuple[Fence, Ruling]:
    fence, held = held_list(stores, "a")
    ruling = replace(RULING, token=held.token)
    stores.sync.rule(ID, ruling)
    return fence, ruling


def test_taking_a_ruling_saves_the_state_and_leaves_the_other_marks(stores: Stores) -> None:
    fence, ruling = ruled(stores)
    stores.sync.request_full(ID, WISH)
    before = stores.sync.run_state(ID)
    stores.sync.request_restart(ID, RESTART)

    stores.sync.take_marks(fence, before, replace(before, ruling=None, release=ruling))

    expected = replace(before, ruling=None, release=ruling, restart=RESTART)
    assert stores.sync.run_state(ID) == expected


def test_all_marks_are_taken_at_once_or_none(stores: Stores) -> None:
    fence, _ = ruled(stores)
    stores.sync.request_full(ID, WISH)
    before = replace(stores.sync.run_state(ID), restart=RESTART)
    after = replace(before, ruling=None, full_wish=None, restart=None, generation=1)
    stands = stores.sync.run_state(ID)

    with pytest.raises(Fenced):
        stores.sync.take_marks(fence, before, after)
    assert stores.sync.run_state(ID) == stands
    stores.sync.request_restart(ID, RESTART)
    stores.sync.take_marks(fence, before, after)

    assert stores.sync.run_state(ID) == after


@pytest.mark.parametrize("mark", ["full_wish", "ruling"])
def test_a_mark_other_than_the_one_read_is_not_taken(stores: Stores, mark: str) -> None:
    fence, ruling = ruled(stores)
    stores.sync.request_full(ID, WISH)
    stands = stores.sync.run_state(ID)
    read = replace(
        stands,
        full_wish=replace(WISH, restart_id="f0"),
        ruling=replace(ruling, ruling_id="u0"),
    )
    after = replace(read, full_wish=None) if mark == "full_wish" else replace(read, ruling=None)

    with pytest.raises(Fenced):
        stores.sync.take_marks(fence, read, after)

    assert stores.sync.run_state(ID) == stands


def test_a_step_that_lost_its_number_takes_no_mark(stores: Stores) -> None:
    stores.sync.request_full(ID, WISH)
    first = stores.lease()
    second = stores.lease()

    with pytest.raises(Fenced):
        stores.sync.take_marks(first.fence, first, replace(first, full_wish=None))

    assert stores.sync.run_state(ID) == second


def test_taking_nothing_is_a_save(stores: Stores) -> None:
    state = stores.lease()

    stores.sync.take_marks(state.fence, state, everything(state))

    assert stores.sync.run_state(ID) == everything(state)


def test_the_same_taking_again_is_one(stores: Stores) -> None:
    stores.sync.request_restart(ID, RESTART)
    state = stores.lease()
    after = state_under_way(replace(state, generation=1, restart=None))

    stores.sync.take_marks(state.fence, state, after)
    stores.sync.take_marks(state.fence, state, after)

    assert stores.sync.run_state(ID) == after
    with pytest.raises(Fenced):
        stores.sync.take_marks(state.fence, state, replace(after, again=("a",)))
