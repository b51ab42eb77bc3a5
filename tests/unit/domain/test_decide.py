"""What one listed asset asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.decide import Verdict, decide, oversized
from mediamosa_sync.domain.describe import describe
from mediamosa_sync.domain.link import Link, LinkState, SentValue
from mediamosa_sync.domain.merge import Setting
from mediamosa_sync.domain.policies import OnRecordDelete, Policies
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordAbsent,
    RecordChange,
    RecordRevival,
    RemovedRecord,
    created_media_id,
)
from mediamosa_sync.domain.writes import AssetWrite, Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS = tuple(MappedProperty(name, name, "dublin_core") for name in ("subject", "title"))
SETTING = Setting("c0ffee", 5, NOON, FIELDS)
ASSET = Asset(
    "A1",
    created=NOON,
    modified=NOON,
    owner_id="ann",
    groups={"dublin_core": {"title": ("Sea",), "subject": ("a", "b")}},
    filename="sea.mp4",
)
MEDIA_ID = created_media_id("c0ffee", "A1")
URI = "mediamosa://asset/A1"


def told(asset: Asset) -> dict[str, object]:
    """The map of a record about which there is nothing else to tell."""
    return describe(asset, "c0ffee", Link("A1", MEDIA_ID))


def a_link(**changes: object) -> Link:
    link = Link(
        "A1",
        MEDIA_ID,
        base={"title": ("Sea",), "subject": ("a", "b")},
        sequence=4,
        version=3,
        revision=revision(ASSET),
    )
    return replace(link, **changes)  # type: ignore[arg-type]  # a test names what it changes


def a_record(**metadata: object) -> Record:
    stored = {"title": ["Sea"], "subject": ["b", "a"], **metadata}
    return Record(MEDIA_ID, URI, stored, told(ASSET))


def write_for(asset: Asset, link: Link | None, record: Record | None) -> AssetWrite:
    decision = decide(asset, link, record, SETTING)
    assert isinstance(decision, AssetWrite), decision
    return decision


def test_a_new_asset_becomes_a_record_and_a_link() -> None:
    write = write_for(ASSET, None, None)
    assert write.record == NewRecord(
        MEDIA_ID,
        URI,
        {"title": ("Sea",), "subject": ("a", "b")},
        {
            "asset_id": "A1",
            "connection_id": "c0ffee",
            "created": "2026-11-23T12:00:00Z",
            "modified": "2026-11-23T12:00:00Z",
            "published": True,
            "owner_id": "ann",
            "filename": "sea.mp4",
        },
    )
    assert write.link == replace(a_link(), sequence=5, version=0)
    assert (write.link_before, write.effect) == (None, Effect.ADDED)


def test_an_asset_without_values_stamps_or_mediafile_has_a_record_too() -> None:
    write = write_for(Asset("A1"), None, None)
    assert isinstance(write.record, NewRecord)
    assert (write.record.metadata, write.link.base) == ({}, {})
    assert "modified" not in write.record.mediamosa


def test_an_unchanged_asset_asks_for_nothing() -> None:
    assert decide(ASSET, a_link(), a_record(), SETTING) is Verdict.UNCHANGED


def test_a_changed_property_is_written_and_the_others_are_not_touched() -> None:
    changed = replace(ASSET, groups={"dublin_core": {"title": ("Lake",), "subject": ("a", "b")}})
    write = write_for(changed, a_link(), a_record())
    assert isinstance(write.record, RecordChange)
    assert write.record.values == {"title": ("Lake",)}
    assert write.record.mediamosa is None
    assert write.link.base == {"title": ("Lake",), "subject": ("a", "b")}
    assert (write.link.sequence, write.link_before, write.effect) == (5, a_link(), Effect.UPDATED)


def test_a_property_cleared_in_mediamosa_is_cleared() -> None:
    cleared = replace(ASSET, groups={"dublin_core": {"subject": ("a", "b")}})
    write = write_for(cleared, a_link(), a_record())
    assert isinstance(write.record, RecordChange)
    assert write.record.values == {"title": ()}
    assert write.link.base == {"subject": ("a", "b")}


def test_a_new_stamp_alone_changes_the_map_for_applications() -> None:
    touched = replace(ASSET, modified=NOON + timedelta(hours=1))
    write = write_for(touched, a_link(), a_record())
    assert isinstance(write.record, RecordChange)
    assert write.record.values == {}
    assert write.record.mediamosa == told(touched)


def test_an_edit_of_the_record_marks_the_link_and_leaves_the_record_alone() -> None:
    write = write_for(ASSET, a_link(), a_record(title=["Edited"]))
    assert write.record is None
    assert (write.link.state, write.link.since) == (LinkState.PENDING, NOON)
    assert write.link.base == a_link().base
    assert write.effect is Effect.UNCHANGED


def test_an_edit_that_is_marked_already_is_not_marked_again() -> None:
    yesterday = NOON - timedelta(days=1)
    marked = a_link(state=LinkState.PENDING, since=yesterday, due=yesterday)
    assert decide(ASSET, marked, a_record(title=["Edited"]), SETTING) is Verdict.UNCHANGED


def test_a_value_sent_with_unknown_outcome_counts_as_agreed() -> None:
    sent = {"title": (SentValue(("Lake",), NOON),)}
    changed = replace(ASSET, groups={"dublin_core": {"title": ("Lake",), "subject": ("a", "b")}})
    write = write_for(changed, a_link(sent=sent), a_record(title=["Newer"]))
    assert write.link.state is LinkState.PENDING
    assert write.link.base == {"title": ("Lake",), "subject": ("a", "b")}
    assert write.conflicts == ()


def test_where_both_changed_the_records_value_goes_to_the_log() -> None:
    changed = replace(ASSET, groups={"dublin_core": {"title": ("Lake",), "subject": ("a", "b")}})
    write = write_for(changed, a_link(), a_record(title=["Edited"]))
    assert isinstance(write.record, RecordChange)
    assert write.record.values == {"title": ("Lake",)}
    (conflict,) = write.conflicts
    assert (conflict.asset_id, conflict.media_id, conflict.at) == ("A1", MEDIA_ID, NOON)
    assert conflict.disagreement.ours == ("Edited",)
    repeated = write_for(changed, a_link(), a_record(title=["Edited"]))
    assert repeated.conflicts == write.conflicts


def test_a_link_that_knows_more_than_the_page_is_left_for_later() -> None:
    changed = replace(ASSET, groups={})
    assert decide(changed, a_link(sequence=6), a_record(), SETTING) is Verdict.AGAIN
    pushed = a_link(sequence=5, pushed=True)
    assert decide(changed, pushed, a_record(), SETTING) is Verdict.AGAIN
    assert isinstance(decide(changed, a_link(sequence=5), a_record(), SETTING), AssetWrite)


def test_tombstones_and_trashed_assets_without_a_record_are_left() -> None:
    assert decide(Asset("A1", tombstone=True), None, None, SETTING) is Verdict.LEFT
    assert decide(replace(ASSET, trashed=True), None, None, SETTING) is Verdict.LEFT


def test_a_record_deleted_by_its_application_is_forgotten_and_stays_so() -> None:
    write = write_for(ASSET, a_link(), None)
    assert write.record == RecordAbsent(MEDIA_ID)
    assert write.link.state is LinkState.FORGOTTEN
    assert decide(ASSET, write.link, None, SETTING) is Verdict.LEFT


class TestStates:
    def test_each_is_told_to_applications_with_a_sentence(self) -> None:
        assert told(replace(ASSET, trashed=True))["state"] == "trashed"
        assert told(replace(ASSET, published=False))["state"] == "unpublished"
        assert told(replace(ASSET, inappropriate=True))["state"] == "inappropriate"
        assert "state" not in told(ASSET)

    def test_an_unpublished_asset_is_synced_like_any_other(self) -> None:
        write = write_for(replace(ASSET, published=False), None, None)
        assert isinstance(write.record, NewRecord)
        assert write.record.mediamosa["published"] is False


class TestParking:
    HUGE = replace(ASSET, groups={"dublin_core": {"title": ("x" * 405_000,)}})

    def test_an_asset_that_does_not_fit_is_parked_with_what_to_do(self) -> None:
        write = write_for(self.HUGE, None, None)
        assert (write.record, write.effect) == (None, Effect.ERROR)
        assert (write.link.state, write.link.media_id) == (LinkState.PARKED, "")
        assert "do not fit into a record" in write.link.reason
        assert "shorten them in MediaMosa" in write.link.reason

    def test_it_is_not_tried_again_before_it_changes(self) -> None:
        parked = write_for(self.HUGE, None, None).link
        assert decide(self.HUGE, parked, None, SETTING) is Verdict.STILL_PARKED
        assert isinstance(write_for(ASSET, parked, None).record, NewRecord)
        assert decide(replace(ASSET, trashed=True), parked, None, SETTING) is Verdict.LEFT

    def test_an_existing_record_that_would_grow_too_large_is_parked_and_kept(self) -> None:
        write = oversized(self.HUGE, a_link(), SETTING)
        assert isinstance(write, AssetWrite)
        assert (write.link.media_id, write.link.base) == (MEDIA_ID, a_link().base)
        again = oversized(self.HUGE, write.link, SETTING)
        assert again is Verdict.STILL_PARKED

    def test_a_value_that_cannot_be_read_parks_the_link_and_spares_the_property(self) -> None:
        write = write_for(
            replace(ASSET, groups={"dublin_core": {"title": ("Lake",), "subject": ("c",)}}),
            a_link(),
            a_record(title={"no": "list"}),
        )
        assert isinstance(write.record, RecordChange)
        assert write.record.values == {"subject": ("c",)}
        assert write.record.mediamosa is not None
        assert write.record.mediamosa["state"] == "parked"
        assert write.link.base == {"title": ("Sea",), "subject": ("c",)}
        assert (write.link.state, write.effect) == (LinkState.PARKED, Effect.ERROR)

    def test_what_is_parked_already_counts_as_an_error_without_a_write(self) -> None:
        broken = a_record(title={"no": "list"})
        parked = write_for(ASSET, a_link(), broken)
        assert isinstance(parked.record, RecordChange)
        seen = replace(broken, mediamosa=parked.record.mediamosa)
        assert decide(ASSET, parked.link, seen, SETTING) is Verdict.STILL_PARKED

    def test_metadata_that_are_no_map_park_the_link(self) -> None:
        record = replace(a_record(), metadata="nonsense")
        write = write_for(ASSET, a_link(), record)
        assert "metadata is not a map" in write.link.reason

    def test_a_record_that_names_another_asset_now_is_left_alone(self) -> None:
        record = replace(a_record(), uri="mediamosa://asset/OTHER")
        write = write_for(replace(ASSET, groups={}), a_link(), record)
        assert write.record == RecordChange(record)
        assert (write.link.state, write.link.reason) == (LinkState.FORGOTTEN, "")
        assert write.links_delta == -1


class TestBackFromRemoval:
    REMOVED = replace(a_link(), state=LinkState.REMOVED, since=NOON, expires_at=NOON)

    def copy(self, **attributes: object) -> RemovedRecord:
        item = {"media_id": MEDIA_ID, "uri": URI, "own": "kept", **attributes}
        return RemovedRecord("A1", MEDIA_ID, item, NOON, NOON, "Gone.")

    def test_the_record_comes_back_with_what_changed_meanwhile(self) -> None:
        copy = self.copy(metadata={"title": ["Old"], "subject": ["a", "b"], "shelf": 7})
        base = {"title": ("Old",), "subject": ("a", "b")}
        write = decide(ASSET, replace(self.REMOVED, base=base), None, SETTING, copy)
        assert isinstance(write, AssetWrite)
        assert isinstance(write.record, RecordRevival)
        assert write.record.attributes == {
            "media_id": MEDIA_ID,
            "uri": URI,
            "own": "kept",
            "metadata": {"title": ["Sea"], "subject": ["a", "b"], "shelf": 7},
            "mediamosa": told(ASSET),
        }
        assert (write.link.state, write.link.expires_at) == (LinkState.LINKED, None)
        assert write.links_delta == 1

    def test_it_comes_back_as_it_was_if_nothing_changed(self) -> None:
        copy = self.copy(
            metadata={"title": ["Sea"], "subject": ["b", "a"]},
            mediamosa=told(ASSET),
        )
        write = decide(ASSET, self.REMOVED, None, SETTING, copy)
        assert isinstance(write, AssetWrite)
        assert write.record == RecordRevival(MEDIA_ID, copy.attributes)

    def test_a_change_of_values_alone_leaves_the_map(self) -> None:
        change = RecordChange(Record("m"), {"title": ("x",)})
        assert change.applied_to({"metadata": "nonsense"}) == {"metadata": {"title": ["x"]}}


class TestRecordWithoutLink:
    def test_a_record_that_names_the_asset_is_linked_and_mediamosas_values_stand(self) -> None:
        write = write_for(ASSET, None, a_record(title=["Old"]))
        assert isinstance(write.record, RecordChange)
        assert write.record.values == {"title": ("Sea",)}
        assert write.link_before is None
        assert [conflict.disagreement.ours for conflict in write.conflicts] == [("Old",)]

    def test_a_record_of_the_same_key_that_names_another_parks_the_asset(self) -> None:
        write = write_for(ASSET, None, replace(a_record(), uri="https://example.org"))
        assert (write.record, write.link.media_id) == (None, "")
        assert "write the asset's uri into it, or remove it" in write.link.reason


class TestRecreate:
    SETTING = replace(SETTING, policies=Policies(on_record_delete=OnRecordDelete.RECREATE))

    def test_a_record_that_its_application_deleted_is_created_again(self) -> None:
        write = decide(ASSET, a_link(media_id="mine"), None, self.SETTING)
        assert isinstance(write, AssetWrite)
        assert (write.record, write.link.state) == (RecordAbsent("mine"), LinkState.PENDING)
        again = decide(ASSET, write.link, None, self.SETTING)
        assert isinstance(again, AssetWrite)
        assert isinstance(again.record, NewRecord)
        assert (again.record.media_id, again.link.media_id) == (MEDIA_ID, MEDIA_ID)

    def test_one_that_bears_the_key_and_names_the_asset_is_tied_again(self) -> None:
        bare = a_link(media_id="", base=None, revision="")
        write = decide(ASSET, bare, a_record(), self.SETTING)
        assert isinstance(write, AssetWrite)
        assert (write.link.media_id, write.link.state) == (MEDIA_ID, LinkState.LINKED)

    def test_where_its_key_is_taken_by_what_names_another_asset_the_asset_is_parked(self) -> None:
        moved = replace(a_record(), uri="mediamosa://asset/OTHER")
        bare = a_link(media_id="", base=None, revision="")
        write = decide(ASSET, bare, moved, self.SETTING)
        assert isinstance(write, AssetWrite)
        assert (write.record, write.link.media_id) == (None, "")
        assert write.link.state is LinkState.PARKED
        assert "write the asset's uri into it" in write.link.reason
        assert decide(ASSET, write.link, None, self.SETTING) is Verdict.STILL_PARKED


class TestOldForm:
    """A uri of which only MediaMosa tells whose it is."""

    RECORD = replace(a_record(), uri="mediamosa://mediafile/m1/sea.mp4")

    def test_one_that_mediamosa_has_told_to_be_the_assets_is_synced(self) -> None:
        asset = replace(ASSET, groups={"dublin_core": {"title": ("Lake",)}})
        write = decide(asset, a_link(), self.RECORD, SETTING, told="A1")
        assert isinstance(write, AssetWrite)
        assert write.link.uri == self.RECORD.uri
        known = a_link(uri=self.RECORD.uri)
        assert isinstance(decide(asset, known, self.RECORD, SETTING), AssetWrite)

    @pytest.mark.parametrize("told", ["A2", ""])
    def test_one_that_mediamosa_has_told_to_be_anothers_or_nobodys_leaves_the_asset_alone(
        self, told: str
    ) -> None:
        write = decide(ASSET, a_link(), self.RECORD, SETTING, told=told)
        assert isinstance(write, AssetWrite)
        assert write.link.state is LinkState.FORGOTTEN

    def test_of_one_that_nobody_has_asked_about_nothing_is_concluded(self) -> None:
        assert decide(ASSET, a_link(), self.RECORD, SETTING) is Verdict.LEFT
