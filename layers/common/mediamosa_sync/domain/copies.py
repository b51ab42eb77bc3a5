"""Copies of frozen dataclasses with some fields changed.

As :func:`dataclasses.replace`, in less than half its time: a step copies a run item of two dozen
fields some twenty times, and a page every link that changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["replace"]

T = TypeVar("T")
_Slot = tuple[Callable[[object, object], None], Callable[[object], object]]


def _replaced(old: T, /, **changes: object) -> T:
    """*old*, a dataclass with slots and without ``__post_init__``, with *changes*.

    ``__init__`` is not called: the values are taken over slot by slot.
    """
    kind: type[Any] = type(old)
    new: T = object.__new__(kind)
    for put, value_of in _SLOTS.get(kind) or _slots(kind):
        put(new, value_of(old))
    for name, value in changes.items():
        object.__setattr__(new, name, value)
    return new


_SLOTS: dict[type[Any], tuple[_Slot, ...]] = {}


def _slots(kind: type[Any]) -> tuple[_Slot, ...]:
    """What writes and what reads each field of *kind*; looked for once."""
    slots = (getattr(kind, field.name) for field in fields(kind))
    found = _SLOTS[kind] = tuple((slot.__set__, slot.__get__) for slot in slots)
    return found


if TYPE_CHECKING:
    # The type checker knows this one, and checks the names and types of what changes.
    from dataclasses import replace
else:
    replace = _replaced
