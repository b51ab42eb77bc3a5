"""Chromium, one page per test at a fixed instant, and pictures for whoever asks for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.fake_api import NOW, FakeApi
from tests.browser.stage import Stage, running
from tests.browser.sync_page import SyncPage

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
Picture = Callable[[Page, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        sentence = "there is no chromium here: install it (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(stage="v1", now=NOW)


@pytest.fixture
def stage(api: FakeApi) -> Iterator[Stage]:
    with running(api) as stage:
        yield stage


@pytest.fixture
def open_page(browser: Browser, stage: Stage) -> Iterator[Open]:
    """Open the page in a fresh browser profile; its time stands still until a test moves it."""
    opened: list[tuple[BrowserContext, SyncPage]] = []

    def open_it(
        at: str = "", width: int = 1280, colours: Colours = "light", height: int = 900
    ) -> SyncPage:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colours,
            locale="en-GB",
            timezone_id="America/New_York",
        )
        context.set_default_timeout(5_000)
        page = SyncPage(context.new_page(), stage)
        opened.append((context, page))
        page.open(at)
        return page

    yield open_it
    for context, page in opened:
        context.close()
        page.check()
    assert stage.api.departures == []


@pytest.fixture
def picture() -> Picture:
    """Write a picture of the whole page where the environment's PICTURES names a folder."""
    folder = os.environ.get("PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which finds what assistive tools stumble over."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
