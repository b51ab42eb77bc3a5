"""Scenarios S50 to S59: many connections, overlapping executions, status, old tables, scale."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.domain.run import Kind
from mediamosa_sync.errors import NotLoggedIn, SecretUnavailable, Unavailable
from mediamosa_sync.service.connections import Connections, NewConnection
from mediamosa_sync.service.refusals import ConnectionExists
from mediamosa_sync.service.step import StepOutcome
from tests.fakes.secrets import FakeSecrets
from tests.scenarios.editors import Site
from tests.scenarios.world import DAY, HOUR, URL, World, synced


def with_another(
    world: World, url: str = URL, user_name: str = "second"
) -> tuple[Connection, Site]:
    """A second connection: other user on the same server, or another server."""
    beside = world.site if url == URL else None
    site = world.build_site(user_name, beside=beside)
    return world.connect(site, url), site


def settings(world: World) -> Connections:
    return Connections(
        world.tables,
        FakeSecrets(),
        allow_http=False,
        check_time_zone=lambda _: None,
        secret_prefix="mediamosa-sync",
    )


@pytest.mark.parametrize(
    ("url", "user_name"), [(URL, "second"), ("https://other.example.org", "editor")]
)
def test_s50_two_connections_have_cursors_records_and_errors_of_their_own(
    url: str, user_name: str
) -> None:
    world = World(page_size=10)
    other, site = with_another(world, url, user_name)
    world.site.fill(25)
    site.add(*[f"B{number:05}" for number in range(25)])
    world.until_idle()
    world.assert_in_sync()
    world.assert_in_sync(other)
    site.delete("B00001")
    world.site.write("A00001", title="Changed")
    world.settle()
    world.assert_in_sync()
    world.assert_in_sync(other)
    assert len(world.tables.media) == 49
    world.tick(HOUR)
    world.assert_quiet()


def test_s50_the_same_asset_ids_on_two_servers_are_two_records_each() -> None:
    world = World()
    other, site = with_another(world, "https://other.example.org")
    world.site.fill(5)
    site.fill(5)
    world.until_idle()
    site.write("A00001", title="Only there")
    site.erase(["A00002"])
    world.tick()
    world.tick(DAY)
    world.settle()
    assert len(world.tables.media) == 9
    world.assert_in_sync()
    world.assert_in_sync(other)


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable("MediaMosa cannot be reached."),
        NotLoggedIn("MediaMosa refused the login of 'second'."),
        SecretUnavailable("The secret cannot be read."),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_s50_a_failing_connection_touches_nothing_of_another(failure: Exception) -> None:
    world = World(page_size=10)
    other, site = with_another(world)
    world.site.fill(25)
    site.add("B1", "B2")

    def refuse(asked: Any) -> None:
        if asked.connection_id == other.connection_id:
            raise failure

    world.on_request = refuse
    world.ticks(6)
    world.assert_in_sync()
    assert world.status()["state"] == "idle"
    assert world.control.status(other.connection_id)["state"] == "failing"
    assert world.tables.all_links(other.connection_id) == {}
    world.on_request = lambda _: None
    world.tick(HOUR)
    world.settle()
    world.assert_in_sync(other)


def test_s50_an_empty_second_connection_removes_no_record_of_the_first() -> None:
    world = synced(50)
    other, _ = with_another(world, "https://other.example.org")
    before = world.kept()["media"]
    world.ticks(3)
    world.tick(DAY)
    world.settle()
    assert world.kept()["media"] == before
    assert world.tables.run_state(other.connection_id).held.count == 0
    assert world.state.held.count == 0


@pytest.mark.parametrize("ids", ["other ids", "the same ids"])
@pytest.mark.parametrize("moment", ["in the middle of a walk", "at rest", "while held"])
def test_s50_switching_to_another_connection_and_back_leaves_the_first_byte_identical(
    moment: str, ids: str
) -> None:
    world = World(page_size=10)
    world.site.fill(35)
    first = world.default
    assert first is not None
    if moment == "in the middle of a walk":
        world.ticks(2)
    else:
        world.settle()
    if moment == "while held":
        world.site.erase(world.site.ids()[:20])
        world.tick(DAY)
        world.settle()
        assert world.state.held.count == 20
    before = deepcopy(world.kept(first.connection_id))
    site = world.build_site()
    site.add(*[f"{'B' if ids == 'other ids' else 'A'}{number:05}" for number in range(15)])
    second = world.connect(site, "https://other.example.org")
    world.default = second
    world.forget_traffic()
    world.ticks(10)
    world.press_restart()
    world.control.request_restart(second.connection_id, world.admin())
    world.ticks(5)
    assert world.control.withdraw_restart(first.connection_id)
    assert {one.connection_id for one in world.asked} == {second.connection_id}
    world.assert_in_sync(second)
    assert world.kept(first.connection_id) == before
    world.default = first
    world.forget_traffic()
    world.tick(timedelta())
    asked = [one for one in world.asked if one.connection_id == first.connection_id]
    if moment == "in the middle of a walk":
        offsets = [one.query["offset"] for one in asked if one.is_list]
        assert offsets == ["19"], "it goes on one row before where it was"
        world.until_idle()
        assert world.changes() == (35, 0, 0)
    world.settle()
    world.assert_in_sync(first, but=world.states(LinkState.HELD))


def test_s50_switching_in_the_middle_of_a_step_lets_it_end_for_its_own_connection() -> None:
    world = World(page_size=10)
    world.site.fill(35)
    first = world.default
    site = world.build_site("second", beside=world.site)
    site.add("B1")
    world.tick()
    second = world.connect(site)

    def switch(_: object) -> None:
        world.default = second

    world.on_request = switch
    world.tick()
    world.on_request = lambda _: None
    world.ticks(5)
    assert world.state.full is not None
    assert world.state.full.cursor.done == 20
    world.assert_in_sync(second)
    world.default = first
    world.settle()
    world.assert_in_sync(first)


def test_s51_the_id_is_the_digest_of_the_strings_as_given_after_trimming() -> None:
    digest = hashlib.sha1(b"editor@https://mm.example.org", usedforsecurity=False).hexdigest()
    assert Connection(" https://mm.example.org\n", " editor ", "arn").connection_id == digest
    slash = Connection("https://mm.example.org/", "editor", "arn").connection_id
    assert slash != digest


@pytest.mark.parametrize(
    "url",
    [
        "https://mm.example.org/",
        "https://MM.Example.org",
        "https://mm.example.org:443",
        "https://mm.example.org:443//",
        "HTTPS://mm.example.org",
    ],
)
def test_s51_another_spelling_of_a_connections_address_is_refused_and_named(url: str) -> None:
    world = synced(1)
    with pytest.raises(ConnectionExists) as refused:
        settings(world).add(NewConnection(url, "editor", "password"))
    assert URL in str(refused.value)
    assert len(world.tables.connections()) == 1


@pytest.mark.parametrize(
    ("url", "user_name"),
    [
        ("https://mm.example.org/", "another"),
        ("https://mm.example.org:8443", "editor"),
        ("https://mm.example.org/sub", "editor"),
    ],
)
def test_s51_another_user_port_or_path_is_another_connection(url: str, user_name: str) -> None:
    world = synced(1)
    assert settings(world).add(NewConnection(url, user_name, "password"))
    assert len(world.tables.connections()) == 2


def test_s56_of_two_executions_at_once_one_works_and_the_other_leaves() -> None:
    world = World()
    world.site.fill(50)
    first, second = world.execution(), world.execution(timedelta())
    results: list[StepOutcome] = []
    world.tables.once_before("apply", lambda: results.append(world.step(second).outcome))
    results.append(world.step(first).outcome)
    assert results == [StepOutcome.SKIPPED, StepOutcome.WORKED]
    assert world.changes() == (50, 0, 0)


def test_s56_a_killed_holders_lease_expires_and_the_next_step_takes_over() -> None:
    world = World()
    world.site.fill(50)
    world.tables.once_before("apply", _die)
    with pytest.raises(_DiedError):
        world.tick()
    assert [one.outcome for one in world.tick()] == [StepOutcome.SKIPPED]
    assert [one.outcome for one in world.tick()] == [StepOutcome.WORKED]
    world.assert_in_sync()


def test_s56_a_slow_holder_whose_lease_expired_moves_no_cursor_any_more() -> None:
    world = World(page_size=10)
    world.site.fill(30)
    cursors: list[int] = []

    def overtake() -> None:
        world.step(world.execution(timedelta(minutes=5)))
        run = world.state.run(Kind.FULL)
        assert run is not None
        cursors.append(run.cursor.done)

    world.tables.once_before("save_run", lambda: None)
    world.tables.once_before("save_run", overtake)
    slow = world.step(world.execution())
    run = world.state.run(Kind.FULL)
    assert run is not None
    assert (slow.outcome, cursors, run.cursor.done) == (StepOutcome.SKIPPED, [10], 10)
    world.until_idle()
    assert world.changes() == (30, 0, 0)
    world.assert_in_sync()


@pytest.mark.parametrize("copies", [2, 3])
def test_every_execution_doubled_and_overlapping_does_everything_once(copies: int) -> None:
    world = World(page_size=10)
    world.site.fill(45)
    for number in range(30):
        executions = [world.execution(timedelta(seconds=20)) for _ in range(copies)]
        for execution in executions:
            world.step(execution, 1)
        for execution in reversed(executions):
            world.step(execution, 1)
        world.site.write(f"A{number:05}", title=f"Edit {number}")
        world.clock.advance(seconds=1)
    world.settle()
    added, _, deleted = world.changes()
    assert (added, deleted) == (45, 0)
    assert world.tables.traffic.records_written == sum(world.changes())
    world.assert_in_sync()
    world.assert_quiet()


def test_s57_a_connection_that_cannot_be_used_says_so_and_holds_no_lease() -> None:
    world = synced(3)
    assert world.default is not None
    good, problem = world.default, "The parameter MediaMosaUrl is empty: give the address."
    world.default = replace(good, problem=problem)
    world.forget_traffic()
    world.ticks(3)
    assert world.asked == []
    assert (world.status()["state"], world.status()["reason"]) == ("failing", problem)
    world.default = good
    assert [one.outcome for one in world.tick()] == [StepOutcome.WORKED]
    assert world.status()["state"] == "idle"


def test_s57_a_wrong_key_stops_with_a_clear_status_and_no_storm_of_logins() -> None:
    world = World()
    world.site.fill(3)
    logins: list[str] = []
    server = world.model_server(world.connection)
    server.key = "wrong"
    world.on_request = lambda asked: logins.append(asked.path) if asked.path == "login" else None
    world.ticks(60)
    assert 2 <= len(logins) <= 60
    status = world.status()
    assert status["state"] == "failing"
    assert "refused the login" in status["reason"]
    assert world.tables._leases == {}
    server.key = world.site.application.shared_key
    world.tick(HOUR)
    world.settle()
    world.assert_in_sync()


def test_s57_a_connection_that_is_not_known_is_skipped() -> None:
    world = World()
    assert world.step(world.execution(), connection_id="0" * 40).outcome is StepOutcome.SKIPPED


@pytest.mark.parametrize("how", ["schedule", "restart", "nothing changed"])
def test_s58_the_last_sync_is_told_for_scheduled_requested_and_quiet_runs_alike(how: str) -> None:
    world = synced(3)
    if how == "restart":
        world.press_restart()
    if how == "schedule":
        world.site.write("A00001", title="Changed")
    world.tick()
    assert world.status()["last_sync"] == f"{world.clock.now():%Y-%m-%dT%H:%M:%SZ}"


def test_s58_a_failed_run_does_not_pass_for_a_successful_one() -> None:
    world = synced(3)
    before = world.status()["last_sync"]
    world.site.write("A00001", title="Changed")
    world.fail(*[Unavailable("MediaMosa cannot be reached.")] * 5)
    world.ticks(3)
    status = world.status()
    assert (status["last_sync"], status["state"]) == (before, "failing")
    assert status["last_attempt"] > before
    assert status["complete_up_to"] < before


def test_s59_both_sides_filled_without_history_are_tied_by_asset_id_mediamosa_leading() -> None:
    world = World(page_size=10)
    names = world.site.fill(30)
    put = world.tables.put_record
    for number, name in enumerate(names[:20]):
        metadata = {"title": [f"Old title {number}"], "subject": ["long cleared"]}
        put(f"own-{number}", uri=f"mediamosa://asset/{name}/m{name}/f.mp4", metadata=metadata, n=1)
    put("old form", uri="mediamosa://mediafile/mA00025/f.mp4", metadata={"title": "As text"})
    put("nobody", uri="mediamosa://asset/A99999", metadata={"title": ["Stays"]})
    put("no file", uri="mediamosa://mediafile/m99999/f.mp4", metadata={"title": ["Stays"]})
    put("broken", uri="mediamosa://asset/", metadata={"title": ["Stays"]})
    put("not ours", uri="https://example.org/1", metadata={"title": ["Stays"]})
    strangers = ("nobody", "no file", "broken", "not ours")
    before = {name: world.tables.media[name] for name in strangers}
    world.settle()
    assert len(world.tables.media) == 30 + len(strangers)
    world.assert_in_sync(but=["A99999"])
    assert world.tables.media["own-3"]["n"] == 1
    assert world.tables.media["own-3"]["uri"].endswith("/f.mp4")
    logged = world.tables.conflict_log[world.id].values()
    assert sorted({one.disagreement.name for one in logged}) == ["subject", "title"]
    assert len(logged) == 41
    assert world.states(LinkState.PARKED) == ["A99999"]
    world.press_restart()
    world.settle()
    assert len(world.tables.conflict_log[world.id]) == 41
    after = {name: dict(world.tables.media[name]) for name in strangers}
    told = {name: after[name].pop("mediamosa", {}).get("state") for name in strangers}
    assert after == before
    assert told == {"nobody": None, "no file": "parked", "broken": "parked", "not ours": None}
    assert world.tables.waiting_rows[world.id].keys() == {"no file", "broken"}
    world.assert_quiet()


class _DiedError(Exception):
    pass


def _die() -> None:
    raise _DiedError
