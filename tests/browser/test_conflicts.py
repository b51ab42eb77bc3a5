"""Conflicts: all three values, and the way back to the record's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi, problem
from tests.browser.made_up import CONNECTION, conflict, fill
from tests.browser.sync_page import SyncPage
from tests.openapi.description import example_status

PLACE = f"#/c/{CONNECTION}/conflicts"


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "idle")
    return open_page(at=PLACE).signed_in()


def cards(tab: SyncPage) -> Locator:
    return tab.page.locator(".conflict:not([hidden])")


def test_a_conflict_is_told_with_all_three_values_when_and_why(tab: SyncPage) -> None:
    expect(cards(tab)).to_have_count(7)
    first, second = cards(tab).nth(0), cards(tab).nth(1)

    expect(first.get_by_role("heading", name="title", exact=True)).to_be_visible()
    expect(first).to_contain_text("The property was changed on both sides, to different values.")
    expect(first.locator(".side")).to_have_text(
        [
            "Agreed beforeOpening of the bridge",
            "Record's valuelostOpening of the new bridge",
            "MediaMosa's valuestandsOpening of the bridge, 1974",
        ]
    )
    expect(first.locator("time")).to_have_text(
        ["23 Nov 2026, 14:04:20 UTC", "23 Nov 2026, 14:02:58 UTC"]
    )
    expect(second.get_by_role("heading", name="keywords (subject)")).to_be_visible()
    expect(second).to_contain_text("too long to be kept (SHA-256 2c26b46b68ff")
    expect(second.locator(".side.record li")).to_have_text(["bridge", "opening", "river"])
    expect(second.locator(".side.mediamosa")).to_contain_text("no value")


def test_the_records_value_is_used_after_a_question_that_shows_it(
    tab: SyncPage, api: FakeApi
) -> None:
    cards(tab).nth(0).get_by_role("button").click()

    expect(tab.dialog()).to_contain_text("Use the record's value of title?")
    expect(tab.dialog()).to_contain_text("Opening of the new bridge")
    tab.answer("Use this value")

    expect(cards(tab).nth(0)).to_contain_text("Resolved by operator")
    expect(cards(tab).nth(0).get_by_role("button")).to_have_count(0)
    expect(tab.page.get_by_text("The record has its value of title again")).to_be_focused()
    identifier = api.of("conflicts")[0]["conflict_id"]
    assert api.asked(f"POST connections/{CONNECTION}/conflicts/{identifier}/") == 1


def test_resolved_ones_are_marked_and_can_be_left_out(tab: SyncPage) -> None:
    expect(cards(tab).nth(2)).to_contain_text("Resolved by operator30 s ago")

    tab.page.get_by_label("Show").select_option("Unresolved")

    expect(cards(tab)).to_have_count(5)
    expect(tab.page.get_by_text("5 of the 7 loaded are shown.")).to_be_visible()


def test_a_value_that_cannot_be_brought_back_is_told_with_the_reason(
    tab: SyncPage, api: FakeApi
) -> None:
    said = "metadata.title of the record mm-00000000 was changed after this conflict: look at it."
    api.instead["POST use-record-value"] = problem(409, "property-changed", said)
    cards(tab).nth(0).get_by_role("button").click()

    tab.answer("Use this value")

    expect(tab.page.get_by_role("alert")).to_have_text(said)
    expect(cards(tab).nth(0).get_by_role("button")).to_be_enabled()


def test_a_question_that_is_called_off_changes_nothing(tab: SyncPage, api: FakeApi) -> None:
    cards(tab).nth(0).get_by_role("button").click()

    expect(tab.dialog().get_by_role("link")).to_have_count(0)
    tab.page.keyboard.press("Escape")

    expect(cards(tab).nth(0).get_by_role("button")).to_be_focused()
    cards(tab).nth(0).get_by_role("button").click()
    tab.go("runs")
    expect(tab.dialog()).to_be_hidden()
    expect(tab.page.get_by_role("heading", name="Runs", level=2)).to_be_focused()
    assert api.taken("POST use-record-value") == []


def test_many_conflicts_come_in_parts(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    api.lists["conflicts"] = [conflict(place) for place in range(60)]
    tab = open_page(at=PLACE).signed_in()
    expect(cards(tab)).to_have_count(50)

    tab.button("Show older").click()

    expect(cards(tab)).to_have_count(60)


def test_no_conflict_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]

    page = open_page(at=PLACE).signed_in().page

    expect(page.get_by_text("There is no conflict.")).to_be_visible()
