"""What is kept for months must not change with the code: digests, ids, shares."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.deletion import Held, hour_of
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.merge import Setting, merge
from mediamosa_sync.domain.properties import MappedProperty
from mediamosa_sync.domain.record import Record, created_media_id
from mediamosa_sync.domain.uri import InvalidUri, parse_uri, usable_uris
from mediamosa_sync.domain.values import Digest, agree_on

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["x" * 600, "é" * 300, '"\\' * 300, "😀" * 200, "\ud800" + "x" * 600]
)
def test_a_digest_is_the_sha256_of_the_values_as_compact_json_in_utf8(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    form = f'["a","{escaped}"]'.encode("utf-8", "surrogatepass")
    assert agree_on(("a", value)) == Digest(hashlib.sha256(form).hexdigest(), len(form), 1)


def test_values_are_kept_in_full_up_to_512_bytes_of_their_json() -> None:
    assert agree_on(("x" * 508,)) == ("x" * 508,)
    assert isinstance(agree_on(("x" * 509,)), Digest)
    assert agree_on(("é" * 254,)) == ("é" * 254,)
    assert isinstance(agree_on(("é" * 255,)), Digest)
    pair = ("x" * 252, "y" * 253)
    assert agree_on(pair) == pair


def test_a_revision_is_the_stamp_and_a_digest_that_stays_the_same() -> None:
    asset = Asset("A1", modified=NOON, groups={"dublin_core": {"title": ("\ud800é",), "date": ()}})
    assert (
        revision(asset)
        == "2026-11-23T12:00:00Z#"
        + hashlib.sha256(
            b'[{"dublin_core":{"date":[],"title":["\\ud800\\u00e9"]}},"",'
            b'[true,false,false,false],["","",""]]'
        ).hexdigest()[:16]
    )


def test_the_order_in_which_mediamosa_lists_properties_is_no_change() -> None:
    one = Asset("A1", groups={"a": {"x": ("1",), "y": ("2",)}, "b": {}})
    other = Asset("A1", groups={"b": {}, "a": {"y": ("2",), "x": ("1",)}})
    assert revision(one) == revision(other)


def test_each_state_and_each_word_about_the_file_is_part_of_a_revision() -> None:
    asset = Asset("A1")
    others = [
        replace(asset, inappropriate=True),
        replace(asset, private=True),
        replace(asset, mime_type="x"),
        replace(asset, duration="x"),
        replace(asset, filename="x"),
    ]
    assert len({revision(one) for one in [asset, *others]}) == 6


def test_the_token_of_a_list_is_of_its_ids_in_any_order() -> None:
    first = Held().changed(["A1", "A2"], [])
    assert first.changed([], ["A1"]).changed(["A1"], []) == first
    assert first == Held().changed(["A2", "A1"], [])
    digests = [hashlib.sha256(name).digest()[:12] for name in (b"A1", b"A2")]
    checksum = sum(int.from_bytes(digest) for digest in digests)
    assert first == Held(2, checksum)
    assert first.token == hashlib.sha256(f"2/{checksum}".encode()).hexdigest()[:32]


def test_hours_are_whole_and_counted_from_1970() -> None:
    assert hour_of(datetime(1970, 1, 2, 1, 59, 59, tzinfo=UTC)) == 25
    assert isinstance(hour_of(NOON), int)


def test_the_key_of_a_created_record_is_half_a_digest() -> None:
    digest = hashlib.sha256(b"c0ffee/A1").hexdigest()
    assert created_media_id("c0ffee", "A1") == f"mm-{digest[:32]}"


def test_the_id_of_a_conflict_is_its_moment_and_half_of_half_a_digest() -> None:
    fields = (
        MappedProperty("date", "date", "dublin_core"),
        MappedProperty("title", "name", "dublin_core"),
    )
    asset = Asset("A1", modified=NOON, groups={"dublin_core": {"title": ("Lake",)}})
    link = Link("A1", "m1", base={"title": ("Sea",)}, names={"title": "name"})
    record = Record("m1", "mediamosa://asset/A1", {"name": ["Mine"]})
    (conflict,) = merge(asset, link, record, Setting("c0ffee", 5, NOON, fields)).conflicts
    digest = hashlib.sha256(b"c0ffee/A1/title/5").hexdigest()
    assert conflict.conflict_id == f"20261123T120000000000-{digest[:16]}"
    assert (conflict.record_name, conflict.asset_modified) == ("name", NOON)


def test_an_id_may_have_32_bytes_and_no_more() -> None:
    assert parse_uri(f"mediamosa://asset/{'x' * 32}") is not None
    for wrong in ("x" * 33, "é" * 17):
        with pytest.raises(InvalidUri):
            parse_uri(f"mediamosa://asset/{wrong}")


def test_a_uri_that_names_nothing_does_not_hide_the_next_one() -> None:
    usable = list(usable_uris(["mediamosa://asset/", None, "mediamosa://asset/A1"]))
    assert usable == [parse_uri("mediamosa://asset/A1")]
