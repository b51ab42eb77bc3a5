"""Attention: what is pending or parked and why, retry and discard, and looking up one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import VIEWER, FakeApi, json_answer, problem
from tests.browser.made_up import CONNECTION, example, fill, link
from tests.browser.sync_page import CALM_SECONDS, SyncPage
from tests.openapi.description import example_status

PLACE = f"#/c/{CONNECTION}/attention"
REFUSED = "metadata.language holds 'xxx': write a language code of two letters (ISO 639-1), as en."


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "idle")
    return open_page(at=PLACE).signed_in()


def test_what_is_parked_is_told_with_both_ids_its_reason_and_since_when(tab: SyncPage) -> None:
    rows = tab.list_rows("Parked")

    expect(rows).to_have_count(7)
    expect(rows.nth(0)).to_contain_text("mm-00000000")
    expect(rows.nth(0)).to_contain_text(f"Value of language{REFUSED}")
    expect(rows.nth(0).get_by_text(REFUSED)).to_have_count(1)
    expect(rows.nth(0).locator("time")).to_have_text("23 Nov 2026, 14:03:20 UTC")
    expect(rows.nth(3)).to_contain_text("this one is a duplicate")
    expect(rows.nth(4)).to_contain_text("no asset yet")


def test_what_is_pending_is_told_with_its_next_attempt(tab: SyncPage) -> None:
    row = tab.list_rows("Pending").nth(0)

    expect(row).to_contain_text("MediaMosa did not answer within 20 seconds.")
    expect(row).to_contain_text("in 40 s")


def test_one_is_retried_at_once(tab: SyncPage, api: FakeApi) -> None:
    tab.button("Retry mm-00000001", exact=True).click()

    expect(tab.list_rows("Parked")).to_have_count(6)
    expect(
        tab.page.get_by_text("1 marked. It is carried out at the next run, 14:05 UTC (in 40 s).")
    ).to_be_focused()
    assert api.taken("POST parked/retry") == [{"asset_ids": [f"a{1:023d}"]}]


def test_those_chosen_are_discarded_after_a_question_with_their_number(
    tab: SyncPage, api: FakeApi
) -> None:
    for name in ("mm-00000000", "mm-00000002", "holiday-4"):
        tab.page.get_by_label(f"Choose {name}").check()

    tab.button("Discard chosen (3)").click()

    expect(tab.dialog()).to_contain_text("Discard 3 parked entries?")
    expect(tab.dialog()).to_contain_text("conflict log")
    tab.answer("Discard 3")
    expect(tab.list_rows("Parked")).to_have_count(4)
    expect(tab.button("Discard chosen")).to_be_hidden()
    # A record without a link is named by its own id, in a request of its own.
    assert api.taken("POST parked/discard") == [
        {"asset_ids": [f"a{0:023d}", f"a{2:023d}"]},
        {"media_ids": ["holiday-4"]},
    ]


def test_a_discard_that_is_called_off_sends_nothing(tab: SyncPage, api: FakeApi) -> None:
    tab.button("Discard all").click()

    expect(tab.dialog()).to_contain_text("Discard everything that is parked (7)?")
    tab.answer("Cancel")

    expect(tab.button("Discard all")).to_be_focused()
    assert api.taken("POST parked/discard") == []


def test_everything_is_retried_a_hundred_a_request(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    api.lists["links"] = [link(place) for place in range(250)]
    tab = open_page(at=PLACE).signed_in()
    expect(tab.list_rows("Parked")).to_have_count(50)

    tab.button("Retry all").click()

    expect(tab.page.get_by_text("250 marked.")).to_be_visible()
    expect(tab.page.get_by_text("Nothing is parked.")).to_be_visible()
    assert api.taken("POST parked/retry") == [{"all": True}] * 3


def test_all_that_are_shown_are_chosen_at_once(tab: SyncPage) -> None:
    every = tab.page.get_by_label("Choose all that are shown")

    every.check()
    expect(tab.button("Retry chosen (7)")).to_be_visible()
    tab.page.get_by_label("Choose mm-00000000").uncheck()
    expect(tab.button("Retry chosen (6)")).to_be_visible()
    assert every.evaluate("box => box.indeterminate")
    every.click()
    every.uncheck()

    expect(tab.button("Retry chosen")).to_be_hidden()


def test_what_was_left_is_told_with_its_reason(tab: SyncPage, api: FakeApi) -> None:
    marks = example("parked/retry", "marked", "post", "202")
    api.instead["POST parked/retry"] = json_answer(202, marks)

    tab.button("Retry all").click()

    expect(tab.page.get_by_text("1 entry was left:")).to_be_visible()
    expect(tab.page.get_by_text("It is not parked: it is linked.")).to_be_visible()


def test_a_refusal_is_told_and_nothing_moves(tab: SyncPage, api: FakeApi) -> None:
    api.instead["POST parked/retry"] = problem(429, "too-many-requests", "Wait a moment.")

    tab.button("Retry mm-00000001", exact=True).click()

    expect(tab.group("Parked").get_by_role("alert")).to_have_text("Wait a moment.")
    expect(tab.list_rows("Parked")).to_have_count(7)


def test_a_viewer_may_look_at_everything(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    tab = open_page(at=PLACE).signed_in(VIEWER)
    expect(tab.list_rows("Parked")).to_have_count(7)

    tab.button("Retry all").click()

    expect(tab.button("Retry mm-00000001", exact=True)).to_be_disabled()
    expect(tab.page.get_by_text("This token may look, but not act.")).to_be_visible()
    expect(tab.list_rows("Parked")).to_have_count(7)


def test_a_changed_number_offers_the_list_anew(tab: SyncPage, api: FakeApi) -> None:
    api.statuses[0]["attention"] |= {"parked": 6}

    tab.poll_after(CALM_SECONDS)

    expect(tab.group("Parked").get_by_text("This list has changed meanwhile.")).to_be_visible()
    expect(tab.group("Pending").get_by_text("This list has changed meanwhile.")).to_be_hidden()


def test_one_is_looked_up_by_either_id_and_has_an_address(tab: SyncPage, api: FakeApi) -> None:
    api.of("links")[0] |= {"pushed_unknown": ["title"]}
    tab.page.get_by_label("Kind of id").select_option("Record id")
    tab.page.get_by_label("Id", exact=True).fill(" mm-00000000 ")

    tab.button("Look up").click()

    found = tab.page.locator(".found")
    expect(found).to_contain_text("internal_note")
    expect(found).to_contain_text("Sent, outcome unknowntitle")
    expect(found).to_contain_text("Has been in stepyes")
    assert tab.page.url.endswith("/attention/media/mm-00000000")
    tab.page.reload()
    expect(found).to_contain_text("internal_note")


def test_an_id_of_a_row_leads_to_everything_about_it(tab: SyncPage) -> None:
    tab.list_rows("Parked").nth(3).get_by_role("link", name=f"a{3:023d}").click()

    expect(tab.page.locator(".found")).to_contain_text("this one is a duplicate")
    expect(tab.page.get_by_label("Id", exact=True)).to_have_value(f"a{3:023d}")


def test_an_unknown_id_and_no_id_are_told(tab: SyncPage) -> None:
    tab.button("Look up").click()
    expect(tab.page.get_by_text("Enter an id.")).to_be_visible()
    expect(tab.page.get_by_label("Id", exact=True)).to_be_focused()

    tab.page.get_by_label("Id", exact=True).fill("nobody")
    tab.page.keyboard.press("Enter")

    expect(
        tab.page.get_by_text("There is no link and no waiting record with this id.")
    ).to_be_visible()


def test_nothing_to_attend_to_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]

    page = open_page(at=PLACE).signed_in().page

    expect(page.get_by_text("Nothing is parked.")).to_be_visible()
    expect(page.get_by_text("No edit is waiting.")).to_be_visible()
    expect(page.get_by_role("button", name="Retry all")).to_be_hidden()
