"""Scenarios S22, S23 and S29 to S32: what an edit of a record becomes in MediaMosa."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from mediamosa_sync.domain.link import LinkState
from tests.scenarios.pushed import (
    assert_ends_well,
    assert_stays_quiet,
    at_rest,
    attribute,
    bring_to_rest,
    conflicts,
    edit,
    ours,
    put,
    retry,
    rows,
    settled,
    theirs,
    told,
    with_properties,
    writes,
)
from tests.scenarios.world import DAY, World

TWELVE = {
    "subject": ["a", "b", "a"],
    "description": "A description.",
    "description_abstract": "An abstract.",
    "creator": "Somebody",
    "publisher": "Some press",
    "contributor": ["One", "Two"],
    "language": "nl",
    "format": "video",
    "license": "CC-BY",
    "created": "2010-07-01 12:30:15",
    "rights": "All",
    "source": "Tape 7",
}


def test_s22_of_thirteen_properties_exactly_the_edited_one_changes_in_mediamosa() -> None:
    world = at_rest()
    world.site.write("A00001", **TWELVE)
    settled(world)
    before = theirs(world, "A00001")
    edit(world, "A00001", title="Ours")
    world.feed()
    assert [one.values for one in writes(world)] == [{"title": ("Ours",)}]
    assert theirs(world, "A00001") == {**before, "title": ["Ours"]}
    assert_ends_well(world)


@pytest.mark.parametrize("nothing", [None, [], "", [""], [" \t"]])
def test_s23_a_cleared_property_of_each_kind_has_no_value_in_mediamosa(nothing: object) -> None:
    world = with_properties(shelf="int", taken="datetime")
    given = {"shelf": "7", "taken": "2010-07-01 12:30:15", "language": "en", "subject": ["a", "b"]}
    world.site.write("A00001", **given)
    settled(world)
    assert theirs(world, "A00001").keys() == {"title", *given}
    attribute(world, "A00001", metadata={**ours(world, "A00001"), **dict.fromkeys(given, nothing)})
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Title of A00001"]}
    assert len(writes(world)) == 1
    assert world.states(LinkState.PARKED) == []
    bring_to_rest(world)
    assert_stays_quiet(world)


def test_s23_clearing_the_only_property_clears_it() -> None:
    world = at_rest()
    edit(world, "A00001", title=None)
    world.feed()
    assert theirs(world, "A00001") == {}
    assert_ends_well(world)


def test_s29_an_edit_is_made_as_the_owner_of_each_asset() -> None:
    world = at_rest()
    world.site.asset("A00001").owner_id = "bob"
    edit(world, "A00000", title="Of Alice")
    edit(world, "A00001", title="Of Bob")
    world.feed()
    assert theirs(world, "A00000")["title"] == ["Of Alice"]
    assert theirs(world, "A00001")["title"] == ["Of Bob"]
    assert_ends_well(world)


def by_update(world: World) -> None:
    edit(world, "A00001", title="Ours", subject=["x"])


def by_put(world: World) -> None:
    attribute(world, "A00001", metadata={"title": ["Ours"], "subject": ["x"]})


def by_put_of_a_bare_item(world: World) -> None:
    media_id = world.link("A00001").media_id
    put(world, media_id, "mediamosa://asset/A00001", title="Ours", subject="x")


def by_delete_and_import(world: World) -> None:
    """A tool that writes a table anew; the asset lacks a title, so that there is no conflict."""
    world.site.write("A00001", title="")
    media_id = world.link("A00001").media_id
    world.tables.delete_record(media_id)
    put(world, media_id, "mediamosa://asset/A00001/mA00001/f.mp4", title="Ours", subject="x")


@pytest.mark.parametrize("write", [by_update, by_put, by_put_of_a_bare_item, by_delete_and_import])
def test_s30_an_edit_is_pushed_by_whatever_call_it_was_written(
    write: Callable[[World], None],
) -> None:
    world = at_rest()
    write(world)
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": ["x"]}
    assert_ends_well(world)
    assert conflicts(world) == []


def test_s30_an_edit_whose_event_was_lost_is_pushed_by_the_next_full_run() -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    world.tables.take_stream()
    world.tick()
    assert writes(world) == []
    world.tick(DAY)
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Ours"]


@pytest.mark.parametrize(
    "same",
    [
        {"subject": ["b", "a", "a"]},
        {"subject": {"a", "b"}, "creator": ["One"]},
        {"language": ["NL"]},
        {"shelf": [Decimal(7)]},
        {"shelf": Decimal(7)},
        {"shelf": ["007"]},
        {"taken": ["2010-07-01T12:30:15Z"]},
        {"title": "Title of A00001"},
        {"description": [" "], "unknown": ["to MediaMosa"]},
    ],
)
def test_s31_saving_the_same_values_in_another_spelling_makes_no_request(
    same: dict[str, object],
) -> None:
    world = with_properties(shelf="int", taken="datetime")
    subject = ["a", "b"] if "creator" in same else ["a", "a", "b"]
    world.site.write(
        "A00001",
        subject=subject,
        creator="One",
        language="nl",
        shelf="7",
        taken="2010-07-01 12:30:15",
    )
    settled(world)
    attribute(world, "A00001", metadata={**ours(world, "A00001"), **same}, note="for us")
    world.feed()
    assert world.asked == []
    assert asdict_writes(world) == 0
    assert_stays_quiet(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert world.record("A00001")["note"] == "for us"


def asdict_writes(world: World) -> int:
    traffic = world.tables.traffic
    return traffic.records_written + traffic.links_written + traffic.cancelled


def test_s32_an_edit_comes_back_once_and_then_all_is_quiet() -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    world.feed()
    assert len(writes(world)) == 1
    world.tick()
    world.feed()
    world.tick()
    assert_stays_quiet(world)
    world.assert_in_sync()


def test_s17_properties_that_discovery_finds_beyond_ten_are_written() -> None:
    world = World(czp=True)
    for number in range(15):
        world.site.define(f"own_{number}", "char")
    world.site.fill(1)
    settled(world)
    edit(world, "A00000", own_0="first", own_14="last", status="final", title_alternative="Alt")
    world.feed()
    stored = theirs(world, "A00000")
    names = ("own_0", "own_14", "status", "title_alternative")
    assert [stored[name] for name in names] == [["first"], ["last"], ["final"], ["Alt"]]
    assert_ends_well(world)


def test_the_map_that_an_application_overwrites_is_written_anew_and_nothing_is_pushed() -> None:
    world = at_rest()
    attribute(world, "A00000", mediamosa=None)
    attribute(world, "A00001", mediamosa={"state": "mine"})
    attribute(world, "A00002", mediamosa="mine")
    world.feed()
    assert writes(world) == []
    world.tick(DAY)
    assert_ends_well(world)


def test_an_edit_beside_an_overwritten_map_is_pushed_and_the_map_is_back_at_once() -> None:
    world = at_rest()
    attribute(world, "A00001", mediamosa="mine", metadata={"title": ["Ours"]})
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Ours"]}
    assert world.record("A00001")["mediamosa"]["asset_id"] == "A00001"
    assert_ends_well(world)


def test_a_record_without_the_attribute_metadata_has_no_values_and_neither_has_its_asset() -> None:
    world = at_rest()
    world.site.write("A00001", subject=["a", "b"])
    settled(world)
    attribute(world, "A00001", metadata=None)
    world.feed()
    assert theirs(world, "A00001") == {}
    edit(world, "A00001", title="Again")
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Again"]}


@pytest.mark.parametrize("broken", ["text", 7, ["a", "list"], {"title": {"a": "map"}}])
def test_metadata_that_cannot_be_read_clear_nothing_and_are_shown(broken: object) -> None:
    world = at_rest()
    attribute(world, "A00001", metadata=broken)
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Title of A00001"]}
    assert world.states(LinkState.PARKED) == ["A00001"]
    assert told(world, "A00001")[0] == "parked"
    bring_to_rest(world)
    assert_stays_quiet(world)
    attribute(world, "A00001", metadata={"title": ["Mended"]})
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Mended"]}


def test_a_time_that_no_clock_shows_comes_back_as_mediamosa_reads_it_and_then_all_is_quiet() -> (
    None
):
    world = with_properties(taken="datetime")
    edit(world, "A00001", taken="2026-03-29 02:30:00")
    world.feed()
    bring_to_rest(world)
    assert ours(world, "A00001")["taken"] == ["2026-03-29 03:30:00"]
    assert_ends_well(world)
    assert conflicts(world) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("description", "<![CDATA[bold]]>"),
        ("description", "a\ufffeb"),
        ("description", "bell\x07"),
        ("subject", [f"tag {number}" for number in range(950)]),
        ("language", "english"),
    ],
)
def test_a_value_that_cannot_be_sent_is_parked_and_the_rest_of_the_edit_goes_through(
    name: str, value: str | list[str]
) -> None:
    world = at_rest()
    edit(world, "A00001", **{name: value, "title": "Ours"})
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Ours"]}
    assert [one.values.keys() for one in writes(world)] == [{"title"}]
    assert told(world, "A00001")[0] == "parked"
    assert f"metadata.{name}" in told(world, "A00001")[1]
    bring_to_rest(world)
    assert_stays_quiet(world)
    kept = [value] if isinstance(value, str) else value
    assert ours(world, "A00001")[name] == kept
    edit(world, "A00001", **{name: "en"})
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"], name: ["en"]}
    assert told(world, "A00001") == ("", "")


def test_900_values_are_one_request_and_arrive_whole() -> None:
    world = at_rest()
    values = [f"tag {number:03}" for number in range(900)]
    edit(world, "A00001", subject=values, title="Ours")
    world.feed()
    assert [len(one.values) for one in writes(world)] == [1, 1]
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": values}
    assert_ends_well(world)


def test_emoji_that_the_database_refuses_are_parked_until_it_can_store_them() -> None:
    world = at_rest()
    world.site.model.settings.utf8mb4 = False
    edit(world, "A00001", description="Fun \U0001f600", title="Ours", subject=["x"])
    edit(world, "A00002", title="Other")
    world.feed()
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": ["x"]}
    assert theirs(world, "A00002") == {"title": ["Other"]}
    assert told(world, "A00001")[0] == "parked"
    bring_to_rest(world)
    assert_stays_quiet(world)
    world.site.model.settings.utf8mb4 = True
    assert retry(world, asset_ids=("A00001",)).marked == 1
    assert_ends_well(world)
    assert theirs(world, "A00001")["description"] == ["Fun \U0001f600"]
    assert rows(world) == {}
