"""What the scheduled step pushes: everything pending, a portion at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import Malformed, Unavailable
from mediamosa_sync.service.circuit import Circuit
from mediamosa_sync.service.drain import PORTION, drain
from mediamosa_sync.service.keeper import CLAIM, PushPorts
from mediamosa_sync.service.step import StepOutcome, StepResult
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import (
    AWAY,
    advance_with,
    fail,
    outage,
    recover,
    theirs,
    told,
)

MINUTE = timedelta(minutes=1)


def ports_of(world: World) -> PushPorts:
    return PushPorts(world.tables, world.tables, world.open_server, world.clock, "step", CLAIM)


def drained(world: World, *, reached: bool = True, until: datetime | None = None) -> bool:
    connection = world.tables.connection(world.id)
    assert connection is not None
    until = until or world.clock.now() + MINUTE
    return drain(ports_of(world), connection, until=until, reached=reached)


def edited_in_an_outage(count: int) -> World:
    """So many records were edited, one a second, while MediaMosa was away."""
    world = synced(count)
    outage(world)
    for number in range(count):
        world.edit(f"A{number:05}", title=["Edited"])
        world.push()
        world.clock.advance(seconds=1)
    recover(world)
    world.forget_traffic()
    return world


def test_nothing_pending_is_one_read_and_no_request() -> None:
    world = synced()
    assert not drained(world)
    assert world.server.requests == 0
    assert world.tables.traffic.links_written == 0


def test_after_an_outage_every_edit_is_pushed_and_the_records_are_told_so() -> None:
    world = edited_in_an_outage(5)
    assert told(world, "A00000")[0] == "pending"
    assert not drained(world)
    assert {theirs(world, f"A{number:05}") for number in range(5)} == {("Edited",)}
    assert world.server.requests == 6
    assert {told(world, f"A{number:05}") for number in range(5)} == {(None, None)}
    assert world.tables.attention(world.id)["pending"] == 0
    assert world.tables.push_state(world.id).counts == Counts(updated=5)


def test_a_portion_is_a_hundred_the_longest_due_first_and_then_there_is_more() -> None:
    world = edited_in_an_outage(PORTION + 20)
    assert drained(world)
    written = [asset_id for asset_id, *_ in world.server.writes]
    assert written == [f"A{number:05}" for number in range(PORTION)]
    assert not drained(world)
    assert len(world.server.writes) == PORTION + 20


def test_a_link_that_waits_longest_is_pushed_first_whatever_its_id() -> None:
    world = synced()
    outage(world)
    for asset_id in ("A00002", "A00000"):
        world.edit(asset_id, title=["Edited"])
        world.push()
        world.clock.advance(seconds=1)
    recover(world)
    due = world.tables.due(world.id, upto=world.clock.now(), limit=1)
    assert [one.asset_id for one in due] == ["A00002"]


def test_a_step_goes_on_while_there_is_more() -> None:
    world = edited_in_an_outage(PORTION + 20)
    world.steps_per_tick = 1
    results = [*world.tick()]
    assert results == [StepResult(StepOutcome.WORKED, more=True)]
    world.tick()
    assert len(world.server.writes) == PORTION + 20


def test_no_assets_turn_begins_after_its_time() -> None:
    world = edited_in_an_outage(10)
    advance_with(world, "write", 20)
    drained(world)
    assert 0 < len(world.server.writes) < 10
    world.tables.before = lambda _: None
    drained(world)
    assert len(world.server.writes) == 10


def test_an_edit_taken_back_during_the_outage_is_no_write() -> None:
    world = edited_in_an_outage(1)
    world.edit("A00000", title=["Title of A00000"])
    drained(world)
    assert (world.server.writes, world.state_of("A00000")) == ([], LinkState.LINKED)


def test_mediamosa_failing_again_leaves_everything_pending_and_there_is_no_more() -> None:
    world = edited_in_an_outage(PORTION)
    outage(world)
    assert not drained(world)
    assert world.server.requests == 1
    assert world.tables.attention(world.id)["pending"] == PORTION


def test_what_somebody_else_settled_meanwhile_is_left() -> None:
    world = edited_in_an_outage(2)
    world.tables.take_stream()
    Circuit(world.tables, world.connection).close()

    def faster() -> None:
        world.edit("A00000", title=["Faster"])
        world.push()

    world.tables.once_after("due", faster)
    drained(world)
    assert [asset_id for asset_id, *_ in world.server.writes] == ["A00000", "A00001"]


def test_a_record_that_was_deleted_while_it_waited_is_let_go() -> None:
    world = edited_in_an_outage(1)
    world.tables.delete_record(world.link("A00000").media_id)
    world.tables.take_stream()
    drained(world)
    assert (world.state_of("A00000"), world.server.requests) == (LinkState.FORGOTTEN, 0)


def test_one_that_names_another_asset_by_then_is_let_go_too() -> None:
    world = edited_in_an_outage(1)
    world.tables.put_record(world.link("A00000").media_id, uri="mediamosa://asset/A2", metadata={})
    drained(world)
    assert world.state_of("A00000") is LinkState.FORGOTTEN


class TestCircuit:
    def test_the_step_alone_tries_an_open_one_and_a_success_closes_it(self) -> None:
        world = edited_in_an_outage(1)
        assert world.tables.push_state(world.id).circuit is not None
        drained(world, reached=False)
        assert theirs(world, "A00000") == ("Edited",)
        assert world.tables.push_state(world.id).circuit is None

    def test_a_pull_that_reached_mediamosa_closes_one_that_nothing_waits_behind(self) -> None:
        world = edited_in_an_outage(1)
        link = world.link("A00000")
        world.tables.drop_link(world.id, link.asset_id)
        drained(world, reached=False)
        assert world.tables.push_state(world.id).circuit is not None
        drained(world, reached=True)
        assert world.tables.push_state(world.id).circuit is None

    def test_tries_in_vain_are_made_less_and_less_often(self) -> None:
        world = edited_in_an_outage(1)
        outage(world)
        asked = []
        for _ in range(30):
            before = world.server.requests
            drained(world, reached=False)
            asked.append(world.server.requests - before)
            world.clock.advance(MINUTE)
        assert asked[:2] == [1, 1]
        assert 10 <= sum(asked) <= 20
        assert world.tables.push_state(world.id).circuit is not None

    def test_a_pull_that_reached_mediamosa_ends_the_pause(self) -> None:
        world = edited_in_an_outage(1)
        outage(world)
        for _ in range(5):
            drained(world, reached=False)
            world.clock.advance(seconds=1)
        recover(world)
        drained(world, reached=False)
        assert theirs(world, "A00000") != ("Edited",)
        drained(world, reached=True)
        assert theirs(world, "A00000") == ("Edited",)


class TestStep:
    def test_a_pull_that_fails_keeps_the_step_from_pushing(self) -> None:
        world = edited_in_an_outage(1)
        fail(world, [Unavailable(AWAY)])
        assert [result.outcome for result in world.tick()] == [StepOutcome.FAILED]
        assert (world.server.requests, world.server.writes) == (1, [])
        world.tick()
        assert theirs(world, "A00000") == ("Edited",)

    def test_a_page_that_cannot_be_read_does_not_keep_it_from_pushing(self) -> None:
        world = edited_in_an_outage(1)
        fail(world, [Malformed("MediaMosa's answer contradicts itself.")])
        assert [result.outcome for result in world.tick()] == [StepOutcome.FAILED]
        assert theirs(world, "A00000") == ("Edited",)

    def test_nor_does_the_pause_after_it(self) -> None:
        world = synced(1)
        for _ in range(6):
            fail(world, [Malformed("MediaMosa's answer contradicts itself.")])
            world.tick()
        recover(world)
        world.tables.pause(world.id, ["push"], paused=True)
        world.edit("A00000", title=["Edited"])
        world.push()
        world.tables.pause(world.id, ["push"], paused=False)
        world.clock.set(world.clock.now() - MINUTE)
        assert [result.outcome for result in world.tick()] == [StepOutcome.SKIPPED]
        assert theirs(world, "A00000") == ("Edited",)

    def test_while_only_the_pull_is_paused_the_step_pushes(self) -> None:
        world = edited_in_an_outage(1)
        world.tables.pause(world.id, ["pull"], paused=True)
        assert world.tick() == [StepResult(StepOutcome.WORKED, reason="The pull is paused.")]
        assert theirs(world, "A00000") == ("Edited",)
        assert world.server.lists == []

    def test_while_the_push_is_paused_edits_wait_and_the_records_are_told(self) -> None:
        world = synced()
        world.tables.pause(world.id, ["push"], paused=True)
        world.edit("A00001", title=["Edited"])
        world.push()
        assert world.server.requests == 0
        assert told(world, "A00001") == (
            "pending",
            "An admin has paused the push; the edit is pushed once it is resumed.",
        )
        world.server.put("A00002", title="Theirs")
        world.tick()
        assert world.titles()["A00002"] == ["Theirs"]
        assert world.server.writes == []
        world.tables.pause(world.id, ["push"], paused=False)
        world.tick()
        assert theirs(world, "A00001") == ("Edited",)

    def test_a_step_that_another_one_keeps_from_the_page_leaves_the_pushing_to_it(self) -> None:
        world = edited_in_an_outage(1)
        now = world.clock.now()
        world.tables.take_lease(world.id, owner="other", now=now, until=now + 5 * MINUTE)
        assert [result.outcome for result in world.tick()] == [StepOutcome.SKIPPED]
        assert world.server.requests == 0
