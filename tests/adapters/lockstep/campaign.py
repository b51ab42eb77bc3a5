"""Calls of a port thrown from a seed at two implementations in lockstep, and shrunk if they differ.

Every call is numbered and throws its own dice from seed and number; what it is about depends on
what stands at that moment. So any part of a history can be played again, and a failing one is
shrunk by leaving calls out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tests.adapters.lockstep.compare import Form, difference

MOST_TRIALS = 300
"""Histories that are played at most to shrink one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One call as both sides answered it.

    Attributes:
        text: the call for people, as it was made.
        pairs: what it covers: method, with what it was about, and outcome.
        reference, subject: the answers.
    """

    text: str
    pairs: tuple[str, ...]
    reference: Form
    subject: Form

    @property
    def difference(self) -> str:
        """What differs; "" if nothing does."""
        return difference(self.reference, self.subject)


class Pair(Protocol):
    """Two implementations with the same things in them."""

    def step(self, dice: Random) -> Compared:
        """Make the same call of both."""
        ...

    def everything(self) -> Iterable[Compared]:
        """All that can be read of both."""
        ...


Open = Callable[[int], AbstractContextManager[Pair]]
"""A fresh pair for a seed."""


@dataclass(slots=True)
class Tally:
    """What was compared so far.

    Attributes:
        calls: calls of the port, of either side once.
        pairs: how often each pair of method and outcome was seen.
    """

    calls: int = 0
    pairs: Counter[str] = field(default_factory=Counter)

    def add(self, one: Compared) -> None:
        """Count one more call."""
        self.calls += 1
        self.pairs.update(one.pairs)

    def missing(self, required: Iterable[str]) -> list[str]:
        """Those of the *required* pairs that were never seen."""
        return sorted(set(required) - self.pairs.keys())


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a history after which both sides differ.

    Attributes:
        numbers: of its calls.
        texts: the calls for people.
        told: what differs.
    """

    seed: int
    numbers: tuple[int, ...]
    texts: tuple[str, ...]
    told: str

    def report(self, name: str) -> str:
        """What a person needs: the calls, the difference, and the command that plays them."""
        pairs = zip(self.numbers, self.texts, strict=True)
        lines = [f"{number:5}  {text}" for number, text in pairs]
        only = ",".join(map(str, self.numbers))
        command = f"{_COMMAND} {name} --seed {self.seed} --only {only}"
        return "\n".join(
            [
                f"Seed {self.seed}: after these calls both sides differ (reference, then subject).",
                *lines,
                f"       -> {self.told}",
                f"Play it again: {command}",
            ]
        )


_COMMAND = "PYTHONPATH=layers/common:. .venv/bin/python -m tests.adapters.lockstep"


def played(open_pair: Open, seed: int, numbers: Iterable[int], tally: Tally) -> Failure | None:
    """Play the calls of these *numbers*, up to the first difference."""
    done: list[int] = []
    texts: list[str] = []
    with open_pair(seed) as pair:
        for number in numbers:
            compared = pair.step(_dice(seed, number))
            tally.add(compared)
            done.append(number)
            texts.append(compared.text)
            if compared.difference:
                return Failure(seed, tuple(done), tuple(texts), compared.difference)
        for compared in pair.everything():
            tally.add(compared)
            if compared.difference:
                told = f"{compared.text} tells another thing: {compared.difference}"
                return Failure(seed, tuple(done), tuple(texts), told)
    return None


def _dice(seed: int, number: int) -> Random:
    return Random(f"{seed}/{number}")


def shrunk(open_pair: Open, failure: Failure) -> Failure:
    """A part of *failure* that still fails, from which no further call can be left out.

    Bounded by :data:`MOST_TRIALS`: then it may be longer than need be.
    """
    trials = iter(range(MOST_TRIALS))
    size = max(len(failure.numbers) // 2, 1)
    while True:
        found = _smaller(open_pair, failure, size, trials)
        if found is not None:
            failure = found
        elif size == 1 or next(trials, None) is None:
            return failure
        size = max(min(size // (1 if found else 2), len(failure.numbers) // 2), 1)


def _smaller(open_pair: Open, failure: Failure, size: int, trials: Iterator[int]) -> Failure | None:
    """The same without *size* calls in a row, if that fails too."""
    for start in reversed(range(0, len(failure.numbers), size)):
        if next(trials, None) is None:
            return None
        left = failure.numbers[:start] + failure.numbers[start + size :]
        found = played(open_pair, failure.seed, left, Tally())
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is played.

    Attributes:
        seeds: of the histories, in their order.
        calls: of each history.
        least: histories that are played in any case; further ones only while a required pair has
            not been seen.
    """

    seeds: Sequence[int]
    calls: int
    least: int


def hunt(
    open_pair: Open, plan: Plan, tally: Tally, required: Collection[str] = ()
) -> Failure | None:
    """The first failure, shrunk; None if both sides are alike throughout."""
    for number, seed in enumerate(plan.seeds):
        if number >= plan.least and not tally.missing(required):
            return None
        failure = played(open_pair, seed, range(plan.calls), tally)
        if failure is not None:
            return shrunk(open_pair, failure)
    return None
