"""An answer on its way: what it is meant to say, and what has become of its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

DATE = b"Sun, 22 Nov 2026 06:50:54 GMT"
INSTANT = datetime(2026, 11, 22, 6, 50, 54, tzinfo=UTC)
HEADERS = (
    b"Server: Apache/2.4.62 (Debian)",
    b"Cache-Control: no-cache, must-revalidate",
    b"Content-Type: text/xml; charset=utf-8",
)


class Fate(IntEnum):
    """What a client may make of the bytes."""

    WHOLE = 0
    """They say what is meant: it must be returned."""
    MAYBE = 1
    """What is meant may be returned, or a declared error be raised."""
    NEVER = 2
    """Only a declared error is right."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One answer.

    Attributes:
        meant: the document that the server means to send; judged by the strict reading of it.
        body: that document's bytes as sent.
        date: the instant that the ``Date`` header tells; None if it tells none.
        framing: header lines that say where the body ends; None for its true length.
        payload: what follows the head; None for the body.
        before: bytes ahead of the answer.
        after: bytes behind it.
        keep: bytes of it all that are sent before the server hangs up; None for all.
        close: the server hangs up after the answer.
        part: bytes that are sent at a time; 0 for all at once.
        step: seconds that pass with each part.
        endless: what is sent for ever after the answer.
        silent: the server falls silent after the answer, and does not hang up.
        names: the mutations that it went through.
    """

    meant: bytes
    body: bytes
    fate: Fate = Fate.WHOLE
    date: datetime | None = INSTANT
    status: bytes = b"HTTP/1.1 200 OK"
    headers: tuple[bytes, ...] = (*HEADERS, b"Date: " + DATE)
    framing: tuple[bytes, ...] | None = None
    payload: bytes | None = None
    before: bytes = b""
    after: bytes = b""
    keep: int | None = None
    close: bool = False
    part: int = 0
    step: float = 0.0
    endless: bytes = b""
    silent: bool = False
    names: tuple[str, ...] = ()

    def rewritten(self, body: bytes) -> Draft:
        """The server says *body* instead: its strict reading is what may be returned."""
        return replace(self, meant=body, body=body, fate=max(self.fate, Fate.MAYBE))

    def rephrased(self, body: bytes) -> Draft:
        """The server says the same in other words, if what it says is still the original."""
        if self.names:
            return self.rewritten(body)
        return replace(self, body=body)

    def damaged(self, body: bytes) -> Draft:
        """What is meant stays, and the bytes may be beyond reading."""
        return replace(self, body=body, fate=max(self.fate, Fate.MAYBE))

    def hopeless(self, body: bytes) -> Draft:
        """Nothing of these bytes may be believed."""
        return replace(self, body=body, fate=Fate.NEVER)

    def at_most(self, fate: Fate) -> Draft:
        """No better than *fate*."""
        return replace(self, fate=max(self.fate, fate))

    def with_header(self, *lines: bytes) -> Draft:
        return replace(self, headers=(*self.headers, *lines))

    def without_header(self, name: bytes) -> Draft:
        start = name.lower() + b":"
        kept = tuple(line for line in self.headers if not line.lower().startswith(start))
        return replace(self, headers=kept)


def rendered(draft: Draft) -> bytes:
    """The answer's bytes as they go over the wire, but for what is sent for ever."""
    payload = draft.body if draft.payload is None else draft.payload
    framing: Iterable[bytes] = (
        (b"Content-Length: %d" % len(payload),) if draft.framing is None else draft.framing
    )
    head = b"\r\n".join((draft.status, *draft.headers, *framing))
    whole = draft.before + head + b"\r\n\r\n" + payload + draft.after
    return whole if draft.keep is None else whole[: draft.keep]
