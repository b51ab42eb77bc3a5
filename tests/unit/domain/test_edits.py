"""What a batch of stream events says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.edits import Edited, RecordEvent, edited
from mediamosa_sync.domain.record import Record

A1, A2 = "mediamosa://asset/A1", "mediamosa://asset/A2"
RECORD = Record("m", A1, {"title": ["Sea"]}, {"state": "pending"}, "c0ffee")


def event(before: Record | None, after: Record | None) -> RecordEvent:
    return RecordEvent("m", before, after)


@pytest.mark.parametrize(
    "after",
    [
        replace(RECORD, uri=A2),
        replace(RECORD, metadata={"title": ["Lake"]}),
        replace(RECORD, metadata=None),
        replace(RECORD, connection_id="other"),
        None,
    ],
)
def test_a_change_of_uri_metadata_or_connection_concerns_the_sync(after: Record | None) -> None:
    assert event(RECORD, after).concerns


def test_what_the_sync_writes_about_the_asset_and_other_attributes_do_not() -> None:
    assert not event(RECORD, replace(RECORD, mediamosa={})).concerns
    assert not event(RECORD, replace(RECORD, attributes=frozenset({"own"}))).concerns


def test_records_without_a_mediamosa_uri_do_not_concern_the_sync() -> None:
    plain = replace(RECORD, uri="https://example.org")
    assert not event(None, plain).concerns
    assert not event(plain, replace(plain, uri=7, metadata={})).concerns
    assert event(plain, RECORD).concerns
    assert event(RECORD, plain).concerns


def test_events_of_one_record_become_one_edit() -> None:
    second = replace(RECORD, metadata={"title": ["Lake"]})
    third = replace(second, uri=A2, connection_id="")
    (edit,) = edited([event(None, RECORD), event(RECORD, second), event(second, third)])
    assert edit == Edited("m", (A1, A2), has_new_uri=True, connection_id="", uri=A2)


def test_records_stay_apart_and_in_the_order_of_their_first_events() -> None:
    other = RecordEvent("other", None, RECORD)
    edits = edited([event(None, RECORD), other, event(RECORD, None), other])
    assert [edit.media_id for edit in edits] == ["m", "other"]


def test_an_edit_of_metadata_brings_no_new_uri() -> None:
    (edit,) = edited([event(RECORD, replace(RECORD, metadata={}))])
    assert (edit.uris, edit.has_new_uri, edit.connection_id) == ((A1,), False, "c0ffee")


def test_a_deleted_record_keeps_what_it_named_and_when_it_was_removed() -> None:
    gone = [RecordEvent("m", RECORD, None, position=position) for position in (7, 5)]
    (edit,) = edited(gone)
    assert (edit.uris, edit.uri, edit.has_new_uri) == ((A1,), A1, False)
    assert (edit.connection_id, edit.removed_at) == ("c0ffee", 7)


def test_a_record_that_the_sync_has_put_back_was_not_removed() -> None:
    ours = replace(RECORD, mediamosa={"asset_id": "A1"})
    removal, insert = RecordEvent("m", RECORD, None, 5), RecordEvent("m", None, ours, 6)
    cleared = RecordEvent("m", ours, replace(ours, metadata={}), 7)
    (edit,) = edited([cleared, removal, insert])
    assert edit.removed_at == 0
    (edit,) = edited([removal, insert, RecordEvent("m", ours, None, 8)])
    assert edit.removed_at == 8
    (edit,) = edited([removal, RecordEvent("m", None, RECORD, 6)])
    assert edit.removed_at == 5


def test_what_does_not_concern_the_sync_is_left_out() -> None:
    assert edited([event(RECORD, replace(RECORD, mediamosa=None))]) == ()
