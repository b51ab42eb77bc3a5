"""What a CQL condition means to MySQL: three-valued, over every row of the joins (§ 9).

A property with several values is a joined table: the condition holds for an asset if it holds
for one choice of a value of each property it names. No value is NULL, and what is compared with
NULL is neither true nor false.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import lru_cache, partial

from infra.local.mediamosa import times
from infra.local.mediamosa.cql import Clause, Condition, Not
from infra.local.mediamosa.records import DATETIME, INT, Value

TEXT = "TEXT"
BINARY = "BINARY"
BOOL = "BOOL"
Row = Mapping[str, Value | None]
Test = Callable[[Row], "bool | None"]
_SPACES = re.compile(r"\s+")
_COMPARE: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@lru_cache(maxsize=1 << 16)
def collation_key(text: str) -> str:
    """Return the text as MySQL's utf8_general_ci compares it: no case, no accents."""
    if text.isascii():
        return text.upper()
    split = unicodedata.normalize("NFD", text)
    return "".join(one for one in split if not unicodedata.combining(one)).upper()


class Matcher:
    """Conditions made into tests; `kind_of` gives the kind of an index, bare or with prefix."""

    def __init__(
        self, kind_of: Callable[[str], str], nullable: Callable[[str], bool], time_zone: tzinfo
    ) -> None:
        self._kind_of = kind_of
        self._nullable = nullable
        self._time_zone = time_zone

    def test(self, condition: Condition) -> Test:
        """Return the test of a condition."""
        if isinstance(condition, Clause):
            return self._clause(condition)
        if isinstance(condition, Not):
            return self._negated(condition)
        left, right = self.test(condition.left), self.test(condition.right)
        return partial(_either if condition.either else _both, left, right)

    def _negated(self, condition: Not) -> Test:
        inner = condition.condition
        test = partial(_not, self.test(inner))
        if isinstance(inner, Clause) and self._nullable(inner.index):
            return partial(_or_null, test, inner.index)
        return test

    def _clause(self, clause: Clause) -> Test:
        kind = self._kind_of(clause.index)
        if kind in {TEXT, BINARY}:
            fold = _same if kind == BINARY or clause.respect_case else collation_key
            test = partial(_column, clause.index, _text_test(clause, fold))
        elif kind == BOOL:
            wanted = "TRUE" if clause.term.lower() == "true" else "FALSE"
            test = partial(_column, clause.index, partial(_equal, wanted))
        else:
            test = partial(_column, clause.index, self._number_test(clause, kind))
        if clause.relation == "<>" and self._nullable(clause.index):
            return partial(_or_null, test, clause.index)
        return test

    def _number_test(self, clause: Clause, kind: str) -> Callable[[Value], bool]:
        read = self._date if kind == DATETIME else _number
        relation = clause.relation
        if relation == "within":
            first, _, last = clause.term.partition(" ")
            return partial(_within, read(first), read(last.partition(" ")[0]))
        if kind == INT and relation in {"=", "any", "all"}:
            wanted = {_number(word) for word in _SPACES.split(clause.term)}
            return partial(_among, wanted)
        if relation in _COMPARE:
            return partial(_ordered, _COMPARE[relation], read(clause.term))
        unequal = relation == "<>"
        return partial(_unequal if unequal else _equal, read(clause.term))

    def _date(self, text: str) -> int:
        return times.cql_time(text, self._time_zone)


def _both(left: Test, right: Test, row: Row) -> bool | None:
    first = left(row)
    if first is False:
        return False
    second = right(row)
    return False if second is False else (None if first is None else second)


def _either(left: Test, right: Test, row: Row) -> bool | None:
    first = left(row)
    if first:
        return True
    second = right(row)
    return True if second else (None if first is None else second)


def _not(test: Test, row: Row) -> bool | None:
    result = test(row)
    return None if result is None else not result


def _or_null(test: Test, index: str, row: Row) -> bool | None:
    return True if row[index] is None else test(row)


def _column(index: str, test: Callable[[Value], bool], row: Row) -> bool | None:
    value = row[index]
    return None if value is None else test(value)


def _same(text: str) -> str:
    return text


def _number(text: str) -> int:
    found = re.match(r"\s*[+-]?\d+", text)
    return int(found[0]) if found else 0


def _equal(wanted: Value, value: Value) -> bool:
    return value == wanted


def _unequal(wanted: Value, value: Value) -> bool:
    return value != wanted


def _among(wanted: set[int], value: Value) -> bool:
    return value in wanted


def _within(first: int, last: int, value: Value) -> bool:
    return first <= int(value) <= last


def _ordered(test: Callable[[int], bool], wanted: int, value: Value) -> bool:
    return test(int(value) - wanted)


def _text_test(clause: Clause, fold: Callable[[str], str]) -> Callable[[Value], bool]:
    term = _marked(clause.term)
    relation = clause.relation
    if relation in {"=", "any", "all"}:
        words = [_like_word(word, fold) for word in _SPACES.split(term) if word]
        return partial(_every if relation == "all" else _some, words, fold)
    if relation in _COMPARE:
        # The wildcard marks take part in the comparison: that is why it is useless (§ 9, § 14).
        wanted = fold(term.replace("*", "%").replace("?", "_"))
        return partial(_text_ordered, _COMPARE[relation], wanted, fold)
    if relation == "within":
        first, _, last = term.partition(" ")
        return partial(_text_within, fold(first), fold(last), fold)
    test = _exact(term, fold)
    return partial(_refute, test) if relation == "<>" else test


def _marked(term: str) -> str:
    """Return the term with the wildcards that the server puts around what is not anchored."""
    if term[:1] not in {"*", "^"}:
        term = "*" + term
    if len(term) > 1 and not _ends_with(term, "*") and not _ends_with(term, "^"):
        term += "*"
    return term


def _ends_with(term: str, mark: str) -> bool:
    return term.endswith(mark) and not term.endswith("\\" + mark)


def _exact(term: str, fold: Callable[[str], str]) -> Callable[[Value], bool]:
    starts, ends = term.startswith("^"), _ends_with(term, "^") and len(term) > 1
    if starts and ends:
        inner = term[1:-1]
        if re.search(r"(?<!\\)[*?]", inner):
            return _pattern(f"*{inner}*", fold)
        wanted = fold(re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL))
        return partial(_text_equal, wanted, fold)
    if starts:
        return _pattern(term[1:] + "*", fold)
    if ends:
        return _pattern("*" + term[:-1], fold)
    return _pattern(f"*{term}*", fold)


def _like_word(word: str, fold: Callable[[str], str]) -> Callable[[Value], bool]:
    starts, ends = word.startswith("^"), _ends_with(word, "^") and len(word) > 1
    inner = word[1 if starts else 0 : -1 if ends else None]
    return _pattern(("" if starts else "*") + inner + ("" if ends else "*"), fold)


def _pattern(like: str, fold: Callable[[str], str]) -> Callable[[Value], bool]:
    """Return the test of a LIKE pattern in CQL's spelling: `*`, `?`, a backslash escapes."""
    parts: list[str] = []
    for escaped, plain in re.findall(r"\\(.)|(.)", like, flags=re.DOTALL):
        if plain in {"*", "?"}:
            parts.append(".*" if plain == "*" else ".")
        else:
            parts.append(re.escape(fold(escaped or plain)))
    expression = re.compile(re.sub(r"(?:\.\*)+", ".*", "".join(parts)), re.DOTALL)
    return partial(_matches, expression, fold)


def _matches(expression: re.Pattern[str], fold: Callable[[str], str], value: Value) -> bool:
    return expression.fullmatch(fold(str(value))) is not None


def _text_equal(wanted: str, fold: Callable[[str], str], value: Value) -> bool:
    return fold(str(value)) == wanted


def _text_ordered(
    test: Callable[[int], bool], wanted: str, fold: Callable[[str], str], value: Value
) -> bool:
    text = fold(str(value))
    return test((text > wanted) - (text < wanted))


def _text_within(first: str, last: str, fold: Callable[[str], str], value: Value) -> bool:
    return first <= fold(str(value)) <= last


def _some(tests: list[Callable[[Value], bool]], _: object, value: Value) -> bool:
    return any(test(value) for test in tests)


def _every(tests: list[Callable[[Value], bool]], _: object, value: Value) -> bool:
    return all(test(value) for test in tests)


def _refute(test: Callable[[Value], bool], value: Value) -> bool:
    return not test(value)


def indexes(condition: Condition) -> list[str]:
    """Return the names of the indexes that a condition reads, in order."""
    if isinstance(condition, Clause):
        return [condition.index]
    if isinstance(condition, Not):
        return indexes(condition.condition)
    return [*indexes(condition.left), *indexes(condition.right)]
