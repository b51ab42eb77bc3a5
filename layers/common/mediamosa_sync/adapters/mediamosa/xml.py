"""The one XML parser, and the envelope around every answer of MediaMosa (protocol § 2, § 4).

A DOCTYPE is refused before the parser sees the document, so there are no entities to resolve. The
parser is told the encoding, so that it and the look before it cannot read two different documents.
What it says of a broken document may quote the document and is not passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element

from mediamosa_sync.errors import Malformed, NotMediaMosa, Unreadable

Element: TypeAlias = _Element
"""lxml has no public name for the type of its elements."""

OKAY = 601
EMPTY = 705
SUCCESSES = frozenset({OKAY, EMPTY})

_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s[^>]*\?>)?(?:\s+|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)*+",
    re.DOTALL,
)
_OURS = re.compile(rb"<response[\s>]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)

_NAMES = {
    "itemsPerPage": "item_count",
    "totalResults": "item_count_total",
    "startIndex": "item_offset",
    "resultId": "request_result_id",
    "result": "request_result",
    "resultDescription": "request_result_description",
}
"""Header names of the experimental layout → the classic ones (protocol § 2)."""
_MAX_DIGITS = 10
_FIELDS = frozenset(_NAMES.values())
_SUCCESS = "success"
"""The word beside the result id of a success, and of no refusal (protocol § 4)."""


MAX_MARKUP = 200_000
"""Most tags and most attributes of an answer: a page of 200 assets has some 25,000 tags.

The parser takes some 300 bytes for each, so a body of the largest size could fill a gigabyte.
"""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One answer.

    Attributes:
        result_id: what decides (protocol § 4, table).
        description: the server's text to it; hostile, may be long and of many lines.
        items: the answer's items, as many as the header says if the result is a success.
        total: items of the whole result; None if the header tells none.
        offset: place of the first item in it; None likewise.
    """

    result_id: int
    description: str
    items: tuple[Element, ...]
    total: int | None
    offset: int | None


def envelope(body: bytes) -> Envelope:
    """The envelope that *body* holds.

    Raises:
        Unreadable: it begins as MediaMosa's and is cut off or not well-formed, or it has more than
            :data:`MAX_MARKUP` tags or attributes.
        Malformed: empty, neither HTML nor XML, with a DOCTYPE, without a result or with two, a
            refusal that says that it is a success, or an ``item_count`` that is not the number of
            its items, which only a refusal may leave out.
        NotMediaMosa: HTML, or XML of something else.
    """
    root = _parse(body)
    if root.tag != "response":
        raise NotMediaMosa(
            "The address answers with XML that is not MediaMosa's: check the connection's address."
        )
    header = _header(root)
    result_id = _number(header, "request_result_id")
    if result_id is None:
        raise Malformed(_broken("it tells no result"))
    found = root.findall("items")
    if len(found) > 1:
        raise Malformed(_broken("it holds two lists"))
    items = tuple(found[0].iterchildren("item")) if found else ()
    _check_items(header, result_id, len(items))
    return Envelope(
        result_id,
        header.get("request_result_description", ""),
        items,
        _number(header, "item_count_total"),
        _number(header, "item_offset"),
    )


def _check_items(header: dict[str, str], result_id: int, items: int) -> None:
    succeeded = result_id in SUCCESSES
    counted = _number(header, "item_count")
    if counted != items and (succeeded or counted is not None):
        raise Malformed(_broken(f"it announces {counted} items and holds {items}"))
    if result_id == EMPTY and items:
        raise Malformed(_broken("it holds items and says that there are none"))
    if not succeeded and header.get("request_result", "").strip() == _SUCCESS:
        raise Malformed(_broken(f"it is a success with the result {result_id}, which is none"))


def _parse(body: bytes) -> Element:
    start = _start(body)
    if _HTML.match(body, start):
        raise NotMediaMosa(
            "The address answers with an HTML page instead of MediaMosa's XML: check the "
            "connection's address."
        )
    if body.startswith(b"<!", start):
        raise Malformed(_broken("it has a document type, which MediaMosa never sends"))
    if max(body.count(b"<"), body.count(b"=")) > MAX_MARKUP:
        raise Unreadable(
            f"MediaMosa's answer has more than {MAX_MARKUP} tags or attributes: set a smaller "
            "PageSize."
        )
    try:
        return etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as exc:
        where = f"in line {exc.lineno}" if exc.lineno else "at its beginning"
        reason = f"it is cut off or not well-formed {where}" if body else "it is empty"
    kind = Unreadable if _OURS.match(body, start) else Malformed
    raise kind(_broken(reason))


def _start(body: bytes) -> int:
    """Where the first markup begins that is neither a comment nor a processing instruction."""
    found = _PROLOG.match(body)
    return 0 if found is None else found.end()


def _parser() -> etree.XMLParser:
    """A parser that resolves, loads and repairs nothing; made afresh, as it keeps an error log."""
    return etree.XMLParser(
        encoding="utf-8",
        attribute_defaults=False,
        dtd_validation=False,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _header(root: Element) -> dict[str, str]:
    """The header's fields that matter, under their classic names; PHP's notices are not read."""
    headers = root.findall("header")
    if len(headers) != 1:
        raise Malformed(_broken("it has two headers" if headers else "it has no header"))
    header = headers[0]
    fields: dict[str, str] = {}
    for element in (*header, *header.iterfind("request/*")):
        local = str(element.tag).rpartition("}")[2]
        name = _NAMES.get(local, local)
        if name not in _FIELDS:
            continue
        text = element.text or ""
        if len(element) or fields.setdefault(name, text) != text:
            raise Malformed(_broken(f"its header contradicts itself about {name}"))
    return fields


def _number(header: dict[str, str], name: str) -> int | None:
    text = header.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    return int(text)


def _broken(what: str) -> str:
    return (
        f"MediaMosa's answer cannot be used because {what}: it is asked for again at the next "
        "tick; if that goes on, look into MediaMosa's log."
    )
