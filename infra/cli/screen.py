"""What a command prints: results on standard output, everything about them on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from infra.cli.client import Json
from infra.cli.text import safe

_WIDE = 10_000
"""Columns of what is no terminal: no line is broken there that a program would look for."""
_BETWEEN = 3
"""Columns between two of a table."""
_OBEYED = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
"""What a terminal obeys, or no encoding has, and JSON does not escape by itself."""


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: what stands over it.
        right: whether it is aligned to the right, as numbers are.
        optional: whether it is left out, the last one first, where the terminal is too narrow.
    """

    head: str
    right: bool = False
    optional: bool = False


class Bar(Protocol):
    """Shows how far something is."""

    def move(self, done: int, total: int | None, what: str = "") -> None:
        """So many of so many; *what* is going on, if that has changed."""
        ...


class Screen:
    """Two consoles. Colours and bars only on a terminal, and without NO_COLOR (rich sees to it)."""

    def __init__(self, output: Format) -> None:
        self.output = output
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # What the terminal's encoding lacks must not end the command.
                stream.reconfigure(errors="backslashreplace")
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)

    @property
    def as_json(self) -> bool:
        """Whether a program reads the result."""
        return self.output is Format.JSON

    def takes(self, text: str) -> bool:
        """Whether standard output can show *text*."""
        try:
            text.encode(self._out.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def json(self, result: Json) -> None:
        """Print the API's object as it is."""
        text = json.dumps(result, ensure_ascii=False, indent=2)
        text = _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        if not self.takes(text):
            text = json.dumps(result, indent=2)
        self._out.out(text, highlight=False)

    def say(self, sentence: str = "", style: str = "") -> None:
        """Print part of the result."""
        self._out.print(Text(safe(sentence), style=style), soft_wrap=not self._out.is_terminal)

    def note(self, sentence: str, style: str = "") -> None:
        """Print something about the result, which a program that reads it need not see."""
        self._err.print(Text(safe(sentence), style=style), soft_wrap=not self._err.is_terminal)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Print names and what they are, one a line."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, told in pairs:
            grid.add_row(Text(safe(name), style="bold"), _cell(told))
        self._out.print(grid)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], empty: str) -> None:
        """Print a table, or one block for each row where words would have to be broken for it."""
        columns, rows = _fitting(columns, rows, self._out.width)
        if not rows:
            self.say(empty)
        elif _least_width(columns, rows) > self._out.width:
            for row in rows:
                self.facts([(column.head, told) for column, told in zip(columns, row, strict=True)])
                self.say()
        else:
            self._out.print(_table(columns, rows))

    @contextmanager
    def bar(self, what: str) -> Iterator[Bar]:
        """A progress bar on standard error if that is a terminal, else a line for each change."""
        if not self._err.is_terminal:
            yield _Lines(self)
            return
        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
            console=self._err,
            transient=True,
        )
        with progress:
            yield _Bar(progress, what)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDE
    return console


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        words = all(len(row[number].split()) <= 1 for row in rows)
        table.add_column(
            column.head,
            justify="right" if column.right else "left",
            # A column of ids keeps its width; what is made of several words gives way.
            no_wrap=words,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(_cell, row))
    return table


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[Sequence[Column], Sequence[Sequence[str]]]:
    """The table without as many of its optional columns as *width* has no place for.

    Whole, if that would not be enough.
    """
    kept = list(range(len(columns)))
    for left_out in (None, *(one for one in reversed(kept) if columns[one].optional)):
        kept = [number for number in kept if number != left_out]
        chosen = [columns[one] for one in kept], [[row[one] for one in kept] for row in rows]
        if _least_width(*chosen) <= width:
            return chosen
    return columns, rows


def _least_width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """The columns of a table that breaks no word."""
    cells = zip([column.head for column in columns], *rows, strict=True)
    longest = (max(map(_longest_word, column)) for column in cells)
    return sum(longest) + _BETWEEN * len(columns)


def _longest_word(cell: str) -> int:
    return max((cell_len(safe(word)) for word in cell.split()), default=0)


def _cell(told: str) -> Text:
    """Its lines; a caller that puts values into one makes each of them safe first."""
    return Text("\n").join(Text(safe(line)) for line in told.split("\n"))


class _Bar:
    def __init__(self, progress: Progress, what: str) -> None:
        self._progress = progress
        self._task = progress.add_task(safe(what), total=None, count="")

    def move(self, done: int, total: int | None, what: str = "") -> None:
        count = "" if total is None else f"{done:,}/{total:,}"
        self._progress.update(self._task, completed=done, total=total, count=count)
        if what:
            self._progress.update(self._task, description=safe(what))


class _Lines:
    """For logs and pipes."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._last: tuple[int, int | None, str] | None = None

    def move(self, done: int, total: int | None, what: str = "") -> None:
        shown = (done, total, what)
        if shown != self._last:
            of = f"{done:,} of {total:,} assets" if total is not None else ""
            self._screen.note(": ".join(part for part in (what, of) if part))
        self._last = shown
