"""What is asked and what is answered, before any HTTP and any XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

OKAY = 601
EMPTY_RESULT = 705
EMPTY_RESULT_TEXT = "The query returned an empty result set (i.e. zero rows)"
NOT_FOUND = 404
SERVER_ERROR = 500
ASSET_NOT_FOUND = 700
MEDIAFILE_NOT_FOUND = 701
NOT_AUTHORISED = 1800
NOT_LOGGED_IN = 1601

Pairs = Sequence[tuple[str, str]]


class Element(NamedTuple):
    """One XML element: a text, nothing, or child elements, and perhaps an `id` attribute."""

    name: str
    content: str | tuple[Element, ...] | None = None
    id: str | None = None


text_element = lru_cache(maxsize=1 << 12)(Element)
"""An element with a text, as often said before: answers are full of the same ones."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call as the server reads it.

    `path` has no leading slash and no double slashes; `address` is path and query as they were
    asked (still percent-encoded); `query` and `form` are decoded name/value pairs in order,
    bytes that are no UTF-8 as surrogates; `session` is the value of the session cookie.
    """

    method: str
    path: str
    address: str
    query: Pairs = ()
    form: Pairs = ()
    session: str | None = None

    @classmethod
    def get(
        cls,
        path: str,
        query: Mapping[str, str] | Pairs = (),
        *,
        session: str | None = None,
    ) -> Request:
        """Return a GET of `path` with these parameters."""
        pairs = _pairs(query)
        address = f"{path}?{urlencode(pairs)}" if pairs else path
        return cls("GET", path, address, query=pairs, session=session)

    @classmethod
    def post(
        cls,
        path: str,
        form: Mapping[str, str] | Pairs = (),
        *,
        session: str | None = None,
    ) -> Request:
        """Return a POST of this form to `path`."""
        return cls("POST", path, path, form=_pairs(form), session=session)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the fields of the envelope (§ 4) before they are written as XML.

    `call_class`, `matched_method` and `matched_uri` are empty for a path that no call has.
    `new_session` is the cookie value that the server hands out with this answer.
    """

    address: str
    call_class: str = ""
    matched_method: str = ""
    matched_uri: str = ""
    method: str = ""
    result_id: int = OKAY
    description: str = ""
    items: tuple[Element, ...] = ()
    total: int = 0
    offset: int = 0
    new_session: str | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def succeeded(self) -> bool:
        """Whether `request_result` says success (§ 4)."""
        return self.result_id in {OKAY, EMPTY_RESULT}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call hands back: its items and what it says about them.

    `total` None stands for the number of items. `done` means that the call is content without
    an item; else 601 without an item becomes 705 (§ 4).
    """

    items: tuple[Element, ...] = ()
    total: int | None = None
    offset: int = 0
    done: bool = False
    result_id: int = OKAY
    description: str = ""


def _pairs(parameters: Mapping[str, str] | Pairs) -> tuple[tuple[str, str], ...]:
    if isinstance(parameters, Mapping):
        return tuple(parameters.items())
    return tuple(parameters)
