"""Deletions in a dry run: proved by reading, held as the guard decides, or as a person has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.rows import Nominees, NomineesChange
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.service.dry.items import What
from tests.fakes.world import World, synced
from tests.unit.service.dry_scenes import checked, plan, told

DAY = timedelta(hours=25)


class TestDeletions:
    def test_those_gone_are_removed_and_one_that_comes_back_is_restored(self) -> None:
        world = synced(4)
        world.server.delete("A00000")
        world.server.trash("A00001")
        world.server.give_away("A00003")
        items = checked(world, full=True)
        assert told(items) == {
            (What.REMOVE, "A00000"),
            (What.REMOVE, "A00001"),
            (What.NOTE, "A00003"),
        }
        removed = next(item for item in items if item.asset_id == "A00000")
        assert removed.reason == "The asset is gone from MediaMosa."
        assert [(one.old, one.new) for one in removed.changes] == [(("Title of A00000",), ())]
        world.server.restore("A00001")
        world.server.put("A00001", title="Back")
        (item,) = [one for one in checked(world) if one.asset_id == "A00001"]
        assert (item.what, item.changes[0].new) == (What.RESTORE, ("Back",))

    def test_too_many_are_held_as_the_guard_decides(self) -> None:
        world = synced(300)
        for number in range(250):
            world.server.erase(f"A{number:05}")
        items = checked(world, full=True)
        assert len([item for item in items if item.what is What.HOLD]) == 250
        assert len(plan(world, full=True)[-1].items) == 0, "what is held is not nominated again"

    def test_what_one_run_would_hold_counts_for_the_guard_of_the_next(self) -> None:
        world = synced(100)
        for number in range(11):
            world.server.delete(f"A{number:05}")
        for number in range(11, 16):
            world.server.erase(f"A{number:05}")
        items = checked(world, full=True)
        assert [item.what for item in items] == [What.HOLD] * 16

    @pytest.mark.parametrize("approve", [True, False])
    def test_a_persons_ruling_is_planned_portion_by_portion(self, *, approve: bool) -> None:
        world = synced(100)
        for number in range(60):
            world.server.erase(f"A{number:05}")
        checked(world, full=True)
        at = world.clock.now()
        token = world.state.held.token
        assert world.tables.rule(world.id, Ruling("r", token, approve, "operator", at))
        items = checked(world)
        what = What.REMOVE if approve else What.NOTE
        assert [item.what for item in items] == [what] * 60

    def test_nominees_of_a_run_under_way_are_proved_row_by_row(self) -> None:
        world = World(page_size=30, steps_per_tick=1)
        world.fill(120)
        for _ in range(5):
            world.tick()
        world.clock.advance(DAY)
        for number in range(0, 120, 24):
            world.server.erase(f"A{number:05}")
        world.tick()
        world.tick()
        run = world.state.run(Kind.FULL)
        assert run is not None
        for key, asset_id in (("00000001", "A00000"), ("00000002", "A00024")):
            row = NomineesChange(run.run_id, Nominees(key, (asset_id,)))
            world.tables.save_run(world.state.fence, world.state, release=False, nominees=row)
        run = replace(run, waiting=2, nominated=2, counted=2)
        world.tables.put_state(world.state.with_run(run))
        items = checked(world)
        assert {item.asset_id for item in items if item.what is What.REMOVE} == {
            f"A{number:05}" for number in range(0, 120, 24)
        }
