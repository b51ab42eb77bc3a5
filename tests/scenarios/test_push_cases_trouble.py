"""Scenarios S24 to S26 and S28: MediaMosa fails, refuses, or does not know us any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediamosa_sync.domain.link import LinkState
from mediamosa_sync.errors import Malformed, NotMediaMosa, Unavailable
from tests.scenarios.calls import Asked
from tests.scenarios.pushed import (
    AWAY,
    answered,
    assert_ends_well,
    assert_stays_quiet,
    at_rest,
    bring_to_rest,
    conflicts,
    edit,
    fails_to_write,
    lost,
    ours,
    outage,
    pause,
    recover,
    restarted,
    retry,
    settled,
    theirs,
    told,
    writes,
)
from tests.scenarios.world import World, deadlock


def unreachable(world: World) -> None:
    outage(world)


def unwritable(world: World) -> None:
    fails_to_write(world, lambda: Unavailable(AWAY))


def not_itself(world: World) -> None:
    def answer(_: Asked) -> None:
        raise NotMediaMosa("The address answers, but not as MediaMosa: look at it.")

    world.on_request = answer


def deadlocked(world: World) -> None:
    fails_to_write(world, deadlock)


def garbled(world: World) -> None:
    fails_to_write(world, lambda: Malformed("The answer is broken: it is tried again."))


@pytest.mark.parametrize("fail", [unreachable, unwritable, not_itself, deadlocked, garbled])
@pytest.mark.parametrize("ticks", [0, 2])
def test_s24_an_edit_that_fails_survives_a_restart_of_everything_and_arrives(
    fail: Callable[[World], None], ticks: int
) -> None:
    world = at_rest()
    fail(world)
    edit(world, "A00001", title="First", subject="x")
    world.feed()
    world.ticks(ticks)
    world = restarted(world)
    edit(world, "A00001", title="Second")
    edit(world, "A00002", title="Other")
    world.feed()
    assert told(world, "A00001")[0] == "pending"
    assert theirs(world, "A00001") == {"title": ["Title of A00001"]}
    assert world.status()["attention"]["pending"] == 2
    world = restarted(world)
    recover(world)
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Second"], "subject": ["x"]}
    assert theirs(world, "A00002") == {"title": ["Other"]}
    assert conflicts(world) == []


def test_s24_while_mediamosas_service_is_switched_off_an_edit_is_kept_and_retried() -> None:
    world = at_rest()
    fails_to_write(world, lambda: answered(712, "The webservice is currently switched off"))
    edit(world, "A00001", title="Ours", subject="x")
    world.feed()
    world.ticks(3)
    recover(world)
    assert_ends_well(world)
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": ["x"]}


def test_s24_the_edits_of_an_asset_arrive_in_their_order() -> None:
    world = at_rest()
    arrived: list[object] = []
    outage(world)
    for number in range(5):
        edit(world, "A00001", title=f"Ours {number}")
        world.feed()
        if number % 2:
            recover(world)
            bring_to_rest(world)
            arrived.append(theirs(world, "A00001")["title"])
            outage(world)
    recover(world)
    assert_ends_well(world)
    assert arrived == [["Ours 1"], ["Ours 3"]]
    assert theirs(world, "A00001")["title"] == ["Ours 4"]
    assert conflicts(world) == []


def test_s24_mediamosa_that_fails_over_one_asset_for_ever_is_given_up_for_this_one() -> None:
    world = at_rest()

    def refuse(asked: Asked) -> None:
        if asked.is_write and asked.asset_id == "A00001":
            raise deadlock()

    world.on_request = refuse
    edit(world, "A00001", title="Ours")
    edit(world, "A00002", title="Other")
    world.feed()
    world.ticks(20)
    world.feed()
    assert theirs(world, "A00002")["title"] == ["Other"]
    assert told(world, "A00001")[0] == "parked"
    assert ours(world, "A00001")["title"] == ["Ours"]
    assert_stays_quiet(world)
    recover(world)
    retry(world, asset_ids=("A00001",))
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Ours"]


def test_s25_a_value_refused_with_1003_is_shown_and_the_rest_and_the_others_go_on() -> None:
    world = at_rest()
    edit(world, "A00000", title="Before")
    edit(world, "A00001", language="xx", title="Ours", subject="x")
    edit(world, "A00002", title="After")
    world.feed()
    assert theirs(world, "A00000")["title"] == ["Before"]
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": ["x"]}
    assert theirs(world, "A00002")["title"] == ["After"]
    state, reason = told(world, "A00001")
    assert state == "parked"
    assert "language" in reason
    assert "1003" in reason
    assert world.status()["attention"]["parked"] == 1
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert ours(world, "A00001")["language"] == ["xx"]


def test_s25_the_pull_of_a_refused_property_logs_the_edit_that_it_replaces() -> None:
    world = at_rest()
    edit(world, "A00001", language="xx")
    world.feed()
    settled(world)
    world.site.write("A00001", title="Theirs")
    settled(world)
    assert ours(world, "A00001")["language"] == ["xx"]
    world.site.write("A00001", language="nl")
    assert_ends_well(world)
    assert ours(world, "A00001")["language"] == ["nl"]
    assert lost(world) == [("language", ("xx",))]


def test_s25_a_refused_property_is_tried_again_once_its_value_changes() -> None:
    world = at_rest()
    edit(world, "A00001", language="xx")
    world.feed()
    edit(world, "A00001", title="Beside")
    world.feed()
    assert [one.values.keys() for one in writes(world)] == [{"language"}, {"title"}]
    edit(world, "A00001", language="nl")
    world.feed()
    assert theirs(world, "A00001")["language"] == ["nl"]
    assert_ends_well(world)
    assert told(world, "A00001") == ("", "")


def test_s25_a_refused_value_that_is_taken_back_is_shown_as_parked_no_more() -> None:
    world = at_rest()
    edit(world, "A00001", language="xx")
    world.feed()
    edit(world, "A00001", language=None)
    world.feed()
    assert told(world, "A00001") == ("", "")
    assert world.states(LinkState.PARKED) == []
    assert_ends_well(world)


def test_s25_an_asset_that_we_may_not_write_is_shown_and_not_asked_for_for_ever() -> None:
    world = at_rest()

    def refuse(asked: Asked) -> None:
        if asked.is_write and asked.asset_id == "A00001":
            raise answered(1800, "Action is not allowed, not authorized")

    world.on_request = refuse
    edit(world, "A00001", title="Ours")
    edit(world, "A00002", title="Other")
    world.feed()
    assert theirs(world, "A00002")["title"] == ["Other"]
    state, reason = told(world, "A00001")
    assert state == "parked"
    assert "1800" in reason
    bring_to_rest(world)
    assert_stays_quiet(world)
    assert ours(world, "A00001")["title"] == ["Ours"]
    recover(world)
    retry(world)
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Ours"]


@pytest.mark.parametrize("edited_meanwhile", [False, True])
@pytest.mark.parametrize("times", [1, 2])
def test_s26_a_write_whose_answer_is_lost_is_repeated_without_harm(
    edited_meanwhile: bool, times: int
) -> None:
    world = at_rest()
    lose_answers(world, times)
    edit(world, "A00001", subject=["a", "b", "a"], title="Ours")
    world.feed()
    assert told(world, "A00001")[0] == "pending"
    if edited_meanwhile:
        edit(world, "A00001", subject=["c"])
        world.feed()
    world.tick()
    world.feed()
    assert_ends_well(world)
    subject = ["c"] if edited_meanwhile else ["a", "a", "b"]
    assert theirs(world, "A00001") == {"title": ["Ours"], "subject": subject}
    assert conflicts(world) == []
    assert len(writes(world)) == 0


def lose_answers(world: World, times: int) -> None:
    """Let the next writes be carried out, and their answers be lost."""
    lost_ones: list[object] = []

    def lose(request: object) -> None:
        if str(getattr(request, "path", "")).endswith("/metadata") and len(lost_ones) < times:
            lost_ones.append(request)
            raise Unavailable(AWAY)

    world.model_server(world.connection).after = lose


def test_s28_a_session_that_expired_costs_one_login_and_loses_nothing() -> None:
    world = at_rest()
    world.site.model.sessions.lose_all()
    heard: list[str] = []
    world.on_request = lambda asked: heard.append(asked.path)
    edit(world, "A00001", title="Ours")
    world.feed()
    assert heard == ["assets", "login", "login", "assets", "asset/A00001/metadata"]
    assert theirs(world, "A00001")["title"] == ["Ours"]
    recover(world)
    assert_ends_well(world)


def test_s28_a_session_that_is_lost_between_read_and_write_costs_one_login() -> None:
    world = at_rest()
    heard: list[str] = []

    def lose(asked: Asked) -> None:
        if asked.is_write and "login" not in heard:
            world.site.model.sessions.lose_all()
        heard.append(asked.path)

    world.on_request = lose
    edit(world, "A00001", title="Ours")
    world.feed()
    wrote = "asset/A00001/metadata"
    assert heard == ["assets", wrote, "login", "login", wrote]
    assert theirs(world, "A00001")["title"] == ["Ours"]
    assert_ends_well(world)


def test_s28_a_wrong_key_is_shown_and_brings_no_storm_of_logins() -> None:
    world = at_rest()
    server = world.model_server(world.connection)
    right, server.key = server.key, "wrong"
    world.site.model.sessions.lose_all()
    heard: list[str] = []
    world.on_request = lambda asked: heard.append(asked.path)
    for number in range(20):
        for name in ("A00000", "A00001", "A00002"):
            edit(world, name, title=f"Ours {number}")
            world.feed()
        world.tick()
        world.feed()
    assert heard.count("login") // 2 <= 10, heard
    assert world.status()["state"] == "failing"
    assert "login" in world.status()["reason"]
    assert told(world, "A00001")[0] == "pending"
    server.key = right
    recover(world)
    bring_to_rest(world)
    assert theirs(world, "A00001")["title"] == ["Ours 19"]
    assert_ends_well(world)


def test_a_restart_that_is_pressed_during_an_outage_loses_no_pending_edit() -> None:
    world = at_rest(7, page_size=2)
    outage(world)
    edit(world, "A00001", title="Ours")
    world.feed()
    world.press_restart()
    world.ticks(2)
    edit(world, "A00006", title="Later")
    world.feed()
    recover(world)
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Ours"]
    assert theirs(world, "A00006")["title"] == ["Later"]
    assert conflicts(world) == []


def test_while_the_push_is_paused_edits_wait_and_changes_come_in() -> None:
    world = at_rest()
    pause(world, "push")
    edit(world, "A00001", title="Ours")
    world.feed()
    world.site.write("A00002", title="Theirs")
    world.ticks(20)
    world.feed()
    assert writes(world) == []
    assert ours(world, "A00002")["title"] == ["Theirs"]
    assert world.states(LinkState.PENDING) == ["A00001"]
    edit(world, "A00001", title="Later")
    world.feed()
    pause(world, "push", paused=False)
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Later"]


def test_while_only_the_pull_is_paused_edits_go_on_and_the_pending_ones_are_drained() -> None:
    world = at_rest()
    pause(world, "pull")
    edit(world, "A00001", title="Ours")
    world.feed()
    assert theirs(world, "A00001")["title"] == ["Ours"]
    outage(world)
    edit(world, "A00002", title="Later")
    world.feed()
    world.site.write("A00000", title="Theirs")
    recover(world)
    world.ticks(5)
    assert theirs(world, "A00002")["title"] == ["Later"]
    assert ours(world, "A00000")["title"] == ["Title of A00000"]
    assert world.lists() == []
    pause(world, "pull", paused=False)
    assert_ends_well(world)


def test_while_both_directions_are_paused_nothing_is_asked_and_no_edit_is_lost() -> None:
    world = at_rest()
    pause(world, "pull")
    pause(world, "push")
    edit(world, "A00001", title="Ours")
    world.feed()
    world.ticks(20)
    world.feed()
    assert world.asked == []
    pause(world, "pull", paused=False)
    pause(world, "push", paused=False)
    assert_ends_well(world)
    assert theirs(world, "A00001")["title"] == ["Ours"]
