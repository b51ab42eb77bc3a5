"""Mutations of the document's bytes: flips and splices, cuts, encodings, compression."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from random import Random

from tests.wire.draft import Draft, Fate
from tests.wire.mutations import Layer, mutation

MARKUP = b"<>/&;'\"= \n-![]?0123456789:"


def compressed(data: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


GZIP, ZLIB, RAW = 31, 15, -15
BOMB = compressed(b" " * 16_000_000, GZIP)
NESTED_BOMB = gzip.compress(BOMB)
TAG_BOMB = compressed(b"<response>" + b"<e/>" * 7_000_000, GZIP)
ATTRIBUTE_BOMB = compressed(b"<response>" + b"<e a='' b='' c=''/>" * 1_500_000, GZIP)
"""Both are smaller than what is read, and would grow tenfold if they were parsed."""


@mutation("flipped bytes", Layer.BYTES, 6)
def flipped(draft: Draft, draws: Random) -> Draft:
    body = bytearray(draft.body)
    for _ in range(draws.choice([1, 1, 1, 2, 4]) if body else 0):
        place = draws.randrange(len(body))
        form = draws.randrange(3)
        if form == 0:
            body[place] ^= 1 << draws.randrange(8)
        else:
            body[place] = draws.choice(MARKUP) if form == 1 else draws.randrange(256)
    return draft.rewritten(bytes(body))


@mutation("spliced bytes", Layer.BYTES, 5)
def spliced(draft: Draft, draws: Random) -> Draft:
    """A stretch that is missing, twice, elsewhere, or another one in its place."""
    body = draft.body
    start = draws.randrange(len(body) + 1)
    end = min(start + draws.choice([1, 1, 2, 8, 64, 512, 4096]), len(body))
    stretch = body[start:end]
    place = draws.randrange(len(body) + 1)
    form = draws.randrange(4)
    if form == 0:
        return draft.rewritten(body[:start] + body[end:])
    if form == 1:
        return draft.rewritten(body[:end] + stretch + body[end:])
    if form == 2:
        return draft.rewritten(body[:place] + stretch + body[place:])
    return draft.rewritten(body[:start] + draws.randbytes(end - start) + body[end:])


@mutation("cut body", Layer.TEXT, 5)
def cut(draft: Draft, draws: Random) -> Draft:
    """A true length around half a document."""
    return draft.damaged(draft.body[: draws.randrange(len(draft.body) + 1)])


@mutation("cut at a tag", Layer.TEXT, 2)
def cut_at_tag(draft: Draft, draws: Random) -> Draft:
    """Where a document is most likely to look whole; perhaps with its end put on again."""
    places = [one for one in range(len(draft.body)) if draft.body[one : one + 2] == b"</"]
    if not places:
        return draft
    end = draws.choice([b"", b"", b"</item></items></response>", b"</items></response>"])
    kept = draft.body[: draws.choice(places)]
    return draft.rewritten(kept + end) if end else draft.damaged(kept)


@mutation("encoding declared", Layer.TEXT, 2)
def declared(draft: Draft, draws: Random) -> Draft:
    """Another than the one that it is in: MediaMosa speaks UTF-8 alone (§ 1)."""
    name = draws.choice(
        [
            b"ISO-8859-1",
            b"UTF-16",
            b"UTF-7",
            b"US-ASCII",
            b"EBCDIC-CP-US",
            b"nonsense",
            b"",
            b"\xff",
        ]
    )
    body = draft.body.replace(b'encoding="UTF-8"', b'encoding="%b"' % name)
    version = draws.choice([b'version="1.0"', b'version="1.1"', b'version="2"', b""])
    return draft.damaged(body.replace(b'version="1.0"', version))


@mutation("encoding", Layer.TEXT, 2)
def encoded(draft: Draft, draws: Random) -> Draft:
    """Really in another, or with a mark that none needs."""
    form = draws.choice(["utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1", "cp037", "bom"])
    if form == "bom":
        return draft.damaged(b"\xef\xbb\xbf" + draft.body)
    try:
        text = draft.body.decode()
    except UnicodeDecodeError:
        return draft
    return draft.rewritten(text.encode(form, errors="xmlcharrefreplace"))


@mutation("white space around", Layer.TEXT)
def white(draft: Draft, draws: Random) -> Draft:
    before = draws.choice([b"", b"\n", b" \r\n\t"])
    return draft.damaged(before + draft.body + draws.choice([b"", b"\n" * 5000]))


@mutation("gzip", Layer.CODING, 2)
def gzipped(draft: Draft, draws: Random) -> Draft:
    name = draws.choice([b"gzip", b"GZIP", b"x-gzip"])
    whole = replace(draft, body=compressed(draft.body, GZIP))
    known = whole if name != b"x-gzip" else whole.at_most(Fate.MAYBE)
    return known.with_header(b"Content-Encoding: " + name)


@mutation("broken compression", Layer.CODING, 2)
def broken_compression(draft: Draft, draws: Random) -> Draft:
    """Cut, flipped, of another kind than declared, twice, or none at all."""
    packed = compressed(draft.body, draws.choice([GZIP, ZLIB, RAW]))
    form = draws.randrange(5)
    if form == 0:
        packed = packed[: draws.randrange(len(packed))]
    elif form == 1:
        place = draws.randrange(len(packed))
        packed = packed[:place] + bytes([packed[place] ^ 0x55]) + packed[place + 1 :]
    elif form == 2:
        packed = packed + packed
    elif form == 3:
        packed = draft.body
    name = draws.choice([b"gzip", b"deflate", b"br", b"zstd", b"identity", b"gzip, gzip", b"x"])
    return draft.damaged(packed).with_header(b"Content-Encoding: " + name)


@mutation("gzip bomb", Layer.CODING, 0.1)
def bomb(draft: Draft, draws: Random) -> Draft:
    form = draws.choice(
        [
            (BOMB, b"gzip"),
            (NESTED_BOMB, b"gzip, gzip"),
            (TAG_BOMB, b"gzip"),
            (ATTRIBUTE_BOMB, b"gzip"),
        ]
    )
    return draft.hopeless(form[0]).with_header(b"Content-Encoding: " + form[1])
