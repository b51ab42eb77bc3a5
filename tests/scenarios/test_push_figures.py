"""What edits cost: requests to MediaMosa, and writes to the record and its link."""

from __future__ import annotations

from tests.scenarios.pushed import assert_stays_quiet, at_rest, edit, theirs, writes


def test_a_single_edit_costs_one_read_and_one_write(figures: list[str]) -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    world.feed()
    asked = [f"{one.method} {one.path}" for one in world.asked]
    figures.append(f"one edit: {len(asked)} requests after login")
    assert asked == ["GET assets", "POST asset/A00001/metadata"]


def test_a_batch_of_100_edited_records_costs_one_read_and_a_write_each(figures: list[str]) -> None:
    world = at_rest(100)
    for number in range(100):
        edit(world, f"A{number:05}", title=f"Ours {number}")
    world.feed()
    traffic = world.tables.traffic
    figures.append(
        f"100 edited records in a batch: {len(world.asked)} requests, {traffic.links_written} "
        f"writes of links, {traffic.records_written} of records"
    )
    assert len(world.asked) <= 102
    assert len(writes(world)) == 100
    assert traffic.links_written <= 200
    assert theirs(world, "A00099")["title"] == ["Ours 99"]


def test_fifty_edits_of_one_record_in_a_batch_cost_one_write(figures: list[str]) -> None:
    world = at_rest()
    for number in range(50):
        edit(world, "A00001", title=f"Ours {number}")
    world.feed()
    figures.append(f"50 edits of one record in a batch: {len(writes(world))} POST")
    assert [one.values for one in writes(world)] == [{"title": ("Ours 49",)}]


def test_an_edit_is_written_to_its_record_at_most_twice_its_echo_included(
    figures: list[str],
) -> None:
    world = at_rest()
    edit(world, "A00001", title="Ours")
    world.feed()
    for _ in range(3):
        world.tick()
        world.feed()
    traffic = world.tables.traffic
    figures.append(
        f"one edit and its echo: {traffic.records_written} writes of the record, "
        f"{traffic.links_written} of the link, {len(writes(world))} POST"
    )
    assert traffic.records_written <= 2
    assert traffic.links_written <= 3
    assert len(writes(world)) == 1
    world.assert_in_sync()


def test_twenty_quiet_ticks_write_nothing_on_either_side(figures: list[str]) -> None:
    world = at_rest(100)
    edit(world, "A00001", title="Ours")
    world.feed()
    for _ in range(3):
        world.tick()
        world.feed()
    assert_stays_quiet(world, ticks=20)
    written = world.tables.traffic.records_written + world.tables.traffic.links_written
    figures.append(f"20 quiet ticks: {written} writes here, {len(writes(world))} in MediaMosa")
