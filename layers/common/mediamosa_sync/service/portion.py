"""A part of a list, as admins get it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of a list, in its order.

    Attributes:
        items: JSON types only, times ISO 8601 in UTC; fewer than asked for, even none, do not mean
            that the list is at its end.
        next: the position after which it goes on; None at its end.
    """

    items: list[dict[str, object]]
    next: str | None
