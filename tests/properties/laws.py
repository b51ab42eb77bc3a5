"""All laws, and what drives them without Hypothesis: a seed and a number of cases."""

from __future__ import annotations

from tests.properties import guarding, merging, planning, running, walking
from tests.properties.draws import Law, OfSeed

LAWS: tuple[Law, ...] = (
    *planning.LAWS,
    *merging.LAWS,
    *walking.LAWS,
    *running.LAWS,
    *guarding.LAWS,
)


def name_of(law: Law) -> str:
    """Its sentence."""
    return getattr(law, "__name__", "?")


def case(law: Law, seed: int, number: int) -> OfSeed:
    """The choices of one case: the same for the same seed, whatever else is tried."""
    return OfSeed(f"{seed}/{name_of(law)}/{number}")


def try_cases(law: Law, seed: int, first: int, count: int) -> None:
    """Try *count* cases of one law.

    Raises:
        AssertionError: one breaks it; the message says how to see it again.
    """
    for number in range(first, first + count):
        try:
            law(case(law, seed, number))
        except AssertionError as broken:
            again = f"SEED={seed} LAW={name_of(law)} CASE={number} python -m tests.properties"
            raise AssertionError(f"{name_of(law)} is broken: {again}") from broken
