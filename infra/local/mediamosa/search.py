"""`GET /asset`: which assets a list holds, in which order, and how many in all (§ 8.1, § 9, § 14).

Ordered by asset id a list is complete and repeatable. Ordered by anything else, rows that tie
come in an order that differs from page to page, as the database's do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache, partial
from zlib import crc32

from infra.local.mediamosa import columns, cql, errors, matching, times
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.cql import Both, Clause, Condition, Query
from infra.local.mediamosa.properties import PUBLISHED, TRASHCAN
from infra.local.mediamosa.records import Asset, Property, Tombstone, Value

_SORT_PREFIX = 50
_ONE_COLUMN = "you can not use 'sortBy' on multiple columns, only specify one column"
_ID = "asset_id"
_MODIFIED = "videotimestampmodified"
_WILDCARDS = "*?\\"
_ANY = frozenset({"any", "="})
_EQUAL = frozenset({"==", "=", "any"})
_FROM = frozenset({">", ">="}) | _EQUAL
_UNTIL = frozenset({"<", "<="}) | _EQUAL

Found = Asset | Tombstone
Test = Callable[[Asset], bool]
RowTest = Callable[[matching.Row], "bool | None"]


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is asked for, after the parameters were checked."""

    query: Query
    limit: int
    offset: int
    user: str = ""
    published: str = "TRUE"
    trashcan: str = "FALSE"
    is_app_admin: bool = False
    is_public_list: bool = False
    hide_empty: bool = False
    granted: bool = True
    show_deleted: bool = False
    count_all: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the total that goes into its header."""

    found: tuple[Found, ...]
    total: int


def parse(context: Context, text: str) -> Query:
    """Read CQL with the indexes that the application knows."""
    return _parsed(context.store.properties_of(context.application.app_id), text)


@lru_cache(maxsize=1 << 10)
def _parsed(properties: tuple[Property, ...], text: str) -> Query:
    return cql.parse(text, lambda name: columns.among(properties, name) is not None)


def run(context: Context, search: Search) -> Page:
    """Return one page.

    Raises:
        RefusedError: 1033 two sort columns, 1004 a sort column that is none, 500 a condition on
            a column that tombstones lack, together with `show_deleted`.
    """
    order, descending = _order(context, search.query)
    by_id = order is None or (order.name == _ID and not descending)
    test = _condition(context, search.query.condition)
    tests = [*_filters(context, search), *([test] if test else [])]
    if by_id and not (tests or search.show_deleted or context.store.late):
        return _slice(context, search)
    tombstones = _tombstones(context, search) if search.show_deleted else []
    found: list[Found] = [*_assets(context, search, tests), *tombstones]
    if order is not None and (tombstones or not by_id):
        found = _sorted(context, found, order, descending=descending, search=search)
    # Asked for no rows, this mode forgets the LIMIT and lists everything.
    limit = len(found) if search.show_deleted and not search.limit else search.limit
    page = tuple(found[search.offset : search.offset + limit])
    return Page(page, len(found) if search.count_all else len(page))


def _slice(context: Context, search: Search) -> Page:
    """Return a page of everything without looking at what is not on it."""
    ids = context.store.ids(context.application.app_id)
    page = ids[search.offset : search.offset + search.limit]
    total = len(ids) if search.count_all else len(page)
    return Page(tuple(context.store.assets[one] for one in page), total)


def _order(context: Context, query: Query) -> tuple[columns.Column | None, bool]:
    chosen: columns.Column | None = None
    for name, _ in query.sort:
        chosen = columns.find(context.store, context.application.app_id, name)
        if chosen is None or not chosen.sortable:
            raise errors.sort_field(name)
    if len(query.sort) > 1:
        raise errors.cql(_ONE_COLUMN)
    return chosen, bool(query.sort and query.sort[0][1])


def _condition(context: Context, condition: Condition | None) -> Test | None:
    if condition is None:
        return None
    used, test = _made(context, condition)
    return lambda asset: any(test(row) for row in columns.rows(context.store, asset, used))


def _made(context: Context, condition: Condition) -> tuple[dict[str, columns.Column], RowTest]:
    application = context.application
    known = context.store.properties_of(application.app_id)
    return _made_for(known, condition, application.time_zone)


@lru_cache(maxsize=1 << 10)
def _made_for(
    properties: tuple[Property, ...], condition: Condition, time_zone: tzinfo
) -> tuple[dict[str, columns.Column], RowTest]:
    """The columns that a condition uses and its test, where there are these properties."""
    used: dict[str, columns.Column] = {}
    for name in matching.indexes(condition):
        column = columns.among(properties, name)
        if column is None:
            raise errors.cql(f"Syntax error at position 1, unknown index; {name}")
        used[name] = column
    matcher = matching.Matcher(
        lambda name: used[name].kind, lambda name: used[name].prop is not None, time_zone
    )
    return used, matcher.test(condition)


def _assets(context: Context, search: Search, tests: list[Test]) -> list[Asset]:
    store, app_id = context.store, context.application.app_id
    ids = _candidates(context, search.query.condition)
    assets = [store.assets[one] for one in ids if one in store.assets]
    if tests:
        assets = [asset for asset in assets if all(one(asset) for one in tests)]
    late = dict(store.late_changes(app_id, context.now))
    if late:
        assets = [asset for asset in assets if asset.asset_id not in late]
        shown = [asset for asset in late.values() if asset is not None]
        assets += [asset for asset in shown if all(one(asset) for one in tests)]
        assets.sort(key=lambda asset: asset.asset_id)
    return assets


def _filters(context: Context, search: Search) -> list[Test]:
    tests: list[Test] = []
    if not search.is_app_admin:
        tests.append(lambda asset: not asset.inappropriate or asset.owner_id == search.user != "")
        if search.is_public_list:
            tests.append(lambda asset: not asset.private)
    if search.hide_empty:
        tests.append(lambda asset: not columns.is_empty(context.store, asset))
    if not search.granted:
        tests.append(partial(_playable, context.now))
    if not search.show_deleted:
        # Inner joins: an asset without the row is in neither list, only in ALL.
        if search.published != "ALL":
            tests.append(partial(_state, PUBLISHED, search.published))
        if search.trashcan != "ALL":
            tests.append(partial(_state, TRASHCAN, search.trashcan))
    return tests


def _state(number: int, wanted: str, asset: Asset) -> bool:
    return wanted in asset.metadata.get(number, ())


def _playable(now: int, asset: Asset) -> bool:
    start, end = asset.play_restriction_start, asset.play_restriction_end
    return (start is None or start <= now) and (end is None or now <= end)


def _candidates(context: Context, condition: Condition | None) -> list[str]:
    """Return ids, in byte order, among which everything that the condition can match stands."""
    store, app_id = context.store, context.application.app_id
    clauses = list(_required(condition))
    for clause in clauses:
        if clause.index == _ID and not any(mark in clause.term for mark in _WILDCARDS):
            words = clause.term.split()
            if clause.relation in _ANY and all(_anchored(word) for word in words):
                own = {word[1:-1] for word in words}
                return sorted(one for one in own if _is_own(store.assets.get(one), app_id))
            if clause.relation == "==" and clause.term.startswith("^"):
                return store.ids_from(app_id, clause.term.strip("^"))
    first, last = _period(context, clauses)
    if first is None and last is None:
        return store.ids(app_id)
    return store.ids_modified(app_id, first, last)


def _required(condition: Condition | None) -> Iterator[Clause]:
    """Yield clauses each of which must hold for the condition to hold."""
    if isinstance(condition, Clause):
        yield condition
    elif isinstance(condition, Both) and not condition.either:
        yield from _required(condition.left)
        yield from _required(condition.right)


def _anchored(word: str) -> bool:
    return len(word) > 1 and word[0] == word[-1] == "^"


def _is_own(asset: Asset | None, app_id: int) -> bool:
    return asset is not None and asset.app_id == app_id


def _period(context: Context, clauses: list[Clause]) -> tuple[int | None, int | None]:
    """Return the first and the last modification stamp that the clauses leave possible."""
    first: int | None = None
    last: int | None = None
    for clause in clauses:
        if clause.index != _MODIFIED:
            continue
        at = times.cql_time(clause.term, context.application.time_zone)
        if clause.relation in _FROM:
            first = at if first is None else max(first, at)
        if clause.relation in _UNTIL:
            last = at if last is None else min(last, at)
    return first, last


def _tombstones(context: Context, search: Search) -> list[Tombstone]:
    condition = search.query.condition
    app_id = context.application.app_id
    own = [one for one in context.store.tombstones.values() if one.app_id == app_id]
    late = dict(context.store.late_changes(app_id, context.now))
    own = sorted((one for one in own if one.asset_id not in late), key=lambda one: one.asset_id)
    if condition is None:
        return own
    used, test = _made(context, condition)
    for name, column in used.items():
        if name not in columns.TOMBSTONE_INDEXES:
            raise _unknown_column(column)
    return [one for one in own if test(columns.tombstone_row(one))]


def _unknown_column(column: columns.Column) -> errors.RefusedError:
    table = "a" if column.table in {"a", "mf"} else column.table
    name = column.name if column.prop is None else "val_char"
    return errors.database_error(
        f"SQLSTATE[42S22]: Column not found: 1054 Unknown column '{table}.{name}' in "
        "'where clause'",
        "INSERT INTO {db_temporary_0} SELECT a.asset_id, a.videotimestampmodified "
        "FROM {mediamosa_asset_delete} AS a",
    )


def _sorted(
    context: Context,
    found: list[Found],
    order: columns.Column,
    *,
    descending: bool,
    search: Search,
) -> list[Found]:
    """Sort as the database does: NULL last either way, ties in an order nobody may rely on."""
    keyed: list[tuple[Value, Found]] = []
    last: list[Found] = []
    for one in found:
        key = _sort_value(context, one, order)
        if key is None or key == "":
            last.append(one)
        else:
            keyed.append((key, one))
    if order.name == _ID:
        keyed.sort(key=lambda pair: str(pair[0]), reverse=descending)
    else:
        salt = crc32(f"{search.offset}:{search.limit}".encode())
        keyed.sort(key=lambda pair: crc32(pair[1].asset_id.encode(), salt))
        keyed.sort(key=lambda pair: _comparable(pair[0]), reverse=descending)
    return [one for _, one in keyed] + last


def _comparable(value: Value) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, value)


def _sort_value(context: Context, one: Found, order: columns.Column) -> Value | None:
    if isinstance(one, Tombstone):
        return columns.tombstone_row(one).get(order.name)
    values = order.values(context.store, one)
    if not values:
        return None
    if order.kind == matching.TEXT:
        return min(matching.collation_key(str(value)[:_SORT_PREFIX]) for value in values)
    return min(values) if len(values) > 1 else values[0]
