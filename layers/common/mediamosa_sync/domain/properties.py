"""Which properties take part, under which name in the record, and how their values are compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mediamosa_sync.domain.asset import Asset
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.values import Metadata, Values, values_of


class PropertyType(StrEnum):
    """How MediaMosa stores a property (protocol § 10.5)."""

    CHAR = "CHAR"
    INT = "INT"
    DATETIME = "DATETIME"


@dataclass(frozen=True, slots=True)
class Property:
    """One metadata field as ``/metadata_tag`` tells it (protocol § 10.5)."""

    name: str
    group: str
    type: PropertyType = PropertyType.CHAR
    hidden: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class MappedProperty:
    """One property that takes part.

    Attributes:
        name: in MediaMosa.
        record_name: key in the record's ``metadata`` map.
        group: where MediaMosa lists it.
        type: decides how values are normalised.
        direction: which way its changes travel.
    """

    name: str
    record_name: str
    group: str
    type: PropertyType = PropertyType.CHAR
    direction: Direction = Direction.BOTH


FieldMap = tuple[MappedProperty, ...]

DEFAULT_GROUPS = ("dublin_core", "qualified_dublin_core", "czp")
_OWN_GROUP = re.compile(r"app_\d+")

RESERVED_NAMES = frozenset(
    {"asset_id", "user_id", "action", "replace", "app_id", "is_app_admin", "mediamosa_version", "q"}
)
"""Parameters of the metadata call itself: a property of such a name cannot be written (§ 10.4)."""


def default_field_map(properties: Iterable[Property]) -> FieldMap:
    """Every writable property of the usual groups and of the application's own, both ways.

    Left out are hidden, protected and reserved ones and the group ``asset``. Where two groups have
    a property of one name the first in :data:`DEFAULT_GROUPS` takes part, because names are flat
    when they are written (protocol § 10.4).
    """
    chosen: dict[str, MappedProperty] = {}
    for prop in sorted(filter(_takes_part, properties), key=_group_rank):
        chosen.setdefault(
            prop.name, MappedProperty(prop.name, prop.name, prop.group, prop.type, Direction.BOTH)
        )
    return tuple(sorted(chosen.values(), key=lambda mapped: mapped.name))


def _takes_part(prop: Property) -> bool:
    known_group = prop.group in DEFAULT_GROUPS or _OWN_GROUP.fullmatch(prop.group) is not None
    writable = not (prop.hidden or prop.protected or prop.name in RESERVED_NAMES)
    return known_group and writable


def _group_rank(prop: Property) -> tuple[int, str]:
    usual = prop.group in DEFAULT_GROUPS
    return (DEFAULT_GROUPS.index(prop.group) if usual else len(DEFAULT_GROUPS), prop.name)


def theirs_of(asset: Asset, fields: FieldMap) -> Metadata:
    """The asset's values of the properties that take part, normalised."""
    return {
        mapped.name: values
        for mapped in fields
        if (strings := asset.values(mapped.group, mapped.name))
        and (values := normalise(mapped, strings))
    }


def ours_of(values: Mapping[str, Iterable[str]], fields: FieldMap) -> Metadata:
    """A record's *values* (record name → strings) under MediaMosa's names, normalised."""
    return {
        mapped.name: found
        for mapped in fields
        if mapped.record_name in values and (found := normalise(mapped, values[mapped.record_name]))
    }


def normalise(mapped: MappedProperty, strings: Iterable[str]) -> Values:
    """*strings* in the form in which both sides are compared. Nothing that loses information.

    White-space-only values are no values (MediaMosa does not store them); a language code is lower
    case, whole numbers and times have one spelling, as MediaMosa stores them (protocol § 10.4). A
    value that is not of its type is left as it is: refusing it is MediaMosa's.
    """
    spell = _spelling(mapped)
    return values_of([spell(string) for string in strings if string.strip(_BLANK)])


_BLANK = " \t\n\r\0\x0b"
"""What PHP's trim() takes away: a no-break space, say, is a value like any other."""


def _spelling(mapped: MappedProperty) -> Callable[[str], str]:
    if mapped.name == "language":
        return str.lower
    if mapped.type is PropertyType.INT:
        return _whole_number
    if mapped.type is PropertyType.DATETIME:
        return _time
    return str


_NUMERIC = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?\s*", re.ASCII)
_EXACT_BELOW = 2**53


def _whole_number(text: str) -> str:
    """PHP's integer cast of a numeric text: ``007`` → ``7``, ``1e3`` → ``1000``."""
    if not _NUMERIC.fullmatch(text):
        return text
    try:
        return str(int(text))
    except ValueError:
        number = float(text)
        return str(int(number)) if abs(number) < _EXACT_BELOW else text


_TIME = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d?)(-(?P<day>\d\d?)"
    r"([T ](?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d+)?)?)?)?)?Z?",
    re.ASCII,
)
_DUTCH_DATE = re.compile(r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})", re.ASCII)


def _time(text: str) -> str:
    """Full seconds, as MediaMosa shows them: ``2010`` → ``2010-01-01 00:00:00`` (§ 6, § 10.4)."""
    found = _TIME.fullmatch(text) or _DUTCH_DATE.fullmatch(text)
    if found is None:
        return text
    parts = found.groupdict()
    year, month, day = (int(parts[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
