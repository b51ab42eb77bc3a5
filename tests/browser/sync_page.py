"""The page as a person uses it: what tests do on it, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import CDPSession, ConsoleMessage, Locator, Page, expect

from tests.browser.fake_api import OPERATOR
from tests.browser.made_up import CONNECTION
from tests.browser.stage import Stage

# How often the page asks: while something moves, and while nothing does.
LIVELY_SECONDS = 2
CALM_SECONDS = 10

TABS = ("status", "runs", "attention", "conflicts", "deletions", "plan", "properties", "settings")


CLOCK = Path(__file__).with_name("clock.js").read_text(encoding="utf-8")


class PageClock:
    """The time of a tab: it stands still but for `advance`, and documents begin at the time set."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Page.enable")
        self._script: str | None = None

    def set(self, now: datetime) -> None:
        """Let the documents that are loaded from now on begin at an instant."""
        command = "Page.{}ScriptToEvaluateOnNewDocument"
        if self._script:
            self._session.send(command.format("remove"), {"identifier": self._script})
        source = CLOCK.replace("__NOW__", str(int(now.timestamp() * 1000)))
        added = self._session.send(command.format("add"), {"source": source})
        self._script = added["identifier"]

    def advance(self, seconds: float) -> None:
        """Let time pass in the document that is open, whose timers fire as it does."""
        self._page.evaluate("ms => window.testClock.advance(ms)", int(seconds * 1000))

    def resume(self) -> None:
        """Let the timers of what is loaded from outside be real ones."""
        self._page.evaluate("window.testClock.resume()")


class SyncPage:
    """One tab. Everything that its console says besides failed requests is kept in `complaints`."""

    def __init__(self, page: Page, clock: PageClock, stage: Stage) -> None:
        self.page = page
        self.clock = clock
        self.stage = stage
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", self._error)
        clock.set(stage.api.now)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _error(self, error: Exception) -> None:
        self.complaints.append(str(error))

    def open(self, at: str = "") -> None:
        """Open the page at a place such as "#/connections"."""
        self.page.goto(self.stage.page_url + at)

    def close(self) -> None:
        """Leave the tab as a new one would be. Raises AssertionError: the page complained."""
        self.page.evaluate("sessionStorage.clear()")
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("pageerror", self._error)
        if self.complaints:
            raise AssertionError("\n".join(self.complaints))

    def sign_in(self, token: str = OPERATOR) -> None:
        self.page.get_by_label("Access token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()

    def signed_in(self, token: str = OPERATOR) -> SyncPage:
        self.sign_in(token)
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(self.page.get_by_text(f"Updated {self.stage.api.now:%H:%M:%S} UTC")).to_be_visible()
        return self

    def go(self, tab: str, *rest: str, connection: str = CONNECTION) -> SyncPage:
        """Go to a tab by its address, as a link or a bookmark does."""
        address = "/".join(("#/c", connection, tab, *rest))
        self.page.evaluate("address => { location.hash = address; }", address)
        return self

    def open_tab(self, name: str) -> SyncPage:
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        return self

    def pass_time(self, seconds: float) -> None:
        """Let time pass on both sides: the timers of the page fire as it does."""
        self.stage.api.now += timedelta(seconds=seconds)
        self.clock.advance(seconds)
        self.clock.set(self.stage.api.now)

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

    def rows(self) -> Locator:
        """Return the rows of the view of all connections."""
        return self.page.locator(".connections > li")

    def state(self) -> Locator:
        """Return the state word beside the connection's name."""
        return self.page.locator(".name-and-state .state")

    def verdict(self) -> Locator:
        return self.page.locator(".verdict")

    def button(self, name: str, *, exact: bool = False) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def fact(self, label: str) -> Locator:
        """Return what stands under a label such as "Last sync"."""
        return self.page.locator(".status-main dt", has_text=label).locator("xpath=../dd")

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def row(self, section: str, label: str) -> Locator:
        """Return the cells of a row of a small table."""
        return (
            self.group(section)
            .get_by_role("row")
            .filter(has=self.page.get_by_role("rowheader", name=label, exact=True))
            .get_by_role("cell")
        )

    def list_rows(self, table: str) -> Locator:
        """Return the rows of a list, without its head."""
        return self.page.get_by_role("table", name=table, exact=True).locator(
            "tbody tr:not([hidden])"
        )

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def answer(self, name: str) -> None:
        """Answer the dialog's question."""
        self.dialog().get_by_role("button", name=name).click()
        expect(self.dialog()).to_be_hidden()

    def fits(self) -> bool:
        """Return whether nothing is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
