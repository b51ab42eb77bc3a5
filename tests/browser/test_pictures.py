"""The pictures of README and docs: `make pictures` writes them to docs/pictures."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open, Picture
from tests.browser.fake_api import FakeApi
from tests.browser.made_up import CONNECTION, fill
from tests.browser.sync_page import CALM_SECONDS
from tests.openapi.description import example_status

NOTHING_WAITS = {"pending": 0, "parked": 0, "conflicts": 0, "held": 0}


def test_a_connection_in_sync_with_its_series(
    open_page: Open, api: FakeApi, picture: Picture
) -> None:
    fill(api, "idle", many=30)
    api.statuses[0]["attention"] = NOTHING_WAITS
    tab = open_page().signed_in()
    # Nothing is under it that could look pointed at.
    tab.page.mouse.move(0, 0)
    for pending in (9, 4, 0):
        api.statuses[0]["attention"] = NOTHING_WAITS | {"pending": pending}
        tab.poll_after(CALM_SECONDS)

    expect(tab.state()).to_have_text("Idle")
    expect(tab.page.locator("figure svg")).to_have_count(2)
    picture(tab.page, "sync-page")


def test_what_a_dry_run_tells(open_page: Open, api: FakeApi, picture: Picture) -> None:
    fill(api)
    api.statuses = [example_status("never_synced")]
    tab = open_page(at=f"#/c/{CONNECTION}/plan", height=1300).signed_in()
    tab.button("Begin the dry run").click()

    expect(tab.button("Begin anew")).to_be_visible()
    expect(tab.page.locator(".cards > li").first).to_be_visible()
    picture(tab.page, "sync-page-dry-run", whole=False)
