"""Mutations of the document: what the server says, or in which words it says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tests.wire.draft import Draft
from tests.wire.mutations import Layer, mutation
from tests.wire.questions import COOKIE, DIGEST, questions

XML = Layer.XML
LEAF = re.compile(rb"<([A-Za-z_][\w.-]*)(?: [^<>]*)?>([^<>]*)</\1>")
EMPTY = re.compile(rb"<([A-Za-z_][\w.-]*)/>")
ITEM = re.compile(rb"<item(?: [^<>]*)?>.*?</item>", re.DOTALL)
GAP = re.compile(rb">\s*(?=<)")
VALUE = re.compile(rb"<(title|creator|subject|description|language|created|name|type)>([^<>]+)</")
STAMP = re.compile(rb"(<videotimestamp(?:modified)?>)([^<>]*)")


def pick(found: Sequence[re.Match[bytes]], draws: Random) -> re.Match[bytes] | None:
    return draws.choice(found) if found else None


def put(body: bytes, start: int, end: int, text: bytes) -> bytes:
    return body[:start] + text + body[end:]


def gap(body: bytes, draws: Random) -> int | None:
    """A place between two tags, inside the document."""
    found = pick([*GAP.finditer(body, max(body.find(b"<response"), 0))], draws)
    return None if found is None else found.end()


def text_of(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(<%b>)([^<>]*)(</%b>)" % (name, name))


def _field(draft: Draft, draws: Random, name: bytes, others: Sequence[bytes]) -> Draft:
    """Another text in a field of the header; or the field missing, or twice."""
    found = text_of(name).search(draft.body)
    if found is None:
        return draft
    number = int(found[2]) if found[2].isdigit() else 0
    near = [b"%d" % (number + step) for step in (1, -1, 2, 10)]
    other = draws.choice([*near, *others])
    form = draws.random()
    if form < 0.1:
        changed = b""
    elif form < 0.2:
        both = [found[0], found[1] + other + found[3]]
        draws.shuffle(both)
        changed = b"".join(both)
    else:
        changed = found[1] + other + found[3]
    return draft.rewritten(put(draft.body, *found.span(), changed))


_NUMBERS = (b"0", b"", b" ", b"-1", b"999999", b"99999999999999999999", b"1e3", b"two", b"0x2")


@mutation("item_count", XML, 4)
def count(draft: Draft, draws: Random) -> Draft:
    return _field(draft, draws, b"item_count", _NUMBERS)


@mutation("item_count_total", XML, 3)
def total(draft: Draft, draws: Random) -> Draft:
    return _field(draft, draws, b"item_count_total", _NUMBERS)


@mutation("item_offset", XML, 3)
def offset(draft: Draft, draws: Random) -> Draft:
    return _field(draft, draws, b"item_offset", _NUMBERS)


@mutation("result id", XML, 3)
def result(draft: Draft, draws: Random) -> Draft:
    ids = (b"601", b"705", b"700", b"701", b"1800", b"1601", b"500", b"1003", b"404", b"613")
    return _field(draft, draws, b"request_result_id", (*ids, *_NUMBERS))


@mutation("result word", XML)
def word(draft: Draft, draws: Random) -> Draft:
    return _field(draft, draws, b"request_result", (b"success", b"error", b""))


@mutation("told secrets", XML)
def secrets(draft: Draft, draws: Random) -> Draft:
    """A refusal that repeats what it was sent; in several ways, over several lines."""
    told = draws.choice(
        [
            f"Session {COOKIE} and DATA {DIGEST} are refused for created (DATETIME)",
            f"{COOKIE}",
            f"\n{DIGEST} SQLSTATE[22007]: x: 1366 {COOKIE}",
            "x" * 195 + COOKIE,
            f"&#x1b;[31m{COOKIE}&#10;{COOKIE}",
        ]
    ).encode()
    refused = draws.choice([b"500", b"1003", b"1600", b"700", b"1800", b"613", b"9999"])
    body = draft.body
    for name, text in ((b"request_result_description", told), (b"request_result_id", refused)):
        body = body.replace(b"<%b/>" % name, b"<%b></%b>" % (name, name))
        found = text_of(name).search(body)
        if found is not None:
            body = put(body, *found.span(), found[1] + text + found[3])
    return draft.rewritten(body)


@mutation("items", XML, 3)
def items(draft: Draft, draws: Random) -> Draft:
    """Items that are missing, doubled, moved, emptied, or of another answer."""
    found = [*ITEM.finditer(draft.body)]
    one, other = pick(found, draws), pick(found, draws)
    if one is None or other is None:
        return _smuggled(draft, draws)
    forms = {
        "missing": b"",
        "doubled": one[0] * 2,
        "empty": b"<item/>",
        "exchanged": other[0],
        "both": one[0] + other[0],
        "wrapped": b"<item>" + one[0] + b"</item>",
    }
    form = draws.choice(sorted(forms))
    return draft.rewritten(put(draft.body, *one.span(), forms[form]))


def _smuggled(draft: Draft, draws: Random) -> Draft:
    """An item in an answer that has none."""
    item = b"<items><item><asset_id>1Never</asset_id></item></items>"
    body = draft.body.replace(b"<items/>", item)
    if draws.random() < 0.5:
        body = body.replace(b"<item_count>0", b"<item_count>1")
    return draft.rewritten(body)


@mutation("consistent lie", XML)
def lie(draft: Draft, draws: Random) -> Draft:
    """An item fewer or more, and a count that agrees: nobody can see it but by other rules."""
    found = pick([*ITEM.finditer(draft.body)], draws)
    number = text_of(b"item_count").search(draft.body)
    if found is None or number is None or not number[2].isdigit():
        return draft
    more = draws.choice([-1, 1])
    body = put(draft.body, *found.span(), found[0] * 2 if more > 0 else b"")
    told = b"<item_count>%d</item_count>" % (int(number[2]) + more)
    return draft.rewritten(put(body, *number.span(), told))


@mutation("elements", XML, 4)
def elements(draft: Draft, draws: Random) -> Draft:
    """Elements that are missing, doubled, exchanged, renamed, emptied or filled."""
    found = [*LEAF.finditer(draft.body), *EMPTY.finditer(draft.body)]
    one, other = pick(found, draws), pick(found, draws)
    if one is None or other is None:
        return draft
    name = one[1]
    forms = {
        "missing": b"",
        "doubled": one[0] * 2,
        "again": one[0] + b"<%b>another</%b>" % (name, name),
        "exchanged": other[0],
        "renamed": one[0].replace(name, b"x" + name),
        "emptied": b"<%b/>" % name,
        "filled": b"<%b>filled</%b>" % (name, name),
        "parent": b"<%b>%b</%b>" % (name, other[0], name),
        "within": b"<%b>one<i>two</i>three</%b>" % (name, name),
    }
    form = draws.choice(sorted(forms))
    return draft.rewritten(put(draft.body, *one.span(), forms[form]))


@mutation("sections", XML, 2)
def sections(draft: Draft, draws: Random) -> Draft:
    """Header, list, group or the whole twice, missing, empty, or in another order."""
    name = draws.choice([b"header", b"items", b"dublin_core", b"asset", b"response", b"mediafiles"])
    found = re.search(rb"<%b>.*</%b>|<%b/>" % (name, name, name), draft.body, re.DOTALL)
    if found is None:
        return draft
    forms = {
        "missing": b"",
        "twice": found[0] * 2,
        "empty": b"<%b/>" % name,
        "empty first": b"<%b/>" % name + found[0],
        "empty last": found[0] + b"<%b/>" % name,
        "within": b"<%b>%b</%b>" % (name, found[0], name),
        "renamed": found[0].replace(name, b"other"),
        "other first": b"<%b><title>Another</title></%b>" % (name, name) + found[0],
        "other last": found[0] + b"<%b><title>Another</title></%b>" % (name, name),
    }
    form = draws.choice(sorted(forms))
    return draft.rewritten(put(draft.body, *found.span(), forms[form]))


@mutation("header behind the items", XML)
def header_last(draft: Draft, _draws: Random) -> Draft:
    body = draft.body
    start, end = body.find(b"<header>"), body.find(b"</header>") + len(b"</header>")
    last = body.rfind(b"</response>")
    if not 0 <= start < end <= last:
        return draft
    moved = body[:start] + body[end:last] + body[start:end] + body[last:]
    return draft.rephrased(moved)


@mutation("unknown elements", XML, 2)
def unknown(draft: Draft, draws: Random) -> Draft:
    """Somewhere between two tags."""
    place = gap(draft.body, draws)
    new = draws.choice(
        [
            b"<unknown/>",
            b"<unknown>text</unknown>",
            b"<app_9><title>text</title></app_9>",
            b'<x xmlns="urn:x"><item><asset_id>Z</asset_id></item></x>',
            b"<item_count>7</item_count>",
            b"<items><item/></items>",
            b"text",
        ]
    )
    return draft if place is None else draft.rewritten(put(draft.body, place, place, new))


@mutation("dates", XML, 2)
def dates(draft: Draft, draws: Random) -> Draft:
    """Missing, empty, in other zones, beyond the calendar, in the hour that happens twice."""
    found = pick([*STAMP.finditer(draft.body)], draws)
    new = draws.choice(
        [
            b"",
            b"0000-00-00 00:00:00",
            b"0001-01-01 00:00:00",
            b"9999-12-31 23:59:59",
            b"2026-02-30 10:00:00",
            b"2026-11-22T08:20:02",
            b"2026-11-22 08:20:02Z",
            b"2026-11-22 08:20:02+02:00",
            b" 2026-11-22 08:20:02",
            b"2025-10-26 02:30:00",
            b"2026-03-29 02:30:00",
            b"2026-11-22 24:00:00",
            b"2026-06-30 23:59:60",
            b"1769000000",
            "\uff12\uff10\uff12\uff16-11-22 08:20:02".encode(),
            b"yesterday",
        ]
    )
    return draft if found is None else draft.rewritten(put(draft.body, *found.span(2), new))


@mutation("values", XML, 2)
def values(draft: Draft, draws: Random) -> Draft:
    """Texts that look like markup, that are no characters, or that end where they should not."""
    found = pick([*VALUE.finditer(draft.body)], draws)
    new = draws.choice(
        [
            b"<![CDATA[a <b> & c]]>",
            b"a<![CDATA[]]>b<![CDATA[c]]>",
            b"]]>",
            b"<![CDATA[never ends",
            b"<![CDATA[a]]]]><![CDATA[>b]]>",
            b"a &lt;b&gt; &amp;amp; c &#60; &#x3c;",
            b"&#0;",
            b"&#x1f;",
            b"&#xFFFE;",
            b"&#xD800;",
            b"&#x110000;",
            b"&unknown;",
            b"&",
            b"a < b",
            b"\x00",
            b"\x07\x1b[31m",
            b"\x7f\xc2\x85\xe2\x80\xa8",
            b"\xef\xbf\xbe",
            b"\xed\xa0\x80",
            b"\xc0\xbc",
            b"\xff\xfe",
            b"\xf4\x90\x80\x80",
            b"\xf0\x9f\x8e\xac \xf0\x9d\x84\x9e",
            b"one\r\ntwo\rthree&#13;&#9;&#10;",
            b" \t ",
            b"e\xcc\x81 \xc3\xa9",
        ]
    )
    return draft if found is None else draft.rewritten(put(draft.body, *found.span(2), new))


@mutation("same in other words", XML, 4)
def rephrased(draft: Draft, draws: Random) -> Draft:
    """Comments, instructions, sections, white space, empty elements: nothing that changes it."""
    body = draft.body
    form = draws.randrange(8)
    if form == 0:
        return draft.rephrased(EMPTY.sub(rb"<\1></\1>", body))
    if form == 1:
        return draft.rephrased(re.sub(rb">\n\s*<", b"><", body))
    if form == 2:
        return draft.rephrased(re.sub(rb"<item>", b'<item id="1" x:y="2" xmlns:x="urn:x">', body))
    if form == 3:
        return draft.rephrased(body[max(body.find(b"<response"), 0) :])
    if form == 4:
        return draft.rephrased(body.replace(b"<response>", b'<response xmlns:unused="urn:y">'))
    found = pick([*VALUE.finditer(body)], draws)
    if form == 5 and found is not None and b"&" not in found[2]:
        return draft.rephrased(put(body, *found.span(2), b"<![CDATA[" + found[2] + b"]]>"))
    new = draws.choice([b"<!-- <item> & -->", b"<?php </response> ?>", b"<!---->"])
    if form == 6 and found is not None:
        return draft.rephrased(put(body, found.start(2), found.start(2), new))
    place = gap(body, draws)
    return draft if place is None else draft.rephrased(put(body, place, place, new))


@mutation("namespaces", XML)
def namespaces(draft: Draft, draws: Random) -> Draft:
    """The experimental layout's, or others, declared or not."""
    old, new = draws.choice(
        [
            (b"<response>", b'<response xmlns="urn:x">'),
            (b"<items>", b'<items xmlns="urn:x">'),
            (b"<item>", b'<item xmlns="urn:x">'),
            (b"<header>", b'<header xmlns="urn:x">'),
            (b"<dublin_core>", b'<dublin_core xmlns="urn:x">'),
            (b"<title>", b'<title xmlns="urn:x">'),
            (b"<title>", b"<title x:y='1'>"),
            (b"<item>", b"<x:item>"),
            (b"<response>", b'<response xmlns:xi="http://www.w3.org/2001/XInclude">'),
        ]
    )
    return draft.rewritten(draft.body.replace(old, new, draws.choice([1, -1])))


@mutation("another request's answer", XML, 2)
def other_answer(draft: Draft, draws: Random) -> Draft:
    """Read strictly as an answer to this one."""
    return draft.rewritten(draws.choice(questions()).body)


@mutation("no MediaMosa", XML)
def foreign(draft: Draft, draws: Random) -> Draft:
    """Nothing, an error page, other XML, JSON, a certain number of bytes."""
    told = draws.choice(
        [
            b"",
            b" \n",
            b"<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>",
            b"<html><body>502 Bad Gateway " + COOKIE.encode() + b"</body></html>",
            b"<?xml version='1.0'?><rss><channel/></rss>",
            b'{"response": {"header": {"item_count": 0}}}',
            b"<response/>",
            b"<response><header/><items/></response>",
            b"<response><items/></response>",
            b"\x00" * 100,
            b"\xef\xbb\xbf",
            b"<?xml version='1.0'?>",
            b"<!--",
            b"Fatal error: Allowed memory size exhausted\n",
        ]
    )
    return draft.rewritten(told)


@mutation("error ahead of the document", XML)
def notice(draft: Draft, draws: Random) -> Draft:
    """What PHP prints before it, or after."""
    text = b"<br />\n<b>Warning</b>: something in <b>file.inc</b> on line <b>1</b><br />\n"
    body = text + draft.body if draws.random() < 0.5 else draft.body + text
    return draft.rewritten(body)
