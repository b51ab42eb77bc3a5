"""A slice of the simulated histories, and those that once broke a promise."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.planted.patching import planted
from tests.planted.registry import BY_NAME
from tests.simulation.event import Event
from tests.simulation.history import Played, play
from tests.simulation.play import check_seed, outcome
from tests.simulation.script import script_of, setting_of
from tests.simulation.setting import Setting

ROOT = Path(__file__).parents[2]
SLICE = 400
"""Histories of each of the two slices; ``make sim`` plays as many as one likes."""

FAULT = "conflict-not-logged"
"""A planted bug that any history with a conflict shows."""

MUST_HAPPEN = {
    "a conflict is logged",
    "a record goes with its asset",
    "a restart is taken",
    "a twin is taken over",
}

LAGGING = (
    Event("create", 49, 58, 7),
    Event("tick", 55, 47, 41),
    Event("lag", 35, 14, 61),
    Event("edit", 34, 15, 30),
)


@pytest.mark.parametrize("first", [1, 1 + SLICE])
def test_no_history_breaks_a_promise(first: int) -> None:
    situations, steps, faults = Counter[str](), 0, 0
    for seed in range(first, first + SLICE):
        setting, events = setting_of(seed), script_of(seed)
        played = outcome(setting, events)
        assert isinstance(played, Played), str(check_seed(seed))
        situations.update(played.situations)
        steps, faults = steps + played.steps, faults + played.faults
    assert situations.keys() >= MUST_HAPPEN
    assert steps >= 60 * SLICE
    assert faults >= 6 * SLICE


def test_a_seed_ends_in_the_same_state_under_any_hash_seed() -> None:
    program = (
        "from tests.simulation.history import play\n"
        "from tests.simulation.script import script_of, setting_of\n"
        "print([play(setting_of(s), script_of(s), digest=True).digest for s in range(7, 27)])"
    )
    path = os.pathsep.join([str(ROOT / "layers/common"), str(ROOT)])
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(told) == 1


def test_a_broken_promise_is_told_in_few_events_and_with_the_way_to_see_it_again() -> None:
    with planted(BY_NAME[FAULT]):
        found = next(v for seed in range(1, 2_000) if (v := check_seed(seed)) is not None)
    assert len(found.events) < len(script_of(found.seed))
    assert str(found).endswith(f"Again: make sim SEED={found.seed} N=1")
    assert check_seed(found.seed) is None, "without the fault the history is fine"


def test_a_list_that_lags_brings_no_older_value_back() -> None:
    setting = Setting(page_size=3, steps_per_tick=3, keep_trashed=True)
    events = [
        Event("lag", 27, 18, 57),
        Event("tick", 34, 3, 55),
        Event("tick", 35, 17, 43),
        Event("edit", 16, 18, 35),
        Event("tick", 39, 45, 58),
    ]
    play(setting, events)


def test_a_list_that_lags_brings_no_older_value_to_a_record_that_has_just_taken_over() -> None:
    play(Setting(3, 10, 2, guard=5, keep_trashed=True), LAGGING)


def test_a_duplicate_in_one_batch_with_an_edit_leaves_the_edited_record_its_tie() -> None:
    events = [
        Event("tick", 13, 46, 25),
        Event("go_wrong", 63, 10, 6),
        Event("create", 50, 2, 47),
        Event("edit", 31, 56, 45),
    ]
    play(Setting(2, 1, 4, guard=1, recreate=True, keep_trashed=True), events)


def test_an_event_that_comes_again_counts_no_error_again() -> None:
    events = [Event("tick", 39, 39, 60), Event("create", 47, 61, 37)]
    play(Setting(100, 1, 2, recreate=True, synced=False, autumn=True), events)


def test_a_clock_put_back_or_a_value_nobody_can_read_is_no_false_alarm() -> None:
    play(Setting(3, 1, 1, recreate=True), [Event("create", 56, 45, 4), Event("spoil", 49, 18, 59)])


def test_a_value_that_an_editor_takes_back_while_a_push_settles_stays_taken_back() -> None:
    """A page takes up what is being sent, and another what stood there before, and does again."""
    events = [
        Event("edit", 61, 46, 9),
        Event("theirs", 61, 32, 39),
        Event("deliver", 8, 29, 57),
        Event("go", 63, 9),
        Event("edit", 61, 41, 22),
        Event("restart", 24, 61, 53),
        Event("go", 63, 0),
        Event("deliver", 44, 14, 61),
        Event("go", 63, 11),
        Event("tick", 51, 53, 35),
        Event("go", 55, 46, 13),
        Event("go", 63, 8),
        Event("theirs", 61, 32, 36),
        Event("go", 63, 0),
    ]
    play(Setting(3, 2, 2, "UTC", guard=5, keep_trashed=True, patient=False), events)


def test_an_unreadable_asset_whose_record_has_moved_ties_it_no_more() -> None:
    events = [Event("repoint", 40, 23, 38), Event("garble", 42, 56, 29)]
    play(Setting(2, 3, 1, "America/New_York", connections=2, guard=1, patient=False), events)


def test_a_record_that_has_moved_without_an_event_leaves_where_it_was() -> None:
    """From an asset that never was; from one that went to another application."""
    never = [
        Event("create", 2, 19, 45),
        Event("deliver", 1, 16, 21),
        Event("go", 63),
        Event("repoint", 56, 42, 58),
        Event("lose_events", 59, 43, 21),
    ]
    play(Setting(100, 2, 1, "UTC", guard=5, synced=False, patient=False), never)
    foreign = [
        Event("tick", 54, 23, 21),
        Event("go", 63),
        Event("repoint", 29, 25, 45),
        Event("lose_events", 27, 29, 1),
        Event("hand_over", 11, 44, 13),
    ]
    play(Setting(3, 3, 1, connections=2, guard=5, recreate=True, synced=False), foreign)


def test_a_record_tied_by_another_connection_is_not_taken_up_by_its_mediafile() -> None:
    events = [
        Event("repoint", 11, 42, 20),
        Event("lose_events", 31, 39, 30),
        Event("put", 11, 8, 15),
    ]
    play(Setting(3, 1, 1, "America/New_York", connections=2, guard=1, keep_trashed=True), events)


def test_two_runs_that_end_together_remove_no_more_than_one_of_them_may() -> None:
    events = [
        Event("tick", 56, 22, 41),
        Event("go", 63),
        Event("tick", 47, 23),
        Event("go", 63, 6),
        Event("delete_asset", 13, 23, 49),
        Event("go", 63, 5),
        Event("delete_asset", 19, 60, 27),
        Event("go", 63, 8),
        Event("tick", 9, 47),
        Event("go", 63),
    ]
    setting = Setting(1, 1, 4, guard=1, keep_trashed=True, adopted=1, patient=False)
    play(setting, events)


def test_a_record_that_waited_and_whose_deletion_nobody_told_is_no_false_alarm() -> None:
    """Its row stays on the list, for it is no run's to look at, until somebody has it retried."""
    events = [
        Event("repoint", 46, 52, 36),
        Event("tick", 33, 7, 40),
        Event("go", 63),
        Event("deliver", 7, 8, 58),
        Event("go", 63),
        Event("delete_record", 46, 52, 42),
        Event("delete_record", 37, 35, 6),
        Event("lose_events", 51, 29, 24),
    ]
    play(Setting(3, 2, 1, adopted=2, synced=False, keep_trashed=True), events)


def test_a_record_that_moved_unseen_and_then_again_is_not_taken_up_by_another_connection() -> None:
    """Its map says where it is tied; the event of the first move is lost."""
    events = [
        Event("repoint", 15, 25, 13),
        Event("lose_events", 20, 19, 31),
        Event("repoint", 27, 32, 38),
    ]
    setting = Setting(
        100, 1, 2, zone="America/New_York", connections=2, guard=2, adopted=0, patient=False
    )
    play(setting, events)
