"""A day of an admin at the sync page, in Chromium, over the deployed application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect, sync_playwright

from infra.local.build import Package
from infra.local.engine import Engine
from tests.browser.conftest import ARGUMENTS, chromium
from tests.e2e.conftest import Application, running
from tests.e2e.pushing import Pushing, until
from tests.e2e.tables import records

# The page asks every ten seconds while nothing moves.
MILLISECONDS = 30_000

ASSETS, VANISHED = 40, 24


@contextmanager
def signed_in(application: Application) -> Iterator[Page]:
    """The page in a new browser; what its console says is a failure."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(MILLISECONDS)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{application.stack.api_url}/page")
        page.get_by_label("Access token").fill(application.operator.token)
        page.get_by_role("button", name="Sign in").click()
        yield page
        browser.close()
    assert complaints == []


def seen(place: Locator, text: str) -> None:
    """See *text* appear, though nobody reloads the page."""
    expect(place).to_contain_text(text, timeout=MILLISECONDS)


def state_of(page: Page) -> Locator:
    return page.locator(".name-and-state .state")


def press(page: Page, button: str, answer: str = "") -> None:
    """Press a button, and give the answer to the question that it asks."""
    page.get_by_role("button", name=button).click()
    if answer:
        page.get_by_role("dialog").get_by_role("button", name=answer).click()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def test_an_admin_sees_the_first_sync_complete_restarts_and_decides(
    engine: Engine, package: Package
) -> None:
    with running(engine, package, "by-hand", assets=ASSETS, page_size=20) as application:
        application.tick()
        with signed_in(application) as page:
            seen(page.locator(".progress"), "20 of 40 assets · 50 %")
            seen(state_of(page), "Running")
            application.tick()
            seen(page.locator(".progress"), "40 of 40 assets · 100 %")
            seen(state_of(page), "Idle")

            press(page, "Restart at the next run", "Request restart")
            seen(state_of(page), "Requested")
            pushing = Pushing(application)
            seen(state_of(page), "Idle")
            full = application.status()["full"]
            assert (full["trigger"], full["outcome"]) == ("restart", "succeeded")

            resolve_a_conflict(page, pushing)
            approve_held_deletions(page, pushing)
        assert len(records(application)) == ASSETS - VANISHED


def resolve_a_conflict(page: Page, pushing: Pushing) -> None:
    """Both sides change a title, and the admin decides for the record's."""
    asset_id = pushing.take(1)[0]
    pushing.editor.post(
        f"asset/{asset_id}/metadata", action="update", **{"title[]": "Van MediaMosa"}
    )
    pushing.edit(asset_id, title=["Van de toepassing"])
    until(lambda: pushing.record_of(asset_id)["metadata"]["title"] == ["Van MediaMosa"])

    open_tab(page, "Conflicts")
    conflict = page.locator(".conflict").filter(has_text=asset_id)
    seen(conflict, "Van de toepassing")
    conflict.get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="Use this value").click()
    seen(conflict, "Resolved by operator")
    until(lambda: pushing.has(asset_id, title=["Van de toepassing"]))


def approve_held_deletions(page: Page, pushing: Pushing) -> None:
    """Most assets vanish; nothing goes before the admin approves."""
    application = pushing.application
    for asset_id in pushing.editor.ids()[:VANISHED]:
        pushing.editor.delete(asset_id)
    while any(outcome["more"] for outcome in application.tick()):
        pass
    seen(state_of(page), "Held")
    assert len(records(application)) == ASSETS

    open_tab(page, "Deletions")
    press(page, "Approve", f"Remove {VANISHED}")
    seen(page.get_by_role("main"), f"The removal of {VANISHED} is approved.")
    assert len(records(application)) == ASSETS
    while any(outcome["more"] for outcome in application.tick()):
        pass
    seen(state_of(page), "Idle")
