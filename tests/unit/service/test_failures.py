"""Steps that cannot do their work, and steps that must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.run import Kind, Outcome
from mediamosa_sync.errors import (
    Malformed,
    NotLoggedIn,
    SecretUnavailable,
    StoreUnavailable,
    Unavailable,
)
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.step import StepOutcome, StepResult
from tests.fakes.world import MINUTE, World, synced


class TestFailures:
    @pytest.mark.parametrize(
        "error",
        [
            Unavailable("MediaMosa cannot be reached: check the address."),
            NotLoggedIn("MediaMosa does not accept the key: set MediaMosaPassword."),
            Malformed("MediaMosa's answer is cut off: try again."),
        ],
    )
    def test_an_error_of_mediamosa_becomes_the_reason_and_nothing_is_written(
        self, error: Exception
    ) -> None:
        world = World()
        world.fill(3)
        world.server.failures = [error]  # type: ignore[list-item]  # all are errors of the port
        (result,) = world.tick()
        assert result == StepResult(StepOutcome.FAILED, reason=str(error))
        failure = world.state.failure
        assert failure is not None
        assert (failure.reason, failure.count) == (str(error), 1)
        assert not world.tables.media
        assert world.state.last_sync is None

    def test_a_run_that_could_not_begin_stands_in_the_history_as_failed_once(self) -> None:
        world = synced()
        world.server.failures = [Unavailable("down")] * 3
        for _ in range(3):
            world.tick()
        rows = world.tables.history(world.id, limit=10)
        assert [row.run.outcome for row in rows] == [Outcome.FAILED, Outcome.SUCCEEDED]
        assert rows[0].run.reason == "down"

    def test_failures_in_a_row_are_counted_from_the_first_and_end_with_success(self) -> None:
        world = World()
        world.server.failures = [Unavailable("down"), Unavailable("down")]
        world.tick()
        since = world.clock.now()
        world.tick()
        failure = world.state.failure
        assert failure is not None
        assert (failure.count, failure.since) == (2, since)
        world.tick()
        assert world.state.failure is None

    def test_a_failing_page_keeps_the_cursor_and_counts_its_requests(self) -> None:
        world = World(page_size=10)
        world.fill(30)
        world.tick()
        world.server.failures = [Unavailable("down")]
        world.tick()
        full = world.state.run(Kind.FULL)
        assert full is not None
        assert (full.cursor.offset, full.requests, full.steps) == (10, 3, 1)
        world.tick()
        world.tick()
        assert len(world.titles()) == 30

    @pytest.mark.parametrize(
        "error", [SecretUnavailable("The secret is gone."), InvalidConfiguration("No such zone.")]
    )
    def test_a_server_that_cannot_even_be_opened_is_a_reason_too(self, error: Exception) -> None:
        world = World()

        def refuse(_: Connection) -> AssetServer:
            raise error

        world.open_server = refuse
        (result,) = world.tick()
        assert result.outcome is StepOutcome.FAILED
        failure = world.state.failure
        assert failure is not None
        assert failure.reason == str(error)

    def test_a_store_that_gives_up_in_the_middle_of_a_page_loses_nothing(self) -> None:
        world = World()
        world.fill(100)
        applied = iter([False, True, False])

        def give_up(method: str) -> None:
            if method == "apply" and next(applied, False):
                raise StoreUnavailable("throttled")

        world.tables.before = give_up
        execution = world.execution()
        with pytest.raises(StoreUnavailable):
            world.step(execution)
        assert len(world.tables.media) == 49
        assert world.step(execution).outcome is StepOutcome.WORKED
        full = world.state.full
        assert full is not None
        assert len(world.tables.media) == 100
        assert (full.counts.added, full.counts.unchanged) == (100, 49)
        assert (full.cursor.done, full.cursor.total) == (100, 100)


class TestSkipped:
    def test_unknown_paused_and_unusable_connections_are_skipped_with_the_reason(self) -> None:
        world = World()
        world.tables.pause(world.id, ["pull", "push"], paused=True)
        assert world.tick() == [StepResult(StepOutcome.SKIPPED, reason="The connection is paused.")]
        world.tables.pause(world.id, ["pull", "push"], paused=False)
        world.tables.put_connection(replace(world.connection, enabled=False))
        assert world.tick() == [
            StepResult(StepOutcome.SKIPPED, reason="The connection is switched off.")
        ]
        world.tables.put_connection(replace(world.connection, problem="Wrong."))
        assert world.tick() == [StepResult(StepOutcome.SKIPPED, reason="Wrong.")]
        world.id = "0" * 40
        assert world.tick() == [
            StepResult(StepOutcome.SKIPPED, reason="There is no such connection.")
        ]
        assert world.server.requests == 0

    def test_of_two_steps_at_once_one_works_and_the_other_is_skipped(self) -> None:
        world = World()
        world.fill(3)
        others: list[StepResult] = []
        other = world.execution()
        world.server.before_page = lambda: others.append(world.step(other))
        (result,) = world.tick()
        assert result.outcome is StepOutcome.WORKED
        assert others == [StepResult(StepOutcome.SKIPPED, reason="Another step of it is running.")]

    def test_a_holder_that_wakes_after_its_lease_can_write_nothing(self) -> None:
        world = World()
        world.fill(3)
        late: list[StepResult] = []

        def overtake() -> None:
            world.server.before_page = lambda: None
            world.clock.advance(timedelta(minutes=3))
            late.extend(world.tick())
            world.forget_traffic()

        world.server.before_page = overtake
        (result,) = world.tick()
        assert late == [StepResult(StepOutcome.WORKED)]
        assert result == StepResult(StepOutcome.SKIPPED, reason="A newer step has taken over.")
        assert world.tables.traffic.records_written == 0
        assert len(world.titles()) == 3

    def test_a_killed_step_is_taken_over_once_its_lease_has_ended(self) -> None:
        world = World()
        world.fill(3)
        world.tables.take_lease(
            world.id, owner="killed", now=world.clock.now(), until=world.clock.now() + 2 * MINUTE
        )
        assert world.tick()[0].outcome is StepOutcome.SKIPPED
        assert world.tick()[0].outcome is StepOutcome.WORKED
