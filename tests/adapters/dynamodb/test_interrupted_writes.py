"""Lost answers and conflicts of the writes around a chunk: marks, rows beside the run item."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.run_item import (
    held_numbers,
    restart_map,
    ruling_map,
    saved_attributes,
)
from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import RecordRevival
from mediamosa_sync.domain.rows import Nominees, NomineesChange
from mediamosa_sync.domain.run import Fence, RunState
from mediamosa_sync.domain.writes import AssetWrite, Effect
from mediamosa_sync.errors import Fenced, StoreError, StoreUnavailable
from tests.adapters.dynamodb.conftest import Sleeps
from tests.adapters.dynamodb.samples import (
    ID,
    RESTART,
    RULING,
    WISH,
    everything,
    history_row,
    link,
)
from tests.adapters.dynamodb.scripted import (
    CONFLICT,
    FAILED,
    NONE,
    Make,
    Scripted,
    cancelled,
    error,
    refusal,
)
from tests.adapters.dynamodb.tables import TABLES

FENCE = Fence(ID, 0, 1)
STATE = RunState(ID, generation=0, sequence=1)


def stands(state: RunState, **marks: Any) -> dict[str, Any]:
    """The run item of *state*."""
    numbers = {"generation": state.generation, "sequence": state.sequence, "links": 9}
    return {**numbers, **saved_attributes(state), **marks}


def take(stores: Scripted, after: RunState) -> None:
    read = replace(STATE, restart=RESTART, full_wish=WISH, ruling=RULING)
    stores.sync.take_marks(FENCE, read, after)


TAKEN_RESTART = everything(replace(STATE, generation=1, full_wish=WISH, ruling=RULING))
TAKEN_RULING = everything(replace(STATE, restart=RESTART, full_wish=WISH))


@pytest.mark.parametrize("after", [TAKEN_RESTART, TAKEN_RULING])
def test_own_marks_whose_answer_was_lost_count_as_taken(scripted: Make, after: RunState) -> None:
    take(scripted(refusal(stands(after))), after)


def test_a_mark_left_after_the_taken_one_changes_nothing_about_that(scripted: Make) -> None:
    newer = ruling_map(replace(RULING, ruling_id="u2"))
    standing = refusal(stands(TAKEN_RULING, restart=restart_map(RESTART)))

    take(scripted(standing), TAKEN_RULING)
    with pytest.raises(Fenced):
        take(scripted(refusal(stands(TAKEN_RULING, ruling=newer))), TAKEN_RULING)


@pytest.mark.parametrize(
    "other",
    [
        replace(TAKEN_RESTART, generation=0),
        replace(TAKEN_RESTART, generation=2),
        replace(TAKEN_RESTART, sequence=2),
        replace(TAKEN_RESTART, execution_id="another"),
    ],
)
def test_what_somebody_else_wrote_does_not_count_as_taken(scripted: Make, other: RunState) -> None:
    with pytest.raises(Fenced):
        take(scripted(refusal(stands(other))), TAKEN_RESTART)


def test_a_withdrawal_that_meets_a_chunk_is_repeated(scripted: Make) -> None:
    stores = scripted(error("TransactionConflictException"), {"Attributes": {}})

    assert stores.sync.withdraw_restart(ID)
    assert len(stores.client.asked) == 2


def test_a_pause_that_is_refused_is_an_error(scripted: Make) -> None:
    with pytest.raises(StoreError, match="refused to change what is paused"):
        scripted(error("AccessDeniedException")).sync.pause(ID, ["pull"], paused=True)


HELD_LIST = Held().changed("ab", "")
RULED = replace(RULING, token=HELD_LIST.token)


def run_item(item: dict[str, Any]) -> dict[str, Any]:
    """The answer to a read of the run item."""
    return {"Responses": {TABLES.sync: [item_to_wire(item)]}}


def test_a_ruling_whose_answer_was_lost_counts_as_left(scripted: Make) -> None:
    held = {**saved_attributes(STATE), **held_numbers(HELD_LIST)}
    stores = scripted(run_item(held), refusal({**held, "ruling": ruling_map(RULED)}))

    assert stores.sync.rule(ID, RULED)


def test_a_ruling_meets_the_same_list_counted_differently(scripted: Make) -> None:
    held = {**saved_attributes(STATE), **held_numbers(HELD_LIST)}
    carried: dict[str, Any] = {
        **held,
        "held_high": HELD_LIST.checksum // 2**48 - 1,
        "held_low": HELD_LIST.checksum % 2**48 + 2**48,
    }
    stores = scripted(run_item(carried), refusal(held), {"Attributes": {}})

    assert stores.sync.rule(ID, RULED)
    assert len(stores.client.asked) == 3


def test_a_ruling_asks_that_a_missing_number_is_still_missing(scripted: Make) -> None:
    """A part of the checksum that is 0 is not stored."""
    ruling = replace(RULING, token=Held(1, 7).token)
    stores = scripted(run_item({"held_count": 1, "held_low": 7}), {"Attributes": {}})

    assert stores.sync.rule(ID, ruling)
    assert stores.client.asked[1]["ConditionExpression"].count("attribute_not_exists") == 2


def test_a_ruling_on_a_list_that_changes_meanwhile_is_refused(scripted: Make) -> None:
    held = {**saved_attributes(STATE), **held_numbers(HELD_LIST)}
    longer = {**held, **held_numbers(HELD_LIST.changed("c", ""))}
    stores = scripted(run_item(held), refusal(longer))

    assert not stores.sync.rule(ID, RULED)


def test_a_ruling_that_never_finds_the_list_still_is_given_up(scripted: Make) -> None:
    held = {**saved_attributes(STATE), **held_numbers(HELD_LIST)}
    stores = scripted(run_item(held), refusal(held))

    with pytest.raises(StoreUnavailable, match="too busy to leave the ruling"):
        stores.sync.rule(ID, RULED)


def save_with_rows(stores: Scripted) -> None:
    row = NomineesChange("full-1", Nominees("a", ("1",)))
    stores.sync.save_run(FENCE, STATE, release=True, nominees=row, history=[history_row(1)])


def test_a_save_without_rows_is_a_plain_update(scripted: Make) -> None:
    stores = scripted({"Attributes": {}})

    stores.sync.save_run(FENCE, STATE, release=True)

    assert "TransactItems" not in stores.client.asked[0]


def test_a_save_with_rows_that_meets_a_press_is_repeated(scripted: Make, sleeps: Sleeps) -> None:
    stores = scripted(cancelled(CONFLICT, NONE, NONE), {})

    save_with_rows(stores)

    first, again = (asked["TransactItems"] for asked in stores.client.asked)
    assert first == again
    assert sleeps.seconds == [0.05]
    kinds = [next(iter(action)) for action in first]
    assert kinds == ["Update", "Put", "Put"]


def test_a_save_with_rows_by_a_step_that_lost_its_number_is_fenced(scripted: Make) -> None:
    with pytest.raises(Fenced):
        save_with_rows(scripted(cancelled(FAILED, CONFLICT, NONE)))


def test_a_save_that_dynamodb_refuses_is_an_error(scripted: Make) -> None:
    odd = {"Code": "ValidationError", "Message": "odd"}

    with pytest.raises(StoreError, match="refused to save the run item"):
        save_with_rows(scripted(cancelled(NONE, odd, NONE)))


def restoration() -> AssetWrite:
    before = link("a", version=2, state=LinkState.REMOVED)
    kept = replace(before, state=LinkState.KEPT)
    return AssetWrite(kept, before, RecordRevival("m-a", {"media_id": "m-a"}), Effect.ADDED)


def test_a_restoration_that_meets_a_chunk_is_repeated(scripted: Make) -> None:
    stores = scripted(cancelled(CONFLICT, *[NONE] * 5), {})

    assert stores.sync.write(ID, restoration()).done
    assert len(stores.client.asked) == 2


def test_a_restoration_that_is_refused_is_an_error(scripted: Make) -> None:
    with pytest.raises(StoreError, match="refused to write a link"):
        scripted(error("AccessDeniedException")).sync.write(ID, restoration())


def test_rows_that_were_left_are_written_again(scripted: Make) -> None:
    def half(request: dict[str, Any]) -> dict[str, Any]:
        rows = request["RequestItems"][TABLES.sync]
        left = rows[len(rows) // 2 + 1 :]
        return {"UnprocessedItems": {TABLES.sync: left} if left else {}}

    stores = scripted(half)

    stores.sync.put_mediafiles(ID, {str(n): "a" for n in range(30)})

    sizes = [len(asked["RequestItems"][TABLES.sync]) for asked in stores.client.asked]
    assert sizes == [25, 12, 5, 2, 5, 2]


def test_rows_that_stay_unwritten_are_given_up(scripted: Make) -> None:
    stores = scripted(lambda request: {"UnprocessedItems": request["RequestItems"]})

    with pytest.raises(StoreUnavailable, match="too busy to write the mediafiles"):
        stores.sync.put_mediafiles(ID, {"m": "a"})


def test_a_scan_is_one_consistent_call(scripted: Make) -> None:
    stores = scripted({"Items": [], "LastEvaluatedKey": {"media_id": {"S": "m-z"}}})

    page = stores.media.scan({"media_id": "m-a"})

    assert (page.records, page.after) == ((), {"media_id": "m-z"})
    (asked,) = stores.client.asked
    assert asked["ConsistentRead"] is True
    assert asked["ExclusiveStartKey"] == {"media_id": {"S": "m-a"}}


def test_short_answers_of_a_query_are_no_end(scripted: Make) -> None:
    def row(asset_id: str) -> dict[str, Any]:
        return item_to_wire({"sk": asset_id, "version": 1})

    more = {"LastEvaluatedKey": {"sk": {"S": "b"}}}
    stores = scripted(
        {"Items": [row("a"), row("b")], **more}, {"Items": [], **more}, {"Items": [row("c")]}
    )

    links, further = stores.sync.links_between(ID, after="", upto=None, prefix="", limit=3)

    assert (list(links), further) == (["a", "b", "c"], False)
    assert all(asked["ConsistentRead"] for asked in stores.client.asked)
    assert [asked.get("ExclusiveStartKey") for asked in stores.client.asked] == [
        None,
        {"sk": {"S": "b"}},
        {"sk": {"S": "b"}},
    ]
