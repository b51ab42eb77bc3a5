from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi
from tests.browser.stage import Stage
from tests.browser.sync_page import CALM_SECONDS, LIVELY_SECONDS
from tests.openapi.description import example_status, validator


def first_sync(done: int, total: int | None = 1000) -> dict[str, Any]:
    """Return the status of a first full run that has done so many assets."""
    status = example_status("running") | {"progress": {"done": done, "total": total}}
    for holder in (status, status["run"], status["full"]):
        holder["counts"]["from_mediamosa"]["added"] = done
    validator("Status").validate(status)
    return status


def first_sync_done() -> dict[str, Any]:
    status = example_status("idle")
    status |= {"run": status["full"], "counts": status["full"]["counts"]}
    validator("Status").validate(status)
    return status


def test_the_first_sync_is_seen_to_progress_to_its_end(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("never_synced")]
    tab = open_page().signed_in()
    bar = tab.page.get_by_role("progressbar")
    expect(bar).to_be_hidden()

    wait = CALM_SECONDS
    for done in range(0, 1000, 200):
        api.statuses = [first_sync(done)]
        tab.poll_after(wait)
        wait = LIVELY_SECONDS
        expect(tab.state()).to_have_text("Running")
        expect(bar).to_have_js_property("value", done)
        expect(bar).to_have_js_property("max", 1000)
        said = f"{done} of 1,000 assets · {done // 10} %"
        expect(tab.page.locator(".status-tab .amount")).to_have_text(said)
        expect(bar).to_have_attribute("aria-valuetext", said)
        expect(tab.row("Counts", "Added")).to_have_text([str(done), "0"])
        left = f"About {10 - done // 100} pages to go, one a step."
        expect(tab.page.get_by_text(left)).to_be_visible()

    api.statuses = [first_sync_done()]
    tab.poll_after(LIVELY_SECONDS)

    expect(tab.state()).to_have_text("Idle")
    expect(bar).to_be_hidden()
    expect(tab.row("Counts", "Added")).to_have_text(["1,000", "0"])
    expect(tab.row("Runs", "Outcome").first).to_have_text("Succeeded")


def test_progress_is_spoken_politely_and_not_at_every_page(open_page: Open, api: FakeApi) -> None:
    api.statuses = [first_sync(420)]
    tab = open_page().signed_in()
    spoken = tab.page.locator("#main > [role=status][aria-live=polite]")
    expect(spoken).to_be_empty()

    api.statuses = [first_sync(480)]
    tab.poll_after(LIVELY_SECONDS)
    expect(spoken).to_be_empty()

    api.statuses = [first_sync(500)]
    tab.poll_after(LIVELY_SECONDS)
    expect(spoken).to_have_text("https://mediamosa.example.org: 50 % of the full run done.")

    api.statuses = [first_sync_done()]
    tab.poll_after(LIVELY_SECONDS)
    expect(spoken).to_have_text("https://mediamosa.example.org: Idle.")


def test_an_unknown_total_is_counted_without_a_bar(open_page: Open, api: FakeApi) -> None:
    api.statuses = [first_sync(300, total=None)]

    page = open_page().signed_in().page

    expect(page.get_by_text("300 assets so far")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_the_page_asks_often_while_something_moves_and_seldom_otherwise(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [first_sync(420)]
    tab = open_page().signed_in()
    for _ in range(3):
        tab.poll_after(LIVELY_SECONDS)
    assert api.looked() == 4

    api.statuses = [first_sync_done()]
    tab.poll_after(LIVELY_SECONDS)
    tab.poll_after(CALM_SECONDS)
    tab.poll_after(CALM_SECONDS)

    assert api.looked() == 7


def test_an_unchanged_status_is_answered_without_a_body(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    for _ in range(3):
        tab.poll_after(CALM_SECONDS)

    # The first of them asks for the connection alone, where the page was about all.
    assert api.looked(unchanged=True) == 2
    expect(tab.state()).to_have_text("Idle")


def test_a_hidden_page_does_not_ask_and_a_shown_one_asks_at_once(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [first_sync(420)]
    tab = open_page().signed_in()
    tab.hide(hidden=True)
    tab.pass_time(60)
    api.statuses = [first_sync_done()]

    tab.hide(hidden=False)

    expect(tab.state()).to_have_text("Idle")
    assert api.looked() == 2


def test_an_outage_keeps_the_last_values_and_says_since_when(
    open_page: Open, api: FakeApi, stage: Stage
) -> None:
    api.statuses = [first_sync(420)]
    tab = open_page().signed_in()
    stage.stop()

    tab.pass_time(LIVELY_SECONDS)

    trouble = tab.page.get_by_text("could not be reached")
    expect(trouble).to_have_text(
        "The server could not be reached since 14:04:22 UTC, trying again. "
        "The values below are from 14:04:20 UTC."
    )
    expect(tab.page.locator(".status-tab .amount")).to_have_text("420 of 1,000 assets · 42 %")

    with tab.page.expect_event("requestfailed"):
        tab.pass_time(LIVELY_SECONDS)
    expect(trouble).to_contain_text("since 14:04:22 UTC")
    stage.start()
    api.statuses = [first_sync(700)]
    tab.pass_time(15)

    expect(trouble).to_be_hidden()
    expect(tab.page.locator(".status-tab .amount")).to_have_text("700 of 1,000 assets · 70 %")


def test_an_error_of_the_server_is_told_by_its_number(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    api.failing_with = 503

    tab.pass_time(CALM_SECONDS)

    expect(tab.page.get_by_text("It answers with error 503.")).to_be_visible()
    expect(tab.state()).to_have_text("Idle")


def test_a_page_loaded_again_during_an_outage_says_so_and_recovers(
    open_page: Open, api: FakeApi
) -> None:
    tab = open_page().signed_in()
    api.failing_with = 500
    tab.page.reload()
    expect(tab.page.get_by_text("could not be reached")).to_be_visible()

    api.failing_with = None
    api.statuses = [example_status("idle")]
    tab.pass_time(LIVELY_SECONDS)

    expect(tab.state()).to_have_text("Idle")
