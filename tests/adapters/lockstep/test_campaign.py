"""A difference between two sides is found, shrunk and told so that a person can play it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.adapters.lockstep.campaign import Compared, Plan, Tally, hunt, played
from tests.adapters.lockstep.compare import difference, form, shown

CALLS = 60


class Toy:
    """Two sides that are told letters; the subject forgets "b" if it comes after "a"."""

    def __init__(self) -> None:
        self.reference: list[str] = []
        self.subject: list[str] = []

    def step(self, dice: Random) -> Compared:
        letter = dice.choice("abcdefgh")
        self.reference.append(letter)
        if not (letter == "b" and "a" in self.subject):
            self.subject.append(letter)
        return Compared(f"tell({letter!r})", (f"tell: {letter}",), form(None), form(None))

    def everything(self) -> Iterator[Compared]:
        yield Compared("all", ("all: told",), form(self.reference), form(self.subject))


@contextmanager
def toy(_: int) -> Iterator[Toy]:
    yield Toy()


def test_a_difference_is_shrunk_to_the_calls_that_it_needs() -> None:
    failure = hunt(toy, Plan([1], CALLS, least=1), Tally())

    assert failure is not None
    assert failure.texts == ("tell('a')", "tell('b')")


def test_the_report_s_command_names_calls_that_still_fail() -> None:
    failure = hunt(toy, Plan([1], CALLS, least=1), Tally())

    assert failure is not None
    only = ",".join(map(str, failure.numbers))
    assert failure.report("toy").endswith(f"lockstep toy --seed 1 --only {only}")
    assert played(toy, 1, failure.numbers, Tally()) == failure


def test_further_seeds_are_played_only_for_what_was_not_seen() -> None:
    tally = Tally()

    assert hunt(toy, Plan(range(9), 1, least=1), tally, {"all: told"}) is None
    assert tally.missing({"all: told", "all: else"}) == ["all: else"]
    assert tally.calls == 2


def test_answers_differ_by_their_types_too() -> None:
    assert difference(form({"n": True}), form({"n": 1})) == (
        ".n: ('plain', True) against ('number', Fraction(1, 1))"
    )
    assert difference(form(["a", ("b",)]), form(("a", ["b"]))) == ""
    assert difference(form(ValueError("a")), form(ValueError("b"))) == ""


def test_what_is_shown_leaves_defaults_out() -> None:
    assert shown(Plan([1], 2, least=3)) == "Plan(seeds=[1], calls=2, least=3)"
