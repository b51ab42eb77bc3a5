"""Creating, changing, deleting assets and mediafiles: rights, results, stamps (§ 5, § 7, § 10)."""

from __future__ import annotations

import pytest

from infra.local.mediamosa.answers import Request
from tests.standin.site import Site, ids, texts


def test_a_new_asset_is_published_stamped_and_its_owners() -> None:
    site = Site()
    first, second = site.create(reference_id="r"), site.create(reference_id="r")
    assert first != second
    assert site.read(first, "owner_id") == ["alice"]
    assert site.read(first, "videotimestamp") == ["2026-11-23 13:00:00"]
    assert site.read(first, "asset/published") == ["TRUE"]
    assert site.list(cql='reference_id == "^r^"') == sorted([first, second])
    assert site.list(published="FALSE") == []
    assert site.create(published="FALSE") in site.list(published="FALSE")


@pytest.mark.parametrize(
    "path",
    [
        "asset/create",
        "asset/A",
        "asset/A/metadata",
        "asset/A/delete",
        "asset/A/restore",
        "asset/A/publish",
        "asset/A/unpublish",
        "asset/delete",
        "mediafile/create",
        "mediafile/M",
    ],
)
def test_a_write_needs_an_acting_user(path: str) -> None:
    answer = Site().post(path)
    assert answer.result_id == 1002
    assert answer.description == "Required parameter user_id (USER_ID) is missing"


@pytest.mark.parametrize("call", ["", "/metadata", "/delete", "/restore", "/publish", "/unpublish"])
def test_only_the_owner_or_the_admin_writes(call: str) -> None:
    site = Site()
    site.put("A")
    path = f"asset/A{call}"
    refused = site.post(path, user_id="bob", isprivate="TRUE")
    assert (refused.result_id, "user not allowed" in refused.description) == (1800, True)
    foreign = site.model.handle(
        Request.post(path, {"user_id": "alice", "is_app_admin": "TRUE"}, session="other")
    )
    assert (foreign.result_id, "application not allowed" in foreign.description) == (1800, True)
    allowed = site.post(path, user_id="bob", is_app_admin="TRUE", isprivate="TRUE")
    assert allowed.succeeded


def test_an_update_changes_fields_and_not_the_stamp() -> None:
    site = Site()
    site.put("A", site.now - 100)
    site.post("asset/A", user_id="alice", isprivate="TRUE", play_restriction_start="2026-01-01")
    assert site.read("A", "isprivate") == ["TRUE"]
    assert site.read("A", "play_restriction_start") == ["2026-01-01 00:00:00"]
    assert site.asset("A").modified == site.now - 100
    assert site.asset("A").changed == site.now
    site.post("asset/A", user_id="alice", play_restriction_start="")
    assert site.read("A", "play_restriction_start") == [""]
    assert site.post("asset/A", user_id="alice").result_id == 715


def test_owner_and_appropriateness_are_the_admins() -> None:
    site = Site()
    site.put("A")
    assert site.post("asset/A", user_id="alice", owner_id="bob").result_id == 1800
    assert site.post("asset/A", user_id="alice", is_inappropriate="TRUE").result_id == 1800
    admin = {"user_id": "x", "is_app_admin": "TRUE"}
    site.post("asset/A", {**admin, "owner_id": "bob", "is_inappropriate": "TRUE"})
    assert site.get("asset/A").result_id == 1905
    assert site.get("asset/A", user_id="bob").result_id == 601
    assert site.get("asset/A", is_app_admin="TRUE").result_id == 601
    assert ids(site.get("assets", asset_id="A")) == []


def test_a_name_too_long_is_refused() -> None:
    assert Site().post("asset/create", user_id="u" * 256).result_id == 1040


def test_a_trashed_asset_is_hidden_stamped_and_can_be_restored() -> None:
    site = Site()
    site.put("A", site.now - 100)
    site.now += 10
    site.post("asset/A/delete", user_id="alice", trashcan="TRUE")
    assert site.asset("A").modified == site.now
    assert site.get("asset/A").result_id == 700
    assert site.get("asset/A", trashcan="TRUE").result_id == 601
    assert site.get("asset/A", trashcan="ALL").result_id == 1003
    assert ids(site.get("assets", asset_id="A")) == []
    assert ids(site.get("assets", asset_id="A", trashcan="ALL")) == ["A"]
    assert site.read("A", "asset/trashcan_date") == ["2026-11-23 13:00:10"]
    assert site.write("A", ("title", "x")).result_id == 700
    assert site.get("asset/count").total == 1
    site.now += 10
    site.post("asset/A/restore", user_id="alice")
    assert site.get("asset/A").result_id == 601
    assert site.read("A", "asset/trashcan_date") == [""]
    assert site.asset("A").modified == site.now


def test_a_deleted_asset_leaves_a_tombstone_in_utc() -> None:
    site = Site()
    for name in ("A", "B"):
        site.put(name)
        site.post(f"asset/{name}/delete", user_id="alice")
        site.now += 1
    answer = site.get("asset/deleted")
    assert [item.id for item in answer.items] == ["A", "B"]
    assert texts(answer.items[0], "videotimestampmodified") == ["2026-11-23 12:00:00"]
    newest = site.get("asset/deleted", order_direction="desc", limit="1")
    assert ids(newest) == ["B"]
    assert newest.total == 2
    assert ids(site.get("asset/deleted", order_by="asset_id", offset="1")) == ["B"]
    assert site.get("asset/deleted", order_by="title").result_id == 1041
    assert site.get("asset/A").result_id == 700
    assert site.post("asset/A/delete", user_id="alice").result_id == 700


def test_an_asset_with_a_mediafile_is_deleted_only_by_cascade() -> None:
    site = Site()
    site.put("A")
    site.post("asset/A/mediafile/create", user_id="alice", filename="a.mp4")
    refused = site.post("asset/A/delete", user_id="alice")
    assert refused.description == "There are still 1 mediafile(s) present in this asset"
    assert site.post("asset/A/delete", user_id="alice", delete="all").result_id == 1041
    assert site.post("asset/A/delete", user_id="alice", delete="cascade").result_id == 601
    assert site.model.store.mediafiles == {}


def test_bulk_calls_answer_for_each_asset() -> None:
    site = Site()
    for name in ("A", "B"):
        site.put(name)
    site.asset("B").owner_id = "bob"
    both = [("user_id", "alice"), ("asset_id[]", "A"), ("asset_id[]", "B"), ("asset_id[]", "C")]
    for call, missing in (("unpublish", "700"), ("restore", "700"), ("delete", "1800")):
        answer = site.post(f"asset/{call}", both)
        assert answer.result_id == 601
        results = [texts(item, "result_id")[0] for item in answer.items]
        assert results == ["601", "1800", missing]
    assert site.list() == ["B"]
    assert site.post("asset/publish", user_id="alice").result_id == 1002


def test_publishing_stamps_the_asset() -> None:
    site = Site()
    site.put("A", site.now)
    for call, state in (("unpublish", "FALSE"), ("publish", "TRUE")):
        site.now += 1
        site.post(f"asset/A/{call}", user_id="alice")
        assert site.read("A", "asset/published") == [state]
        assert site.asset("A").modified == site.now


def test_views_are_counted_unless_told_not_to_and_move_no_stamp() -> None:
    site = Site()
    site.put("A", site.now - 100)
    site.get("asset/A")
    site.get("assets", asset_id="A")
    site.get("asset/A", count_view="FALSE")
    site.get("asset/A", is_app_admin="TRUE")
    site.get("asset/A", user_id="alice")
    assert site.asset("A").viewed == 2
    assert site.asset("A").modified == site.now - 100


def test_several_assets_come_in_the_order_asked_without_those_that_are_missing() -> None:
    site = Site()
    for name in ("A", "B", "C"):
        site.put(name)
    asked = [("asset_id[]", name) for name in ("C", "X", "A", "C")]
    answer = site.get("assets", asked)
    assert (ids(answer), answer.total) == (["C", "A"], 2)
    assert site.get("assets").result_id == 1002
    assert site.get("assets", [("asset_id[a][b]", "A")]).result_id == 1003
    assert site.get("assets", asset_id="A", trashcan="SOME").result_id == 1041


def test_assets_are_counted_by_owner_and_group() -> None:
    site = Site()
    site.create(group_id="g")
    site.create()
    assert site.get("asset/count", owner_id="alice").total == 2
    assert site.get("asset/count", group_id="g").total == 1
    assert site.get("asset/count", owner_id="bob").total == 0


def test_mediafiles_stamp_the_asset_when_changed_but_not_when_created() -> None:
    site = Site()
    site.put("A", site.now - 100)
    created = site.post("mediafile/create", user_id="alice", asset_id="A")
    mediafile_id = texts(created.items[0], "mediafile_id")[0]
    assert site.asset("A").modified == site.now - 100
    site.post(f"mediafile/{mediafile_id}", user_id="alice", tag="t", filename="a.mp4")
    assert site.asset("A").modified == site.now
    assert site.read("A", "mediafiles/mediafile/file_extension") == ["mp4"]
    assert len(site.get("asset/A/mediafile", tag="t").items) == 1
    assert site.get("asset/A/mediafile", tag="u").result_id == 705
    assert site.get("asset/A/mediafile", is_still="TRUE").result_id == 705
    foreign = site.model.handle(Request.get(f"mediafile/{mediafile_id}", session="other"))
    assert foreign.result_id == 1800
    site.now += 5
    site.post(f"mediafile/{mediafile_id}/delete", user_id="alice")
    assert site.asset("A").modified == site.now
    assert site.get(f"mediafile/{mediafile_id}").result_id == 701
