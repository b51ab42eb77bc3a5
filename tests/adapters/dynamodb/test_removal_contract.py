"""What every pair of stores must do with records that go and come back, and with their copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary

from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.record import RecordAbsent, RecordRemoval, RecordRevival, RemovedRecord
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.domain.writes import AssetWrite, Counts, Effect
from mediamosa_sync.errors import Fenced
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    EVERY_TYPE,
    FULL,
    ID,
    LATER,
    NOW,
    OTHER,
    RESTART,
    absent,
    conflict,
    creation,
    link,
    noise,
)


def linked(stores: Stores, asset_id: str = "a", **attributes: object) -> tuple[Fence, Link]:
    """A record with *attributes* and its link, of version 1."""
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [absent(asset_id, f"m-{asset_id}")])
    stores.put_record(f"m-{asset_id}", **attributes)
    return fence, stores.sync.links(ID, [asset_id])[asset_id]


def removal(before: Link, attributes: Mapping[str, Any], **values: object) -> AssetWrite:
    """The record of a nominee that was proved goes."""
    copy = RemovedRecord(before.asset_id, before.media_id, attributes, NOW, LATER, "It is gone.")
    removed = replace(
        before, state=LinkState.REMOVED, reason="It is gone.", since=NOW, expires_at=LATER
    )
    # The names are checked when the test runs.
    return replace(
        AssetWrite(removed, before, RecordRemoval(copy), Effect.DELETED),
        **values,  # type: ignore[arg-type]  # fields by name
    )


def revival(before: Link, attributes: Mapping[str, Any]) -> AssetWrite:
    """The record comes back."""
    back = replace(before, state=LinkState.KEPT, expires_at=None)
    record = RecordRevival(before.media_id, attributes)
    return AssetWrite(back, before, record, Effect.ADDED)


def removed(stores: Stores, **attributes: Any) -> tuple[Fence, Link, Mapping[str, Any]]:
    """A record that was removed: its link, and what was in it."""
    fence, before = linked(stores, **(attributes or {"own": "mine"}))
    item = stores.media.item("m-a")
    assert item is not None
    assert stores.sync.apply(fence, Kind.FULL, [removal(before, item)]).done
    return fence, stores.sync.links(ID, ["a"])["a"], item


def test_a_removed_record_is_kept_whole(stores: Stores) -> None:
    fence, before = linked(stores, **EVERY_TYPE)
    item = stores.media.item("m-a")
    assert item == {"media_id": "m-a", **EVERY_TYPE}

    applied = stores.sync.apply(fence, Kind.FULL, [removal(before, item)])

    assert applied == Applied()
    assert stores.media.records(["m-a"]) == {}
    assert stores.sync.removed_record(ID, "a") == RemovedRecord(
        "a", "m-a", item, NOW, LATER, "It is gone."
    )
    assert stores.sync.links(ID, ["a"])["a"] == replace(
        before,
        state=LinkState.REMOVED,
        reason="It is gone.",
        since=NOW,
        expires_at=LATER,
        version=2,
    )
    state = stores.sync.run_state(ID)
    assert state.links == 0
    assert state.full is not None
    assert state.full.counts == Counts(unchanged=1, deleted=1)


@pytest.mark.parametrize(
    "edited",
    [
        {"own": "changed"},
        {"own": None},
        {"own": Decimal(1)},
        {"other": "x"},
        {},
    ],
)
def test_a_record_that_is_not_as_copied_stays(stores: Stores, edited: dict[str, Any]) -> None:
    fence, before = linked(stores, own="mine")
    item = stores.media.item("m-a")
    assert item is not None
    stores.put_record("m-a", **edited)

    applied = stores.sync.apply(fence, Kind.FULL, [creation("b"), removal(before, item)])

    assert applied == Applied(contested=frozenset({"a"}))
    assert stores.media.item("m-a") == {"media_id": "m-a", **edited}
    assert stores.sync.removed_record(ID, "a") is None
    assert stores.sync.links(ID, "ab") == {"a": before}
    assert stores.sync.run_state(ID).links == 1


def test_a_record_whose_link_was_written_meanwhile_stays(stores: Stores) -> None:
    fence, before = linked(stores, own="mine")
    item = stores.media.item("m-a")
    assert item is not None
    stores.sync.apply(fence, Kind.FULL, [AssetWrite(before, before, None, Effect.UNCHANGED)])

    assert stores.sync.apply(fence, Kind.FULL, [removal(before, item)]).contested == {"a"}
    assert stores.media.item("m-a") == item
    assert stores.sync.removed_record(ID, "a") is None


def test_a_record_that_is_gone_already_is_contested(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [absent("a", "m-a")])
    before = stores.sync.links(ID, ["a"])["a"]

    applied = stores.sync.apply(fence, Kind.FULL, [removal(before, {"media_id": "m-a"})])

    assert applied.contested == {"a"}
    assert stores.sync.removed_record(ID, "a") is None


def test_a_large_record_is_kept_over_several_items(stores: Stores) -> None:
    _, _, item = removed(stores, own="é", bytes=Binary(noise(390_000)))

    copy = stores.sync.removed_record(ID, "a")

    assert copy is not None
    assert copy.attributes == item
    listed = stores.sync.removed_records(ID, limit=10)
    assert [one.asset_id for one in listed] == ["a"]


def test_a_record_whose_copy_does_not_fit_stays(stores: Stores) -> None:
    fence, before = linked(stores, own="mine")
    large = {"media_id": "m-a", "own": Binary(noise(1_200_000))}

    applied = stores.sync.apply(fence, Kind.FULL, [creation("b"), removal(before, large)])

    assert applied.oversized == {"a"}
    assert not applied.done
    assert stores.media.item("m-a") == {"media_id": "m-a", "own": "mine"}
    assert stores.sync.links(ID, "ab") == {"a": before}
    assert stores.sync.removed_record(ID, "a") is None


def test_a_record_with_more_attributes_than_a_condition_holds_stays(stores: Stores) -> None:
    fence, before = linked(stores, **{f"own_{n}": "mine" for n in range(140)})
    item = stores.media.item("m-a")
    assert item is not None

    assert stores.sync.apply(fence, Kind.FULL, [removal(before, item)]).oversized == {"a"}
    stores.put_record("m-a", **{f"own_{n}": "mine" for n in range(139)})
    item = stores.media.item("m-a")
    assert item is not None
    assert stores.sync.apply(fence, Kind.FULL, [removal(before, item)]).done


def test_a_removal_with_its_conflicts_is_one_transaction(stores: Stores) -> None:
    fence, before = linked(stores, own="mine")
    item = stores.media.item("m-a")
    assert item is not None

    write = removal(before, item, conflicts=(conflict("a"),))

    assert stores.sync.apply(fence, Kind.FULL, [write, creation("b")]).done
    assert stores.sync.attention(ID)["conflicts"] == 1


def test_a_revived_record_is_as_it_was_and_its_copy_goes(stores: Stores) -> None:
    fence, before, item = removed(stores, **EVERY_TYPE)

    assert stores.sync.apply(fence, Kind.FULL, [revival(before, item)]).done

    assert stores.media.item("m-a") == item
    assert stores.sync.removed_record(ID, "a") is None
    assert stores.sync.removed_records(ID, limit=10) == ()
    after = stores.sync.links(ID, ["a"])["a"]
    assert (after.state, after.version, after.expires_at) == (LinkState.KEPT, 3, None)
    assert stores.sync.run_state(ID).links == 1


def test_a_record_that_was_revived_can_be_removed_and_revived_again(stores: Stores) -> None:
    fence, before, item = removed(stores)
    stores.sync.apply(fence, Kind.FULL, [revival(before, item)])
    stores.put_record("m-a", own="another")
    again = {"media_id": "m-a", "own": "another"}
    kept = stores.sync.links(ID, ["a"])["a"]

    assert stores.sync.apply(fence, Kind.FULL, [removal(kept, again)]).done

    copy = stores.sync.removed_record(ID, "a")
    assert copy is not None
    assert copy.attributes == again


def test_a_revival_does_not_replace_what_stands_there(stores: Stores) -> None:
    fence, before, item = removed(stores)
    stores.put_record("m-a", own="brought by the application")

    assert stores.sync.apply(fence, Kind.FULL, [revival(before, item)]).contested == {"a"}
    assert stores.media.item("m-a") == {"media_id": "m-a", "own": "brought by the application"}
    assert stores.sync.removed_record(ID, "a") is not None
    assert stores.sync.links(ID, ["a"])["a"] == before


def test_a_revival_without_a_copy_is_contested(stores: Stores) -> None:
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [absent("a", "m-a")])
    before = stores.sync.links(ID, ["a"])["a"]

    write = revival(before, {"media_id": "m-a"})

    assert stores.sync.apply(fence, Kind.FULL, [write]).contested == {"a"}
    assert stores.media.item("m-a") is None


def test_a_link_can_go(stores: Stores) -> None:
    fence, before = linked(stores)
    goes = AssetWrite(before, before, None, Effect.UNCHANGED, link_goes=True)

    assert stores.sync.apply(fence, Kind.FULL, [goes]).done

    assert stores.sync.links(ID, ["a"]) == {}
    assert stores.sync.run_state(ID).links == 0
    assert stores.sync.apply(fence, Kind.FULL, [goes]).contested == {"a"}


def test_a_link_goes_only_if_its_application_has_deleted_the_record(stores: Stores) -> None:
    fence, before = linked(stores)
    goes = AssetWrite(before, before, RecordAbsent("m-a"), Effect.UNCHANGED, link_goes=True)

    assert stores.sync.apply(fence, Kind.FULL, [goes]).contested == {"a"}
    assert stores.sync.links(ID, ["a"]) == {"a": before}


def test_ties_are_counted_as_they_come_and_go(stores: Stores) -> None:
    fence = stores.full_run()
    parked = AssetWrite(link("p", media_id=""), None, None, Effect.ERROR)
    stores.sync.apply(fence, Kind.FULL, [creation("a"), creation("b"), creation("c"), parked])
    assert stores.sync.run_state(ID).links == 3

    before = stores.sync.links(ID, ["a"])["a"]
    forgotten = replace(before, state=LinkState.FORGOTTEN)
    stores.sync.apply(fence, Kind.FULL, [AssetWrite(forgotten, before, None, Effect.UNCHANGED)])
    stores.put_record("m-x")
    stores.sync.apply(fence, Kind.FULL, [creation("x"), creation("y")])

    assert stores.sync.run_state(ID).links == 2


def test_a_restored_record_is_back_without_any_step(stores: Stores) -> None:
    fence, before, item = removed(stores)
    stores.sync.request_restart(ID, RESTART)
    state = stores.sync.run_state(ID)

    assert stores.sync.write(ID, revival(before, item)).done

    assert stores.media.item("m-a") == item
    assert stores.sync.removed_record(ID, "a") is None
    assert stores.sync.links(ID, ["a"])["a"].state is LinkState.KEPT
    assert stores.sync.run_state(ID) == replace(state, links=1)
    assert stores.sync.apply(fence, Kind.FULL, [creation("b")]).done


def test_a_record_is_restored_once(stores: Stores) -> None:
    _, before, item = removed(stores)
    stores.sync.write(ID, revival(before, item))

    assert stores.sync.write(ID, revival(before, item)).contested == {"a"}
    assert stores.sync.run_state(ID).links == 1


@pytest.mark.parametrize("changed", ["record", "link", "copy"])
def test_nothing_is_restored_that_is_not_as_read(stores: Stores, changed: str) -> None:
    fence, before, item = removed(stores)
    write = revival(before, item)
    if changed == "record":
        stores.put_record("m-a", own="new")
    elif changed == "link":
        stores.sync.apply(fence, Kind.FULL, [AssetWrite(before, before, None, Effect.UNCHANGED)])
    else:
        write = replace(write, record=RecordRevival("m-other", {"media_id": "m-other"}))
    stands = stores.media.item("m-a"), stores.sync.links(ID, ["a"]), stores.sync.run_state(ID)

    assert stores.sync.write(ID, write) == Applied(contested=frozenset({"a"}))

    assert stands == (
        stores.media.item("m-a"),
        stores.sync.links(ID, ["a"]),
        stores.sync.run_state(ID),
    )
    assert stores.media.item("m-other") is None
    assert stores.sync.removed_record(ID, "a") is not None


def test_removed_records_are_listed_in_order_and_in_portions(stores: Stores) -> None:
    fence = stores.full_run()
    names = ["a", "aa", "a-", "b"]
    for name in names:
        stores.sync.apply(fence, Kind.FULL, [absent(name, f"m-{name}")])
        stores.put_record(f"m-{name}", own=name)
        before = stores.sync.links(ID, [name])[name]
        item = {"media_id": f"m-{name}", "own": name}
        assert stores.sync.apply(fence, Kind.FULL, [removal(before, item)]).done

    def listed(limit: int, after: str = "") -> list[str]:
        return [one.asset_id for one in stores.sync.removed_records(ID, limit=limit, after=after)]

    assert listed(9) == ["a", "a-", "aa", "b"]
    assert listed(2) == ["a", "a-"]
    assert listed(2, "a-") == ["aa", "b"]
    assert listed(9, "a") == ["a-", "aa", "b"]
    assert listed(9, "b") == []
    assert stores.sync.removed_records(ID, limit=1) == (
        RemovedRecord("a", "m-a", {}, NOW, LATER, "It is gone."),
    )
    assert stores.sync.removed_records(OTHER.connection_id, limit=1) == ()
    assert stores.sync.removed_record(OTHER.connection_id, "a") is None


def test_a_step_that_lost_its_number_removes_nothing(stores: Stores) -> None:
    _, before = linked(stores, own="mine")
    item = stores.media.item("m-a")
    assert item is not None

    with pytest.raises(Fenced):
        stores.sync.apply(Fence(ID, 0, 99), Kind.FULL, [removal(before, item)])

    assert stores.media.item("m-a") == item
    assert stores.sync.removed_record(ID, "a") is None
    assert stores.sync.run_state(ID).full == replace(FULL, counts=Counts(unchanged=1))
