"""Record and asset of one link put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.describe import describe, with_trouble
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import (
    MAX_IGNORED,
    SETTLE,
    Merged,
    Setting,
    edits_of,
    in_state,
    merge,
)
from mediamosa_sync.domain.plan import Direction, Disagreement, FirstContact, Why
from mediamosa_sync.domain.properties import MappedProperty, PropertyType
from mediamosa_sync.domain.record import Record, RecordChange

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TITLE = MappedProperty("title", "title", "dublin_core")
SUBJECT = MappedProperty("subject", "subject", "dublin_core")
SHELF = MappedProperty("shelf", "shelf", "app_1", PropertyType.INT)
SETTING = Setting("c0ffee", 5, NOON, (SHELF, SUBJECT, TITLE))
LINK = Link("A1", "m", base={"title": ("Sea",)}, sequence=4, version=3)
SINCE = NOON - HOUR


def an_asset(**core: tuple[str, ...]) -> Asset:
    return Asset("A1", created=SINCE, modified=SINCE, groups={"dublin_core": {**core}})


SEA = an_asset(title=("Sea",))


def a_record(**metadata: object) -> Record:
    return Record("m", "mediamosa://asset/A1", metadata, describe(SEA, "c0ffee", LINK))


def merged(asset: Asset, link: Link, record: Record, setting: Setting = SETTING) -> Merged:
    return merge(asset, link, record, setting)


class TestSides:
    def test_nothing_changed_leaves_the_link_as_it_was_but_for_the_revision(self) -> None:
        outcome = merged(SEA, LINK, a_record(title=["Sea"]))
        assert outcome == Merged(replace(LINK, revision=revision(SEA)), None, (), {}, "")

    def test_an_edit_is_outstanding_and_base_stays(self) -> None:
        outcome = merged(SEA, LINK, a_record(title=["Lake"]))
        assert outcome.outstanding == {"title": ("Lake",)}
        assert (outcome.link.state, outcome.link.due) == (LinkState.PENDING, NOON)
        assert (outcome.link.base, outcome.change) == ({"title": ("Sea",)}, None)

    def test_a_cleared_property_and_several_values_are_edits_like_any_other(self) -> None:
        outcome = merged(SEA, LINK, a_record(subject=["b", "a", "a"]))
        assert outcome.outstanding == {"title": (), "subject": ("a", "a", "b")}

    def test_changes_of_different_properties_go_both_ways_at_once(self) -> None:
        asset = an_asset(title=("Sea",), subject=("Theirs",))
        outcome = merged(asset, LINK, a_record(title=["Ours"]))
        assert outcome.change is not None
        assert outcome.change.values == {"subject": ("Theirs",)}
        assert outcome.outstanding == {"title": ("Ours",)}
        assert outcome.conflicts == ()

    def test_where_both_changed_mediamosas_stands_and_the_log_has_all_three(self) -> None:
        asset = an_asset(title=("Theirs",))
        outcome = merged(asset, LINK, a_record(title=["Ours"]))
        assert outcome.change is not None
        assert outcome.change.values == {"title": ("Theirs",)}
        (conflict,) = outcome.conflicts
        assert conflict.disagreement == Disagreement(
            "title", ("Sea",), ("Ours",), ("Theirs",), Why.BOTH_CHANGED
        )
        assert (conflict.record_name, conflict.asset_modified) == ("title", SINCE)
        assert conflict.conflict_id.startswith("20261123T120000000000-")
        assert outcome.outstanding == {}

    def test_conflicts_of_two_steps_or_properties_have_different_ids(self) -> None:
        asset = an_asset(title=("Theirs",), subject=("Theirs",))
        record = a_record(title=["Ours"], subject=["Ours"])
        first = merged(asset, LINK, record)
        later = merged(asset, LINK, record, replace(SETTING, sequence=6))
        ids = {one.conflict_id for one in (*first.conflicts, *later.conflicts)}
        assert len(ids) == 4
        assert merged(asset, LINK, record).conflicts == first.conflicts

    def test_the_same_change_on_both_sides_is_agreed_on_without_a_word(self) -> None:
        outcome = merged(an_asset(title=("Lake",)), LINK, a_record(title=["Lake"]))
        assert outcome.link.base == {"title": ("Lake",)}
        assert (outcome.change, outcome.outstanding, outcome.conflicts) == (None, {}, ())


class TestSent:
    LOST = replace(LINK, sent={"title": (SentValue(("Lake",), SINCE),)})

    def test_our_own_late_post_does_not_beat_the_records_newer_value(self) -> None:
        outcome = merged(an_asset(title=("Lake",)), self.LOST, a_record(title=["Newer"]))
        assert outcome.outstanding == {"title": ("Newer",)}
        assert outcome.conflicts == ()

    def test_it_is_forgotten_by_the_first_plan_that_began_after_it_had_settled(self) -> None:
        on_time = replace(SETTING, now=SINCE + SETTLE)
        late = replace(SETTING, now=SINCE + SETTLE + SECOND)
        assert merged(SEA, self.LOST, a_record(title=["Sea"]), on_time).link.sent == self.LOST.sent
        assert merged(SEA, self.LOST, a_record(title=["Sea"]), late).link.sent == {}

    def test_what_is_found_in_mediamosa_and_becomes_base_counts_as_seen_from_then_on(self) -> None:
        seen = {"title": (SentValue(("Lake",), SINCE, seen=True),)}
        on_time = replace(SETTING, now=SINCE + SETTLE)
        found = merged(an_asset(title=("Lake",)), self.LOST, a_record(title=["Lake"]), on_time)
        assert (found.link.sent, found.link.base) == (seen, {"title": ("Lake",)})
        again = merged(SEA, found.link, a_record(title=["Lake"]), on_time)
        assert (again.link.sent, again.link.base) == (seen, {"title": ("Sea",)})

    def test_what_base_cannot_follow_is_not_seen(self) -> None:
        on_time = replace(SETTING, now=SINCE + SETTLE)
        unread = merged(an_asset(title=("Lake",)), self.LOST, a_record(title=[{}]), on_time)
        assert (unread.link.sent, unread.link.base) == (self.LOST.sent, {"title": ("Sea",)})

    def test_with_nothing_but_unknown_outcomes_left_it_is_looked_at_once_they_have_settled(
        self,
    ) -> None:
        link = replace(LINK, sent={"title": (SentValue(("Lake",), NOON),)})
        after = merged(SEA, link, a_record(title=["Sea"])).link
        assert (after.state, after.reason) == (LinkState.PENDING, "")
        assert after.due == NOON + SETTLE


class TestStates:
    def test_a_live_claim_keeps_the_link_pending_and_an_expired_one_goes(self) -> None:
        live = replace(LINK, claim=Claim("push", NOON + SECOND))
        assert merged(SEA, live, a_record(title=["Sea"])).link.state is LinkState.PENDING
        over = replace(LINK, claim=Claim("push", NOON))
        after = merged(SEA, over, a_record(title=["Sea"])).link
        assert (after.state, after.claim) == (LinkState.LINKED, None)

    def test_why_and_since_when_a_link_is_pending_stays_told(self) -> None:
        waiting = replace(
            LINK, state=LinkState.PENDING, reason="MediaMosa is away.", since=SINCE, due=SINCE
        )
        after = merged(SEA, waiting, a_record(title=["Ours"])).link
        assert (after.reason, after.since, after.due) == ("MediaMosa is away.", SINCE, SINCE)

    def test_what_was_parked_for_another_reason_is_pending_without_one(self) -> None:
        parked = replace(LINK, state=LinkState.PARKED, reason="Gone.", since=SINCE)
        after = merged(SEA, parked, a_record(title=["Ours"])).link
        assert (after.state, after.reason, after.since) == (LinkState.PENDING, "", NOON)

    def test_a_link_that_has_nothing_to_do_any_more_has_no_attempts_behind_it(self) -> None:
        tried = replace(LINK, attempts=3)
        assert merged(SEA, tried, a_record(title=["Sea"])).link.attempts == 0
        assert merged(SEA, tried, a_record(title=["Ours"])).link.attempts == 3

    def test_a_state_entered_again_keeps_its_time(self) -> None:
        parked = in_state(LINK, LinkState.PARKED, "One.", SINCE)
        assert in_state(parked, LinkState.PARKED, "Two.", NOON) == replace(parked, reason="Two.")
        linked = in_state(parked, LinkState.LINKED, "", NOON)
        assert (linked.since, linked.due) == (None, None)


class TestParkedValues:
    PARKED = ParkedValue(("x",), "MediaMosa does not take it.", SINCE)
    LINK = replace(LINK, parked={"shelf": PARKED}, state=LinkState.PARKED, since=SINCE)

    def test_a_refused_value_is_not_pushed_and_the_others_are(self) -> None:
        outcome = merged(SEA, self.LINK, a_record(title=["Ours"], shelf=["x"]))
        assert outcome.outstanding == {"title": ("Ours",)}
        assert outcome.link.parked == {"shelf": self.PARKED}
        assert outcome.problem == self.PARKED.reason

    def test_alone_it_keeps_the_link_parked_and_the_record_is_told(self) -> None:
        outcome = merged(SEA, self.LINK, a_record(title=["Sea"], shelf=["x"]))
        assert (outcome.link.state, outcome.link.since) == (LinkState.PARKED, SINCE)
        assert isinstance(outcome.change, RecordChange)
        assert outcome.change.mediamosa is not None
        assert outcome.change.mediamosa["state"] == "parked"
        assert outcome.change.mediamosa["reason"] == self.PARKED.reason

    def test_another_value_is_tried(self) -> None:
        outcome = merged(SEA, self.LINK, a_record(title=["Sea"], shelf=[7]))
        assert (outcome.outstanding, outcome.link.parked) == ({"shelf": ("7",)}, {})

    def test_a_value_taken_back_is_parked_no_more(self) -> None:
        outcome = merged(SEA, self.LINK, a_record(title=["Sea"]))
        assert (outcome.link.parked, outcome.link.state) == ({}, LinkState.LINKED)

    def test_a_value_that_can_never_be_sent_is_parked_without_asking(self) -> None:
        outcome = merged(SEA, LINK, a_record(title=["Sea"], shelf=["top"]))
        assert outcome.outstanding == {}
        assert outcome.link.parked["shelf"].values == ("top",)
        assert (outcome.link.parked["shelf"].since, outcome.link.state) == (NOON, LinkState.PARKED)
        assert outcome.problem.startswith("metadata.shelf holds 'top'")

    def test_a_value_given_up_takes_mediamosas_and_is_logged(self) -> None:
        given_up = replace(self.LINK, parked={"shelf": replace(self.PARKED, discarded=True)})
        outcome = merged(SEA, given_up, a_record(title=["Sea"], shelf=["x"]))
        assert outcome.change is not None
        assert outcome.change.values == {"shelf": ()}
        assert [one.disagreement.why for one in outcome.conflicts] == [Why.DISCARDED]
        assert (outcome.link.parked, outcome.link.state) == ({}, LinkState.LINKED)


class TestFields:
    def test_names_that_no_property_takes_part_for_are_listed_and_left_alone(self) -> None:
        outcome = merged(SEA, LINK, a_record(title=["Sea"], colour=["red"], odd={"no": "list"}))
        assert outcome.link.ignored == ("colour", "odd")
        many = {f"p{number:03}" + "x" * 80: ["x"] for number in range(30)}
        listed = merged(SEA, LINK, a_record(title=["Sea"], **many)).link.ignored
        assert len(listed) == MAX_IGNORED
        assert {len(name) for name in listed} == {64}

    def test_a_record_whose_metadata_cannot_be_read_at_all_takes_no_part(self) -> None:
        record = replace(a_record(), metadata="nonsense")
        outcome = merged(an_asset(title=("Lake",)), LINK, record)
        assert (outcome.outstanding, outcome.link.ignored) == ({}, ())
        assert outcome.link.base == {"title": ("Sea",)}
        assert outcome.link.state is LinkState.PARKED

    def test_a_renamed_property_is_never_cleared_in_mediamosa(self) -> None:
        """Base was agreed on under another name: that the new one is empty is no edit."""
        headline = replace(SETTING, fields=(replace(TITLE, record_name="headline"),))
        outcome = merged(SEA, LINK, a_record(title=["Sea"]), headline)
        assert outcome.outstanding == {}
        assert outcome.change is not None
        assert outcome.change.values == {"headline": ("Sea",)}
        assert outcome.link.names == {"title": "headline"}
        again = merged(SEA, outcome.link, a_record(title=["Sea"], headline=["Sea"]), headline)
        assert (again.outstanding, again.conflicts, again.link) == ({}, (), outcome.link)

    def test_what_stands_under_the_new_name_already_goes_to_the_log(self) -> None:
        headline = replace(SETTING, fields=(replace(TITLE, record_name="headline"),))
        outcome = merged(SEA, LINK, a_record(headline=["Other"]), headline)
        assert outcome.outstanding == {}
        (conflict,) = outcome.conflicts
        assert conflict.disagreement.why is Why.FIRST_CONTACT
        assert (conflict.disagreement.ours, conflict.record_name) == (("Other",), "headline")

    def test_a_first_contact_under_another_name_is_that_of_the_link(self) -> None:
        headline = replace(SETTING, fields=(replace(TITLE, record_name="headline"),))
        new = Link("A1", "m", first_contact=FirstContact.MERGE)
        outcome = merged(an_asset(), new, a_record(headline=["Mine"]), headline)
        assert outcome.outstanding == {"title": ("Mine",)}

    @pytest.mark.parametrize("direction", [Direction.PULL, Direction.IGNORE])
    def test_an_edit_of_what_does_not_travel_up_is_not_outstanding(
        self, direction: Direction
    ) -> None:
        setting = replace(SETTING, fields=(replace(TITLE, direction=direction),))
        outcome = merged(SEA, LINK, a_record(title=["Ours"]), setting)
        assert (outcome.outstanding, outcome.change, outcome.conflicts) == ({}, None, ())


class TestEditsByTheLinkAlone:
    def test_edits_are_what_differs_from_base_parked_values_aside(self) -> None:
        parked = ParkedValue(("x",), "why", NOON)
        link = replace(LINK, base={"title": ("Sea",), "gone": ("y",)}, parked={"shelf": parked})
        ours = {"title": ("Sea",), "shelf": ("x",), "subject": ("new",)}
        names = ["title", "shelf", "subject", "gone"]
        assert edits_of(link, ours, names) == {"subject": ("new",), "gone": ()}
        assert edits_of(link, {**ours, "shelf": ("7",)}, ["shelf"]) == {"shelf": ("7",)}

    def test_without_base_every_value_is_one(self) -> None:
        assert edits_of(Link("A1", "m"), {"title": ("x",)}, ["title", "shelf"]) == {"title": ("x",)}


class TestTold:
    PENDING = in_state(LINK, LinkState.PENDING, "MediaMosa is away.", NOON)

    def test_an_edit_that_is_merely_on_its_way_is_no_trouble(self) -> None:
        on_its_way = in_state(LINK, LinkState.PENDING, "", NOON)
        assert with_trouble({"own": 1}, on_its_way, "c0ffee") == {
            "asset_id": "A1",
            "connection_id": "c0ffee",
            "own": 1,
        }

    def test_trouble_is_told_and_taken_back(self) -> None:
        told = with_trouble({"state": "unpublished", "reason": "?"}, self.PENDING, "c0ffee")
        assert (told["state"], told["reason"]) == ("pending", "MediaMosa is away.")
        assert with_trouble(told, LINK, "c0ffee") == {"asset_id": "A1", "connection_id": "c0ffee"}

    def test_what_mediamosa_says_of_the_asset_stays_told(self) -> None:
        stands = {"asset_id": "A1", "connection_id": "c0ffee", "state": "trashed", "reason": "x"}
        assert with_trouble(stands, LINK, "c0ffee") == stands

    def test_a_map_that_its_application_has_overwritten_begins_anew(self) -> None:
        assert with_trouble("mine", LINK, "c0ffee") == {
            "asset_id": "A1",
            "connection_id": "c0ffee",
        }

    def test_trouble_comes_before_the_assets_state(self) -> None:
        told = describe(replace(SEA, trashed=True), "c0ffee", self.PENDING)
        assert told["state"] == "pending"
