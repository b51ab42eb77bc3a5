"""What every pair of stores must do with a write of one asset outside any step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from mediamosa_sync.domain.deletion import Held
from mediamosa_sync.domain.link import Claim, Link, LinkState, ParkedValue, SentValue
from mediamosa_sync.domain.record import RecordChange, TwinRemoval
from mediamosa_sync.domain.run import Kind, RunState
from mediamosa_sync.domain.values import agree_on
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    ID,
    MINUTE,
    NOW,
    OTHER,
    absent,
    change,
    conflict,
    creation,
    holding,
    link,
    noise,
    waiting,
)
from tests.adapters.dynamodb.test_removal_contract import removal

CONTESTED = Applied(contested=frozenset({"a"}))


def noted(after: Link, before: Link | None, **values: Any) -> AssetWrite:
    """A write of our own row, and what *values* say."""
    return replace(AssetWrite(after, before, None, Effect.NOTED), **values)


def linked(stores: Stores, **attributes: object) -> Link:
    """A record with *attributes* and its link, without any step."""
    assert stores.sync.write(ID, noted(link("a"), None)).done
    stores.put_record("m-a", uri="mediamosa://asset/a", **attributes)
    return stores.sync.links(ID, ["a"])["a"]


ON_ITS_WAY: Mapping[str, Any] = {
    "base": {"title": ("old",)},
    "sent": {"title": (SentValue(("new",), NOW), SentValue(agree_on(("x" * 9000,)), NOW))},
    "claim": Claim("pusher-1", NOW + MINUTE),
    "wanted": 3,
    "attempts": 2,
    "parked": {"language": ParkedValue(("nope",), "Write two letters.", NOW, discarded=True)},
    "ignored": ("mine", "own.field"),
    "names": {"title": "name"},
    "state": LinkState.PENDING,
    "since": NOW,
    "due": NOW + MINUTE,
}


def test_a_link_of_a_connection_without_any_step_is_written_and_counted(stores: Stores) -> None:
    write = noted(link("a", **ON_ITS_WAY), None)

    assert stores.sync.write(ID, write) == Applied()

    assert stores.sync.links(ID, ["a"]) == {"a": replace(write.link, version=1)}
    assert stores.sync.run_state(ID) == RunState(ID, links=1)


def test_a_link_is_written_again_and_again(stores: Stores) -> None:
    before = linked(stores)
    after = replace(before, **ON_ITS_WAY)

    assert stores.sync.write(ID, noted(after, before)).done
    pending = stores.sync.links(ID, ["a"])["a"]
    assert pending == replace(after, version=2)
    assert stores.sync.write(ID, noted(before, pending)).done

    assert stores.sync.links(ID, ["a"])["a"] == replace(before, version=3)
    assert stores.sync.run_state(ID).links == 1


def test_a_link_that_was_written_meanwhile_is_contested(stores: Stores) -> None:
    before = linked(stores)
    stores.sync.write(ID, noted(replace(before, wanted=1), before))

    assert stores.sync.write(ID, noted(replace(before, attempts=1), before)) == CONTESTED
    assert stores.sync.write(ID, noted(link("a"), None)) == CONTESTED
    assert stores.sync.links(ID, ["a"])["a"] == replace(before, wanted=1, version=2)
    assert stores.sync.run_state(ID).links == 1


def test_the_same_write_again_is_contested(stores: Stores) -> None:
    before = linked(stores)
    write = noted(replace(before, wanted=1), before)

    assert stores.sync.write(ID, write).done
    assert stores.sync.write(ID, write) == CONTESTED


def test_a_link_that_is_gone_is_contested(stores: Stores) -> None:
    gone = link("a", version=3)

    assert stores.sync.write(ID, noted(replace(gone, wanted=1), gone)) == CONTESTED
    assert stores.sync.links(ID, ["a"]) == {}


def test_a_link_goes_and_is_counted_no_more(stores: Stores) -> None:
    before = linked(stores)
    goes = noted(before, before, link_goes=True)

    assert stores.sync.write(ID, goes).done
    assert stores.sync.write(ID, goes) == CONTESTED
    assert stores.sync.links(ID, ["a"]) == {}
    assert stores.sync.run_state(ID).links == 0


def test_a_link_that_does_not_count_goes_alone(stores: Stores) -> None:
    forgotten = link("a", state=LinkState.FORGOTTEN)
    stores.sync.write(ID, noted(forgotten, None))
    before = stores.sync.links(ID, ["a"])["a"]
    goes = noted(before, before, link_goes=True)

    assert stores.sync.write(ID, goes).done
    assert stores.sync.write(ID, goes) == CONTESTED
    assert stores.sync.links(ID, ["a"]) == {}
    assert stores.sync.run_state(ID) == RunState(ID)


def test_record_link_and_conflicts_are_written_together(stores: Stores) -> None:
    before = linked(stores, metadata={"title": ["old"], "own": ["x"]})
    write = change(stores.record("m-a"), before, {"title": ("new",)}, {"state": "pending"})

    assert stores.sync.write(ID, replace(write, conflicts=(conflict("a"),))).done

    after = stores.record("m-a")
    assert after.metadata == {"title": ["new"], "own": ["x"]}
    assert after.mediamosa == {"state": "pending"}
    assert stores.sync.links(ID, ["a"])["a"].version == 2
    assert stores.sync.conflicts(ID, limit=9) == (conflict("a"),)


@pytest.mark.parametrize("changed", ["record", "link"])
def test_nothing_is_written_that_is_not_as_read(stores: Stores, changed: str) -> None:
    before = linked(stores, metadata={"title": ["old"]})
    write = replace(
        change(stores.record("m-a"), before, {"title": ("new",)}), conflicts=(conflict("a"),)
    )
    if changed == "record":
        stores.put_record("m-a", uri="mediamosa://asset/a", metadata={"title": ["edited"]})
    else:
        stores.sync.write(ID, noted(replace(before, wanted=1), before))
    stands = stores.media.item("m-a"), stores.sync.links(ID, ["a"])

    assert stores.sync.write(ID, write) == CONTESTED

    assert (stores.media.item("m-a"), stores.sync.links(ID, ["a"])) == stands
    assert stores.sync.conflicts(ID, limit=9) == ()


def test_a_link_can_ask_that_its_record_names_what_it_named(stores: Stores) -> None:
    before = linked(stores, metadata={"title": ["old"]})
    read = stores.record("m-a")
    claimed = noted(replace(before, claim=Claim("me", NOW)), before, record=RecordChange(read))
    stores.put_record("m-a", uri="mediamosa://asset/a", metadata={"title": ["edited"]})

    assert stores.sync.write(ID, claimed).done
    assert stores.record("m-a").metadata == {"title": ["edited"]}

    stores.put_record("m-a", uri="mediamosa://asset/b")
    again = stores.sync.links(ID, ["a"])["a"]
    late = replace(claimed, link=again, link_before=again)
    assert stores.sync.write(ID, late) == CONTESTED


def test_a_record_that_is_absent_is_forgotten(stores: Stores) -> None:
    before = linked(stores)
    forgotten = replace(before, state=LinkState.FORGOTTEN, since=NOW)
    write = replace(absent("a", "m-a", before), link=forgotten)

    assert stores.sync.write(ID, write) == CONTESTED
    assert stores.sync.write(ID, replace(write, record=absent("a", "m-gone").record)).done
    assert stores.sync.links(ID, ["a"])["a"].state is LinkState.FORGOTTEN
    assert stores.sync.run_state(ID).links == 0


def test_no_run_counts_what_no_step_wrote(stores: Stores) -> None:
    fence = stores.full_run()

    assert stores.sync.write(ID, creation("a")).done
    assert stores.sync.apply(fence, Kind.FULL, [creation("b")]).done

    state = stores.sync.run_state(ID)
    assert state.links == 2
    assert state.fence == fence
    assert state.full is not None
    assert state.full.counts == Counts(added=1)


def test_who_comes_onto_the_list_of_held_and_leaves_it_is_counted(stores: Stores) -> None:
    stores.sync.write(ID, holding("a"))
    assert stores.sync.run_state(ID).held == Held().changed("a", "")
    before = stores.sync.links(ID, ["a"])["a"]

    stores.sync.write(ID, noted(replace(before, state=LinkState.KEPT), before))

    assert stores.sync.run_state(ID).held == Held()


def test_a_record_that_is_tied_waits_no_more(stores: Stores) -> None:
    for media_id in ("m-a", "m-b"):
        stores.sync.put_waiting(ID, waiting(media_id), None)

    assert stores.sync.write(ID, noted(link("a"), None, no_longer_waiting="m-a")).done
    assert stores.sync.write(ID, noted(link("c"), None, no_longer_waiting="m-c")).done
    assert stores.sync.waiting(ID, ["m-a", "m-b"]).keys() == {"m-b"}
    assert stores.sync.write(ID, noted(link("a"), None, no_longer_waiting="m-b")) == CONTESTED
    assert stores.sync.waiting(ID, ["m-b"]).keys() == {"m-b"}


def test_a_step_ties_a_record_that_waited_too(stores: Stores) -> None:
    stores.sync.put_waiting(ID, waiting("m-a"), None)
    stores.put_record("m-b")
    fence = stores.full_run()
    tied = replace(absent("a", "m-gone"), no_longer_waiting="m-a")

    assert stores.sync.apply(fence, Kind.FULL, [tied, creation("b")]).contested == {"b"}
    assert stores.sync.waiting(ID, ["m-a"]).keys() == {"m-a"}
    assert stores.sync.apply(fence, Kind.FULL, [tied, creation("c")]).done
    assert stores.sync.waiting(ID, ["m-a"]) == {}


def test_a_change_that_does_not_fit_is_named_and_nothing_is_written(stores: Stores) -> None:
    before = linked(stores, own="x" * 300_000)
    large = change(stores.record("m-a"), before, {"title": ("y" * 120_000,)})

    assert stores.sync.write(ID, large) == Applied(oversized=frozenset({"a"}))
    assert stores.sync.links(ID, ["a"]) == {"a": before}


def test_a_record_whose_copy_does_not_fit_stays(stores: Stores) -> None:
    before = linked(stores)
    large = removal(before, {"media_id": "m-a", "own": Binary(noise(1_200_000))})

    assert stores.sync.write(ID, large).oversized == {"a"}
    assert stores.media.item("m-a") == {"media_id": "m-a", "uri": "mediamosa://asset/a"}


def test_links_of_another_connection_are_not_touched(stores: Stores) -> None:
    before = linked(stores)

    assert stores.sync.write(OTHER.connection_id, noted(link("a"), None)).done

    assert stores.sync.links(ID, ["a"]) == {"a": before}
    assert stores.sync.run_state(ID).links == 1


TWIN: Mapping[str, Any] = {
    "uri": "mediamosa://asset/a",
    "metadata": {"title": ["t"]},
    "mediamosa": {"asset_id": "a", "published": True},
}


def inherited(stores: Stores, before: Link) -> AssetWrite:
    """The record of the application takes the place of the sync's twin."""
    twin, heir = stores.record("m-a"), stores.record("own-1")
    after = replace(before, media_id="own-1")
    return noted(after, before, record=TwinRemoval(twin, heir), no_longer_waiting="own-1")


def twins(stores: Stores, **attributes: Any) -> Link:
    """A link whose record is a twin, beside a record of the application."""
    assert stores.sync.write(ID, noted(link("a"), None)).done
    stores.put_record("m-a", **{**TWIN, **attributes})
    stores.put_record("own-1", uri="mediamosa://asset/a", metadata={"title": ["mine"]})
    return stores.sync.links(ID, ["a"])["a"]


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"connection_id": ID},
        {"connection_id": ""},
        {"metadata": None},
        {"mediamosa": {"n": {1, 2}}},
    ],
)
def test_a_twin_gives_way_to_the_record_of_an_application(
    stores: Stores, attributes: dict[str, Any]
) -> None:
    before = twins(stores, **attributes)
    stores.sync.put_waiting(ID, waiting("own-1"), None)

    assert stores.sync.write(ID, inherited(stores, before)) == Applied()

    assert stores.media.records(["m-a", "own-1"]).keys() == {"own-1"}
    assert stores.record("own-1").metadata == {"title": ["mine"]}
    assert stores.sync.links(ID, ["a"])["a"].media_id == "own-1"
    assert stores.sync.waiting(ID, ["own-1"]) == {}
    assert stores.sync.run_state(ID).links == 1


@pytest.mark.parametrize(
    "edited",
    [
        {"metadata": {"title": ["edited"]}},
        {"metadata": None},
        {"mediamosa": {}},
        {"uri": "mediamosa://asset/b"},
        {"connection_id": ID},
        {"connection_id": None},
    ],
)
def test_a_twin_that_is_no_longer_what_the_sync_wrote_stays(
    stores: Stores, edited: dict[str, Any]
) -> None:
    before = twins(stores)
    write = inherited(stores, before)
    stores.put_record("m-a", **{**TWIN, **edited})

    assert stores.sync.write(ID, write) == CONTESTED
    assert stores.media.item("m-a") == {"media_id": "m-a", **TWIN, **edited}
    assert stores.sync.links(ID, ["a"]) == {"a": before}


def test_a_twin_that_lost_an_attribute_or_is_gone_is_contested(stores: Stores) -> None:
    before = twins(stores)
    write = inherited(stores, before)
    stores.put_record("m-a", uri=TWIN["uri"], metadata=TWIN["metadata"])

    assert stores.sync.write(ID, write) == CONTESTED
    assert isinstance(write.record, TwinRemoval)
    gone = replace(write.record, twin=replace(write.record.twin, media_id="m-gone"))
    assert stores.sync.write(ID, replace(write, record=gone)) == CONTESTED


@pytest.mark.parametrize("uri", ["mediamosa://asset/b", None])
def test_a_twin_stays_if_its_heir_names_another_asset(stores: Stores, uri: str | None) -> None:
    before = twins(stores)
    write = inherited(stores, before)
    stores.put_record("own-1", uri=uri)

    assert stores.sync.write(ID, write) == CONTESTED
    assert stores.record("m-a").metadata == TWIN["metadata"]


def test_a_step_removes_a_twin_in_a_chunk_with_others(stores: Stores) -> None:
    before = twins(stores)
    write = inherited(stores, before)
    fence = stores.full_run()
    stores.put_record("m-b")

    assert stores.sync.apply(fence, Kind.FULL, [write, creation("b")]).contested == {"b"}
    assert stores.sync.apply(fence, Kind.FULL, [write, creation("c")]).done
    assert stores.media.records(["m-a", "own-1"]).keys() == {"own-1"}
    assert stores.sync.apply(fence, Kind.FULL, [creation("d"), write]).contested == {"a"}
