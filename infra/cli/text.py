"""Texts from outside made harmless, and numbers, instants and spans as people read them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

_JOINERS = "\u200c\u200d"
"""Part of how some scripts are written; they move nothing."""
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_LONG_DAYS = 10
_LONGEST = 600
NONE = "-"
"""What stands where there is nothing."""


def safe(text: object) -> str:
    r"""*text* without anything that a terminal obeys: such characters are shown as escapes.

    >>> print(safe("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    return "".join(
        char if char.isprintable() or char in _JOINERS else _escape(char) for char in str(text)
    )


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if unicodedata.category(char) == "Zs":
        return " "
    code = ord(char)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte


def short(text: str, most: int = _LONGEST) -> str:
    """*text*, or its beginning and how much there is of it."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text):,} characters)"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun.

    >>> plural(1, "asset"), plural(1200, "asset"), plural(2, "reply", "replies")
    ('1 asset', '1,200 assets', '2 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def instant(text: str | None) -> datetime | None:
    """An instant of the API's (aware UTC)."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def clock(text: str | None) -> str:
    """An instant of the API's for a table whose head says that it is UTC."""
    found = instant(text)
    return f"{found:%Y-%m-%d %H:%M:%S}" if found else NONE


def when(text: str | None, now: datetime, *, none: str = "never") -> str:
    """An instant of the API's, absolute and from *now*."""
    found = instant(text)
    if found is None:
        return none
    seconds = (found - now).total_seconds()
    near = "now"
    if abs(seconds) >= 1:
        near = f"in {span(seconds)}" if seconds > 0 else f"{span(-seconds)} ago"
    return f"{found:%Y-%m-%d %H:%M:%S} UTC ({near})"


def span(seconds: float) -> str:
    """How long, in the unit that fits.

    >>> span(4), span(90), span(360), span(7260), span(200000), span(10**8)
    ('4 s', '1 min 30 s', '6 min', '2 h 1 min', '2 d 7 h', '1,157 d')
    """
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "min", 1, "s")
    if whole < _DAY:
        return _two(whole, _HOUR, "h", _MINUTE, "min")
    if whole < _LONG_DAYS * _DAY:
        return _two(whole, _DAY, "d", _HOUR, "h")
    return f"{whole // _DAY:,} d"


def _two(whole: int, large: int, large_word: str, small: int, small_word: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_word}" + (f" {rest} {small_word}" if rest else "")


def about(seconds: int) -> str:
    """A duration that is only estimated.

    >>> about(20), about(380), about(5400), about(90000)
    ('less than a minute', 'about 6 minutes', 'about 2 hours', 'about 1 day')
    """
    if seconds < _MINUTE:
        return "less than a minute"
    units = ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"))
    unit, word = next(pair for pair in units if seconds >= pair[0])
    return f"about {plural(round(seconds / unit), word)}"
