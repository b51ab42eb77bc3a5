"""Scenarios S40 to S46: what is gone, what only seems to be, and what a person decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.policies import Policies, Removal
from mediamosa_sync.errors import Malformed, NotMediaMosa, Unavailable
from tests.scenarios.world import DAY, HOUR, MINUTE, World, synced


def full_run(world: World) -> None:
    """The next day's full run, to its end."""
    world.tick(DAY)
    world.settle()


def test_s40_an_asset_deleted_for_good_takes_its_record_along_within_one_tick() -> None:
    world = synced(20)
    world.site.delete("A00007")
    world.tick()
    assert len(world.tables.media) == 19
    assert world.changes() == (20, 0, 1)
    assert [one.path for one in world.singles()] == ["asset/A00007"]
    world.assert_in_sync()
    world.assert_quiet()


def test_s40_an_asset_erased_without_a_tombstone_goes_with_the_next_full_run() -> None:
    world = synced(20)
    world.site.erase(["A00007"])
    world.ticks(3)
    assert len(world.tables.media) == 20
    full_run(world)
    assert world.changes() == (20, 0, 1)
    world.assert_in_sync()


def test_an_asset_deleted_and_created_again_under_its_id_is_one_record() -> None:
    world = synced(20)
    media_id = world.link("A00007").media_id
    world.site.delete("A00007")
    world.tick()
    world.site.add("A00007", subject=["back"])
    world.tick()
    assert world.link("A00007").media_id == media_id
    assert world.changes() == (21, 0, 1)
    world.assert_in_sync()
    world.settle()
    world.assert_quiet()


def test_an_asset_deleted_and_created_again_between_two_ticks_keeps_its_record() -> None:
    world = synced(20)
    world.site.delete("A00007")
    world.site.add("A00007", subject=["back"])
    world.settle()
    assert world.changes() == (20, 1, 0)
    world.assert_in_sync()


HIDDEN = ["unpublished", "private", "inappropriate", "not indexed", "foreign"]


@pytest.mark.parametrize("state", HIDDEN)
def test_s41_an_asset_that_only_seems_to_be_gone_keeps_its_record(state: str) -> None:
    world = synced(20)
    site = world.site
    other = world.build_site("other", beside=site)
    if state == "unpublished":
        site.post("asset/A00007/unpublish")
    elif state == "private":
        site.change("A00007", isprivate="TRUE")
    elif state == "inappropriate":
        site.change("A00007", is_inappropriate="TRUE")
    elif state == "not indexed":
        site.hide("A00007")
    else:
        site.give_away("A00007", other)
    world.ticks(2)
    full_run(world)
    assert len(world.tables.media) == 20
    assert world.changes()[2] == 0
    if state == "foreign":
        assert world.link("A00007").state is LinkState.FOREIGN
        assert world.record("A00007")["mediamosa"]["state"] == "foreign"
        world.assert_in_sync(but=["A00007"])
    else:
        world.assert_in_sync()
    world.assert_quiet()


@pytest.mark.parametrize("state", HIDDEN)
def test_s41_many_that_only_seem_to_be_gone_are_not_removed_even_if_a_person_approves(
    state: str,
) -> None:
    world = synced(20)
    other = world.build_site("other", beside=world.site)
    for asset_id in world.site.ids()[:15]:
        if state == "foreign":
            world.site.give_away(asset_id, other)
        else:
            world.site.hide(asset_id)
    full_run(world)
    assert world.state.held.count == 15
    world.decide(approve=True)
    world.settle()
    assert (len(world.tables.media), world.state.held.count) == (20, 0)
    assert world.changes()[2] == 0


def test_s42_a_trashed_asset_takes_its_record_along_and_a_restored_one_brings_it_back() -> None:
    world = synced(20)
    media_id = world.link("A00007").media_id
    world.tables.media[media_id] = {**world.tables.media[media_id], "own": {"deep": [1, None]}}
    world.site.trash("A00007")
    world.tick()
    assert media_id not in world.tables.media
    world.assert_in_sync()
    world.tick(HOUR)
    world.assert_quiet()
    world.site.restore("A00007")
    world.site.write("A00007", subject=["new"])
    world.tick()
    assert world.tables.media[media_id]["own"] == {"deep": [1, None]}
    assert world.changes() == (21, 0, 1)
    world.assert_in_sync()
    world.assert_quiet()


@pytest.mark.parametrize("runs", ["incremental", "full"])
def test_s42_by_policy_a_trashed_asset_only_shows_it(runs: str) -> None:
    world = synced(5)
    assert world.default is not None
    kept = replace(world.default, policies=Policies(on_trash=Removal.KEEP))
    world.tables.put_connection(kept)
    world.site.trash("A00001")
    world.tick() if runs == "incremental" else full_run(world)
    assert world.record("A00001")["mediamosa"]["state"] == "trashed"
    assert len(world.tables.media) == 5
    world.site.restore("A00001")
    world.tick()
    world.assert_in_sync()


def test_s42_by_policy_an_unpublished_asset_takes_its_record_along_and_back() -> None:
    world = synced(5)
    assert world.default is not None
    world.tables.put_connection(
        replace(world.default, policies=Policies(on_unpublish=Removal.REMOVE))
    )
    world.site.post("asset/A00001/unpublish")
    world.tick()
    assert world.link("A00001").state is LinkState.REMOVED
    world.site.post("asset/A00001/publish")
    world.tick()
    world.assert_in_sync()
    assert world.changes() == (6, 0, 1)


def test_a_trashed_asset_that_was_never_synced_gets_no_record() -> None:
    world = synced(5)
    world.site.add("NEW")
    world.site.trash("NEW")
    world.settle()
    assert len(world.tables.media) == 5
    world.assert_in_sync()
    world.assert_quiet()


def test_s43_a_full_run_over_1000_links_40_of_them_missing_checks_all_in_one_pass(
    figures: list[str],
) -> None:
    world = synced(1000, steps_per_tick=100)
    gone = world.site.ids()[3::25]
    world.site.erase(gone)
    world.press_restart()
    world.forget_traffic()
    world.tick()
    assert world.changes() == (1000, 0, 40)
    assert (len(gone), len(world.full_lists()), len(world.singles())) == (40, 10, 40)
    world.assert_in_sync()
    figures.append(
        f"full run over 1,000 links, 40 missing: {len(world.full_lists())} pages, "
        f"{len(world.singles())} proofs, {world.changes()[2]} removed"
    )


CUT = Malformed("MediaMosa's answer is cut off: it is tried again.")
MAINTENANCE = NotMediaMosa("An HTML page came instead of MediaMosa's XML.")
DOWN = Unavailable("MediaMosa cannot be reached: it is tried again.")


@pytest.mark.parametrize("failure", [CUT, MAINTENANCE, DOWN], ids=["cut", "html", "down"])
@pytest.mark.parametrize("kind", ["incremental", "full"])
def test_s44_an_existence_check_that_fails_proves_nothing(failure: Exception, kind: str) -> None:
    world = synced(100)
    gone = world.site.ids()[:3]
    if kind == "incremental":
        world.site.delete(*gone)
    else:
        world.site.erase(gone)
        world.press_restart()
    refused = 0

    def refuse(asked: object) -> None:
        nonlocal refused
        if getattr(asked, "is_single", False):
            refused += 1
            raise failure

    world.on_request = refuse
    for _ in range(5):
        world.tick(6 * MINUTE)
    assert refused > 1
    assert len(world.tables.media) == 100
    world.on_request = lambda _: None
    world.tick(10 * MINUTE)
    world.settle()
    unsettled = {name for name in gone if world.link(name).state is not LinkState.REMOVED}
    shown = {*world.state.again, *world.states(LinkState.PARKED)}
    assert unsettled <= shown, "W has passed a deletion that is neither done nor to be seen"
    full_run(world)
    assert world.changes() == (100, 0, 3)
    world.assert_in_sync()


def test_s44_every_list_failing_for_days_removes_nothing() -> None:
    world = synced(50)
    world.fail(*[MAINTENANCE] * 10_000)
    for _ in range(60):
        world.tick(HOUR)
    assert len(world.tables.media) == 50
    assert world.status()["state"] == "failing"
    world.fail()
    world.settle()
    world.assert_in_sync()


def test_small_portions_of_deletions_in_one_day_are_stopped_together() -> None:
    world = synced(100)
    for number in range(0, 30, 3):
        world.site.delete(*world.site.ids()[:3])
        world.ticks(2)
        assert len(world.tables.media) == max(97 - number, 91)
    assert world.state.removals.within_a_day(world.clock.now()) == 9


@pytest.mark.parametrize("error", ["killed", "throttled"])
def test_a_removal_whose_step_then_dies_still_counts_for_the_guard(error: str) -> None:
    world = synced(100)
    for _ in range(9):
        world.site.delete(world.site.ids()[0])
        if error == "killed":
            world.tables.once_after("apply", _die)
            with pytest.raises(_DiedError):
                world.tick()
            world.clock.advance(2 * MINUTE)
        else:
            world.tables.lose_answer("apply")
            world.tick()
        world.tick(5 * MINUTE)
    assert world.changes() == (100, 0, 9)
    assert world.state.removals.within_a_day(world.clock.now()) == 9
    world.site.delete(*world.site.ids()[:3])
    world.ticks(2)
    assert (len(world.tables.media), world.state.held.count) == (91, 3)


@pytest.mark.parametrize("count", [1, 30])
def test_a_removal_whose_record_is_edited_at_each_attempt_is_tried_again_by_the_next_tick(
    count: int,
) -> None:
    world = synced(1000)
    gone = world.site.ids()[:count]
    media_id = world.link(gone[0]).media_id
    world.site.delete(*gone)
    edits = 0

    def edit(method: str) -> None:
        nonlocal edits
        if method == "apply":
            edits += 1
            world.tables.edit_record(media_id, title=[f"Ours {edits}"])

    world.tables.before = edit
    world.settle()
    assert len(world.tables.media) == 1000 - count + 1
    world.tables.before = lambda _: None
    world.tick()
    world.settle()
    assert world.changes()[2] == count
    world.assert_in_sync()


def test_deletions_of_two_days_do_not_add_up() -> None:
    world = synced(100)
    for _ in range(3):
        world.site.delete(*world.site.ids()[:8])
        world.tick()
        world.tick(timedelta(hours=26))
        world.settle()
    assert len(world.tables.media) == 76
    world.assert_in_sync()


def test_s46_an_edit_not_yet_sent_goes_into_the_copy_of_the_removed_record() -> None:
    world = synced(20)
    media_id = world.link("A00007").media_id
    world.tables.edit_record(media_id, title=["Edited here"], subject=["only here"])
    world.site.delete("A00007")
    world.settle()
    assert media_id not in world.tables.media
    copy = world.tables.copies[world.id]["A00007"]
    assert copy.attributes["metadata"] == {"title": ["Edited here"], "subject": ["only here"]}
    world.assert_in_sync()
    world.assert_quiet()


class _DiedError(Exception):
    pass


def _die() -> None:
    raise _DiedError
