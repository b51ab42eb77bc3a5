"""The two tables as the template makes them, for tests of the adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.chunk import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef

TABLES = Tables(media="media", sync="sync")
_STREAM: StreamSpecificationTypeDef = {
    "StreamEnabled": True,
    "StreamViewType": "NEW_AND_OLD_IMAGES",
}


def create_tables(client: DynamoDBClient, tables: Tables = TABLES, *, stream: bool = False) -> None:
    """Create both, empty; the media table with its stream, if that is asked for."""
    client.create_table(
        TableName=tables.media,
        StreamSpecification=_STREAM if stream else {"StreamEnabled": False},
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": tables.media_key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": tables.media_key, "AttributeType": "S"}],
    )
    names = ("pk", "sk", "attention_pk", "attention_sk")
    client.create_table(
        TableName=tables.sync,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "attention",
                "KeySchema": [
                    {"AttributeName": "attention_pk", "KeyType": "HASH"},
                    {"AttributeName": "attention_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def put(client: DynamoDBClient, table: str, item: dict[str, Any]) -> None:
    """Write a whole item given in Python's types."""
    client.put_item(TableName=table, Item=item_to_wire(item))


def get(client: DynamoDBClient, table: str, key: dict[str, str]) -> dict[str, Any]:
    """Read a whole item in Python's types; empty if there is none."""
    answer = client.get_item(TableName=table, Key=item_to_wire(key), ConsistentRead=True)
    return dict(item_from_wire(answer.get("Item", {})))
