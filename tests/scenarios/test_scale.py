"""Scenario S54: how many pages, requests, reads and writes a walk takes, whatever its size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from mediamosa_sync.domain.run import Outcome
from tests.scenarios.world import HOUR, World, synced


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step of a walk cost."""

    requests: int
    reads: int
    records: int
    links: int
    run_items: int
    transactions: int


def cost_of_a_tick(world: World) -> Cost:
    world.forget_traffic()
    world.tick()
    traffic = world.tables.traffic
    return Cost(
        len(world.asked),
        traffic.reads,
        traffic.records_written,
        traffic.links_written,
        traffic.run_item_writes,
        traffic.transactions,
    )


def test_s54_10_000_assets_are_100_pages_in_100_ticks_and_every_page_costs_the_same(
    figures: list[str],
) -> None:
    world = World()
    world.tables.scan_items = 1_000_000
    world.site.fill(10_000)
    costs = []
    for page in range(1, 101):
        costs.append(cost_of_a_tick(world))
        status = world.status()
        assert status["progress"] == {"done": page * 100, "total": 10_000}
        assert status["state"] == ("running" if page < 100 else "idle")
    assert world.changes() == (10_000, 0, 0)
    assert len(set(costs[1:])) == 1
    last = costs[-1]
    assert (last.requests, last.records, last.links) == (1, 100, 100)
    first = replace(costs[0], requests=costs[0].requests - 1, reads=costs[0].reads - 1)
    assert first == last, "the first reads the properties and scans the table beside its page"
    full = world.state.full
    assert full is not None
    assert full.requests <= 100 + 5
    figures.append(
        f"10,000 assets: {full.steps} pages, {full.requests} requests; the last page: {last}"
    )
    world.assert_in_sync()
    world.tick(3 * HOUR)
    world.until_idle()
    world.forget_traffic()
    world.tick()
    assert (len(world.asked), world.tables.traffic.records_written) == (1, 0)


def test_s54_a_later_full_run_shares_its_ticks_with_the_changes_and_takes_at_most_200() -> None:
    world = synced(2000, page_size=20)
    world.tables.scan_items = 1_000_000
    world.press_restart()
    world.forget_traffic()
    assert world.until_idle(most=200) <= 200
    assert len(world.full_lists()) == 100
    assert world.tables.traffic.records_written == 0
    full = world.state.full
    assert full is not None
    assert (full.outcome, full.steps, full.counts.unchanged) == (Outcome.SUCCEEDED, 100, 2000)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200, 201])
def test_every_number_of_assets_around_a_page_ends_in_as_many_pages(count: int) -> None:
    world = World()
    world.site.fill(count)
    world.until_idle()
    full = world.state.full
    assert full is not None
    assert full.steps == max(-(-count // 100), 1)
    assert full.requests <= full.steps + 5
    assert world.changes() == (count, 0, 0)
    world.settle()
    world.assert_in_sync()
    world.assert_quiet()
