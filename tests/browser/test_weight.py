"""What the page weighs, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playwright.sync_api import expect

from functions.page.handler import FILES
from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi
from tests.browser.made_up import fill
from tests.browser.sync_page import TABS

MAX_BYTES = 60_000


def imported(start: str) -> Iterator[str]:
    """Yield the modules that come with one, itself among them."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += re.findall(r'from "\./([^"]+)"', FILES[name].plain.body)


def test_the_first_load_is_small(open_page: Open, api: FakeApi, figures: list[str]) -> None:
    """Measured by Chromium, heads of the answers included, until the status stands there whole."""
    fill(api, "idle")
    tab = open_page()
    devtools = tab.page.context.new_cdp_session(tab.page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses: dict[str, str] = {}
    over_the_wire: dict[str, int] = {}

    def responded(event: dict[str, object]) -> None:
        response = event["response"]
        assert isinstance(response, dict)
        addresses[str(event["requestId"])] = response["url"].removeprefix(tab.stage.page_url)

    def finished(event: dict[str, object]) -> None:
        address = addresses[str(event["requestId"])]
        over_the_wire[address] = int(str(event["encodedDataLength"]))

    devtools.on("Network.responseReceived", responded)
    devtools.on("Network.loadingFinished", finished)
    tab.page.reload()
    tab.signed_in()
    expect(tab.page.locator("figure")).to_have_count(2)

    static = {name: size for name, size in over_the_wire.items() if name[:1] in {"", "/"}}
    assert {"", "/style.css", "/app.js", "/texts.js"} <= set(static)
    total = sum(static.values())
    figures.append(f"page: first load of {len(static)} files, {total:,} bytes over the wire")
    assert total <= MAX_BYTES, static


def test_what_is_needed_first_is_asked_for_at_once_and_nothing_else() -> None:
    """The index names every module of the first view: none waits for another to be read."""
    index = FILES["index.html"].plain.body
    preloaded = re.findall(r'<link rel="modulepreload" href="page/([^"]+)">', index)

    assert sorted([*preloaded, "app.js"]) == sorted(imported("app.js"))


def test_every_module_is_used() -> None:
    lazy = {
        name
        for file in FILES.values()
        for name in re.findall(r'import\("\./([^"]+)"\)', file.plain.body)
    }
    used = {name for start in {"app.js", *lazy} for name in imported(start)}

    assert {name for name in FILES if name.endswith(".js")} == used


def test_the_page_asks_for_nothing_outside_its_stage(open_page: Open, api: FakeApi) -> None:
    fill(api, "idle")
    tab = open_page()
    addresses: list[str] = []
    tab.page.on("request", lambda request: addresses.append(request.url))

    tab.page.reload()
    tab.signed_in()
    for name in TABS:
        tab.go(name)
        expect(tab.page.locator("section.tab h2")).to_be_visible()

    stage = tab.stage.page_url.removesuffix("/page")
    assert addresses
    assert [address for address in addresses if not address.startswith(f"{stage}/")] == []
