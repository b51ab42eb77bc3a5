"""What a person sees of a connection's properties, and decides about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from mediamosa_sync.domain.asset import iso
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.field_rules import (
    FieldRule,
    InvalidFields,
    check_rules,
    field_map,
    why_left_out,
)
from mediamosa_sync.domain.plan import Direction
from mediamosa_sync.domain.properties import MappedProperty, Property
from mediamosa_sync.ports import SyncStore
from mediamosa_sync.service.control import known
from mediamosa_sync.service.refusals import InvalidRequest, PropertiesNotRead

PropertyList = dict[str, object]
"""The API's list of properties; JSON types only."""


class Properties:
    """Which properties take part in a connection.

    Every method may raise :class:`UnknownConnection` and :class:`StoreUnavailable`.
    """

    def __init__(self, store: SyncStore) -> None:
        self._store = store

    def properties(self, connection_id: str) -> PropertyList:
        """All that MediaMosa knows, as read last; none before the first run."""
        connection = known(self._store, connection_id)
        read = self._store.properties(connection_id)
        return _listed((), None, ()) if read is None else _listed(*read, connection.fields)

    def replace_rules(
        self, connection_id: str, rules: Sequence[FieldRule]
    ) -> tuple[PropertyList, bool]:
        """Let *rules* take the place of those that stand; the list then, and if it was changed.

        Raises:
            PropertiesNotRead: there is nothing yet to check them by.
            InvalidRequest: one of them cannot be used.
        """
        connection = known(self._store, connection_id)
        read = self._store.properties(connection_id)
        if read is None:
            raise PropertiesNotRead
        properties, read_at = read
        try:
            check_rules(rules, properties)
        except InvalidFields as error:
            raise InvalidRequest(str(error)) from error
        wanted = _canonical(rules)
        changed = wanted != connection.fields
        if changed:
            self._store.put_connection(replace(connection, fields=wanted))
        return _listed(properties, read_at, wanted), changed


def _canonical(rules: Sequence[FieldRule]) -> tuple[FieldRule, ...]:
    """One spelling of the same rules: in order, without what they would be anyway."""
    spelled = (
        replace(rule, record_name="") if rule.record_name == rule.name else rule for rule in rules
    )
    differing = (rule for rule in spelled if rule != FieldRule(rule.name))
    return tuple(sorted(differing, key=lambda rule: rule.name))


def _listed(
    properties: Sequence[Property], read_at: datetime | None, rules: Sequence[FieldRule]
) -> PropertyList:
    taking_part = {mapped.name: mapped for mapped in field_map(properties, rules)}
    ordered = sorted(properties, key=lambda prop: (prop.name, prop.group))
    return {
        "items": [_property_object(prop, taking_part) for prop in ordered],
        "next": None,
        "read_at": iso(read_at) or None,
    }


def _property_object(
    prop: Property, taking_part: Mapping[str, MappedProperty]
) -> dict[str, object]:
    mapped = taking_part.get(prop.name)
    reason = why_left_out(prop)
    if not reason and mapped is not None and mapped.group != prop.group:
        reason = f"The property of the same name in the group {mapped.group} takes part instead."
    if mapped is None or reason:
        direction = record_name = None
    else:
        direction, record_name = mapped.direction.value, mapped.record_name
        if mapped.direction is Direction.IGNORE:
            reason = "An operator has decided that it is ignored."
    return {
        "name": prop.name,
        "group": prop.group,
        "type": prop.type.value,
        "takes_part": not reason,
        "direction": direction,
        "record_name": record_name,
        "reason": reason or None,
    }
