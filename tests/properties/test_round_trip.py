"""What goes into a table comes out of it: all metadata, whatever stands in them (I19).

On the way are DynamoDB's attribute forms, the item of a link with its digests, the copy of a
removed record, and what a record's strings are read and compared as.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.link_item import link_item, link_of
from mediamosa_sync.adapters.dynamodb.removed_item import copy_items, copy_of
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.decide import decide
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import Setting, merge
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import MappedProperty, ours_of, theirs_of
from mediamosa_sync.domain.record import NewRecord, Record, RecordChange, RemovedRecord, read_values
from mediamosa_sync.domain.values import Metadata, Values, agree_on, is_agreed, values_of
from mediamosa_sync.domain.writes import AssetWrite

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("creator", "language", "subject", "title")
FIELDS = tuple(MappedProperty(name, name, "dublin_core") for name in NAMES)
SETTING = Setting("c0ffee", 5, NOON, FIELDS)

text = st.text(max_size=20) | st.sampled_from(
    ["", " ", "\x00", "\n", "😀", "e\u0301", "\u200b", "\ufffd", "NL", "a" * 512, "é" * 32_768]
)
values = st.lists(text, max_size=4).map(values_of)
metadata = st.dictionaries(st.sampled_from(NAMES), values)
attribute: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | text
    | st.binary(max_size=10)
    | st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-1_000, max_value=1_000
    )
    | st.sets(st.text(max_size=5), min_size=1, max_size=3)
    | st.sets(st.integers(-9, 9).map(Decimal), min_size=1, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def through_the_table(item: Mapping[str, Any]) -> dict[str, Any]:
    """*item* as it is read once it was written."""
    return dict(item_from_wire(item_to_wire(item)))


def asset_of(given_metadata: Metadata) -> Asset:
    """The asset that has them; MediaMosa has no empty lists."""
    return Asset("A1", groups={"dublin_core": {n: v for n, v in given_metadata.items() if v}})


@given(metadata)
def test_a_created_record_says_what_its_asset_says(given_metadata: Metadata) -> None:
    asset = asset_of(given_metadata)
    write = decide(asset, None, None, SETTING)
    assert isinstance(write, AssetWrite)
    assert isinstance(write.record, NewRecord)
    item = through_the_table(
        {"metadata": {name: list(values) for name, values in write.record.metadata.items()}}
    )
    record = Record("m1", write.record.uri, item["metadata"])
    ours = ours_of(read_values(record).values, FIELDS)
    assert ours == theirs_of(asset, FIELDS)
    assert merge(asset, write.link, record, SETTING).outstanding == {}


@given(metadata, metadata)
def test_a_changed_record_says_what_its_asset_says(before: Metadata, now: Metadata) -> None:
    stored = {name: list(values) for name, values in before.items()}
    base = {name: agree_on(found) for name, found in theirs_of(asset_of(before), FIELDS).items()}
    link, asset = Link("A1", "m1", base=base), asset_of(now)
    record = Record(
        "m1", "mediamosa://asset/A1", through_the_table({"metadata": stored})["metadata"]
    )
    merged = merge(asset, link, record, SETTING)
    change = merged.change or RecordChange(record)
    item = through_the_table({"metadata": stored, **change.applied_to({"metadata": stored})})
    ours = ours_of(read_values(Record("m1", metadata=item["metadata"])).values, FIELDS)
    assert ours == theirs_of(asset, FIELDS)


@given(values)
def test_what_was_agreed_on_is_recognised_and_nothing_else_is(found: Values) -> None:
    link = Link("A1", "m1", base={"title": agree_on(found)})
    base = link_of(through_the_table(link_item("c", link, version=1))).base
    assert base is not None
    assert is_agreed(base["title"], found)
    assert not is_agreed(base["title"], (*found, "more"))
    assert not found or not is_agreed(base["title"], found[1:])


@st.composite
def links(draw: st.DrawFn) -> Link:
    """A link with everything that it may hold."""
    agreed = values.map(agree_on)
    moments = st.integers(0, 10**9).map(lambda number: NOON + timedelta(microseconds=number))
    optional = st.none() | moments
    names = st.sampled_from(NAMES)
    return Link(
        asset_id=draw(st.text("ABab012", min_size=1, max_size=32)),
        media_id=draw(text.filter(lambda found: len(found) < 100)),
        uri=draw(st.sampled_from(["", "mediamosa://mediafile/f/é.mp4"])),
        base=draw(st.none() | st.dictionaries(names, agreed)),
        sent=draw(
            st.dictionaries(
                names,
                st.lists(
                    st.builds(SentValue, agreed, moments, st.booleans()), min_size=1, max_size=2
                ).map(tuple),
            )
        ),
        claim=draw(st.none() | st.builds(Claim, st.text(max_size=9), moments)),
        wanted=draw(st.integers(0, 10**9)),
        attempts=draw(st.integers(0, 5)),
        parked=draw(
            st.dictionaries(
                names, st.builds(ParkedValue, agreed, st.text(max_size=9), moments, st.booleans())
            )
        ),
        ignored=draw(st.lists(st.text(max_size=9), max_size=3).map(tuple)),
        names=draw(st.dictionaries(names, st.text(min_size=1, max_size=9))),
        first_contact=draw(st.sampled_from(FirstContact)),
        sequence=draw(st.integers(0, 10**12)),
        pushed=draw(st.booleans()),
        version=draw(st.integers(0, 10**9)),
        revision=draw(st.sampled_from(["", "2026-11-23T12:00:00Z#0011"])),
        state=draw(st.sampled_from(LinkState)),
        reason=draw(st.text(max_size=9)),
        since=draw(optional),
        removed_at=draw(st.integers(0, 10**40)),
        due=draw(optional),
        expires_at=draw(
            st.none() | st.integers(0, 10**6).map(lambda n: NOON + timedelta(seconds=n))
        ),
    )


@given(links())
def test_a_link_comes_back_as_it_was(link: Link) -> None:
    item = link_item("c0ffee", link, version=link.version)
    assert link_of(through_the_table(item)) == link


@given(st.dictionaries(st.text(min_size=1, max_size=8), attribute, max_size=6))
def test_the_copy_of_a_removed_record_is_the_record(attributes: Mapping[str, Any]) -> None:
    whole = {"media_id": "m1", **attributes}
    copy = RemovedRecord("A1", "m1", whole, NOON, NOON + timedelta(days=30), "Gone.")
    items = [through_the_table(item) for item in copy_items("c0ffee", copy)]
    assert copy_of({item["sk"]: item for item in items}, "A1") == copy
