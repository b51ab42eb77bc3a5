"""Scenarios S27 and S34 to S38: both sides are edited, and every edit lives on somewhere."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.field_rules import FieldRule
from mediamosa_sync.domain.plan import Direction
from tests.scenarios.pushed import (
    assert_ends_well,
    assert_stays_quiet,
    at_rest,
    attribute,
    bring_to_rest,
    conflicts,
    edit,
    lost,
    ours,
    outage,
    put,
    recover,
    rule,
    settled,
    theirs,
    use_record_value,
    writes,
)
from tests.scenarios.world import DAY


def test_s27_two_edits_before_the_push_are_one_request_with_the_final_state() -> None:
    world = at_rest()
    edit(world, "A00001", title="First", subject="x")
    edit(world, "A00001", title="Second")
    world.feed()
    assert [one.values for one in writes(world)] == [{"title": ("Second",), "subject": ("x",)}]
    assert_ends_well(world)


def test_s27_the_push_of_the_older_event_alone_sends_the_newer_state() -> None:
    world = at_rest()
    world.stream.batch_size = 1
    edit(world, "A00001", title="First")
    edit(world, "A00001", title="Second")
    world.feed()
    assert [one.values for one in writes(world)] == [{"title": ("Second",)}]
    assert_ends_well(world)


def test_an_edit_within_the_second_of_the_first_one_is_pushed_as_well() -> None:
    world = at_rest()
    for title in ("First", "Second", "Third"):
        edit(world, "A00001", title=title)
        world.feed()
        assert theirs(world, "A00001")["title"] == [title]
    assert_ends_well(world)
    assert conflicts(world) == []


def test_an_edit_that_is_taken_back_before_the_push_costs_no_request() -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    edit(world, "A00001", title="Title of A00001")
    world.feed()
    assert world.asked == []
    assert_stays_quiet(world)


def test_an_edit_back_to_the_first_value_after_the_push_is_pushed() -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    world.feed()
    edit(world, "A00001", title="Title of A00001")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    assert_ends_well(world)


@pytest.mark.parametrize("pulled_first", [True, False])
def test_s34_changes_of_different_properties_both_survive(pulled_first: bool) -> None:
    world = at_rest()
    world.site.write("A00001", subject=["theirs"], description="theirs")
    edit(world, "A00001", title="Ours", creator="Ours")
    if pulled_first:
        world.tick()
    world.feed()
    assert_ends_well(world)
    assert theirs(world, "A00001") == {
        "title": ["Ours"],
        "creator": ["Ours"],
        "subject": ["theirs"],
        "description": ["theirs"],
    }
    assert conflicts(world) == []


@pytest.mark.parametrize("pulled_first", [True, False])
@pytest.mark.parametrize("cleared", ["nobody", "mediamosa", "record"])
def test_s35_of_two_changes_of_one_property_mediamosas_stands_and_the_records_is_logged(
    pulled_first: bool, cleared: str
) -> None:
    world = at_rest()
    world.site.write("A00001", title="" if cleared == "mediamosa" else "Theirs")
    edit(world, "A00001", title=None if cleared == "record" else "Ours", subject="x")
    if pulled_first:
        world.tick()
    world.feed()
    assert_ends_well(world)
    stands = {} if cleared == "mediamosa" else {"title": ["Theirs"]}
    assert theirs(world, "A00001") == {**stands, "subject": ["x"]}
    assert lost(world) == [("title", () if cleared == "record" else ("Ours",))]
    assert world.status()["attention"]["conflicts"] == 1


@pytest.mark.parametrize("pulled_first", [True, False])
def test_s35_the_lost_value_comes_back_by_hand_as_an_edit_like_any_other(
    pulled_first: bool,
) -> None:
    world = at_rest()
    world.site.write("A00001", title="Theirs")
    edit(world, "A00001", title="Ours")
    if pulled_first:
        world.tick()
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Theirs"]
    (conflict,) = conflicts(world)
    use_record_value(world, conflict)
    assert ours(world, "A00001")["title"] == ["Ours"]
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Ours"]
    assert_ends_well(world)
    assert len(conflicts(world)) == 1
    assert world.status()["attention"]["conflicts"] == 0


@pytest.mark.parametrize("pulled_first", [True, False])
def test_s36_the_same_change_on_both_sides_is_no_conflict_and_writes_nothing_there(
    pulled_first: bool,
) -> None:
    world = at_rest()
    world.site.write("A00001", title="Same", subject=["b", "a"])
    edit(world, "A00001", title="Same", subject=["a", "b"])
    if pulled_first:
        world.tick()
    world.feed()
    assert_ends_well(world)
    assert writes(world) == []
    assert conflicts(world) == []


@pytest.mark.parametrize("moment", ["page", "links", "records", "apply", "save_run"])
@pytest.mark.parametrize("name", ["title", "creator"])
def test_s38_an_edit_during_the_pull_of_its_asset_is_not_overwritten(
    moment: str, name: str
) -> None:
    world = at_rest()
    world.site.write("A00001", title="Theirs")
    done: list[bool] = []

    def edit_once(_: object = None) -> None:
        if not done:
            done.append(True)
            edit(world, "A00001", **{name: "Ours"})

    if moment == "page":
        world.on_request = edit_once
    else:
        world.tables.once_before(moment, edit_once)
    world.tick()
    assert done
    world.feed()
    assert_ends_well(world)
    stands = theirs(world, "A00001")[name]
    assert stands == ["Ours"] or lost(world) == [(name, ("Ours",))]
    assert name == "title" or stands == ["Ours"]


def test_an_edit_during_an_outage_loses_to_a_later_one_in_mediamosa_and_is_logged() -> None:
    world = at_rest()
    outage(world)
    edit(world, "A00001", title="Ours", subject="x")
    world.feed()
    world.ticks(3)
    world.site.write("A00001", title="Theirs", creator="Theirs")
    recover(world)
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Theirs"], "subject": ["x"], "creator": ["Theirs"]}
    assert lost(world) == [("title", ("Ours",))]


def test_a_put_of_the_whole_item_clears_what_it_leaves_out_and_nothing_else() -> None:
    world = at_rest()
    world.site.write("A00001", subject=["a"], creator="Somebody")
    settled(world)
    put(world, world.link("A00001").media_id, "mediamosa://asset/A00001", title="Ours", subject="a")
    world.feed()
    assert [one.values for one in writes(world)] == [{"title": ("Ours",), "creator": ()}]
    assert_ends_well(world)


def test_a_put_without_the_uri_unties_the_record_and_clears_nothing() -> None:
    world = at_rest()
    world.tables.put_record(world.link("A00001").media_id, metadata={"title": ["Mine alone"]})
    world.feed()
    assert writes(world) == []
    bring_to_rest(world)
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    world.tick(DAY)
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]


@pytest.mark.parametrize(
    ("direction", "in_record", "in_mediamosa"),
    [
        (Direction.PULL, "Ours", "Title of A00001"),
        (Direction.PUSH, "Ours", "Ours"),
        (Direction.IGNORE, "Ours", "Title of A00001"),
        (Direction.BOTH, "Ours", "Ours"),
    ],
)
def test_an_edit_travels_only_in_its_propertys_direction(
    direction: Direction, in_record: str, in_mediamosa: str
) -> None:
    world = at_rest()
    rule(world, FieldRule("title", direction))
    edit(world, "A00001", title="Ours", subject="x")
    world.feed()
    bring_to_rest(world)
    assert theirs(world, "A00001") == {"title": [in_mediamosa], "subject": ["x"]}
    assert ours(world, "A00001") == {"title": [in_record], "subject": ["x"]}
    assert_stays_quiet(world)


@pytest.mark.parametrize(
    ("direction", "in_record", "in_mediamosa", "logged"),
    [
        (Direction.PULL, "Theirs", "Theirs", [("title", ("Ours",))]),
        (Direction.PUSH, "Ours", "Ours", []),
        (Direction.IGNORE, "Ours", "Theirs", []),
        (Direction.BOTH, "Theirs", "Theirs", [("title", ("Ours",))]),
    ],
)
def test_a_change_of_both_sides_ends_as_its_propertys_direction_says(
    direction: Direction,
    in_record: str,
    in_mediamosa: str,
    logged: list[tuple[str, tuple[str, ...]]],
) -> None:
    world = at_rest()
    rule(world, FieldRule("title", direction))
    world.site.write("A00001", title="Theirs")
    edit(world, "A00001", title="Ours")
    world.feed()
    bring_to_rest(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert theirs(world, "A00001") == {"title": [in_mediamosa]}
    assert ours(world, "A00001") == {"title": [in_record]}
    assert lost(world) == logged
    assert_stays_quiet(world)


def test_a_property_that_takes_part_again_has_lost_no_edit_and_overwrites_none() -> None:
    world = at_rest()
    rule(world, FieldRule("title", Direction.IGNORE))
    edit(world, "A00000", title="Ours")
    world.site.write("A00001", title="Theirs")
    edit(world, "A00002", title="Ours")
    world.site.write("A00002", title="Theirs")
    world.feed()
    settled(world)
    assert ours(world, "A00001")["title"] == ["Title of A00001"]
    rule(world)
    world.tick(DAY)
    assert_ends_well(world)
    titles = [theirs(world, name)["title"] for name in ("A00000", "A00001", "A00002")]
    assert titles == [["Ours"], ["Theirs"], ["Theirs"]]
    assert lost(world) == [("title", ("Ours",))]


@pytest.mark.parametrize("edited", [False, True])
def test_renaming_a_property_of_the_record_clears_nothing_on_either_side(edited: bool) -> None:
    world = at_rest()
    world.site.write("A00001", subject=["a", "b"])
    settled(world)
    rule(world, FieldRule("title", record_name="name"))
    if edited:
        edit(world, "A00001", subject=["c"])
    world.feed()
    world.tick(DAY)
    bring_to_rest(world)
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    assert theirs(world, "A00001")["subject"] == (["c"] if edited else ["a", "b"])
    assert ours(world, "A00001")["name"] == ["Title of A00001"]
    assert_stays_quiet(world)
    edit(world, "A00001", name="Renamed")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Renamed"]
    bring_to_rest(world)
    assert_stays_quiet(world)


def test_renaming_a_property_to_one_that_the_record_fills_logs_the_records_value() -> None:
    world = at_rest()
    attribute(world, "A00001", metadata={**ours(world, "A00001"), "name": ["Its own"]})
    world.feed()
    rule(world, FieldRule("title", record_name="name"))
    world.tick(DAY)
    bring_to_rest(world)
    assert theirs(world, "A00001")["title"] == ["Title of A00001"]
    assert ours(world, "A00001")["name"] == ["Title of A00001"]
    assert lost(world) == [("title", ("Its own",))]
    assert_stays_quiet(world)
