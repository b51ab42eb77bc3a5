"""Everything that can happen to an answer on its way, each with what it does to its meaning.

A mutation takes a draft and draws, and returns another draft. Those of lower layers come first: the
text, its bytes, its compression, its framing, its head, its way over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate
from random import Random

from tests.wire.draft import Draft

Change = Callable[[Draft, Random], Draft]


class Layer(IntEnum):
    """Where in the answer a mutation works."""

    XML = 0
    BYTES = 1
    TEXT = 2
    CODING = 3
    FRAMING = 4
    HEAD = 5
    WIRE = 6


@dataclass(frozen=True, slots=True)
class Mutation:
    """One class of mutations.

    *weight* says how often it is drawn; of those of one *slot*, which overwrite each other, one
    draft gets only one.
    """

    name: str
    layer: Layer
    weight: float
    slot: str
    change: Change


REGISTRY: dict[str, Mutation] = {}


def mutation(
    name: str, layer: Layer, weight: float = 1.0, slot: str = ""
) -> Callable[[Change], Change]:
    """Register a class of mutations."""

    def register(change: Change) -> Change:
        REGISTRY[name] = Mutation(name, layer, weight, slot or name, change)
        return change

    return register


_HOW_MANY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
_PLAIN_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws compositions of the registered mutations."""

    all: tuple[Mutation, ...]
    summed: tuple[float, ...]

    def composed(self, draft: Draft, draws: Random) -> Draft:
        """*draft* after one to three mutations; rarely after none."""
        if draws.random() < _PLAIN_SHARE:
            return draft
        chosen = draws.choices(self.all, cum_weights=self.summed, k=draws.choice(_HOW_MANY))
        return applied(draft, [*{one.slot: one for one in chosen}.values()], draws)


def applied(draft: Draft, chosen: list[Mutation], draws: Random) -> Draft:
    """*draft* after the mutations *chosen*, in order of their layers."""
    for one in sorted(chosen, key=lambda each: each.layer):
        draft = one.change(draft, draws)
        draft = replace(draft, names=(*draft.names, one.name))
    return draft


def registered() -> Draws:
    """All that are registered, in order of their names."""
    every = tuple(REGISTRY[name] for name in sorted(REGISTRY))
    return Draws(every, tuple(accumulate(one.weight for one in every)))
