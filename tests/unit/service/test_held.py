"""The guard, the list that a person decides upon, and bringing a record back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.removing import restore
from mediamosa_sync.domain.run import Outcome
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import Refused
from tests.fakes.world import World, synced

DAY = timedelta(hours=25)


class TestGuard:
    def vanish(self, world: World, count: int) -> None:
        for number in range(count):
            world.server.erase(f"A{number:05}")
        world.clock.advance(DAY)
        world.tick()

    def test_when_most_assets_vanish_nothing_is_removed_and_a_person_is_asked(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert len(world.tables.media) == 100
        assert world.state.held.count == 60
        full = world.state.full
        assert full is not None
        assert full.outcome is Outcome.HELD
        assert full.counts == Counts(unchanged=40)
        assert len(world.server.proofs) == 0
        assert len(world.tables.held(world.id, upto=None, limit=1000)) == 60

    def test_ten_or_five_percent_go_without_asking(self) -> None:
        world = synced(100)
        self.vanish(world, 10)
        assert len(world.tables.media) == 90

    def test_deletions_of_the_last_day_count_too(self) -> None:
        world = synced(100)
        for number in range(8):
            world.server.delete(f"A{number:05}")
        world.tick()
        for number in range(8, 16):
            world.server.delete(f"A{number:05}")
        world.tick()
        assert len(world.tables.media) == 92
        assert world.state.held.count == 8

    def test_an_empty_list_removes_nothing_however_few_there_are(self) -> None:
        world = synced(3)
        self.vanish(world, 3)
        assert (len(world.tables.media), world.state.held.count) == (3, 3)

    def test_what_is_held_is_not_nominated_again_and_its_token_stays(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        token = world.state.held.token
        world.clock.advance(DAY)
        world.tick()
        assert world.state.held.token == token
        full = world.state.full
        assert full is not None
        assert (full.nominated, full.outcome) == (0, Outcome.SUCCEEDED)

    def test_an_asset_seen_alive_leaves_the_list_and_changes_the_token(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        token = world.state.held.token
        world.server.put("A00007", title="Back")
        world.tick()
        assert world.state.held.count == 59
        assert world.state.held.token != token
        assert world.titles()["A00007"] == ["Back"]

    def test_an_approval_removes_exactly_the_list_each_after_its_proof(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert world.rule(approve=True)
        world.server.put("A00099", title="Unconcerned")
        world.forget_traffic()
        for _ in range(2):
            world.tick()
        assert len(world.tables.media) == 40
        assert len(world.server.proofs) == 60
        assert (world.state.held.count, world.state.release) == (0, None)
        assert world.state.removals.within_a_day(world.clock.now()) == 0

    def test_an_approved_asset_that_cannot_be_asked_for_waits_for_a_later_run(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert world.rule(approve=True)
        world.server.failures = [None, Refused("MediaMosa refused the request.", 601)]
        world.tick()
        assert "A00000" in world.titles()
        for _ in range(3):
            world.tick()
        assert world.state.held.count <= 1

    def test_an_approved_asset_that_is_alive_keeps_its_record(self) -> None:
        world = synced(100)
        for number in range(60):
            world.server.hide(f"A{number:05}")
        world.clock.advance(DAY)
        world.tick()
        assert world.rule(approve=True)
        world.tick()
        assert (len(world.tables.media), world.state.held.count) == (100, 0)

    def test_a_rejection_keeps_the_records_until_their_assets_were_seen(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert world.rule(approve=False)
        world.tick()
        assert (len(world.tables.media), world.state.held.count) == (100, 0)
        assert world.state_of("A00000") is LinkState.KEPT
        world.clock.advance(DAY)
        world.tick()
        assert world.state.held.count == 0
        world.server.put("A00000", title="Seen")
        world.tick()
        world.server.delete("A00000")
        world.tick()
        assert world.state_of("A00000") is LinkState.REMOVED

    def test_a_ruling_on_a_list_that_has_changed_is_refused(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert not world.rule(approve=True, token="0" * 32)
        assert len(world.tables.media) == 100

    def test_a_ruling_whose_list_changes_before_the_next_run_is_dropped(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        assert world.rule(approve=True)
        changed = replace(world.state, held=world.state.held.changed(["X"], []))
        world.tables.put_state(changed)
        world.tick()
        assert len(world.tables.media) == 100
        assert world.state.ruling is None

    def test_a_ruling_acts_in_a_later_execution_only(self) -> None:
        world = synced(100)
        self.vanish(world, 60)
        execution = world.execution()
        assert world.rule(approve=True)
        world.step(execution)
        assert world.state.ruling is not None
        world.tick()
        assert world.state.ruling is None

    @pytest.mark.parametrize("count", [300])
    def test_very_many_are_held_in_portions(self, count: int) -> None:
        world = synced(500)
        world.steps_per_tick = 1
        self.vanish(world, count)
        for _ in range(30):
            world.tick()
        assert world.state.held.count == count
        assert len(world.tables.media) == 500


class TestRestoring:
    def test_a_person_brings_a_removed_record_back_and_the_next_run_leaves_it(self) -> None:
        world = synced()
        world.server.delete("A00001")
        world.tick()
        link = world.tables.all_links(world.id)["A00001"]
        copy = world.tables.removed_record(world.id, "A00001")
        assert copy is not None
        assert world.tables.write(world.id, restore(link, copy, world.clock.now())).done
        world.clock.advance(DAY)
        world.tick()
        assert world.titles()["A00001"] == ["Title of A00001"]
        assert world.state_of("A00001") is LinkState.KEPT
        assert world.state.links == 3
