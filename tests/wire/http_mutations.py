"""Mutations of HTTP: where the answer ends, what its head says, how it comes over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from tests.wire.draft import INSTANT, Draft, Fate, rendered
from tests.wire.hostile_mutations import Traps
from tests.wire.mutations import Layer, mutation
from tests.wire.questions import COOKIE, DIGEST, questions

CHUNKED = (b"Transfer-Encoding: chunked",)
MOST_HEADERS = 95
"""A few below those that Python reads."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def chunked(body: bytes, draws: Random, extension: bytes = b"") -> bytes:
    size = draws.choice([1 + len(body) // 3, 1000, 4096, 1_000_000])
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    written = b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts)
    return written + b"0\r\n\r\n"


@mutation("chunked", Layer.FRAMING, 2, slot="framing")
def in_chunks(draft: Draft, draws: Random) -> Draft:
    extension = draws.choice([b"", b"", b";name=value", b" "])
    payload = chunked(draft.body, draws, extension)
    return replace(draft, framing=CHUNKED, payload=payload)


@mutation("broken chunks", Layer.FRAMING, 3, slot="framing")
def broken_chunks(draft: Draft, draws: Random) -> Draft:
    """Cut, without an end, with lengths that are none or wrong, or with a length as well."""
    whole = chunked(draft.body, draws)
    first = whole.find(b"\r\n")
    payload = draws.choice(
        [
            whole[: draws.randrange(len(whole))],
            whole[:-5],
            whole[:-5] + b"-1\r\n\r\n",
            b"zz" + whole[first:],
            b"-5" + whole[first:],
            b"%x" % (len(draft.body) // 2) + whole[first:],
            b"%x" % (len(draft.body) + 9) + whole[first:],
            b"f" * 30 + whole[first:],
            b"0\r\n\r\n" + whole,
            whole.replace(b"\r\n", b"\n"),
            b"\r\n" + whole,
            b"1" * 70_000 + b"\r\n",
        ]
    )
    length = draws.choice([b"", b"", b"Content-Length: 10", b"Transfer-Encoding: gzip"])
    framing = (*CHUNKED, length) if length else CHUNKED
    return replace(draft, framing=framing, payload=payload, close=True).at_most(Fate.MAYBE)


@mutation("no length", Layer.FRAMING, 2, slot="framing")
def no_length(draft: Draft, _draws: Random) -> Draft:
    """The answer ends where the server hangs up."""
    return replace(draft, framing=(), close=True)


@mutation("wrong length", Layer.FRAMING, 4, slot="framing")
def wrong_length(draft: Draft, draws: Random) -> Draft:
    """Shorter, longer, huge, several, no number."""
    true = len(draft.body)
    near = draws.choice([1, 2, 12, 100, true // 2, true])
    told = draws.choice(
        [
            [b"%d" % max(true - near, 0)],
            [b"%d" % (true + near)],
            [b"9" * 30],
            [b"-1"],
            [b"-%d" % true],
            [b""],
            [b"many"],
            [b"+%d" % true],
            [b"0x%x" % true],
            [b"%d" % true, b"%d" % max(true - near, 0)],
            [b"%d, %d" % (true, true)],
            [b"%d, %d" % (true, max(true - near, 0))],
        ]
    )
    framing = tuple(b"Content-Length: " + one for one in told)
    return replace(draft, framing=framing, close=True).at_most(Fate.MAYBE)


_STATUSES = (
    *(b"201 Created", b"202 Accepted", b"203 Changed", b"204 No Content", b"206 Partial Content"),
    *(b"400 Bad", b"401 Unauthorized", b"403 Forbidden", b"404 Not Found", b"409 Conflict"),
    *(b"407 Proxy", b"408 Slow", b"410 Gone", b"418 Tea", b"425 Early", b"429 Too Many"),
    *(b"500 Oh", b"502 Bad Gateway", b"503 Down", b"504 Slow", b"507 Full", b"599 x", b"304 Same"),
)


@mutation("status", Layer.HEAD, 5, slot="status")
def status(draft: Draft, draws: Random) -> Draft:
    """With MediaMosa's XML inside, which must not be believed then."""
    told = draws.choice([*_STATUSES, b"200000 Many", b"000 None", b"999 " + COOKIE.encode()])
    changed = replace(draft, status=b"HTTP/1.1 " + told).at_most(Fate.NEVER)
    if draws.random() < 0.3:
        changed = changed.with_header(b"Retry-After: 100000", b'WWW-Authenticate: Basic realm="x"')
    return changed


@mutation("redirect", Layer.HEAD, 4, slot="status")
def redirect(draft: Draft, draws: Random) -> Draft:
    code = draws.choice([b"300 x", b"301 x", b"302 Found", b"303 x", b"305 x", b"307 x", b"308 x"])
    location = draws.choice(
        [
            "/elsewhere",
            "elsewhere",
            "",
            f"http://{Traps.called}/asset",
            f"//{Traps.called}/asset",
            f"file://{Traps.file}",
            "http://[broken",
            f"/elsewhere/{COOKIE}?sid={COOKIE}",
            f"/elsewhere?{DIGEST}",
            f"https://me:{COOKIE}@other.example/x",
            "/" + "x" * 5000,
        ]
    )
    changed = replace(draft, status=b"HTTP/1.1 " + code).at_most(Fate.NEVER)
    return changed.with_header(b"Location: " + location.encode())


@mutation("status line", Layer.HEAD, 2, slot="status")
def status_line(draft: Draft, draws: Random) -> Draft:
    told, fate = draws.choice(
        [
            (b"HTTP/1.0 200 OK", Fate.WHOLE),
            (b"HTTP/1.1 200", Fate.WHOLE),
            (b"HTTP/1.1 200 " + b"x" * 5000, Fate.WHOLE),
            (b"HTTP/2 200", Fate.MAYBE),
            (b"HTTP/1.1  200 OK", Fate.MAYBE),
            (b"HTTP/1.1 0200 OK", Fate.MAYBE),
            (b"HTTP/1.1 +200 OK", Fate.MAYBE),
            (b"ICY 200 OK", Fate.MAYBE),
            (b"HTTP/1.1 two hundred", Fate.MAYBE),
            (b"HTTP/1.1 200 " + b"x" * 70_000, Fate.MAYBE),
            (b"SSH-2.0-OpenSSH_9.6", Fate.MAYBE),
            (b"", Fate.MAYBE),
            (b"\x16\x03\x01\x00\x00", Fate.MAYBE),
        ]
    )
    close = draft.close or fate is not Fate.WHOLE
    return replace(draft, status=told, close=close).at_most(fate)


@mutation("headers", Layer.HEAD, 3)
def headers(draft: Draft, draws: Random) -> Draft:
    """Floods, long ones, broken ones, cookies."""
    lines, fate = draws.choice(
        [
            ([b"X-%d: y" % one for one in range(80)], Fate.WHOLE),
            ([b"X: " + b"y" * 60_000], Fate.WHOLE),
            ([b"X-%d: y" % one for one in range(120)], Fate.MAYBE),
            ([b"X: " + b"y" * 70_000], Fate.MAYBE),
            ([b"no colon " + COOKIE.encode()], Fate.MAYBE),
            ([b" folded: line " + COOKIE.encode()], Fate.MAYBE),
            ([b": no name"], Fate.MAYBE),
            ([b"X\x00: \x00\xff\x1b[31m"], Fate.MAYBE),
            ([b"Set-Cookie: SESSae73=OTHER; path=/", b"Set-Cookie: a=b; Max-Age=0"], Fate.WHOLE),
            ([b"Set-Cookie: ="], Fate.WHOLE),
            ([b"Set-Cookie: " + b"c" * 20_000], Fate.WHOLE),
            ([b"Connection: close"], Fate.WHOLE),
            ([b"Connection: upgrade", b"Upgrade: h2c"], Fate.MAYBE),
            ([b"Refresh: 0; url=http://" + Traps.called.encode()], Fate.WHOLE),
            ([b"Link: <http://%b>; rel=preload" % Traps.called.encode()], Fate.WHOLE),
            ([b"Alt-Svc: h2=" + Traps.called.encode()], Fate.WHOLE),
        ]
    )
    changed = draft.with_header(*lines).at_most(fate)
    if fate is Fate.WHOLE and len(changed.headers) < MOST_HEADERS:
        return changed
    # The length may not be read any more.
    return replace(changed, close=True).at_most(Fate.MAYBE)


@mutation("content type", Layer.HEAD, 2)
def content_type(draft: Draft, draws: Random) -> Draft:
    told, fate = draws.choice(
        [
            (b"", Fate.WHOLE),
            (b"Content-Type: application/xml", Fate.WHOLE),
            (b"Content-Type: TEXT/XML; charset=iso-8859-1", Fate.WHOLE),
            (b"Content-Type: text/html", Fate.MAYBE),
            (b"Content-Type: " + COOKIE.encode(), Fate.MAYBE),
            (b"Content-Type: \x00\xff", Fate.MAYBE),
            (b"Content-Type: multipart/mixed; boundary=xml", Fate.MAYBE),
        ]
    )
    bare = draft.without_header(b"content-type")
    return (bare.with_header(told) if told else bare).at_most(fate)


_DATES: tuple[tuple[bytes, datetime | None], ...] = (
    (b"", None),
    (b"yesterday", None),
    (b"Sun, 22 Nov 2026 06:50:54", None),
    (b"Sun, 31 Nov 2026 06:50:54 GMT", None),
    (b"1769000000", None),
    (b"Sun, 22 Nov 2026 07:50:54 +0100", datetime(2026, 11, 22, 6, 50, 54, tzinfo=UTC)),
    (b"Thu, 01 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC)),
    (b"Fri, 31 Dec 9999 23:59:59 GMT", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    (b"Fri, 31 Dec 9999 23:59:59 -0100", None),
    (b"9" * 5000, None),
)


@mutation("date", Layer.HEAD, 2)
def date(draft: Draft, draws: Random) -> Draft:
    """The server's clock: elsewhere, or missing."""
    told, instant = draws.choice(_DATES)
    bare = replace(draft.without_header(b"date"), date=instant).at_most(Fate.MAYBE)
    return bare.with_header(b"Date: " + told) if told else bare


@mutation("cut answer", Layer.WIRE, 4)
def cut_answer(draft: Draft, draws: Random) -> Draft:
    """Anywhere, in the head too; nothing at all."""
    keep = draws.randrange(max(len(rendered(draft)), 1))
    return replace(draft, keep=keep).at_most(Fate.MAYBE)


@mutation("hang-up after the answer", Layer.WIRE)
def hang_up(draft: Draft, _draws: Random) -> Draft:
    return replace(draft, close=True)


@mutation("interim answers", Layer.WIRE, 2)
def interim(draft: Draft, draws: Random) -> Draft:
    before, fate = draws.choice(
        [
            (CONTINUE, Fate.WHOLE),
            (b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 3, Fate.WHOLE),
            (CONTINUE * 200, Fate.MAYBE),
            (b"HTTP/1.1 102 Processing\r\n\r\n", Fate.MAYBE),
            (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", Fate.MAYBE),
            (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", Fate.MAYBE),
        ]
    )
    # What is no answer to the request may have no end but the connection's.
    close = draft.close or fate is not Fate.WHOLE
    return replace(draft, before=before + draft.before, close=close).at_most(fate)


@mutation("more than one answer", Layer.WIRE, 2)
def second_answer(draft: Draft, draws: Random) -> Draft:
    """The next request must not take what is left over for its own."""
    other = draws.choice(questions())
    rest = rendered(Draft(other.body, other.body))
    after = draws.choice([rest, rest * 30, rest[: len(rest) // 2], b"\r\n", b"x" * 70_000])
    # Where the head does not tell its end, what follows is part of the answer.
    endless = draft.framing is not None
    return replace(draft, after=after).at_most(Fate.MAYBE if endless else draft.fate)


@mutation("answer ahead of the answer", Layer.WIRE)
def first_answer(draft: Draft, draws: Random) -> Draft:
    """Another request's answer comes first, whole: it is the one that is read."""
    other = draws.choice(questions())
    early = rendered(Draft(other.body, other.body))
    return replace(
        draft, meant=other.body, date=INSTANT, before=early + draft.before, fate=Fate.MAYBE
    )


@mutation("slow drip", Layer.WIRE, 0.2)
def drip(draft: Draft, draws: Random) -> Draft:
    """A second passes with each part, and the client has thirty."""
    part = draws.choice([1, 100, len(rendered(draft)) // 20 + 1])
    return replace(draft, part=part, step=1.0, close=True).at_most(Fate.MAYBE)


@mutation("endless", Layer.WIRE, 0.1)
def endless(draft: Draft, draws: Random) -> Draft:
    """Spaces, items, chunks or headers without end, fast or slowly."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
    start, part = draws.choice(
        [
            (head + b"\r\n<response>", b" " * 65536),
            (head + b"\r\n<response><items>", b"<item><asset_id>A</asset_id></item>" * 1000),
            (head + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b" " * 4096 + b"\r\n"),
            (head, b"X: y\r\n" * 1000),
            (head + b"X: ", b"y" * 65536),
            (b"", CONTINUE * 100),
        ]
    )
    step = 0.0 if part[:4] != b"HTTP" else 0.1
    changed = replace(draft, before=start, keep=len(start), endless=part, step=step)
    return changed.at_most(Fate.NEVER)


@mutation("silence", Layer.WIRE, 0)
def silence(draft: Draft, draws: Random) -> Draft:
    """The server stops anywhere and keeps the connection: only for a client of little patience."""
    keep = draws.randrange(max(len(rendered(draft)), 1))
    return replace(draft, keep=keep, silent=True).at_most(Fate.MAYBE)
