"""The ports of a plan, one by one: they read, and remember what would have been written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import pytest

from mediamosa_sync.domain.deletion import Ruling
from mediamosa_sync.domain.link import Link, LinkState
from mediamosa_sync.domain.plan import Disagreement
from mediamosa_sync.domain.properties import default_field_map
from mediamosa_sync.domain.record import (
    NewRecord,
    Record,
    RecordChange,
    RecordRemoval,
    RemovedRecord,
    TwinRemoval,
)
from mediamosa_sync.domain.rows import AuditEntry, Nominees, NomineesChange, Waiting
from mediamosa_sync.domain.run import Restart, RunState
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.domain.writes import AssetWrite, Conflict, Effect
from mediamosa_sync.ports import AssetServer, SyncStore
from mediamosa_sync.service.dry.items import What, items_of
from mediamosa_sync.service.dry.overlay import Overlay
from mediamosa_sync.service.dry.packing import unpacked
from mediamosa_sync.service.dry.records import DryRecords
from mediamosa_sync.service.dry.server import DryServer
from mediamosa_sync.service.dry.store import DryStore
from mediamosa_sync.service.dry.untouched import UntouchedStore
from tests.fakes.asset_server import PROPERTIES, FakeAssetServer
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import MemoryTables
from tests.fakes.world import World, synced

ID = "c" * 40
FIELDS = default_field_map(PROPERTIES)
CONFLICT = Conflict("x", "A1", "m1", START, Disagreement("title", (), ("a",), ("b",)))
RESTART = Restart("r", "operator", START)


def dry(tables: MemoryTables, **there: Any) -> tuple[DryStore, Overlay]:
    overlay = Overlay(state=RunState(ID), **there)
    records = DryRecords(tables, overlay)
    return DryStore(tables, records, overlay, full=False), overlay


READS: list[Callable[[SyncStore, str], object]] = [
    lambda store, _: store.connections(),
    lambda store, name: store.connection(name),
    lambda store, name: store.run_state(name),
    lambda store, name: store.sequence(name),
    lambda store, name: store.links(name, ["A00001"]),
    lambda store, name: store.links_between(name, after="", upto=None, prefix="", limit=2),
    lambda store, name: store.nominees(name, "full-1"),
    lambda store, name: store.held(name, upto=None, limit=5),
    lambda store, name: store.removed_record(name, "A00001"),
    lambda store, name: store.removed_records(name, limit=5),
    lambda store, name: store.push_state(name),
    lambda store, name: store.due(name, upto=START, limit=5),
    lambda store, name: store.troubled(name, LinkState.PARKED, limit=5),
    lambda store, name: store.waiting(name, ["m"]),
    lambda store, name: store.conflicts(name, limit=5),
    lambda store, name: store.conflict(name, "x"),
    lambda store, name: store.history(name, limit=5),
    lambda store, name: store.audited(name, limit=5),
    lambda store, name: store.mediafiles(name, ["f"]),
    lambda store, name: store.properties(name),
    lambda store, name: store.attention(name),
]


@pytest.mark.parametrize("read", READS)
def test_what_is_read_is_what_stands_there(read: Callable[[Any, str], object]) -> None:
    world = synced()
    assert read(UntouchedStore(world.tables), world.id) == read(world.tables, world.id)


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.put_connection(World().connection),
        lambda store: store.pause(ID, ["pull"], paused=True),
        lambda store: store.request_restart(ID, RESTART),
        lambda store: store.withdraw_restart(ID),
        lambda store: store.request_full(ID, RESTART),
        lambda store: store.rule(ID, Ruling("r", "t", approve=True, by="operator", at=START)),
        lambda store: store.resolve(ID, CONFLICT, RecordChange(Record("m"))),
        lambda store: store.audit(ID, AuditEntry("r", START, "operator", "plan", "done", START)),
    ],
)
def test_what_no_step_does_no_plan_can_do(act: Callable[[UntouchedStore], object]) -> None:
    tables = MemoryTables()
    with pytest.raises(AssertionError, match="asked to write"):
        act(UntouchedStore(tables))
    assert tables.traffic == MemoryTables().traffic


class TestStore:
    def test_rows_of_nominees_are_worked_off_in_order(self) -> None:
        tables = MemoryTables()
        tables.put_state(RunState(ID))
        fence = tables.run_state(ID).fence
        for key in ("1", "3"):
            change = NomineesChange("full-1", Nominees(key, (f"A{key}",)))
            tables.save_run(fence, RunState(ID), release=False, nominees=change)
        store, overlay = dry(tables, nominees={"full-1": {"2": ("A2",)}})
        seen: list[str] = []
        while (row := store.nominees(ID, "full-1")) is not None:
            seen += row.asset_ids
            change = NomineesChange("full-1", Nominees(row.key, ()))
            store.save_run(fence, overlay.run_state, release=True, nominees=change)
        assert seen == ["A1", "A2", "A3"]

    def test_another_connections_links_and_mediafiles_stand_as_they_do(self) -> None:
        tables = MemoryTables()
        tables.put_link("d" * 40, Link("A1", "m1"))
        tables.put_mediafiles("d" * 40, {"f": "A1"})
        store, _ = dry(tables, links={"A1": None}, mediafiles={"f": "A2"})
        assert list(store.links("d" * 40, ["A1"])) == ["A1"]
        assert store.mediafiles("d" * 40, ["f"]) == {"f": "A1"}
        assert (store.links(ID, ["A1"]), store.mediafiles(ID, ["f"])) == ({}, {"f": "A2"})

    def test_a_stretch_of_links_that_would_all_be_gone_is_passed_over(self) -> None:
        tables = MemoryTables()
        for number in range(6):
            tables.put_link(ID, Link(f"A{number}", f"m{number}"))
        gone: dict[str, Link | None] = {f"A{number}": None for number in range(4)}
        store, _ = dry(tables, links={**gone, "A1x": Link("A1x", "m")})
        found, more = store.links_between(ID, after="", upto=None, prefix="", limit=2)
        assert (list(found), more) == (["A1x"], True)
        found, more = store.links_between(ID, after="A1x", upto=None, prefix="", limit=2)
        assert (list(found), more) == (["A4", "A5"], False)

    def test_a_write_that_depends_on_what_has_changed_is_contested(self) -> None:
        tables = MemoryTables()
        store, overlay = dry(tables, links={"A1": Link("A1", "m1", version=3)})
        stale = AssetWrite(Link("A1", "m1"), Link("A1", "m1", version=2), None, Effect.NOTED)
        assert store.write(ID, stale).contested == {"A1"}
        goes = replace(stale, link_before=overlay.links["A1"], link_goes=True)
        assert store.write(ID, goes).done
        assert overlay.links == {"A1": None}
        fresh = replace(stale, link_before=None)
        assert store.write(ID, fresh).done

    def test_a_waiting_row_of_a_record_that_has_changed_is_not_written(self) -> None:
        before = Record("m1", "mediamosa://asset/A1")
        store, overlay = dry(MemoryTables(), records={"m1": replace(before, uri="other")})
        row = Waiting("m1", LinkState.PARKED, "No.", START)
        assert not store.put_waiting(ID, row, RecordChange(before))
        assert (overlay.waiting, store.untied) == ({}, [])

    def test_a_record_no_longer_waiting_is_not_due(self) -> None:
        tables = MemoryTables()
        tables.put_waiting(ID, Waiting("m1", LinkState.PENDING, "", START, START), None)
        store, _ = dry(tables)
        store.drop_waiting(ID, ["m1"])
        assert store.waiting(ID, ["m1"]) == {}
        assert [one.media_id for one in store.due(ID, upto=START, limit=5)] == ["m1"]
        assert store.due(ID, upto=START, limit=5) == ()


class TestRecords:
    def test_a_whole_record_is_as_it_would_be(self) -> None:
        tables = MemoryTables()
        tables.put_record("m1", uri="u", metadata={"title": ["Old"]}, own="kept")
        changed = Record("m1", "u", {"title": ["New"]}, {"published": True})
        records = DryRecords(tables, Overlay(records={"m1": changed, "m2": None, "m3": changed}))
        whole = records.item("m1")
        assert whole == {
            "media_id": "m1",
            "uri": "u",
            "metadata": {"title": ["New"]},
            "mediamosa": {"published": True},
            "own": "kept",
        }
        assert records.item("m2") is None
        assert records.item("m4") is None
        created = records.item("m3")
        assert created is not None
        assert created["metadata"] == {"title": ["New"]}

    def test_what_a_plan_has_removed_nothing_more_can_be_done_about(self) -> None:
        record = Record("m1", "mediamosa://asset/A1")
        copy = RemovedRecord("A1", "m1", {}, START, START, "Gone.")
        records = DryRecords(MemoryTables(), Overlay(records={"m1": None}))
        other = Record("m2", "mediamosa://asset/A1")
        assert not records.holds(RecordChange(record))
        assert not records.holds(RecordRemoval(copy))
        assert not records.holds(TwinRemoval(record, other))
        assert not records.holds(TwinRemoval(other, record))
        assert records.holds(RecordChange(other))
        assert records.holds(None)
        records.carry_out(None)


class TestServer:
    def test_reads_go_out_and_show_what_would_have_been_written(self) -> None:
        server = FakeAssetServer(FakeClock())
        server.put("A1", title="Old", subject=["a", "b"])
        server.put("A2", title="Other")
        server.delete("A2")
        server.mediafiles["m1"] = "A1"
        overlay = Overlay(written={"A2": {"title": ("Never",)}})
        dry_server = DryServer(server, overlay, lambda: FIELDS, START)
        assert dry_server.properties() == server.properties()
        assert dry_server.mediafile_asset("m1") == "A1"
        window = Window(0, 10, with_total=True)
        ids = dry_server.ids(window, since=None, prefix="").assets
        assert [one.asset_id for one in ids] == ["A1"]
        assert dry_server.assets(["A1"])["A1"].values("dublin_core", "title") == ("Old",)
        before = dry_server.requests
        assert dry_server.write("A1", "alice", {"title": ("New",), "subject": ()}) == {
            "title",
            "subject",
        }
        assert dry_server.requests == before + 1
        assert server.writes == []
        proved = dry_server.prove("A1").asset
        assert proved is not None
        assert (proved.values("dublin_core", "title"), proved.modified) == (("New",), START)
        assert proved.values("dublin_core", "subject") == ()
        page = dry_server.page(window, since=START.replace(year=2000), prefix="")
        assert [one.tombstone for one in page.assets] == [False, True]
        dry_server.write("A1", "alice", {"title": ("Newer",)})
        assert dry_server.posts[-1].old == {"title": ("New",)}
        assert dry_server.prove("A9").asset is None


def changed_assets(written: Iterable[str], *, really: bool) -> AssetServer:
    """A list of changes with every second asset in it, and pushes of some, planned or real."""
    clock = FakeClock()
    server = FakeAssetServer(clock)
    for name in NAMES:
        clock.set(START if name in NAMES[::2] else START - timedelta(hours=1))
        server.put(name, title="Old")
    clock.set(LATER)
    dry_server = DryServer(server, Overlay(), lambda: FIELDS, LATER)
    for name in written:
        dry_server.prove(name)
        (server if really else dry_server).write(name, "alice", {"title": ("New",)})
    return server if really else dry_server


NAMES = ("A", "B", "C", "D", "E", "F", "G")
LATER = START + timedelta(minutes=1)


@pytest.mark.parametrize(
    "written", [which for count in range(4) for which in combinations(NAMES, count)]
)
def test_a_list_of_changes_has_what_was_pushed_where_it_would_stand(
    written: tuple[str, ...],
) -> None:
    real, planned = (changed_assets(written, really=really) for really in (True, False))
    for offset, limit, with_total in product(range(9), range(1, 9), (True, False)):
        window = Window(offset, limit, with_total=with_total)
        is_so = real.page(window, since=START, prefix="")
        would_be = planned.page(window, since=START, prefix="")
        assert (would_be.total, would_be.offset) == (is_so.total, is_so.offset)
        if with_total and would_be.assets:
            assert would_be.assets == is_so.assets
        else:
            assert would_be.assets == is_so.assets[: len(would_be.assets)]


def test_a_write_that_says_nothing_is_no_item() -> None:
    record = Record("m1", "mediamosa://asset/A1", {"title": ["Same"]})
    link = Link("A1", "m1")
    silent = AssetWrite(link, link, RecordChange(record), Effect.NOTED)
    same = replace(silent, record=RecordChange(record, {"title": ("Same",)}))
    created = replace(silent, record=NewRecord("m1", "u", {"colour": ("red",)}, {}))
    (item,) = items_of([silent, same, created], [], [], ())
    assert (item.what, item.changes[0].name) == (What.CREATE, "colour")


def test_an_overlay_without_a_run_item_is_of_no_plan() -> None:
    with pytest.raises(AssertionError, match="takes the run item over"):
        _ = Overlay().run_state


def test_a_type_without_a_form_is_a_mistake_of_ours() -> None:
    @dataclass
    class Odd:
        number: complex

    with pytest.raises(ValueError, match="TypeError"):
        unpacked(Odd, {"number": 1})
