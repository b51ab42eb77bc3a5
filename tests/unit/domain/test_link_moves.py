"""What a link is after each thing that may happen to it, whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import SETTLE, Setting, in_state, merge, with_state
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.pushing import (
    MAX_ATTEMPTS,
    Delivery,
    Posted,
    asks_for_push,
    claimed,
    discarded,
    first_contact,
    holds,
    parked,
    pending,
    retried,
    settled,
    wanted,
)
from mediamosa_sync.domain.record import (
    Record,
    RecordChange,
    RemovedRecord,
    TwinRemoval,
    created_media_id,
)
from mediamosa_sync.domain.removing import (
    FOREIGN,
    GONE,
    HELD,
    KEPT,
    RESTORED,
    UNCOPIED,
    hold,
    keep,
    remove,
    restore,
    show_as_foreign,
    uncopied,
)
from mediamosa_sync.domain.tying import Subject, Takeover, tie
from mediamosa_sync.domain.writes import Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EARLIER, LATER, MINUTE = NOON - timedelta(hours=1), NOON + timedelta(hours=1), timedelta(minutes=1)
CLAIM = Claim("push", LATER)
TITLE = MappedProperty("title", "title", "dublin_core")
LINK = Link("A1", "m1", base={"title": ("x",)}, wanted=3, version=2, revision="r")
WAITING = replace(LINK, state=LinkState.PENDING, reason="Away.", since=EARLIER, due=EARLIER)
REFUSED = ParkedValue(("bad",), "Too blue.", EARLIER)
STOPPED = replace(
    LINK, state=LinkState.PARKED, reason="Too blue.", since=EARLIER, parked={"title": REFUSED}
)


class TestStates:
    def test_a_new_state_is_so_since_now_and_what_is_pending_is_due_at_once(self) -> None:
        assert in_state(LINK, LinkState.PENDING, "Away.", NOON) == replace(
            LINK, state=LinkState.PENDING, reason="Away.", since=NOON, due=NOON
        )
        assert in_state(WAITING, LinkState.PARKED, "No.", NOON) == replace(
            WAITING, state=LinkState.PARKED, reason="No.", since=NOON, due=None
        )
        assert in_state(WAITING, LinkState.LINKED, "", NOON) == LINK

    def test_the_same_state_stays_as_old_as_it_is(self) -> None:
        assert in_state(WAITING, LinkState.PENDING, "Still.", NOON) == replace(
            WAITING, reason="Still."
        )

    def test_a_link_with_an_edit_is_due_no_later_than_now(self) -> None:
        assert with_state(LINK, "", NOON, outstanding=True) == replace(
            LINK, state=LinkState.PENDING, since=NOON, due=NOON
        )
        late = replace(WAITING, due=LATER)
        assert with_state(late, "", NOON, outstanding=True).due == NOON
        assert with_state(WAITING, "", NOON, outstanding=True) == WAITING

    def test_one_that_somebody_posts_for_waits_for_him(self) -> None:
        busy = replace(WAITING, claim=CLAIM, due=LATER)
        assert with_state(busy, "", NOON, outstanding=True) == busy

    def test_one_with_unknown_outcomes_alone_waits_until_they_can_be_settled(self) -> None:
        sent = {"title": (SentValue(("x",), EARLIER), SentValue(("y",), NOON))}
        unknown = replace(LINK, sent=sent)
        assert with_state(unknown, "No.", NOON, outstanding=False) == replace(
            unknown, state=LinkState.PENDING, reason="No.", since=NOON, due=NOON + SETTLE
        )

    def test_one_with_a_problem_is_parked_since_now(self) -> None:
        assert with_state(WAITING, "No.", NOON, outstanding=False) == replace(
            WAITING, state=LinkState.PARKED, reason="No.", since=NOON, due=None
        )


class TestPosting:
    def test_a_claim_comes_with_what_is_sent_and_nobody_looks_before_it_is_over(self) -> None:
        sent = {"title": (SentValue(("y",), LATER),)}
        assert claimed(STOPPED, {"title": ("y",)}, CLAIM, NOON) == replace(
            STOPPED,
            state=LinkState.PENDING,
            reason="",
            since=NOON,
            due=LATER,
            claim=CLAIM,
            sent=sent,
        )
        assert claimed(WAITING, {}, CLAIM, NOON) == replace(WAITING, due=LATER, claim=CLAIM)

    def test_who_finds_a_claim_leaves_word_once(self) -> None:
        assert wanted(LINK) == replace(LINK, wanted=4)

    def test_one_that_waits_keeps_its_turn_and_counts_the_wish(self) -> None:
        assert pending(LINK, "Away.", NOON) == replace(
            LINK, state=LinkState.PENDING, reason="Away.", since=NOON, due=NOON, wanted=4
        )
        assert pending(WAITING, "Still.", NOON) == replace(WAITING, reason="Still.", wanted=4)
        assert pending(replace(WAITING, due=None), "Away.", NOON).due == NOON
        stale = replace(STOPPED, due=EARLIER)
        assert pending(stale, "Away.", NOON).due == NOON

    def test_one_that_cannot_be_pushed_at_all_is_parked_without_a_claim(self) -> None:
        busy = replace(WAITING, claim=CLAIM)
        assert parked(busy, "Gone.", NOON) == replace(
            busy, state=LinkState.PARKED, reason="Gone.", since=NOON, due=None, claim=None
        )
        odd = replace(STOPPED, due=LATER)
        assert parked(odd, "Gone.", NOON).due is None

    @pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 2), (2, 4), (3, 8)])
    def test_an_asset_over_which_mediamosa_fails_is_tried_less_and_less_often(
        self, attempts: int, minutes: int
    ) -> None:
        claim = claimed(replace(LINK, attempts=attempts), {"title": ("y",)}, CLAIM, NOON)
        posted = Posted(claim, {"title": ("y",)}, CLAIM)
        after = settled(claim, posted, Delivery(1, troubled="Deadlock."), sequence=7, now=NOON)
        assert after.due == NOON + minutes * MINUTE
        assert (after.attempts, after.reason, after.parked) == (attempts + 1, "Deadlock.", {})

    def test_the_fifth_time_what_was_not_answered_is_given_up_beside_what_was_refused(self) -> None:
        edits = {"title": ("y",), "date": ("z",)}
        claim = claimed(replace(LINK, attempts=MAX_ATTEMPTS - 1), edits, CLAIM, NOON)
        delivery = Delivery(2, refused={"date": "Too old."}, troubled="Deadlock.")
        after = settled(claim, Posted(claim, edits, CLAIM), delivery, sequence=7, now=NOON)
        given_up = "MediaMosa failed 5 times to store the value. Deadlock."
        assert after.parked == {
            "date": ParkedValue(("z",), "Too old.", NOON),
            "title": ParkedValue(("y",), given_up, NOON),
        }
        assert after.attempts == 0


class TestPersons:
    def test_whoever_lets_it_be_tried_again_clears_what_was_parked(self) -> None:
        assert retried(STOPPED, NOON) == replace(
            LINK, state=LinkState.PENDING, since=NOON, due=NOON, wanted=4
        )
        waiting = replace(WAITING, due=LATER, attempts=4)
        assert retried(waiting, NOON) == replace(WAITING, reason="", due=NOON, wanted=4)

    def test_whoever_gives_up_leaves_a_mark_on_what_is_parked(self) -> None:
        marked = {"title": replace(REFUSED, discarded=True)}
        assert discarded(STOPPED, NOON) == replace(
            LINK, parked=marked, state=LinkState.PENDING, since=NOON, due=NOON, wanted=4
        )
        waiting = replace(WAITING, due=LATER, parked={"title": REFUSED})
        assert discarded(waiting, NOON) == replace(
            WAITING, reason="", due=NOON, wanted=4, parked=marked
        )

    def test_hold_keep_and_restore_say_what_was_decided_and_since_when(self) -> None:
        held = hold(LINK, 9, NOON)
        assert held is not None
        assert held.link == replace(LINK, state=LinkState.HELD, reason=HELD, since=NOON)
        assert (held.link_before, held.effect) == (LINK, Effect.NOTED)
        kept = keep(held.link, LATER)
        assert kept is not None
        assert kept.link == replace(LINK, state=LinkState.KEPT, reason=KEPT, since=LATER)
        assert (kept.link_before, kept.effect) == (held.link, Effect.NOTED)
        copy = RemovedRecord("A1", "m1", {"media_id": "m1"}, NOON, LATER, GONE)
        gone = replace(LINK, state=LinkState.REMOVED, expires_at=LATER)
        back = restore(gone, copy, NOON)
        assert back.link == replace(LINK, state=LinkState.KEPT, reason=RESTORED, since=NOON)
        assert (back.link_before, back.effect) == (gone, Effect.ADDED)


class TestGone:
    def test_a_removed_link_says_why_and_since_when_and_has_nothing_on_its_way(self) -> None:
        sent = {"title": (SentValue(("y",), LATER),)}
        write = remove(
            replace(LINK, sent=sent),
            {"media_id": "m1", "uri": "mediamosa://asset/A1"},
            now=NOON,
            retention=LATER - NOON,
            reason=GONE,
            approved=True,
        )
        assert write.link == replace(
            LINK, state=LinkState.REMOVED, reason=GONE, since=NOON, expires_at=LATER
        )

    def test_a_link_whose_record_went_by_itself_is_noted(self) -> None:
        write = remove(LINK, None, now=NOON, retention=MINUTE, reason=GONE, approved=False)
        assert write.effect is Effect.NOTED

    def test_a_record_too_large_for_a_copy_stays(self) -> None:
        write = uncopied(LINK, NOON)
        assert write.link == replace(LINK, state=LinkState.KEPT, reason=UNCOPIED, since=NOON)
        assert (write.link_before, write.effect) == (LINK, Effect.ERROR)

    def test_a_foreign_asset_is_told_on_link_and_record(self) -> None:
        record = Record("m1", mediamosa={"asset_id": "A1"})
        write = show_as_foreign(LINK, record, NOON)
        assert write is not None
        assert write.link == replace(LINK, state=LinkState.FOREIGN, reason=FOREIGN, since=NOON)
        told = {"asset_id": "A1", "state": "foreign", "reason": FOREIGN}
        assert write.record == RecordChange(record, mediamosa=told)
        assert (write.link_before, write.effect) == (LINK, Effect.UPDATED)
        alone = show_as_foreign(LINK, None, NOON)
        assert alone is not None
        assert (alone.record, alone.effect) == (None, Effect.NOTED)


class TestTies:
    SETTING = Setting("c0ffee", 5, NOON, (TITLE,))
    OLD = Record("m9", "mediamosa://mediafile/f1/x.mp4")
    MERGE = FirstContact.MERGE

    def test_a_new_tie_knows_its_uri_of_the_old_form_and_the_removal_it_came_after(self) -> None:
        outcome = tie(self.OLD, "A1", None, None, self.MERGE, self.SETTING, removed_at=8)
        uri = str(self.OLD.uri)
        fresh = Link("A1", "m9", uri=uri, first_contact=self.MERGE, removed_at=8)
        assert outcome == Subject(fresh, None, self.OLD)

    def test_a_tie_that_stands_learns_its_uri(self) -> None:
        link = replace(LINK, media_id="m9", uri="mediamosa://mediafile/before")
        outcome = tie(self.OLD, "A1", link, None, self.MERGE, self.SETTING)
        assert outcome == Subject(replace(link, uri=str(self.OLD.uri)), link, self.OLD)

    @pytest.mark.parametrize("media_id", ["m9", "m1"])
    def test_a_record_that_comes_anew_meets_its_asset_for_the_first_time(
        self, media_id: str
    ) -> None:
        before = replace(
            WAITING,
            media_id=media_id,
            sent={"title": (SentValue(("y",), NOON),)},
            claim=CLAIM,
            parked={"title": REFUSED},
            ignored=("own",),
            attempts=2,
            expires_at=LATER,
            removed_at=5,
        )
        holder = Record("m1", "mediamosa://asset/OTHER")
        outcome = tie(self.OLD, "A1", before, holder, self.MERGE, self.SETTING, removed_at=8)
        fresh = Link(
            "A1",
            "m9",
            uri=str(self.OLD.uri),
            first_contact=self.MERGE,
            wanted=3,
            version=2,
            revision="r",
            removed_at=8,
        )
        assert outcome == Subject(fresh, before, self.OLD)

    def test_what_was_agreed_on_with_another_record_is_forgotten(self) -> None:
        busy = replace(STOPPED, claim=CLAIM, sent={"title": ()}, ignored=("x",), attempts=2)
        assert first_contact(busy) == replace(STOPPED, base=None, parked={})

    def test_one_that_takes_over_is_pending_at_once(self) -> None:
        key = created_media_id("c0ffee", "A1")
        twin = Record(key, "mediamosa://asset/A1", {"title": ["x"]})
        link = replace(LINK, media_id=key)
        outcome = tie(self.OLD, "A1", link, twin, self.MERGE, self.SETTING, removed_at=8)
        assert isinstance(outcome, Takeover)
        assert outcome.write.link == Link(
            "A1",
            "m9",
            uri=str(self.OLD.uri),
            first_contact=self.MERGE,
            wanted=3,
            version=2,
            revision="r",
            state=LinkState.PENDING,
            since=NOON,
            due=NOON,
            removed_at=8,
        )
        assert outcome.write.record == TwinRemoval(twin, self.OLD)


class TestAsking:
    def test_a_record_still_has_an_edit_or_has_it_no_more(self) -> None:
        record = Record("m1", metadata={"title": ["b", "a"]})
        assert holds(record, {"title": ("a", "b")}, (TITLE,))
        assert holds(record, {}, (TITLE,))
        assert holds(Record("m1"), {"title": ()}, (TITLE,))
        assert not holds(record, {"title": ("a",)}, (TITLE,))
        assert not holds(record, {"title": ("a", "b"), "date": ("x",)}, (TITLE,))

    def test_what_was_refused_and_is_taken_out_of_the_record_asks(self) -> None:
        given_back = Record("m1", metadata={"title": ["x"]})
        assert asks_for_push(STOPPED, given_back, (TITLE,))
        cleared = replace(STOPPED, base={})
        assert asks_for_push(cleared, Record("m1"), (TITLE,))
        emptied = replace(STOPPED, parked={"title": replace(REFUSED, values=())})
        assert not asks_for_push(emptied, Record("m1"), (TITLE,))
        kept = replace(STOPPED, state=LinkState.KEPT)
        assert asks_for_push(kept, given_back, (TITLE,))


def test_the_record_is_changed_under_the_condition_of_what_was_read() -> None:
    record = Record("m1", "mediamosa://asset/A1", {"title": ["x"]})
    asset = Asset("A1", groups={"dublin_core": {"title": ("y",)}})
    merged = merge(asset, LINK, record, Setting("c0ffee", 5, NOON, (TITLE,)))
    assert merged.change is not None
    assert merged.change.before == record
    assert merged.conflicts == ()


def test_properties_of_both_names_are_parked_whatever_stands_between_them() -> None:
    names = ("creator", "date", "title")
    fields = tuple(MappedProperty(name, name, "dublin_core") for name in names)
    record = Record("m1", metadata={"creator": ["\ufffe"], "title": ["\ufffe"]})
    setting = Setting("c0ffee", 5, NOON, fields)
    merged = merge(Asset("A1"), replace(LINK, base={}), record, setting)
    assert merged.link.parked.keys() == {"creator", "title"}
