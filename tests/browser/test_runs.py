"""Runs: the history, who asked, and the audit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi, problem
from tests.browser.made_up import CONNECTION, fill, run
from tests.browser.sync_page import CALM_SECONDS, SyncPage
from tests.openapi.description import example_status


@pytest.fixture
def tab(open_page: Open, api: FakeApi) -> SyncPage:
    fill(api, "idle")
    return open_page(at=f"#/c/{CONNECTION}/runs").signed_in()


def test_a_run_is_told_with_its_counts_both_ways_its_reason_and_who_asked(tab: SyncPage) -> None:
    rows = tab.list_rows("Runs")

    expect(rows).to_have_count(21)
    expect(rows.nth(0).get_by_role("cell")).to_have_text(
        [
            "1 min ago 23 Nov 2026, 14:02:50 UTC",
            "Succeeded",
            "Incremental · Schedulecomplete up to 14:00 UTC",
            "3 added, 12 unchanged",
            "nothing",
            "2 s1 step, 2 requests",
        ]
    )
    expect(rows.nth(1)).to_contain_text("290 runs since 13:44 UTC found nothing")
    expect(rows.nth(2)).to_contain_text("Restart request")
    expect(rows.nth(2)).to_contain_text("asked for by operator")
    expect(rows.nth(4)).to_contain_text("MediaMosa did not answer within 20 seconds.")
    # Asked for, but not by anybody whom the audit still knows.
    expect(rows.nth(5)).to_contain_text("Full run request")
    expect(rows.nth(5)).not_to_contain_text("asked for by")


def test_runs_are_shown_by_outcome(tab: SyncPage) -> None:
    tab.page.get_by_label("Outcome").select_option("Failed")

    expect(tab.list_rows("Runs").locator(".outcome")).to_have_text(["Failed"] * 3)
    expect(tab.page.get_by_text("3 of the 21 loaded are shown.")).to_be_visible()


def test_older_runs_come_on_demand(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    api.lists["runs"] = [run(place) for place in range(120)]
    tab = open_page(at=f"#/c/{CONNECTION}/runs").signed_in()
    expect(tab.list_rows("Runs")).to_have_count(50)

    tab.button("Show older").click()
    expect(tab.list_rows("Runs")).to_have_count(100)
    tab.button("Show older").click()

    expect(tab.list_rows("Runs")).to_have_count(120)
    expect(tab.page.get_by_text("120 shown.")).to_be_focused()
    expect(tab.button("Show older")).to_be_hidden()


def test_durations_and_changes_are_drawn_and_told_as_tables(tab: SyncPage) -> None:
    durations = tab.page.locator("figure", has_text="Duration of runs")
    changes = tab.page.locator("figure", has_text="Changes per run")

    expect(durations.locator("rect")).to_have_count(21)
    expect(durations.get_by_role("img")).to_have_accessible_name(
        "Duration of runs: now 2 s, from 2 s to 30 s"
    )
    expect(changes.get_by_role("img")).to_have_accessible_name(
        "Changes per run: now 3, from 2 to 12"
    )
    durations.get_by_text("Show as a table").click()
    expect(durations.get_by_role("row").nth(4)).to_contain_text("23 sPartial")


def test_the_run_under_way_stands_above_the_history(open_page: Open, api: FakeApi) -> None:
    fill(api, "running")

    tab = open_page(at=f"#/c/{CONNECTION}/runs").signed_in()

    row = tab.list_rows("Run under way")
    expect(row).to_contain_text("Running")
    expect(row).to_contain_text("420 added")


def test_a_new_run_is_offered_and_moves_nothing_by_itself(tab: SyncPage, api: FakeApi) -> None:
    expect(tab.list_rows("Runs")).to_have_count(21)
    api.lists["runs"].insert(0, run(0) | {"run_id": "newest"})
    api.statuses[0]["run"]["run_id"] = "newest"

    tab.poll_after(CALM_SECONDS)

    expect(tab.page.get_by_text("This list has changed meanwhile.")).to_be_visible()
    expect(tab.list_rows("Runs")).to_have_count(21)
    tab.button("Show the latest").click()
    expect(tab.list_rows("Runs")).to_have_count(22)
    expect(tab.page.get_by_text("22 shown.")).to_be_focused()
    expect(tab.page.get_by_text("This list has changed meanwhile.")).to_be_hidden()


def test_the_audit_tells_who_did_what_and_was_refused(tab: SyncPage) -> None:
    rows = tab.list_rows("Audit")

    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("viewer")
    expect(rows.nth(0)).to_contain_text("A viewer may look only: use an operator's token.")
    expect(rows.nth(1)).to_contain_text("No change")
    expect(rows.nth(2)).to_contain_text("restart")


def test_a_history_that_cannot_be_read_is_told_and_tried_again(
    open_page: Open, api: FakeApi
) -> None:
    fill(api, "idle")
    api.instead["GET runs"] = problem(503, "unavailable", "The tables could not be read.")
    tab = open_page(at=f"#/c/{CONNECTION}/runs").signed_in()
    expect(tab.page.get_by_text("The tables could not be read.")).to_be_visible()

    api.instead.clear()
    tab.button("Try again").click()

    expect(tab.list_rows("Runs")).to_have_count(21)
    expect(tab.page.get_by_text("The tables could not be read.")).to_be_hidden()


def test_an_empty_history_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("never_synced")]

    page = open_page(at=f"#/c/{CONNECTION}/runs").signed_in().page

    expect(page.get_by_text("No run has ended yet.")).to_be_visible()
    expect(page.get_by_text("Nobody has done anything yet.")).to_be_visible()
