"""What the adapter does when DynamoDB is busy, away, or refuses. No answer here is moto's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.calls import Patience
from mediamosa_sync.adapters.dynamodb.run_item import restart_map
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import AssetWrite
from mediamosa_sync.errors import Fenced, StoreError, StoreUnavailable
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Sleeps
from tests.adapters.dynamodb.samples import CONNECTION, ID, MINUTE, NOW, RESTART, creation
from tests.adapters.dynamodb.scripted import (
    CONFLICT,
    FAILED,
    NONE,
    THROTTLED,
    TOO_LARGE,
    Answer,
    Make,
    Scripted,
    cancelled,
    error,
    refusal,
)
from tests.adapters.dynamodb.tables import TABLES

FENCE = Fence(ID, 0, 1)


def apply(stores: Scripted, *writes: AssetWrite) -> Applied:
    return stores.sync.apply(FENCE, Kind.FULL, writes or [creation("a"), creation("b")])


@pytest.mark.parametrize("busy", [CONFLICT, THROTTLED])
def test_a_conflict_of_transactions_means_the_same_chunk_in_a_new_transaction(
    scripted: Make, sleeps: Sleeps, busy: dict[str, Any]
) -> None:
    stores = scripted(cancelled(NONE, busy, NONE, NONE, NONE), cancelled(busy, *[NONE] * 4), {})

    assert apply(stores) == Applied()
    first, second, third = stores.client.asked
    assert first["TransactItems"] == second["TransactItems"] == third["TransactItems"]
    assert len({one["ClientRequestToken"] for one in stores.client.asked}) == 3
    assert sleeps.seconds == [0.05, 0.1]


def test_a_chunk_that_stays_contended_is_given_up_at_last(scripted: Make, sleeps: Sleeps) -> None:
    stores = scripted(cancelled(CONFLICT, *[NONE] * 4))

    with pytest.raises(StoreUnavailable, match="too busy"):
        apply(stores)

    assert len(stores.client.asked) == 8
    assert sleeps.seconds == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


def test_pauses_take_a_share_by_chance() -> None:
    slept: list[float] = []
    patience = Patience(tries=3, sleep=slept.append, chance=iter([0.5, 0.25]).__next__)

    assert list(patience.attempts()) == [1, 2, 3]
    assert slept == [0.025, 0.025]


@pytest.mark.parametrize(
    "answer",
    [
        error("ThrottlingException"),
        error("ProvisionedThroughputExceededException"),
        error("TransactionInProgressException"),
        error("InternalServerError", status=500),
        error("ServiceUnavailable", status=503),
    ],
)
def test_a_busy_server_is_asked_again(scripted: Make, answer: ClientError) -> None:
    stores = scripted(answer, {})

    assert apply(stores) == Applied()
    assert len(stores.client.asked) == 2


def test_a_transaction_of_unknown_outcome_is_the_same_one_again(scripted: Make) -> None:
    """What had taken effect is answered as done, instead of refused on its own conditions."""
    stores = scripted(error("InternalServerError", status=500), {})

    apply(stores)
    apply(stores)

    first, again, other = (one["ClientRequestToken"] for one in stores.client.asked)
    assert first == again != other


def test_conditions_count_more_than_a_conflict_beside_them(scripted: Make) -> None:
    stores = scripted(cancelled(NONE, FAILED, NONE, CONFLICT, NONE))

    assert apply(stores) == Applied(contested=frozenset({"a"}))
    assert len(stores.client.asked) == 1


def test_a_lost_lease_counts_more_than_everything(scripted: Make) -> None:
    other = item_to_wire({"generation": 0, "sequence": 2})

    with pytest.raises(Fenced):
        apply(scripted(cancelled({**FAILED, "Item": other}, FAILED, NONE, TOO_LARGE, NONE)))


def test_contested_and_oversized_assets_are_told_apart(scripted: Make) -> None:
    stores = scripted(cancelled(NONE, NONE, FAILED, TOO_LARGE, NONE))

    assert apply(stores) == Applied(frozenset({"a"}), frozenset({"b"}))


def test_a_reason_of_another_kind_is_an_error(scripted: Make) -> None:
    odd = {"Code": "ValidationError", "Message": "The document path is invalid"}

    with pytest.raises(StoreError, match="a: ValidationError") as raised:
        apply(scripted(cancelled(NONE, odd, NONE, CONFLICT, NONE)))
    assert not isinstance(raised.value, StoreUnavailable)


def test_an_error_that_names_no_asset_is_traced_without_writing_anything(scripted: Make) -> None:
    size = error("ValidationException", "Item size has exceeded the maximum allowed size")
    doomed = cancelled(NONE, NONE, FAILED)
    busy = cancelled(NONE, CONFLICT, NONE)
    stores = scripted(size, doomed, busy, size)

    assert apply(stores) == Applied(oversized=frozenset({"b"}))

    for request in stores.client.asked[1:]:
        assert "ConditionCheck" in request["TransactItems"][-1]


def test_a_single_asset_needs_no_tracing(scripted: Make) -> None:
    stores = scripted(error("ValidationException", "Item size has exceeded the maximum"))

    assert apply(stores, creation("a")) == Applied(oversized=frozenset({"a"}))
    assert len(stores.client.asked) == 1


def test_an_error_that_no_asset_causes_is_an_error(scripted: Make) -> None:
    size = error("ValidationException", "Item size has exceeded the maximum allowed size")

    with pytest.raises(StoreError, match="refused to write a chunk"):
        apply(scripted(size, {}))


def test_a_request_that_cannot_be_right_is_not_repeated(scripted: Make) -> None:
    stores = scripted(error("ValidationException", "Invalid UpdateExpression\nwith details"))

    with pytest.raises(StoreError, match="Invalid UpdateExpression") as raised:
        apply(stores)

    assert "details" not in str(raised.value)
    assert len(stores.client.asked) == 1


@pytest.mark.parametrize(
    "away",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
)
def test_a_lost_answer_is_an_unknown_outcome(scripted: Make, away: BaseException) -> None:
    stores = scripted(away)

    with pytest.raises(StoreUnavailable, match="did not answer"):
        apply(stores)
    assert len(stores.client.asked) == 1


def test_missing_credentials_are_no_passing_trouble(scripted: Make) -> None:
    with pytest.raises(StoreError, match="credentials") as raised:
        scripted(NoCredentialsError()).sync.run_state(ID)
    assert not isinstance(raised.value, StoreUnavailable)


def test_a_refused_role_is_said_in_a_sentence(scripted: Make) -> None:
    stores = scripted(error("AccessDeniedException", "no dynamodb:BatchGetItem."))

    with pytest.raises(StoreError, match="AccessDeniedException") as raised:
        stores.media.records(["m-a"])
    assert str(raised.value).count("..") == 0


def records_of(request: dict[str, Any], most: int) -> dict[str, Any]:
    """Answer the first keys; the others are left unprocessed."""
    keys = request["RequestItems"][TABLES.media]["Keys"]
    left = {TABLES.media: {"Keys": keys[most:]}} if keys[most:] else {}
    return {"Responses": {TABLES.media: keys[:most]}, "UnprocessedKeys": left}


def test_keys_that_were_left_are_asked_for_again(scripted: Make, sleeps: Sleeps) -> None:
    stores = scripted(lambda request: records_of(request, 30))

    found = stores.media.records(f"m-{n}" for n in range(150))

    assert len(found) == 150
    assert len(stores.client.asked) == 4 + 2
    assert sleeps.seconds == []


def test_reads_that_get_nowhere_are_given_up(scripted: Make, sleeps: Sleeps) -> None:
    stores = scripted(lambda request: records_of(request, 0))

    with pytest.raises(StoreUnavailable, match="too busy to read the records"):
        stores.media.records(["m-a"])
    assert len(stores.client.asked) == 8
    assert len(sleeps.seconds) == 7


def test_every_read_is_consistent(scripted: Make) -> None:
    stores = scripted({"Responses": {}})

    stores.media.records(["m-a"])
    stores.sync.links(ID, ["a"])
    stores.sync.run_state(ID)
    stores.sync.connection(ID)

    for request in stores.client.asked:
        for asked in request["RequestItems"].values():
            assert asked["ConsistentRead"] is True


def test_a_press_that_meets_a_chunk_is_repeated(scripted: Make) -> None:
    done = {"Attributes": item_to_wire({"restart": restart_map(RESTART)})}
    stores = scripted(error("TransactionConflictException"), done)

    assert stores.sync.request_restart(ID, RESTART) == RESTART
    assert len(stores.client.asked) == 2


def test_two_who_put_one_connection_do_not_disturb_each_other(scripted: Make) -> None:
    stores = scripted(cancelled(CONFLICT, NONE), {})

    stores.sync.put_connection(CONNECTION)

    assert len(stores.client.asked) == 2


def test_a_run_item_of_a_later_version_is_not_taken_over(scripted: Make) -> None:
    stores = scripted(refusal({"generation": 1, "sequence": 1, "schema": 2}))

    with pytest.raises(StoreError, match="deploy the newer version"):
        stores.sync.take_lease(ID, owner="me", now=NOW, until=NOW + MINUTE)


def test_a_lease_that_cannot_be_written_is_an_error(scripted: Make) -> None:
    with pytest.raises(StoreError, match="take the lease"):
        scripted(error("ResourceNotFoundException")).sync.take_lease(
            ID, owner="me", now=NOW, until=NOW + MINUTE
        )


def test_counting_goes_on_over_pages_and_stops_at_a_thousand(scripted: Make) -> None:
    pages: list[Answer] = [
        {"Count": 400, "LastEvaluatedKey": {"pk": {"S": "1"}}},
        {"Count": 400, "LastEvaluatedKey": {"pk": {"S": "2"}}},
        {"Count": 400, "LastEvaluatedKey": {"pk": {"S": "3"}}},
        {"Count": 7},
    ]
    stores = scripted(*pages)

    assert stores.sync.attention(ID) == {"pending": 1000, "parked": 7, "conflicts": 7}
    assert [asked.get("ExclusiveStartKey") for asked in stores.client.asked] == [
        None,
        {"pk": {"S": "1"}},
        {"pk": {"S": "2"}},
        None,
        None,
    ]


def test_a_chunk_goes_out_as_one_request_with_the_run_item_first(scripted: Make) -> None:
    stores = scripted({})
    twin = replace(creation("b"), conflicts=())

    apply(stores, creation("a"), twin)

    (request,) = stores.client.asked
    kinds = [next(iter(action)) for action in request["TransactItems"]]
    assert kinds == ["Update", "Put", "Put", "Put", "Put"]
    first = request["TransactItems"][0]["Update"]
    assert first["Key"] == item_to_wire({"pk": f"conn#{ID}", "sk": "run"})
