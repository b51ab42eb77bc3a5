"""Items of MediaMosa's answers as assets and properties (protocol § 8.1, item fields; § 10.5)."""

from __future__ import annotations

from collections.abc import Mapping

from mediamosa_sync.adapters.mediamosa.times import LocalTimes
from mediamosa_sync.adapters.mediamosa.xml import Element
from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.values import Values
from mediamosa_sync.errors import Malformed

_MAX_ID_BYTES = 32
_NO_GROUPS = frozenset({"mediafiles", "mediafile", "stills", "still", "collections", "coll_ids"})
"""Elements of an item that have child elements and are not metadata."""
_STATES = "asset"
"""The group that holds the asset's states; they are told apart and are no metadata."""

_ONCE = frozenset(
    {
        "asset_id",
        "mediafile_id",
        "status",
        "owner_id",
        "videotimestamp",
        "videotimestampmodified",
        "isprivate",
        "is_unappropriate",
        "is_unappropiate",
        "mediafile_filename",
        "mediafile_mime_type",
        "mediafile_duration",
        "name",
        "prop_group",
        "type",
        "is_hidden",
        "is_protected",
    }
)
"""Fields that are read: one that is told in two ways tells nothing."""

_TYPES = {kind.value: kind for kind in PropertyType}

_Fields = dict[str, str]
_Texts = dict[str, dict[str, list[str]]]


def asset_of(item: Element, times: LocalTimes) -> Asset:
    """The asset that *item* tells; its texts exactly as they stand in the XML.

    A group is an element that itself has child elements; an empty element is no value. Where the
    group ``asset`` has no row (old data, § 8.1) the asset is published and not trashed.

    Raises:
        Malformed: without an id, with one that MediaMosa could not keep, or of two minds.
    """
    fields, groups = _read(item)
    asset_id = fields.get("asset_id", "")
    if not asset_id or len(asset_id.encode()) > _MAX_ID_BYTES:
        raise Malformed(
            f"MediaMosa lists an asset with the id {asset_id[:40]!r}, which cannot be one: it is "
            "asked again at the next tick; if that goes on, look into MediaMosa's log."
        )
    modified = times.instant(fields.get("videotimestampmodified"))
    if fields.get("status") == "deleted":
        return Asset(asset_id, tombstone=True, modified=modified)
    states = groups.pop(_STATES, {})
    return Asset(
        asset_id=asset_id,
        created=times.instant(fields.get("videotimestamp")),
        modified=modified,
        groups={group: _values(texts) for group, texts in groups.items()},
        owner_id=fields.get("owner_id", ""),
        published=states.get("published") != ["FALSE"],
        trashed=states.get("trashcan") == ["TRUE"],
        inappropriate=_flag(fields, "is_unappropriate") or _flag(fields, "is_unappropiate"),
        private=_flag(fields, "isprivate"),
        filename=fields.get("mediafile_filename", ""),
        mime_type=fields.get("mediafile_mime_type", ""),
        duration=fields.get("mediafile_duration", ""),
    )


def _read(item: Element) -> tuple[_Fields, _Texts]:
    """The item's plain fields and its groups' values, both without the empty ones.

    This runs over some 6,000 elements a page, so it touches each only once or twice.
    """
    fields: _Fields = {}
    groups: _Texts = {}
    for element in item:
        tag = element.tag
        if not len(element):
            text = element.text
            if text is not None and fields.setdefault(tag, text) != text and tag in _ONCE:
                raise Malformed(_contradiction(f"tells two different values of {tag}"))
        elif tag not in _NO_GROUPS:
            texts = groups.setdefault(tag, {})
            for child in element:
                text = child.text
                if len(child):
                    _check_no_text(child)
                elif text is not None:
                    texts.setdefault(child.tag, []).append(text)
    return fields, {tag: texts for tag, texts in groups.items() if texts}


def _check_no_text(element: Element) -> None:
    """Elements within a value would cut it short."""
    if any(text and text.strip() for text in (element.text, *(one.tail for one in element))):
        raise Malformed(_contradiction(f"has elements within the text of {element.tag}"))


def _contradiction(what: str) -> str:
    return (
        f"An item of MediaMosa's answer {what}: it is asked for again at the next tick; if that "
        "goes on, look into MediaMosa's log."
    )


def _values(texts: Mapping[str, list[str]]) -> dict[str, Values]:
    return {
        name: tuple(sorted(values)) if len(values) > 1 else (values[0],)
        for name, values in texts.items()
    }


def _flag(fields: Mapping[str, str], name: str) -> bool:
    return fields.get(name) == "TRUE"


def mediafile_of(item: Element) -> tuple[str, str]:
    """The mediafile's id and its asset's; "" for what *item* does not tell.

    Raises:
        Malformed: it tells two.
    """
    fields, _ = _read(item)
    return fields.get("mediafile_id", ""), fields.get("asset_id", "")


def property_of(item: Element) -> Property:
    """The property that *item* tells; an unknown type is read as text.

    Raises:
        Malformed: without a name or a group, or of two minds.
    """
    fields, _ = _read(item)
    name, group = fields.get("name", ""), fields.get("prop_group", "")
    if not (name and group):
        raise Malformed(
            "MediaMosa lists a metadata property without its name or group: it is asked again at "
            "the next tick; if that goes on, look into MediaMosa's log."
        )
    return Property(
        name=name,
        group=group,
        type=_TYPES.get(fields.get("type", ""), PropertyType.CHAR),
        hidden=_flag(fields, "is_hidden"),
        protected=_flag(fields, "is_protected"),
    )
