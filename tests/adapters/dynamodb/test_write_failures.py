"""Writes outside any step when DynamoDB is busy, away, or answers twice; and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.link_item import link_item
from mediamosa_sync.adapters.dynamodb.run_item import failure_map
from mediamosa_sync.domain.link import Claim, Link, LinkState
from mediamosa_sync.domain.record import Record, RecordChange, TwinRemoval
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import StoreError, StoreUnavailable
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Sleeps
from tests.adapters.dynamodb.samples import (
    ID,
    NOW,
    conflict,
    creation,
    holding,
    link,
    resolved,
    waiting,
)
from tests.adapters.dynamodb.scripted import (
    CONFLICT,
    FAILED,
    NONE,
    TOO_LARGE,
    Make,
    Scripted,
    cancelled,
    error,
    refusal,
    repeated,
)

BEFORE = link("a", version=3)
CLAIMED = replace(BEFORE, claim=Claim("me", NOW))
CLAIM = AssetWrite(CLAIMED, BEFORE, None, Effect.NOTED)
FORGOTTEN = link("a", version=3, state=LinkState.FORGOTTEN)
GOES = AssetWrite(FORGOTTEN, FORGOTTEN, None, Effect.NOTED, link_goes=True)
RECORD = Record("m-a", "mediamosa://asset/a", attributes=frozenset({"media_id", "uri"}))
TOLD = RecordChange(RECORD, mediamosa={"state": "pending"})
AWAY = Failure("unavailable", "It is away.", NOW)
CONTESTED = Applied(contested=frozenset({"a"}))


def stored(one: Link, version: int) -> dict[str, Any]:
    """The link's item as it stands."""
    return dict(link_item(ID, one, version=version))


def kinds(request: dict[str, Any]) -> list[str]:
    """What the actions of a transaction are."""
    return [next(iter(action)) for action in request["TransactItems"]]


def test_a_link_alone_is_a_plain_put(scripted: Make) -> None:
    stores = scripted({})

    assert stores.sync.write(ID, CLAIM).done

    (asked,) = stores.client.asked
    assert asked["Item"] == item_to_wire(stored(CLAIMED, 4))
    assert asked["ExpressionAttributeValues"] == {":0": {"N": "3"}}


def test_a_link_that_goes_alone_is_a_plain_delete(scripted: Make) -> None:
    stores = scripted({})

    assert stores.sync.write(ID, GOES).done

    (asked,) = stores.client.asked
    assert asked["Key"] == item_to_wire({"pk": f"link#{ID}", "sk": "a"})
    assert "Item" not in asked


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (creation("a"), ["Put", "Put", "Update"]),
        (holding("a"), ["Put", "Update"]),
        (holding("a", BEFORE), ["Put", "Update"]),
        (replace(CLAIM, record=RecordChange(RECORD)), ["ConditionCheck", "Put"]),
        (replace(CLAIM, record=TOLD, conflicts=(conflict("a"),)), ["Update", "Put", "Put"]),
        (replace(CLAIM, no_longer_waiting="m-a"), ["Put", "Delete"]),
        (
            replace(CLAIM, record=TwinRemoval(RECORD, replace(RECORD, media_id="own"))),
            ["Delete", "ConditionCheck", "Put"],
        ),
    ],
)
def test_the_run_item_takes_part_only_if_its_numbers_change(
    scripted: Make, write: AssetWrite, expected: list[str]
) -> None:
    stores = scripted({})

    assert stores.sync.write(ID, write).done

    (asked,) = stores.client.asked
    assert kinds(asked) == expected
    runs = [action["Update"] for action in asked["TransactItems"] if "Update" in action]
    assert not any("ConditionExpression" in run for run in runs if run["TableName"] == "sync")


@pytest.mark.parametrize("write", [CLAIM, GOES])
def test_a_link_that_meets_a_transaction_is_written_again(
    scripted: Make, sleeps: Sleeps, write: AssetWrite
) -> None:
    busy = error("TransactionConflictException")
    stores = scripted(busy, error("ThrottlingException"), {})

    assert stores.sync.write(ID, write).done
    assert len(stores.client.asked) == 3
    assert sleeps.seconds == [0.05, 0.1]


def test_a_transaction_that_meets_another_is_made_again(scripted: Make) -> None:
    stores = scripted(cancelled(NONE, CONFLICT, NONE), {})

    assert stores.sync.write(ID, creation("a")).done
    first, again = stores.client.asked
    assert first["TransactItems"] == again["TransactItems"]


@pytest.mark.parametrize("write", [CLAIM, creation("a")])
def test_a_write_that_stays_contended_is_given_up_at_last(
    scripted: Make, write: AssetWrite
) -> None:
    stores = scripted(error("TransactionConflictException"))

    with pytest.raises(StoreUnavailable, match="too busy to write a link"):
        stores.sync.write(ID, write)
    assert len(stores.client.asked) == 8


def test_a_condition_counts_more_than_a_conflict_beside_it(scripted: Make) -> None:
    stores = scripted(cancelled(FAILED, NONE, CONFLICT))

    assert stores.sync.write(ID, creation("a")) == CONTESTED


@pytest.mark.parametrize(
    "large",
    [
        cancelled(TOO_LARGE, NONE, NONE),
        error("ValidationException", "Item size has exceeded the maximum allowed size"),
    ],
)
def test_what_does_not_fit_is_named(scripted: Make, large: ClientError) -> None:
    for write in (creation("a"), CLAIM):
        assert scripted(large).sync.write(ID, write) == Applied(oversized=frozenset({"a"}))


def test_what_dynamodb_refuses_is_an_error(scripted: Make) -> None:
    odd = {"Code": "ValidationError", "Message": "odd"}

    with pytest.raises(StoreError, match="refused to write a link"):
        scripted(cancelled(NONE, odd, NONE)).sync.write(ID, creation("a"))
    with pytest.raises(StoreError, match="refused to write a link"):
        scripted(error("AccessDeniedException")).sync.write(ID, CLAIM)


def test_a_condition_that_failed_is_no_own_write(scripted: Make) -> None:
    assert scripted(refusal(stored(BEFORE, 5))).sync.write(ID, CLAIM) == CONTESTED
    assert scripted(refusal(stored(CLAIMED, 4))).sync.write(ID, CLAIM) == CONTESTED
    assert scripted(refusal({})).sync.write(ID, GOES) == CONTESTED


@pytest.mark.parametrize(
    ("write", "stands"), [(CLAIM, stored(CLAIMED, 4)), (GOES, dict[str, Any]())]
)
def test_an_own_write_whose_answer_was_lost_counts_as_done(
    scripted: Make, write: AssetWrite, stands: dict[str, Any]
) -> None:
    """botocore repeats the request, and the condition fails for what the first one wrote."""
    assert scripted(repeated(refusal(stands))).sync.write(ID, write).done


@pytest.mark.parametrize("write", [CLAIM, GOES])
@pytest.mark.parametrize("stands", [stored(CLAIMED, 5), stored(replace(CLAIMED, wanted=1), 4)])
def test_what_somebody_else_wrote_while_an_answer_was_lost_is_contested(
    scripted: Make, write: AssetWrite, stands: dict[str, Any]
) -> None:
    assert scripted(repeated(refusal(stands))).sync.write(ID, write) == CONTESTED


def test_an_answer_that_never_comes_is_an_unknown_outcome(scripted: Make) -> None:
    away = ReadTimeoutError(endpoint_url="https://dynamodb")

    for write in (creation("a"), CLAIM):
        with pytest.raises(StoreUnavailable, match="did not answer when asked to write a link"):
            scripted(away).sync.write(ID, write)


def circuit_item(circuit: Failure | None) -> dict[str, Any]:
    return {} if circuit is None else {"circuit": failure_map(circuit), "updated": 4}


@pytest.mark.parametrize(("before", "after"), [(None, AWAY), (AWAY, None)])
def test_a_circuit_whose_answer_was_lost_counts_as_set(
    scripted: Make, before: Failure | None, after: Failure | None
) -> None:
    stands = circuit_item(after)

    assert scripted(repeated(refusal(stands))).sync.set_circuit(ID, before, after)
    assert not scripted(refusal(stands)).sync.set_circuit(ID, before, after)
    other = circuit_item(replace(AWAY, count=7))
    assert not scripted(repeated(refusal(other))).sync.set_circuit(ID, before, after)


def test_a_circuit_that_cannot_be_set_is_an_error(scripted: Make) -> None:
    with pytest.raises(StoreError, match="refused to set the circuit"):
        scripted(error("AccessDeniedException")).sync.set_circuit(ID, None, AWAY)


def test_counting_nothing_asks_nothing(scripted: Make) -> None:
    stores = scripted({})

    stores.sync.add_pushed(ID, Counts())
    assert stores.client.asked == []
    stores.sync.add_pushed(ID, Counts(updated=2))
    (asked,) = stores.client.asked
    assert " ADD " in asked["UpdateExpression"]
    assert {"N": "2"} in asked["ExpressionAttributeValues"].values()


def test_the_number_of_the_last_step_is_read_consistently_and_alone(scripted: Make) -> None:
    stores = scripted({"Item": {"sequence": {"N": "7"}}})

    assert stores.sync.sequence(ID) == 7
    (asked,) = stores.client.asked
    assert asked["ConsistentRead"] is True
    assert set(asked["ExpressionAttributeNames"].values()) == {"sequence", "schema"}


def test_a_number_of_a_later_version_is_not_trusted(scripted: Make) -> None:
    with pytest.raises(StoreError, match="deploy the newer version"):
        scripted({"Item": {"sequence": {"N": "7"}, "schema": {"N": "2"}}}).sync.sequence(ID)


Call = Callable[[Scripted], bool]
TOGETHER: dict[str, Call] = {
    "write the waiting row": lambda stores: stores.sync.put_waiting(ID, waiting("m-a"), TOLD),
    "resolve the conflict": lambda stores: stores.sync.resolve(ID, resolved(conflict("a")), TOLD),
}


@pytest.mark.parametrize("doing", TOGETHER)
def test_a_record_and_our_row_go_out_as_one_transaction(scripted: Make, doing: str) -> None:
    stores = scripted(cancelled(CONFLICT, NONE), {})

    assert TOGETHER[doing](stores)
    assert [kinds(asked) for asked in stores.client.asked] == [["Update", "Put"]] * 2
    assert not TOGETHER[doing](scripted(cancelled(FAILED, CONFLICT)))
    with pytest.raises(StoreUnavailable, match=f"too busy to {doing}"):
        TOGETHER[doing](scripted(cancelled(NONE, CONFLICT)))
    with pytest.raises(StoreError, match=f"refused to {doing}"):
        TOGETHER[doing](scripted(cancelled(TOO_LARGE, NONE)))


def test_a_resolved_conflict_is_kept_for_ninety_days(scripted: Make) -> None:
    stores = scripted({})

    TOGETHER["resolve the conflict"](stores)

    (asked,) = stores.client.asked
    item = asked["TransactItems"][1]["Put"]["Item"]
    assert item["expires_at"] == {"N": str(int((NOW + timedelta(days=90)).timestamp()))}


def test_counting_conflicts_reads_no_more_than_twenty_answers(scripted: Make) -> None:
    stores = scripted({"Count": 0}, {"Count": 0}, {"Count": 3, "LastEvaluatedKey": {"pk": {}}})

    assert stores.sync.attention(ID) == {"pending": 0, "parked": 0, "conflicts": 60}
    assert len(stores.client.asked) == 2 + 20


def test_what_is_due_is_asked_of_the_index_and_stops_at_its_limit(scripted: Make) -> None:
    row = item_to_wire({"pk": f"link#{ID}", "sk": "a", "attention_sk": "x#a"})
    stores = scripted({"Items": [row] * 4, "LastEvaluatedKey": {"pk": {"S": "1"}}})

    assert len(stores.sync.due(ID, upto=NOW, limit=3)) == 3
    (asked,) = stores.client.asked
    assert (asked["IndexName"], asked["Limit"]) == ("attention", 4)
    assert "ConsistentRead" not in asked
