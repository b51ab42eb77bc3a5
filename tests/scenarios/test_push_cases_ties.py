"""One asset, one record: records that are written, rewritten and moved between assets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import Unavailable
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
    retry,
    rows,
    settled,
    theirs,
    told,
    writes,
)
from tests.scenarios.world import DAY, World


def uri(asset_id: str) -> str:
    return f"mediamosa://asset/{asset_id}"


def old_uri(asset_id: str) -> str:
    return f"mediamosa://mediafile/m{asset_id}/film.mp4"


@pytest.mark.parametrize("form", [uri, old_uri])
def test_an_applications_record_takes_the_place_of_the_untouched_twin(form: object) -> None:
    world = at_rest()
    assert callable(form)
    world.site.write("A00001", subject=["theirs"])
    settled(world)
    twin = world.link("A00001").media_id
    put(world, "own", form("A00001"), creator="Ours", subject="other")
    world.feed()
    assert twin not in world.tables.media
    assert world.link("A00001").media_id == "own"
    assert theirs(world, "A00001") == {
        "title": ["Title of A00001"],
        "subject": ["theirs"],
        "creator": ["Ours"],
    }
    assert_ends_well(world)
    assert lost(world) == [("subject", ("other",))]


def test_a_twin_whose_event_comes_in_the_same_batch_is_no_rival() -> None:
    world = at_rest()
    world.site.add("B00001")
    world.tick()
    twin = world.link("B00001").media_id
    put(world, "own", uri("B00001"), creator="Ours")
    world.feed()
    assert twin not in world.tables.media
    assert (world.link("B00001").media_id, rows(world)) == ("own", {})
    assert theirs(world, "B00001") == {"title": ["Title of B00001"], "creator": ["Ours"]}
    assert_ends_well(world)


def test_a_record_that_a_full_run_ties_instead_of_its_event_has_its_metadata_pushed() -> None:
    """Its application brought it while its mediafile was unknown: it keeps its first contact."""
    world = at_rest()
    put(world, "own", old_uri("B00001"), creator="Ours")
    world.feed()
    assert rows(world)["own"].state is LinkState.PARKED
    world.site.add("B00001")
    world.tables.known_mediafiles.clear()
    world.tick(DAY)
    bring_to_rest(world)
    assert (world.link("B00001").media_id, rows(world)) == ("own", {})
    assert theirs(world, "B00001") == {"title": ["Title of B00001"], "creator": ["Ours"]}
    assert lost(world) == []


def test_a_retry_while_mediamosa_is_away_waits_for_its_answer() -> None:
    world = at_rest()
    put(world, "own", old_uri("B00001"), creator="Ours")
    world.feed()
    world.site.add("B00001")
    assert retry(world, media_ids=("own",)).marked == 1
    # The pull's one request is answered.
    world.fail(None, Unavailable("MediaMosa cannot be reached: it is tried again."))
    world.tick()
    assert rows(world)["own"].state is LinkState.PENDING
    bring_to_rest(world)
    assert (world.link("B00001").media_id, rows(world)) == ("own", {})
    assert_ends_well(world)


def test_of_two_records_the_second_is_shown_as_a_duplicate_and_takes_over_by_a_retry() -> None:
    world = at_rest()
    put(world, "own", uri("A00001"), creator="First")
    world.feed()
    put(world, "second", uri("A00001"), creator="Second", description="Only here")
    world.feed()
    assert rows(world)["second"].state is LinkState.PARKED
    shown = world.tables.media["second"]["mediamosa"]
    assert shown["state"] == "parked"
    assert "own" in shown["reason"]
    edit(world, "A00001", title="Ours")
    world.feed()
    bring_to_rest(world)
    assert_stays_quiet(world)
    world.tick(DAY)
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert theirs(world, "A00001") == {"title": ["Ours"], "creator": ["First"]}
    world.tables.delete_record("own")
    world.feed()
    assert retry(world, media_ids=("second",)).marked == 1
    assert_ends_well(world)
    assert world.link("A00001").media_id == "second"
    assert rows(world) == {}
    assert theirs(world, "A00001") == {
        "title": ["Ours"],
        "creator": ["First"],
        "description": ["Only here"],
    }
    assert lost(world) == [("creator", ("Second",))]


def test_a_record_that_an_application_has_touched_is_no_twin() -> None:
    world = at_rest()
    attribute(world, "A00001", note="for us")
    world.feed()
    before = world.record("A00001")
    put(world, "own", uri("A00001"), creator="Ours")
    world.feed()
    assert world.record("A00001") == before
    assert list(rows(world)) == ["own"]
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert theirs(world, "A00001") == {"title": ["Title of A00001"]}


def test_of_two_records_for_a_new_asset_in_one_batch_the_first_is_tied() -> None:
    world = at_rest()
    world.site.add("B00001")
    put(world, "one", uri("B00001"), creator="One")
    put(world, "two", uri("B00001"), creator="Two", subject="x")
    world.feed()
    assert world.link("B00001").media_id == "one"
    assert theirs(world, "B00001") == {"title": ["Title of B00001"], "creator": ["One"]}
    assert rows(world)["two"].state is LinkState.PARKED
    assert_ends_well(world)
    world.tick(DAY)
    assert_ends_well(world)


def test_an_application_that_uploads_and_writes_its_record_has_its_metadata_pushed() -> None:
    world = at_rest()
    world.site.add("B00001")
    put(world, "own", uri("B00001"), title="Ours", creator="Ours")
    world.feed()
    assert theirs(world, "B00001") == {"title": ["Title of B00001"], "creator": ["Ours"]}
    assert lost(world) == [("title", ("Ours",))]
    assert_ends_well(world)
    assert len(world.tables.media) == 4


def test_a_uri_that_goes_to_another_asset_and_back_in_one_batch_changes_nothing() -> None:
    world = at_rest()
    media_id = world.link("A00000").media_id
    before = world.record("A00000")
    world.tables.put_record(media_id, **{**rest(before), "uri": uri("A00001")})
    world.tables.put_record(media_id, **rest(before))
    world.feed()
    assert writes(world) == []
    assert world.record("A00000") == before
    assert_ends_well(world)


def rest(item: object) -> dict[str, object]:
    assert isinstance(item, dict)
    return {name: value for name, value in item.items() if name != "media_id"}


def test_a_uri_that_goes_to_another_asset_and_back_leaves_both_assets_what_they_had() -> None:
    world = at_rest()
    put(world, "own", uri("A00000"), creator="Ours")
    settled(world)
    attribute(world, "A00000", uri=uri("A00001"))
    world.feed()
    assert world.link("A00000").state is LinkState.FORGOTTEN
    assert world.link("A00001").media_id == "own"
    assert ours(world, "A00001") == {"title": ["Title of A00001"], "creator": ["Ours"]}
    attribute(world, "A00001", uri=uri("A00000"))
    world.feed()
    assert world.link("A00000").media_id == "own"
    assert world.link("A00001").state is LinkState.FORGOTTEN
    assert theirs(world, "A00000") == {"title": ["Title of A00000"], "creator": ["Ours"]}
    assert theirs(world, "A00001") == {"title": ["Title of A00001"], "creator": ["Ours"]}
    assert_ends_well(world, but=["A00001"])
    assert set(lost(world)) == {("title", ("Title of A00000",)), ("title", ("Title of A00001",))}
    world.tick(DAY)
    assert_ends_well(world, but=["A00001"])


def test_two_records_that_swap_their_assets_in_one_batch_swap_no_metadata() -> None:
    world = at_rest(2)
    put(world, "one", uri("A00000"), creator="One")
    put(world, "two", uri("A00001"), creator="Two")
    settled(world)
    before = theirs(world, "A00000"), theirs(world, "A00001")
    attribute(world, "A00000", uri=uri("A00001"))
    world.tables.put_record("two", **{**rest(world.tables.media["two"]), "uri": uri("A00000")})
    world.feed()
    bring_to_rest(world)
    retry(world)
    bring_to_rest(world)
    assert (theirs(world, "A00000"), theirs(world, "A00001")) == before
    assert world.link("A00000").media_id == "two"
    assert world.link("A00001").media_id == "one"
    assert_ends_well(world)


@pytest.mark.parametrize("known", [True, False])
def test_an_old_form_uri_that_is_written_during_an_outage_is_pushed_without_a_full_run(
    known: bool,
) -> None:
    world = at_rest()
    if not known:
        world.site.add("B00001")
    asset_id = "A00001" if known else "B00001"
    world.forget_traffic()
    outage(world)
    put(world, "own", old_uri(asset_id), creator="Ours")
    world.feed()
    assert rows(world)["own"].state is LinkState.PENDING
    world.ticks(2)
    recover(world)
    assert_ends_well_with(world, "own", asset_id)
    assert theirs(world, asset_id)["creator"] == ["Ours"]


def assert_ends_well_with(world: World, media_id: str, asset_id: str) -> None:
    bring_to_rest(world)
    assert world.full_lists() == []
    assert rows(world) == {}
    assert world.link(asset_id).media_id == media_id
    assert_ends_well(world)


def test_the_uri_of_a_mediafile_that_is_uploaded_later_is_tied_by_a_retry() -> None:
    world = at_rest()
    put(world, "own", old_uri("B00001"), creator="Ours")
    world.feed()
    assert rows(world)["own"].state is LinkState.PARKED
    assert "mB00001" in world.tables.media["own"]["mediamosa"]["reason"]
    bring_to_rest(world)
    assert_stays_quiet(world)
    asked = [one for one in world.asked if one.path.startswith("mediafile/")]
    assert asked == []
    world.site.add("B00001")
    retry(world, media_ids=("own",))
    assert_ends_well_with(world, "own", "B00001")
    assert theirs(world, "B00001")["creator"] == ["Ours"]


def test_a_record_of_an_unknown_asset_is_parked_and_asked_for_once() -> None:
    world = at_rest()
    put(world, "own", uri("B00001"), creator="Ours")
    world.feed()
    assert world.link("B00001").state is LinkState.PARKED
    assert told(world, "B00001")[0] == "parked"
    assert [one.path for one in world.singles()] == ["assets", "asset/B00001"]
    bring_to_rest(world)
    assert_stays_quiet(world)
    world.site.add("B00001")
    assert_ends_well(world)
    assert theirs(world, "B00001")["creator"] == ["Ours"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_whole_batch_that_is_delivered_again_changes_nothing(times: int) -> None:
    world = at_rest(5)
    world.site.add("B00001")
    edit(world, "A00000", title="Ours")
    edit(world, "A00000", subject=["a", "b"])
    put(world, "own", uri("A00001"), creator="Ours")
    put(world, "new", old_uri("B00001"), creator="Ours")
    world.tables.delete_record(world.link("A00002").media_id)
    put(world, "unknown", uri("B00009"), creator="Ours")
    edit(world, "A00004", language="xx")
    world.feed()
    (batch,) = [one for one in world.stream.delivered if len(one) > 5]
    for settle in (False, True):
        if settle:
            bring_to_rest(world)
        before = world.kept(), dict(rows(world))
        world.forget_traffic()
        for _ in range(times):
            world.push(batch)
            world.feed()
        assert writes(world) == []
        assert (world.kept(), dict(rows(world))) == before


def again(world: World, asset_id: str, **properties: Sequence[str] | str) -> None:
    """Delete the record and write it again, under the same key."""
    media_id = world.link(asset_id).media_id
    world.tables.delete_record(media_id)
    put(world, media_id, uri(asset_id), **properties)


def test_a_record_that_is_deleted_and_written_again_clears_nothing_in_mediamosa() -> None:
    world = at_rest()
    world.site.write("A00001", subject=["theirs"], language="nl")
    settled(world)
    again(world, "A00001", creator="Ours", language="en")
    world.feed()
    assert theirs(world, "A00001") == {
        "title": ["Title of A00001"],
        "subject": ["theirs"],
        "language": ["nl"],
        "creator": ["Ours"],
    }
    (batch,) = [one for one in world.stream.delivered if any(not event.after for event in one)]
    assert_ends_well(world)
    assert lost(world) == [("language", ("en",))]
    edit(world, "A00001", subject=None, language="en")
    world.feed()
    assert_ends_well(world)
    world.push(batch)
    world.feed()
    assert theirs(world, "A00001") == {
        "title": ["Title of A00001"],
        "language": ["en"],
        "creator": ["Ours"],
    }
    assert_ends_well(world)
    assert len(conflicts(world)) == 1


def test_a_record_that_is_written_again_is_pushed_though_its_removal_is_delivered_alone() -> None:
    world = at_rest()
    world.stream.batch_size = 1
    again(world, "A00001", title="Title of A00001", creator="Ours")
    world.feed()
    assert ours(world, "A00001")["creator"] == ["Ours"]
    assert theirs(world, "A00001")["creator"] == ["Ours"]
    assert_ends_well(world)


def test_a_record_that_moves_to_an_asset_with_a_record_is_shown_and_takes_nothing_along() -> None:
    world = at_rest()
    put(world, "one", uri("A00000"), creator="One")
    put(world, "two", uri("A00001"), creator="Two")
    settled(world)
    attribute(world, "A00000", uri=uri("A00001"))
    world.feed()
    assert world.link("A00000").state is LinkState.FORGOTTEN
    assert rows(world)["one"].state is LinkState.PARKED
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert theirs(world, "A00000")["creator"] == ["One"]
    assert theirs(world, "A00001")["creator"] == ["Two"]
    world.tables.delete_record("two")
    world.feed()
    retry(world)
    assert_ends_well(world, but=["A00000"])
    assert world.link("A00001").media_id == "one"
    assert theirs(world, "A00001")["creator"] == ["Two"]
    assert ("creator", ("One",)) in lost(world)


def test_another_form_of_the_same_uri_is_no_first_contact() -> None:
    world = at_rest()
    put(world, "own", old_uri("A00001"), creator="Ours")
    settled(world)
    attribute(world, "A00001", uri=uri("A00001"))
    world.feed()
    attribute(world, "A00001", uri=f"{uri('A00001')}/mA00001/film.mp4", metadata={})
    world.feed()
    assert theirs(world, "A00001") == {}
    assert_ends_well(world)
    assert conflicts(world) == []


@pytest.mark.parametrize("mended", ["mediamosa://asset/B00001", "mediamosa://mediafile/mB00001/f"])
def test_a_broken_uri_is_shown_until_it_is_mended_and_then_tied(mended: str) -> None:
    world = at_rest()
    world.site.add("B00001")
    put(world, "own", "mediamosa://assets/B00001", creator="Ours")
    world.feed()
    assert rows(world)["own"].state is LinkState.PARKED
    bring_to_rest(world)
    assert_stays_quiet(world)
    world.tables.put_record("own", **{**rest(world.tables.media["own"]), "uri": mended})
    world.feed()
    assert rows(world) == {}
    assert_ends_well(world)
    assert theirs(world, "B00001")["creator"] == ["Ours"]


@pytest.mark.parametrize("away", [False, True])
def test_a_record_that_goes_while_it_waits_leaves_no_row(away: bool) -> None:
    world = at_rest()
    if away:
        outage(world)
    put(world, "own", old_uri("B00001"), creator="Ours")
    world.feed()
    assert list(rows(world)) == ["own"]
    world.tables.delete_record("own")
    world.feed()
    assert rows(world) == {}
    recover(world)
    assert_ends_well(world)
