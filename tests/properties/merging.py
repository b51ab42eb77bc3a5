"""Laws of one link: any record, any asset, any link, and what a step or a push makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import SETTLE, Merged, Setting, merge
from mediamosa_sync.domain.plan import Direction, FirstContact
from mediamosa_sync.domain.properties import MappedProperty, ours_of, theirs_of
from mediamosa_sync.domain.record import Record, read_values
from mediamosa_sync.domain.values import NO_VALUE, agree_on, is_agreed
from tests.properties.draws import Draws, Law, shuffled
from tests.properties.planning import AGREED, CONTACTS, DIRECTIONS, LONG

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("creator", "language", "subject", "title")
GROUP = "dublin_core"
TEXTS = ("a", "b", "", " ", "NL", LONG, "\ufffe", "é")
STORED: tuple[Any, ...] = (
    None,
    "",
    [],
    "a",
    ["a"],
    ["b", "a"],
    ["a", "a"],
    {"a", "b"},
    Decimal(7),
    [LONG],
    ["\ufffe"],
    ["NL"],
    {"no": "list"},
    True,
    [["a"]],
)
"""What applications put under a property; the last three cannot be read."""


class Meeting(NamedTuple):
    """Everything that a merge is made of."""

    asset: Asset
    link: Link
    record: Record
    setting: Setting

    @property
    def merged(self) -> Merged:
        """What the merge says."""
        return merge(self.asset, self.link, self.record, self.setting)


def some_meeting(draws: Draws) -> Meeting:
    """Anything that may meet."""
    fields = tuple(
        MappedProperty(
            name,
            name.upper() if draws.flip(8) else name,
            GROUP,
            direction=draws.pick(DIRECTIONS) if draws.flip(3) else Direction.BOTH,
        )
        for name in NAMES
        if not draws.flip(10)
    )
    setting = Setting("c0ffee", 5, NOON, fields)
    return Meeting(some_asset(draws), some_link(draws), some_record(draws), setting)


def some_asset(draws: Draws) -> Asset:
    """An asset with some values, also of a property that nobody knows."""
    values = {
        name: tuple(sorted(draws.pick(TEXTS) for _ in range(draws.number(1, 2))))
        for name in (*NAMES, "unknown")
        if not draws.flip()
    }
    return Asset("A1", modified=NOON, groups={GROUP: values}, published=not draws.flip(6))


def some_record(draws: Draws) -> Record:
    """A record as an application may write it."""
    metadata: object = {
        name: draws.pick(STORED) for name in (*NAMES, "TITLE", "own") if not draws.flip(3)
    }
    if draws.flip(20):
        metadata = draws.pick((None, "text", ["title"]))
    return Record("m1", "mediamosa://asset/A1", metadata)


def some_link(draws: Draws) -> Link:
    """A link in any state that a merge may find it in."""
    base = None
    if not draws.flip(4):
        base = {name: draws.pick(AGREED) for name in NAMES if not draws.flip(3)}
    state = draws.pick((LinkState.LINKED, LinkState.PENDING, LinkState.PARKED, LinkState.KEPT))
    linked, pending = state is LinkState.LINKED, state is LinkState.PENDING
    minutes = timedelta(minutes=draws.number(-6, 2))
    claim = Claim("other", NOON + minutes) if draws.flip(6) else None
    return Link(
        "A1",
        "m1",
        base={name: value for name, value in base.items() if value} if base is not None else None,
        sent={
            name: tuple(_sent(draws) for _ in range(draws.number(1, 2)))
            for name in NAMES
            if draws.flip(5)
        },
        claim=claim,
        attempts=draws.number(0, 2),
        parked={name: _parked(draws) for name in NAMES if base is not None and draws.flip(6)},
        names={"title": "TITLE"} if draws.flip(6) else {},
        first_contact=draws.pick(CONTACTS),
        sequence=4,
        revision="r",
        state=state,
        reason="" if linked else draws.pick(("", "So it is.")),
        since=None if linked else NOON - timedelta(days=1),
        due=NOON - timedelta(hours=1) if pending else None,
    )


def _sent(draws: Draws) -> SentValue:
    began = NOON - timedelta(seconds=60 * draws.number(-1, 4))
    return SentValue(draws.pick(AGREED), began, seen=draws.number(0, 3) == 0)


def _parked(draws: Draws) -> ParkedValue:
    return ParkedValue(draws.pick(AGREED), "Too blue.", NOON, discarded=draws.flip(4))


def after_writing(meeting: Meeting, merged: Merged) -> Meeting:
    """What stands once record and link were written together."""
    record = meeting.record
    if merged.change is not None:
        attributes = {"metadata": record.metadata, "mediamosa": record.mediamosa}
        attributes |= merged.change.applied_to(attributes)
        record = replace(record, metadata=attributes["metadata"], mediamosa=attributes["mediamosa"])
    return meeting._replace(record=record, link=merged.link)


def what_was_merged_is_not_merged_again(draws: Draws) -> None:
    """A second look at the same asset writes nothing: neither record nor link, and no log.

    A third does not where a value was given up just when its property got another record name:
    the first look lets them meet, the second gives up.
    """
    meeting = some_meeting(draws)
    after = after_writing(meeting, meeting.merged)
    if any(parked.discarded for parked in after.link.parked.values()):
        after = after_writing(after, after.merged)
    again = after.merged
    assert again.change is None
    assert again.conflicts == ()
    assert again.link == after.link


def the_order_of_fields_and_values_says_nothing(draws: Draws) -> None:
    """Neither that of the field map, nor that in which a record has its keys and values."""
    meeting = some_meeting(draws)
    fields = tuple(shuffled(draws, meeting.setting.fields))
    record = meeting.record
    if isinstance(record.metadata, dict):
        keys = shuffled(draws, list(record.metadata))
        record = replace(record, metadata={key: _turned(record.metadata[key]) for key in keys})
    other = meeting._replace(setting=replace(meeting.setting, fields=fields), record=record).merged
    merged = meeting.merged
    assert other.link == merged.link
    assert (other.outstanding, other.problem) == (merged.outstanding, merged.problem)
    assert set(other.conflicts) == set(merged.conflicts)
    assert _written(other) == _written(merged)


def _turned(stored: object) -> object:
    return stored[::-1] if isinstance(stored, list) else stored


def _written(merged: Merged) -> Mapping[str, object] | None:
    return None if merged.change is None else dict(merged.change.values)


def hands_off_what_is_not_ours(draws: Draws) -> None:
    """Written are properties that take part, where their value can be read, and nothing else."""
    meeting = some_meeting(draws)
    merged = meeting.merged
    read = read_values(meeting.record)
    takes_part = {
        mapped.record_name
        for mapped in meeting.setting.fields
        if mapped.direction is not Direction.IGNORE
    }
    written = set(_written(merged) or {})
    assert written <= takes_part - read.problems.keys()
    assert not (written and "" in read.problems)
    before = meeting.record.metadata if isinstance(meeting.record.metadata, dict) else {}
    after = after_writing(meeting, merged).record.metadata
    if isinstance(after, dict):
        for name in before.keys() | after.keys():
            empty = before.get(name, []) == [] and name not in after
            assert name in written or after.get(name) == before.get(name) or empty


def no_value_of_a_record_is_lost_in_silence(draws: Draws) -> None:
    """What a record loses was agreed on, or was sent, or stands in the log with its name."""
    meeting = some_meeting(draws)
    merged, link = meeting.merged, meeting.link
    ours = ours_of(read_values(meeting.record).values, meeting.setting.fields)
    logged = {one.disagreement.name: one for one in merged.conflicts}
    for mapped in meeting.setting.fields:
        if mapped.record_name not in (_written(merged) or {}) or mapped.name in logged:
            continue
        had = ours.get(mapped.name, NO_VALUE)
        agreed = (link.base or {}).get(mapped.name, NO_VALUE)
        sent = [one.values for one in link.sent.get(mapped.name, ())]
        assert had == NO_VALUE or any(is_agreed(one, had) for one in (agreed, *sent))
    for name, conflict in logged.items():
        assert conflict.disagreement.ours == ours.get(name, NO_VALUE)
        assert conflict.record_name in {m.record_name for m in meeting.setting.fields}


def every_edit_is_on_its_way_or_parked_with_its_reason(draws: Draws) -> None:
    """What differs from base after the merge is outstanding, or parked, or goes one way only."""
    meeting = some_meeting(draws)
    merged = meeting.merged
    after = after_writing(meeting, merged)
    read = read_values(after.record)
    ours = ours_of(read.values, meeting.setting.fields)
    theirs = theirs_of(meeting.asset, meeting.setting.fields)
    assert not merged.outstanding.keys() & merged.link.parked.keys()
    for mapped in meeting.setting.fields:
        name, had = mapped.name, ours.get(mapped.name, NO_VALUE)
        unread = mapped.record_name in read.problems or "" in read.problems
        if unread or mapped.direction in {Direction.PULL, Direction.IGNORE}:
            assert name not in merged.outstanding
        elif had != theirs.get(name, NO_VALUE) and mapped.direction is Direction.BOTH:
            parked = merged.link.parked.get(name)
            assert merged.outstanding.get(name) == had or (
                parked is not None and parked.reason and is_agreed(parked.values, had)
            )


def the_state_says_what_the_link_waits_for(draws: Draws) -> None:
    """Nobody has to look at a linked one, and whoever is pending will be looked at."""
    meeting = some_meeting(draws)
    merged = meeting.merged
    link = merged.link
    if merged.outstanding or link.sent or link.claim is not None:
        assert link.state is LinkState.PENDING
        assert link.due is not None
    elif merged.problem:
        assert (link.state, link.reason, link.due) == (LinkState.PARKED, merged.problem, None)
    else:
        assert (link.state, link.reason, link.since) == (LinkState.LINKED, "", None)
    assert (link.state is LinkState.LINKED) == (link.since is None)
    if merged.outstanding and link.claim is None and link.due is not None:
        assert link.due <= NOON


def what_was_sent_is_believed_for_the_time_it_takes_to_settle(draws: Draws) -> None:
    """Neither shorter, nor for ever; and a claim as long as it lives."""
    meeting = some_meeting(draws)
    link = meeting.merged.link
    theirs = theirs_of(meeting.asset, meeting.setting.fields)
    for name, sent in meeting.link.sent.items():
        still = [one for one in sent if one.claim_expires_at + SETTLE >= NOON]
        kept = link.sent.get(name, ())
        assert [replace(one, seen=False) for one in kept] == [
            replace(one, seen=False) for one in still
        ]
        for one, before in zip(kept, still, strict=True):
            base = (link.base or {}).get(name, NO_VALUE)
            found = one.values == base and is_agreed(one.values, theirs.get(name, NO_VALUE))
            assert one.seen == (before.seen or found)
    claim = meeting.link.claim
    assert link.claim == (claim if claim is not None and claim.expires_at > NOON else None)


def a_first_contact_happens_once(draws: Draws) -> None:
    """After the merge record and asset have met, whatever they had; base is what both have."""
    meeting = some_meeting(draws)
    merged = meeting.merged
    assert merged.link.base is not None
    if meeting.link.base is None:
        theirs = theirs_of(meeting.asset, meeting.setting.fields)
        for name, agreed in merged.link.base.items():
            assert agreed == agree_on(theirs[name])
    if meeting.link.first_contact is FirstContact.MEDIAMOSA and meeting.link.base is None:
        both = {m.name for m in meeting.setting.fields if m.direction is Direction.BOTH}
        assert not both & merged.outstanding.keys()


LAWS: tuple[Law, ...] = (
    what_was_merged_is_not_merged_again,
    the_order_of_fields_and_values_says_nothing,
    hands_off_what_is_not_ours,
    no_value_of_a_record_is_lost_in_silence,
    every_edit_is_on_its_way_or_parked_with_its_reason,
    the_state_says_what_the_link_waits_for,
    what_was_sent_is_believed_for_the_time_it_takes_to_settle,
    a_first_contact_happens_once,
)
