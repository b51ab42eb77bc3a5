"""Status: the state word, what it means, what happens next."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi
from tests.browser.made_up import CONNECTION, fill, run
from tests.browser.sync_page import CALM_SECONDS
from tests.openapi.description import example_status

WORDS = {
    "paused": "Paused",
    "failing": "Failing",
    "held": "Held",
    "requested": "Requested",
    "running": "Running",
    "stale": "Stale",
    "never_synced": "Never synced",
    "idle": "Idle",
}
NEXT = {
    "paused": "settings",
    "failing": "runs",
    "held": "deletions",
    "stale": "runs",
}
SENTENCE = re.compile(r"^[A-Z].*\.$")


@pytest.mark.parametrize(("state", "word"), WORDS.items())
def test_each_state_is_said_in_a_word_with_an_icon_a_sentence_and_its_reason(
    open_page: Open, api: FakeApi, state: str, word: str
) -> None:
    status = example_status(state)
    api.statuses = [status]

    tab = open_page().signed_in()

    verdict = tab.verdict()
    expect(tab.state()).to_have_text(word)
    expect(verdict.locator(".state")).to_have_text(word)
    expect(verdict.locator(".state svg[aria-hidden=true]")).to_be_visible()
    expect(verdict.locator(".meaning")).to_have_text(SENTENCE)
    if status["reason"]:
        expect(verdict.get_by_text(status["reason"])).to_be_visible()
    else:
        expect(verdict.locator(".reason")).to_be_hidden()
    if state in NEXT:
        onward = verdict.get_by_role("link")
        expect(onward).to_have_attribute("href", f"#/c/{CONNECTION}/{NEXT[state]}")
    else:
        expect(verdict.get_by_role("link")).to_be_hidden()


def test_a_connection_is_told_by_its_address_and_user_and_shows_its_id_once(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]

    page = open_page().signed_in().page

    expect(page.get_by_role("heading", level=1)).to_have_text("https://mediamosa.example.org")
    expect(page.get_by_text("User sync")).to_be_visible()
    expect(page.get_by_text(CONNECTION)).to_have_count(1)


def test_every_time_is_absolute_in_utc_and_relative_and_goes_on(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]

    tab = open_page().signed_in()

    for label, instant, ago, absolute in [
        ("Last sync", "2026-11-23T14:03:02Z", "1 min ago", "23 Nov 2026, 14:03:02 UTC"),
        ("Last attempt", "2026-11-23T14:03:01Z", "1 min ago", "23 Nov 2026, 14:03:01 UTC"),
        ("Complete up to", "2026-11-23T14:01:01Z", "3 min ago", "23 Nov 2026, 14:01:01 UTC"),
        ("Next run", "2026-11-23T14:05:00Z", "in 40 s", "23 Nov 2026, 14:05:00 UTC"),
    ]:
        expect(tab.fact(label)).to_contain_text(ago)
        expect(tab.fact(label).locator(f'time[datetime="{instant}"]')).to_have_text(absolute)

    tab.pass_time(CALM_SECONDS - 1)
    expect(tab.fact("Next run")).to_contain_text("in 31 s")


def test_a_wrong_clock_of_the_computer_does_not_matter(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page()
    tab.clock.advance(3600)

    tab.signed_in()

    expect(tab.fact("Next run")).to_contain_text("in 40 s")


def test_a_schedule_that_is_off_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("stale")]

    tab = open_page().signed_in()

    expect(tab.fact("Next run")).to_have_text("no next run: the schedule is off")


def test_what_never_happened_is_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("never_synced")]

    tab = open_page().signed_in()

    expect(tab.fact("Last sync")).to_have_text("never")
    expect(tab.fact("Last attempt")).to_have_text("never")
    expect(tab.fact("Complete up to")).to_have_text("not yet known")
    expect(tab.page.get_by_text("There was no run yet.")).to_be_visible()
    expect(tab.page.get_by_role("progressbar")).to_be_hidden()
    expect(tab.group("Attention").locator(".figure").first).to_have_text("\N{EN DASH}")


def test_the_six_counts_stand_in_a_table_by_direction(open_page: Open, api: FakeApi) -> None:
    names = ("added", "updated", "deleted", "unchanged", "conflicts", "errors")
    status = example_status("held")
    status["counts"] = {
        "from_mediamosa": dict(zip(names, (12345, 2, 3, 4, 5, 6), strict=True)),
        "to_mediamosa": dict(zip(names, (0, 20, 0, 40, 50, 60), strict=True)),
    }
    api.statuses = [status]

    tab = open_page().signed_in()

    for name, cells in {
        "Added": ["12,345", "0"],
        "Updated": ["2", "20"],
        "Deleted": ["3", "0"],
        "Unchanged": ["4", "40"],
        "Conflicts": ["5", "50"],
        "Errors": ["6", "60"],
    }.items():
        expect(tab.row("Counts", name)).to_have_text(cells)


def test_what_waits_is_counted_up_to_a_thousand_and_leads_to_its_list(
    open_page: Open, api: FakeApi
) -> None:
    status = example_status("held")
    status["attention"] = {"pending": 1000, "parked": 0, "conflicts": 2, "held": 604}
    api.statuses = [status]

    tab = open_page().signed_in()

    expect(tab.group("Attention").locator(".figure")).to_have_text(
        ["1,000", "1,000+", "0", "2", "604"]
    )
    tab.group("Attention").get_by_role("link", name="Held").click()
    expect(tab.page.get_by_role("heading", name="Deletions", level=2)).to_be_focused()


def test_the_last_run_stands_beside_the_last_full_run(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]

    tab = open_page().signed_in()

    for name, cells in {
        "Outcome": ["Succeeded", "Succeeded"],
        "Kind": ["Incremental", "Full"],
        "Started by": ["Schedule", "Schedule"],
        "Phase": ["Finish", "Finish"],
        "Duration": ["1 s", "10 min 11 s"],
        "Steps": ["1", "11"],
        "Requests": ["1", "14"],
        "From MediaMosa": ["2 unchanged", "1,000 added"],
        "To MediaMosa": ["nothing", "nothing"],
    }.items():
        expect(tab.row("Runs", name)).to_have_text(cells)


def test_words_that_the_page_does_not_know_are_shown_as_they_came(
    open_page: Open, api: FakeApi
) -> None:
    status = example_status("idle") | {"state": "dreaming"}
    status["run"]["outcome"] = "puzzled"
    api.statuses = [status]
    api.as_described = False

    tab = open_page().signed_in()

    expect(tab.state()).to_have_text("dreaming")
    expect(tab.row("Runs", "Outcome").first).to_have_text("puzzled")


def test_records_in_sync_are_drawn_from_the_history_and_told_as_a_table(
    open_page: Open, api: FakeApi
) -> None:
    fill(api, "idle")
    api.lists["runs"] = [run(place) for place in range(3)]
    api.lists["runs"][2]["links"] = None

    tab = open_page().signed_in()

    chart = tab.page.locator("figure", has_text="Records in sync")
    expect(chart.get_by_role("img")).to_have_accessible_name(
        "Records in sync: now 1,000, from 997 to 1,000"
    )
    chart.get_by_text("Show as a table").click()
    # Each row of the history holds from its first run's start to its last run's end: two points.
    expect(chart.get_by_role("row").locator("td:last-child")).to_have_text(
        ["1,000", "1,000", "997", "997"]
    )
    assert api.asked(f"GET connections/{CONNECTION}/runs") == 1


def test_edits_waiting_are_sampled_while_the_page_is_open(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    chart = tab.page.locator("figure", has_text="Edits waiting")
    expect(chart).to_contain_text("The line begins once the page was open for a moment.")

    for pending in (40, 12):
        api.statuses[0]["attention"]["pending"] = pending
        tab.poll_after(CALM_SECONDS)

    name = "Edits waiting: now 12, from 0 to 40"
    expect(chart.get_by_role("img")).to_have_accessible_name(name)
    tab.page.reload()
    expect(chart.get_by_role("img")).to_have_accessible_name(name)
