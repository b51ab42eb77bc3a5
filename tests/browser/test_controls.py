"""What one can do about a connection: restart and withdraw, full run, pause and resume."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import VIEWER, FakeApi, problem
from tests.browser.made_up import CONNECTION
from tests.browser.stage import Stage
from tests.browser.sync_page import CALM_SECONDS, LIVELY_SECONDS, SyncPage
from tests.openapi.description import example_status

POST = f"POST connections/{CONNECTION}/restart"


def press_and_confirm(tab: SyncPage) -> None:
    tab.button("Restart at the next run").click()
    tab.answer("Request restart")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Starts at the next run, 14:05 UTC (in 40 s)."),
        (
            {"next_run": "2026-11-24T02:15:00Z"},
            "Starts at the next run, 24 Nov 2026, 02:15:00 UTC (in 12 h).",
        ),
        ({"next_run": None}, "Starts once the schedule is switched on."),
        (
            {"state": "paused"},
            "Paused: a restart starts with the first run after it is resumed.",
        ),
    ],
)
def test_the_button_says_when_a_restart_would_start(
    open_page: Open, api: FakeApi, change: dict[str, Any], sentence: str
) -> None:
    api.statuses = [example_status("idle") | change]

    button = open_page().signed_in().button("Restart at the next run")

    expect(button).to_have_accessible_description(sentence)


def test_a_restart_is_asked_with_its_extent_and_begins_with_cancel(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    tab.button("Restart at the next run").click()

    expect(tab.dialog()).to_contain_text("The next run, 14:05 UTC, begins a full run")
    expect(tab.dialog()).to_contain_text("The last full run compared 1,000 assets.")
    expect(tab.dialog().get_by_role("button", name="Cancel")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.dialog()).to_be_hidden()
    expect(tab.button("Restart at the next run")).to_be_focused()
    tab.button("Restart at the next run").click()
    tab.page.keyboard.press("Escape")
    expect(tab.dialog()).to_be_hidden()
    assert api.asked(POST) == 0


def test_a_restart_is_requested_at_once_followed_until_it_runs_and_a_second_press_is_neutral(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    press_and_confirm(tab)

    expect(tab.state()).to_have_text("Requested")
    button = tab.button("Restart requested")
    expect(button).to_have_accessible_description(
        "Requested at 14:04 UTC. Starts at the next run, 14:05 UTC (in 40 s)."
    )
    expect(button).to_be_disabled()
    expect(button).to_be_focused()
    tab.page.keyboard.press("Enter")
    button.click(force=True)
    expect(tab.dialog()).to_be_hidden()
    expect(tab.page.get_by_role("alert")).to_be_hidden()
    assert api.asked(POST) == 1

    api.statuses = [example_status("running")]
    tab.poll_after(LIVELY_SECONDS)
    expect(tab.state()).to_have_text("Running")
    expect(tab.button("Restart at the next run")).to_be_enabled()


def test_a_restart_can_be_withdrawn_until_it_runs(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("requested")]
    tab = open_page().signed_in()

    tab.button("Withdraw").click()

    expect(tab.state()).to_have_text("Idle")
    expect(tab.button("Restart at the next run")).to_be_focused()
    expect(tab.button("Restart at the next run")).to_be_enabled()
    expect(tab.button("Withdraw")).to_be_hidden()


def test_a_failing_connection_stays_failing_and_shows_the_mark(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("failing")]
    tab = open_page().signed_in()

    press_and_confirm(tab)

    expect(tab.button("Restart requested")).to_be_visible()
    expect(tab.state()).to_have_text("Failing")


def test_a_viewer_is_told_that_the_token_may_only_look_and_so_are_all_views(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in(VIEWER)
    only_look = "This token may look, but not act. Sign in with an operator's token to act."
    expect(tab.page.get_by_text(only_look)).to_be_hidden()

    press_and_confirm(tab)

    for name in ("Restart at the next run", "Ask for a full run", "Pause from MediaMosa"):
        expect(tab.button(name)).to_be_disabled()
        expect(tab.button(name)).to_have_accessible_description(only_look)
    expect(tab.page.get_by_text(only_look)).to_be_visible()
    expect(tab.state()).to_have_text("Idle")
    tab.go("plan")
    expect(tab.button("Begin the dry run")).to_be_disabled()
    tab.page.reload()
    expect(tab.button("Begin the dry run")).to_be_disabled()
    assert len([each for each in api.requests if not each.startswith("GET")]) == 1


def test_a_restart_that_did_not_get_through_can_be_pressed_again(
    open_page: Open, api: FakeApi, stage: Stage
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    stage.stop()
    press_and_confirm(tab)
    alert = tab.group("What you can do").get_by_role("alert")
    expect(alert).to_have_text(
        "The server could not be reached. Try again: asking twice does no harm."
    )

    stage.start()
    press_and_confirm(tab)

    expect(tab.state()).to_have_text("Requested")
    expect(alert).to_be_hidden()


def test_a_refusal_is_told_in_the_sentence_of_the_api(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    api.instead["POST restart"] = problem(503, "unavailable", "The tables could not be read.")
    tab = open_page().signed_in()

    press_and_confirm(tab)

    alert = tab.group("What you can do").get_by_role("alert")
    expect(alert).to_have_text("The tables could not be read.")


def test_a_restart_is_asked_for_by_keyboard_alone(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page()
    tab.page.keyboard.type("operator-token")
    tab.page.keyboard.press("Enter")
    expect(tab.state()).to_have_text("Idle")

    # The tabs, the five ways on from the counts, and then the first button.
    for _ in range(8 + 4 + 1):
        tab.page.keyboard.press("Tab")
    expect(tab.button("Restart at the next run")).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Space")

    expect(tab.state()).to_have_text("Requested")


def test_a_full_run_is_asked_for_and_its_start_is_told(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    tab.button("Ask for a full run").click()

    asked = "A full run was asked for at 14:04 UTC. It starts at the next run, 14:05 UTC (in 40 s)."
    expect(tab.button("Full run requested")).to_have_attribute("aria-disabled", "true")
    expect(tab.group("What you can do").get_by_text(asked)).to_be_visible()
    tab.page.reload()
    expect(tab.group("What you can do").get_by_text(asked)).to_be_visible()
    assert api.asked("POST") == 1

    api.statuses[0]["full_requested_at"] = None
    tab.poll_after(CALM_SECONDS)
    expect(tab.button("Ask for a full run")).not_to_have_attribute("aria-disabled", "true")


def test_each_direction_is_paused_and_resumed_by_itself(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    done = tab.group("What you can do").get_by_role("status")

    tab.button("Pause to MediaMosa").click()

    expect(tab.state()).to_have_text("Paused")
    expect(done).to_have_text("Paused: nothing goes to MediaMosa until it is resumed.")
    expect(tab.verdict()).to_contain_text("An admin has paused push: resume to go on.")
    expect(tab.button("Resume to MediaMosa")).to_be_focused()
    expect(tab.button("Pause from MediaMosa")).to_be_enabled()
    tab.button("Resume to MediaMosa").click()
    expect(tab.state()).to_have_text("Idle")
    expect(done).to_have_text("Resumed: changes go to MediaMosa again.")
    assert api.taken("POST pause") == api.taken("POST resume") == [{"direction": "push"}]
