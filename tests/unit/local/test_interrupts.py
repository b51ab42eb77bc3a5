"""Ctrl-C and SIGTERM of the local run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from infra.local.interrupts import SIGNALS, Interrupted, Interrupts


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    interrupts = Interrupts()
    interrupts.listen()
    yield interrupts
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("interrupts")
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_interrupts(number: signal.Signals) -> None:
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), number)


@pytest.mark.usefixtures("interrupts")
def test_what_follows_the_first_signal_is_ignored() -> None:
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGINT)

    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)


def test_what_is_started_under_a_shield_is_noted_down_before_the_interrupt(
    interrupts: Interrupts,
) -> None:
    noted = []

    def start() -> None:
        with interrupts.shield():
            os.kill(os.getpid(), signal.SIGTERM)
            noted.append("started")

    with pytest.raises(Interrupted):
        start()

    assert noted == ["started"]


def test_a_shield_does_nothing_without_a_signal(interrupts: Interrupts) -> None:
    with interrupts.shield(), interrupts.shield():
        pass
