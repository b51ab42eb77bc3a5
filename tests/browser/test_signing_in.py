from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import OPERATOR, VIEWER, FakeApi
from tests.browser.stage import Stage
from tests.openapi.description import example_status


def test_the_page_asks_for_the_token_before_it_asks_the_api(open_page: Open, api: FakeApi) -> None:
    tab = open_page()

    field = tab.page.get_by_label("Access token")
    expect(field).to_be_focused()
    assert field.get_attribute("type") == "password"
    assert api.asked("GET connections") == 0


@pytest.mark.parametrize("token", [VIEWER, OPERATOR])
def test_a_known_token_opens_the_page_and_stays_for_this_tab(
    open_page: Open, api: FakeApi, token: str
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in(token)

    tab.page.reload()

    expect(tab.state()).to_have_text("Idle")
    assert tab.page.evaluate("localStorage.length + document.cookie.length") == 0


@pytest.mark.parametrize("token", ["not-a-token", "two words", "tökèn", "\u202e"])
def test_a_wrong_token_is_answered_in_one_sentence_and_asked_for_again(
    open_page: Open, token: str
) -> None:
    tab = open_page()

    tab.sign_in(token)

    expect(tab.page.get_by_role("alert")).to_have_text(
        "This token is not accepted. Check that it was copied whole, then try again."
    )
    expect(tab.page.get_by_label("Access token")).to_be_focused()
    assert tab.page.evaluate("sessionStorage.length") == 0
    tab.signed_in()


def test_an_empty_token_is_not_sent(open_page: Open, api: FakeApi) -> None:
    tab = open_page()

    tab.sign_in("   ")

    expect(tab.page.get_by_role("alert")).to_have_text("Enter the access token.")
    assert api.asked("GET connections") == 0


def test_signing_in_while_the_server_is_down_keeps_the_token_in_the_field(
    open_page: Open, stage: Stage
) -> None:
    tab = open_page()
    stage.stop()

    tab.sign_in()

    expect(tab.page.get_by_role("alert")).to_contain_text("The server could not be reached.")
    expect(tab.page.get_by_label("Access token")).to_have_value(OPERATOR)


def test_signing_out_forgets_the_token(open_page: Open, api: FakeApi) -> None:
    tab = open_page().signed_in()
    asked = api.asked("GET connections")

    tab.page.get_by_role("button", name="Sign out").click()
    tab.pass_time(60)
    tab.page.reload()

    expect(tab.page.get_by_label("Access token")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Sign out")).to_be_hidden()
    assert api.asked("GET connections") == asked


def test_a_token_that_is_withdrawn_is_asked_for_again(open_page: Open, api: FakeApi) -> None:
    tab = open_page().signed_in()
    api.failing_with = 401

    tab.pass_time(10)

    expect(tab.page.get_by_role("alert")).to_contain_text("The token is no longer accepted.")
    assert tab.page.evaluate("sessionStorage.length") == 0


def test_the_page_works_under_another_stage(open_page: Open, api: FakeApi) -> None:
    api.stage = "_aws/execute-api/a1b2c3/v1"
    api.statuses = [example_status("idle")]

    tab = open_page().signed_in()

    expect(tab.state()).to_have_text("Idle")
