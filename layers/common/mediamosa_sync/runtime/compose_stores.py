"""DynamoDB behind the ports, from the environment; one client for a function's whole life."""

from __future__ import annotations

import os
from functools import cache

from mediamosa_sync.adapters.dynamodb.calls import Calls, Patience, dynamodb_client
from mediamosa_sync.adapters.dynamodb.record_store import DynamoDBRecordStore
from mediamosa_sync.adapters.dynamodb.sync_store import DynamoDBSyncStore
from mediamosa_sync.ports import RecordStore, SyncStore
from mediamosa_sync.runtime.configuration import tables_of


@cache
def _calls() -> Calls:
    return Calls(dynamodb_client(), Patience())


@cache
def sync_store() -> SyncStore:
    """The sync table."""
    return DynamoDBSyncStore(_calls(), tables_of(os.environ))


@cache
def record_store() -> RecordStore:
    """The media table."""
    return DynamoDBRecordStore(_calls(), tables_of(os.environ))
