"""Properties: which way each travels, and under which key of the record."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi, problem
from tests.browser.made_up import CONNECTION, fill
from tests.browser.sync_page import SyncPage
from tests.openapi.description import example_status

PLACE = f"#/c/{CONNECTION}/properties"


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "idle")
    return open_page(at=PLACE).signed_in()


def test_every_property_is_told_with_what_becomes_of_it(tab: SyncPage) -> None:
    rows = tab.list_rows("Properties")
    expect(rows).to_have_count(5)
    expect(tab.page.get_by_label("Direction of title")).to_have_value("both")
    expect(tab.page.get_by_label("Key of title in the record")).to_have_value("name")
    expect(rows.nth(1)).to_contain_text("An operator has decided that it is ignored.")
    expect(tab.page.get_by_text("Read from MediaMosa at 23 Nov 2026")).to_be_visible()

    tab.page.get_by_label("Show").select_option("All")
    expect(rows).to_have_count(6)
    expect(rows.nth(0)).to_contain_text("It is a state of the asset, not metadata.")
    tab.page.get_by_label("Find").fill("app_1")
    expect(rows).to_have_count(1)


def test_rules_are_saved_as_a_whole_after_a_question_with_their_number(
    tab: SyncPage, api: FakeApi
) -> None:
    tab.page.get_by_label("Direction of language").select_option("From MediaMosa only")
    tab.page.get_by_label("Key of title in the record").fill("")

    tab.button("Save the rules").click()

    expect(tab.dialog()).to_contain_text("Save 2 rules?")
    tab.answer("Save")
    expect(tab.page.get_by_text("Saved. Ask for a full run")).to_be_visible()
    expect(tab.page.get_by_label("Key of title in the record")).to_have_value("title")
    assert api.taken("PUT properties") == [
        {
            "fields": [
                {"name": "year", "direction": "ignore", "record_name": "year"},
                {"name": "language", "direction": "pull", "record_name": "language"},
            ]
        }
    ]


def test_nothing_changed_is_not_sent(tab: SyncPage, api: FakeApi) -> None:
    tab.button("Save the rules").click()

    expect(tab.page.get_by_text("Nothing is changed.")).to_be_visible()
    assert api.taken("PUT properties") == []


def test_a_refused_rule_is_told_and_what_was_typed_stays(tab: SyncPage, api: FakeApi) -> None:
    said = "The key 'subject' of the record would stand for two properties."
    api.instead["PUT properties"] = problem(400, "bad-request", said)
    tab.page.get_by_label("Key of title in the record").fill("subject")
    tab.button("Save the rules").click()

    tab.answer("Save")

    expect(tab.page.get_by_role("alert")).to_have_text(said)
    expect(tab.page.get_by_label("Key of title in the record")).to_have_value("subject")


def test_properties_that_are_not_read_yet_are_told(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("never_synced")]

    page = open_page(at=PLACE).signed_in().page

    expect(page.get_by_text("The properties are not known before the first run.")).to_be_visible()
    expect(page.get_by_role("button", name="Save the rules")).to_be_hidden()
