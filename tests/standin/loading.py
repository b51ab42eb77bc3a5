"""Recorded items made into the stand-in's assets."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from infra.local.mediamosa import times
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import DATETIME, Application, Asset, Mediafile, Value


def load_asset(model: MediaMosa, application: Application, item: etree._Element) -> Asset:
    """Put the asset of a recorded item into the model."""
    created = _time(item, "videotimestamp", application)
    asset = Asset(
        asset_id=_text(item, "asset_id"),
        app_id=application.app_id,
        owner_id=_text(item, "owner_id"),
        created=created,
        changed=created,
        videotimestamp=created,
        modified=_time(item, "videotimestampmodified", application),
        group_id=_text(item, "group_id"),
        provider_id=_text(item, "provider_id"),
        reference_id=_text(item, "reference_id"),
        asset_type=_text(item, "asset_type"),
        viewed=int(_text(item, "viewed")),
        played=int(_text(item, "played")),
        private=_text(item, "isprivate") == "TRUE",
        inappropriate=_text(item, "is_unappropriate") == "TRUE",
    )
    for one in model.store.properties_of(application.app_id):
        texts = [element.text for element in item.iterfind(f"{one.group}/{one.name}")]
        values: list[Value] = [
            _instant(text, application) if one.kind == DATETIME else text for text in texts if text
        ]
        if values:
            asset.metadata[one.prop_id] = values
    for element in _mediafiles(item):
        load_mediafile(model, application, asset, element)
    model.store.add_assets([asset])
    return asset


def load_mediafile(
    model: MediaMosa, application: Application, asset: Asset, element: etree._Element
) -> None:
    """Put a recorded mediafile of an asset into the model."""
    one = Mediafile(
        mediafile_id=_text(element, "mediafile_id"),
        asset_id=asset.asset_id,
        app_id=application.app_id,
        owner_id=_text(element, "owner_id"),
        created=_time(element, "created", application),
        changed=_time(element, "changed", application),
        filename=_text(element, "filename"),
        tag=_text(element, "tag"),
        mount_point=_text(element, "sannas_mount_point"),
        downloadable=_text(element, "is_downloadable") == "TRUE",
        transcode_inherits_acl=_text(element, "transcode_inherits_acl") == "TRUE",
        technical={one.tag: one.text for one in element.iterfind("metadata/*") if one.text},
    )
    model.store.mediafiles[one.mediafile_id] = one
    asset.mediafile_ids.append(one.mediafile_id)


def _mediafiles(item: etree._Element) -> list[etree._Element]:
    listed = item.findall("mediafiles/mediafile")
    if listed or item.find("mediafiles") is not None:
        return listed
    if _text(item, "has_streamable_mediafiles") == "FALSE":
        return []
    # A list says only that there is one: one without a file stands for it.
    one = etree.Element("mediafile")
    for name, text in (
        ("mediafile_id", f"of-{_text(item, 'asset_id')}"),
        ("created", _text(item, "videotimestamp")),
        ("changed", _text(item, "videotimestamp")),
        ("filename", _text(item, "mediafile_filename")),
    ):
        etree.SubElement(one, name).text = text
    return [one]


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(name) or ""


def _time(element: etree._Element, name: str, application: Application) -> int:
    return _instant(_text(element, name), application)


def _instant(text: str, application: Application) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return times.from_local(local, application.time_zone)
