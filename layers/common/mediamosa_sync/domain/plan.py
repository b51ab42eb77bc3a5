"""What is to be done about one asset and its record: the three-way merge, per property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mediamosa_sync.domain.values import (
    NO_VALUE,
    Agreed,
    Base,
    Metadata,
    Values,
    agree_on,
    is_agreed,
)


class Direction(StrEnum):
    """Which way a property's changes travel."""

    BOTH = "both"
    PULL = "pull"
    PUSH = "push"
    IGNORE = "ignore"


class FirstContact(StrEnum):
    """What a link without base does with a value that the record alone has.

    ``MERGE`` sends it to MediaMosa (a record just written by its application); ``MEDIAMOSA`` lets
    MediaMosa's emptiness stand and keeps the record's value as a conflict (a record of an old
    table, which must not bring long-cleared values back).
    """

    MERGE = "merge"
    MEDIAMOSA = "mediamosa"


class Why(StrEnum):
    """How it came that the record's value did not stand."""

    BOTH_CHANGED = "both_changed"
    """Both sides changed the property, to different values."""
    FIRST_CONTACT = "first_contact"
    """Both had a value when record and asset met."""
    DISCARDED = "discarded"
    """An admin gave up the record's value, which MediaMosa does not take."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan may do.

    Attributes:
        directions: MediaMosa property name → direction. A property that is not named here does not
            take part, whatever the trees hold.
        first_contact: how a link without base begins.
        fresh: properties that meet for the first time though the link has a base: their name in the
            record has changed, so what was agreed on says nothing about what stands there.
        discarded: properties whose edit in the record an admin gives up.
    """

    directions: Mapping[str, Direction]
    first_contact: FirstContact = FirstContact.MEDIAMOSA
    fresh: frozenset[str] = frozenset()
    discarded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """MediaMosa's value of one property stands, the record's other one is kept in a log."""

    name: str
    base: Agreed
    ours: Values
    theirs: Values
    why: Why = Why.BOTH_CHANGED


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions for one record and its asset. They touch different properties: any order will do.

    Attributes:
        to_record: property name → values that the record is to take (``()`` clears it).
        to_mediamosa: property name → the record's values that MediaMosa is to take; the
            outstanding edits. Base does not move for them before MediaMosa has them.
        base: the new base, whole.
        disagreements: one for each property that both sides changed.
    """

    to_record: Metadata
    to_mediamosa: Metadata
    base: Base
    disagreements: tuple[Disagreement, ...]


@dataclass(slots=True)
class _Draft:
    to_record: dict[str, Values] = field(default_factory=dict)
    to_mediamosa: dict[str, Values] = field(default_factory=dict)
    base: dict[str, Agreed] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)

    def take_theirs(self, name: str, base: Agreed, ours: Values, theirs: Values, why: Why) -> None:
        self.to_record[name] = theirs
        self.base[name] = agree_on(theirs)
        if not is_agreed(base, ours):
            self.disagreements.append(Disagreement(name, base, ours, theirs, why))


def plan(
    theirs: Metadata,
    ours: Metadata,
    base: Base | None,
    sent: Mapping[str, tuple[Agreed, ...]],
    policy: Policy,
) -> Plan:
    """Decide, property by property, what the record and MediaMosa are to take.

    Parameters:
        theirs: the asset's values, normalised.
        ours: the record's values, normalised.
        base: what both last agreed on; None at first contact.
        sent: property name → every value of which it is unknown whether MediaMosa has taken it. A
            property whose *theirs* is one of them is planned as if that had been agreed on, so a
            POST whose answer was lost never beats the record's newer edit.
        policy: which properties take part, and how a first contact goes.

    An outstanding edit is ``ours ≠ base``; a change in MediaMosa is ``theirs ≠ base``. One side
    changed: the other takes it. Both changed to the same: agreement. Both changed otherwise:
    MediaMosa's value stands, and the record's value is reported as a disagreement.
    """
    draft = _Draft()
    for name, agreed in _untouched(base, policy):
        draft.base[name] = agreed
    for name, direction in policy.directions.items():
        t, o = theirs.get(name, NO_VALUE), ours.get(name, NO_VALUE)
        if direction is Direction.IGNORE:
            continue
        if o == t:
            draft.base[name] = agree_on(t)
        elif base is None or name in policy.fresh:
            how = FirstContact.MEDIAMOSA if base is not None else policy.first_contact
            _first_contact(draft, name, o, t, direction, how)
        else:
            posted = any(is_agreed(values, t) for values in sent.get(name, ()))
            agreed = agree_on(t) if posted else base.get(name, NO_VALUE)
            _merge(draft, name, agreed, o, t, direction, policy)
    return _finished(draft)


def _untouched(base: Base | None, policy: Policy) -> Iterator[tuple[str, Agreed]]:
    """Base of properties that take no part now: kept, so that taking part again starts from it."""
    for name, agreed in (base or {}).items():
        if policy.directions.get(name, Direction.IGNORE) is Direction.IGNORE:
            yield name, agreed


def _first_contact(
    draft: _Draft, name: str, ours: Values, theirs: Values, direction: Direction, how: FirstContact
) -> None:
    """*ours* and *theirs* differ and were never agreed on: per property, never per value."""
    merging = how is FirstContact.MERGE and direction is not Direction.PULL
    if theirs == NO_VALUE and (merging or direction is Direction.PUSH):
        draft.to_mediamosa[name] = ours
        draft.base[name] = NO_VALUE
    elif direction is Direction.PUSH:
        draft.to_mediamosa[name] = ours
        draft.base[name] = agree_on(theirs)
    else:
        draft.take_theirs(name, NO_VALUE, ours, theirs, Why.FIRST_CONTACT)


def _merge(
    draft: _Draft,
    name: str,
    base: Agreed,
    ours: Values,
    theirs: Values,
    direction: Direction,
    policy: Policy,
) -> None:
    edited, changed = not is_agreed(base, ours), not is_agreed(base, theirs)
    if edited and name in policy.discarded:
        draft.take_theirs(name, base, ours, theirs, Why.DISCARDED)
    elif direction is Direction.PUSH:
        # The record leads in this direction: what MediaMosa holds does not come back.
        draft.base[name] = base
        if edited:
            draft.to_mediamosa[name] = ours
    elif changed:
        draft.take_theirs(name, base, ours, theirs, Why.BOTH_CHANGED)
    else:
        draft.base[name] = base
        if direction is Direction.BOTH:
            draft.to_mediamosa[name] = ours


def _finished(draft: _Draft) -> Plan:
    # "No value" is what a missing name means, so a link need not keep it.
    base = {name: agreed for name, agreed in draft.base.items() if agreed != NO_VALUE}
    return Plan(
        to_record=MappingProxyType(draft.to_record),
        to_mediamosa=MappingProxyType(draft.to_mediamosa),
        base=MappingProxyType(base),
        disagreements=tuple(draft.disagreements),
    )
