"""What a person sees of links, and of records that have none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.rows import Waiting
from mediamosa_sync.service.links import MOST_LOOKED_AT, Links, row_object
from mediamosa_sync.service.portion import Portion
from mediamosa_sync.service.refusals import UnknownConnection
from tests.fakes.clock import START
from tests.fakes.stores import MemoryTables

CONNECTION = Connection("https://mm.example.org", "editor", "arn")
ID = CONNECTION.connection_id
STATES = [None, *LinkState]


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables()
    tables.put_connection(CONNECTION)
    return tables


@pytest.fixture
def links(tables: MemoryTables) -> Links:
    return Links(tables, tables)


def put(tables: MemoryTables, asset_id: str, state: LinkState, since: datetime = START) -> None:
    link = Link(asset_id, f"m-{asset_id}", state=state, since=since)
    tables.put_link(ID, link)


def wait(tables: MemoryTables, media_id: str, since: datetime = START) -> None:
    row = Waiting(media_id, LinkState.PARKED, "No such mediafile.", since)
    tables.put_waiting(ID, row, None)


def named(portion: Portion) -> list[object]:
    return [item["asset_id"] or item["media_id"] for item in portion.items]


def all_of(links: Links, state: LinkState | None, limit: int) -> list[object]:
    found, portion = [], links.links(ID, state, limit=limit)
    found += named(portion)
    while portion.next is not None:
        portion = links.links(ID, state, limit=limit, after=portion.next)
        found += named(portion)
    return found


def test_a_link_is_shown_with_all_that_a_person_may_want_to_know() -> None:
    later = START + timedelta(hours=1)
    link = Link(
        "a",
        "m",
        base={},
        sent={"title": (SentValue(("x",), START),), "date": (SentValue((), START),)},
        parked={"language": ParkedValue(("xx",), "No such language.", START, discarded=True)},
        ignored=("<script>",),
        names={"language": "lang"},
        revision="2026-11-20T10:00:00Z#0123456789abcdef",
        state=LinkState.PENDING,
        reason="MediaMosa is busy.",
        since=START,
        due=later,
    )
    assert row_object(link) == {
        "asset_id": "a",
        "media_id": "m",
        "state": "pending",
        "reason": "MediaMosa is busy.",
        "since": "2026-11-23T12:00:00Z",
        "next_attempt": "2026-11-23T13:00:00Z",
        "modified": "2026-11-20T10:00:00Z",
        "first_contact_done": True,
        "pushed_unknown": ["date", "title"],
        "parked": [
            {
                "property": "language",
                "record_name": "lang",
                "reason": "No such language.",
                "since": "2026-11-23T12:00:00Z",
                "discarded": True,
            }
        ],
        "ignored": ["<script>"],
    }


def test_a_record_without_a_link_is_shown_without_an_asset() -> None:
    waiting = Waiting("m", LinkState.PENDING, "", START, due=START)
    shown = row_object(waiting)
    assert shown.keys() == row_object(Link("a", "m")).keys()
    assert {name: value for name, value in shown.items() if value} == {
        "media_id": "m",
        "state": "pending",
        "since": "2026-11-23T12:00:00Z",
        "next_attempt": "2026-11-23T12:00:00Z",
    }


def test_links_are_listed_by_asset_id_and_every_state_can_be_asked_for(
    links: Links, tables: MemoryTables
) -> None:
    for number, state in enumerate([*LinkState, *LinkState]):
        put(tables, f"a{number:02}", state)
    for state in STATES:
        expected = [
            name for name, link in tables.all_links(ID).items() if state in {None, link.state}
        ]
        for limit in (1, 2, 3, 100):
            assert all_of(links, state, limit) == expected


def test_what_needs_attention_is_listed_longest_first_with_records_that_wait(
    links: Links, tables: MemoryTables
) -> None:
    put(tables, "a", LinkState.PARKED, START + timedelta(minutes=2))
    put(tables, "b", LinkState.PARKED, START)
    put(tables, "c", LinkState.LINKED)
    wait(tables, "m-old", START + timedelta(minutes=1))
    for limit in (1, 2, 3):
        assert all_of(links, LinkState.PARKED, limit) == ["b", "m-old", "a"]


def test_what_is_no_longer_so_is_dropped(links: Links, tables: MemoryTables) -> None:
    put(tables, "a", LinkState.PARKED)
    put(tables, "b", LinkState.PARKED)
    wait(tables, "m-1")
    wait(tables, "m-2")

    def settle() -> None:
        put(tables, "a", LinkState.LINKED)
        tables.drop_waiting(ID, ["m-2"])

    tables.once_after("troubled", settle)
    assert named(links.links(ID, LinkState.PARKED, limit=10)) == ["b", "m-1"]


def test_one_request_looks_at_so_many_links_and_the_next_goes_on(
    links: Links, tables: MemoryTables
) -> None:
    for number in range(MOST_LOOKED_AT + 150):
        put(tables, f"a{number:05}", LinkState.LINKED)
    put(tables, "b", LinkState.FORGOTTEN)
    first = links.links(ID, LinkState.FORGOTTEN, limit=20)
    assert (first.items, first.next) == ([], "a00999")
    second = links.links(ID, LinkState.FORGOTTEN, limit=20, after="a00999")
    assert (named(second), second.next) == (["b"], None)


def test_the_last_that_fits_is_the_end_if_nothing_follows(
    links: Links, tables: MemoryTables
) -> None:
    put(tables, "a", LinkState.FORGOTTEN)
    put(tables, "b", LinkState.FORGOTTEN)
    assert links.links(ID, LinkState.FORGOTTEN, limit=2).next is None
    assert links.links(ID, None, limit=2).next is None


def test_one_asset_is_read_directly(links: Links, tables: MemoryTables) -> None:
    put(tables, "a", LinkState.REMOVED)
    assert [row.media_id for row in links.of_asset(ID, "a")] == ["m-a"]
    assert links.of_asset(ID, "b") == []
    assert links.of_asset(ID, "") == []


def test_a_record_is_found_by_its_uri_of_either_form(links: Links, tables: MemoryTables) -> None:
    put(tables, "a", LinkState.LINKED)
    put(tables, "b", LinkState.LINKED)
    tables.put_record("m-a", uri="mediamosa://asset/a")
    tables.put_record("m-b", uri="mediamosa://mediafile/f/video.mp4")
    tables.put_mediafiles(ID, {"f": "b"})
    assert links.of_record(ID, "m-a") == [tables.all_links(ID)["a"]]
    assert links.of_record(ID, "m-b") == [tables.all_links(ID)["b"]]


@pytest.mark.parametrize(
    "uri",
    [
        "mediamosa://asset/a",
        "mediamosa://asset/unknown",
        "mediamosa://mediafile/unknown/video.mp4",
        "mediamosa://mediafile/gone/video.mp4",
        "mediamosa://nothing",
        "https://elsewhere.example.org",
        7,
    ],
)
def test_a_record_that_no_link_ties_is_found_only_if_it_waits(
    links: Links, tables: MemoryTables, uri: object
) -> None:
    put(tables, "a", LinkState.LINKED)
    tables.put_mediafiles(ID, {"gone": ""})
    tables.put_record("second", uri=uri)
    assert links.of_record(ID, "second") == []
    wait(tables, "second")
    assert [row.media_id for row in links.of_record(ID, "second")] == ["second"]


def test_a_record_that_is_gone_is_found_if_it_still_waits(
    links: Links, tables: MemoryTables
) -> None:
    assert links.of_record(ID, "m") == []
    wait(tables, "m")
    assert len(links.of_record(ID, "m")) == 1


def test_a_link_goes_before_a_row_that_was_left_behind(links: Links, tables: MemoryTables) -> None:
    put(tables, "a", LinkState.LINKED)
    tables.put_record("m-a", uri="mediamosa://asset/a")
    wait(tables, "m-a")
    assert links.of_record(ID, "m-a") == [tables.all_links(ID)["a"]]


def test_an_unknown_connection_has_no_links(links: Links, tables: MemoryTables) -> None:
    other = replace(CONNECTION, user_name="other").connection_id
    put(tables, "a", LinkState.LINKED)
    with pytest.raises(UnknownConnection):
        links.links(other, None, limit=1)
    with pytest.raises(UnknownConnection):
        links.of_asset(other, "a")
    with pytest.raises(UnknownConnection):
        links.of_record(other, "m-a")
