"""Which record is tied to which asset."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.plan import FirstContact
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.record import Record, TwinRemoval, created_media_id
from mediamosa_sync.domain.tying import (
    Duplicate,
    Subject,
    Takeover,
    is_untouched,
    no_such_mediafile,
    tie,
    unreadable_mediafile,
)
from mediamosa_sync.domain.writes import Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS = (MappedProperty("title", "title", "dublin_core"),)
SETTING = Setting("c0ffee", 5, NOON, FIELDS)
URI = "mediamosa://asset/A1"
TWIN_ID = created_media_id("c0ffee", "A1")
TWIN = Record(
    TWIN_ID,
    URI,
    {"title": ["Sea"]},
    {"asset_id": "A1"},
    attributes=frozenset({"media_id", "uri", "metadata", "mediamosa"}),
)
MINE = Record("mine", f"{URI}/m/f.mp4", {"title": ["Mine"]}, attributes=frozenset({"media_id"}))
LINK = Link("A1", TWIN_ID, base={"title": ("Sea",)}, version=3, revision="r")
MERGE = FirstContact.MERGE


def test_an_asset_without_a_link_gets_one() -> None:
    outcome = tie(MINE, "A1", None, None, MERGE, SETTING)
    assert outcome == Subject(Link("A1", "mine", first_contact=MERGE), None, MINE)
    assert isinstance(outcome, Subject)
    assert outcome.is_new


def test_a_tie_that_stands_is_taken_as_it_is() -> None:
    link = replace(LINK, media_id="mine", state=LinkState.PARKED, reason="why")
    outcome = tie(MINE, "A1", link, None, MERGE, SETTING)
    assert outcome == Subject(link, link, MINE)
    assert isinstance(outcome, Subject)
    assert not outcome.is_new


def test_a_record_created_again_by_its_application_begins_anew() -> None:
    link = replace(LINK, media_id="mine", removed_at=6)
    outcome = tie(MINE, "A1", link, None, MERGE, SETTING, removed_at=7)
    assert isinstance(outcome, Subject)
    assert (outcome.link.base, outcome.link.first_contact) == (None, MERGE)
    assert outcome.link.removed_at == 7
    assert tie(MINE, "A1", link, None, MERGE, SETTING, removed_at=6) == Subject(link, link, MINE)


def test_a_record_that_the_sync_has_put_back_stays_tied_whenever_its_removal_is_told() -> None:
    assert tie(TWIN, "A1", LINK, None, MERGE, SETTING, removed_at=7) == Subject(LINK, LINK, TWIN)
    kept = replace(LINK, media_id="mine", state=LinkState.KEPT)
    assert tie(MINE, "A1", kept, None, MERGE, SETTING, removed_at=7) == Subject(kept, kept, MINE)


def test_a_record_that_an_application_creates_with_the_syncs_key_begins_anew() -> None:
    theirs = replace(TWIN, mediamosa=None)
    outcome = tie(theirs, "A1", LINK, None, MERGE, SETTING, removed_at=7)
    assert isinstance(outcome, Subject)
    assert outcome.link.base is None


@pytest.mark.parametrize("state", [LinkState.FORGOTTEN, LinkState.REMOVED])
def test_a_link_without_record_takes_the_record_as_a_first_contact(state: LinkState) -> None:
    before = replace(
        LINK,
        media_id="mine",
        state=state,
        since=NOON,
        expires_at=NOON,
        sent={"title": (SentValue(("x",), NOON),)},
        ignored=("x",),
        attempts=3,
    )
    outcome = tie(MINE, "A1", before, None, MERGE, SETTING)
    assert isinstance(outcome, Subject)
    assert outcome.before == before
    link = outcome.link
    assert (link.media_id, link.base, link.sent, link.state) == ("mine", None, {}, LinkState.LINKED)
    assert (link.first_contact, link.version, link.revision) == (MERGE, 3, "r")
    assert (link.since, link.expires_at, link.attempts, link.ignored) == (None, None, 0, ())


@pytest.mark.parametrize(
    "holder", [None, replace(TWIN, uri="mediamosa://asset/OTHER"), replace(TWIN, uri="broken")]
)
def test_a_holder_that_is_gone_or_names_something_else_gives_way(holder: Record | None) -> None:
    outcome = tie(MINE, "A1", LINK, holder, MERGE, SETTING)
    assert isinstance(outcome, Subject)
    assert (outcome.link.media_id, outcome.link.base) == ("mine", None)


def test_an_untouched_twin_goes_and_the_record_takes_its_link_over() -> None:
    outcome = tie(MINE, "A1", LINK, TWIN, MERGE, SETTING)
    assert isinstance(outcome, Takeover)
    write = outcome.write
    assert (write.record, outcome.heir) == (TwinRemoval(TWIN, MINE), MINE)
    assert write.effect is Effect.NOTED
    assert write.no_longer_waiting == "mine"
    assert (write.link.media_id, write.link.base) == ("mine", None)
    assert (write.link.state, write.link.due) == (LinkState.PENDING, NOON)
    assert write.links_delta == 0


def test_a_record_that_an_application_has_touched_stays_and_the_second_is_a_duplicate() -> None:
    touched = replace(TWIN, metadata={"title": ["Edited"]})
    outcome = tie(MINE, "A1", LINK, touched, MERGE, SETTING)
    assert outcome == Duplicate("A1", TWIN_ID)
    assert isinstance(outcome, Duplicate)
    assert outcome.reason == (
        f"The asset A1 has the record {TWIN_ID} already: let only one of both name it."
    )


class TestUntouched:
    def test_what_the_sync_has_written_is_untouched(self) -> None:
        assert is_untouched(LINK, TWIN, SETTING)

    @pytest.mark.parametrize(
        "record",
        [
            replace(TWIN, media_id="mine"),
            replace(TWIN, attributes=TWIN.attributes | {"own"}),
            replace(TWIN, uri=f"{URI}/m/f.mp4"),
            replace(TWIN, metadata={"title": ["Edited"]}),
            replace(TWIN, metadata={"title": ["Sea"], "own": ["x"]}),
            replace(TWIN, metadata={"title": {"no": "list"}}),
        ],
    )
    def test_anything_of_an_applications_own_is_a_touch(self, record: Record) -> None:
        assert not is_untouched(LINK, record, SETTING)

    @pytest.mark.parametrize(
        "link",
        [
            replace(LINK, base=None),
            replace(LINK, sent={"title": (SentValue(("x",), NOON),)}),
            replace(LINK, claim=Claim("push", NOON)),
            replace(LINK, parked={"title": ParkedValue(("Sea",), "why", NOON)}),
        ],
    )
    def test_a_twin_with_anything_under_way_stays(self, link: Link) -> None:
        assert not is_untouched(link, TWIN, SETTING)


def test_a_mediafile_that_leads_nowhere_is_told_with_what_to_do() -> None:
    assert "no mediafile m9" in no_such_mediafile("m9")
    assert no_such_mediafile("m9").endswith("correct the record's uri.")


def test_a_mediafile_of_which_nothing_can_be_read_is_told_with_what_to_do() -> None:
    assert "the mediafile m9 cannot be read" in unreadable_mediafile("m9")
    assert unreadable_mediafile("m9").endswith("then retry the record.")
