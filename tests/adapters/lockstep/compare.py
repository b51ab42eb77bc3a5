"""Answers of two implementations of a port in one form, so that they are equal or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, SupportsBytes

SHOWN = 200
"""Characters of one value that are shown to people."""

Form = tuple[object, ...]
"""Kind of a value, and what is in it: two values are the same answer iff their forms are equal."""


def form(value: object) -> Form:
    """*value* with its types: ``True`` is not 1, a text not an enumeration's member.

    A list and a tuple are alike, as are numbers that DynamoDB takes for one: it has a single kind
    of each.
    """
    if value is None or isinstance(value, bool):
        return ("plain", value)
    if isinstance(value, Enum):
        return (type(value).__name__, value.value)
    if isinstance(value, int | Decimal):
        return ("number", Fraction(value))
    if isinstance(value, BaseException):
        return ("raises", type(value).__name__)
    if is_dataclass(value):
        inside = {one.name: form(getattr(value, one.name)) for one in fields(value)}
        return (type(value).__name__, inside)
    return _collection(value)


def _collection(value: object) -> Form:
    if isinstance(value, Mapping):
        return ("map", {name: form(inner) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        return ("list", [form(inner) for inner in value])
    if isinstance(value, set | frozenset):
        return ("set", sorted((form(inner) for inner in value), key=repr))
    if isinstance(value, bytes | SupportsBytes) and not isinstance(value, str):
        return ("bytes", bytes(value))
    return (type(value).__name__, value)


def difference(one: object, other: object, path: str = "") -> str:
    """Where two forms first differ, and what stands there on either side; "" if they are equal."""
    if one == other:
        return ""
    if isinstance(one, tuple) and isinstance(other, tuple) and one[:1] == other[:1]:
        inner = _inner(one[1], other[1], path)
        if inner:
            return inner
    return f"{path or 'the answer'}: {_short(one)} against {_short(other)}"


def _inner(one: object, other: object, path: str) -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        parts = ((f"{path}.{name}", one[name], other[name]) for name in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = (
            (f"{path}[{place}]", *pair) for place, pair in enumerate(zip(one, other, strict=True))
        )
    else:
        return ""
    return next((found for name, a, b in parts if (found := difference(a, b, name))), "")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def shown(value: object) -> str:
    """*value* for people: what is at its default is left out."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, datetime):
        return value.strftime("%d %H:%M:%S.%f")
    if is_dataclass(value):
        told = (
            f"{one.name}={shown(getattr(value, one.name))}"
            for one in fields(value)
            if getattr(value, one.name) != _default(one)
        )
        return f"{type(value).__name__}({', '.join(told)})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name!r}: {shown(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(shown, value))}]"
    return _short(value)


def _default(one: Field[Any]) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()
