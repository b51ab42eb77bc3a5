"""The list, several assets and the properties (protocol § 8, § 10.5, § 14)."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.properties import PropertyType
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Malformed, Refused
from mediamosa_sync.ports import AssetServer
from tests.adapters.mediamosa.scripted import Reply, Seen, http
from tests.adapters.mediamosa.support import (
    SETTINGS,
    WINDOW,
    MediaMosa,
    asset_xml,
    ids,
    long_asset_xml,
    replayed,
    scene,
    xml,
)


def listed(number: int, *, offset: int = 0, total: int | None = None, prefix: str = "B") -> bytes:
    items = [asset_xml(one) for one in ids(number, prefix)]
    return http(xml(items, offset=offset, total=total))


EVERYTHING = [
    ("published", "ALL"),
    ("trashcan", "ALL"),
    ("is_app_admin", "TRUE"),
    ("hide_empty_assets", "FALSE"),
    ("granted", "TRUE"),
    ("is_public_list", "FALSE"),
    ("show_stills", "FALSE"),
]
ORDER = [("order_by", "asset_id"), ("order_direction", "asc")]
VERSION = ("mediamosa_version", "3.0.0")


def test_it_is_the_port() -> None:
    with scene(listed(0)) as stage:
        server: AssetServer = stage.adapter
        assert server.requests == 0


def test_a_full_list_is_asked_for_with_exactly_the_parameters_that_show_everything() -> None:
    with scene(listed(3)) as stage:
        stage.adapter.page(WINDOW, since=None, prefix="")

        (call,) = stage.server.calls
        assert (call.method, call.path) == ("GET", "/asset")
        assert call.query == [
            *EVERYTHING,
            *ORDER,
            ("limit", "100"),
            ("offset", "0"),
            ("calculate_total_count", "TRUE"),
            VERSION,
        ]


def test_changes_are_asked_for_with_deleted_assets_and_in_local_time() -> None:
    with scene(listed(0, offset=199)) as stage:
        since = datetime(2026, 11, 22, 7, 20, 2, tzinfo=UTC)
        stage.adapter.page(Window(199, 101, with_total=False), since=since, prefix="")

        (call,) = stage.server.calls
        assert call.query == [
            *EVERYTHING,
            ("cql", 'videotimestampmodified >= "2026-11-22T08:20:02"'),
            ("show_deleted", "TRUE"),
            *ORDER,
            ("limit", "101"),
            ("offset", "199"),
            ("calculate_total_count", "FALSE"),
            VERSION,
        ]


@pytest.mark.parametrize(
    ("prefix", "cql"),
    [("B8", 'asset_id == "^B8"'), ('a"b\\*', 'asset_id == "^a\\"b\\\\\\*"')],
)
def test_a_prefix_is_asked_for_as_a_word_that_begins_so(prefix: str, cql: str) -> None:
    with scene(listed(0)) as stage:
        stage.adapter.page(WINDOW, since=None, prefix=prefix)

        assert dict(stage.server.calls[0].query)["cql"] == cql
        assert "show_deleted" not in dict(stage.server.calls[0].query)


def test_prefix_and_watermark_can_be_asked_for_together() -> None:
    with scene(listed(2, prefix="B8")) as stage:
        stage.adapter.page(WINDOW, since=datetime(2026, 1, 1, tzinfo=UTC), prefix="B8")

        assert dict(stage.server.calls[0].query)["cql"] == (
            'videotimestampmodified >= "2026-01-01T01:00:00" AND asset_id == "^B8"'
        )


def test_a_page_tells_its_assets_total_and_the_servers_clock() -> None:
    with scene(listed(3, total=57)) as stage:
        page = stage.adapter.page(WINDOW, since=None, prefix="")

        assert [asset.asset_id for asset in page.assets] == ids(3)
        assert (page.offset, page.total) == (0, 57)
        assert page.server_time == datetime(2026, 11, 22, 6, 50, 54, tzinfo=UTC)


def test_a_total_that_was_not_asked_for_is_not_told() -> None:
    """The server then tells the number of rows of this page (§ 8.1)."""
    with scene(replayed("asset-list-no-total-count")) as stage:
        page = stage.adapter.page(Window(100, 2, with_total=False), since=None, prefix="")

        assert page.total is None
        assert len(page.assets) == 2


def test_199_assets_come_in_one_request() -> None:
    body = xml([long_asset_xml(one) for one in ids(199)], total=1000)
    with scene(http(body)) as stage:
        page = stage.adapter.page(Window(0, 199, with_total=True), since=None, prefix="")

        assert len(page.assets) == 199
        assert len(stage.server.calls) == 1


def test_a_compressed_answer_is_asked_for_and_read() -> None:
    body = xml([asset_xml(one) for one in ids(50)])
    packed = http(gzip.compress(body.encode()), headers={"Content-Encoding": "gzip"})
    with scene(packed) as stage:
        page = stage.adapter.page(WINDOW, since=None, prefix="")

        assert len(page.assets) == 50
        assert stage.server.calls[0].headers["accept-encoding"] == "gzip"


def test_an_empty_list_is_an_empty_page() -> None:
    with scene(http(xml(result_id=705))) as stage:
        page = stage.adapter.page(WINDOW, since=None, prefix="")

        assert (page.assets, page.total) == ((), 0)


def test_a_page_past_the_end_is_empty_and_tells_the_total() -> None:
    with scene(replayed("asset-list-offset-past-end")) as stage:
        page = stage.adapter.page(Window(10000, 100, with_total=True), since=None, prefix="")

        assert (page.assets, page.total, page.offset) == ((), 300, 10000)


UNSORTED = [ids(3)[0], ids(3)[2], ids(3)[1]]
WRONG = {
    "more rows than asked for": listed(101),
    "another place": listed(3, offset=1),
    "no place": http(xml().replace("<item_offset>0</item_offset>", "")),
    "not in order": http(xml([asset_xml(one) for one in UNSORTED])),
    "twice the same": http(xml([asset_xml("B1"), asset_xml("B1")])),
    "case before byte order": http(xml([asset_xml("a"), asset_xml("B")])),
    "empty with a total": http(xml(result_id=705, total=300)),
    "no total": http(xml().replace("<item_count_total>0</item_count_total>", "")),
    "a total too small": listed(3, total=2),
    "a wrong count": http(xml([asset_xml("B1")], count=2)),
    "no date": http(xml(), date=None),
    "a broken date": http(xml(), date="yesterday"),
    "cut off": http(xml([asset_xml("B1")])[:-20]),
    "a document type": http("<!DOCTYPE response><response/>"),
    "nothing": http(""),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG.keys())
def test_a_page_that_contradicts_itself_is_asked_for_once_more_and_then_malformed(
    answer: bytes,
) -> None:
    with scene(answer) as stage:
        with pytest.raises(Malformed) as caught:
            stage.adapter.page(WINDOW, since=None, prefix="")

        assert len(stage.server.calls) == 2
        assert str(caught.value).endswith(".")


def test_a_page_that_is_malformed_once_is_read_the_second_time() -> None:
    with scene(WRONG["cut off"], listed(3)) as stage:
        assert len(stage.adapter.page(WINDOW, since=None, prefix="").assets) == 3


def test_assets_outside_the_prefix_are_malformed() -> None:
    with scene(listed(3, prefix="C")) as stage, pytest.raises(Malformed, match="not asked for"):
        stage.adapter.page(WINDOW, since=None, prefix="B")


def test_a_refusal_is_not_asked_for_again() -> None:
    with scene(replayed("asset-list-cql-unknown-index")) as stage:
        with pytest.raises(Refused) as caught:
            stage.adapter.page(WINDOW, since=None, prefix="")

        assert caught.value.result_id == 1033
        assert len(stage.server.calls) == 1


def test_assets_are_asked_for_by_their_ids_once_each() -> None:
    with scene(replayed("assets-by-ids")) as stage:
        wanted = ["B1kMUe6WM9hTWKOtRGPFTcOr", "NOSUCHASSET", "A2IRcIwZYXLLOnPWdiN4eQcc"]
        found = stage.adapter.assets([*wanted, wanted[0]])

        assert sorted(found) == sorted([wanted[0], wanted[2]])
        (call,) = stage.server.calls
        assert call.path == "/assets"
        assert call.query == [
            *(("asset_id[]", one) for one in wanted),
            ("trashcan", "ALL"),
            ("is_app_admin", "TRUE"),
            ("show_stills", "FALSE"),
            ("count_view", "FALSE"),
            VERSION,
        ]


def test_no_assets_are_asked_for_without_a_request() -> None:
    with scene(listed(0)) as stage:
        assert stage.adapter.assets([]) == {}
        assert stage.adapter.requests == 0


def test_assets_that_do_not_exist_are_left_out() -> None:
    with scene(replayed("assets-by-ids-none-exist")) as stage:
        assert stage.adapter.assets(["NOSUCHASSETNOSUCHASSET11"]) == {}


def test_a_hundred_ids_fit_into_an_address() -> None:
    with scene(http(xml(result_id=705))) as stage:
        stage.adapter.assets(ids(100))

        assert len(stage.server.calls[0].target) < 8000


def test_more_than_a_hundred_ids_are_a_mistake_of_the_caller() -> None:
    with scene(listed(0)) as stage, pytest.raises(ValueError, match="at most 100"):
        stage.adapter.assets(ids(101))


@pytest.mark.parametrize("answered", [["C"], ["B", "B"], ["B", "C"]])
def test_assets_that_were_not_asked_for_are_malformed(answered: list[str]) -> None:
    with scene(http(xml([asset_xml(one) for one in answered]))) as stage:
        with pytest.raises(Malformed, match="not asked for"):
            stage.adapter.assets(["B"])

        assert len(stage.server.calls) == 2


def a_property(number: int, kind: str = "CHAR") -> str:
    return (
        f"<prop_id>{number}</prop_id><name>field_{number}</name><prop_group>app_1</prop_group>"
        f"<type>{kind}</type><is_hidden>FALSE</is_hidden><is_protected>FALSE</is_protected>"
    )


def test_every_page_of_the_properties_is_read() -> None:
    pages = [
        http(xml([a_property(n) for n in range(200)], total=450, offset=0)),
        http(xml([a_property(n) for n in range(200, 400)], total=450, offset=200)),
        http(xml([a_property(n, "INT") for n in range(400, 450)], total=450, offset=400)),
    ]
    with scene(*pages) as stage:
        found = stage.adapter.properties()

        assert [prop.name for prop in found] == [f"field_{n}" for n in range(450)]
        assert found[-1].type is PropertyType.INT
        assert [dict(call.query)["offset"] for call in stage.server.calls] == ["0", "200", "400"]
        assert stage.server.calls[0].path == "/metadata_tag"
        assert stage.server.calls[0].query == [
            ("include_default_definitions", "TRUE"),
            ("order_by", "prop_id"),
            ("order_direction", "asc"),
            ("limit", "200"),
            ("offset", "0"),
            VERSION,
        ]


def test_properties_that_go_under_way_do_not_keep_the_list_from_ending() -> None:
    pages = [
        http(xml([a_property(n) for n in range(200)], total=201)),
        http(xml(result_id=705, total=201, offset=200)),
    ]
    with scene(*pages) as stage:
        assert len(stage.adapter.properties()) == 200


@pytest.mark.parametrize(
    "answer",
    [
        http(xml([a_property(1)], offset=7)),
        http(xml([a_property(1)]).replace("item_count_total", "no_total")),
        http(xml(["<name>nameless</name>"])),
        http(xml([a_property(1)], total=2)),
        http(xml([a_property(1), a_property(2)], total=1)),
        http(xml(result_id=705, total=31)),
    ],
)
def test_a_list_of_properties_that_cannot_be_trusted_is_malformed(answer: bytes) -> None:
    with scene(answer) as stage, pytest.raises(Malformed):
        stage.adapter.properties()


def test_a_list_of_properties_without_an_end_is_malformed() -> None:
    full = [a_property(n) for n in range(200)]
    pages = [http(xml(full, total=999999, offset=200 * n)) for n in range(60)]
    with scene(*pages) as stage, pytest.raises(Malformed, match="come to an end"):
        stage.adapter.properties()


class Below(MediaMosa):
    """MediaMosa in a folder of its site."""

    def __call__(self, request: Seen) -> Reply:
        below = replace(request, target=request.target.removeprefix("/media/mosa"))
        return super().__call__(below)


def test_a_site_below_a_folder_is_called_there() -> None:
    connection = Connection(" http://127.0.0.1:PORT/media/mosa/ ", "testapp1", "arn")
    with scene(connection=connection, mosa=Below([listed(0)])) as stage:
        stage.adapter.page(WINDOW, since=None, prefix="")

        assert stage.server.seen[-1].path == "/media/mosa/asset"


def test_an_unknown_zone_is_refused_at_once() -> None:
    connection = Connection("http://127.0.0.1:PORT", "testapp1", "arn", time_zone="Amsterdam")
    with pytest.raises(InvalidConfiguration, match="time zone"), scene(connection=connection):
        pass


def test_http_is_refused_at_once_unless_it_is_allowed() -> None:
    encrypted_only = replace(SETTINGS, allow_http=False)
    with pytest.raises(InvalidConfiguration, match="not encrypted"), scene(settings=encrypted_only):
        pass
