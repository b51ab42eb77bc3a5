"""Values and their marks: 16 bytes that are the same in every process and for every hash seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.edits import RecordEvent
from mediamosa_sync.domain.link import Link
from mediamosa_sync.domain.record import Record, RemovedRecord
from mediamosa_sync.domain.run import Run, RunState
from mediamosa_sync.domain.writes import Conflict

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MARK_BYTES = 16
MOST_REMEMBERED = 50_000
"""Rows whose marks are kept at hand; they are forgotten all at once."""

_ROWS = (Asset, AssetPage, Connection, Conflict, Link, Record, RecordEvent, RemovedRecord)
_LARGE = frozenset({*_ROWS, Run, RunState})
"""Frozen rows that come again and again as the same object: their marks are remembered."""

Writer = Callable[[Any, list[str]], None]


class Part:
    """One part of a state, shared by all states that have it.

    Attributes:
        value: never changed in place.
        mark: tells it from every other value.
    """

    __slots__ = ("__weakref__", "mark", "value")

    def __init__(self, value: Any, mark: bytes) -> None:
        self.value = value
        self.mark = mark


class Marks:
    """Marks of values, and the one part that stands for each value."""

    def __init__(self) -> None:
        self._parts: WeakValueDictionary[bytes, Part] = WeakValueDictionary()
        self._rows: dict[int, tuple[object, str]] = {}
        self._writers: dict[type, Writer] = {
            str: _write_text,
            int: _write_plain,
            bool: _write_plain,
            bytes: _write_plain,
            type(None): _write_plain,
            timedelta: _write_plain,
            datetime: _write_instant,
            tuple: self._write_row,
            list: self._write_row,
            dict: self._write_mapping,
            set: self._write_set,
            frozenset: self._write_set,
        }

    def of(self, value: Any) -> bytes:
        """The mark of *value*: equal for equal contents, whatever the order in maps and sets."""
        written: list[str] = []
        self._write(value, written)
        return hashlib.blake2b("".join(written).encode(), digest_size=MARK_BYTES).digest()

    def part(self, value: Any) -> Part:
        """The part that stands for *value*."""
        return self.marked(self.of(value), value)

    def marked(self, mark: bytes, value: Any) -> Part:
        """The part of that mark; it holds *value* if there is none yet."""
        found = self._parts.get(mark)
        if found is None:
            found = self._parts[mark] = Part(value, mark)
        return found

    def changed_in_place(self) -> int:
        """How many of the parts alive are no more what they were: it must be none."""
        self._rows.clear()
        return sum(self.of(part.value) != mark for mark, part in list(self._parts.items()))

    def _write(self, value: Any, written: list[str]) -> None:
        writer = self._writers.get(type(value))
        if writer is None:
            writer = self._writers[type(value)] = self._writer(value)
        writer(value, written)

    def _writer(self, value: Any) -> Writer:
        if isinstance(value, Enum):
            return _write_enum
        if isinstance(value, Mapping):
            return self._write_mapping
        if isinstance(value, Exception):
            return _write_error
        if not is_dataclass(value) or isinstance(value, type):
            raise TypeError(f"no mark can be made of a {type(value).__name__}")
        writer = self._fields_writer(value)
        return self._remembering(writer) if type(value) in _LARGE else writer

    def _fields_writer(self, example: DataclassInstance) -> Writer:
        kind, names = type(example).__name__, tuple(one.name for one in fields(example))

        def write_fields(row: Any, written: list[str]) -> None:
            written.append(kind + "{")
            for name in names:
                self._write(getattr(row, name), written)
            written.append("}")

        return write_fields

    def _remembering(self, writer: Writer) -> Writer:
        def write_remembered(row: Any, written: list[str]) -> None:
            known = self._rows.get(id(row))
            if known is None:
                own: list[str] = []
                writer(row, own)
                digest = hashlib.blake2b("".join(own).encode(), digest_size=MARK_BYTES)
                if len(self._rows) >= MOST_REMEMBERED:
                    self._rows.clear()
                known = self._rows[id(row)] = (row, digest.hexdigest())
            written.append(known[1])

        return write_remembered

    def _write_row(self, values: Any, written: list[str]) -> None:
        written.append("(")
        for value in values:
            self._write(value, written)
        written.append(")")

    def _write_mapping(self, values: Any, written: list[str]) -> None:
        written.append("<")
        keys = sorted(values) if len(values) > 1 else values
        for key in keys:
            self._write(key, written)
            self._write(values[key], written)
        written.append(">")

    def _write_set(self, values: Any, written: list[str]) -> None:
        written.append("[")
        for value in sorted(values):
            self._write(value, written)
        written.append("]")


def _write_text(value: Any, written: list[str]) -> None:
    written.append(f"{len(value)}'{value}")


def _write_plain(value: Any, written: list[str]) -> None:
    written.append(f"{value!r},")


def _write_enum(value: Any, written: list[str]) -> None:
    written.append(f"{value.value!r},")


def _write_instant(value: Any, written: list[str]) -> None:
    written.append(f"@{value.timestamp()!r},")


def _write_error(value: Any, written: list[str]) -> None:
    written.append(f"{type(value).__name__}!{value}!")
