"""Scenarios S13 to S21 and S60: what stands in the records, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.record import MAX_ITEM_BYTES
from mediamosa_sync.domain.run import Outcome
from tests.scenarios.world import DAY, HOUR, World, synced


def metadata_of(world: World, asset_id: str) -> dict[str, list[str]]:
    return dict(world.record(asset_id)["metadata"])


def test_s13_values_that_occur_twice_are_all_held_and_cost_no_write_in_the_next_run() -> None:
    world = synced(1)
    world.site.write("A00000", subject=["a", "b", "a"])
    world.tick()
    assert metadata_of(world, "A00000")["subject"] == ["a", "a", "b"]
    world.site.write("A00000", subject=["b", "a", "a"])
    world.tick()
    assert world.changes()[1] == 2, "only the stamp of the second edit is new"
    world.assert_in_sync()
    world.assert_quiet()
    world.site.write("A00000", subject=["a", "b"])
    world.tick()
    world.assert_in_sync()


def test_s14_a_title_cleared_in_mediamosa_is_cleared_in_the_record() -> None:
    world = synced(2)
    world.site.write("A00001", title="", subject=["stays"])
    world.tick()
    assert metadata_of(world, "A00001") == {"subject": ["stays"]}
    world.assert_in_sync()
    world.assert_quiet()


@pytest.mark.parametrize(
    "values",
    [
        ["<b>x & y</b>"],
        ["  leading and trailing blanks  "],
        ["one\r\ntwo\rthree\nfour\tfive"],
        ["x" * 10_000],
        ["日本語", "Ελληνικά", "العربية", "naïve café"],
        ["e\u0301", "\u00e9"],
        ["B", "a", "Ä", "ä", "0", "00"],
        ["' OR 1=1; --", "${jndi:ldap://x}", "{{7*7}}", "null", "[]", "FALSE"],
        ["\u200b", "\ufeffx", "\u00a0x"],
    ],
)
def test_s15_strange_values_arrive_as_they_are_and_real_changes_of_them_are_seen(
    values: Sequence[str],
) -> None:
    world = synced(1)
    world.site.write("A00000", description=values)
    world.tick()
    world.assert_in_sync()
    world.assert_quiet()
    world.site.write("A00000", description=[*values[:-1], values[-1] + "!"])
    world.tick()
    world.assert_in_sync()


def test_s15_a_value_of_no_break_spaces_which_mediamosa_stores_stands_in_the_record() -> None:
    world = synced(1)
    world.site.write("A00000", description=["\u00a0", "seen"])
    world.tick()
    world.assert_in_sync()


@pytest.mark.parametrize(
    ("name", "kind", "text", "stored"),
    [
        ("shelf", "int", "007", "7"),
        ("shelf", "int", "1e3", "1000"),
        ("shelf", "int", "-0", "0"),
        ("taken", "datetime", "2010", "2010-01-01 00:00:00"),
        ("taken", "datetime", "2010-07-01T12:30:15", "2010-07-01 12:30:15"),
    ],
)
def test_s15_numbers_and_times_arrive_in_mediamosas_spelling(
    name: str, kind: str, text: str, stored: str
) -> None:
    world = World()
    world.site.define(name, kind)
    world.site.add("A1")
    world.site.write("A1", **{name: text})
    world.until_idle()
    assert metadata_of(world, "A1")[name] == [stored]
    world.settle()
    world.assert_in_sync()
    world.assert_quiet()


def test_s16_description_abstract_arrives_and_the_second_sync_writes_nothing() -> None:
    world = synced(1)
    world.site.write("A00000", description_abstract="An abstract.", description="A description.")
    world.tick()
    assert metadata_of(world, "A00000")["description_abstract"] == ["An abstract."]
    world.press_restart()
    world.tick()
    world.assert_in_sync()
    assert world.changes() == (1, 1, 0)
    world.assert_quiet()


def test_s17_own_and_czp_properties_are_found_and_synced_beyond_ten_of_them() -> None:
    world = World(czp=True)
    for number in range(230):
        world.site.define(f"own_{number}", "char")
    world.site.add(
        "A1", own_0="first", own_229="last", status="final", kosten="none", title_alternative="Alt"
    )
    world.until_idle()
    assert metadata_of(world, "A1") == {
        "title": ["Title of A1"],
        "title_alternative": ["Alt"],
        "own_0": ["first"],
        "own_229": ["last"],
        "status": ["final"],
        "kosten": ["none"],
    }
    world.assert_in_sync()


def test_s17_a_property_created_later_is_synced_within_a_day() -> None:
    world = synced(1)
    world.site.define("later", "char")
    world.site.write("A00000", later="Here")
    world.tick(DAY)
    world.until_idle()
    assert metadata_of(world, "A00000")["later"] == ["Here"]
    world.assert_in_sync()


def test_s17_another_applications_and_protected_properties_are_left_alone() -> None:
    world = synced(1)
    other = world.build_site("other", beside=world.site)
    other.define("theirs", "char")
    other.add("Z1", theirs="secret")
    world.tick(DAY)
    world.until_idle()
    world.assert_in_sync()
    assert len(world.tables.media) == 1


def test_s19_an_owner_changed_without_a_stamp_arrives_with_the_full_compare() -> None:
    world = synced(3)
    world.site.change("A00001", owner_id="bob", isprivate="TRUE")
    world.ticks(3)
    assert world.record("A00001")["mediamosa"]["owner_id"] == "alice"
    world.tick(DAY)
    world.until_idle()
    assert world.record("A00001")["mediamosa"]["owner_id"] == "bob"
    world.assert_in_sync()
    assert world.changes() == (3, 1, 0)
    world.assert_quiet()


@pytest.mark.parametrize("lacking", ["mediafile", "original", "file name", "analysis"])
def test_s20_an_asset_without_a_mediafile_original_or_file_name_has_its_record(
    lacking: str,
) -> None:
    world = World()
    world.site.add("A1", "A2", subject=["kept"])
    file = world.site.model.store.mediafiles["mA1"]
    if lacking == "mediafile":
        world.site.asset("A1").mediafile_ids.clear()
    elif lacking == "original":
        file.original = False
    elif lacking == "file name":
        file.filename = ""
    else:
        file.technical = {}
    world.until_idle()
    world.assert_in_sync()
    assert metadata_of(world, "A1") == {"title": ["Title of A1"], "subject": ["kept"]}


def test_s21_an_unreadable_asset_is_parked_alone_and_the_other_99_are_synced() -> None:
    world = World()
    world.site.fill(250)
    world.site.make_unreadable("A00037")
    world.settle()
    assert world.states(LinkState.PARKED) == ["A00037"]
    assert world.link("A00037").reason
    assert len(world.tables.media) == 249
    world.assert_in_sync(but=["A00037"])
    assert world.state.watermark is not None
    assert world.status()["attention"]["parked"] == 1
    full = world.state.full
    assert full is not None
    assert full.outcome is Outcome.PARTIAL
    world.tick(HOUR)
    world.assert_quiet()
    world.site.write("A00037", description="Readable again")
    world.tick()
    world.assert_in_sync()


@pytest.mark.parametrize(
    "places", [[0], [9], [10], [24], [9, 10], [0, 1, 2], [*range(7, 13)], [3, 13, 23]]
)
@pytest.mark.parametrize("when", ["first sync", "incremental"])
def test_s21_unreadable_assets_anywhere_cost_nobody_else_anything(
    places: list[int], when: str
) -> None:
    world = World(10) if when == "first sync" else synced(25, page_size=10)
    if when == "first sync":
        world.site.fill(25)
    names = world.site.ids()
    for asset_id in names if when == "incremental" else []:
        world.site.write(asset_id, title="Changed")
    poisoned = [names[place] for place in places]
    for asset_id in poisoned:
        world.site.make_unreadable(asset_id)
    world.settle()
    assert world.states(LinkState.PARKED) == poisoned
    world.assert_in_sync(but=poisoned)
    world.tick(DAY)
    world.settle()
    assert world.states(LinkState.PARKED) == poisoned
    assert world.changes()[2] == 0
    world.assert_quiet()


def test_s21_an_asset_too_large_for_the_table_is_parked_and_tried_again_once_it_changes() -> None:
    world = World()
    world.site.fill(100)
    world.site.write("A00050", description=["x" * (MAX_ITEM_BYTES + 1)])
    world.settle()
    assert len(world.tables.media) == 99
    assert "do not fit" in world.link("A00050").reason
    world.assert_in_sync(but=["A00050"])
    world.assert_quiet()
    world.site.write("A00050", description="Short now")
    world.tick()
    world.assert_in_sync()


def test_s21_a_synced_asset_that_becomes_too_large_keeps_its_record_and_stops_nobody() -> None:
    world = synced(20)
    world.site.write("A00010", description=["x" * (MAX_ITEM_BYTES + 1)])
    world.site.write("A00011", title="Changed")
    world.settle()
    assert world.link("A00010").state is LinkState.PARKED
    assert metadata_of(world, "A00010") == {"title": ["Title of A00010"]}
    world.assert_in_sync(but=["A00010"])
    world.site.write("A00010", description="Short now")
    world.tick()
    world.assert_in_sync()


@pytest.mark.parametrize("metadata", ["text", {"title": {"deep": "map"}}, {"title": [True]}, 7])
def test_a_record_with_metadata_of_a_wrong_shape_is_parked_and_stops_nobody(
    metadata: object,
) -> None:
    world = synced(20)
    media_id = world.link("A00010").media_id
    world.tables.media[media_id] = {**world.tables.media[media_id], "metadata": metadata}
    for asset_id in world.site.ids():
        world.site.write(asset_id, subject=["new"])
    world.settle()
    assert world.states(LinkState.PARKED) == ["A00010"]
    left = world.record("A00010")["metadata"]
    assert left == ({**metadata, "subject": ["new"]} if isinstance(metadata, dict) else metadata)
    world.assert_in_sync(but=["A00010"])
    world.assert_quiet()
    world.tables.media[media_id] = {**world.tables.media[media_id], "metadata": {}}
    world.tick(DAY)
    world.settle()
    assert world.states(LinkState.PARKED) == []


def test_s45_a_record_deleted_by_its_application_is_not_created_again() -> None:
    world = synced(3)
    world.tables.delete_record(world.link("A00001").media_id)
    world.site.write("A00001", title="Changed")
    world.settle()
    world.tick(DAY)
    world.settle()
    assert world.link("A00001").state is LinkState.FORGOTTEN
    assert len(world.tables.media) == 2
    world.assert_in_sync(but=["A00001"])
    world.assert_quiet()


def test_s48_another_file_and_file_name_of_an_asset_is_still_one_record() -> None:
    world = synced(2)
    media_id = world.link("A00001").media_id
    world.site.post("mediafile/mA00001", ("filename", "another name.mov"))
    world.tick()
    world.assert_in_sync()
    world.site.post("mediafile/mA00001/delete")
    world.site.post("mediafile/create", ("asset_id", "A00001"), ("filename", "third.mp4"))
    world.site.write("A00001", subject=["so that a stamp moves"])
    world.tick()
    world.assert_in_sync()
    assert world.link("A00001").media_id == media_id
    assert len(world.tables.media) == 2


def test_s60_100_changed_assets_cost_one_request_and_one_write_each(figures: list[str]) -> None:
    world = synced(100)
    for asset_id in world.site.ids():
        world.site.write(asset_id, title=f"New title of {asset_id}")
    world.forget_traffic()
    world.tick()
    traffic = world.tables.traffic
    assert (len(world.lists()), len(world.singles()), len(world.asked)) == (1, 0, 1)
    assert (traffic.records_written, traffic.links_written) == (100, 100)
    assert world.changes() == (100, 100, 0)
    figures.append(
        f"100 changed assets: {len(world.lists())} list request, {len(world.singles())} single "
        f"reads, {traffic.records_written} records and {traffic.links_written} links written in "
        f"{traffic.transactions} transactions"
    )
    world.forget_traffic()
    world.tick()
    assert len(world.asked) == 1
    assert (world.tables.traffic.records_written, world.tables.traffic.links_written) == (0, 0)


def test_1000_unchanged_assets_cost_no_write_in_a_full_run(figures: list[str]) -> None:
    world = synced(1000, steps_per_tick=100)
    world.press_restart()
    world.forget_traffic()
    world.until_idle()
    traffic = world.tables.traffic
    written = traffic.records_written + traffic.links_written
    assert (written, len(world.full_lists()), len(world.singles())) == (0, 10, 0)
    full = world.state.full
    assert full is not None
    assert full.counts.unchanged == 1000
    figures.append(f"1,000 unchanged assets, full run: {written} records and links written")
