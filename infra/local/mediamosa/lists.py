"""`GET /asset`: the parameters of a list and of an old-style search (§ 8.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from infra.local.mediamosa import access, columns, errors, items, matching, search, times
from infra.local.mediamosa.answers import Element, Outcome
from infra.local.mediamosa.columns import Column
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.cql import Both, Clause, Condition, Query
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.properties import LIMIT_DEFAULT, LIMIT_MAXIMUM
from infra.local.mediamosa.records import DATETIME, Asset, Tombstone
from infra.local.mediamosa.search import Search

LIMIT_MAXIMUM_IDS = 5000
_STATES = ("TRUE", "FALSE", "ALL")
_MATCHES = ("contains", "exact", "begin")
_SEARCHED = (
    "asset_id",
    "owner_id",
    "group_id",
    "provider_id",
    "reference_id",
    "mediafile_id",
    "videotimestamp",
    "videotimestampmodified",
    "mime_type",
    "filename",
    "mediafile_duration",
    "mediafile_container_type",
    "asset_type",
)
_NOT_SEARCHED = frozenset({"published", "trashcan"})


def list_assets(context: Context, parameters: Parameters) -> Outcome:
    """`GET /asset`."""
    application = context.application
    asked = _asked(parameters, application.published_default, application.trashcan_default)
    page = search.run(context, asked.search(query=_query(context, parameters)))
    made = (
        _id_only(one) if asked.ids_only else items.listed(context, one, hidden=asked.hidden)
        for one in page.found
    )
    return Outcome(tuple(made), page.total, asked.offset)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a list is asked for, apart from its condition and its order."""

    search: Callable[..., Search]
    offset: int
    ids_only: bool
    hidden: bool


@lru_cache(maxsize=1 << 10)
def _asked(parameters: Parameters, published_default: str, trashcan_default: str) -> _Asked:
    ids_only = parameters.flag("return_asset_ids")
    maximum = LIMIT_MAXIMUM_IDS if ids_only else LIMIT_MAXIMUM
    limit = parameters.number("limit", LIMIT_DEFAULT, "LIMIT", maximum)
    offset = parameters.number("offset", 0)
    asked = partial(
        Search,
        limit=limit,
        offset=offset,
        user=access.reader(parameters),
        published=parameters.choice("published", published_default, _STATES),
        trashcan=parameters.choice("trashcan", trashcan_default, _STATES),
        is_app_admin=parameters.flag("is_app_admin"),
        is_public_list=parameters.flag("is_public_list"),
        hide_empty=parameters.flag("hide_empty_assets"),
        granted=parameters.flag("granted", default=True),
        show_deleted=parameters.flag("show_deleted"),
        count_all=parameters.flag("calculate_total_count", default=True),
    )
    return _Asked(asked, offset, ids_only, parameters.flag("view_hidden_metadata"))


def _id_only(one: Asset | Tombstone) -> Element:
    return Element("item", (Element("asset_id", one.asset_id),))


def _query(context: Context, parameters: Parameters) -> Query:
    text = parameters.text("cql")
    clauses = list(_old_style(context, parameters))
    if text.strip() and clauses:
        raise errors.cql_exclusive()
    query = search.parse(context, text) if text.strip() else Query(_joined(clauses, parameters))
    order, descending = parameters.text("order_by"), parameters.direction()
    if not order:
        return query
    if not order.replace("_", "").isalnum():
        raise errors.failed("order_by", "ALPHA_NUM_UNDERSCORE")
    if query.sort:
        raise errors.cql_exclusive()
    return Query(query.condition, ((order, descending),))


def _joined(conditions: list[Condition], parameters: Parameters) -> Condition | None:
    operator = parameters.text("operator", "and").lower()
    if operator not in {"and", "or"}:
        raise errors.failed("operator", "OPERATOR")
    joined: Condition | None = None
    for one in conditions:
        joined = one if joined is None else Both(joined, one, either=operator == "or")
    return joined


def _old_style(context: Context, parameters: Parameters) -> Iterator[Condition]:
    """Yield one condition per search parameter: any of its values."""
    app_id = context.application.app_id
    own = (one.name for one in context.store.properties_of(app_id))
    given = parameters.given
    for name in [one for one in dict.fromkeys((*_SEARCHED, *own)) if one in given]:
        if name in _NOT_SEARCHED:
            continue
        values, column = parameters.array(name), columns.find(context.store, app_id, name)
        if not values or column is None:
            continue
        match = parameters.choice(f"{name}_match", "contains", _MATCHES, "SEARCH_MATCH")
        joined: Condition | None = None
        for value in values:
            one = _searched(column, match, value)
            joined = one if joined is None else Both(joined, one, either=True)
        if joined is not None:
            yield joined


def _searched(column: Column, match: str, value: str) -> Clause:
    if column.kind == DATETIME:
        if "|" not in value:
            return Clause(column.name, "==", _date(column.name, value))
        first, _, last = value.partition("|")
        period = f"{_date(column.name, first)} {_date(column.name, last)}"
        return Clause(column.name, "within", period)
    if column.kind not in {matching.TEXT, matching.BINARY}:
        return Clause(column.name, "==", value)
    term = value.replace("\\", "\\\\")
    if match == "contains":
        return Clause(column.name, "=", term)
    return Clause(column.name, "==", f"^{term}^" if match == "exact" else f"^{term}")


def _date(name: str, text: str) -> str:
    instant = times.parameter_time(text, name, "SEARCH_DATETIME", times.zone("UTC"))
    return times.utc_text(instant).replace(" ", "T")
