"""Whether the code under test is still the one that was loaded, or has a fault planted in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from operator import attrgetter, is_
from types import CodeType, FunctionType

PACKAGE = "mediamosa_sync."


class LoadedCode:
    """The code of every function of the package, as it was when somebody last looked."""

    def __init__(self) -> None:
        self._functions = list(_functions())
        self._seen = self._now()

    def has_changed(self) -> bool:
        """Whether any of it is another than when this was last asked."""
        if all(map(is_, self._seen, map(_CODE, self._functions))):
            return False
        self._seen = self._now()
        return True

    def _now(self) -> list[CodeType]:
        return [function.__code__ for function in self._functions]


def _functions() -> Iterator[FunctionType]:
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            for value in vars(module).values():
                if getattr(value, "__module__", None) == name:
                    yield from _within(value)


def _within(value: object) -> Iterator[FunctionType]:
    """Functions that stand in a file: *value* itself, or a class's methods and getters."""
    if isinstance(value, FunctionType):
        if not value.__code__.co_filename.startswith("<"):
            yield value
    elif isinstance(value, type):
        for inner in vars(value).values():
            found = inner.fget if isinstance(inner, property) else inner
            if isinstance(found, FunctionType):
                yield from _within(found)


_CODE = attrgetter("__code__")
