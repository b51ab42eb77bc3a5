from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import VIEWER, FakeApi, Stage
from tests.browser.sync_page import LIVELY_SECONDS, SyncPage
from tests.openapi.description import example_status

POST = "POST connections"


def press_and_confirm(tab: SyncPage) -> None:
    tab.restart_button().click()
    tab.dialog().get_by_role("button", name="Request restart").click()


def test_the_button_says_when_a_restart_would_start(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]

    button = open_page().signed_in().restart_button()

    expect(button).to_have_text("Restart at the next run")
    expect(button).to_have_accessible_description("Starts at the next run, 14:05 UTC (in 40 s).")


def test_a_next_run_on_another_day_is_told_with_its_date(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle") | {"next_run": "2026-11-24T02:15:00Z"}]

    button = open_page().signed_in().restart_button()

    expect(button).to_have_accessible_description(
        "Starts at the next run, 24 Nov 2026, 02:15:00 UTC (in 12 h)."
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("stale", "The schedule is off: a restart starts once it is switched on."),
        ("paused", "Paused: a restart starts with the first run after it is resumed."),
    ],
)
def test_a_restart_that_cannot_start_soon_says_why(
    open_page: Open, api: FakeApi, state: str, sentence: str
) -> None:
    api.statuses = [example_status(state)]

    button = open_page().signed_in().restart_button()

    expect(button).to_have_accessible_description(sentence)


def test_nothing_is_asked_for_before_the_question_is_confirmed(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    tab.restart_button().click()

    expect(tab.dialog()).to_contain_text("The next run, 14:05 UTC, begins a full run")
    expect(tab.dialog()).to_contain_text("The last full run compared 1,000 assets.")
    expect(tab.dialog().get_by_role("button", name="Cancel")).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.dialog()).to_be_hidden()
    expect(tab.restart_button()).to_be_focused()
    assert api.asked(POST) == 0


def test_a_confirmed_restart_is_answered_at_once_with_requested(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    press_and_confirm(tab)

    expect(tab.state()).to_have_text("Requested")
    expect(tab.restart_button()).to_have_text("Restart requested")
    expect(tab.restart_button()).to_have_accessible_description(
        "Requested at 14:04 UTC. Starts at the next run, 14:05 UTC (in 40 s)."
    )
    assert api.asked(POST) == 1


def test_a_second_press_is_neutral(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    press_and_confirm(tab)
    expect(tab.restart_button()).to_be_disabled()
    expect(tab.restart_button()).to_be_focused()

    tab.page.keyboard.press("Enter")
    tab.restart_button().click(force=True)

    expect(tab.dialog()).to_be_hidden()
    expect(tab.page.get_by_role("alert")).to_be_hidden()
    assert api.asked(POST) == 1


def test_a_restart_is_followed_until_it_runs(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    press_and_confirm(tab)
    expect(tab.state()).to_have_text("Requested")

    api.statuses = [example_status("running")]
    tab.poll_after(LIVELY_SECONDS)

    expect(tab.state()).to_have_text("Running")
    expect(tab.restart_button()).to_be_enabled()


def test_a_failing_connection_stays_failing_and_shows_the_mark(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("failing")]
    tab = open_page().signed_in()

    press_and_confirm(tab)

    expect(tab.restart_button()).to_have_text("Restart requested")
    expect(tab.state()).to_have_text("Failing")


def test_a_viewer_is_told_that_the_token_may_only_look(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in(VIEWER)

    press_and_confirm(tab)

    expect(tab.restart_button()).to_be_disabled()
    expect(tab.restart_button()).to_have_accessible_description(
        "This token may look, but not restart. Sign in with an operator's token to restart."
    )
    expect(tab.state()).to_have_text("Idle")


def test_a_restart_that_did_not_get_through_can_be_pressed_again(
    open_page: Open, api: FakeApi, stage: Stage
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    stage.stop()
    press_and_confirm(tab)
    expect(tab.connection().get_by_role("alert")).to_have_text(
        "The server could not be reached. Press again: asking twice is one restart."
    )

    stage.start()
    press_and_confirm(tab)

    expect(tab.state()).to_have_text("Requested")
    expect(tab.connection().get_by_role("alert")).to_be_hidden()


def test_a_restart_of_a_connection_that_is_gone_is_told(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    tab.restart_button().click()
    api.failing_with = 404

    tab.dialog().get_by_role("button", name="Request restart").click()

    expect(tab.connection().get_by_role("alert")).to_have_text("This connection no longer exists.")


def test_a_restart_is_asked_for_by_keyboard_alone(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page()
    tab.page.keyboard.type("operator-token")
    tab.page.keyboard.press("Enter")
    expect(tab.state()).to_have_text("Idle")

    tab.page.keyboard.press("Tab")
    expect(tab.restart_button()).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Space")

    expect(tab.state()).to_have_text("Requested")


def test_escape_leaves_the_question_without_a_restart(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    tab.restart_button().click()
    tab.page.keyboard.press("Escape")

    expect(tab.dialog()).to_be_hidden()
    assert api.asked(POST) == 0
