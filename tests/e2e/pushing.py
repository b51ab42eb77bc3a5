"""An application in sync whose records are edited: what the tests of pushes share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from infra.local.deploy import STACK
from infra.local.mediamosa.control import LoggedRequest
from infra.local.mediamosa.faults import Fault
from tests.e2e.clients import client, table
from tests.e2e.people import Admin, Editor, synced
from tests.e2e.tables import records

if TYPE_CHECKING:
    from tests.e2e.conftest import Application

SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.1
READ = "assets"
"""The path of the request that reads the assets which are to be written."""


class Pushing:
    """An application in sync, an application's developer, an editor, an operator and a viewer.

    Attributes:
        table: the media table, as the developer's programs have it.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.operator = synced(application)
        self.viewer = Admin(application.viewer, self.operator.id)
        self.editor = Editor(application)
        stack = application.stack
        self.table = table(stack.engine.url, stack.outputs["MediaTableName"])
        self._sync_table = table(stack.engine.url, stack.outputs["SyncTableName"])
        self.media_ids = {
            item["uri"]["S"].rpartition("/")[2]: item["media_id"]["S"]
            for item in records(application).values()
        }
        there = sorted(self.media_ids.keys() & {*self.editor.ids()})
        self._free = (one for one in there if self.metadata(one)["published"] == ["TRUE"])

    def take(self, number: int) -> list[str]:
        """Published assets in sync that no other test has had."""
        return [next(self._free) for _ in range(number)]

    def edit(self, asset_id: str, **values: Sequence[str]) -> None:
        """Set properties of the asset's record with UpdateItem."""
        places = {f"#{place}": name for place, name in enumerate(values)}
        self.table.update_item(
            Key={"media_id": self.media_ids[asset_id]},
            UpdateExpression="SET "
            + ", ".join(f"metadata.{mark} = :{mark[1:]}" for mark in places),
            ExpressionAttributeNames=places,
            ExpressionAttributeValues={f":{mark[1:]}": values[places[mark]] for mark in places},
        )

    def put(self, media_id: str, uri: str, **values: Sequence[str]) -> None:
        """Write a record as an application does that knows nothing of the sync."""
        self.table.put_item(Item={"media_id": media_id, "uri": uri, "metadata": values})

    def record(self, media_id: str) -> dict[str, Any]:
        """The record; empty if there is none."""
        found = self.table.get_item(Key={"media_id": media_id}, ConsistentRead=True)
        return dict(found.get("Item", {}))

    def record_of(self, asset_id: str) -> dict[str, Any]:
        """The record that the sync had created for the asset."""
        return self.record(self.media_ids[asset_id])

    def link(self, asset_id: str) -> dict[str, Any]:
        """The asset's link; empty if there is none."""
        key = {"pk": f"link#{self.operator.id}", "sk": asset_id}
        return dict(self._sync_table.get_item(Key=key, ConsistentRead=True).get("Item", {}))

    def metadata(self, asset_id: str) -> dict[str, list[str]]:
        """What MediaMosa has, by property."""
        store = self.application.mediamosa.model.store
        with self.application.mediamosa.control.lock:
            return {
                store.properties[number].name: [str(value) for value in values]
                for number, values in store.assets[asset_id].metadata.items()
            }

    def mediafile(self, asset_id: str) -> str:
        """The id of a mediafile of the asset; empty if it has none."""
        with self.application.mediamosa.control.lock:
            ids = self.application.mediamosa.model.store.assets[asset_id].mediafile_ids
            return ids[0] if ids else ""

    def has(self, asset_id: str, **values: Sequence[str]) -> bool:
        """Whether MediaMosa has these values, and nothing of them is under way any more."""
        stands = self.metadata(asset_id)
        link = self.link(asset_id)
        return all(stands.get(name, []) == list(wanted) for name, wanted in values.items()) and (
            not link.keys() & {"claim", "state"}
        )

    def requests(self) -> list[LoggedRequest]:
        """What MediaMosa was asked since the last look."""
        log = self.application.mediamosa.control.requests
        return [log.popleft() for _ in range(len(log))]

    @contextmanager
    def fault(self, kind: str, path: str = "*", times: int | None = None) -> Iterator[None]:
        """Let MediaMosa answer so: every request, or the next ones of a path."""
        control = self.application.mediamosa.control
        with control.lock:
            control.faults.add(Fault(kind, times, path))
        try:
            yield
        finally:
            with control.lock:
                control.faults.clear()

    def attention(self) -> Mapping[str, int]:
        """The numbers of what needs attention."""
        attention: Mapping[str, int] = self.operator.call("GET", "")[1]["attention"]
        return attention

    def listed(self, path: str) -> list[dict[str, Any]]:
        """The first items of a list of the API."""
        status, page = self.viewer.call("GET", path)
        assert status == 200, page
        found: list[dict[str, Any]] = page["items"]
        return found

    def idle_invocations(self) -> int:
        """How often the function that pushes was started so far and had nothing to do."""
        stack = self.application.stack
        found = client(stack.engine.url, "cloudformation").describe_stack_resource(
            StackName=STACK, LogicalResourceId="PushEditsLogGroup"
        )
        group = found["StackResourceDetail"]["PhysicalResourceId"]
        pages = client(stack.engine.url, "logs").get_paginator("filter_log_events")
        messages = [
            one["message"] for page in pages.paginate(logGroupName=group) for one in page["events"]
        ]
        return sum('"message":"pushed"' in one and '"records":0,' in one for one in messages)

    def writes(self, media_id: str) -> int:
        """How often a record was changed so far, by whomever: its events of the stream."""
        streams = client(self.application.stack.engine.url, "dynamodbstreams")
        arn = self.table.latest_stream_arn
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator: str | None = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = 0
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            keys = [event["dynamodb"]["Keys"]["media_id"]["S"] for event in page["Records"]]
            found += keys.count(media_id)
            iterator = page.get("NextShardIterator") if page["Records"] else None
        return found


def until(reached: Callable[[], bool]) -> float:
    """Wait for what the stream sets going; how many seconds it took.

    The longer it takes, the more seldom it is looked for: each look is work for the engine, too.
    """
    began, pause = time.monotonic(), FIRST_PAUSE
    while not reached():
        assert time.monotonic() - began < SECONDS, "It does not come about."
        time.sleep(pause)
        pause = min(pause * 1.2, LONGEST_PAUSE)
    return time.monotonic() - began


def posts(asked: Sequence[LoggedRequest]) -> list[LoggedRequest]:
    """Those of the requests that write."""
    return [request for request in asked if request.path.endswith("/metadata")]


def reads(asked: Sequence[LoggedRequest]) -> list[LoggedRequest]:
    """Those of the requests that read assets in order to write."""
    return [request for request in asked if request.path == READ]
