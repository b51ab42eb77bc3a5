"""An asset that makes every page with it malformed is found, parked, and stepped over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import Malformed, Unreadable
from mediamosa_sync.service.step import StepOutcome
from tests.fakes.world import World, synced

DAY = timedelta(hours=25)


def until_synced(world: World) -> None:
    for _ in range(200):
        world.tick()
        if world.state.last_sync:
            return
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize(
    "bad", [{0}, {57}, {99}, {100}, {249}, {57, 58}, {99, 100, 101}, {0, 249}, {248, 249}]
)
def test_all_others_are_synced_and_it_is_parked(bad: set[int]) -> None:
    world = World()
    names = world.fill(250)
    world.server.unreadable = {names[number] for number in bad}
    until_synced(world)
    links = world.tables.all_links(world.id)
    parked = {name for name, link in links.items() if link.state is LinkState.PARKED}
    assert parked == world.server.unreadable
    assert set(world.titles()) == set(names)
    assert len(world.tables.media) == 250 - len(bad)
    assert "U+FFFE" in links[names[min(bad)]].reason


def test_one_that_becomes_unreadable_keeps_its_record_and_is_never_nominated() -> None:
    world = synced(30)
    world.server.unreadable = {"A00007"}
    world.clock.advance(DAY)
    for _ in range(40):
        world.tick()
    assert len(world.tables.media) == 30
    assert world.server.proofs == ["A00007"], "asked for once, to be sure that it is the one"
    assert world.tables.all_links(world.id)["A00007"].state is LinkState.PARKED


def test_once_it_is_readable_it_is_synced() -> None:
    world = World(steps_per_tick=20)
    world.fill(30)
    world.server.unreadable = {"A00007"}
    until_synced(world)
    world.server.unreadable = set()
    world.server.put("A00007", title="Mended")
    world.tick()
    assert world.titles()["A00007"] == ["Mended"]


def test_what_a_walk_has_found_out_stays_told_when_the_record_is_edited() -> None:
    world = synced(3)
    world.server.unreadable = {"A00001"}
    world.clock.advance(DAY)
    world.quiet_ticks(5)
    found = world.link("A00001")
    world.edit("A00001", title=["Edited"])
    world.push()
    assert (world.link("A00001").state, world.link("A00001").reason) == (
        LinkState.PARKED,
        found.reason,
    )
    assert "U+FFFE" in found.reason


def test_it_is_found_in_an_incremental_run_too() -> None:
    world = synced(30)
    for number in range(30):
        world.server.put(f"A{number:05}", title="Changed")
    world.server.unreadable = {"A00007"}
    for _ in range(3):
        world.tick()
    titles = world.titles()
    assert titles.pop("A00007") == ["Title of A00007"]
    assert set(map(str, titles.values())) == {"['Changed']"}


def test_links_before_it_that_nobody_lists_any_more_are_compared_first() -> None:
    world = synced(1400)
    for number in range(1300):
        world.server.erase(f"A{number:05}")
    world.server.unreadable = {"A01300"}
    world.clock.advance(DAY)
    for _ in range(30):
        world.tick()
    assert world.state.held.count == 1300
    assert world.tables.all_links(world.id)["A01300"].state is LinkState.PARKED
    assert len(world.tables.media) == 1400


def test_a_list_that_moves_while_it_is_stepped_over_is_asked_again() -> None:
    world = World(page_size=1)
    world.fill(30)
    for _ in range(10):
        world.tick()
    world.server.unreadable = {"A00018"}

    def shrink() -> None:
        for number in range(8):
            world.server.delete(f"A{number:05}")

    world.server.before_page = shrink
    until_synced(world)
    assert world.tables.all_links(world.id)["A00018"].state is LinkState.PARKED
    assert {f"A{number:05}" for number in range(8, 30)} <= set(world.titles())


def test_a_step_makes_a_bounded_number_of_requests_while_it_searches() -> None:
    world = World()
    world.fill(250)
    world.server.unreadable = {"A00057"}
    for _ in range(10):
        world.forget_traffic()
        world.tick()
        assert world.server.requests <= 11


def test_one_that_is_asked_for_again_is_found_by_asking_for_each() -> None:
    world = synced(60)
    for number in range(40):
        world.server.put(f"A{number:05}", title="Changed")
    world.server.delete("A00003")
    again = tuple(f"A{number:05}" for number in range(40))
    world.tables.put_state(replace(world.state, again=again))
    world.server.unreadable = {"A00007"}
    world.tick()
    assert world.tables.all_links(world.id)["A00007"].state is LinkState.PARKED
    world.tick()
    titles = world.titles()
    assert titles.pop("A00007") == ["Title of A00007"]
    assert {str(titles[f"A{number:05}"]) for number in range(40) if number not in {3, 7}} == {
        "['Changed']"
    }
    assert world.tables.all_links(world.id)["A00003"].state is LinkState.REMOVED


def test_a_server_whose_every_answer_is_broken_is_not_searched_for_one_asset() -> None:
    world = World()
    world.fill(30)
    world.server.failures = [None, Unreadable("Broken."), Malformed("Broken too.")]
    (result,) = world.tick()
    assert (result.outcome, result.reason) == (StepOutcome.FAILED, "Broken too.")
