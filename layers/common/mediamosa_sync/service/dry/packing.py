"""Dataclasses as JSON and back: on the way back everything is checked, for it comes from outside.

A dataclass is an object of those of its fields that are not as they are by default; their types say
what may stand in them. What is typed ``object`` is an attribute as DynamoDB has it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Any,
    SupportsBytes,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

T = TypeVar("T")


class NotPacked(ValueError):
    """It is nothing that :func:`packed` makes of a value of the type."""


def packed(value: object) -> object:
    """*value*, a dataclass, as JSON types."""
    return _form(cast("Hashable", type(value))).pack(value)


def unpacked(kind: type[T], given: object) -> T:
    """The dataclass of *kind* that *given* is.

    Raises:
        NotPacked: it is none.
    """
    try:
        found: T = _unpacked(_form(cast("Hashable", kind)), given)
    except _NO_SUCH_FORM as error:
        raise NotPacked(type(error).__name__) from error
    return found


_NO_SUCH_FORM = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class _Form:
    """How values of one type are packed.

    Attributes:
        json: the JSON type that they have; ``object`` for any.
        python: what they are.
    """

    json: type
    python: type
    pack: Callable[[Any], object]
    unpack: Callable[[Any], Any]


def _unpacked(form: _Form, given: object) -> Any:  # noqa: ANN401 (what the form says)
    if form.json is not object and type(given) is not form.json:
        raise NotPacked(type(given).__name__)
    return form.unpack(given)


@cache
def _form(hint: Any) -> _Form:  # noqa: ANN401 (a type, or what typing makes of some)
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin in {Union, UnionType}:
        return _either([_form(one) for one in arguments])
    if origin is tuple:
        return _tuple(arguments)
    if origin in {set, frozenset}:
        return _set(origin, _form(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(*map(_form, arguments))
    if is_dataclass(hint):
        return _dataclass(hint)
    if issubclass(hint, Enum):
        return _Form(str, hint, lambda value: value.value, hint)
    raise TypeError(hint)


def _either(forms: list[_Form]) -> _Form:
    by_json = {form.json: form for form in forms}

    def pack(value: object) -> object:
        return next(form for form in forms if isinstance(value, form.python)).pack(value)

    return _Form(object, object, pack, lambda given: _unpacked(by_json[type(given)], given))


def _tuple(arguments: tuple[Any, ...]) -> _Form:
    if arguments[1:] == (...,):
        one = _form(arguments[0])
        return _Form(
            list,
            tuple,
            lambda values: [one.pack(value) for value in values],
            lambda given: tuple(_unpacked(one, value) for value in given),
        )
    forms = [_form(argument) for argument in arguments]
    return _Form(
        list,
        tuple,
        lambda values: [form.pack(one) for form, one in zip(forms, values, strict=True)],
        lambda given: tuple(_unpacked(form, one) for form, one in zip(forms, given, strict=True)),
    )


def _set(kind: type, one: _Form) -> _Form:
    return _Form(
        list,
        AbstractSet,
        lambda values: [one.pack(value) for value in sorted(values)],
        lambda given: kind(_unpacked(one, value) for value in given),
    )


def _mapping(name: _Form, one: _Form) -> _Form:
    """JSON's names are texts; here they are texts or numbers."""

    def unpack(given: dict[str, object]) -> dict[Any, Any]:
        return {name.python(key): _unpacked(one, value) for key, value in given.items()}

    return _Form(
        dict,
        Mapping,
        lambda values: {str(key): one.pack(value) for key, value in values.items()},
        unpack,
    )


def _dataclass(kind: Any) -> _Form:  # noqa: ANN401 (a dataclass of any kind)
    hints = get_type_hints(kind)
    forms = {one.name: _form(hints[one.name]) for one in fields(kind)}
    defaults = {one.name: _default(one) for one in fields(kind)}

    def pack(value: object) -> object:
        stands = {name: getattr(value, name) for name in forms}
        return {
            name: forms[name].pack(one) for name, one in stands.items() if one != defaults[name]
        }

    def unpack(given: dict[str, object]) -> object:
        return kind(**{name: _unpacked(forms[name], one) for name, one in given.items()})

    return _Form(dict, kind, pack, unpack)


def _default(one: Field[Any]) -> object:
    """A fresh object, equal to nothing, if there is none."""
    if one.default is not MISSING:
        return one.default
    return object() if one.default_factory is MISSING else one.default_factory()


def _text(given: str) -> str:
    given.encode()
    return given


def _number(given: int) -> int:
    if given.bit_length() > _MOST_BITS:
        raise NotPacked("too large a number")
    return given


_MOST_BITS = 256
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Room to reckon with any of them without leaving what Python can count."""


def _instant(given: str) -> datetime:
    instant = datetime.fromisoformat(given)
    if not _EARLIEST <= instant < _LATEST:
        raise NotPacked("no instant of our time")
    return instant.astimezone(UTC)


def _as_stored(value: object) -> object:
    """An attribute's value, whatever boto3 has given."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return {"N": str(value)}
    if isinstance(value, Mapping):
        return {"M": {str(name): _as_stored(one) for name, one in value.items()}}
    if isinstance(value, list | tuple):
        return [_as_stored(one) for one in value]
    if isinstance(value, set | frozenset):
        return {"S": [_as_stored(one) for one in sorted(value, key=str)]}
    told = bytes(value) if isinstance(value, SupportsBytes) else b""
    return {"B": base64.b64encode(told).decode()}


def _stored(given: object) -> object:
    if isinstance(given, str):
        return _text(given)
    if isinstance(given, list):
        return [_stored(one) for one in given]
    if not isinstance(given, dict):
        return given
    ((mark, inner),) = given.items()
    return _MARKED[mark](inner)


_MARKED: Mapping[str, Callable[[Any], object]] = {
    "N": Decimal,
    "M": lambda inner: {name: _stored(one) for name, one in inner.items()},
    "S": lambda inner: {_stored(one) for one in inner},
    "B": base64.b64decode,
}

_PLAIN: Mapping[Any, _Form] = {
    str: _Form(str, str, lambda value: value, _text),
    bool: _Form(bool, bool, lambda value: value, lambda given: given),
    int: _Form(int, int, lambda value: value, _number),
    NoneType: _Form(NoneType, NoneType, lambda value: value, lambda given: given),
    datetime: _Form(str, datetime, datetime.isoformat, _instant),
    object: _Form(object, object, _as_stored, _stored),
}
