"""Parameters as PHP reads them, and their types as the calls ask for them (§ 1).

`name[]=a&name[0]=b` are arrays, of a repeated plain name only the last counts, 1,000 parameters
of a query and 1,001 of a body are read, unknown ones are dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from infra.local.mediamosa import errors
from infra.local.mediamosa.answers import Pairs

QUERY_PARAMETERS = 1000
# PHP counts a body's parameter after it has taken it, so one more gets in (recorded).
FORM_PARAMETERS = 1001
TEXT = "STRING"
USER = "USER_ID"
BOOL = "BOOL"
_TRUE = "true"
_BOOLS = frozenset({_TRUE, "false", ""})
_NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NAME = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")
_KEY = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """The parameters of one call. Each getter checks the type and raises RefusedError 1003 etc.

    `given` is not to be changed: calls that ask the same have the same one.
    """

    given: Mapping[str, object]

    @classmethod
    def collect(cls, path: Mapping[str, str], query: Pairs, form: Pairs) -> Parameters:
        """Merge the three places that a parameter can stand in.

        Raises:
            RefusedError: 616, a parameter stands in two places with different values.
        """
        if not form:
            # Many clients ask the same again and again.
            return _read(tuple(path.items()), tuple(query))
        return cls(_merged(path, query, form))

    def has(self, name: str) -> bool:
        """Whether the parameter was given at all, be it empty."""
        return name in self.given

    def text(self, name: str, default: str = "", *, maximum: int | None = None) -> str:
        """Return a text; of an array the first element."""
        given = self.given.get(name, default)
        value = _clean(given if isinstance(given, str) else _scalar(given))
        if maximum is not None and len(value) > maximum:
            raise errors.too_long(name, maximum)
        return value

    def required(self, name: str, *, kind: str = TEXT, maximum: int | None = None) -> str:
        """Return a text that must not be missing or empty."""
        value = self.text(name, maximum=maximum)
        if value == "":
            raise errors.required(name, kind)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean: TRUE or FALSE in any case, empty is false."""
        if name not in self.given:
            return default
        value = self.text(name).lower()
        if value not in _BOOLS:
            raise errors.failed(name, BOOL)
        return value == _TRUE

    def number(
        self, name: str, default: int, kind: str = "UINT", maximum: int | None = None
    ) -> int:
        """Return a number of at least 0."""
        if name not in self.given:
            return default
        value = php_int(self.text(name), name, kind)
        if value < 0:
            raise errors.failed(name, kind)
        if maximum is not None and value > maximum:
            raise errors.too_high(name, maximum)
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...], kind: str = TEXT) -> str:
        """Return one of the allowed texts; an empty one stands for the default."""
        value = self.text(name, default)
        if value == "" and value not in allowed:
            value = default
        if value not in allowed:
            raise errors.not_allowed(name, kind, allowed)
        return value

    def direction(self) -> bool:
        """Return whether `order_direction` asks for descending order."""
        value = self.text("order_direction", "asc").lower()
        if value not in {"asc", "desc"}:
            raise errors.failed("order_direction", "ORDER_DIRECTION")
        return value == "desc"

    def array(self, name: str, kind: str = TEXT) -> list[str] | None:
        """Return an array, None if it was not given.

        A scalar is an array of one, an EMPTY scalar an EMPTY array.
        """
        if name not in self.given:
            return None
        value = self.given[name]
        if isinstance(value, dict):
            if any(isinstance(one, dict) for one in value.values()):
                raise errors.failed(name, kind)
            return [_clean(one) for one in value.values()]
        text = _clean(_scalar(value))
        return [text] if text else []


@lru_cache(maxsize=1 << 10)
def _read(path: Pairs, query: Pairs) -> Parameters:
    return Parameters(_merged(dict(path), query, ()))


def _merged(path: Mapping[str, str], query: Pairs, form: Pairs) -> dict[str, object]:
    merged: dict[str, object] = dict(path)
    asked = php_variables(query[:QUERY_PARAMETERS])
    asked.pop("q", None)
    for place in (asked, php_variables(form[:FORM_PARAMETERS])):
        for name, value in place.items():
            if name in merged and merged[name] != value:
                raise errors.different_values(name, _scalar(merged[name]), _scalar(value))
            merged[name] = value
    return merged


def php_variables(pairs: Pairs) -> dict[str, object]:
    """Return the variables that PHP makes of name/value pairs."""
    found: dict[str, object] = {}
    for raw, value in pairs:
        if raw.isidentifier():
            # A plain name, as nearly all are: there is nothing in it that PHP would change.
            found[raw] = value
            continue
        parts = _NAME.match(raw.lstrip(" "))
        if parts is None:
            continue
        name = re.sub(r"[ .]", "_", parts[1])
        keys = _KEY.findall(parts[2])
        if keys:
            _put(found, [name, *keys], value)
        else:
            found[name] = value
    return found


def php_int(text: str, name: str, kind: str) -> int:
    """Return a text as PHP casts it to an integer.

    Raises:
        RefusedError: 1003, the text is not numeric.
    """
    if text == "":
        return 0
    if not _NUMERIC.fullmatch(text):
        raise errors.failed(name, kind)
    return int(float(text)) if re.search(r"[.eE]", text) else int(text)


def _put(place: dict[str, object], path: Sequence[str], value: str) -> None:
    key = path[0] or _next_index(place)
    if len(path) == 1:
        place[key] = value
        return
    inner = place.get(key)
    if not isinstance(inner, dict):
        inner = {}
        place[key] = inner
    _put(inner, path[1:], value)


def _next_index(array: Mapping[str, object]) -> str:
    numbers = [int(key) for key in array if key.isdigit()]
    return str(max(numbers) + 1 if numbers else 0)


def _scalar(value: object) -> str:
    while isinstance(value, dict):
        value = next(iter(value.values()), "")
    return str(value)


def _clean(text: str) -> str:
    """Return the text.

    Raises:
        RefusedError: 500 without a word, the bytes sent were not UTF-8 (recorded).
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise errors.server_error("") from error
    return text
