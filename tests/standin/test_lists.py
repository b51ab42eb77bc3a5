"""Lists: the ordered walk, ties, tombstones, who sees what (§ 8.1, § 11, § 14)."""

from __future__ import annotations

from time import perf_counter

import pytest

from infra.local.mediamosa.records import Asset, Tombstone
from tests.standin.site import EVERYTHING, Site, ids, texts

SINCE = 'videotimestampmodified >= "2026-11-23T13:00:00"'


def test_a_list_by_id_is_in_byte_order() -> None:
    site = Site()
    for name in ("b", "a", "B", "Z9", "Z10", "A"):
        site.put(name)
    assert site.list() == sorted(["b", "a", "B", "Z9", "Z10", "A"])
    assert site.list(order_direction="desc") == ["b", "a", "Z9", "Z10", "B", "A"]


def test_by_default_a_list_holds_ten_and_says_how_many_there_are() -> None:
    site = Site()
    for number in range(25):
        site.put(f"A{number:02}", site.now)
    answer = site.get("asset", offset="20")
    assert (len(answer.items), answer.total, answer.offset) == (5, 25, 20)
    assert len(site.get("asset").items) == 10
    assert site.get("asset", calculate_total_count="FALSE").total == 10


@pytest.mark.parametrize(
    ("query", "result_id"),
    [
        ({"limit": "201"}, 1038),
        ({"limit": "5000", "return_asset_ids": "TRUE"}, 705),
        ({"limit": "5001", "return_asset_ids": "TRUE"}, 1038),
        ({"limit": "-1"}, 1003),
        ({"limit": "ten"}, 1003),
        ({"limit": ""}, 705),
        ({"offset": "x"}, 1003),
        ({"is_app_admin": "yes"}, 1003),
        ({"is_app_admin": "true"}, 705),
        ({"published": "MAYBE"}, 1041),
        ({"trashcan": "all"}, 1041),
        ({"order_by": "nosuch"}, 1004),
        ({"order_by": "a b"}, 1003),
        ({"order_by": "asset_id", "order_direction": "up"}, 1003),
        ({"title_match": "sounds", "title": "x"}, 1041),
        ({"title": "x", "operator": "xor"}, 1003),
        ({"videotimestamp": "soon"}, 1003),
        ({"nonsense": "1"}, 705),
    ],
)
def test_parameters_are_checked(query: dict[str, str], result_id: int) -> None:
    assert Site().get("asset", query).result_id == result_id


def test_ties_by_time_have_an_order_that_no_page_can_rely_on() -> None:
    site = Site()
    for number in range(300):
        site.put(f"A{number:03}", site.now)
    seen: list[str] = []
    for offset in range(0, 300, 10):
        seen += site.list(order_by="videotimestampmodified", limit="10", offset=str(offset))
    assert len(seen) == 300
    assert len(set(seen)) < 300
    again = site.list(order_by="videotimestampmodified", limit="10", offset="0")
    assert again == seen[:10]


def test_rows_without_a_stamp_come_last_in_both_directions() -> None:
    site = Site()
    for name, stamp in (("A", 5), ("B", None), ("C", 3)):
        site.put(name, stamp)
    assert site.list(order_by="videotimestampmodified") == ["C", "A", "B"]
    descending = site.list(order_by="videotimestampmodified", order_direction="desc")
    assert descending == ["A", "C", "B"]


def test_a_list_by_title_looks_at_fifty_characters_without_case() -> None:
    site = Site()
    long = "x" * 50
    for name, title in (("A", "beta"), ("B", "Alpha"), ("C", ""), ("D", f"{long}b")):
        site.put(name)
        site.write(name, ("title", title))
    assert site.list(order_by="title") == ["B", "A", "D", "C"]


def test_a_walk_by_id_sees_everything_while_others_change_and_delete() -> None:
    site = Site()
    created = [site.create() for _ in range(25)]
    seen: list[str] = []
    for offset in range(0, 25, 10):
        seen += site.list(
            show_deleted="TRUE", cql=SINCE, limit="10", offset=str(offset), return_asset_ids="TRUE"
        )
        site.now += 1
        site.write(created[offset], ("title", "changed"))
        site.post(f"asset/{sorted(created)[offset + 2]}/delete", user_id="alice")
    assert sorted(seen) == sorted(created)


def test_one_list_since_a_time_shows_every_kind_of_change() -> None:
    site = Site()
    for name in ("A", "B", "C", "D", "E", "F"):
        site.put(name, site.now - 86_400)
    site.write("A", ("title", "changed"))
    site.post("asset/B/unpublish", user_id="alice")
    site.post("asset/C/delete", user_id="alice", trashcan="TRUE")
    site.post("asset/D/delete", user_id="alice")
    site.asset("E").inappropriate = True
    site.write("E", ("title", "hidden"))
    answer = site.get("asset", {**EVERYTHING, "show_deleted": "TRUE", "cql": SINCE})
    assert ids(answer) == ["A", "B", "C", "D", "E"]
    assert [texts(item, "status") for item in answer.items] == [[], [], [], ["deleted"], []]
    assert texts(answer.items[3], "videotimestampmodified") == ["2026-11-23 13:00:00"]
    assert texts(answer.items[2], "asset/trashcan") == ["TRUE"]


def test_tombstones_can_only_be_asked_for_by_what_they_have() -> None:
    site = Site()
    site.model.store.tombstones["A"] = Tombstone("A", 1, site.now)
    site.model.store.tombstones["B"] = Tombstone("B", 2, site.now)
    assert site.list(show_deleted="TRUE", cql='asset_id == "^A"') == ["A"]
    answer = site.get("asset", show_deleted="TRUE", cql='title = "x"')
    assert answer.result_id == 500
    assert "Unknown column 'mediamosa_asset_metadata_title.val_char'" in answer.description


def test_tombstones_come_in_the_order_of_the_living() -> None:
    site = Site()
    for name in ("A", "C"):
        site.put(name, site.now)
    site.model.store.tombstones["B"] = Tombstone("B", 1, site.now)
    assert site.list(show_deleted="TRUE") == ["A", "B", "C"]
    assert site.list(show_deleted="TRUE", order_direction="desc") == ["C", "B", "A"]


def test_who_is_no_admin_sees_less() -> None:
    site = Site()
    site.put("A1", site.now, private=True)
    site.put("A2", site.now, inappropriate=True)
    site.put("A3", site.now, metadata={2: ["FALSE"], 3: ["FALSE"]})
    site.put("A4", site.now, metadata={2: ["TRUE"], 3: ["TRUE"]})
    site.put("A5", site.now, metadata={})
    site.put("A6", site.now, play_restriction_end=site.now - 1)
    everyone = {"published": "ALL", "trashcan": "ALL"}
    assert ids(site.get("asset")) == ["A1", "A6"]
    assert ids(site.get("asset", is_public_list="TRUE")) == ["A6"]
    assert ids(site.get("asset", user_id="alice")) == ["A1", "A2", "A6"]
    assert ids(site.get("asset", acl_user_id="bob")) == ["A1", "A6"]
    assert ids(site.get("asset", everyone)) == ["A1", "A3", "A4", "A5", "A6"]
    assert ids(site.get("asset", published="FALSE")) == ["A3"]
    assert ids(site.get("asset", trashcan="TRUE")) == ["A4"]
    assert ids(site.get("asset", granted="FALSE")) == ["A1"]
    assert site.list() == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert ids(site.get("asset", hide_empty_assets="TRUE")) == []


def test_another_application_sees_nothing_of_ours() -> None:
    site = Site()
    site.put("A1", site.now)
    other = Asset("A2", 2, "alice", site.now, site.now, site.now, site.now)
    site.model.store.add_assets([other])
    assert site.list() == ["A1"]
    assert site.list(cql='asset_id any "^A1^ ^A2^"') == ["A1"]


def test_a_list_can_show_changes_late_while_the_asset_itself_has_them() -> None:
    site = Site()
    site.put("A", site.now - 10)
    site.put("B", site.now - 10)
    site.write("A", ("title", "old"))
    site.model.store.list_lag_seconds = 30
    site.now += 1
    site.write("A", ("title", "new"))
    created = site.create()
    site.post("asset/B/delete", user_id="alice")
    answer = site.get("asset", {**EVERYTHING, "show_deleted": "TRUE"})
    assert ids(answer) == ["A", "B"]
    assert texts(answer.items[0], "dublin_core/title") == ["old"]
    assert site.read("A", "dublin_core/title") == ["new"]
    site.now += 30
    assert sorted(site.list(show_deleted="TRUE")) == sorted(["A", "B", created])
    assert site.list(cql='title = "new"') == ["A"]


def test_a_page_of_a_hundred_thousand_assets_is_no_matter_of_sorting_them() -> None:
    site = Site()
    site.model.store.add_assets(
        Asset(f"A{number:023}", 1, "alice", 0, 0, number, number, metadata={2: ["TRUE"]})
        for number in range(100_000)
    )
    started = perf_counter()
    for offset in range(0, 100_000, 10_000):
        assert len(site.list(limit="100", offset=str(offset))) == 100
    assert site.list(cql=SINCE) == []
    assert len(site.list(cql='asset_id == "^A0000000000000000000012"')) == 10
    assert perf_counter() - started < 2.0
