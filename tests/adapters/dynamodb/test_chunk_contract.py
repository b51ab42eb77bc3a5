"""What every pair of stores must do with a chunk: all of it or nothing, fenced and counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Fence, Kind, Outcome, Phase
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import Fenced, StoreError
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    FULL,
    ID,
    NOW,
    OTHER,
    absent,
    conflict,
    creation,
    link,
    state_under_way,
)


def test_a_chunk_creates_record_and_link_together(stores: Stores) -> None:
    fence = stores.full_run()

    applied = stores.sync.apply(fence, Kind.FULL, [creation("a"), creation("b", {})])

    assert applied == Applied()
    assert stores.record("m-a") == Record(
        media_id="m-a",
        uri="mediamosa://asset/a",
        metadata={"title": ["Title of a"]},
        mediamosa={"asset_id": "a", "published": True},
        attributes=frozenset({"media_id", "uri", "metadata", "mediamosa"}),
    )
    assert stores.record("m-b").metadata == {}
    assert stores.sync.links(ID, ["a"]) == {"a": replace(creation("a").link, version=1)}


def test_links_of_another_connection_are_not_touched(stores: Stores) -> None:
    stores.sync.apply(stores.full_run(), Kind.FULL, [creation("a")])

    assert stores.sync.links(OTHER.connection_id, ["a"]) == {}


def test_a_chunk_counts_what_it_wrote(stores: Stores) -> None:
    fence = stores.full_run()
    parked = AssetWrite(link("c", media_id=""), None, None, Effect.ERROR)
    with_conflicts = replace(creation("d"), conflicts=(conflict("d"), conflict("d", 2)))

    stores.sync.apply(fence, Kind.FULL, [creation("a"), creation("b"), parked])
    stores.sync.apply(fence, Kind.FULL, [with_conflicts])

    full = stores.sync.run_state(ID).full
    assert full is not None
    assert full.counts == Counts(added=3, conflicts=2, errors=1)


def test_an_empty_chunk_is_done_at_once(stores: Stores) -> None:
    state = stores.lease()
    stores.sync.save_run(state.fence, state_under_way(state), release=False)

    assert stores.sync.apply(state.fence, Kind.FULL, []) == Applied()
    assert stores.sync.run_state(ID) == state_under_way(state)


@pytest.mark.parametrize("fence", [Fence(ID, 0, 2), Fence(ID, 1, 1), Fence(ID, 0, 0)])
def test_a_step_that_lost_its_number_applies_nothing(stores: Stores, fence: Fence) -> None:
    stores.full_run()

    with pytest.raises(Fenced):
        stores.sync.apply(fence, Kind.FULL, [creation("a")])

    assert stores.media.records(["m-a"]) == {}
    assert stores.sync.links(ID, ["a"]) == {}
    assert stores.sync.run_state(ID).full == FULL


def test_a_chunk_of_a_connection_without_any_step_is_fenced(stores: Stores) -> None:
    with pytest.raises(Fenced):
        stores.sync.apply(Fence(ID, 0, 1), Kind.FULL, [creation("a")])


def test_a_chunk_of_a_run_that_is_not_under_way_is_refused(stores: Stores) -> None:
    state = stores.lease()
    ended = replace(FULL, finished_at=NOW, phase=Phase.FINISH, outcome=Outcome.SUCCEEDED)

    with pytest.raises(StoreError, match="No full run is under way"):
        stores.sync.apply(state.fence, Kind.FULL, [creation("a")])
    stores.sync.save_run(state.fence, replace(state, full=ended), release=False)
    with pytest.raises(StoreError, match="No full run is under way"):
        stores.sync.apply(state.fence, Kind.FULL, [creation("a")])
    assert stores.media.records(["m-a"]) == {}


def test_one_contested_asset_keeps_the_whole_chunk_from_being_written(stores: Stores) -> None:
    fence = stores.full_run()
    stores.put_record("m-b", uri="the application was first")

    applied = stores.sync.apply(fence, Kind.FULL, [creation(name) for name in "abc"])

    assert applied == Applied(contested=frozenset({"b"}))
    assert sorted(stores.media.records(["m-a", "m-b", "m-c"])) == ["m-b"]
    assert stores.sync.links(ID, "abc") == {}
    assert stores.sync.run_state(ID).full == FULL


def test_every_contested_asset_is_named(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [creation("a")])
    stores.put_record("m-b")

    applied = stores.sync.apply(fence, Kind.FULL, [creation(name) for name in "abc"])

    assert applied.contested == {"a", "b"}


def test_a_link_that_was_written_meanwhile_is_contested(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [creation("a")])
    first = stores.sync.links(ID, ["a"])["a"]
    quiet = AssetWrite(replace(first, revision="r2"), first, None, Effect.UNCHANGED)
    assert stores.sync.apply(fence, Kind.FULL, [quiet]).done

    late = AssetWrite(replace(first, revision="r3"), first, None, Effect.UNCHANGED)

    assert stores.sync.apply(fence, Kind.FULL, [late]).contested == {"a"}
    assert stores.sync.links(ID, ["a"]) == {"a": replace(first, revision="r2", version=2)}


def test_a_link_that_is_gone_is_contested(stores: Stores) -> None:
    fence = stores.full_run()
    write = AssetWrite(link("a", version=4), link("a", version=3), None, Effect.UNCHANGED)

    assert stores.sync.apply(fence, Kind.FULL, [write]).contested == {"a"}


def test_a_condition_alone_writes_the_link_if_the_record_is_absent(stores: Stores) -> None:
    fence = stores.full_run()
    stores.put_record("m-b")

    assert stores.sync.apply(fence, Kind.FULL, [absent("b", "m-b")]).contested == {"b"}
    assert stores.sync.apply(fence, Kind.FULL, [absent("a", "m-a")]).done
    assert sorted(stores.sync.links(ID, "ab")) == ["a"]
    assert stores.media.records(["m-a"]) == {}


def test_a_creation_that_does_not_fit_is_named_and_nothing_is_written(stores: Stores) -> None:
    fence = stores.full_run()
    large = creation("b", {"title": ("x" * 410_000,)})

    applied = stores.sync.apply(fence, Kind.FULL, [creation("a"), large, creation("c")])

    assert applied == Applied(oversized=frozenset({"b"}))
    assert stores.sync.links(ID, "abc") == {}
    assert stores.sync.run_state(ID).full == FULL


def test_a_conflict_that_does_not_fit_names_its_asset(stores: Stores) -> None:
    fence = stores.full_run()
    large = replace(creation("a"), conflicts=(conflict("a", ours="x" * 410_000),))

    applied = stores.sync.apply(fence, Kind.FULL, [large])

    assert applied == Applied(oversized=frozenset({"a"}))


def test_a_chunk_that_names_an_item_twice_is_refused(stores: Stores) -> None:
    fence = stores.full_run()

    with pytest.raises(StoreError):
        stores.sync.apply(fence, Kind.FULL, [creation("a"), creation("a")])
    assert stores.sync.links(ID, ["a"]) == {}


def test_a_chunk_that_counts_as_nothing_is_written(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [creation("a")])
    before = stores.sync.links(ID, ["a"])["a"]
    noted = AssetWrite(replace(before, reason="Why."), before, None, Effect.NOTED)
    state = stores.sync.run_state(ID)

    assert stores.sync.apply(fence, Kind.FULL, [noted]) == Applied()

    assert stores.sync.links(ID, ["a"])["a"].reason == "Why."
    assert stores.sync.run_state(ID) == state


def test_a_chunk_that_counts_as_nothing_is_fenced_like_any_other(stores: Stores) -> None:
    fence = stores.full_run()
    noted = AssetWrite(link("a"), None, None, Effect.NOTED)
    nothing = replace(noted, link=replace(noted.link, media_id=""))

    with pytest.raises(Fenced):
        stores.sync.apply(replace(fence, sequence=9), Kind.FULL, [nothing])
    with pytest.raises(StoreError, match="No incremental run is under way"):
        stores.sync.apply(fence, Kind.INCREMENTAL, [nothing])

    assert stores.sync.links(ID, ["a"]) == {}


def test_an_empty_chunk_asks_for_no_lease(stores: Stores) -> None:
    assert stores.sync.apply(Fence(ID, 0, 9), Kind.FULL, []) == Applied()
