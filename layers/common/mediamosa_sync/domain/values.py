"""Values of one property, and what both sides last agreed on about them.

A property's values are a multiset of strings: MediaMosa returns them sorted and keeps duplicates
(protocol § 14), so they are kept as a sorted tuple and compared with ``==``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Values = tuple[str, ...]
"""The values of one property, sorted; ``()`` means "no value"."""

Metadata = Mapping[str, Values]
"""MediaMosa property name → normalised values; a missing name means "no value"."""

NO_VALUE: Values = ()

INLINE_BYTES = 512
"""Longest JSON form of values that a link keeps in full; longer ones are kept as a digest."""

NORMALISATION_VERSION = 1
"""Raised when :mod:`properties` normalises differently: an older digest then equals nothing."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What is kept of long values: enough to tell whether they are still the same.

    Attributes:
        sha256: hex digest of the values' JSON form (UTF-8).
        length: bytes of that form.
        version: :data:`NORMALISATION_VERSION` under which it was made.
    """

    sha256: str
    length: int
    version: int = NORMALISATION_VERSION


Agreed = Values | Digest
"""What both sides last agreed on for one property."""

Base = Mapping[str, Agreed]
"""Property name → what both sides last agreed on; a missing name means "no value"."""


def values_of(strings: Iterable[str]) -> Values:
    """The multiset of *strings*."""
    return tuple(sorted(strings))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MOST_BYTES = 6
"""Of one character in JSON: a control character's escape."""


def _json(values: Values) -> bytes:
    return _encode(values).encode("utf-8", "surrogatepass")


def _is_surely_short(values: Values) -> bool:
    """Whether no characters at all could make the JSON form of so many too long."""
    return 2 + sum(_MOST_BYTES * len(value) + 3 for value in values) <= INLINE_BYTES


def agree_on(values: Values) -> Agreed:
    """*values* in the form in which a link keeps them: in full if short, else their digest."""
    if not values or _is_surely_short(values):
        return values
    encoded = _json(values)
    if len(encoded) <= INLINE_BYTES:
        return values
    return Digest(sha256=hashlib.sha256(encoded).hexdigest(), length=len(encoded))


def is_agreed(agreed: Agreed, values: Values) -> bool:
    """Whether *values* are what *agreed* stands for."""
    if isinstance(agreed, tuple):
        return agreed == values
    return agreed == agree_on(values)
