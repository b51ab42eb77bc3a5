"""What pushes and conflicts store comes back the same, and stands where it is looked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.dynamodb.attributes import item_from_wire, item_to_wire
from mediamosa_sync.adapters.dynamodb.conflict_item import conflict_item, conflict_of
from mediamosa_sync.adapters.dynamodb.link_item import link_item, link_of
from mediamosa_sync.adapters.dynamodb.push_item import push_state_of, waiting_item, waiting_of
from mediamosa_sync.adapters.dynamodb.run_item import failure_map
from mediamosa_sync.domain.link import Claim, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.plan import Disagreement, FirstContact, Why
from mediamosa_sync.domain.rows import PushState, Waiting
from mediamosa_sync.domain.run import Failure
from mediamosa_sync.domain.values import agree_on, values_of
from mediamosa_sync.domain.writes import Conflict, Counts
from mediamosa_sync.errors import StoreError
from tests.adapters.dynamodb.samples import ID, MINUTE, NOW, conflict, link, resolved, waiting

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
INSTANTS = st.datetimes(
    min_value=datetime(1971, 1, 3),  # noqa: DTZ001 - the strategy adds the zone itself
    max_value=datetime(9999, 1, 1),  # noqa: DTZ001 - the strategy adds the zone itself
    timezones=st.just(UTC),
)
LONG = st.just("value-é" * 900)
VALUES = st.lists(TEXTS | LONG, max_size=3).map(values_of)
AGREED = VALUES.map(agree_on)


def stored(item: Any) -> Any:
    """The item as it comes back from the API."""
    return item_from_wire(item_to_wire(item))


@given(
    st.builds(
        Conflict,
        conflict_id=TEXTS,
        asset_id=NAMES,
        media_id=TEXTS,
        at=INSTANTS,
        disagreement=st.builds(Disagreement, NAMES, AGREED, VALUES, VALUES, st.sampled_from(Why)),
        record_name=TEXTS,
        asset_modified=st.none() | INSTANTS,
        resolved_at=st.none() | INSTANTS,
        resolved_by=TEXTS,
    )
)
def test_a_conflict_comes_back_the_same(one: Conflict) -> None:
    assert conflict_of(stored(conflict_item(ID, one))) == one


def test_a_conflict_stands_in_order_of_time_and_stays_until_it_is_resolved() -> None:
    item = conflict_item(ID, conflict("a"))

    assert (item["pk"], item["sk"]) == (f"conn#{ID}", "conflict#a-1")
    assert item.keys() & {"why", "record_name", "resolved_at", "expires_at"} == set()


def test_a_resolved_conflict_goes_after_ninety_days() -> None:
    item = conflict_item(ID, resolved(conflict("a"), NOW))

    assert item["expires_at"] == int((NOW + timedelta(days=90)).timestamp())


@given(
    st.builds(
        Waiting,
        media_id=NAMES,
        state=st.sampled_from([LinkState.PENDING, LinkState.PARKED]),
        reason=TEXTS,
        since=INSTANTS,
        due=st.none() | INSTANTS,
        first_contact=st.sampled_from(FirstContact),
    )
)
def test_a_waiting_row_comes_back_the_same(row: Waiting) -> None:
    assert waiting_of(stored(waiting_item(ID, row))) == row


@pytest.mark.parametrize(
    ("row", "state", "instant"),
    [
        (waiting("m", due=NOW + MINUTE), "pending", "2026-11-23T12:01:00.123456Z"),
        (waiting("m"), "pending", "2026-11-23T12:00:00.123456Z"),
        (waiting("m", state=LinkState.PARKED), "parked", "2026-11-23T12:00:00.123456Z"),
    ],
)
def test_a_waiting_row_stands_in_the_attention_index(
    row: Waiting, state: str, instant: str
) -> None:
    item = waiting_item(ID, row)

    assert (item["pk"], item["sk"]) == (f"conn#{ID}", "waiting#m")
    assert item["attention_pk"] == f"{ID}#{state}"
    assert item["attention_sk"] == f"{instant}#waiting#m"


@pytest.mark.parametrize(
    ("state", "instant"),
    [
        (LinkState.PENDING, "2026-11-23T12:01:00.123456Z"),
        (LinkState.PARKED, "2026-11-23T12:00:00.123456Z"),
        (LinkState.HELD, "2026-11-23T12:00:00.123456Z"),
    ],
)
def test_only_what_is_pending_stands_by_the_time_when_it_is_due(
    state: LinkState, instant: str
) -> None:
    item = link_item(ID, link("a", state=state, since=NOW, due=NOW + MINUTE), version=1)

    assert item["attention_sk"] == f"{instant}#a"


def test_a_link_on_its_way_is_stored_in_words() -> None:
    one = link(
        "a",
        sent={"title": (SentValue(("t",), NOW), SentValue(("u",), NOW, seen=True))},
        claim=Claim("me", NOW),
        wanted=2,
        attempts=3,
        parked={"language": ParkedValue(("nope",), "Why.", NOW)},
        ignored=("mine",),
        names={"title": "name"},
    )

    item = link_item(ID, one, version=1)

    instant = "2026-11-23T12:00:00.123456Z"
    assert {name: item[name] for name in ("sent", "claim", "parked", "ignored", "names")} == {
        "sent": {
            "title": [
                {"values": ["t"], "claim_expires_at": instant},
                {"values": ["u"], "claim_expires_at": instant, "seen": True},
            ]
        },
        "claim": {"owner": "me", "expires_at": instant},
        "parked": {"language": {"values": ["nope"], "reason": "Why.", "since": instant}},
        "ignored": ["mine"],
        "names": {"title": "name"},
    }
    assert (item["wanted"], item["attempts"]) == (2, 3)


def test_a_link_of_the_form_before_pushes_is_read() -> None:
    sent = {"title": [{"values": ["b", "a"], "claim_expires_at": "2026-11-23T12:00:00.123456Z"}]}
    item = {**link_item(ID, link("a"), version=1), "sent": sent}

    assert link_of(stored(item)) == link(
        "a", version=1, sent={"title": (SentValue(("b", "a"), NOW),)}
    )


def test_a_push_item_is_read_with_what_is_missing_as_nothing() -> None:
    circuit = Failure("unavailable", "It is away.", NOW, 3, NOW + MINUTE)

    assert push_state_of({}) == PushState()
    assert push_state_of(stored({"updated": 2})) == PushState(Counts(updated=2))
    assert push_state_of(stored({"errors": 1, "circuit": failure_map(circuit)})) == PushState(
        Counts(errors=1), circuit
    )


@pytest.mark.parametrize(
    ("read", "item"),
    [
        (conflict_of, conflict_item(ID, conflict("a"))),
        (waiting_of, waiting_item(ID, waiting("m"))),
        (push_state_of, {}),
    ],
)
def test_an_item_of_a_later_version_is_left_alone(read: Any, item: Any) -> None:
    with pytest.raises(StoreError, match="version 2, and this code knows only up to 1"):
        read(stored({**item, "schema": 2}))
