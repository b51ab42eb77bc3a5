"""Recorded exchanges with a real MediaMosa 3.6.2, as data (`tests/recordings/index.md`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).parents[1] / "recordings"
HOST = "127.0.0.1:8090"
_CUT = re.compile(r"\n?\.\.\.\[(?:cut here; the whole body was (\d+) bytes|HTML page cut here)\]")


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange; `cut` says that the answer's body was shortened, from `length` bytes."""

    name: str
    method: str
    target: str
    cookie: str | None
    accept: str | None
    accept_encoding: str | None
    form: bytes
    status: int
    reason: str
    headers: dict[str, str]
    body: str
    cut: bool
    length: int | None

    @property
    def date(self) -> int:
        """The second of the answer, since 1970."""
        return int(parsedate_to_datetime(self.headers["Date"]).timestamp())

    def items(self) -> list[etree._Element]:
        """The items of the answer; it must be whole."""
        return list(parse(self.body).iterfind("items/item"))


def parse(text: str) -> etree._Element:
    """Return the root of an XML text, as a strict client reads it."""
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))


def names() -> list[str]:
    """All recordings, without the extension."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def read(name: str) -> Recording:
    """Read one recording."""
    text = (FOLDER / f"{name}.txt").read_bytes().decode("utf-8", "surrogateescape")
    asked, _, answered = text.partition("### RESPONSE")
    request = asked.partition("### REQUEST\n")[2]
    head, _, rest = request.partition("\n\n")
    line, *fields = head.split("\n")
    method, target, _ = line.split(" ")
    sent = dict(field.split(": ", 1) for field in fields)
    form = rest.partition("\n\n---")[0] if "Content-Type" in sent else ""
    head, _, body = answered.partition("\n")[2].partition("\n\n")
    line, *fields = head.split("\n")
    _, status, reason = line.split(" ", 2)
    cut = _CUT.search(body)
    return Recording(
        name=name,
        method=method,
        target=target,
        cookie=sent.get("Cookie", "=").partition("=")[2] or None,
        accept=sent.get("Accept"),
        accept_encoding=sent.get("Accept-Encoding"),
        form=form.encode("utf-8", "surrogateescape"),
        status=int(status),
        reason=reason,
        headers=dict(field.split(": ", 1) for field in fields),
        body=body[: cut.start()] if cut else body,
        cut=cut is not None,
        length=int(cut[1]) if cut and cut[1] else None,
    )
