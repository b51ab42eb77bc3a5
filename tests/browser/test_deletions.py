"""Deletions: held ones are approved or rejected as shown, removed records come back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import TOKEN, FakeApi, problem
from tests.browser.made_up import CONNECTION, fill, held
from tests.browser.sync_page import SyncPage
from tests.openapi.description import example_status

PLACE = f"#/c/{CONNECTION}/deletions"


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "held")
    return open_page(at=PLACE).signed_in()


def test_held_deletions_are_told_with_their_number_why_and_which(tab: SyncPage) -> None:
    expect(tab.group("Held")).to_contain_text(
        "604 deletions wait for a decision. 1,000 records are linked."
    )
    expect(tab.group("Held")).to_contain_text("more than 50 at once wait for approval")
    expect(tab.list_rows("Held")).to_have_count(50)
    expect(tab.list_rows("Held").nth(0)).to_contain_text("1 min ago")
    expect(tab.page.get_by_text("The first 50 are shown.")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "question", "yes", "request_of", "done"),
    [
        (
            "Approve",
            "Remove 604 records?",
            "Remove 604",
            "POST held/approve",
            "The removal of 604 is approved. It begins at the next run, 14:05 UTC (in 40 s).",
        ),
        (
            "Reject",
            "Keep 604 records?",
            "Keep 604",
            "POST held/reject",
            "604 are kept. That is carried out at the next run, 14:05 UTC (in 40 s).",
        ),
    ],
)
def test_a_decision_states_the_number_and_is_bound_to_the_list_shown(
    tab: SyncPage, api: FakeApi, button: str, question: str, yes: str, request_of: str, done: str
) -> None:
    tab.button(button).click()

    expect(tab.dialog()).to_contain_text(question)
    expect(tab.dialog()).to_contain_text(TOKEN)
    expect(tab.dialog().get_by_role("button", name="Cancel")).to_be_focused()
    tab.answer(yes)

    expect(tab.page.get_by_text(done)).to_be_visible()
    assert api.taken(request_of) == [{"token": TOKEN}]


def test_ten_thousand_held_deletions_are_one_decision(open_page: Open, api: FakeApi) -> None:
    fill(api, "held")
    api.lists["held"] = [held(place) for place in range(10_000)]
    tab = open_page(at=PLACE).signed_in()
    expect(tab.group("Held")).to_contain_text("10,000 deletions wait for a decision.")
    expect(tab.list_rows("Held")).to_have_count(50)

    tab.button("Approve").click()

    expect(tab.dialog()).to_contain_text("Remove 10,000 records?")
    tab.answer("Remove 10,000")
    assert api.taken("POST held/approve") == [{"token": TOKEN}]


def test_a_list_that_changed_meanwhile_is_shown_anew_and_not_decided(
    tab: SyncPage, api: FakeApi
) -> None:
    expect(tab.list_rows("Held")).to_have_count(50)
    tab.button("Approve").click()
    api.held_token = "another-token"
    api.lists["held"] = [held(place) for place in range(7)]

    tab.answer("Remove 604")

    expect(tab.page.get_by_role("alert")).to_contain_text("not the one of this token any more")
    expect(
        tab.page.get_by_text("The list has been loaded again: 7 are held now, 604 before.")
    ).to_be_visible()
    expect(tab.list_rows("Held")).to_have_count(7)
    tab.button("Approve").click()
    tab.answer("Remove 7")
    expect(tab.page.get_by_text("The removal of 7 is approved.")).to_be_visible()
    expect(tab.page.get_by_role("alert")).to_be_hidden()
    assert api.taken("POST held/approve") == [{"token": TOKEN}, {"token": "another-token"}]


def test_a_list_of_which_the_rest_belongs_to_another_is_loaded_anew(
    tab: SyncPage, api: FakeApi
) -> None:
    expect(tab.list_rows("Held")).to_have_count(50)
    api.held_token = "another-token"
    api.lists["held"] = [held(place) for place in range(60)]

    tab.button("Show more").click()

    expect(
        tab.page.get_by_text("The list has been loaded again: 60 are held now, 604 before.")
    ).to_be_visible()
    expect(tab.list_rows("Held")).to_have_count(50)


def test_a_decision_that_is_called_off_sends_nothing(tab: SyncPage, api: FakeApi) -> None:
    tab.button("Approve").click()
    tab.answer("Cancel")

    assert api.taken("POST held/approve") == []
    expect(tab.button("Approve")).to_be_focused()


def test_a_removed_record_is_restored_once(tab: SyncPage, api: FakeApi) -> None:
    rows = tab.list_rows("Removed records")
    expect(rows).to_have_count(7)
    expect(rows.nth(2)).to_contain_text("The asset is gone from MediaMosa.")
    expect(rows.nth(2)).to_contain_text("in 30 days")

    tab.button("Restore mm-00000002").click()

    expect(tab.page.get_by_text("The record mm-00000002 is back.")).to_be_visible()
    button = rows.nth(2).get_by_role("button")
    expect(button).to_have_text("Restored")
    expect(button).to_be_disabled()
    expect(button).to_be_focused()
    tab.page.keyboard.press("Enter")
    assert api.asked(f"POST connections/{CONNECTION}/removed/r{2:023d}/restore") == 1


def test_a_record_that_cannot_come_back_is_told_why(tab: SyncPage, api: FakeApi) -> None:
    said = "The record mm-00000002 could not be brought back: there is one with this key again."
    api.instead["POST restore"] = problem(409, "record-exists", said)

    tab.button("Restore mm-00000002").click()

    expect(tab.page.get_by_role("alert")).to_have_text(said)
    expect(tab.button("Restore mm-00000002")).to_be_enabled()


def test_nothing_held_and_nothing_removed_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]

    page = open_page(at=PLACE).signed_in().page

    expect(page.get_by_text("No deletion is held.")).to_be_visible()
    expect(page.get_by_text("No copy of a removed record is kept.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_hidden()
