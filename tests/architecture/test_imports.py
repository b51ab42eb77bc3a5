"""The rooms of the house: who may import what (docs/architecture.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.imports import CORE, sources, violations

PROJECT = Path(__file__).parents[2]


def test_every_file_imports_only_what_its_room_allows() -> None:
    found = [line for path, source in sources(PROJECT) for line in violations(path, source)]

    assert found == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{CORE}/service/step.py", "import boto3"),
        (f"{CORE}/service/step.py", "from mypy_boto3_dynamodb import DynamoDBClient"),
        (f"{CORE}/runtime/wiring.py", "from botocore.config import Config"),
        (f"{CORE}/adapters/dynamodb/links.py", "import requests"),
        (f"{CORE}/adapters/mediamosa/client.py", "import boto3"),
        (f"{CORE}/adapters/scheduler/schedule.py", "from lxml import etree"),
        (f"{CORE}/service/step.py", "from aws_lambda_powertools import Logger"),
        (f"{CORE}/domain/plan.py", "import numpy"),
        (f"{CORE}/domain/plan.py", "def plan() -> None:\n    import random"),
        (f"{CORE}/domain/plan.py", "from datetime import datetime\ndatetime.now()"),
        (f"{CORE}/service/step.py", "import datetime\ndatetime.date.today()"),
        (f"{CORE}/service/step.py", "from time import monotonic"),
        (f"{CORE}/domain/plan.py", "from urllib.request import urlopen"),
        ("functions/api/handler.py", "import boto3"),
        ("functions/api/handler.py", "from mediamosa_sync.adapters.dynamodb import links"),
        ("functions/api/handler.py", "from mediamosa_sync import adapters"),
        ("functions/api/handler.py", "from functions.page.handler import lambda_handler"),
        (f"{CORE}/runtime/wiring.py", "from tests.fakes import clock"),
        (f"{CORE}/runtime/wiring.py", "from infra.local import engine"),
        ("infra/cli/main.py", "from mediamosa_sync.domain import plan"),
        ("infra/cli/main.py", "from mediamosa_sync.adapters.mediamosa import queries"),
        ("infra/cli/doctor/zone.py", "from mediamosa_sync.service import push"),
        ("infra/cli/doctor/zone.py", "from mediamosa_sync.adapters.dynamodb import links"),
        ("infra/cli/client.py", "import boto3"),
        ("infra/cli/main.py", "from infra.local import engine"),
        ("infra/local/engine.py", "import typer"),
        ("infra/local/engine.py", "import requests"),
    ],
)
def test_a_planted_import_from_the_wrong_room_is_found(path: str, source: str) -> None:
    assert len(violations(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{CORE}/adapters/dynamodb/links.py", "import boto3\nfrom botocore.config import Config"),
        (f"{CORE}/adapters/mediamosa/xml.py", "from lxml import etree\nimport requests"),
        (f"{CORE}/domain/plan.py", "from urllib.parse import quote\nfrom datetime import datetime"),
        (f"{CORE}/runtime/clock.py", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
        ("functions/api/handler.py", "from mediamosa_sync.runtime.bootstrap import control"),
        ("infra/local/engine.py", "import boto3, subprocess"),
        ("infra/cli/client.py", "import requests\nimport rich, typer"),
        ("infra/cli/doctor/zone.py", "from mediamosa_sync.adapters.mediamosa import queries"),
        ("infra/local/deploy.py", "from mypy_boto3_cloudformation import CloudFormationClient"),
    ],
)
def test_an_import_in_its_own_room_is_left_alone(path: str, source: str) -> None:
    assert violations(path, source) == []
