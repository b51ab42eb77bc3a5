"""What stands in the tables of a running application, as the wire has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.e2e.clients import client

if TYPE_CHECKING:
    from tests.e2e.conftest import Application


def items(application: Application, output: str) -> dict[str, Any]:
    """Every item of a table by its key."""
    scan = client(application.stack.engine.url, "dynamodb").get_paginator("scan")
    pages = scan.paginate(TableName=application.stack.outputs[output])
    found = [item for page in pages for item in page["Items"]]
    keys = ("media_id", "pk", "sk")
    return {json.dumps([item[key] for key in keys if key in item]): item for item in found}


def records(application: Application) -> dict[str, Any]:
    return items(application, "MediaTableName")


def links(application: Application) -> dict[str, Any]:
    found = items(application, "SyncTableName")
    return {key: item for key, item in found.items() if item["pk"]["S"].startswith("link#")}
