"""The items of assets and mediafiles as they were recorded: every element, in its order (§ 8)."""

from __future__ import annotations

from collections.abc import Iterator

from infra.local.mediamosa import columns, times
from infra.local.mediamosa.answers import Element, text_element
from infra.local.mediamosa.context import Context
from infra.local.mediamosa.matching import collation_key
from infra.local.mediamosa.records import (
    CHAR,
    DATETIME,
    Asset,
    Mediafile,
    Property,
    Tombstone,
    Value,
)

_FLAGS = ("FALSE", "TRUE")
_TECHNICAL_NAMES = (
    "video_codec colorspace width height fps audio_codec sample_rate channels file_duration "
    "container_type bitrate bpp filesize md5 mime_type is_hinted is_inserted_md pdf_pages "
    "pdf_version"
)
_TECHNICAL = tuple(_TECHNICAL_NAMES.split())
_NOT_A_FAVORITE = Element("is_favorite", "FALSE")
_GRANTED = Element("granted", "TRUE")
_NO_STILLS = Element("ega_still_url"), Element("vpx_still_url")


def listed(context: Context, found: Asset | Tombstone, *, hidden: bool = False) -> Element:
    """Return the item of a list: no mediafiles."""
    if isinstance(found, Tombstone):
        return _deleted(context, found)
    return Element(
        "item",
        (
            *_head(context, found),
            *_groups(context, found.metadata, hidden=hidden),
            _NOT_A_FAVORITE,
            _GRANTED,
            text_element("has_streamable_mediafiles", _FLAGS[bool(found.mediafile_ids)]),
            *_NO_STILLS,
        ),
    )


def whole(context: Context, asset: Asset, *, hidden: bool = False) -> Element:
    """Return the item of an asset asked for by id: with its mediafiles."""
    files = [context.store.mediafiles[one] for one in asset.mediafile_ids]
    elements = tuple(
        Element("mediafile", tuple(mediafile(context, one)), str(number))
        for number, one in enumerate(files, 1)
    )
    return Element(
        "item",
        (
            *_head(context, asset),
            *_groups(context, asset.metadata, hidden=hidden),
            _NOT_A_FAVORITE,
            _GRANTED,
            *_NO_STILLS,
            Element("mediafiles", elements),
            text_element("has_streamable_mediafiles", _FLAGS[bool(files)]),
        ),
    )


def mediafile(context: Context, one: Mediafile) -> Iterator[Element]:
    """Yield the elements of a mediafile."""
    extension = one.filename.rpartition(".")[2] if "." in one.filename else ""
    technical = one.technical
    analysed = bool(technical.get("container_type"))
    yield from _texts(
        mediafile_id=one.mediafile_id,
        asset_id=one.asset_id,
        mediafile_id_source="",
        tag=one.tag,
        app_id=str(one.app_id),
        owner_id=one.owner_id,
        group_id=one.group_id,
        is_original_file=_FLAGS[one.original],
        is_downloadable=_FLAGS[one.downloadable],
        is_streamable=_FLAGS[one.streamable],
        is_still=_FLAGS[one.still],
        filename=one.filename,
        uri=one.uri,
        sannas_mount_point=one.mount_point,
        transcode_profile_id="",
        tool="",
        command="",
        file_extension=extension,
        is_protected="FALSE",
        created=_local(context, one.created),
        changed=_local(context, one.changed),
        transcode_inherits_acl=_FLAGS[one.transcode_inherits_acl],
    )
    yield Element("metadata", tuple(Element(name, technical.get(name)) for name in _TECHNICAL))
    yield Element("ega_download_url")
    yield Element("ega_stream_url")
    if not analysed:
        yield Element("ega_play_url")
    yield from _texts(
        response_object_available="TRUE",
        response_plain_available="TRUE",
        response_metafile_available=_FLAGS[analysed],
    )


def value_text(context: Context, kind: str, value: Value) -> str:
    """Return a metadata value as the server prints it: dates in the application's zone."""
    return _local(context, int(value)) if kind == DATETIME else str(value)


def _head(context: Context, asset: Asset) -> Iterator[Element]:
    # A list that lags shows an asset whose mediafiles are gone already.
    known = context.store.mediafiles
    files = [known[one] for one in asset.mediafile_ids if one in known]
    first = next((one for one in files if one.original), None)
    technical = first.technical if first else {}
    return _texts(
        asset_id=asset.asset_id,
        app_id=str(asset.app_id),
        provider_id=asset.provider_id,
        owner_id=asset.owner_id,
        group_id=asset.group_id,
        videotimestamp=_local(context, asset.videotimestamp),
        videotimestampmodified=_local(context, asset.modified),
        play_restriction_start=_utc(asset.play_restriction_start),
        play_restriction_end=_utc(asset.play_restriction_end),
        reference_id=asset.reference_id,
        isprivate=_FLAGS[asset.private],
        mediafile_duration=technical.get("file_duration", ""),
        mediafile_container_type=technical.get("container_type", ""),
        mediafile_mime_type=technical.get("mime_type", ""),
        mediafile_filename=first.filename if first else "",
        asset_type=asset.asset_type,
        is_unappropriate=_FLAGS[asset.inappropriate],
        is_external=_FLAGS[any(one.uri for one in files)],
        is_empty_asset=_FLAGS[columns.is_empty(context.store, asset)],
        viewed=str(asset.viewed),
        played=str(asset.played),
        is_protected="FALSE",
        is_unappropiate=_FLAGS[asset.inappropriate],
    )


def _deleted(context: Context, tombstone: Tombstone) -> Element:
    return Element(
        "item",
        (
            text_element("asset_id", tombstone.asset_id),
            text_element("app_id", str(tombstone.app_id)),
            text_element("videotimestampmodified", _local(context, tombstone.deleted)),
            text_element("coll_id"),
            text_element("status", "deleted"),
            *_groups(context, {}, hidden=False),
            _NOT_A_FAVORITE,
            text_element("granted", "FALSE"),
            text_element("has_streamable_mediafiles", "FALSE"),
            *_NO_STILLS,
        ),
    )


def _groups(
    context: Context, metadata: dict[int, list[Value]], *, hidden: bool
) -> Iterator[Element]:
    group = ""
    elements: list[Element] = []
    for one in context.store.properties_of(context.application.app_id):
        if one.hidden and not hidden:
            continue
        if one.group != group and elements:
            yield Element(group, tuple(elements))
            elements = []
        group = one.group
        elements.extend(_values(context, one, metadata.get(one.prop_id)))
    if elements:
        yield Element(group, tuple(elements))


def _values(context: Context, one: Property, values: list[Value] | None) -> list[Element]:
    """Return the elements of a property: its values sorted, whatever order they were sent in."""
    if not values:
        return [text_element(one.name)]
    if len(values) > 1:
        text = one.kind == CHAR
        values = sorted(values, key=_text_key) if text else sorted(values, key=int)
    return [text_element(one.name, value_text(context, one.kind, value)) for value in values]


def _text_key(value: Value) -> tuple[str, str]:
    return collation_key(str(value)), str(value)


def _texts(**texts: str) -> Iterator[Element]:
    return map(text_element, texts.keys(), texts.values())


def _local(context: Context, instant: int | None) -> str:
    if instant is None:
        return ""
    return times.local_text(instant, context.application.time_zone)


def _utc(instant: int | None) -> str:
    return "" if instant is None else times.utc_text(instant)
