"""The engine's DynamoDB for histories in lockstep, and its stream as Lambda would pass it on."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from infra.local.engine import Engine
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.runtime.stream import events_of
from tests.adapters.lockstep.campaign import Open
from tests.adapters.lockstep.tables.pair import Stream, opener

KEY = "media_id"


def engine_opener(engine: Engine) -> Open:
    """Fresh tables of the engine for each seed, with a stream."""
    client = engine.session.client("dynamodb", endpoint_url=engine.url)
    streams = engine.session.client("dynamodbstreams", endpoint_url=engine.url)

    def stream_of(table: str) -> Stream:
        arn = client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        return lambda: _events(streams, arn)

    return opener(client, stream_of)


def _events(streams: Any, arn: str) -> tuple[RecordEvent, ...]:
    """Every change since the table was made, through the function's own decoding."""
    found: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            found += [_as_lambda_has_it(record) for record in page["Records"]]
            iterator = page.get("NextShardIterator") if page["Records"] else None
    return events_of({"Records": found}, KEY)


def _as_lambda_has_it(record: Mapping[str, Any]) -> dict[str, Any]:
    """An event's record: JSON has base64 where the client has bytes."""
    change = record["dynamodb"]
    images = {name: _without_bytes(change[name]) for name in _IMAGES if name in change}
    return {"dynamodb": {**images, "SequenceNumber": change["SequenceNumber"]}}


_IMAGES = ("Keys", "OldImage", "NewImage")


def _without_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _without_bytes(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_without_bytes(inner) for inner in value]
    return value
