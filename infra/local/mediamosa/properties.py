"""The metadata properties of a server as it is installed, and their calls (§ 10.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from infra.local.mediamosa import errors, times
from infra.local.mediamosa.answers import Element, Outcome, text_element
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.records import ASSET_GROUP, CHAR, DATETIME, Property

TAG, PUBLISHED, TRASHCAN, TRASHCAN_DATE = 1, 2, 3, 4
NAME_LENGTH = 32
LIMIT_DEFAULT = 10
LIMIT_MAXIMUM = 200
_ORDERS = ("prop_id", "prop_name", "type", "created", "changed")
_KINDS = ("datetime", "int", "char")
_FLAGS = ("FALSE", "TRUE")
_NAME_KIND = "ALPHA_NUM_UNDERSCORE_TAG"
_NAME = re.compile(r"[A-Za-z0-9_]+")
_DUBLIN_CORE = (
    "type format language title creator publisher subject description contributor date identifier "
    "source relation coverage_temporal coverage_spatial rights"
)
_QUALIFIED_DUBLIN_CORE = (
    "title_alternative description_abstract created issued hasformat isformatof format_medium "
    "format_extent license rightsholder isreferencedby"
)
_CZP = (
    "schemanaam identificatiecode titel taal beschrijving sleutelwoord aggregatieniveau versie "
    "status soort_leermateriaal beoogde_eindgebruiker context beoogde_leeftijdsgroep kosten "
    "auteursrechten omschrijving_rechten classificatie"
)
_DATES = frozenset({"created", "issued"})


@lru_cache(maxsize=8)
def shipped(installed: int, *, czp: bool = False) -> tuple[Property, ...]:
    """Return the properties of the global groups, as created at `installed`."""
    return tuple(_shipped(installed, czp=czp))


def _shipped(installed: int, *, czp: bool) -> Iterator[Property]:
    yield Property(TAG, "tag", ASSET_GROUP, hidden=True, created=installed)
    yield Property(PUBLISHED, "published", ASSET_GROUP, protected=True, created=installed)
    yield Property(TRASHCAN, "trashcan", ASSET_GROUP, protected=True, created=installed)
    yield Property(
        TRASHCAN_DATE, "trashcan_date", ASSET_GROUP, DATETIME, protected=True, created=installed
    )
    number = TRASHCAN_DATE
    groups = [("dublin_core", _DUBLIN_CORE), ("qualified_dublin_core", _QUALIFIED_DUBLIN_CORE)]
    for group, names in groups + ([("czp", _CZP)] if czp else []):
        for name in names.split():
            number += 1
            dated = group == "qualified_dublin_core" and name in _DATES
            kind = DATETIME if dated else CHAR
            yield Property(number, name, group, kind, created=installed)


def list_properties(context: Context, parameters: Parameters) -> Outcome:
    """`GET /metadata_tag`: by default only the first ten, by group and name."""
    name = parameters.text("name")
    everything = parameters.flag("include_default_definitions", default=True)
    limit = parameters.number("limit", LIMIT_DEFAULT, "LIMIT", LIMIT_MAXIMUM)
    offset = parameters.number("offset", 0)
    order = parameters.choice("order_by", "", ("", *_ORDERS), "ALPHA_NUM_UNDERSCORE")
    found = [
        one
        for one in context.store.properties_of(context.application.app_id)
        if (everything or one.app_id) and name in {"", one.name}
    ]
    if order:
        found.sort(key=lambda one: _sort_key(one, order), reverse=parameters.direction())
    items = tuple(_item(context, one) for one in found[offset : offset + limit])
    return Outcome(items, total=len(found), offset=offset)


def create_property(context: Context, parameters: Parameters) -> Outcome:
    """`POST /metadata_tag/create`: a property in the application's own group."""
    name = parameters.required("name", kind=_NAME_KIND, maximum=NAME_LENGTH)
    if not name[0].isascii() or not name[0].isalpha():
        raise errors.first_character("name", _NAME_KIND)
    if not _NAME.fullmatch(name):
        raise errors.failed("name", _NAME_KIND)
    parameters.required("type")
    kind = parameters.choice("type", "", _KINDS).upper()
    hidden = parameters.choice("is_hidden", "FALSE", _FLAGS) == "TRUE"
    protected = parameters.choice("is_protected", "FALSE", _FLAGS) == "TRUE"
    application = context.application
    if any(one.name == name for one in context.store.properties_of(application.app_id)):
        raise errors.property_exists()
    new = Property(
        prop_id=max(context.store.properties) + 1,
        name=name,
        group=application.group,
        kind=kind,
        app_id=application.app_id,
        hidden=hidden,
        protected=protected,
        created=context.now,
    )
    context.store.add_property(new)
    return Outcome((_item(context, new),))


def delete_property(context: Context, parameters: Parameters) -> Outcome:
    """`POST /metadata_tag/delete`: with `cascade` all its values vanish, unstamped (§ 7)."""
    name = parameters.required("name", kind="ALPHA_NUM_UNDERSCORE", maximum=NAME_LENGTH)
    cascade = parameters.choice("delete", "", ("cascade", "")) == "cascade"
    app_id = context.application.app_id
    old = next(
        (one for one in context.store.properties_of(app_id) if one.name == name and one.app_id),
        None,
    )
    if old is None:
        raise errors.property_unknown()
    in_use = any(asset.metadata.get(old.prop_id) for asset in context.store.assets.values())
    if in_use and not cascade:
        raise errors.property_in_use()
    context.store.delete_property(old)
    return Outcome(done=True)


def _sort_key(one: Property, order: str) -> tuple[int, str]:
    if order in {"prop_name", "type"}:
        return (0, one.name if order == "prop_name" else one.kind)
    return (one.prop_id if order == "prop_id" else one.created, "")


def _item(context: Context, one: Property) -> Element:
    return _told(one, times.local_text(one.created, context.application.time_zone))


@lru_cache(maxsize=1 << 10)
def _told(one: Property, created: str) -> Element:
    fields = {
        "prop_id": str(one.prop_id),
        "name": one.name,
        "prop_group": one.group,
        "type": one.kind,
        "created": created,
        "changed": created,
        "is_hidden": _FLAGS[one.hidden],
        "is_protected": _FLAGS[one.protected],
    }
    return Element("item", tuple(map(text_element, fields.keys(), fields.values())))
