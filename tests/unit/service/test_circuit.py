"""While MediaMosa cannot be reached nobody asks it in vain, and no edit is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.connection import Connection, InvalidConfiguration
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import (
    AssetServerError,
    Malformed,
    NotLoggedIn,
    NotMediaMosa,
    SecretUnavailable,
    Unavailable,
)
from mediamosa_sync.ports import AssetServer
from mediamosa_sync.service.circuit import Circuit, configuration_of, kind_of
from mediamosa_sync.service.keeper import Pushed
from tests.fakes.world import World, synced
from tests.unit.service.push_scenes import AWAY, fail, outage, recover, rows, theirs, told


def test_a_batch_gives_up_at_the_first_failure_and_leaves_everything_pending() -> None:
    world = synced(10)
    for number in range(10):
        world.edit(f"A{number:05}", title=["Edited"])
    outage(world)
    assert world.push() == Pushed(records=10, pending=10)
    assert world.server.requests == 1
    for number in range(10):
        assert world.state_of(f"A{number:05}") is LinkState.PENDING
        assert told(world, f"A{number:05}") == ("pending", AWAY)


def test_a_failure_in_the_middle_leaves_the_rest() -> None:
    world = synced(4)
    for number in range(4):
        world.edit(f"A{number:05}", title=["Edited"])
    fail(world, [None, None, Unavailable(AWAY)])
    pushed = world.push()
    assert (pushed.posts, pushed.pending) == (2, 2)
    assert [theirs(world, f"A{n:05}") == ("Edited",) for n in range(4)] == [True] + [False] * 3
    assert {world.state_of(f"A{n:05}") for n in range(1, 4)} == {LinkState.PENDING}


def test_one_while_an_asset_is_asked_for_singly_leaves_it_and_the_rest() -> None:
    world = synced(4)
    for number in range(4):
        world.edit(f"A{number:05}", title=["Edited"])
    fail(world, [Malformed("x"), Unavailable(AWAY)])
    assert world.push() == Pushed(records=4, pending=4)
    assert world.server.requests == 2


def test_it_is_opened_once_and_events_while_it_is_open_make_no_request() -> None:
    world = synced()
    outage(world)
    world.edit("A00001", title=["First"])
    world.push()
    circuit = world.tables.push_state(world.id).circuit
    assert circuit is not None
    assert (circuit.kind, circuit.reason, circuit.count) == ("unavailable", AWAY, 1)
    world.forget_traffic()
    for number in range(5):
        world.edit("A00001", title=[f"Edit {number}"])
        world.edit("A00002", title=[f"Edit {number}"])
        world.push()
    assert world.server.requests == 0
    assert world.tables.traffic.push_item_writes == 0
    assert world.tables.push_state(world.id).circuit == circuit
    assert world.tables.traffic.records_written == 1


def test_the_last_edit_is_what_arrives_after_the_outage() -> None:
    world = synced()
    outage(world)
    for number in range(5):
        world.edit("A00001", title=[f"Edit {number}"])
        world.push()
    recover(world)
    world.tick()
    assert [values for *_, values in world.server.writes] == [{"title": ("Edit 4",)}]
    assert told(world, "A00001") == (None, None)
    assert world.tables.push_state(world.id).circuit is None


def test_a_change_of_an_editor_during_the_outage_stands_where_both_changed() -> None:
    world = synced()
    outage(world)
    world.edit("A00001", title=["Ours"], subject=["Ours"])
    world.push()
    world.server.put("A00001", title="Theirs")
    recover(world)
    world.quiet_ticks(2)
    assert (theirs(world, "A00001"), theirs(world, "A00001", "subject")) == (("Theirs",), ("Ours",))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotLoggedIn("MediaMosa does not accept the key."), "not_logged_in"),
        (NotMediaMosa("Something else answers."), "not_mediamosa"),
        (Unavailable(AWAY), "unavailable"),
    ],
)
def test_whatever_keeps_mediamosa_from_working_opens_it(error: AssetServerError, kind: str) -> None:
    world = synced()
    fail(world, [error])
    world.edit("A00001", title=["Edited"])
    world.push()
    circuit = world.tables.push_state(world.id).circuit
    assert circuit is not None
    assert circuit.kind == kind


@pytest.mark.parametrize(
    "error",
    [SecretUnavailable("The secret is not there."), InvalidConfiguration("The zone is unknown.")],
)
def test_so_does_a_connection_that_cannot_even_be_opened(error: Exception) -> None:
    world = synced()

    def closed(_: Connection) -> AssetServer:
        raise error

    world.open_server = closed
    world.edit("A00001", title=["Edited"])
    assert world.push().pending == 1
    circuit = world.tables.push_state(world.id).circuit
    assert circuit is not None
    assert (circuit.kind, circuit.reason) == (kind_of(error), str(error))
    assert told(world, "A00001") == ("pending", str(error))


def test_before_anything_is_known_of_mediamosa_an_outage_loses_no_record() -> None:
    world = World(steps_per_tick=100)
    outage(world)
    world.server.put("A1")
    world.tables.put_record("mine", uri="mediamosa://asset/A1", metadata={"title": ["Mine"]})
    world.push()
    assert world.state_of("A1") is LinkState.PENDING
    recover(world)
    world.tick()
    assert theirs(world, "A1") == ("Mine",)


def test_before_anything_is_known_the_properties_are_read_first() -> None:
    world = World()
    world.server.put("A1")
    world.tables.put_record("mine", uri="mediamosa://asset/A1", metadata={"title": ["Mine"]})
    world.push()
    assert (theirs(world, "A1"), world.server.property_reads) == (("Mine",), 1)


def test_a_failure_while_mediafiles_are_asked_for_leaves_their_records_waiting() -> None:
    world = synced()
    outage(world)
    world.edit("A00001", title=["Edited"])
    world.tables.put_record("mine", uri="mediamosa://mediafile/m1/x", metadata={})
    world.push()
    assert world.server.requests == 1
    assert rows(world)["mine"].reason == AWAY
    assert told(world, "A00001") == ("pending", AWAY)


class TestState:
    def test_of_two_who_find_out_at_once_the_first_is_believed(self) -> None:
        world = synced()
        first = Circuit(world.tables, world.connection)
        second = Circuit(world.tables, world.connection)
        first.open(Unavailable("One."), world.clock.now())
        second.open(Unavailable("Two."), world.clock.now())
        assert Circuit(world.tables, world.connection).reason == "One."

    def test_a_success_does_not_close_what_was_opened_after_it_began(self) -> None:
        world = synced()
        early = Circuit(world.tables, world.connection)
        Circuit(world.tables, world.connection).open(Unavailable("One."), world.clock.now())
        early.close()
        assert Circuit(world.tables, world.connection).reason == "One."

    def test_another_configuration_is_tried_at_once(self) -> None:
        world = synced()
        now = world.clock.now()
        Circuit(world.tables, world.connection).open(NotLoggedIn("Wrong key."), now)
        assert Circuit(world.tables, world.connection).is_resting(now)
        other = replace(world.connection, secret_arn="another")
        assert configuration_of(other) != configuration_of(world.connection)
        assert not Circuit(world.tables, other).is_resting(now)
        assert not Circuit(world.tables, world.connection).is_resting(now + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False}, "The connection is switched off"),
        ({"problem": "The page size cannot be used."}, "The page size cannot be used."),
    ],
)
def test_a_connection_that_cannot_be_used_leaves_edits_pending_with_the_reason(
    change: dict[str, object], reason: str
) -> None:
    world = synced()
    world.tables.put_connection(replace(world.connection, **change))  # type: ignore[arg-type]  # one field of several types
    world.edit("A00001", title=["Edited"])
    world.push()
    assert (world.server.requests, world.tables.push_state(world.id).circuit) == (0, None)
    assert str(told(world, "A00001")[1]).startswith(reason)
