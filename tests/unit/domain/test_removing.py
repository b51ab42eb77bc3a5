"""What is written about a nominee."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.deletion import (
    Guard,
    Held,
    Removals,
    hour_of,
    is_counted,
    may_be_nominated,
    missing,
)
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import (
    Record,
    RecordAbsent,
    RecordChange,
    RecordRemoval,
    RecordRevival,
    RemovedRecord,
)
from mediamosa_sync.domain.removing import (
    FOREIGN,
    GONE,
    hold,
    keep,
    remove,
    restore,
    show_as_foreign,
    uncopied,
)
from mediamosa_sync.domain.writes import Effect, unapproved_removals

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LINK = Link("A1", "m1", base={"title": ("x",)}, sequence=4, version=2, revision="r")
ITEM = {"media_id": "m1", "uri": "mediamosa://asset/A1", "own": {1, 2}}
COPY = RemovedRecord("A1", "m1", ITEM, NOON, NOON + DAY, GONE)


def test_a_removal_keeps_a_whole_copy_and_the_links_row_for_the_same_time() -> None:
    write = remove(LINK, ITEM, now=NOON, retention=DAY, reason=GONE, approved=False)
    assert write.record == RecordRemoval(COPY)
    assert (write.link.state, write.link.expires_at) == (LinkState.REMOVED, NOON + DAY)
    assert (write.effect, write.links_delta) == (Effect.DELETED, -1)


@pytest.mark.parametrize(
    "uri", ["mediamosa://asset/A2", "mediamosa://mediafile/m1/f.mp4", "elsewhere", None, 7]
)
def test_a_record_that_names_something_else_by_now_stays_and_the_link_goes(uri: object) -> None:
    write = remove(LINK, {**ITEM, "uri": uri}, now=NOON, retention=DAY, reason=GONE, approved=False)
    assert write.record == RecordChange(Record("m1", uri))
    assert (write.link_goes, write.links_delta, write.effect) == (True, -1, Effect.NOTED)


def test_a_record_of_the_old_form_goes_with_the_asset_that_its_uri_was_told_to_name() -> None:
    uri = "mediamosa://mediafile/m1/f.mp4"
    write = remove(
        replace(LINK, uri=uri),
        {**ITEM, "uri": uri},
        now=NOON,
        retention=DAY,
        reason=GONE,
        approved=False,
    )
    assert isinstance(write.record, RecordRemoval)


def test_a_record_that_is_not_there_any_more_takes_its_link_along() -> None:
    write = remove(LINK, None, now=NOON, retention=DAY, reason=GONE, approved=False)
    assert write.record == RecordAbsent("m1")
    assert (write.link_goes, write.links_delta) == (True, -1)


@pytest.mark.parametrize("state", list(LinkState))
def test_what_is_held_is_what_may_be_nominated(state: LinkState) -> None:
    write = hold(replace(LINK, state=state), 9, NOON)
    nominee = state in {
        LinkState.LINKED,
        LinkState.PENDING,
        LinkState.PARKED,
        LinkState.FOREIGN,
    }
    assert (write is not None) is nominee
    if write is not None:
        assert (write.joins_held, write.leaves_held, write.links_delta) == (True, False, 0)


def test_nothing_without_a_record_or_with_newer_knowledge_is_held() -> None:
    assert hold(None, 9, NOON) is None
    assert hold(replace(LINK, media_id=""), 9, NOON) is None
    assert hold(LINK, 3, NOON) is None


def test_only_what_is_held_can_be_kept_by_a_person() -> None:
    assert keep(None, NOON) is None
    assert keep(LINK, NOON) is None
    write = keep(replace(LINK, state=LinkState.HELD), NOON)
    assert write is not None
    assert (write.link.state, write.leaves_held) == (LinkState.KEPT, True)


def test_a_foreign_asset_is_shown_on_link_and_record_once() -> None:
    record = Record("m1", mediamosa={"asset_id": "A1"})
    write = show_as_foreign(LINK, record, NOON)
    assert write is not None
    assert write.record == RecordChange(
        record, mediamosa={"asset_id": "A1", "state": "foreign", "reason": FOREIGN}
    )
    assert show_as_foreign(write.link, record, NOON) is None


@pytest.mark.parametrize("record", [None, Record("m1", mediamosa="overwritten")])
def test_where_the_record_has_no_map_the_link_alone_shows_it(record: Record | None) -> None:
    write = show_as_foreign(LINK, record, NOON)
    assert write is not None
    assert (write.record, write.link.state) == (None, LinkState.FOREIGN)


def test_a_record_too_large_for_its_copy_stays() -> None:
    write = uncopied(LINK, NOON)
    assert (write.record, write.link.state, write.effect) == (None, LinkState.KEPT, Effect.ERROR)
    assert "too large for a copy" in write.link.reason


def test_a_restored_record_is_as_it_was_and_kept() -> None:
    removed = replace(LINK, state=LinkState.REMOVED, expires_at=NOON)
    write = restore(removed, COPY, NOON)
    assert write.record == RecordRevival("m1", ITEM)
    assert (write.link.state, write.link.expires_at) == (LinkState.KEPT, None)
    assert write.links_delta == 1


class TestGuard:
    @pytest.mark.parametrize(
        ("nominated", "held", "removed", "links", "stops"),
        [
            (10, 0, 0, 0, False),
            (11, 0, 0, 0, True),
            (11, 0, 0, 220, False),
            (12, 0, 0, 220, True),
            (4, 4, 4, 100, True),
            (3, 3, 4, 100, False),
        ],
    )
    def test_it_stops_more_than_ten_and_more_than_five_percent(
        self, nominated: int, held: int, removed: int, links: int, stops: bool
    ) -> None:
        told = Guard().stops(nominated=nominated, held=held, removed=removed, links=links)
        assert told is stops

    def test_removals_count_for_a_day_and_at_most_an_hour_longer(self) -> None:
        hour, later = hour_of(NOON), NOON + timedelta(hours=5)
        removals = Removals().plus({hour: 3}, NOON).plus({}, NOON).plus({hour + 5: 2}, later)
        assert removals.within_a_day(later) == 5
        assert removals.within_a_day(NOON + timedelta(hours=24)) == 5
        assert removals.within_a_day(NOON + timedelta(hours=25, minutes=1)) == 2
        assert removals.plus({hour + 72: 1}, NOON + 3 * DAY).hours == {hour + 72: 1}
        assert removals.plus({hour: 1}, NOON).hours[hour] == 4

    def test_only_removals_that_nobody_approved_count(self) -> None:
        approved, not_approved = (
            remove(LINK, ITEM, now=NOON, retention=DAY, reason=GONE, approved=by_a_person)
            for by_a_person in (True, False)
        )
        assert unapproved_removals([approved, not_approved, not_approved]) == {hour_of(NOON): 2}


class TestHeldToken:
    def test_it_is_that_of_the_set_whatever_the_order(self) -> None:
        one = Held().changed(["A", "B"], []).changed(["C"], [])
        other = Held().changed(["C", "A"], []).changed(["B"], [])
        assert one == other
        assert one.token == other.token

    def test_it_changes_with_every_change_and_comes_back_with_the_set(self) -> None:
        before = Held().changed(["A", "B"], [])
        changed = before.changed([], ["A"])
        assert len({Held().token, before.token, changed.token}) == 3
        assert changed.changed(["A"], []) == before
        swapped = before.changed(["C"], ["A"])
        assert swapped.count == before.count
        assert swapped.token != before.token


def test_who_may_be_nominated_and_who_counts() -> None:
    foreign = replace(LINK, state=LinkState.FOREIGN)
    assert may_be_nominated(foreign, 9)
    assert not is_counted(foreign)
    assert is_counted(LINK)
    assert not may_be_nominated(replace(LINK, state=LinkState.HELD), 9)
    assert not may_be_nominated(LINK, 3)


def test_the_merge_join_tells_the_links_that_a_page_lacks() -> None:
    links = {name: replace(LINK, asset_id=name) for name in "DBAC"}
    assert missing(links, ["B", "X"]) == ("A", "C", "D")
