"""What is stored comes back the same: every value of every type, and versions that are not ours."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.dynamodb.attributes import (
    instant_text,
    item_from_wire,
    item_to_wire,
    known_instant_of,
    values_of_plain,
)
from mediamosa_sync.adapters.dynamodb.items import (
    CONFIGURED,
    configured_attributes,
    connection_of,
    properties_item,
    properties_of,
)
from mediamosa_sync.adapters.dynamodb.link_item import link_item, link_of
from mediamosa_sync.adapters.dynamodb.run_item import (
    HELD,
    SAVED,
    held_numbers,
    held_of,
    restart_map,
    ruling_map,
    run_state_of,
    saved_attributes,
)
from mediamosa_sync.adapters.dynamodb.shelf_item import (
    history_item,
    history_of,
    nominees_item,
    nominees_of,
)
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.deletion import Held, Removals, Ruling
from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import Direction, FirstContact
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.rows import Nominees
from mediamosa_sync.domain.run import (
    Failure,
    Kind,
    Outcome,
    Phase,
    Quiet,
    Restart,
    Run,
    RunState,
    Trigger,
)
from mediamosa_sync.domain.values import agree_on, values_of
from mediamosa_sync.domain.walk import Cursor
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import StoreError
from tests.adapters.dynamodb.samples import CONNECTION, FULL, ID, NOW, history_row, link

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
NUMBERS = st.integers(0, 10**12)
INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 - the strategy adds the zone itself
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001 - the strategy adds the zone itself
    timezones=st.just(UTC),
)
SECONDS = INSTANTS.map(lambda instant: instant.replace(microsecond=0))
LONG = st.builds(lambda text: text * 9000, st.sampled_from(["value-é", "\U0001f3a5 film"]))
VALUES = st.lists(TEXTS | LONG, max_size=4).map(values_of)
AGREED = VALUES.map(agree_on)
SENT = st.lists(st.builds(SentValue, AGREED, INSTANTS, st.booleans()), min_size=1, max_size=2).map(
    tuple
)
PARKED = st.builds(ParkedValue, AGREED, TEXTS, INSTANTS, st.booleans())

LINKS = st.builds(
    Link,
    asset_id=NAMES,
    media_id=TEXTS,
    base=st.none() | st.dictionaries(NAMES, AGREED, max_size=4),
    sent=st.dictionaries(NAMES, SENT, max_size=2),
    claim=st.none() | st.builds(Claim, TEXTS, INSTANTS),
    wanted=NUMBERS,
    attempts=NUMBERS,
    parked=st.dictionaries(NAMES, PARKED, max_size=2),
    ignored=st.lists(TEXTS, max_size=2).map(tuple),
    names=st.dictionaries(NAMES, TEXTS, max_size=2),
    first_contact=st.sampled_from(FirstContact),
    sequence=NUMBERS,
    pushed=st.booleans(),
    version=NUMBERS,
    revision=TEXTS,
    state=st.sampled_from(LinkState),
    reason=TEXTS,
    since=st.none() | INSTANTS,
    due=st.none() | INSTANTS,
    expires_at=st.none() | SECONDS,
)
CURSORS = st.builds(
    Cursor,
    TEXTS,
    NUMBERS,
    TEXTS,
    st.none() | NUMBERS,
    st.none() | INSTANTS,
    NUMBERS,
    st.none() | NUMBERS,
    st.booleans(),
)
RUNS = st.builds(
    Run,
    run_id=TEXTS,
    kind=st.sampled_from(Kind),
    trigger=st.sampled_from(Trigger),
    started_at=INSTANTS,
    cursor=CURSORS,
    phase=st.sampled_from(Phase),
    server_started_at=st.none() | INSTANTS,
    finished_at=st.none() | INSTANTS,
    outcome=st.none() | st.sampled_from(Outcome),
    steps=NUMBERS,
    requests=NUMBERS,
    counts=st.builds(Counts, *[NUMBERS] * 6),
    scan_after=st.none() | st.dictionaries(NAMES, TEXTS, max_size=1),
    nominated=NUMBERS,
    counted=NUMBERS,
    waiting=NUMBERS,
    held_back=st.booleans(),
    watermark_before=st.none() | INSTANTS,
    watermark_after=st.none() | INSTANTS,
    reason=TEXTS,
)
RULINGS = st.builds(Ruling, TEXTS, TEXTS, st.booleans(), TEXTS, INSTANTS)
FAILURES = st.builds(
    Failure, TEXTS, TEXTS, INSTANTS, NUMBERS, st.none() | INSTANTS, configuration=TEXTS
)
HELD_LISTS = st.builds(Held, NUMBERS, st.integers(0, 10**36))
RESTARTS = st.builds(Restart, TEXTS, TEXTS, INSTANTS)
STATES = st.builds(
    RunState,
    connection_id=st.just(ID),
    generation=NUMBERS,
    sequence=NUMBERS,
    execution_id=TEXTS,
    incremental_due=st.booleans(),
    full=st.none() | RUNS,
    incremental=st.none() | RUNS,
    last_walk=st.none() | st.sampled_from(Kind),
    watermark=st.none() | INSTANTS,
    server_clock=st.none() | INSTANTS,
    full_due=st.none() | st.sampled_from(Trigger),
    again=st.lists(TEXTS, max_size=3).map(tuple),
    last_sync=st.none() | INSTANTS,
    last_attempt=st.none() | INSTANTS,
    failure=st.none() | FAILURES,
    restart=st.none() | RESTARTS,
    full_wish=st.none() | RESTARTS,
    links=NUMBERS,
    held=HELD_LISTS,
    removals=st.builds(Removals, st.dictionaries(NUMBERS, NUMBERS, max_size=3)),
    ruling=st.none() | RULINGS,
    release=st.none() | RULINGS,
    quiet=st.none() | st.builds(Quiet, RUNS, RUNS, NUMBERS, NUMBERS),
)


def stored(item: Any) -> Any:
    """The item as it comes back from the API."""
    return item_from_wire(item_to_wire(item))


@given(LINKS)
def test_a_link_comes_back_the_same(one: Link) -> None:
    assert link_of(stored(link_item(ID, one, version=one.version))) == one


@given(STATES)
def test_a_run_state_comes_back_the_same(state: RunState) -> None:
    item = {
        **saved_attributes(state),
        "generation": state.generation,
        "sequence": state.sequence,
        "links": state.links,
        **held_numbers(state.held),
        **({"restart": restart_map(state.restart)} if state.restart else {}),
        **({"full_wish": restart_map(state.full_wish)} if state.full_wish else {}),
        **({"ruling": ruling_map(state.ruling)} if state.ruling else {}),
    }

    assert run_state_of(ID, stored(item)) == state


def test_every_attribute_of_a_run_state_is_stored() -> None:
    names = {field.name for field in fields(RunState)}
    kept = {"connection_id", "generation", "sequence", "links", "restart", "full_wish", "ruling"}

    assert names - {"held"} == {*kept, *SAVED} - {*HELD}


@given(st.lists(st.tuples(NAMES, st.booleans()), max_size=30))
def test_a_list_that_is_counted_in_two_parts_is_counted_exactly(
    changes: list[tuple[str, bool]],
) -> None:
    """Chunks add differences to each part; no part is ever set right in between."""
    whole, stands = Held(), dict.fromkeys(HELD, 0)
    for name, joins in changes:
        difference = Held().changed([name], []) if joins else Held().changed([], [name])
        for part, number in held_numbers(difference).items():
            stands[part] += number
        whole = whole.changed([name], []) if joins else whole.changed([], [name])

    assert held_of(stored(stands)) == whole


@given(
    st.builds(
        Connection,
        url=TEXTS,
        user_name=TEXTS,
        secret_arn=TEXTS,
        time_zone=TEXTS,
        page_size=st.integers(1, 199),
        paused=st.frozensets(st.sampled_from(["pull", "push"])),
        problem=TEXTS,
        default=st.booleans(),
        enabled=st.booleans(),
        policies=st.builds(
            Policies, *[st.sampled_from(one) for one in (Removal, Removal, OnRecordDelete)]
        ),
        fields=st.lists(
            st.builds(FieldRule, NAMES, st.sampled_from(Direction), TEXTS), max_size=3
        ).map(tuple),
    )
)
def test_a_connection_comes_back_the_same(connection: Connection) -> None:
    item = {**configured_attributes(connection)}
    if connection.paused:
        item["paused"] = set(connection.paused)

    assert connection_of(stored(item)) == connection


def test_an_old_connection_is_read_with_the_defaults() -> None:
    old = ("url", "user_name", "secret_arn", "time_zone", "page_size")
    item = {name: configured_attributes(CONNECTION)[name] for name in old}

    assert connection_of(stored({**item, "paused": ["pull"]})) == replace(
        CONNECTION, paused=frozenset({"pull"})
    )


def test_policies_that_were_stored_before_there_were_more_are_read() -> None:
    old = {"on_trash": "keep", "on_unpublish": "remove"}

    assert connection_of(stored({**configured_attributes(CONNECTION), "policies": old})) == replace(
        CONNECTION, policies=Policies(Removal.KEEP, Removal.REMOVE, OnRecordDelete.FORGET)
    )


def test_every_attribute_of_a_connection_is_stored() -> None:
    assert {field.name for field in fields(Connection)} == {*CONFIGURED, "paused"}


def test_an_old_run_item_is_read_with_the_defaults() -> None:
    plain = saved_attributes(RunState(ID, full=FULL, failure=Failure("kind", "Why.", NOW)))

    assert plain.keys() == {"full", "failure", "removals"}
    assert run_state_of(ID, stored({"generation": 1, "sequence": 2, **plain})) == RunState(
        ID, 1, 2, full=FULL, failure=Failure("kind", "Why.", NOW)
    )


@given(
    st.lists(
        st.builds(
            Property, NAMES, NAMES, st.sampled_from(PropertyType), st.booleans(), st.booleans()
        ),
        max_size=5,
    ).map(tuple),
    INSTANTS,
)
def test_properties_come_back_the_same(properties: tuple[Property, ...], read_at: datetime) -> None:
    assert properties_of(stored(properties_item(ID, properties, read_at))) == (properties, read_at)


@given(INSTANTS, INSTANTS)
def test_texts_of_instants_compare_as_the_instants_do(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)
    assert known_instant_of(instant_text(one)) == one


def test_a_plain_link_stores_nothing_that_is_the_default() -> None:
    item = link_item(ID, Link("a", "m-a", base={}), version=1)

    assert item == {
        "pk": f"link#{ID}",
        "sk": "a",
        "schema": 1,
        "version": 1,
        "media_id": "m-a",
        "base": {},
    }


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (LinkState.PENDING, True),
        (LinkState.PARKED, True),
        (LinkState.HELD, True),
        (LinkState.LINKED, False),
        (LinkState.FORGOTTEN, False),
        (LinkState.KEPT, False),
        (LinkState.REMOVED, False),
        (LinkState.FOREIGN, False),
    ],
)
def test_only_what_needs_attention_stands_in_the_index(state: LinkState, *, stands: bool) -> None:
    item = link_item(ID, link("a", state=state, since=NOW), version=1)

    assert ("attention_pk" in item) == ("attention_sk" in item) == stands
    if stands:
        assert item["attention_pk"] == f"{ID}#{state}"
        assert item["attention_sk"] == "2026-11-23T12:00:00.123456Z#a"


def test_a_long_value_stands_in_the_link_as_its_digest() -> None:
    long = agree_on(("x" * 65_536,))

    item = link_item(ID, Link("a", "m-a", base={"title": long}), version=1)

    assert item["base"]["title"].keys() == {"sha256", "length", "version"}
    assert len(str(item_to_wire(item))) < 1000


@pytest.mark.parametrize(
    ("read", "item"),
    [
        (link_of, link_item(ID, link("a"), version=1)),
        (connection_of, configured_attributes(CONNECTION)),
        (nominees_of, nominees_item(ID, "full-1", Nominees("a", ("1",)), 7)),
        (history_of, history_item(ID, history_row(1))),
        (properties_of, properties_item(ID, (), NOW)),
        (lambda item: run_state_of(ID, item), saved_attributes(RunState(ID))),
    ],
)
def test_an_item_of_a_later_version_is_left_alone(read: Any, item: Any) -> None:
    with pytest.raises(StoreError, match="version 2, and this code knows only up to 1"):
        read(stored({**item, "schema": 2}))


def test_a_value_that_is_no_list_is_refused() -> None:
    with pytest.raises(StoreError, match="no list"):
        values_of_plain(3)


def test_a_link_s_version_is_that_of_the_write() -> None:
    assert link_of(stored(link_item(ID, link("a", version=3), version=4))) == replace(
        link("a"), version=4
    )
