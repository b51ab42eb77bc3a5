"""The function behind the media table's stream: what it reads there, and what it does about it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import Binary

from functions.push_edits.handler import lambda_handler as push_edits
from infra.local.mediamosa import seed
from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.ids import SeededIds
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.domain.connection import InvalidConfiguration
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.record import Record
from mediamosa_sync.errors import StoreError
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.runtime.observability import logger
from mediamosa_sync.runtime.stream import events_of
from tests.functions.conftest import USER_NAME, LambdaContext
from tests.functions.test_sync_step import KEY, Deployment

EVENTS = Path(__file__).parents[1] / "events"
STREAM: dict[str, Any] = json.loads(
    (EVENTS / "stream-of-media-table.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def changes() -> dict[str, RecordEvent]:
    """What is read of the recorded event, by the keys of its records."""
    return {change.media_id: change for change in events_of(STREAM, "media_id")}


class TestWhatTheStreamSays:
    def test_changes_come_in_the_order_of_the_stream(self) -> None:
        assert [change.media_id for change in events_of(STREAM, "media_id")] == [
            "m-new",
            "m-edited",
            "m-gone",
            "m-odd",
        ]

    def test_a_new_record_was_not_there_before(self, changes: dict[str, RecordEvent]) -> None:
        change = changes["m-new"]
        assert change.before is None
        assert change.after == Record(
            media_id="m-new",
            uri="mediamosa://asset/nGaSjvGJmIZ8xYvtgPgVQJ2l",
            metadata={"title": ["Fietsen in Zeeland"], "date": "2026"},
            connection_id="e6f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9",
            attributes=frozenset({"media_id", "uri", "metadata", "connection_id", "rating"}),
        )

    def test_an_edited_record_is_told_as_it_was_and_as_it_is(
        self, changes: dict[str, RecordEvent]
    ) -> None:
        change = changes["m-edited"]
        assert change.before is not None
        assert change.after is not None
        assert change.before.metadata == {"title": ["Oud"]}
        assert change.after.metadata == {"title": ["Nieuw"]}
        assert change.after.mediamosa == {"asset_id": "R2dgZBVRdVHZd6Vg1GhSNPA0"}
        assert change.concerns

    def test_a_deleted_record_is_gone_now(self, changes: dict[str, RecordEvent]) -> None:
        change = changes["m-gone"]
        assert change.before is not None
        assert (change.before.metadata, change.before.connection_id) == (None, "")
        assert change.after is None
        assert change.concerns

    def test_whatever_an_application_stores_is_carried_through(
        self, changes: dict[str, RecordEvent]
    ) -> None:
        change = changes["m-odd"]
        assert change.before is not None
        assert (change.before.uri, change.before.connection_id) == (Decimal(7), "")
        assert change.after is not None
        assert change.after.metadata == {
            "thumbnail": Binary(b"\x89PNG"),
            "pages": {Binary(b"\x01"), Binary(b"\x02")},
            "list": [Binary(b"\x00"), None, {"deep": Binary(b"\xff")}],
            "subject": {"a", "b"},
            "size": Decimal(12345678901234567890123456789012345678),
            "empty": "",
        }
        assert change.after.attributes == {"media_id", "uri", "metadata", "preview"}

    def test_the_key_may_have_another_name(self) -> None:
        stream = {
            "Records": [
                {"dynamodb": {"Keys": {"id": {"S": "x"}}, "NewImage": {"id": {"S": "x"}}}},
            ]
        }
        (change,) = events_of(stream, "id")
        assert (change.media_id, change.concerns) == ("x", False)

    @pytest.mark.parametrize("keys", [{"other": {"S": "x"}}, {"media_id": {"N": "1"}}])
    def test_the_stream_of_another_table_is_refused_in_one_sentence(
        self, keys: dict[str, object]
    ) -> None:
        stream = {"Records": [{"dynamodb": {"Keys": keys}}]}
        with pytest.raises(InvalidConfiguration, match=r"no key media_id of text: set .*\.$"):
            events_of(stream, "media_id")


class Edits:
    """The media table as an application edits it, and the stream that tells of it."""

    def __init__(self, deployment: Deployment, mediamosa: StandIn) -> None:
        self.deployment = deployment
        self.mediamosa = mediamosa
        self.table = boto3.resource("dynamodb").Table("media")

    def stored(self, media_id: str) -> dict[str, Any] | None:
        """The record as it stands."""
        return self.table.get_item(Key={"media_id": media_id}).get("Item")

    def edit(self, media_id: str, **metadata: list[str]) -> dict[str, Any]:
        """Write properties of a record; returns the row that the stream gains."""
        before = self.stored(media_id)
        assert before is not None
        self.table.put_item(Item={**before, "metadata": {**before["metadata"], **metadata}})
        return self.row(before, self.stored(media_id))

    def row(self, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
        """One row of the stream, as Lambda passes it on."""
        (media_id,) = {image["media_id"] for image in (before, after) if image}
        images = {"OldImage": before, "NewImage": after}
        wire = {name: item_to_wire(image) for name, image in images.items() if image}
        return {"dynamodb": {"Keys": {"media_id": {"S": media_id}}, **wire}}

    def push(self, *rows: dict[str, Any]) -> None:
        """Let the function take a batch."""
        push_edits({"Records": list(rows)}, LambdaContext())  # type: ignore[arg-type]  # what it reads of it

    def posts(self) -> list[str]:
        """Which requests MediaMosa was asked to write metadata."""
        paths = (request.path for request in self.mediamosa.control.requests)
        return [path for path in paths if path.endswith("/metadata")]

    def title(self, asset_id: str) -> list[object]:
        """What MediaMosa has for an asset's title."""
        store = self.mediamosa.model.store
        (title,) = (one for one in store.properties.values() if one.name == "title")
        return list(store.assets[asset_id].metadata.get(title.prop_id, []))


class Lines(logging.Handler):
    """What the function logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append({"message": record.getMessage(), **record.__dict__})


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """Everything that is logged during a test."""
    handler = Lines()
    logging.getLogger(logger.name).addHandler(handler)
    yield handler.lines
    logging.getLogger(logger.name).removeHandler(handler)


@pytest.fixture
def edits(stack: SyncStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edits]:
    """Ten assets, synced, with what their application does next."""
    model = MediaMosa(clock=lambda: int(time.time()), ids=SeededIds("edits"))
    application = model.add_application(Application(1, USER_NAME, KEY, "Europe/Amsterdam"))
    seed.plant(model, application, 10, 1)
    arn = boto3.client("secretsmanager").create_secret(Name="mm", SecretString=KEY)["ARN"]
    with StandIn(model) as mediamosa:
        settings = {
            "DEFAULT_SECRET_ARN": arn,
            "DEFAULT_URL": mediamosa.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "ALLOW_HTTP": "true",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        deployment = Deployment(stack, monkeypatch)
        deployment.tick(steps=10)
        mediamosa.control.requests.clear()
        yield Edits(deployment, mediamosa)


def a_record(edits: Edits) -> tuple[str, str]:
    """Key and asset of one record."""
    record = min(edits.deployment.records(), key=lambda record: str(record["media_id"]))
    described = record["mediamosa"]
    assert isinstance(described, dict)
    return str(record["media_id"]), str(described["asset_id"])


def test_an_edit_of_a_record_is_in_mediamosa_after_one_post(
    edits: Edits, lines: list[dict[str, Any]]
) -> None:
    media_id, asset_id = a_record(edits)
    edits.push(edits.edit(media_id, title=["Nieuwe titel"]))
    assert edits.title(asset_id) == ["Nieuwe titel"]
    assert edits.posts() == [f"asset/{asset_id}/metadata"]
    (line,) = (line for line in lines if line["message"] == "pushed")
    told = ("records", "posts", "pending", "parked", "conflicts")
    assert {name: line[name] for name in told} == dict(zip(told, (1, 1, 0, 0, 0), strict=True))


def test_fifty_edits_of_one_record_cost_one_post(edits: Edits) -> None:
    media_id, asset_id = a_record(edits)
    edits.push(*(edits.edit(media_id, title=[f"Titel {number}"]) for number in range(50)))
    assert edits.title(asset_id) == ["Titel 49"]
    assert len(edits.posts()) == 1


def test_a_batch_that_lambda_brings_twice_is_pushed_once(edits: Edits) -> None:
    row = edits.edit(a_record(edits)[0], title=["Nieuwe titel"])
    edits.push(row)
    edits.push(row)
    assert len(edits.posts()) == 1


def test_what_the_sync_wrote_itself_makes_no_request(edits: Edits) -> None:
    edits.push(*(edits.row(None, dict(record)) for record in edits.deployment.records()))
    assert not edits.mediamosa.control.requests


def test_records_without_a_mediamosa_uri_are_left_alone(edits: Edits) -> None:
    edits.push(edits.row(None, {"media_id": "x", "uri": "https://example.org", "b": b"\x00"}))
    assert not edits.mediamosa.control.requests


def test_an_edit_during_an_outage_is_taken_from_the_stream_and_waits_in_the_table(
    edits: Edits, lines: list[dict[str, Any]]
) -> None:
    edits.mediamosa.control.faults.add(Fault("down", times=None))
    edits.push(edits.edit(a_record(edits)[0], title=["Nieuwe titel"]))
    (line,) = (line for line in lines if line["message"] == "pushed")
    assert line["pending"] == 1
    (connection,) = edits.deployment.store.connections()
    assert edits.deployment.store.attention(connection.connection_id)["pending"] == 1


def test_a_table_that_cannot_be_read_brings_the_batch_again(edits: Edits) -> None:
    media_id, asset_id = a_record(edits)
    row = edits.edit(media_id, title=["Nieuwe titel"])
    boto3.client("dynamodb").delete_table(TableName="sync")
    with pytest.raises(StoreError):
        edits.push(row)
    assert edits.title(asset_id) != ["Nieuwe titel"]
