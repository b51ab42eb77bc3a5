"""The parser and the envelope (protocol § 2, § 4)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediamosa_sync.adapters.mediamosa.xml import envelope
from mediamosa_sync.errors import AssetServerError, Malformed, NotMediaMosa, Unreadable
from tests.adapters.mediamosa.support import RECORDINGS, asset_xml, ids, recorded, xml

CUT = re.compile(rb"\.\.\.\[.*cut here")
WHOLE = [
    path.stem
    for path in sorted(RECORDINGS.glob("*.txt"))
    if (body := recorded(path.stem)[2]).startswith(b"<?xml") and not CUT.search(body)
]


@pytest.mark.parametrize("name", WHOLE)
def test_every_recorded_answer_is_read(name: str) -> None:
    _, _, body = recorded(name)
    told = re.search(rb"<request_result_id>(\d+)<", body)
    count = re.search(rb"<item_count>(\d+)<", body)

    found = envelope(body)

    assert told is not None
    assert count is not None
    assert found.result_id == int(told[1])
    assert len(found.items) == int(count[1])


def test_the_recordings_are_there() -> None:
    assert len(WHOLE) > 90


def test_notices_of_php_in_the_header_change_nothing() -> None:
    found = envelope(recorded("envelope-header-with-errors-block")[2])

    assert (found.result_id, len(found.items), found.total, found.offset) == (601, 1, 299, 0)


def test_an_empty_result_is_a_success_without_items() -> None:
    found = envelope(recorded("asset-list-offset-past-end")[2])

    assert (found.result_id, found.items, found.total, found.offset) == (705, (), 300, 10000)


def test_the_experimental_layout_is_read_too() -> None:
    found = envelope(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<response version="4.0" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><header>'
        b"<opensearch:itemsPerPage>1</opensearch:itemsPerPage>"
        b"<opensearch:totalResults>57</opensearch:totalResults>"
        b"<opensearch:startIndex>3</opensearch:startIndex>"
        b"<request><resultId>601</resultId><result>success</result>"
        b"<resultDescription>fine</resultDescription><uri>/asset</uri></request>"
        b"</header><items><item><asset_id>A</asset_id></item></items></response>"
    )

    assert (found.result_id, found.total, found.offset) == (601, 57, 3)
    assert found.description == "fine"
    assert len(found.items) == 1


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_count_that_does_not_match_the_items_is_malformed(count: int) -> None:
    body = xml([asset_xml(one) for one in ids(2)], count=count)

    with pytest.raises(Malformed, match="announces"):
        envelope(body.encode())


def test_an_empty_result_with_items_is_malformed() -> None:
    with pytest.raises(Malformed, match="says that there are none"):
        envelope(xml([asset_xml("A")], result_id=705).encode())


def test_an_error_with_items_is_still_that_error() -> None:
    assert envelope(xml(["<dbus/>"], result_id=1600).encode()).result_id == 1600


@pytest.mark.parametrize(
    "body",
    [
        "<response><items/></response>",
        "<response><header/></response>",
        "<response><header><request_result_id>six</request_result_id></header></response>",
        "<response><header><request_result_id>-1</request_result_id></header></response>",
        "<response><header><request_result_id>12345678901</request_result_id></header></response>",
        "<response><header><request_result_id>601</request_result_id></header></response>",
        xml().replace("</header>", "<request_result_id>700</request_result_id></header>"),
    ],
)
def test_a_header_without_a_clear_result_or_count_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        envelope(body.encode())


def test_an_answer_cut_at_any_byte_is_malformed() -> None:
    body = xml([asset_xml("A", title="Zoë & <Co>".replace("&", "&amp;").replace("<", "&lt;"))])
    whole = body.encode()

    for cut in range(len(whole)):
        with pytest.raises(Malformed):
            envelope(whole[:cut])


HOSTILE = {
    "doctype": "<!DOCTYPE response>",
    "lower-case doctype": "<!doctype response>",
    "external entity": '<!DOCTYPE response [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "external subset": '<!DOCTYPE response SYSTEM "http://127.0.0.1:1/evil.dtd">',
    "public subset": '<!DOCTYPE response PUBLIC "x" "http://127.0.0.1:1/evil.dtd">',
    "parameter entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]>',
    "internal entity": '<!DOCTYPE response [<!ENTITY x "y">]>',
    "billion laughs": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "attribute default": '<!DOCTYPE r [<!ATTLIST item id CDATA "x">]>',
    "behind white space": " \n\t <!DOCTYPE response>",
    "behind a comment": "<!-- - ->x> --><!DOCTYPE response>",
    "behind an instruction": "<?php echo '?' ?><!DOCTYPE response>",
    "behind several": "<!--a--> <?b c?>\n<!--d--><!DOCTYPE response>",
    "element declaration": "<!ELEMENT response ANY>",
    "CDATA before the root": "<![CDATA[x]]>",
}


@pytest.mark.parametrize("prolog", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"])
def test_a_document_type_is_refused_before_it_is_parsed(declaration: str, prolog: str) -> None:
    body = xml([asset_xml("A")]).partition("\n")[2]

    with pytest.raises(Malformed, match="document type"):
        envelope(f"{declaration}{prolog}{body}".encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"])
def test_a_document_type_hidden_in_another_encoding_is_refused(encoding: str) -> None:
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE response [<!ENTITY x "y">]><response>&x;</response>'
    )

    with pytest.raises(Malformed):
        envelope(document.encode(encoding))


def test_a_declared_encoding_other_than_the_true_one_is_not_followed() -> None:
    body = xml([asset_xml("A", title="Zoë")]).replace("UTF-8", "ISO-8859-1").encode()

    assert envelope(body).items[0].findtext("dublin_core/title") == "Zoë"


@pytest.mark.parametrize(
    "text",
    [
        "&undefined;",
        "&#0;",
        "&#xFFFE;",
        "\ufffe",
        "\x00",
        "\x1b",
        "<a:b/>",
        "<open>",
        "</close>",
        "&",
        "<a b=c/>",
        "<a b='' b=''/>",
        "<x>" * 300 + "</x>" * 300,
    ],
)
def test_what_is_not_well_formed_or_too_deep_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        envelope(xml([f"<asset_id>A</asset_id>{text}"]).encode())


def test_a_single_text_of_more_than_ten_megabytes_is_malformed() -> None:
    with pytest.raises(Malformed):
        envelope(xml([asset_xml("A", title="x" * 10_000_001)]).encode())


def test_bytes_that_are_no_utf8_are_malformed() -> None:
    with pytest.raises(Malformed):
        envelope(xml([asset_xml("A", title="Zoë")]).encode("latin-1"))


def test_comments_and_instructions_within_a_text_are_no_part_of_it() -> None:
    found = envelope(xml(["<t>a<!--b-->c<?d e?>f<![CDATA[<!DOCTYPE g>]]></t>"]).encode())

    assert found.items[0].findtext("t") == "acf<!DOCTYPE g>"


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html></html>",
        '<!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>',
        "\n <html><body>Sign in</body></html>",
        '<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
)
def test_html_is_not_mediamosa(body: str) -> None:
    with pytest.raises(NotMediaMosa, match="HTML"):
        envelope(body.encode())


def test_other_xml_is_not_mediamosa() -> None:
    with pytest.raises(NotMediaMosa, match="not MediaMosa's"):
        envelope(b'<rss version="2.0"><channel/></rss>')


@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(0, 20))
def test_damaged_answers_raise_only_what_the_port_declares(
    junk: bytes, place: int, removed: int
) -> None:
    whole = xml([asset_xml(one) for one in ids(3)]).encode()
    place %= len(whole)

    try:
        found = envelope(whole[:place] + junk + whole[place + removed :])
    except AssetServerError:
        return
    assert found.result_id >= 0


def test_a_message_is_one_line_and_quotes_nothing_of_the_document() -> None:
    with pytest.raises(Malformed) as caught:
        envelope(b"<response><hostile-tag></response>")

    assert "hostile" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<header>", "<header></header><header>", "two headers"),
        ("<items>", "<items/><items>", "two lists"),
        ("<item_count>1<", "<item_count>1<i/><", "contradicts itself"),
    ],
)
def test_an_answer_with_two_of_what_there_is_one_of_is_malformed(
    old: str, new: str, what: str
) -> None:
    with pytest.raises(Malformed, match=what):
        envelope(xml([asset_xml("A")]).replace(old, new).encode())


def test_a_refusal_that_calls_itself_a_success_is_malformed() -> None:
    word = "<request_result>success</request_result></header>"
    body = xml(result_id=700).replace("</header>", word)

    with pytest.raises(Malformed, match="a success with the result 700"):
        envelope(body.encode())


def test_a_refusal_whose_count_is_wrong_is_malformed() -> None:
    with pytest.raises(Malformed, match="announces 1 items and holds 0"):
        envelope(xml(result_id=700, count=1).encode())


@pytest.mark.parametrize("flood", ["<e/>" * 200_001, f"<e {'a' * 40}='{'=' * 200_001}'/>"])
def test_an_answer_that_would_fill_the_memory_is_unreadable_before_it_is_parsed(flood: str) -> None:
    with pytest.raises(Unreadable, match="set a smaller PageSize"):
        envelope(xml([flood]).encode())
