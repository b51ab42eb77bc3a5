"""The law of :mod:`tests.properties.running`, with a clock put back while runs are under way."""

from __future__ import annotations

from tests.properties.draws import OfSeed
from tests.properties.running import some_history


def test_a_clock_put_back_in_the_middle_of_a_run_hides_no_change() -> None:
    for number in range(1_000):
        draws = OfSeed(f"put back/{number}")
        history = some_history(draws, back_at_any_time=True)
        for _ in range(draws.number(1, 25)):
            history.outside()
            history.tick(draws.number(1, 4))
