"""Where one is: all connections, one of them, its tabs; each with an address of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi, problem
from tests.browser.made_up import CONNECTION, fill
from tests.browser.stage import Stage
from tests.browser.sync_page import CALM_SECONDS
from tests.openapi.description import example_status

HEADINGS = {
    "Runs": "Runs",
    "Attention": "Attention",
    "Conflicts": "Conflicts",
    "Deletions": "Deletions",
    "Dry run": "Dry run",
    "Properties": "Properties",
    "Settings": "Settings",
    "Status": "Status",
}


def several(api: FakeApi, *states: str) -> None:
    api.statuses = [
        example_status(state) | {"connection_id": f"{place:040x}", "user_name": state}
        for place, state in enumerate(states)
    ]


def test_several_connections_are_rows_in_the_order_of_the_api(
    open_page: Open, api: FakeApi
) -> None:
    several(api, "paused", "failing", "held", "idle")
    tab = open_page().signed_in()
    expect(tab.page.get_by_role("heading", name="Connections")).to_be_focused()
    expect(tab.rows().locator(".state")).to_have_text(["Paused", "Failing", "Held", "Idle"])
    expect(tab.rows().nth(1)).to_contain_text(api.statuses[1]["reason"])
    expect(tab.rows().nth(2).locator(".badge")).to_have_text(
        ["3 parked", "2 conflicts", "604 held"]
    )
    expect(tab.page.get_by_text("4 connections")).to_be_visible()

    del api.statuses[0]
    api.statuses.reverse()
    tab.poll_after(CALM_SECONDS)

    expect(tab.rows().locator(".state")).to_have_text(["Idle", "Held", "Failing"])


def test_a_row_leads_to_its_connection_and_back(open_page: Open, api: FakeApi) -> None:
    several(api, "held", "idle")
    tab = open_page().signed_in()

    tab.rows().nth(1).click()

    expect(tab.state()).to_have_text("Idle")
    expect(tab.page.get_by_role("heading", level=1)).to_be_focused()
    expect(tab.page).to_have_title("Status · MediaMosa Sync")
    tab.page.go_back()
    expect(tab.rows()).to_have_count(2)
    expect(tab.page).to_have_title("Connections · MediaMosa Sync")
    tab.page.go_forward()
    tab.page.get_by_role("link", name="All connections").click()
    expect(tab.rows()).to_have_count(2)


def test_a_single_connection_is_gone_to_at_once_and_the_list_is_a_step_away(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()
    expect(tab.state()).to_have_text("Idle")

    tab.page.get_by_role("link", name="All connections").click()

    expect(tab.rows()).to_have_count(1)


def test_every_tab_has_an_address_a_title_and_a_heading_that_takes_the_focus(
    open_page: Open, api: FakeApi
) -> None:
    fill(api)
    tab = open_page().signed_in()
    tabs = tab.page.get_by_role("navigation").get_by_role("link")
    expect(tabs).to_have_text(
        [
            "Status",
            "Runs",
            "Attention14 waiting",
            "Conflicts2 waiting",
            "Deletions604 waiting",
            "Dry run",
            "Properties",
            "Settings",
        ]
    )
    for name, heading in HEADINGS.items():
        tab.open_tab(name)
        expect(tab.page.get_by_role("heading", name=heading, level=2)).to_be_focused()
        expect(tab.page).to_have_title(f"{name} · MediaMosa Sync")
        current = tab.page.locator("nav [aria-current=page]")
        expect(current).to_contain_text(name)
    tab.page.go_back()
    expect(tab.page.get_by_role("heading", name="Settings", level=2)).to_be_visible()


def test_a_place_can_be_linked_and_is_kept_over_signing_in(open_page: Open, api: FakeApi) -> None:
    fill(api)

    tab = open_page(at=f"#/c/{CONNECTION}/conflicts").signed_in()

    expect(tab.page.get_by_role("heading", name="Conflicts", level=2)).to_be_visible()
    tab.page.reload()
    expect(tab.page.get_by_role("heading", name="Conflicts", level=2)).to_be_visible()


@pytest.mark.parametrize("address", ["#/nowhere", "#/c/%zz/runs", "#", "#/c//runs"])
def test_an_address_that_leads_nowhere_leads_to_all_connections(
    open_page: Open, api: FakeApi, address: str
) -> None:
    several(api, "held", "idle")

    tab = open_page(at=address).signed_in()

    expect(tab.rows()).to_have_count(2)


@pytest.mark.parametrize(("name", "status"), [("d" * 40, 404), ("nobody", 400)])
def test_a_connection_that_is_not_there_is_told_without_alarm(
    open_page: Open, api: FakeApi, name: str, status: int
) -> None:
    several(api, "held", "idle")
    if status == 400:
        said = "A connection id is 40 hexadecimal digits."
        api.instead[f"GET connections/{name}"] = problem(400, "bad-request", said)

    tab = open_page(at=f"#/c/{name}/runs").signed_in()

    expect(tab.page.get_by_role("heading", name="No such connection")).to_be_visible()
    expect(tab.page.get_by_text("could not be reached")).to_be_hidden()


def test_without_connections_the_page_says_how_one_comes(open_page: Open, api: FakeApi) -> None:
    tab = open_page().signed_in()
    expect(tab.page.get_by_role("heading", name="No connections yet")).to_be_visible()

    api.statuses = [example_status("never_synced")]
    tab.poll_after(CALM_SECONDS)

    expect(tab.state()).to_have_text("Never synced")
    expect(tab.page.get_by_role("heading", name="No connections yet")).to_be_hidden()


def test_a_tab_that_does_not_load_says_so_and_loads_once_the_server_is_back(
    open_page: Open, api: FakeApi, stage: Stage
) -> None:
    fill(api)
    tab = open_page().signed_in()
    stage.stop()

    tab.open_tab("Conflicts")

    expect(tab.page.get_by_role("heading", name="This part did not load")).to_be_focused()
    stage.start()
    tab.button("Load the page again").click()
    expect(tab.page.get_by_role("heading", name="Conflicts", level=2)).to_be_visible()
