"""Deletions that a person decides upon, and removed records that a person restores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.deletion import Guard, Held
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind, Outcome
from mediamosa_sync.service.refusals import RecordExists, RemovedNotFound
from tests.scenarios.world import DAY, World, synced


def full_run(world: World) -> None:
    """The next day's full run, to its end."""
    world.tick(DAY)
    world.settle()


@pytest.mark.parametrize("count", [1, 3, 250])
def test_s44_a_list_of_nothing_at_all_removes_nothing_and_holds_everything(count: int) -> None:
    world = synced(count)
    backup = world.site.application
    world.site.application.app_id, number = 99, backup.app_id
    world.tick(DAY)
    world.settle()
    assert (len(world.tables.media), world.state.held.count) == (count, count)
    assert world.status()["state"] == "held"
    assert world.singles() == []
    world.site.application.app_id = number
    full_run(world)
    assert world.state.held.count == 0
    world.assert_in_sync()
    assert world.changes() == (count, 0, 0)


def test_60_percent_of_the_assets_vanish_and_nothing_is_removed(figures: list[str]) -> None:
    world = synced(1000, steps_per_tick=100)
    world.site.erase(world.site.ids()[:600])
    world.forget_traffic()
    full_run(world)
    status = world.status()
    assert world.changes() == (1000, 0, 0)
    assert (status["state"], status["attention"]["held"]) == ("held", 600)
    full = world.state.full
    assert full is not None
    assert full.outcome is Outcome.HELD
    assert (len(world.tables.media), world.singles()) == (1000, [])
    figures.append(
        f"600 of 1,000 assets vanish: {world.changes()[2]} removed, state {status['state']}"
    )
    token = world.state.held.token
    world.assert_quiet()
    full_run(world)
    assert world.state.held.token == token


def test_a_held_record_that_its_application_deletes_while_a_step_works_leaves_the_list() -> None:
    world = synced(8)
    world.feed()
    world.rules = replace(world.rules, guard=Guard(most=2, percent=0.0))
    world.site.erase(["A00000", "A00003", "A00005"])
    full_run(world)
    assert world.state.held == Held().changed(["A00000", "A00003", "A00005"], [])

    def delete() -> None:
        world.tables.delete_record(world.link("A00003").media_id)
        world.feed()

    world.tables.once_before("save_run", delete)
    world.tick()
    world.settle()
    assert world.state.held == Held().changed(["A00000", "A00005"], [])
    world.decide(approve=True)
    world.settle()
    assert world.state.held.count == 0
    assert world.states(LinkState.HELD) == []


@pytest.mark.parametrize("count", [11, 60, 250])
def test_a_mass_deletion_with_tombstones_is_held_by_the_tick_that_sees_it(count: int) -> None:
    world = synced(200 if count < 200 else 260, steps_per_tick=20)
    world.site.delete(*world.site.ids()[:count])
    world.tick()
    allowed = max(10, len(world.tables.media) // 20)
    assert count > allowed
    assert (world.state.held.count, world.changes()[2], world.singles()) == (count, 0, [])
    world.assert_in_sync(but=world.states(LinkState.HELD))
    world.press_restart()
    world.settle()
    assert world.state.held.count == count


def test_while_deletions_are_held_everything_else_goes_on() -> None:
    world = synced(100)
    world.site.erase(world.site.ids()[:60])
    full_run(world)
    world.site.write("A00099", title="Changed")
    world.site.add("NEW")
    world.tick()
    assert world.changes() == (101, 1, 0)
    world.assert_in_sync(but=world.states(LinkState.HELD))


def test_held_deletions_that_a_person_approves_are_each_proved_then_removed() -> None:
    world = synced(100)
    world.site.erase(world.site.ids()[:60])
    full_run(world)
    world.site.add("A00003", "A00004")
    world.forget_traffic()
    world.decide(approve=True)
    assert (world.asked, len(world.tables.media)) == ([], 100)
    world.settle()
    assert world.changes()[2] == 58
    assert world.state.held.count == 0
    world.assert_in_sync()
    world.assert_quiet()


@pytest.mark.parametrize("poisoned", [1, 30])
def test_held_assets_whose_existence_cannot_be_told_stop_neither_the_others_nor_the_run(
    poisoned: int,
) -> None:
    world = synced(100)
    names = world.site.ids()
    world.site.erase(names[poisoned:60])
    for asset_id in names[:poisoned]:
        world.site.hide(asset_id)
        world.site.make_unreadable(asset_id)
    full_run(world)
    assert world.state.held.count == 60
    world.decide(approve=True)
    world.ticks(30)
    assert (world.state.run(Kind.INCREMENTAL), world.state.run(Kind.FULL)) == (None, None)
    assert world.state.release is None
    assert len(world.tables.media) == 40 + poisoned
    world.site.write("A00099", title="Changed")
    world.tick()
    world.assert_in_sync(but=names[:poisoned])


def test_an_approval_of_a_list_that_changes_before_the_next_tick_removes_nothing() -> None:
    world = synced(100)
    gone = world.site.ids()[:60]
    world.site.erase(gone)
    full_run(world)
    under_way = world.execution()
    world.decide(approve=True)
    world.site.add(gone[0])
    world.step(under_way)
    world.settle()
    assert (world.state.held.count, world.state.ruling, world.state.release) == (59, None, None)
    assert (len(world.tables.media), world.changes()[2]) == (100, 0)


def test_held_deletions_that_a_person_rejects_stay_until_their_asset_was_seen_again() -> None:
    world = synced(100)
    gone = world.site.ids()[:60]
    world.site.erase(gone)
    full_run(world)
    world.decide(approve=False)
    world.settle()
    full_run(world)
    assert (len(world.tables.media), len(world.states(LinkState.KEPT))) == (100, 60)
    world.assert_quiet()
    world.site.add(gone[0])
    world.tick()
    assert world.link(gone[0]).state is LinkState.LINKED
    world.site.delete(gone[0])
    world.tick()
    assert world.link(gone[0]).state is LinkState.REMOVED


@pytest.mark.parametrize("restored", [1, 60])
def test_assets_restored_while_they_are_held_leave_the_list_and_change_its_token(
    restored: int,
) -> None:
    world = synced(100)
    world.site.trash(*world.site.ids()[:60])
    world.tick()
    world.settle()
    assert world.state.held.count == 60
    token = world.state.held.token
    world.site.restore(*world.site.ids()[:restored])
    world.settle()
    assert world.state.held.count == 60 - restored
    assert world.state.held.token != token
    world.assert_in_sync(but=world.states(LinkState.HELD))


def test_a_restart_while_deletions_are_held_keeps_the_list() -> None:
    world = synced(100)
    world.site.erase(world.site.ids()[:60])
    full_run(world)
    token = world.state.held.token
    world.press_restart()
    world.settle()
    assert (world.state.held.token, world.state.held.count) == (token, 60)
    assert len(world.tables.media) == 100


def test_a_person_restores_a_removed_record_while_others_are_held() -> None:
    world = synced(100)
    media_id = world.link("A00007").media_id
    before = dict(world.tables.media[media_id])
    world.site.delete("A00007")
    world.tick()
    world.site.erase(world.site.ids()[:60])
    full_run(world)
    token = world.state.held.token
    _, fresh = world.removed.restore(world.id, "A00007")
    assert fresh
    assert world.tables.media[media_id] == before
    assert world.removed.restore(world.id, "A00007")[1] is False
    full_run(world)
    assert world.tables.media[media_id] == before
    assert world.link("A00007").state is LinkState.KEPT
    assert world.state.held.token == token
    world.assert_quiet()


def test_a_record_is_not_restored_over_another_one_or_when_nothing_is_kept() -> None:
    world = synced(5)
    media_id = world.link("A00001").media_id
    with pytest.raises(RemovedNotFound):
        world.removed.restore(world.id, "A00001")
    world.site.delete("A00001")
    world.tick()
    world.tables.put_record(media_id, uri="https://example.org", own=1)
    with pytest.raises(RecordExists):
        world.removed.restore(world.id, "A00001")
    assert world.tables.media[media_id]["own"] == 1


def test_a_step_and_a_person_who_restores_at_once_leave_one_record() -> None:
    world = synced(5)
    world.site.trash("A00001")
    world.tick()
    world.site.restore("A00001")

    def restore() -> None:
        world.removed.restore(world.id, "A00001")

    world.tables.once_before("apply", restore)
    world.tick()
    world.settle()
    world.assert_in_sync()
    assert world.link("A00001").state is LinkState.LINKED
    assert world.state.run(Kind.INCREMENTAL) is None
