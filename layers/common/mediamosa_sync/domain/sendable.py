"""Which values can be sent to MediaMosa at all, and in how many requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mediamosa_sync.domain.properties import MappedProperty, PropertyType
from mediamosa_sync.domain.values import Metadata, Values

MAX_PARAMETERS = 900
"""Values of one request: MediaMosa reads only the first 1,000 parameters (protocol § 14)."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold (XML 1.0, "Char")."""
_CDATA = "<![CDATA["
"""MediaMosa takes a value that begins so for a section that is finished already (protocol § 4)."""
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,10}", re.ASCII)
_SMALLEST, _LARGEST = -(2**31), 2**31 - 1
_BASIC_PLANE = 0xFFFF
"""The last character that three bytes of UTF-8 can hold."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def why_not_sendable(mapped: MappedProperty, values: Values) -> str:
    """Why normalised *values* cannot be sent, in one sentence; "" if they can.

    What MediaMosa would refuse for certain (protocol § 10.4), or would store as something else.
    """
    if len(values) > MAX_PARAMETERS:
        return (
            f"metadata.{mapped.record_name} has {len(values):,} values, and MediaMosa takes at "
            f"most {MAX_PARAMETERS}: shorten the list."
        )
    for value in values:
        if fault := _fault(mapped, value):
            return f"metadata.{mapped.record_name} {fault}."
    return ""


def _fault(mapped: MappedProperty, value: str) -> str:
    found = _NOT_XML.search(value)
    if found:
        return f"holds the character U+{ord(found[0]):04X}, which MediaMosa cannot keep: remove it"
    if value.startswith(_CDATA):
        return f"begins with {_CDATA}, which MediaMosa would take for markup: write it otherwise"
    shown = repr(value[:40])
    if mapped.name == "language" and not _LANGUAGE.fullmatch(value):
        return f"holds {shown}: write a language code of two letters (ISO 639-1), as en"
    if mapped.type is PropertyType.INT and not _fits_int(value):
        return f"holds {shown}: write a whole number from {_SMALLEST} to {_LARGEST}"
    if mapped.type is PropertyType.DATETIME and not _TIME.fullmatch(value):
        return f"holds {shown}: write a date or time, as 2026-11-23 or 2026-11-23 15:00:00"
    return ""


def _fits_int(value: str) -> bool:
    return _WHOLE.fullmatch(value) is not None and _SMALLEST <= int(value) <= _LARGEST


def beyond_basic_plane(metadata: Metadata) -> frozenset[str]:
    """Properties with a character (an emoji, say) that not every MediaMosa can store (§ 14)."""
    return frozenset(
        name
        for name, values in metadata.items()
        if any(ord(char) > _BASIC_PLANE for value in values for char in value)
    )


def requests_of(metadata: Metadata) -> Iterator[Mapping[str, Values]]:
    """*metadata* in portions that MediaMosa reads whole; mostly one."""
    portion: dict[str, Values] = {}
    parameters = 0
    for name, values in metadata.items():
        if portion and parameters + max(len(values), 1) > MAX_PARAMETERS:
            yield portion
            portion, parameters = {}, 0
        portion[name] = values
        parameters += max(len(values), 1)
    if portion:
        yield portion
