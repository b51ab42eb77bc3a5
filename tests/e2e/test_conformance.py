"""The stores in memory and the adapters over the engine's DynamoDB answer alike, call for call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from infra.local.engine import Engine
from mediamosa_sync.adapters.dynamodb.chunk import Tables
from tests.adapters.dynamodb.tables import create_tables, get
from tests.adapters.lockstep.campaign import Plan, Tally, hunt
from tests.e2e.conforming import engine_opener

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

PLAN = Plan(range(1, 25), calls=80, least=6)
PAIRS = {
    "apply: contested",
    "apply: done",
    "apply: oversized",
    "save_run: Fenced",
    "the stream: read",
    "write: contested",
    "write: done",
}
"""What must have been called, and what must have come of it; the rest is required over moto."""


def test_the_stores_in_memory_are_as_the_engine(engine: Engine, figures: list[str]) -> None:
    tally = Tally()

    failure = hunt(engine_opener(engine), PLAN, tally, PAIRS)

    assert failure is None, failure.report("engine")
    assert tally.missing(PAIRS) == []
    figures.append(
        f"engine in lockstep: {tally.calls} calls, {len(tally.pairs)} pairs of method and outcome"
    )


def test_the_engine_honours_client_tokens_as_aws_documents(engine: Engine) -> None:
    """The same token and the same request take effect once; with another request it is refused.

    AWS (API reference, TransactWriteItems, ClientRequestToken): "multiple identical calls have the
    same effect as one single call"; with "a change in other parameters" within ten minutes it
    "returns an IdempotentParameterMismatch exception". moto takes effect each time, so nothing that
    rests on tokens is tested over it.
    """
    client = engine.session.client("dynamodb", endpoint_url=engine.url)
    tables = Tables(media="token-media", sync="token-sync")
    create_tables(client, tables)

    def add(number: str) -> None:
        action: UpdateTypeDef = {
            "TableName": tables.media,
            "Key": {"media_id": {"S": "a"}},
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": number}},
        }
        client.transact_write_items(TransactItems=[{"Update": action}], ClientRequestToken="t" * 36)

    add("1")
    add("1")
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        add("2")

    assert get(client, tables.media, {"media_id": "a"})["n"] == 1
