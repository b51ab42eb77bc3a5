"""Dry run: what the next run would do, page by page, field by field."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Open
from tests.browser.fake_api import Asked, FakeApi, problem
from tests.browser.made_up import CONNECTION, fill, plan
from tests.browser.sync_page import SyncPage

PLACE = f"#/c/{CONNECTION}/plan"


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "idle")
    return open_page(at=PLACE).signed_in()


def cards(tab: SyncPage) -> Locator:
    return tab.group("What would be done").locator(".cards > li")


def test_a_plan_is_summed_up_in_a_sentence_and_told_item_by_item(
    tab: SyncPage, api: FakeApi
) -> None:
    tab.button("Begin the dry run").click()

    expect(tab.group("Sums")).to_contain_text("It would be a full run.")
    expect(tab.page.locator(".plan-sentence")).to_have_text(
        "312 assets, 298 new records, 4 changed records, 14 linked, 3 conflicts, "
        "2 edits to MediaMosa, about 6 minutes."
    )
    expect(tab.row("Sums", "Added")).to_have_text(["298", "0"])
    expect(tab.group("Sums")).to_contain_text("6 steps, 9 requests to MediaMosa.")
    expect(cards(tab)).to_have_count(27)
    update = cards(tab).nth(1)
    expect(update.locator(".change")).to_have_text(
        [
            "title in the record conflictbeforeOpeningafterOpening of the bridge",
            "subject in the recordbeforebridgeafterbridgeriver",
        ]
    )
    expect(cards(tab).nth(0).locator(".side.old")).to_contain_text("no value")
    expect(cards(tab).nth(2)).to_contain_text("in MediaMosa")
    expect(cards(tab).nth(4)).to_contain_text("wait for approval")
    assert api.taken("POST plan") == [{}, {"next": "1"}, {"next": "2"}]


def test_a_plan_can_be_as_if_a_full_run_had_been_asked_for(tab: SyncPage, api: FakeApi) -> None:
    tab.page.get_by_label("As if a full run had been asked for").check()
    tab.button("Begin the dry run").click()

    expect(tab.button("Begin anew")).to_be_visible()
    assert api.taken("POST plan")[0] == {"full": True}


def test_items_are_shown_by_action(tab: SyncPage) -> None:
    tab.button("Begin the dry run").click()
    expect(tab.button("Begin anew")).to_be_visible()

    tab.page.get_by_label("Action").select_option("Create (3)")

    expect(cards(tab).locator(".action")).to_have_text(["Create"] * 3)
    tab.page.get_by_label("Action").select_option("All (27)")
    expect(cards(tab)).to_have_count(27)


class Gate:
    """Lets the API's answers to a dry run wait until a test opens it."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._asked = 0

    def __call__(self, api: FakeApi, asked: Asked) -> None:
        self._asked += asked.rest == ("plan",)
        if self._asked == 2 and not self._open.is_set():
            api.lock.release()
            try:
                self._open.wait(10)
            finally:
                api.lock.acquire()

    def open(self) -> None:
        self._open.set()


def test_a_plan_under_way_shows_its_progress_and_can_be_stopped_and_gone_on_with(
    tab: SyncPage, api: FakeApi
) -> None:
    gate = Gate()
    api.before = gate
    tab.button("Begin the dry run").click()
    bar = tab.page.get_by_role("progressbar")
    expect(bar).to_have_js_property("value", 104)
    expect(bar).to_have_js_property("max", 312)
    expect(tab.page.get_by_text("104 of 312 assets", exact=True)).to_be_visible()
    expect(cards(tab)).to_have_count(9)

    tab.button("Stop").click()

    expect(tab.page.get_by_text("Stopped: this is a part of the plan.")).to_be_visible()
    expect(tab.button("Begin anew")).to_be_focused()
    gate.open()
    tab.open_tab("Runs")
    tab.open_tab("Dry run")
    expect(cards(tab)).to_have_count(9)
    tab.button("Go on").click()
    expect(cards(tab)).to_have_count(27)
    expect(bar).to_be_hidden()


def test_a_page_that_fails_keeps_what_is_known_and_can_be_asked_again(
    tab: SyncPage, api: FakeApi
) -> None:
    said = "MediaMosa did not answer within 20 seconds."
    api.instead["POST plan"] = problem(503, "mediamosa-unavailable", said)
    tab.button("Begin the dry run").click()
    expect(tab.page.get_by_role("alert")).to_have_text(said)

    api.instead.clear()
    tab.button("Begin anew").click()

    expect(cards(tab)).to_have_count(27)
    expect(tab.page.get_by_role("alert")).to_be_hidden()


def test_a_plan_of_nothing_says_so(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    api.plan = plan(0, 1, assets=0)
    api.plan[0] |= {"kind": None, "progress": None}
    api.plan[0]["totals"] |= {"seconds": None}
    tab = open_page(at=PLACE).signed_in()

    tab.button("Begin the dry run").click()

    expect(tab.group("Sums")).to_contain_text("No run is due.")
    expect(tab.page.locator(".plan-sentence")).to_have_text(
        "0 assets, for how long is unknown, for the schedule is off. Nothing would change."
    )
    expect(tab.group("What would be done")).to_be_hidden()


def test_ten_thousand_items_are_shown_in_portions(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    api.plan = plan(10_000, 20, assets=10_000)
    # Ten thousand comparisons with the description would take longer than the rest.
    api.as_described = False
    tab = open_page(at=PLACE).signed_in()

    tab.button("Begin the dry run").click()

    expect(tab.page.get_by_text("100 of 10,000 shown.")).to_be_visible()
    expect(cards(tab)).to_have_count(100)
    tab.button("Show 100 more").click()
    expect(cards(tab)).to_have_count(200)
    tab.page.get_by_label("Action").select_option("Push (1,111)")
    expect(tab.page.get_by_text("100 of 1,111 shown.")).to_be_visible()
