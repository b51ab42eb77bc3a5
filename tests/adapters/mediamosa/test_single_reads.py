"""Ids alone, one asset's proof, one mediafile's asset (protocol § 8.1, § 8.3, § 8.5, § 14)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.mediamosa.queries import single
from mediamosa_sync.domain.asset import Asset, revision
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Malformed, NotMediaMosa, Refused, Unavailable
from tests.adapters.mediamosa.scripted import HANG_UP, http
from tests.adapters.mediamosa.support import WINDOW, asset_xml, replayed, scene, xml

ASSET = "A2MImpUfRQIaOMmQKPxxgkpm"
MEDIAFILE = "u1ssPRnYUc9YdAMeMYl4XqI8"
VERSION = ("mediamosa_version", "3.0.0")
DEADLOCK = "SQLSTATE[42000]: 1305 SAVEPOINT savepoint_1 does not exist"


# Ids alone.


def test_ids_are_asked_for_as_the_list_is_and_bare() -> None:
    with scene(http(xml(result_id=705)), http(xml(result_id=705))) as stage:
        since = datetime(2026, 11, 22, 7, 20, 2, tzinfo=UTC)
        stage.adapter.page(WINDOW, since=since, prefix="B")
        stage.adapter.ids(WINDOW, since=since, prefix="B")

        whole, bare = stage.server.calls
        assert bare.path == whole.path == "/asset"
        assert [one for one in bare.query if one not in whole.query] == [
            ("return_asset_ids", "TRUE")
        ]
        assert [one for one in whole.query if one not in bare.query] == []


def test_recorded_ids_are_assets_with_nothing_but_their_ids() -> None:
    with scene(replayed("asset-list-ids-only")) as stage:
        page = stage.adapter.ids(Window(0, 5, with_total=True), since=None, prefix="")

        assert page.assets == (
            Asset("A1paWbaJlVOkNKKRFrXWBAfY"),
            Asset("A29dUbdf4bZQLLjW6V3JRg6T"),
            Asset("A2IRcIwZYXLLOnPWdiN4eQcc"),
            Asset(ASSET),
            Asset("B1WM5ZTWLOFIf67NcBlcFkmB"),
        )
        assert (page.offset, page.total) == (0, 300)
        assert page.server_time == datetime(2026, 11, 22, 6, 50, 54, tzinfo=UTC)


def test_ids_have_nothing_else_even_if_the_server_tells_more() -> None:
    with scene(http(xml([asset_xml("B1")]))) as stage:
        assert stage.adapter.ids(WINDOW, since=None, prefix="").assets == (Asset("B1"),)


def test_more_ids_than_the_server_gives_are_refused() -> None:
    with scene(replayed("asset-list-ids-only-5001-refused")) as stage:
        with pytest.raises(Refused) as caught:
            stage.adapter.ids(Window(0, 5001, with_total=True), since=None, prefix="")

        assert caught.value.result_id == 1038


WRONG = {
    "more than asked for": xml([f"<asset_id>B{n}</asset_id>" for n in range(6)]),
    "another place": xml(["<asset_id>B</asset_id>"], offset=1),
    "not in order": xml(["<asset_id>B2</asset_id>", "<asset_id>B1</asset_id>"]),
    "not asked for": xml(["<asset_id>C</asset_id>"]),
    "a total too small": xml(["<asset_id>B</asset_id>"], total=0),
    "an empty id": xml(["<asset_id/>"]),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
def test_ids_that_contradict_themselves_are_malformed(answer: str) -> None:
    with scene(http(answer)) as stage:
        with pytest.raises(Malformed):
            stage.adapter.ids(Window(0, 5, with_total=True), since=None, prefix="B")

        assert len(stage.server.calls) == 2


# The proof.


def test_an_asset_is_asked_for_singly_trashed_ones_too_and_no_view_is_counted() -> None:
    with scene(replayed("asset-get")) as stage:
        stage.adapter.prove(ASSET)

        (call,) = stage.server.calls
        assert (call.method, call.path) == ("GET", f"/asset/{ASSET}")
        assert call.query == [
            ("trashcan", "TRUE"),
            ("is_app_admin", "TRUE"),
            ("show_stills", "FALSE"),
            ("count_view", "FALSE"),
            VERSION,
        ]


def test_an_asset_that_is_there_is_alive_and_told_whole() -> None:
    with scene(replayed("asset-get")) as stage:
        proof = stage.adapter.prove(ASSET)

        assert proof.existence is Existence.ALIVE
        assert proof.asset is not None
        assert proof.asset.asset_id == ASSET
        assert proof.asset.owner_id == "user4"
        assert proof.asset.values("dublin_core", "subject") == ("economy", "history")
        assert proof.asset.modified == datetime(2026, 11, 22, 6, 42, 37, tzinfo=UTC)
        assert set(proof.asset.groups) == {"dublin_core", "qualified_dublin_core"}


def test_a_proof_and_the_list_give_an_asset_the_same_revision() -> None:
    with scene(replayed("asset-list-2-items")) as stage:
        page = stage.adapter.page(Window(0, 2, with_total=False), since=None, prefix="")
    asset = page.assets[0]
    item = replayed("asset-list-2-items").decode().split("<item>")[1].split("</item>")[0]
    with scene(http(xml([item]))) as stage:
        proved = stage.adapter.prove(asset.asset_id).asset

    assert proved is not None
    assert revision(proved) == revision(asset)


@pytest.mark.parametrize("name", ["asset-get-not-found", "asset-get-deleted"])
def test_result_700_is_gone(name: str) -> None:
    with scene(replayed(name)) as stage:
        assert stage.adapter.prove("NOSUCHASSETNOSUCHASSET11") == Proof(Existence.GONE)
        assert len(stage.server.calls) == 1


def test_another_applications_asset_is_foreign() -> None:
    with scene(replayed("asset-get-other-app")) as stage:
        assert stage.adapter.prove(ASSET) == Proof(Existence.FOREIGN)


def test_an_inappropriate_asset_that_is_refused_is_no_proof() -> None:
    with scene(replayed("asset-get-inappropriate")) as stage:
        with pytest.raises(Refused) as caught:
            stage.adapter.prove("B2jPYdbaKdPWifoPEWKPvO6F")

        assert caught.value.result_id == 1905


@pytest.mark.parametrize("result_id", [0, 404, 612, 701, 705, 1002, 1003, 1038, 1600])
def test_no_other_result_is_a_proof(result_id: int) -> None:
    with scene(http(xml(result_id=result_id))) as stage, pytest.raises((Refused, Malformed)):
        stage.adapter.prove(ASSET)


NO_PROOF = {
    "nothing": http(""),
    "cut off": http(xml(result_id=700)[:-3]),
    "a contradiction": http(
        xml(result_id=700).replace(
            "</header>", "<request_result_id>601</request_result_id></header>"
        )
    ),
    "no item": http(xml()),
    "two items": http(xml([asset_xml(ASSET), asset_xml(ASSET)])),
    "another asset": http(xml([asset_xml("A2MImpUfRQIaOMmQKPxxgkpM")])),
    "an asset without an id": http(xml(["<owner_id>alice</owner_id>"])),
    "a tombstone": http(xml([f"<asset_id>{ASSET}</asset_id><status>deleted</status>"])),
}


@pytest.mark.parametrize("answer", NO_PROOF.values(), ids=NO_PROOF.keys())
def test_an_answer_that_is_about_nothing_or_something_else_is_malformed(answer: bytes) -> None:
    with scene(answer) as stage:
        with pytest.raises(Malformed):
            stage.adapter.prove(ASSET)

        assert len(stage.server.calls) == 2


def test_a_contradicting_answer_is_asked_for_once_more() -> None:
    with scene(NO_PROOF["another asset"], replayed("asset-get")) as stage:
        assert stage.adapter.prove(ASSET).existence is Existence.ALIVE


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (HANG_UP, Unavailable),
        (http("<html></html>", status="500 Trouble", content_type="text/html"), Unavailable),
        (http(xml(result_id=500, description=DEADLOCK)), Unavailable),
        (http("<html><body>700</body></html>"), NotMediaMosa),
        (http(xml(result_id=700), status="404 Not Found"), NotMediaMosa),
        (http(xml(result_id=700), status="503 Maintenance"), Unavailable),
    ],
)
def test_trouble_is_never_a_proof(answer: bytes, error: type[Exception]) -> None:
    with scene(answer) as stage, pytest.raises(error):
        stage.adapter.prove(ASSET)


STRANGE = ["a/b", "../asset", "a b", "é", "100%", "%2F", "a?b=c", "a#b", "a;b", "a+b", "\\", "..a"]


@pytest.mark.parametrize("asset_id", STRANGE)
def test_an_id_of_strange_characters_stays_one_part_of_the_path(asset_id: str) -> None:
    with scene(http(xml([asset_xml(asset_id)]))) as stage:
        assert stage.adapter.prove(asset_id).existence is Existence.ALIVE

        path = stage.server.calls[0].path
        assert path.count("/") == 2
        assert unquote(path) == f"/asset/{asset_id}"


@pytest.mark.parametrize("asset_id", ["", ".", ".."])
def test_an_id_that_no_path_can_name_is_refused_before_any_request(asset_id: str) -> None:
    with scene(replayed("asset-get")) as stage:
        with pytest.raises(ValueError, match="no asset can be asked for"):
            stage.adapter.prove(asset_id)

        assert stage.adapter.requests == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_path_never_has_more_parts_than_call_and_id(identifier: str) -> None:
    if identifier in {".", ".."}:
        return
    call, slash, rest = single("asset", identifier).partition("/")

    assert (call, slash) == ("asset", "/")
    assert not set(rest) & set("/?#")
    assert unquote(rest) == identifier


# The asset of a mediafile.


def test_a_mediafile_tells_its_asset() -> None:
    with scene(replayed("mediafile-get")) as stage:
        assert stage.adapter.mediafile_asset(MEDIAFILE) == ASSET

        (call,) = stage.server.calls
        assert (call.method, call.path) == ("GET", f"/mediafile/{MEDIAFILE}")
        assert call.query == [VERSION]


def test_a_mediafile_that_does_not_exist_has_no_asset() -> None:
    with scene(replayed("mediafile-get-not-found")) as stage:
        assert stage.adapter.mediafile_asset("NOSUCHMEDIAFILE1111111") is None


@pytest.mark.parametrize("result_id", [700, 1800, 1905])
def test_a_mediafile_that_is_refused_is_not_known_to_have_no_asset(result_id: int) -> None:
    with scene(http(xml(result_id=result_id))) as stage:
        with pytest.raises(Refused) as caught:
            stage.adapter.mediafile_asset(MEDIAFILE)

        assert caught.value.result_id == result_id


@pytest.mark.parametrize(
    "items",
    [
        [],
        [f"<mediafile_id>{MEDIAFILE}</mediafile_id>"],
        [f"<mediafile_id>{MEDIAFILE}</mediafile_id><asset_id/>"],
        [f"<mediafile_id>other</mediafile_id><asset_id>{ASSET}</asset_id>"],
        [f"<mediafile_id>{MEDIAFILE}</mediafile_id><asset_id>{ASSET}</asset_id>"] * 2,
    ],
)
def test_an_answer_that_is_not_about_the_mediafile_is_malformed(items: list[str]) -> None:
    with scene(http(xml(items))) as stage:
        with pytest.raises(Malformed):
            stage.adapter.mediafile_asset(MEDIAFILE)

        assert len(stage.server.calls) == 2


def test_a_mediafile_of_strange_characters_stays_one_part_of_the_path() -> None:
    item = f"<mediafile_id>a/b?c</mediafile_id><asset_id>{ASSET}</asset_id>"
    with scene(http(xml([item]))) as stage:
        assert stage.adapter.mediafile_asset("a/b?c") == ASSET
        assert stage.server.calls[0].path == "/mediafile/a%2Fb%3Fc"


def test_a_mediafile_without_an_id_is_refused_before_any_request() -> None:
    with scene(replayed("mediafile-get")) as stage:
        with pytest.raises(ValueError, match="no mediafile can be asked for"):
            stage.adapter.mediafile_asset("")

        assert stage.adapter.requests == 0


@pytest.mark.parametrize("mediafile_id", [".", ".."])
def test_dots_from_somebodys_uri_are_no_mediafile(mediafile_id: str) -> None:
    with scene(replayed("mediafile-get")) as stage:
        assert stage.adapter.mediafile_asset(mediafile_id) is None
        assert stage.adapter.requests == 0


@pytest.mark.parametrize("result_id", [700, 1800])
def test_a_refusal_that_holds_the_asset_proves_nothing(result_id: int) -> None:
    with (
        scene(http(xml([asset_xml("A")], result_id=result_id))) as stage,
        pytest.raises(Malformed, match="holds items all the same"),
    ):
        stage.adapter.prove("A")


def test_a_mediafile_of_two_assets_is_malformed() -> None:
    item = "<mediafile_id>m</mediafile_id><asset_id>A</asset_id><asset_id>B</asset_id>"
    with scene(http(xml([item]))) as stage, pytest.raises(Malformed, match="two different"):
        stage.adapter.mediafile_asset("m")
