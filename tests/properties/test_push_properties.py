"""What holds of every push, whatever was edited, sent and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.domain.edits import RecordEvent, edited
from mediamosa_sync.domain.link import Claim, Link, LinkState, SentValue
from mediamosa_sync.domain.merge import edits_of
from mediamosa_sync.domain.plan import Direction, FirstContact, Policy, plan
from mediamosa_sync.domain.pushing import Delivery, Posted, claimed, settled, wanted
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.sendable import MAX_PARAMETERS, requests_of
from mediamosa_sync.domain.values import Base, Metadata, Values, agree_on, values_of

NAMES = ("creator", "subject", "title")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLAIM = Claim("push", NOON + timedelta(minutes=2))

values = st.lists(st.sampled_from(["a", "b", "x" * 600]), max_size=2).map(values_of)
metadata = st.dictionaries(st.sampled_from(NAMES), values)


def _agreed(given_values: Mapping[str, Values]) -> Base:
    return {name: agree_on(value) for name, value in given_values.items() if value}


@st.composite
def sent_before(draw: st.DrawFn) -> Mapping[str, tuple[SentValue, ...]]:
    """Values of earlier POSTs whose outcome is unknown."""
    earlier = st.builds(
        lambda value, minutes: SentValue(agree_on(value), NOON - timedelta(minutes=minutes)),
        values,
        st.integers(0, 3),
    )
    found = draw(st.dictionaries(st.sampled_from(NAMES), st.lists(earlier, min_size=1, max_size=2)))
    return {name: tuple(sent) for name, sent in found.items()}


class Push(NamedTuple):
    link: Link
    edits: Metadata
    taken: Metadata
    refused: Mapping[str, str]

    def settled(self, after_claim: Link | None = None) -> Link:
        """The link after a clear answer about every one of the edits."""
        claim = claimed(self.link, self.edits, CLAIM, NOON)
        posted = Posted(claim, self.edits, CLAIM)
        delivery = Delivery(1, self.taken, self.refused)
        return settled(after_claim or claim, posted, delivery, sequence=7, now=NOON)


@st.composite
def pushes(draw: st.DrawFn) -> Push:
    base = _agreed(draw(metadata))
    link = Link("A1", "m", base=base, sent=draw(sent_before()), sequence=draw(st.integers(0, 9)))
    edits = {name: v for name, v in draw(metadata).items() if base.get(name, ()) != agree_on(v)}
    taken = {name: value for name, value in edits.items() if draw(st.booleans())}
    return Push(link, edits, taken, {name: "No." for name in edits if name not in taken})


@given(pushes())
def test_a_clear_answer_leaves_no_edit_outstanding(push: Push) -> None:
    after = push.settled()
    assert edits_of(after, push.edits, push.edits) == {}


@given(pushes())
def test_a_clear_answer_takes_exactly_its_own_values_out_of_sent(push: Push) -> None:
    assert push.settled().sent == push.link.sent


@given(pushes())
def test_a_clear_answer_moves_base_by_what_was_taken_and_by_nothing_else(push: Push) -> None:
    before, after = push.link.base or {}, push.settled().base or {}
    for name in NAMES:
        expected = agree_on(push.taken[name]) if name in push.taken else before.get(name, ())
        assert after.get(name, ()) == expected


@given(pushes())
def test_a_settled_link_is_free_and_newer_than_any_page_read_before(push: Push) -> None:
    after = push.settled()
    assert after.claim is None
    assert after.sequence == max(push.link.sequence, 7)
    assert after.is_newer_than(7)


@given(pushes())
def test_who_wanted_the_link_meanwhile_is_not_forgotten(push: Push) -> None:
    claim = claimed(push.link, push.edits, CLAIM, NOON)
    after = push.settled(wanted(claim))
    assert after.state is LinkState.PENDING
    assert after.due is not None
    assert after.due <= NOON


@given(pushes())
def test_without_an_answer_everything_sent_stays_and_base_does_not_move(push: Push) -> None:
    claim = claimed(push.link, push.edits, CLAIM, NOON)
    after = settled(claim, Posted(claim, push.edits, CLAIM), Delivery(1), sequence=7, now=NOON)
    assert after.sent == claim.sent
    assert after.base == push.link.base


@given(metadata, metadata, sent_before(), st.sampled_from(FirstContact))
def test_our_own_late_post_never_beats_a_newer_value_of_the_record(
    ours: Metadata, base: Metadata, sent: Mapping[str, tuple[SentValue, ...]], how: FirstContact
) -> None:
    """MediaMosa has, of every property, a value that was sent; the record has moved on."""
    unknown = {name: tuple(one.values for one in found) for name, found in sent.items()}
    theirs = {name: v for name in sent if isinstance(v := unknown[name][0], tuple) and v}
    policy = Policy(dict.fromkeys(NAMES, Direction.BOTH), how)
    made = plan(theirs, ours, _agreed(base), unknown, policy)
    for name, posted in unknown.items():
        if theirs.get(name, ()) not in posted:
            continue
        newer = ours.get(name, ())
        assert name not in made.to_record
        assert name not in {lost.name for lost in made.disagreements}
        if newer != theirs.get(name, ()):
            assert made.to_mediamosa[name] == newer


@st.composite
def changes(draw: st.DrawFn) -> list[RecordEvent]:
    """What the stream shows of two records, one change after another."""
    uris = ["mediamosa://asset/A1", "mediamosa://asset/A2", "https://example.org", None]
    image = st.none() | st.builds(
        lambda uri, title, connection, told: Record(
            "m", uri, {"title": [title]}, {"state": told}, connection
        ),
        st.sampled_from(uris),
        st.sampled_from("ab"),
        st.sampled_from(["", "c0ffee"]),
        st.sampled_from("xy"),
    )
    stands: dict[str, Record | None] = {}
    events = []
    for position in range(draw(st.integers(0, 8))):
        media_id, after = draw(st.sampled_from(["one", "two"])), draw(image)
        after = None if after is None else replace(after, media_id=media_id)
        if stands.get(media_id) != after:
            events.append(RecordEvent(media_id, stands.get(media_id), after, position + 1))
            stands[media_id] = after
    return events


@given(changes(), st.integers(0, 8))
def test_events_that_are_shown_again_say_nothing_more(
    events: list[RecordEvent], first: int
) -> None:
    assert edited([*events, *events[first:]]) == edited(events)


@given(changes())
def test_events_that_are_shown_twice_say_nothing_more(events: list[RecordEvent]) -> None:
    assert edited([event for event in events for _ in range(2)]) == edited(events)


@given(changes())
def test_every_record_that_a_change_concerns_is_looked_at_once(events: list[RecordEvent]) -> None:
    found = [edit.media_id for edit in edited(events)]
    assert len(found) == len(set(found))
    assert set(found) == {event.media_id for event in events if event.concerns}


counted = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.integers(0, MAX_PARAMETERS).map(lambda number: ("v",) * number),
    max_size=8,
)


@given(counted)
def test_requests_hold_everything_once_and_in_order(given_metadata: Metadata) -> None:
    portions = list(requests_of(given_metadata))
    together = [pair for portion in portions for pair in portion.items()]
    assert together == list(given_metadata.items())


@given(counted)
def test_no_request_is_empty_or_holds_more_than_mediamosa_reads(given_metadata: Metadata) -> None:
    for portion in requests_of(given_metadata):
        assert 0 < sum(max(len(value), 1) for value in portion.values()) <= MAX_PARAMETERS


@given(counted)
def test_what_fits_one_request_is_one_request(given_metadata: Metadata) -> None:
    if sum(max(len(value), 1) for value in given_metadata.values()) <= MAX_PARAMETERS:
        assert len(list(requests_of(given_metadata))) <= 1
