"""What an admin's look costs: bounded reads, as many at 100,000 links as at 100."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from mediamosa_sync.adapters.dynamodb.attention_rows import MOST_COUNTED
from mediamosa_sync.adapters.dynamodb.attributes import item_to_wire
from mediamosa_sync.adapters.dynamodb.link_item import link_item
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.runtime import compose_stores
from mediamosa_sync.service.links import MOST_LOOKED_AT
from tests.functions import seed
from tests.functions.api import call
from tests.functions.conftest import URL, USER_NAME, deployed

FEW, MANY = 100, 100_000
CONNECTION = Connection(URL, USER_NAME, "arn")
CONNECTION_ID = CONNECTION.connection_id

STATUS = {"status": "", "statuses": None}
LISTS = {
    "pending": "/links?state=pending",
    "parked": "/links?state=parked",
    "held links": "/links?state=held",
    "all links": "/links",
    "one asset": f"/links?asset_id={seed.LINKED}",
    "one record": f"/links?media_id=m-{seed.LINKED}",
    "conflicts": "/conflicts",
    "held": "/held",
    "removed": "/removed",
    "runs": "/runs",
    "audit": "/audit",
    "properties": "/properties",
}


@dataclass(slots=True)
class Reads:
    """What DynamoDB was asked.

    Attributes:
        calls: how often each operation was asked for.
        items: those asked for by key, and those that queries looked at, shown or not.
    """

    calls: Counter[str] = field(default_factory=Counter)
    items: int = 0

    @property
    def text(self) -> str:
        """The reads for people."""
        return f"{self.calls.total()} reads of {self.items} items"

    def ask(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        """Note what is asked for (an event of botocore's)."""
        self.calls[model.name] += 1
        for table in params.get("RequestItems", {}).values():
            self.items += len(table["Keys"])

    def told(self, parsed: Mapping[str, Any], **_: object) -> None:
        """Note what it took to answer (an event of botocore's)."""
        self.items += parsed.get("ScannedCount", 0)


@contextmanager
def counted() -> Iterator[Reads]:
    """What the functions ask DynamoDB in the meantime."""
    reads, events = Reads(), compose_stores._calls().client.meta.events
    events.register("provide-client-params.dynamodb", reads.ask)
    events.register("after-call.dynamodb", reads.told)
    yield reads
    events.unregister("provide-client-params.dynamodb", reads.ask)
    events.unregister("after-call.dynamodb", reads.told)


def fill(links: int, state: LinkState = LinkState.LINKED) -> None:
    """Add links, straight into moto: as many writes through it would take minutes."""
    items = dynamodb_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].tables["sync"].items
    since = seed.NOW - timedelta(days=1)
    link = Link("", "m-filled", base={"title": ("T",)}, state=state, since=since)
    wire = item_to_wire(link_item(CONNECTION_ID, link, version=1))
    pk = DynamoType(wire["pk"])
    shared = Item(hash_key=pk, range_key=DynamoType(wire["sk"]), attrs=wire).attrs
    for number in range(links):
        sk = DynamoType({"S": f"filled{state}{number:06}"})
        # Of any type: moto's own measures what it holds with every change.
        item: Any = Item(hash_key=pk, range_key=sk, attrs={})
        item.attrs = {**shared, "sk": sk}
        if "attention_sk" in shared:
            item.attrs["attention_sk"] = DynamoType(
                {"S": f"{shared['attention_sk'].value}{sk.value}"}
            )
        items[pk][sk] = item


def reads_of(path: str | None) -> Reads:
    """What one look takes."""
    where, _, query = (path or "").partition("?")
    named = dict([query.split("=")]) if query else None
    address = "/connections" if path is None else f"/connections/{CONNECTION_ID}{where}"
    with counted() as reads:
        status, body, _ = call("GET", address, query=named)
    assert status == 200, body
    return reads


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection about which everything can be asked, with some ten links."""
    with deployed(monkeypatch) as store:
        store.put_connection(CONNECTION)
        seed.seed(store, CONNECTION)
        call("POST", f"/connections/{CONNECTION_ID}/restart", role="operator")
        yield


@pytest.mark.performance
@pytest.mark.usefixtures("world")
def test_a_look_costs_the_same_with_a_thousand_times_as_many_links(figures: list[str]) -> None:
    fill(FEW)
    few = {name: reads_of(path) for name, path in {**STATUS, **LISTS}.items()}
    fill(MANY)
    many = {name: reads_of(path) for name, path in {**STATUS, **LISTS}.items()}

    assert many == few
    assert {name for reads in many.values() for name in reads.calls} == {"BatchGetItem", "Query"}
    most = max(LISTS, key=lambda name: many[name].items)
    figures.append(
        f"status at {FEW} and at {MANY:,} links: {few['status'].text} and {many['status'].text}; "
        f"the largest list ({most}): {few[most].text} and {many[most].text}"
    )


@pytest.mark.performance
@pytest.mark.usefixtures("world")
def test_a_look_is_bounded_also_when_everything_is_in_trouble(figures: list[str]) -> None:
    for state in (LinkState.PENDING, LinkState.PARKED):
        fill(3_000, state)
    looks = {name: reads_of(path) for name, path in {**STATUS, **LISTS}.items()}
    forgotten = reads_of("/links?state=forgotten")

    status = looks["status"]
    # Each of both counts stops; the rest of a status is as without trouble.
    assert 2 * MOST_COUNTED < status.items < 2 * MOST_COUNTED + 20
    assert max(looks[name].items for name in LISTS) < 100
    # Of each portion one link more is read, which tells whether there are any.
    assert forgotten.items <= 1.05 * MOST_LOOKED_AT
    figures.append(
        f"status with 6,000 links in trouble: {status.text}; "
        f"links of a state that no index has: {forgotten.text} at the most"
    )
