"""What admins ask for, taken by a later execution."""

from __future__ import annotations

from dataclasses import replace

from mediamosa_sync.domain.run import Kind, Outcome, Restart, Trigger
from mediamosa_sync.errors import (
    NotLoggedIn,
)
from mediamosa_sync.service.step import StepOutcome, StepResult
from tests.fakes.world import World, synced


class TestRestart:
    def test_only_a_later_execution_takes_it_and_walks_everything_again(self) -> None:
        world = synced(30)
        under_way = world.execution()
        world.clock.advance(seconds=1)
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.step(under_way)
        assert world.state.restart is not None
        world.forget_traffic()
        world.tick()
        state = world.state
        assert (state.restart, state.generation) == (None, 1)
        assert state.full is not None
        assert (state.full.trigger.value, state.full.counts.unchanged) == ("restart", 30)
        assert world.tables.traffic.records_written == 0
        assert world.tables.traffic.links_written == 0

    def test_an_execution_under_way_ends_its_page_and_the_next_begins_anew(self) -> None:
        world = World(page_size=10)
        world.fill(50)
        world.tick()
        world.tick()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.tick()
        full = world.state.run(Kind.FULL)
        assert full is not None
        assert (full.cursor.offset, full.counts.unchanged) == (10, 10)
        while not world.state.last_sync:
            world.tick()
        assert len(world.titles()) == 50

    def test_a_mark_withdrawn_at_the_last_moment_fences_the_step_off(self) -> None:
        world = synced()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        withdraw = lambda: world.tables.put_state(replace(world.state, restart=None))  # noqa: E731 (one event)
        world.tables.once_before("take_marks", withdraw)
        assert world.tick()[0].outcome is StepOutcome.SKIPPED
        assert world.state.generation == 0


class TestMarks:
    def test_a_full_run_on_demand_does_not_break_off_anything(self) -> None:
        world = synced(30)
        world.tables.request_full(world.id, Restart("f1", "operator", world.clock.now()))
        world.tick()
        full = world.state.full
        assert full is not None
        assert (full.trigger, full.counts.unchanged) == (Trigger.DEMAND, 30)
        assert (world.state.generation, world.state.full_wish) == (0, None)

    def test_a_restart_ends_the_run_it_breaks_off_in_the_history(self) -> None:
        world = World(page_size=10)
        world.fill(50)
        world.tick()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        world.tick()
        (row,) = world.tables.history(world.id, limit=10)
        assert (row.run.run_id, row.run.outcome) == ("full-1", Outcome.SKIPPED)
        assert row.run.counts.added == 10

    def test_a_restart_withdrawn_before_it_is_taken_changes_nothing(self) -> None:
        world = synced()
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        assert world.tables.withdraw_restart(world.id)
        world.tick()
        assert world.state.generation == 0

    def test_a_restart_does_not_wait_for_the_pause_after_a_failure(self) -> None:
        world = synced()
        world.server.failures = [NotLoggedIn("No."), NotLoggedIn("No.")]
        world.tick()
        (skipped,) = world.tick()
        assert skipped == StepResult(StepOutcome.SKIPPED, reason="No.")
        world.server.failures = []
        world.tables.request_restart(world.id, Restart("r1", "operator", world.clock.now()))
        assert world.tick()[0].outcome is StepOutcome.WORKED
