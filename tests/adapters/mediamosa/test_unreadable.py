"""Pages that came whole and cannot be read for what stands in them (protocol § 14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mediamosa_sync.adapters.mediamosa.server import RequestsAssetServer
from mediamosa_sync.errors import AssetServerError, Malformed, Unreadable
from tests.adapters.mediamosa.scripted import HANG_UP, Reply, Seen, http
from tests.adapters.mediamosa.support import (
    SETTINGS,
    WINDOW,
    MediaMosa,
    asset_xml,
    ids,
    replayed,
    scene,
    xml,
)

WHOLE = http(xml([asset_xml(one) for one in ids(3)]))
BROKEN = http(xml([asset_xml("B1", title="half \ufffe a word"), asset_xml("B2")]))
SMALL = replace(SETTINGS, max_body_bytes=1000)

Call = Callable[[RequestsAssetServer], object]


def page(server: RequestsAssetServer) -> object:
    return server.page(WINDOW, since=None, prefix="")


def failure(call: Call, *script: Reply, mosa: MediaMosa | None = None) -> AssetServerError:
    with scene(*script, mosa=mosa) as stage, pytest.raises(AssetServerError) as caught:
        call(stage.adapter)
    return caught.value


NOT_WELL_FORMED = {
    "U+FFFE": BROKEN,
    "U+FFFF": http(xml([asset_xml("B1", title="\uffff")])),
    "no UTF-8": http(xml([asset_xml("B1", title="NOT")]).encode().replace(b"NOT", b"\xff\xfe")),
    "a control character": http(xml([asset_xml("B1", title="\x01")])),
    "an entity": http(xml([asset_xml("B1", title="&nbsp;")])),
    "a very long text": http(xml([asset_xml("B1", title="x" * 10_000_001)])),
    "cut off": http(xml([asset_xml("B1")])[:-20]),
}


@pytest.mark.parametrize("answer", NOT_WELL_FORMED.values(), ids=NOT_WELL_FORMED.keys())
def test_a_page_that_is_twice_not_well_formed_is_unreadable(answer: bytes) -> None:
    with scene(answer) as stage:
        with pytest.raises(Unreadable) as caught:
            page(stage.adapter)

        assert len(stage.server.calls) == 2
        assert caught.value.kind == "unreadable"
        assert "\ufffe" not in str(caught.value)


def test_a_page_that_is_twice_too_large_is_unreadable() -> None:
    large = http(xml([asset_xml(one) for one in ids(30)]))
    with scene(large, settings=SMALL) as stage, pytest.raises(Unreadable, match="larger than"):
        page(stage.adapter)


NOT_BY_ITS_CONTENT = {
    "nothing": http(""),
    "a text": http("Fatal error: Allowed memory size exhausted"),
    "other markup": http("<br />\n<b>Warning</b>: something"),
    "a document type": http("<!DOCTYPE response><response>&x;</response>"),
    "a wrong count": http(xml([asset_xml("B1")], count=2)),
    "not in order": http(xml([asset_xml("B2"), asset_xml("B1")])),
    "another place": http(xml([asset_xml("B1")], offset=5)),
    "no header": http("<response><items/></response>"),
    "badly compressed": http(b"no gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("answer", NOT_BY_ITS_CONTENT.values(), ids=NOT_BY_ITS_CONTENT.keys())
def test_everything_else_that_is_wrong_with_a_page_is_malformed(answer: bytes) -> None:
    assert type(failure(page, answer)) is Malformed


def test_an_answer_that_breaks_off_is_not_unreadable() -> None:
    announced = WHOLE[:-20]

    def broken_off(_: Seen) -> Reply:
        return iter([announced])

    class Torn(MediaMosa):
        def __call__(self, request: Seen) -> Reply:
            return self.login(request) if request.path == "/login" else broken_off(request)

    assert failure(page, mosa=Torn([])).kind == "unavailable"


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (BROKEN, NOT_BY_ITS_CONTENT["a wrong count"], Malformed),
        (NOT_BY_ITS_CONTENT["a wrong count"], BROKEN, Malformed),
        (BROKEN, NOT_WELL_FORMED["cut off"], Unreadable),
    ],
)
def test_a_page_is_unreadable_only_if_it_was_so_both_times(
    first: bytes, second: bytes, kind: type[Malformed]
) -> None:
    assert type(failure(page, first, second)) is kind


def test_a_page_that_was_unreadable_once_is_read_the_second_time() -> None:
    with scene(BROKEN, WHOLE) as stage:
        assert len(stage.adapter.page(WINDOW, since=None, prefix="").assets) == 3


NOT_IN_PARTS: dict[str, Call] = {
    "ids": lambda server: server.ids(WINDOW, since=None, prefix=""),
    "assets": lambda server: server.assets(["B1", "B2"]),
    "prove": lambda server: server.prove("B1"),
    "mediafile_asset": lambda server: server.mediafile_asset("M1"),
    "properties": lambda server: server.properties(),
}


@pytest.mark.parametrize("call", NOT_IN_PARTS.values(), ids=NOT_IN_PARTS.keys())
def test_what_cannot_be_asked_for_in_smaller_parts_is_malformed(call: Call) -> None:
    assert type(failure(call, BROKEN)) is Malformed


@pytest.mark.parametrize("call", NOT_IN_PARTS.values(), ids=NOT_IN_PARTS.keys())
def test_what_cannot_be_asked_for_in_smaller_parts_is_malformed_if_too_large(call: Call) -> None:
    large = http(xml([asset_xml(one) for one in ids(30)]))
    with scene(large, settings=SMALL) as stage:
        with pytest.raises(Malformed) as caught:
            call(stage.adapter)

        assert type(caught.value) is Malformed
        assert len(stage.server.calls) == 2


def test_a_login_that_is_not_well_formed_says_nothing_about_the_page() -> None:
    class Garbled(MediaMosa):
        def __call__(self, request: Seen) -> Reply:
            return BROKEN if request.path == "/login" else WHOLE

    assert type(failure(page, mosa=Garbled([]))) is Malformed


def test_a_server_that_hangs_up_is_not_unreadable() -> None:
    assert failure(page, HANG_UP).kind == "unavailable"


def test_a_refusal_that_is_well_formed_is_no_unreadable_page() -> None:
    assert failure(page, replayed("asset-list-limit-201-refused")).kind == "refused"
