"""What every pair of stores must do to a record that its application writes too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mediamosa_sync.domain.record import Record
from mediamosa_sync.domain.run import Fence, Kind
from mediamosa_sync.ports import Applied
from tests.adapters.dynamodb.conftest import Stores
from tests.adapters.dynamodb.samples import (
    ID,
    absent,
    change,
    creation,
    link,
)


def linked(stores: Stores, **attributes: object) -> tuple[Fence, Record]:
    """A record with *attributes* and its link, of version 1."""
    fence = stores.full_run()
    stores.sync.apply(fence, Kind.FULL, [absent("a", "m-a")])
    stores.put_record("m-a", uri="mediamosa://asset/a", **attributes)
    return fence, stores.record("m-a")


LINK = replace(link("a"), version=1)


def test_a_change_sets_and_removes_only_what_it_names(stores: Stores) -> None:
    fence, before = linked(
        stores, metadata={"title": ["old"], "gone": ["x"], "own": {"k": Decimal(1)}}, own="mine"
    )

    write = change(before, LINK, {"title": ("a", "b"), "gone": (), "new": ("n",)}, {"state": "ok"})

    assert stores.sync.apply(fence, Kind.FULL, [write]).done
    after = stores.record("m-a")
    assert after.metadata == {"title": ["a", "b"], "new": ["n"], "own": {"k": Decimal(1)}}
    assert after.mediamosa == {"state": "ok"}
    assert after.attributes == {"media_id", "uri", "metadata", "own", "mediamosa"}
    assert stores.sync.links(ID, ["a"])["a"].version == 2


def test_a_change_of_the_map_alone_leaves_the_metadata_alone(stores: Stores) -> None:
    fence, before = linked(stores, metadata="odd", mediamosa={"state": "pending"})

    write = change(before, LINK, {}, {"asset_id": "a"})

    assert stores.sync.apply(fence, Kind.FULL, [write]).done
    after = stores.record("m-a")
    assert (after.metadata, after.mediamosa) == ("odd", {"asset_id": "a"})


def test_a_change_of_nothing_is_a_condition(stores: Stores) -> None:
    fence, before = linked(stores, metadata={"title": ["t"]})

    assert stores.sync.apply(fence, Kind.FULL, [change(before, LINK, {})]).done
    assert stores.record("m-a") == before
    late = change(replace(before, uri="other"), replace(LINK, version=2), {})
    assert stores.sync.apply(fence, Kind.FULL, [late]).contested == {"a"}


@pytest.mark.parametrize("stored", [{}, {"metadata": None}])
def test_a_record_without_metadata_gets_the_whole_map(
    stores: Stores, stored: dict[str, object]
) -> None:
    fence, before = linked(stores, **stored)

    write = change(before, LINK, {"title": ("t",), "none": ()})

    assert stores.sync.apply(fence, Kind.FULL, [write]).done
    assert stores.record("m-a").metadata == {"title": ["t"]}


def test_more_properties_than_an_expression_holds_are_changed_as_one_map(stores: Stores) -> None:
    old = {f"property_{n}": ["old"] for n in range(200)}
    fence, before = linked(stores, metadata={**old, "own": {"k": "v"}, "kept": ["k"]})
    values = {f"property_{n}": ("new",) if n % 2 else () for n in range(200)}

    assert stores.sync.apply(fence, Kind.FULL, [change(before, LINK, values)]).done

    new = {f"property_{n}": ["new"] for n in range(1, 200, 2)}
    assert stores.record("m-a").metadata == {**new, "own": {"k": "v"}, "kept": ["k"]}
    late = change(before, replace(LINK, version=2), values)
    assert stores.sync.apply(fence, Kind.FULL, [late]).contested == {"a"}


@pytest.mark.parametrize(
    "edited",
    [
        {"uri": "mediamosa://asset/a", "metadata": {"title": ["edited"]}},
        {"uri": "mediamosa://asset/a", "metadata": {"title": "old"}},
        {"uri": "mediamosa://asset/a", "metadata": {"title": ["old", "old"]}},
        {"uri": "mediamosa://asset/a", "metadata": {"title": {"old"}}},
        {"uri": "mediamosa://asset/a", "metadata": {}},
        {"uri": "mediamosa://asset/a", "metadata": None},
        {"uri": "mediamosa://asset/a"},
        {"uri": "mediamosa://asset/b", "metadata": {"title": ["old"]}},
        {"metadata": {"title": ["old"]}},
    ],
)
def test_a_record_that_was_edited_meanwhile_is_contested(
    stores: Stores, edited: dict[str, object]
) -> None:
    fence, before = linked(stores, metadata={"title": ["old"]})
    stores.put_record("m-a", **edited)
    now = stores.record("m-a")

    applied = stores.sync.apply(fence, Kind.FULL, [change(before, LINK, {"title": ("new",)})])

    assert applied.contested == {"a"}
    assert stores.record("m-a") == now


@pytest.mark.parametrize("stored", ["", None, {"b", "a"}, Decimal("1.0"), [Decimal(1), "x"], True])
def test_any_stored_value_is_compared_exactly(stores: Stores, stored: object) -> None:
    fence, before = linked(stores, metadata={"title": stored})

    applied = stores.sync.apply(fence, Kind.FULL, [change(before, LINK, {"title": ("new",)})])

    assert applied.done
    assert stores.record("m-a").metadata == {"title": ["new"]}


def test_an_edit_of_another_property_is_no_contest(stores: Stores) -> None:
    fence, before = linked(stores, metadata={"title": ["old"], "other": ["x"]})
    stores.put_record(
        "m-a", uri="mediamosa://asset/a", metadata={"title": ["old"], "other": ["y"]}, own="new"
    )

    assert stores.sync.apply(fence, Kind.FULL, [change(before, LINK, {"title": ("new",)})]).done
    assert stores.record("m-a").metadata == {"title": ["new"], "other": ["y"]}


def test_a_property_that_appeared_meanwhile_is_contested(stores: Stores) -> None:
    fence, before = linked(stores, metadata={})
    stores.put_record("m-a", uri="mediamosa://asset/a", metadata={"title": ["theirs"]})

    applied = stores.sync.apply(fence, Kind.FULL, [change(before, LINK, {"title": ("new",)})])

    assert applied.contested == {"a"}


def test_a_deleted_record_is_contested_and_not_brought_back(stores: Stores) -> None:
    fence, before = linked(stores, metadata={})
    gone = replace(before, media_id="m-gone", uri=None)

    applied = stores.sync.apply(fence, Kind.FULL, [change(gone, LINK, {}, {"asset_id": "a"})])

    assert applied.contested == {"a"}
    assert stores.media.records(["m-gone"]) == {}


def test_names_with_dots_and_reserved_words_are_names(stores: Stores) -> None:
    names = ("name", "dc.title", "size", "a-b", "ключ", "#0", ":0")
    fence, before = linked(stores, metadata={name: ["old"] for name in names})

    write = change(before, LINK, dict.fromkeys(names, ("new",)))

    assert stores.sync.apply(fence, Kind.FULL, [write]).done
    assert stores.record("m-a").metadata == {name: ["new"] for name in names}


def test_a_change_that_does_not_fit_is_named_and_nothing_is_written(stores: Stores) -> None:
    fence, before = linked(stores, own="x" * 300_000)
    large = change(before, LINK, {"title": ("y" * 120_000,)})

    applied = stores.sync.apply(fence, Kind.FULL, [creation("b"), large])

    assert applied == Applied(oversized=frozenset({"a"}))
    assert stores.sync.links(ID, "ab") == {"a": LINK}
    assert stores.record("m-a") == before


@pytest.mark.parametrize("meanwhile", [{}, {"metadata": "a text"}, {"metadata": None}])
def test_metadata_that_are_no_map_any_more_are_contested(
    stores: Stores, meanwhile: dict[str, object]
) -> None:
    fence, before = linked(stores, metadata={"other": ["o"]})
    stores.put_record("m-a", uri="mediamosa://asset/a", **meanwhile)

    for values in ({"title": ("new",)}, {"title": ()}):
        applied = stores.sync.apply(fence, Kind.FULL, [change(before, LINK, values)])
        assert applied == Applied(contested=frozenset({"a"}))

    assert stores.record("m-a").metadata == meanwhile.get("metadata")


def test_many_properties_are_contested_by_an_edit_of_any_other(stores: Stores) -> None:
    fence, before = linked(stores, metadata={"other": ["o"]})
    stores.put_record("m-a", uri="mediamosa://asset/a", metadata={"other": ["edited"]})
    many = {f"p{number}": ("v",) for number in range(61)}

    applied = stores.sync.apply(fence, Kind.FULL, [change(before, LINK, many)])

    assert applied == Applied(contested=frozenset({"a"}))
