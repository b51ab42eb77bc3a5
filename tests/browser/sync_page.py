"""The page as a person uses it: what tests do on it, in words."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.fake_api import OPERATOR, Stage

# How often the page asks: while something moves, and while nothing does.
LIVELY_SECONDS = 2
CALM_SECONDS = 10


class SyncPage:
    """One tab. Everything that its console says besides failed requests is kept in `complaints`."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.stage = stage
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # A clock can be stopped only at a later instant than the one it began at.
        page.clock.install(time=stage.api.now - timedelta(minutes=1))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self) -> None:
        self.page.goto(self.stage.page_url)
        self.page.clock.pause_at(self.stage.api.now)

    def close(self) -> None:
        self.page.context.close()
        assert self.complaints == []

    def sign_in(self, token: str = OPERATOR) -> None:
        self.page.get_by_label("Access token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()

    def signed_in(self, token: str = OPERATOR) -> SyncPage:
        self.sign_in(token)
        expect(self.page.get_by_role("heading", name="Connections", exact=True)).to_be_visible()
        return self

    def pass_time(self, seconds: float) -> None:
        """Let time pass on both sides: the timers of the page fire as it does."""
        self.stage.api.now += timedelta(seconds=seconds)
        self.page.clock.run_for(int(seconds * 1000))

    def poll_after(self, seconds: float) -> None:
        """Let time pass up to the page's next question, and wait until it has taken the answer."""
        self.pass_time(seconds)
        expect(self.page.get_by_text(f"Updated {self.stage.api.now:%H:%M:%S} UTC")).to_be_visible()

    def hide(self, *, hidden: bool) -> None:
        """Be told by the browser that the tab is hidden, or shown again."""
        self.page.evaluate(
            """hidden => {
                Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )

    def connection(self, name: str = "") -> Locator:
        return self.page.get_by_role("article").filter(has_text=name)

    def state(self) -> Locator:
        return self.connection().locator(".state")

    def restart_button(self) -> Locator:
        return self.connection().get_by_role("button", name="Restart")

    def fact(self, label: str) -> Locator:
        """Return what stands under a label such as "Last sync"."""
        return self.connection().locator("dt", has_text=label).locator("xpath=../dd")

    def row(self, section: str, label: str) -> Locator:
        """Return the cells of a table's row."""
        table = self.connection().get_by_role("group", name=section)
        return (
            table.get_by_role("row")
            .filter(has=self.page.get_by_role("rowheader", name=label, exact=True))
            .get_by_role("cell")
        )

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def fits(self) -> bool:
        """Return whether nothing is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
