"""Faults that can be switched on: each hits the next requests of a path (§ 14 and beyond it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from infra.local.mediamosa import errors

KINDS = {
    "down": "the connection is reset without an answer, nothing is done",
    "html_500": "HTTP 500 with HTML, as with the database down",
    "maintenance": "HTTP 503 with HTML, as in maintenance mode",
    "html_200": "HTTP 200 with HTML",
    "deadlock": "an envelope with result 500 (SAVEPOINT), nothing is done",
    "truncated": "the XML is cut in half",
    "doctype": "the XML has a DOCTYPE with an entity",
    "wrong_count": "item_count is one too high",
    "notices": "PHP notices stand in the header",
    "slow": "the answer comes `seconds` late",
    "drop_keep_alive": "the connection is closed after the answer, without a word",
    "session_lost": "every session is forgotten first",
    "reply_lost": "the call is carried out, then the connection is reset",
    "delayed": "the connection is reset, and the call is carried out when it is asked for",
}
BEFORE = frozenset({"down", "html_500", "maintenance", "html_200", "deadlock"})
_MAXIMUM_SECONDS = 3600.0

HTML_PAGES = {
    "html_500": (
        500,
        "Service unavailable (with message)",
        "The website encountered an unexpected error. Please try again later.",
    ),
    "maintenance": (
        503,
        "Service Unavailable",
        "MediaMosa is currently under maintenance. We should be back shortly.",
    ),
    "html_200": (200, "OK", "Welcome to MediaMosa."),
}
NOTICE = (
    "Unknown error: assert(): Calling assert() with a string argument is deprecated, "
    "mediamosa_asset_search::asset_search()() in file mediamosa_asset_search.class.inc on line "
    "169."
)


@dataclass(slots=True)
class Fault:
    """One fault: `times` requests of a path (a shell pattern), None for all until cleared."""

    kind: str
    times: int | None = 1
    path: str = "*"
    method: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            raise ValueError(f"There is no fault {self.kind!r}: choose one of {known}.")
        if self.times is not None and self.times < 1:
            raise ValueError("A fault hits at least one request: give times of 1 or more.")
        if not 0 <= self.seconds <= _MAXIMUM_SECONDS:
            raise ValueError("An answer can be 0 to 3600 seconds late.")

    @classmethod
    def from_text(cls, fields: Mapping[str, str]) -> Fault:
        """Make a fault of texts, as a form has them; `times=always` stands for None.

        Raises:
            ValueError: a field is wrong; the message says which and what to give.
        """
        times = fields.get("times", "1")
        try:
            return cls(
                kind=fields.get("kind", ""),
                times=None if times == "always" else int(times),
                path=fields.get("path", "*").strip("/") or "*",
                method=fields.get("method", "").upper(),
                seconds=float(fields.get("seconds", "0")),
            )
        except ValueError as error:
            if "invalid literal" in str(error) or "could not convert" in str(error):
                message = "`times` is a number or always, `seconds` is a number."
                raise ValueError(message) from error
            raise

    def hits(self, method: str, path: str) -> bool:
        """Whether a request is one that the fault is meant for."""
        return self.method in {"", method} and fnmatchcase(path, self.path)


class Faults:
    """The faults switched on, in the order they were."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        self._waiting.clear()

    def take(self, method: str, path: str) -> dict[str, Fault]:
        """Return the faults that hit this request, by kind, and count them down."""
        hit = {one.kind: one for one in reversed(self._waiting) if one.hits(method, path)}
        for fault in hit.values():
            if fault.times is not None:
                fault.times -= 1
        self._waiting = [one for one in self._waiting if one.times is None or one.times > 0]
        return hit


def deadlock() -> errors.RefusedError:
    """Return the database error that parallel writers meet (recorded)."""
    return errors.database_error(
        "SQLSTATE[42000]: Syntax error or access violation: 1305 SAVEPOINT savepoint_1 does not "
        "exist",
        "ROLLBACK TO SAVEPOINT savepoint_1",
    )


def spoil(xml: str, kinds: Mapping[str, Fault]) -> str:
    """Return the XML with the faults that change its text."""
    if "doctype" in kinds:
        declaration, _, rest = xml.partition("\n")
        xml = f'{declaration}\n<!DOCTYPE response [<!ENTITY name "value">]>\n{rest}'
    if "wrong_count" in kinds:
        before, _, rest = xml.partition("<item_count>")
        number, _, after = rest.partition("</item_count>")
        xml = f"{before}<item_count>{int(number) + 1}</item_count>{after}"
    if "truncated" in kinds:
        xml = xml[: len(xml) // 2]
    return xml


def html(title: str, text: str) -> str:
    """Return an HTML page as the content system around MediaMosa makes them."""
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"\n'
        '  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en" dir="ltr">\n'
        f"<head>\n  <title>{title} | MediaMosa</title>\n</head>\n"
        f"<body>\n  <h1>{title}</h1>\n  <p>{text}\n</body>\n</html>\n"
    )
