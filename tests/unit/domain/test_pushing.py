"""What becomes of a link around a POST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import SETTLE
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.pushing import (
    MAX_ATTEMPTS,
    Delivery,
    Posted,
    asks_for_push,
    claimed,
    discarded,
    doubted,
    parked,
    pending,
    retried,
    settled,
    wanted,
)
from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.values import Digest, Values, agree_on

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=1)
CLAIM = Claim("push-1", NOON + timedelta(minutes=2))
TITLE = MappedProperty("title", "title", "dublin_core")
SUBJECT = MappedProperty("subject", "subject", "dublin_core")
FIELDS = (SUBJECT, TITLE)
LINK = Link("A1", "m", base={"title": ("Sea",)}, sequence=4, version=3, revision="r")
REFUSED = ParkedValue(("x",), "MediaMosa does not take it.", NOON)


def a_record(**metadata: object) -> Record:
    return Record("m", "mediamosa://asset/A1", metadata)


def posted(edits: Mapping[str, Values], link: Link = LINK) -> Posted:
    return Posted(claimed(link, edits, CLAIM, NOON), edits, CLAIM)


def after(post: Posted, delivery: Delivery, link: Link | None = None, sequence: int = 7) -> Link:
    return settled(link or post.link, post, delivery, sequence=sequence, now=LATER)


class TestDoubt:
    def test_it_is_asked_again_less_and_less_often_and_then_parked(self) -> None:
        link, waits = LINK, []
        for _ in range(MAX_ATTEMPTS - 1):
            link = doubted(link, "Garbled.", NOON)
            assert (link.state, link.reason, link.since) == (LinkState.PENDING, "Garbled.", NOON)
            waits.append(link.due)
        assert waits == [NOON + timedelta(minutes=m) for m in (1, 2, 4, 8)]
        last = doubted(link, "Garbled.", LATER)
        assert (last.state, last.reason, last.due) == (LinkState.PARKED, "Garbled.", None)
        assert (last.attempts, last.since) == (0, LATER)


class TestAsking:
    def test_an_echo_of_the_sync_asks_for_nothing(self) -> None:
        assert not asks_for_push(LINK, a_record(title=["Sea"]), FIELDS)

    def test_an_edit_asks(self) -> None:
        assert asks_for_push(LINK, a_record(title=["Lake"]), FIELDS)
        assert asks_for_push(LINK, a_record(), FIELDS)

    @pytest.mark.parametrize(
        "link",
        [
            replace(LINK, base=None),
            replace(LINK, sent={"title": (SentValue(("x",), NOON),)}),
            replace(LINK, claim=CLAIM),
        ],
    )
    def test_whatever_is_not_settled_asks(self, link: Link) -> None:
        assert asks_for_push(link, a_record(title=["Sea"]), FIELDS)

    @pytest.mark.parametrize("direction", [Direction.PULL, Direction.IGNORE])
    def test_what_does_not_travel_up_does_not_ask(self, direction: Direction) -> None:
        fields = (replace(TITLE, direction=direction),)
        assert not asks_for_push(LINK, a_record(title=["Lake"]), fields)

    def test_a_refused_value_asks_only_once_it_changes(self) -> None:
        link = replace(
            LINK, parked={"subject": REFUSED}, state=LinkState.PARKED, reason=REFUSED.reason
        )
        assert not asks_for_push(link, a_record(title=["Sea"], subject=["x"]), FIELDS)
        assert asks_for_push(link, a_record(title=["Sea"], subject=["y"]), FIELDS)

    def test_a_value_that_cannot_be_read_asks_to_be_told_and_then_no_more(self) -> None:
        record = a_record(title={"no": "list"})
        assert asks_for_push(LINK, record, FIELDS)
        reason = (
            "The value of metadata.title is neither text nor a number nor a list of them: write a "
            "list of strings."
        )
        told = replace(LINK, state=LinkState.PARKED, reason=reason)
        assert not asks_for_push(told, record, FIELDS)
        assert asks_for_push(told, a_record(title=["Sea"]), FIELDS)

    def test_metadata_that_cannot_be_read_at_all_hold_no_edit(self) -> None:
        reason = "The attribute metadata is not a map: write property names with lists of strings."
        told = replace(LINK, state=LinkState.PARKED, reason=reason)
        assert not asks_for_push(told, replace(a_record(), metadata="x"), FIELDS)

    def test_an_edit_taken_back_during_an_outage_asks(self) -> None:
        waiting = replace(LINK, state=LinkState.PENDING, due=NOON)
        assert asks_for_push(waiting, a_record(title=["Sea"]), FIELDS)

    def test_a_link_that_waits_for_a_person_is_not_woken_by_an_echo(self) -> None:
        held = replace(LINK, state=LinkState.HELD, since=NOON)
        assert not asks_for_push(held, a_record(title=["Sea"]), FIELDS)


class TestClaim:
    def test_what_is_about_to_be_sent_is_written_down_first(self) -> None:
        link = claimed(LINK, {"title": ("Lake",)}, CLAIM, NOON)
        assert link.claim == CLAIM
        assert link.sent == {"title": (SentValue(("Lake",), CLAIM.expires_at),)}
        assert (link.state, link.reason, link.due) == (LinkState.PENDING, "", CLAIM.expires_at)

    def test_values_of_earlier_posts_stay(self) -> None:
        earlier = SentValue(("Lost",), NOON)
        link = claimed(replace(LINK, sent={"title": (earlier,)}), {"title": ()}, CLAIM, NOON)
        assert link.sent["title"] == (earlier, SentValue((), CLAIM.expires_at))

    def test_long_values_are_kept_as_a_digest(self) -> None:
        link = claimed(LINK, {"title": ("x" * 1000,)}, CLAIM, NOON)
        assert isinstance(link.sent["title"][0].values, Digest)

    def test_why_it_was_pending_stays_told(self) -> None:
        waiting = pending(LINK, "MediaMosa is away.", NOON)
        assert claimed(waiting, {"title": ()}, CLAIM, NOON).reason == "MediaMosa is away."


class TestAnswers:
    def test_base_takes_what_was_sent_and_nothing_is_left_to_do(self) -> None:
        link = after(posted({"title": ("Lake",), "subject": ()}), Delivery(1, {"title": ("Lake",)}))
        assert link.base == {"title": ("Lake",)}
        assert "subject" in link.sent
        done = after(
            posted({"title": ("Lake",), "subject": ()}),
            Delivery(1, {"title": ("Lake",), "subject": ()}),
        )
        assert (done.sent, done.claim, done.state, done.due) == ({}, None, LinkState.LINKED, None)
        assert (done.sequence, done.pushed) == (7, True)

    def test_the_number_is_never_lowered(self) -> None:
        link = after(posted({"title": ()}), Delivery(1, {"title": ()}), sequence=2)
        assert (link.sequence, link.base) == (4, {})

    def test_a_base_that_somebody_set_meanwhile_is_newer(self) -> None:
        post = posted({"title": ("Lake",)})
        stands = replace(post.link, base={"title": ("Theirs",)}, sequence=9)
        assert after(post, Delivery(1, {"title": ("Lake",)}), stands).base == {"title": ("Theirs",)}

    def test_which_of_the_two_was_first_the_next_read_tells(self) -> None:
        # Simulation, seed 463034: the POST came after what a page had read, and an edit gave way
        # to a value that no editor of MediaMosa had written.
        post = posted({"title": ("Lake",)})
        link = after(
            post,
            Delivery(1, {"title": ("Lake",)}),
            replace(post.link, base={"title": ("Theirs",)}),
        )
        as_of_now = SentValue(("Lake",), LATER - SETTLE)
        assert (link.sent, link.claim) == ({"title": (as_of_now,)}, None)
        assert (link.state, link.due) == (LinkState.PENDING, LATER)

    def test_a_base_that_is_what_was_posted_leaves_nothing_to_tell(self) -> None:
        post = posted({"title": ("Lake",)})
        link = after(
            post, Delivery(1, {"title": ("Lake",)}), replace(post.link, base={"title": ("Lake",)})
        )
        assert (link.base, link.sent, link.state) == ({"title": ("Lake",)}, {}, LinkState.LINKED)

    def test_a_base_that_has_been_the_posted_value_and_is_the_old_one_again_is_newer(self) -> None:
        post = posted({"title": ("Lake",), "subject": ("x",)})
        sent = {**post.link.sent, "title": (SentValue(("Lake",), CLAIM.expires_at, seen=True),)}
        link = after(
            post,
            Delivery(1, {"title": ("Lake",), "subject": ("x",)}),
            replace(post.link, sent=sent),
        )
        assert (link.base, link.sent) == ({"title": ("Sea",), "subject": ("x",)}, {})

    def test_what_somebody_has_settled_already_is_not_seen(self) -> None:
        post = posted({"title": ("Lake",)})
        link = after(post, Delivery(1, {"title": ("Lake",)}), replace(post.link, sent={}))
        assert (link.base, link.sent) == ({"title": ("Lake",)}, {})

    def test_that_an_earlier_post_was_seen_says_nothing_about_this_one(self) -> None:
        earlier = SentValue(("Lake",), NOON, seen=True)
        post = posted({"title": ("Lake",)}, replace(LINK, sent={"title": (earlier,)}))
        link = after(post, Delivery(1, {"title": ("Lake",)}))
        assert (link.base, link.sent) == ({"title": ("Lake",)}, {"title": (earlier,)})
        at_once = SentValue(("River",), CLAIM.expires_at, seen=True)
        post = posted({"title": ("Lake",)}, replace(LINK, sent={"title": (at_once,)}))
        assert after(post, Delivery(1, {"title": ("Lake",)})).base == {"title": ("Lake",)}

    def test_exactly_the_values_of_this_post_leave_sent(self) -> None:
        earlier = SentValue(("Lost",), NOON)
        lost = replace(LINK, sent={"title": (earlier,), "subject": (earlier,)})
        link = after(posted({"title": ("Lake",)}, lost), Delivery(1, {"title": ("Lake",)}))
        assert link.sent == {"title": (earlier,), "subject": (earlier,)}
        assert (link.state, link.due) == (LinkState.PENDING, NOON + SETTLE)

    def test_a_refusal_parks_that_property_with_the_reason(self) -> None:
        post = posted({"title": ("Lake",), "subject": ("x",)})
        link = after(post, Delivery(2, {"title": ("Lake",)}, {"subject": "Too blue."}))
        assert link.parked == {"subject": ParkedValue(("x",), "Too blue.", LATER)}
        assert (link.state, link.reason, link.sent) == (LinkState.PARKED, "Too blue.", {})
        assert link.base == {"title": ("Lake",)}

    def test_a_value_that_was_refused_and_is_taken_now_is_parked_no_more(self) -> None:
        link = replace(LINK, parked={"title": REFUSED})
        assert after(posted({"title": ("y",)}, link), Delivery(1, {"title": ("y",)})).parked == {}

    def test_an_unknown_outcome_leaves_sent_and_the_edit(self) -> None:
        link = after(posted({"title": ("Lake",)}), Delivery(1))
        assert link.sent == {"title": (SentValue(("Lake",), CLAIM.expires_at),)}
        assert (link.state, link.due, link.claim) == (LinkState.PENDING, LATER, None)
        assert link.attempts == 0

    def test_whoever_wanted_the_link_meanwhile_keeps_it_pending(self) -> None:
        post = posted({"title": ("Lake",)})
        link = after(post, Delivery(1, {"title": ("Lake",)}), wanted(post.link))
        assert (link.state, link.due) == (LinkState.PENDING, LATER)

    def test_trouble_is_tried_again_and_told(self) -> None:
        link = after(posted({"title": ("Lake",)}), Delivery(1, troubled="Deadlock."))
        assert (link.state, link.reason, link.attempts) == (LinkState.PENDING, "Deadlock.", 1)
        assert link.parked == {}

    def test_the_fifth_trouble_in_a_row_parks_what_was_not_answered(self) -> None:
        tried = replace(LINK, attempts=MAX_ATTEMPTS - 1)
        post = posted({"title": ("Lake",), "subject": ("x",)}, tried)
        link = after(post, Delivery(2, {"title": ("Lake",)}, troubled="Deadlock."))
        assert link.parked.keys() == {"subject"}
        assert link.parked["subject"].reason.startswith("MediaMosa failed 5 times")
        assert link.base == {"title": ("Lake",)}

    def test_what_was_given_up_may_be_carried_out_all_the_same_until_it_has_settled(self) -> None:
        tried = replace(LINK, attempts=MAX_ATTEMPTS - 1)
        link = after(posted({"title": ("Lake",)}, tried), Delivery(1, troubled="Broken."))
        assert (set(link.sent), link.state) == ({"title"}, LinkState.PENDING)

    def test_a_clear_answer_ends_the_row_of_troubles(self) -> None:
        tried = replace(LINK, attempts=3)
        assert after(posted({"title": ()}, tried), Delivery(1, {"title": ()})).attempts == 0

    def test_an_asset_that_is_not_there_parks_the_link_and_nothing_is_unknown(self) -> None:
        link = after(posted({"title": ("Lake",)}), Delivery(1, absent="No such asset."))
        assert (link.state, link.reason) == (LinkState.PARKED, "No such asset.")
        assert (link.sent, link.parked, link.base) == ({}, {}, {"title": ("Sea",)})

    def test_long_values_are_agreed_on_as_a_digest(self) -> None:
        long = ("x" * 1000,)
        link = after(posted({"title": long}), Delivery(1, {"title": long}))
        assert link.base == {"title": agree_on(long)}

    def test_a_first_contact_ends_with_the_first_answer(self) -> None:
        new = Link("A1", "m")
        assert after(posted({"title": ("x",)}, new), Delivery(1, {"title": ("x",)})).base == {
            "title": ("x",)
        }


class TestWaiting:
    def test_a_pending_link_keeps_its_place_in_the_queue(self) -> None:
        first = pending(LINK, "Away.", NOON)
        again = pending(first, "Still away.", LATER)
        assert (again.due, again.since, again.reason) == (NOON, NOON, "Still away.")
        assert again.wanted == LINK.wanted + 2

    def test_one_whose_claim_has_died_comes_forward(self) -> None:
        dead = claimed(LINK, {"title": ()}, CLAIM, NOON)
        assert pending(dead, "", LATER).due == LATER

    def test_parking_ends_a_claim(self) -> None:
        link = parked(claimed(LINK, {"title": ()}, CLAIM, NOON), "Gone.", LATER)
        assert (link.state, link.reason, link.claim, link.due) == (
            LinkState.PARKED,
            "Gone.",
            None,
            None,
        )

    def test_an_admin_lets_everything_parked_be_tried_again(self) -> None:
        stopped = replace(
            LINK, parked={"title": REFUSED}, state=LinkState.PARKED, reason="x", attempts=5
        )
        link = retried(stopped, NOON)
        assert (link.state, link.due, link.parked, link.attempts) == (
            LinkState.PENDING,
            NOON,
            {},
            0,
        )
        assert (link.revision, link.wanted) == ("r", 1)
        assert retried(replace(stopped, media_id=""), NOON).revision == ""

    def test_an_admin_gives_up_what_is_parked(self) -> None:
        stopped = replace(LINK, parked={"title": REFUSED}, state=LinkState.PARKED)
        link = discarded(stopped, NOON)
        assert link is not None
        assert link.parked["title"].discarded
        assert (link.state, link.due) == (LinkState.PENDING, NOON)
        assert discarded(LINK, NOON) is None
