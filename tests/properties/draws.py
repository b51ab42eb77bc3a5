"""Where a law's choices come from: one seed, many thousand cases a second; or Hypothesis, which
shrinks what breaks the law to something that a person can read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Draws(Protocol):
    """Choices, each of them the next of a stream."""

    def number(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        ...

    def pick(self, options: Sequence[T]) -> T:
        """One of *options*; Hypothesis prefers the first ones."""
        ...

    def flip(self, of: int = 2) -> bool:
        """True once in *of* times; Hypothesis prefers False."""
        ...


Law = Callable[[Draws], None]
"""Draws a case and asserts what holds of it; its name is the sentence."""


class OfSeed:
    """The choices of one seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """See :class:`Draws`."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """See :class:`Draws`."""
        return options[int(self._random.random() * len(options))]

    def flip(self, of: int = 2) -> bool:
        """See :class:`Draws`."""
        return self._random.random() * of < 1


class OfHypothesis:
    """The choices of one example of Hypothesis's."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        """See :class:`Draws`."""
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        """See :class:`Draws`."""
        return options[self.number(0, len(options) - 1)]

    def flip(self, of: int = 2) -> bool:
        """See :class:`Draws`."""
        return self.number(1, of) == of


@st.composite
def hypothetical(draw: st.DrawFn) -> Draws:
    """Choices for one example of a law; valid while the example runs."""
    return OfHypothesis(draw)


def shuffled(draws: Draws, items: Sequence[T]) -> list[T]:
    """*items* in any order."""
    left, made = list(items), []
    while left:
        made.append(left.pop(draws.number(0, len(left) - 1)))
    return made
