"""Mutations that mean harm: far too much of everything, and entities that lead elsewhere."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

from tests.wire.draft import Draft
from tests.wire.mutations import Layer, mutation
from tests.wire.xml_mutations import VALUE, pick, put

XML = Layer.XML
MOST_BYTES = 300_000
"""More than the client of a campaign reads."""


@mutation("huge", XML, 0.4)
def huge(draft: Draft, draws: Random) -> Draft:
    """Long values and names, deep nesting, floods of attributes and elements."""
    found = pick([*VALUE.finditer(draft.body)], draws)
    if found is None:
        return draft
    deep = draws.choice([50, 250, 300, 5000])
    new = draws.choice(
        [
            b"v" * draws.choice([50_000, MOST_BYTES]),
            b"&#65;" * 20_000,
            b"<d>" * deep + b"</d>" * deep,
            b"<d>" * deep,
            b"<f " + b" ".join(b"a%d='1'" % one for one in range(5000)) + b"/>",
            b"<f a='1' a='2'/>",
            b"<" + b"n" * 60_000 + b"/>",
            b"<e/>" * 10_000,
            b"<f a='" + b"v" * 60_000 + b"'/>",
        ]
    )
    return draft.rewritten(put(draft.body, *found.span(2), new))


_FILE, _CALLED = "@FILE@", "@CALLED@"
_ENTITIES = (
    '<!DOCTYPE response [<!ENTITY e "1">]>',
    f'<!DOCTYPE response [<!ENTITY e SYSTEM "file://{_FILE}">]>',
    f'<!DOCTYPE response [<!ENTITY e SYSTEM "http://{_CALLED}/e">]>',
    f'<!DOCTYPE response [<!ENTITY % p SYSTEM "file://{_FILE}"> %p; <!ENTITY e "1">]>',
    f'<!DOCTYPE response [<!ENTITY % p SYSTEM "http://{_CALLED}/p"> %p;]>',
    f'<!DOCTYPE response SYSTEM "http://{_CALLED}/d.dtd">',
    f'<!DOCTYPE response PUBLIC "-//X//Y" "file://{_FILE}">',
    '<!DOCTYPE response [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in pairwise("abcdfghije"))
    + "]>",
    f'<!DOCTYPE response [<!ENTITY e "{"q" * 5000}">]>',
    '<!DOCTYPE response [<!ATTLIST item x CDATA "1">]>',
    "<!doctype response>",
)


class Traps:
    """Where entities and redirects lead: a file and an address at which nobody may look.

    Both have the same length wherever this runs, so that a seed draws the same everywhere.
    """

    file = f"{Path(__file__).with_name('canary.txt')}".rjust(200, "/")
    called = "127.0.0.1:00001"


@mutation("document types and entities", XML, 2)
def entities(draft: Draft, draws: Random) -> Draft:
    """Of every kind; none may be resolved, and the document is refused."""
    doctype = draws.choice(_ENTITIES).replace(_FILE, Traps.file).replace(_CALLED, Traps.called)
    body = draft.body
    before = draws.choice([b"", b"\n<!-- -->", b"<?pi <x>?>", b" \n\t"])
    start = max(body.find(b"<response"), 0)
    found = pick([*VALUE.finditer(body)], draws)
    if found is not None and draws.random() < 0.8:
        body = put(body, *found.span(2), b"&e;" * draws.choice([1, 1, 1000]))
    return draft.rewritten(put(body, start, start, before + doctype.encode()))
