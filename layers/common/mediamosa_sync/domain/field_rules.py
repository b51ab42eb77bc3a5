"""What an admin decides about the properties of one connection: direction, name in the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import (
    RESERVED_NAMES,
    FieldMap,
    MappedProperty,
    Property,
    default_field_map,
)

LONGEST_RECORD_NAME = 255
"""Bytes: longer keys would make conditions on them too large."""


class InvalidFields(ValueError):
    """A rule cannot be used; the message is one sentence that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What differs from the usual for one property.

    Attributes:
        name: in MediaMosa.
        direction: which way its changes travel.
        record_name: key in the record's ``metadata``; "" for the name in MediaMosa.
    """

    name: str
    direction: Direction = Direction.BOTH
    record_name: str = ""


def field_map(properties: Iterable[Property], rules: Iterable[FieldRule]) -> FieldMap:
    """The properties that take part in a connection: the usual ones, changed by its *rules*.

    A rule for a property that MediaMosa does not know (any more) has no effect.
    """
    by_name = {rule.name: rule for rule in rules}
    return tuple(_ruled(mapped, by_name) for mapped in default_field_map(properties))


def _ruled(mapped: MappedProperty, rules: dict[str, FieldRule]) -> MappedProperty:
    rule = rules.get(mapped.name)
    if rule is None:
        return mapped
    return replace(
        mapped, direction=rule.direction, record_name=rule.record_name or mapped.record_name
    )


def check_rules(rules: Sequence[FieldRule], properties: Iterable[Property]) -> None:
    """Refuse what could not be synced, or would lose something.

    Raises:
        InvalidFields: a property is named twice, is not known, or may not be written; a record name
            is no usable key, or would be written by two properties.
    """
    known = tuple(properties)
    usual = {mapped.name: mapped for mapped in default_field_map(known)}
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise InvalidFields(f"The property {rule.name!r} is named twice: name it once.")
        seen.add(rule.name)
        if rule.name not in usual:
            raise InvalidFields(_why_not(rule.name, known))
        _check_record_name(rule)
    _check_unique(field_map(known, rules))


def why_left_out(prop: Property) -> str:
    """Why a property that MediaMosa knows takes no part; "" if it is one of the usual ones."""
    if prop.name in RESERVED_NAMES:
        return "Its name is a parameter of MediaMosa's own."
    if prop.group == "asset":
        return "It is a state of the asset, not metadata."
    if prop.protected:
        return "MediaMosa protects it against writing."
    if prop.hidden:
        return "MediaMosa hides it."
    if not any(mapped.name == prop.name for mapped in default_field_map([prop])):
        return "It belongs to another group than those that are synced."
    return ""


def _why_not(name: str, properties: Sequence[Property]) -> str:
    same = [prop for prop in properties if prop.name == name]
    if not same:
        return (
            f"MediaMosa has no property {name[:64]!r}: take a name from the list of properties, "
            "which is read anew at the beginning of every full run."
        )
    return f"The property {name!r} cannot be synced. {why_left_out(same[0])} Leave it out."


def _check_record_name(rule: FieldRule) -> None:
    name = rule.record_name
    if len(name.encode()) > LONGEST_RECORD_NAME or not (name == "" or name.isprintable()):
        raise InvalidFields(
            f"The record name of the property {rule.name!r} must be at most "
            f"{LONGEST_RECORD_NAME} bytes of printable text."
        )


def _check_unique(fields: FieldMap) -> None:
    taken: dict[str, str] = {}
    for mapped in fields:
        if mapped.direction is Direction.IGNORE:
            continue
        other = taken.setdefault(mapped.record_name, mapped.name)
        if other != mapped.name:
            raise InvalidFields(
                f"The properties {other!r} and {mapped.name!r} would both be "
                f"metadata.{mapped.record_name} of the record: give one of them another record "
                "name, or the direction ignore."
            )
