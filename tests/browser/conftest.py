"""Chromium, one page per test at a fixed instant, and pictures for whoever asks for them."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.fake_api import NOW, FakeApi
from tests.browser.stage import Stage
from tests.browser.sync_page import PageClock, SyncPage

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., SyncPage]
Colours = Literal["light", "dark"]


class Picture(Protocol):
    """Takes a picture of the page, or of what the window shows of it, under a name."""

    def __call__(self, page: Page, name: str, *, whole: bool = True) -> None: ...


STAGES = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """Return where Chromium is; without one the test is skipped, and in CI it fails."""
    found = shutil.which("chromium")
    if found is None:
        sentence = "there is no chromium here: install it (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> list[tuple[Page, PageClock]]:
    """Tabs that no test uses at the moment: each is as a new one, which would take longer."""
    del browser
    return []


@pytest.fixture(scope="session")
def server() -> Iterator[Stage]:
    stage = Stage(FakeApi(stage="v1", now=NOW))
    stage.start()
    yield stage
    stage.stop()


@pytest.fixture
def api() -> FakeApi:
    """A fake API under an address of its own, so that nothing of another test reaches it."""
    return FakeApi(stage=f"{next(STAGES)}/v1", now=NOW)


@pytest.fixture
def stage(server: Stage, api: FakeApi) -> Iterator[Stage]:
    server.api = api
    server.start()
    yield server
    assert api.departures == []


@pytest.fixture
def open_page(browser: Browser, stage: Stage, tabs: list[tuple[Page, PageClock]]) -> Iterator[Open]:
    """Open the page in a tab; its time stands still until a test moves it."""
    used: list[tuple[Page, PageClock]] = []
    opened: list[SyncPage] = []

    def open_it(
        at: str = "", width: int = 1280, colours: Colours = "light", height: int = 900
    ) -> SyncPage:
        page, clock = tabs.pop() if tabs else new_tab(browser)
        used.append((page, clock))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colours, reduced_motion="no-preference")
        # Nothing is under it that could look pointed at.
        page.mouse.move(0, 0)
        tab = SyncPage(page, clock, stage)
        opened.append(tab)
        tab.open(at)
        return tab

    yield open_it
    for tab in opened:
        tab.close()
    tabs.extend(used)


def new_tab(browser: Browser) -> tuple[Page, PageClock]:
    context = browser.new_context(locale="en-GB", timezone_id="America/New_York")
    context.set_default_timeout(5_000)
    page = context.new_page()
    return page, PageClock(page)


@pytest.fixture
def picture() -> Picture:
    """Write pictures where the environment's PICTURES names a folder."""
    folder = os.environ.get("PICTURES")

    def take(page: Page, name: str, *, whole: bool = True) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)

    return take


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which finds what assistive tools stumble over."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
