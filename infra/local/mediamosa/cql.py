"""A reader of the part of CQL that MediaMosa's MySQL search understands (§ 9).

Text in, tree out; what the tree means stands in `matching`. Errors are 1033 with the server's
words and positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from infra.local.mediamosa import errors

BOOLEANS = frozenset({"and", "or", "not"})
RELATIONS = frozenset(
    {"=", "==", "<>", "<", "<=", ">", ">=", "any", "all", "within", "exact", "adj"}
)
_SORT_MODIFIERS = {
    "descending": True,
    "sort.descending": True,
    "ascending": False,
    "sort.ascending": False,
}
_RELATION_MODIFIERS = frozenset({"ignorecase", "respectcase", "stem", "keeporder"})
_TOKEN = re.compile(r'[ ]*(?:([()])|(")|(/) *|([<>=]+)|([^ ()"/<>=]+))')
_QUOTED = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)
_SORTBY = "sortby"


@dataclass(frozen=True, slots=True)
class Clause:
    """`index relation term`; backslashes stay in the term unless they release a quote."""

    index: str
    relation: str
    term: str
    respect_case: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions joined by AND, or with `either` by OR."""

    left: Condition
    right: Condition
    either: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    condition: Condition


Condition = Clause | Both | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A condition, if there is one, and the sort columns (name, descending)."""

    condition: Condition | None = None
    sort: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    quoted: bool = False

    def means(self, word: str) -> bool:
        return not self.quoted and self.text.lower() == word


def parse(text: str, knows: Callable[[str], bool]) -> Query:
    """Read CQL; `knows` says whether there is an index of a name.

    Raises:
        RefusedError: 1033, with the position of the error.
    """
    reader = _Reader(_tokens(text), knows)
    if reader.at_word(_SORTBY):
        return Query(None, reader.sort())
    condition = reader.condition()
    following = reader.peek()
    if following is None:
        return Query(condition)
    if following.means(_SORTBY):
        return Query(condition, reader.sort())
    if following.means(")"):
        raise errors.cql("CQL: Unmatched ')' encountered")
    raise reader.expecting_more()


def _syntax(message: str, position: int) -> errors.RefusedError:
    return errors.cql(f"Syntax error at position {position}, {message}")


@lru_cache(maxsize=1 << 10)
def _tokens(text: str) -> Sequence[_Token]:
    tokens: list[_Token] = []
    position = 0
    end = len(text.rstrip(" "))
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _syntax("unexpected character", position)
        position = found.end()
        if found[2]:
            body = _QUOTED.match(text, position)
            last = body.end() if body else position
            if text[last : last + 1] != '"':
                raise errors.cql("CQL: Unmatched '\"' encountered")
            term = text[position:last].replace('\\"', '"')
            tokens.append(_Token(term, found.start(2), last + 1, quoted=True))
            position = last + 1
            continue
        word = found[1] or found[3] or found[4] or found[5]
        start = found.start() + found[0].index(word)
        if "\\" in word:
            raise _syntax(
                'character \\ can only be used inside "quoted" strings', start + word.index("\\")
            )
        tokens.append(_Token(word, start, start + len(word)))
    return tokens


class _Reader:
    """A recursive descent over the tokens; AND binds closer than OR, as in the SQL it becomes."""

    def __init__(self, tokens: Sequence[_Token], knows: Callable[[str], bool]) -> None:
        self._tokens = tokens
        self._knows = knows
        self._position = 0

    def peek(self) -> _Token | None:
        """Return the next token without taking it."""
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def at_word(self, word: str) -> bool:
        """Whether the next token is this unquoted word."""
        token = self.peek()
        return token is not None and token.means(word)

    def condition(self) -> Condition:
        """Read clauses joined by OR."""
        left = self._conjunction()
        while self.at_word("or"):
            self._next()
            left = Both(left, self._conjunction(), either=True)
        return left

    def sort(self) -> tuple[tuple[str, bool], ...]:
        """Read `sortby index[/direction] …` to the end."""
        self._next()
        columns: list[tuple[str, bool]] = []
        while not columns or self.peek() is not None:
            name = self._charstring()
            descending = False
            for modifier in self._modifiers(frozenset(_SORT_MODIFIERS)):
                descending = _SORT_MODIFIERS[modifier]
            columns.append((name.text, descending))
        return tuple(columns)

    def expecting_more(self) -> errors.RefusedError:
        """Return the error of a clause that something strange follows."""
        end = self._tokens[self._position - 1].end
        return _syntax("expecting boolean, operator or sortby", end)

    def _conjunction(self) -> Condition:
        left = self._negation()
        while self.at_word("and") or self.at_word("not"):
            negated = self._next().means("not")
            right = self._negation()
            left = Both(left, Not(right) if negated else right)
        return left

    def _negation(self) -> Condition:
        if self.at_word("not"):
            self._next()
            return Not(self._negation())
        if not self.at_word("("):
            return self._clause()
        self._next()
        inner = self.condition()
        if self.peek() is not None and not self.at_word(")"):
            raise self.expecting_more()
        self._next()
        return inner

    def _clause(self) -> Clause:
        first = self._charstring()
        relation = self.peek()
        if relation is None or relation.quoted or relation.text not in RELATIONS:
            return Clause("title", "=", first.text)
        self._next()
        if not self._knows(first.text):
            position = relation.end - len(relation.text) - len(first.text)
            raise _syntax(f"unknown index; {first.text}", position)
        modifiers = self._modifiers(_RELATION_MODIFIERS)
        term = self._charstring()
        return Clause(first.text, relation.text, term.text, "respectcase" in modifiers)

    def _modifiers(self, allowed: frozenset[str]) -> list[str]:
        found: list[str] = []
        while self.at_word("/"):
            self._next()
            token = self._next()
            if token.text.lower() not in allowed:
                raise _syntax(f"{token.text} is not an allowed modifier", token.start)
            found.append(token.text.lower())
        return found

    def _charstring(self) -> _Token:
        token = self._next()
        if token.means(")"):
            raise errors.cql("CQL: Unmatched ')' encountered")
        if (token.quoted and not token.text) or (not token.quoted and token.text[0] in "(/<>="):
            shown = '""' if token.quoted else token.text
            raise _syntax(f"{shown} is not valid char string", token.end)
        return token

    def _next(self) -> _Token:
        token = self.peek()
        if token is None:
            raise errors.cql("Unexpected end of string")
        self._position += 1
        return token
