"""Every case of one property, against the table of DESIGN's rules.

That more properties are planned one by one is a law of :mod:`tests.properties.planning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from mediamosa_sync.domain.plan import Direction, FirstContact, Policy, Why, plan
from mediamosa_sync.domain.values import NO_VALUE, Agreed, Values, agree_on
from tests.properties.planning import LONG

A, B, C = ("a",), ("b",), (LONG,)
NEVER = "never agreed"
"""In place of base: a link without one."""


class Case(NamedTuple):
    """One property as it stands, and what may be done with it."""

    theirs: Values
    ours: Values
    base: Values | str
    sent: tuple[Values, ...]
    direction: Direction
    contact: FirstContact
    fresh: bool
    discarded: bool


class Done(NamedTuple):
    """What becomes of it: who takes whose value, the new base, and what is logged."""

    record_takes: bool
    mediamosa_takes: bool
    base: Values
    why: Why | None = None


def every_case() -> Iterator[Case]:
    """All of them, up to the names of the values: no more than three can differ, but for sent."""
    values = (NO_VALUE, A, B, C)
    sent = ((), *((one,) for one in values), (A, B))
    either = (False, True)
    bases: tuple[Values | str, ...] = (*values, NEVER)
    for theirs, ours, base, known in product(values, values, bases, sent):
        for direction, contact, fresh, given_up in product(Direction, FirstContact, either, either):
            yield Case(theirs, ours, base, known, direction, contact, fresh, given_up)


EDITED, CHANGED = "the record was edited", "MediaMosa was changed"
RECORD, MEDIAMOSA, NOBODY = "the record takes", "MediaMosa takes", "nobody takes"
TABLE = {
    (frozenset({EDITED}), Direction.BOTH): MEDIAMOSA,
    (frozenset({EDITED}), Direction.PUSH): MEDIAMOSA,
    (frozenset({EDITED}), Direction.PULL): NOBODY,
    (frozenset({CHANGED}), Direction.BOTH): RECORD,
    (frozenset({CHANGED}), Direction.PUSH): NOBODY,
    (frozenset({CHANGED}), Direction.PULL): RECORD,
    (frozenset({EDITED, CHANGED}), Direction.BOTH): RECORD,
    (frozenset({EDITED, CHANGED}), Direction.PUSH): MEDIAMOSA,
    (frozenset({EDITED, CHANGED}), Direction.PULL): RECORD,
}
"""Who takes the other's value where both differ and have met before."""


def expected(case: Case) -> Done:
    """What the rules say."""
    if case.direction is Direction.IGNORE:
        return Done(False, False, NO_VALUE if isinstance(case.base, str) else case.base)
    if case.theirs == case.ours:
        return Done(False, False, case.theirs)
    if case.fresh or isinstance(case.base, str):
        return _at_first_contact(case)
    base = _met(case)
    differs = {EDITED: case.ours != base, CHANGED: case.theirs != base}
    takes = TABLE[frozenset(side for side, true in differs.items() if true), case.direction]
    if differs[EDITED] and case.discarded:
        return Done(True, False, case.theirs, Why.DISCARDED)
    if takes is RECORD:
        return Done(True, False, case.theirs, Why.BOTH_CHANGED if differs[EDITED] else None)
    return Done(False, takes is MEDIAMOSA, base)


def _at_first_contact(case: Case) -> Done:
    """Per property, never per value: what one side alone has is merged, by policy."""
    new = isinstance(case.base, str) and case.contact is FirstContact.MERGE
    if case.direction is Direction.PUSH:
        return Done(False, True, case.theirs)
    if case.theirs == NO_VALUE and new and case.direction is Direction.BOTH:
        return Done(False, True, NO_VALUE)
    return Done(True, False, case.theirs, Why.FIRST_CONTACT if case.ours else None)


def _met(case: Case) -> Values:
    """What both had agreed on, as far as anybody knows."""
    if case.fresh or isinstance(case.base, str):
        return NO_VALUE
    return case.theirs if case.theirs in case.sent else case.base


def found(case: Case) -> Done:
    """What the plan says; it must say it of this property alone, and with these values."""
    made = plan(
        {"title": case.theirs} if case.theirs else {},
        {"title": case.ours} if case.ours else {},
        None if isinstance(case.base, str) else _agreed(case.base),
        {"title": tuple(agree_on(values) for values in case.sent)},
        Policy(
            {"title": case.direction},
            case.contact,
            frozenset({"title"} if case.fresh else ()),
            frozenset({"title"} if case.discarded else ()),
        ),
    )
    assert made.to_record in ({}, {"title": case.theirs})
    assert made.to_mediamosa in ({}, {"title": case.ours})
    base: Agreed = made.base.get("title", NO_VALUE)
    (stands,) = (values for values in (NO_VALUE, A, B, C) if agree_on(values) == base)
    assert len(made.disagreements) <= 1
    for lost in made.disagreements:
        assert (lost.name, lost.ours, lost.theirs) == ("title", case.ours, case.theirs)
        assert lost.base == agree_on(_met(case))
    why = made.disagreements[0].why if made.disagreements else None
    return Done(bool(made.to_record), bool(made.to_mediamosa), stands, why)


def _agreed(values: Values) -> dict[str, Agreed]:
    return {"title": agree_on(values)} if values else {}


def test_every_case_of_one_property_is_planned_by_the_rules() -> None:
    cases = list(every_case())
    for case in cases:
        assert found(case) == expected(case), case
    assert len(cases) == 4 * 4 * 5 * 6 * 4 * 2 * 2 * 2
