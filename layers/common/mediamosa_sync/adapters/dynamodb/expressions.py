"""Expressions whose names and values are placeholders: no reserved word and no property name hurts.

Conditions are put together from the named clauses below; each says why it stands there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mediamosa_sync.adapters.dynamodb.attributes import instant_text, to_wire
from mediamosa_sync.domain.run import Fence, Kind


class Expression:
    """Placeholders of one request."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: list[object] = []

    def path(self, *parts: str) -> str:
        """The document path of *parts*: attribute, then keys of the maps below it."""
        return ".".join(self._names.setdefault(part, f"#{len(self._names)}") for part in parts)

    def value(self, value: object) -> str:
        """A placeholder for *value*."""
        self._values.append(value)
        return f":{len(self._values) - 1}"

    def update(self, values: dict[str, object], removed: tuple[str, ...] = ()) -> str:
        """SET attributes to *values* and REMOVE others."""
        sets = [f"{self.path(name)} = {self.value(value)}" for name, value in values.items()]
        return update_text(sets, [self.path(name) for name in removed])

    def request(self, **parts: str) -> dict[str, Any]:
        """The parameters of a request: *parts* and the placeholders that they use."""
        names = {placeholder: name for name, placeholder in self._names.items()}
        request: dict[str, Any] = {**parts, "ExpressionAttributeNames": names}
        if self._values:
            request["ExpressionAttributeValues"] = {
                f":{place}": to_wire(value) for place, value in enumerate(self._values)
            }
        return request


def added(expression: Expression, name: str, number: int) -> str:
    """SET a top-level number, 0 if it is missing, to so much more."""
    path = expression.path(name)
    return f"{path} = if_not_exists({path}, {expression.value(0)}) + {expression.value(number)}"


def update_text(sets: list[str], removes: list[str]) -> str:
    """An update expression; either part may be empty."""
    parts = []
    if sets:
        parts.append("SET " + ", ".join(sets))
    if removes:
        parts.append("REMOVE " + ", ".join(removes))
    return " ".join(parts)


def every(*clauses: str) -> str:
    """All of *clauses*."""
    return " AND ".join(clauses)


def still_mine(expression: Expression, fence: Fence) -> str:
    """Generation and sequence are the step's.

    An older generation, or a step whose lease another has taken over, must write nothing.
    """
    generation = f"{expression.path('generation')} = {expression.value(fence.generation)}"
    sequence = f"{expression.path('sequence')} = {expression.value(fence.sequence)}"
    return every(generation, sequence)


def run_is_under_way(expression: Expression, kind: Kind) -> str:
    """The run stands in the item and has not ended.

    Counts of a chunk must go to the run whose page it is, never to the last one.
    """
    counts = expression.path(kind, "counts")
    finished = expression.path(kind, "finished_at")
    return every(f"attribute_exists({counts})", f"attribute_not_exists({finished})")


def lease_is_free(expression: Expression, owner: str, now: datetime) -> str:
    """Nobody holds the lease, or not any more, or it is the same owner's.

    The same owner is a repeated invocation: it goes on at once.
    """
    until = expression.path("lease", "until")
    held_by = expression.path("lease", "owner")
    return (
        f"(attribute_not_exists({expression.path('lease')})"
        f" OR {until} <= {expression.value(instant_text(now))}"
        f" OR {held_by} = {expression.value(owner)})"
    )


def form_is_known(expression: Expression, schema: int) -> str:
    """The item is not of a later version.

    Code that does not understand an item must not take its run over.
    """
    path = expression.path("schema")
    return f"(attribute_not_exists({path}) OR {path} <= {expression.value(schema)})"


def mark_is(expression: Expression, name: str, identity: str, mark_id: str) -> str:
    """The mark is the very one that was read; its id stands under *identity*.

    It may have been withdrawn, and another left, since.
    """
    return f"{expression.path(name, identity)} = {expression.value(mark_id)}"


def no_mark(expression: Expression, name: str) -> str:
    """No such mark is waiting.

    Pressing the button again changes nothing.
    """
    return f"attribute_not_exists({expression.path(name)})"


def mark_waits(expression: Expression, name: str) -> str:
    """The mark stands.

    What is not there cannot be withdrawn.
    """
    return f"attribute_exists({expression.path(name)})"


def number_is(expression: Expression, name: str, number: object) -> str:
    """A top-level number is as read; a missing one is None.

    A ruling is about the very list that the person saw.
    """
    path = expression.path(name)
    if number is None:
        return f"attribute_not_exists({path})"
    return f"{path} = {expression.value(number)}"


def is_new(expression: Expression, key: str) -> str:
    """No item has this key.

    What is created must not replace what somebody else created meanwhile.
    """
    return f"attribute_not_exists({expression.path(key)})"


def is_there(expression: Expression, key: str) -> str:
    """An item has this key.

    An update would otherwise bring a deleted record back.
    """
    return f"attribute_exists({expression.path(key)})"


def version_is(expression: Expression, version: int) -> str:
    """The link is of the version that was read.

    Two writers of one link must not overlook each other.
    """
    return f"{expression.path('version')} = {expression.value(version)}"


def is_as_read(expression: Expression, stored: object, *path: str) -> str:
    """Under *path* stands what was read: the decision was about that.

    Missing and NULL are read alike, so they are compared alike.
    """
    place = expression.path(*path)
    if stored is None:
        return f"(attribute_not_exists({place}) OR {place} = {expression.value(None)})"
    return f"{place} = {expression.value(stored)}"


def is_map(expression: Expression, name: str) -> str:
    """An attribute is a map.

    Below anything else no path is there either, but setting one is refused as a wrong request.
    """
    return f"attribute_type({expression.path(name)}, {expression.value('M')})"


def is_missing(expression: Expression, name: str) -> str:
    """There is no such attribute: what somebody has added since the read is not overlooked."""
    return f"attribute_not_exists({expression.path(name)})"


def is_exactly(expression: Expression, stored: object, name: str) -> str:
    """An attribute is of that type and value: nothing goes that its copy does not say."""
    return f"{expression.path(name)} = {expression.value(stored)}"
