"""The calls on mediafiles, as far as an editor and a synchroniser need them (§ 8.5)."""

from __future__ import annotations

from infra.local.mediamosa import access, errors, items
from infra.local.mediamosa.answers import Element, Outcome
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.parameters import Parameters
from infra.local.mediamosa.records import Asset, Mediafile

_LENGTH = 255
_TAG_LENGTH = 32


def of_asset(context: Context, parameters: Parameters) -> Outcome:
    """`GET /asset/{id}/mediafile`."""
    asset = access.own(context, access.existing(context, parameters.text("asset_id")))
    tag = parameters.text("tag")
    still = parameters.flag("is_still")
    files = [context.store.mediafiles[one] for one in asset.mediafile_ids]
    return Outcome(
        tuple(
            Element("item", tuple(items.mediafile(context, one)))
            for one in files
            if tag in {"", one.tag} and (one.still or not still)
        )
    )


def get(context: Context, parameters: Parameters) -> Outcome:
    """`GET /mediafile/{id}`: 701 if unknown, 1800 if another application's."""
    one = _existing(context, parameters)
    if one.app_id != context.application.app_id:
        raise errors.not_authorised("application not allowed")
    return Outcome((Element("item", tuple(items.mediafile(context, one)), "1"),))


def create(context: Context, parameters: Parameters) -> Outcome:
    """`POST /mediafile/create`: moves no stamp of the asset (§ 7)."""
    user = access.acting_user(parameters)
    asset_id = parameters.required("asset_id", kind="ASSET_ID")
    asset = access.owned(context, access.existing(context, asset_id), parameters)
    one = Mediafile(
        mediafile_id=context.ids.new_id(),
        asset_id=asset.asset_id,
        app_id=asset.app_id,
        owner_id=user,
        created=context.now,
        changed=context.now,
        group_id=parameters.text("group_id", maximum=_LENGTH),
    )
    _change(one, parameters)
    context.store.will_change(asset, context.now)
    context.store.mediafiles[one.mediafile_id] = one
    asset.mediafile_ids.append(one.mediafile_id)
    return Outcome((Element("item", (Element("mediafile_id", one.mediafile_id),)),))


def update(context: Context, parameters: Parameters) -> Outcome:
    """`POST /mediafile/{id}`: stamps the asset (§ 7)."""
    one, asset = _written(context, parameters)
    _change(one, parameters)
    one.changed = context.now
    context.store.stamp(asset, context.now)
    return Outcome(done=True)


def delete(context: Context, parameters: Parameters) -> Outcome:
    """`POST /mediafile/{id}/delete`: stamps the asset (§ 7)."""
    one, asset = _written(context, parameters)
    del context.store.mediafiles[one.mediafile_id]
    asset.mediafile_ids.remove(one.mediafile_id)
    context.store.stamp(asset, context.now)
    return Outcome(done=True)


def _existing(context: Context, parameters: Parameters) -> Mediafile:
    mediafile_id = parameters.text("mediafile_id")
    one = context.store.mediafiles.get(mediafile_id)
    if one is None:
        raise errors.mediafile_not_found(mediafile_id)
    return one


def _written(context: Context, parameters: Parameters) -> tuple[Mediafile, Asset]:
    access.acting_user(parameters)
    one = _existing(context, parameters)
    asset = context.store.assets[one.asset_id]
    access.owned(context, asset, parameters)
    context.store.will_change(asset, context.now)
    return one, asset


def _change(one: Mediafile, parameters: Parameters) -> None:
    one.filename = parameters.text("filename", one.filename, maximum=_LENGTH)
    one.uri = parameters.text("uri", one.uri)
    one.tag = parameters.text("tag", one.tag, maximum=_TAG_LENGTH)
    one.downloadable = parameters.flag("is_downloadable", default=one.downloadable)
    one.transcode_inherits_acl = parameters.flag(
        "transcode_inherits_acl", default=one.transcode_inherits_acl
    )
