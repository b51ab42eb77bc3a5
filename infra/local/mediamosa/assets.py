"""The calls on assets: list, read, create, change, delete, restore, publish (§ 8, § 10, § 11)."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.mediamosa import access, errors, items, times
from infra.local.mediamosa.answers import OKAY, Element, Outcome
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.errors import RefusedError
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.properties import (
    LIMIT_DEFAULT,
    LIMIT_MAXIMUM,
    PUBLISHED,
    TRASHCAN,
    TRASHCAN_DATE,
)
from infra.local.mediamosa.records import Asset

_LENGTH = access.NAME_LENGTH
_TYPE_LENGTH = 50
_STATES = ("TRUE", "FALSE", "ALL")
_FLAGS = ("FALSE", "TRUE")

Action = Callable[[Context, Asset, Parameters], None]


def get(context: Context, parameters: Parameters) -> Outcome:
    """`GET /asset/{id}`: 700 if unknown or trashed, 1800 if foreign, 1905 if inappropriate."""
    trashed = parameters.flag("trashcan")
    asset = access.existing(context, parameters.text("asset_id"), trashed=trashed)
    access.own(context, asset)
    user, is_app_admin = access.reader(parameters), parameters.flag("is_app_admin")
    if asset.inappropriate and not is_app_admin and user != asset.owner_id:
        raise errors.inappropriate()
    hidden = parameters.flag("view_hidden_metadata")
    item = items.whole(context, asset, hidden=hidden)
    _count_view(asset, parameters)
    return Outcome((item,))


def get_many(context: Context, parameters: Parameters) -> Outcome:
    """`GET /assets`: in the order asked; what is missing or not to be seen is left out."""
    asked = parameters.array("asset_id", "ASSET_ID")
    if not asked:
        raise errors.required("asset_id", "ASSET_ID")
    trashcan = parameters.choice("trashcan", context.application.trashcan_default, _STATES)
    user, is_app_admin = access.reader(parameters), parameters.flag("is_app_admin")
    hidden = parameters.flag("view_hidden_metadata")
    found: list[Element] = []
    for asset_id in dict.fromkeys(asked):
        asset = context.store.assets.get(asset_id)
        if asset is None or asset.app_id != context.application.app_id:
            continue
        if trashcan not in {"ALL", _FLAGS[access.is_trashed(asset)]}:
            continue
        if asset.inappropriate and not is_app_admin and user != asset.owner_id:
            continue
        found.append(items.whole(context, asset, hidden=hidden))
        _count_view(asset, parameters)
    return Outcome(tuple(found))


def count(context: Context, parameters: Parameters) -> Outcome:
    """`GET /asset/count`: all assets of the application, trashed ones too."""
    owner, group = parameters.text("owner_id"), parameters.text("group_id")
    ids = context.store.ids(context.application.app_id)
    if not owner and not group:
        return Outcome(total=len(ids), done=True)
    assets = (context.store.assets[one] for one in ids)
    total = sum(owner in {"", one.owner_id} and group in {"", one.group_id} for one in assets)
    return Outcome(total=total, done=True)


def deleted(context: Context, parameters: Parameters) -> Outcome:
    """`GET /asset/deleted`: the tombstones, with stamps in UTC (§ 11)."""
    limit = parameters.number("limit", LIMIT_DEFAULT, "LIMIT", LIMIT_MAXIMUM)
    offset = parameters.number("offset", 0)
    order = parameters.choice(
        "order_by",
        "videotimestampmodified",
        ("videotimestampmodified", "asset_id"),
        "ALPHA_NUM_UNDERSCORE",
    )
    app_id = context.application.app_id
    found = [one for one in context.store.tombstones.values() if one.app_id == app_id]
    found.sort(key=lambda one: one.asset_id)
    by_time = order == "videotimestampmodified"
    found.sort(
        key=lambda one: (one.deleted if by_time else 0, "" if by_time else one.asset_id),
        reverse=parameters.direction(),
    )
    page = tuple(
        Element(
            "item",
            (
                Element("asset_id", one.asset_id),
                Element("videotimestampmodified", times.utc_text(one.deleted)),
                Element("coll_ids"),
            ),
            one.asset_id,
        )
        for one in found[offset : offset + limit]
    )
    return Outcome(page, total=len(found), offset=offset)


def create(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/create`: a repeated create makes a second asset."""
    owner = access.acting_user(parameters)
    published = parameters.flag("published", default=True)
    now = context.now
    asset = Asset(
        asset_id=context.ids.new_id(),
        app_id=context.application.app_id,
        owner_id=owner,
        created=now,
        changed=now,
        videotimestamp=now,
        modified=now,
        group_id=parameters.text("group_id", maximum=_LENGTH),
        provider_id=parameters.text("provider_id", maximum=_LENGTH),
        reference_id=parameters.text("reference_id", maximum=_LENGTH),
        metadata={PUBLISHED: [_FLAGS[published]], TRASHCAN: ["FALSE"]},
    )
    context.store.create_asset(asset, now)
    return Outcome((Element("item", (Element("asset_id", asset.asset_id),)),))


def update(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/{id}`: the asset's own fields; its modification stamp stays (§ 7)."""
    access.acting_user(parameters)
    asset = access.existing(context, parameters.text("asset_id"))
    access.owned(context, asset, parameters)
    changes = _changes(parameters)
    if not changes:
        raise errors.no_changes()
    context.store.will_change(asset, context.now)
    for name, value in changes.items():
        setattr(asset, name, value)
    asset.changed = context.now
    return Outcome(done=True)


def _changes(parameters: Parameters) -> dict[str, object]:
    changes: dict[str, object] = {}
    for name, (attribute, read, admin_only) in _FIELDS.items():
        if parameters.has(name):
            if admin_only:
                access.admin(parameters)
            changes[attribute] = read(parameters, name)
    return changes


def _flag(parameters: Parameters, name: str) -> bool:
    return parameters.flag(name)


def _name(parameters: Parameters, name: str) -> str:
    return parameters.text(name, maximum=_LENGTH)


def _type(parameters: Parameters, name: str) -> str:
    return parameters.text(name, maximum=_TYPE_LENGTH)


def _utc_time(parameters: Parameters, name: str) -> int | None:
    text = parameters.text(name)
    return times.parameter_time(text, name, "DATETIME_UTC", times.zone("UTC")) if text else None


# Parameter: the asset's attribute, how it is read, whether only the application's admin may.
_FIELDS: dict[str, tuple[str, Callable[[Parameters, str], object], bool]] = {
    "isprivate": ("private", _flag, False),
    "is_inappropriate": ("inappropriate", _flag, True),
    "owner_id": ("owner_id", _name, True),
    "group_id": ("group_id", _name, True),
    "reference_id": ("reference_id", _name, False),
    "provider_id": ("provider_id", _name, False),
    "asset_type": ("asset_type", _type, False),
    "play_restriction_start": ("play_restriction_start", _utc_time, False),
    "play_restriction_end": ("play_restriction_end", _utc_time, False),
}


def delete_one(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/{id}/delete`: hard, or to the trashcan with `trashcan=TRUE`."""
    return _one(context, parameters, _delete)


def restore_one(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/{id}/restore`."""
    return _one(context, parameters, _restore)


def publish_one(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/{id}/publish`."""
    return _one(context, parameters, _publish)


def unpublish_one(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/{id}/unpublish`."""
    return _one(context, parameters, _unpublish)


def delete_many(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/delete`: an unknown id answers 1800 in its item (recorded)."""
    foreign = errors.not_authorised("application not allowed")
    return _many(context, parameters, _delete, lambda _: foreign)


def restore_many(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/restore`."""
    return _many(context, parameters, _restore, errors.asset_not_found)


def publish_many(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/publish`."""
    return _many(context, parameters, _publish, errors.asset_not_found)


def unpublish_many(context: Context, parameters: Parameters) -> Outcome:
    """`POST /asset/unpublish`."""
    return _many(context, parameters, _unpublish, errors.asset_not_found)


def _one(context: Context, parameters: Parameters, action: Action) -> Outcome:
    access.acting_user(parameters)
    asset = access.existing(context, parameters.text("asset_id"), trashed=True)
    action(context, access.owned(context, asset, parameters), parameters)
    return Outcome(done=True)


def _many(
    context: Context,
    parameters: Parameters,
    action: Action,
    unknown: Callable[[str], RefusedError],
) -> Outcome:
    access.acting_user(parameters)
    asked = parameters.array("asset_id", "ASSET_ID")
    if not asked:
        raise errors.required("asset_id", "ASSET_ID")
    done: list[Element] = []
    for asset_id in asked:
        refusal: RefusedError | None = None
        asset = context.store.assets.get(asset_id)
        try:
            if asset is None:
                raise unknown(asset_id)
            action(context, access.owned(context, asset, parameters), parameters)
        except RefusedError as error:
            refusal = error
        done.append(_result(asset_id, refusal))
    return Outcome(tuple(done), done=True)


def _result(asset_id: str, refusal: RefusedError | None) -> Element:
    fields = {
        "asset_id": asset_id,
        "result": "error" if refusal else "success",
        "result_id": str(refusal.result_id if refusal else OKAY),
        "result_description": refusal.description if refusal else "",
    }
    return Element("item", tuple(Element(name, text) for name, text in fields.items()))


def _delete(context: Context, asset: Asset, parameters: Parameters) -> None:
    cascade = parameters.choice("delete", "", ("", "cascade"), "ALPHA") == "cascade"
    if parameters.flag("trashcan"):
        _set_states(context, asset, {TRASHCAN: "TRUE", TRASHCAN_DATE: context.now})
        return
    files = [context.store.mediafiles[one] for one in asset.mediafile_ids]
    present = sum(not one.still for one in files)
    if present and not cascade:
        raise errors.asset_not_empty(present)
    context.store.delete_asset(asset, context.now)


def _restore(context: Context, asset: Asset, _: Parameters) -> None:
    _set_states(context, asset, {TRASHCAN: "FALSE", TRASHCAN_DATE: None})


def _publish(context: Context, asset: Asset, _: Parameters) -> None:
    _set_states(context, asset, {PUBLISHED: "TRUE"})


def _unpublish(context: Context, asset: Asset, _: Parameters) -> None:
    _set_states(context, asset, {PUBLISHED: "FALSE"})


def _set_states(context: Context, asset: Asset, states: dict[int, str | int | None]) -> None:
    context.store.will_change(asset, context.now)
    for number, value in states.items():
        if value is None:
            asset.metadata.pop(number, None)
        else:
            asset.metadata[number] = [value]
    context.store.stamp(asset, context.now)


def _count_view(asset: Asset, parameters: Parameters) -> None:
    """Count a view, unless told not to, by the admin or by the owner; no stamp moves (§ 8.2)."""
    counted = parameters.flag("count_view", default=True)
    if counted and not parameters.flag("is_app_admin"):
        asset.viewed += access.reader(parameters) != asset.owner_id
