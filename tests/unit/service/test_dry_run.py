"""The dry run: what the pages of a plan say, and that the next run then does exactly that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import created_media_id
from mediamosa_sync.domain.run import Kind, Restart, Trigger
from mediamosa_sync.domain.writes import Counts
from mediamosa_sync.errors import Malformed, Unavailable
from mediamosa_sync.service.dry.items import What
from mediamosa_sync.service.dry.plan import MOST_IDLE, plan_page
from mediamosa_sync.service.dry.position import Position
from mediamosa_sync.service.refusals import ConnectionUnusable, MediaMosaUnavailable
from tests.fakes.planned import items_in, plan_to_end
from tests.fakes.world import MINUTE, World, synced
from tests.unit.service.dry_scenes import checked, plan, ports, told


class TestBeforeTheFirstSync:
    def test_new_records_ties_and_conflicts_are_counted_as_they_will_be(self) -> None:
        world = World(page_size=100)
        world.fill(312)
        for number in range(14):
            name = f"A{number:05}"
            title = "Another title" if number < 3 else f"Title of {name}"
            uri = f"mediamosa://asset/{name}"
            world.tables.put_record(f"record-{number}", uri=uri, metadata={"title": [title]})
        pages = plan(world)
        sums = pages[-1].sums
        assert sums.from_mediamosa == Counts(added=298, updated=14, conflicts=3)
        assert (sums.linked, sums.held, sums.listed) == (14, 0, {Kind.FULL: 312})
        assert [page.run and page.run.cursor.done for page in pages] == [100, 200, 300, 312]
        (change,) = [
            change
            for item in items_in(pages)
            if item.what is What.UPDATE and item.media_id == "record-0"
            for change in item.changes
        ]
        assert (change.old, change.new) == (("Another title",), ("Title of A00000",))
        assert change.conflict

    def test_the_first_sync_is_exactly_so(self) -> None:
        world = World(page_size=3)
        world.fill(8)
        world.tables.put_record("own", uri="mediamosa://asset/A00004", metadata={"title": "Own"})
        world.tables.put_record("twin", uri="mediamosa://asset/A00004", metadata={})
        world.tables.put_record("old", uri="mediamosa://mediafile/m1/a.mp4", metadata={})
        world.tables.put_record("lost", uri="mediamosa://mediafile/m2/b.mp4", metadata={})
        world.tables.put_record("broken", uri="mediamosa://what", metadata={})
        world.server.mediafiles["m1"] = "A00006"
        items = checked(world)
        assert {(What.LINK, "A00004"), (What.LINK, "A00006")} <= told(items)
        assert {(What.PARK, "twin"), (What.PARK, "lost"), (What.PARK, "broken")} <= told(items)

    def test_a_key_that_is_taken_is_found_by_looking(self) -> None:
        world = World()
        world.fill(2)
        taken = created_media_id(world.id, "A00000")
        world.tables.put_record(taken, uri="mediamosa://asset/A00000", metadata={}, own="x")
        world.tables.put_record(created_media_id(world.id, "A00001"), metadata={})
        items = checked(world)
        assert (What.LINK, "A00000") in told(items)
        assert (What.PARK, "A00001") in told(items)
        assert not any(item.what is What.CREATE for item in items)


class TestChanges:
    def test_a_quiet_run_is_one_page_without_items(self) -> None:
        world = synced()
        world.tick()
        (page,) = plan(world)
        assert page.run is not None
        assert (page.run.kind, page.items) == (Kind.INCREMENTAL, ())
        assert checked(world) == []

    def test_changes_of_both_sides_and_a_conflict(self) -> None:
        world = synced(4)
        world.server.put("A00000", title="Theirs")
        world.edit("A00001", title=["Ours"])
        world.server.put("A00002", title="Theirs")
        world.edit("A00002", title=["Ours"], description=["New"])
        world.tables.take_stream()
        items = checked(world, full=True)
        by_asset = {(item.what, item.asset_id): item for item in items if item.changes}
        assert by_asset[What.UPDATE, "A00002"].changes[0].conflict
        (pushed,) = by_asset[What.PUSH, "A00001"].changes
        assert (pushed.old, pushed.new) == (("Title of A00001",), ("Ours",))
        assert by_asset[What.PUSH, "A00002"].changes[0].name == "description"

    def test_an_asset_pushed_by_the_incremental_run_is_seen_so_by_the_full_one(self) -> None:
        world = synced(3, page_size=1)
        world.edit("A00002", title=[])
        world.edit("A00001", title=["Ours"], description=["Also"])
        world.tables.take_stream()
        for name in ("A00001", "A00002"):
            pending = replace(world.link(name), state=LinkState.PENDING, due=world.clock.now())
            world.tables.put_link(world.id, pending)
        items = checked(world, full=True)
        assert {(What.PUSH, "A00001"), (What.PUSH, "A00002")} <= told(items)
        maps = [item for item in items if item.what is What.UPDATE]
        assert all("map mediamosa" in item.reason for item in maps)

    def test_only_the_map_of_a_record_changes(self) -> None:
        world = synced()
        world.server.unpublish("A00001")
        (item,) = checked(world)
        assert (item.what, item.changes) == (What.UPDATE, ())
        assert "map mediamosa" in item.reason

    def test_a_record_that_is_gone_is_noted_once(self) -> None:
        world = synced()
        world.tables.delete_record(world.link("A00001").media_id)
        assert told(checked(world, full=True)) == {(What.NOTE, "A00001")}
        assert checked(world, full=True) == []

    def test_a_restart_that_was_asked_for_is_planned(self) -> None:
        world = synced(3, page_size=2)
        world.server.put("A00001", title="Theirs")
        world.tables.request_restart(world.id, Restart("r", "operator", world.clock.now()))
        pages = plan(world)
        assert pages[-1].run is not None
        assert pages[-1].run.trigger is Trigger.RESTART
        checked(world)

    def test_a_restart_breaks_off_what_is_under_way(self) -> None:
        world = World(page_size=1)
        world.fill(3)
        world.tick()
        world.tables.request_restart(world.id, Restart("r", "operator", world.clock.now()))
        assert [page.sums.listed for page in plan(world)][-1] == {Kind.FULL: 3}
        checked(world)

    def test_a_run_under_way_is_planned_from_where_it_is(self) -> None:
        world = World(page_size=2)
        world.fill(7)
        world.tick()
        pages = plan(world)
        assert pages[-1].sums.from_mediamosa == Counts(added=5)
        assert pages[-1].sums.listed == {Kind.FULL: 5}
        checked(world)


class TestWaiting:
    def test_a_record_whose_mediafile_was_not_asked_for_is_tied_and_pushed(self) -> None:
        world = synced()
        world.server.put("NEW")
        world.server.mediafiles["m1"] = "NEW"
        world.server.failures = [Unavailable("Away.")]
        world.tables.put_record(
            "mine", uri="mediamosa://mediafile/m1/a.mp4", metadata={"title": ["Mine"]}
        )
        world.push()
        world.server.failures = []
        items = checked(world)
        assert (What.PUSH, "NEW") in told(items) or (What.TAKE_OVER, "NEW") in told(items)

    def test_a_mediafile_about_which_nobody_knows_is_waited_for(self) -> None:
        world = World()
        world.fill(1)
        world.tables.put_record("mine", uri="mediamosa://mediafile/m1/a.mp4", metadata={})
        fails = Malformed("MediaMosa's answer is cut off.")
        world.server.failures = [None, fails, *[None] * 2, fails, *[None] * 20]
        items = items_in(plan(world))
        assert (What.NOTE, "mine") in told(items)

    def test_a_twin_is_taken_over(self) -> None:
        world = synced()
        created = world.link("A00001").media_id
        world.tables.put_record(
            "mine", uri="mediamosa://asset/A00001", metadata={"title": ["Mine"]}
        )
        items = checked(world, full=True)
        (taken,) = [item for item in items if item.what is What.TAKE_OVER]
        assert (taken.asset_id, taken.media_id) == ("A00001", "mine")
        assert created in taken.reason

    def test_more_than_a_portion_waits_and_each_has_its_turn_once(self) -> None:
        world = synced(230)
        for number in range(230):
            world.edit(f"A{number:05}", title=["Ours"])
            link = world.link(f"A{number:05}")
            due = world.clock.now()
            world.tables.put_link(world.id, replace(link, state=LinkState.PENDING, due=due))
        world.tables.take_stream()
        pages = plan(world)
        assert len([item for item in items_in(pages) if item.what is What.PUSH]) == 230
        assert (pages[-1].sums.pushes, pages[-1].sums.steps) == (2, {Kind.INCREMENTAL: 1})
        checked(world)


class TestWhatStandsInTheWay:
    def test_what_is_paused_is_planned_as_if_it_were_resumed(self) -> None:
        world = synced()
        world.edit("A00001", title=["Ours"])
        world.push()
        world.edit("A00001", title=["Ours again"])
        world.tables.pause(world.id, {"pull", "push"}, paused=True)
        world.push()
        world.server.put("A00002", title="Theirs")
        assert told(items_in(plan(world))) == {(What.UPDATE, "A00002"), (What.PUSH, "A00001")} | {
            (What.UPDATE, "A00001")
        }

    def test_a_pause_after_failures_is_not_waited_for(self) -> None:
        world = synced()
        world.server.failures = [Unavailable("Away.")] * 20
        for _ in range(6):
            world.tick()
        world.server.failures = []
        assert world.state.failure is not None
        world.server.put("A00002", title="Theirs")
        assert told(items_in(plan(world))) == {(What.UPDATE, "A00002")}

    @pytest.mark.parametrize("change", [{"enabled": False}, {"problem": "Its address is none."}])
    def test_a_connection_that_cannot_be_synced_has_no_plan(self, change: dict[str, Any]) -> None:
        world = synced()
        world.tables.put_connection(replace(world.connection, **change))
        with pytest.raises(ConnectionUnusable):
            plan(world)

    def test_an_unknown_connection_has_no_plan(self) -> None:
        world = World()
        with pytest.raises(ConnectionUnusable):
            plan_to_end(ports(world), "0" * 40, world.clock.now())

    @pytest.mark.parametrize("before", [0, 1])
    def test_a_server_that_does_not_answer_is_told(self, before: int) -> None:
        """While the page is read, or while what is pending is asked for."""
        world = synced()
        world.edit("A00001", title=["Ours"])
        pending = replace(world.link("A00001"), state=LinkState.PENDING, due=world.clock.now())
        world.tables.put_link(world.id, pending)
        world.server.failures = [*[None] * before, Unavailable("MediaMosa does not answer.")]
        with pytest.raises(MediaMosaUnavailable, match="does not answer"):
            plan(world)

    def test_a_plan_that_treads_on_the_spot_ends(self) -> None:
        """Others know more of so many assets that no run could note them all."""
        world = World(page_size=150)
        world.fill(150)
        world.tick()
        for name in list(world.titles()):
            world.server.put(name, title="Theirs")
            world.tables.put_link(world.id, replace(world.link(name), sequence=1_000))
        pages = plan(world)
        assert len(pages) <= MOST_IDLE + 1
        assert items_in(pages) == []

    def test_a_step_in_between_does_the_plan_no_harm(self) -> None:
        world = World(page_size=2)
        world.fill(6)
        at = world.clock.now() + MINUTE
        first = plan_page(ports(world), Position(world.id, at))
        world.tick()
        world.tick()
        assert first.next is not None
        rest = plan_page(ports(world), first.next)
        assert rest.sums.from_mediamosa == Counts(added=2, unchanged=2)

    def test_another_full_run_that_is_due_is_planned_after_the_one_under_way(self) -> None:
        world = World(page_size=1)
        world.fill(3)
        world.tick()
        world.tables.put_state(replace(world.state, full_due=Trigger.CLOCK))
        assert sum(page.sums.idle for page in plan(world)) == 0
        checked(world)


def test_a_page_of_a_plan_asks_as_often_as_its_step_does() -> None:
    world = synced(250)
    world.server.put("A00007", title="Theirs")
    before = world.server.requests
    pages = plan(world, full=True)
    asked = world.server.requests - before
    assert pages[-1].sums.requests == asked
    world.tables.request_full(world.id, Restart("wish", "operator", world.clock.now()))
    before = world.server.requests
    world.tick()
    assert world.server.requests - before == asked
