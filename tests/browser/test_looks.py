"""What the page looks like: hostile texts, narrow and wide, light and dark, with assistive tools.

With PICTURES=<folder> in the environment these tests also write what they saw.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from functions.page.handler import STATIC
from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi
from tests.browser.sync_page import CALM_SECONDS, SyncPage
from tests.openapi.description import example_status

Picture = Callable[[Page, str], None]
Colours = Literal["light", "dark"]
MAX_BYTES = 60_000
HOSTILE = {
    "markup": "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>",
    "right to left": "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u2067isolated",
    "10,000 letters": "W" * 10_000,
    "10,000 words": "word " * 2_000,
    "controls": "line\nline\ttab\u200b\u0301\ufeff",
}


def everything() -> list[dict[str, Any]]:
    states = ("running", "requested", "held", "failing", "paused", "stale", "never_synced", "idle")
    return [
        example_status(state) | {"connection_id": f"{place:040x}", "user_name": f"user-{place}"}
        for place, state in enumerate(states)
    ]


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_shown_as_text_and_wrapped(
    open_page: Open, api: FakeApi, picture: Picture, kind: str
) -> None:
    text = HOSTILE[kind]
    status = example_status("failing") | {"url": text, "user_name": text, "reason": text}
    status["run"]["run_id"] = text
    api.statuses = [status]

    tab = open_page(width=360).signed_in()

    reason = tab.connection().locator(".reason bdi")
    assert reason.text_content() == text
    assert tab.fits()
    assert tab.page.title() == "MediaMosa Sync"
    assert tab.page.locator("main img, main script").count() == 0
    tab.restart_button().click()
    expect(tab.dialog()).to_be_in_viewport(ratio=1)
    picture(tab.page, f"hostile {kind}")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280, 1920])
def test_all_states_fit_into_the_window(
    open_page: Open, api: FakeApi, picture: Picture, width: int, colours: Colours
) -> None:
    tab = open_page(width=width, colours=colours)
    picture(tab.page, f"sign in {width} {colours}")
    api.statuses = everything()

    tab.signed_in()

    expect(tab.connection()).to_have_count(8)
    assert tab.fits()
    assert clipped(tab) == []
    picture(tab.page, f"states {width} {colours}")


def clipped(tab: SyncPage) -> list[str]:
    """Return the texts that reach beyond their connection's edge, where they are cut off."""
    texts: list[str] = tab.page.evaluate(
        """() => [...document.querySelectorAll("article")].flatMap((card) =>
            [...card.querySelectorAll("*")].filter((element) =>
                element.getClientRects().length
                && element.getBoundingClientRect().right > card.getBoundingClientRect().right
            ).map((element) => element.textContent))"""
    )
    return texts


def test_dark_is_dark_and_light_is_light(open_page: Open) -> None:
    ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"

    assert max(open_page(colours="dark").page.evaluate(ground)) < 64
    assert min(open_page(colours="light").page.evaluate(ground)) > 192


def test_nothing_moves_for_those_who_asked_for_stillness(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("running")]
    tab = open_page()
    tab.page.emulate_media(reduced_motion="reduce")
    tab.signed_in()

    assert tab.page.evaluate("document.getAnimations().length") == 0


def test_the_focus_is_visible_on_every_control(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page().signed_in()

    for name in ("Sign out", "Restart"):
        tab.page.keyboard.press("Tab" if name == "Restart" else "Shift+Tab")
        control = tab.page.get_by_role("button", name=name)
        expect(control).to_be_focused()
        expect(control).to_have_css("outline-style", "solid")


def test_an_update_takes_neither_the_focus_nor_the_place(open_page: Open, api: FakeApi) -> None:
    api.statuses = everything()[-2:]
    tab = open_page().signed_in()
    button = tab.connection("user-7").get_by_role("button", name="Restart")
    button.focus()
    place = button.bounding_box()

    api.statuses[1]["last_sync"] = "2026-11-23T14:04:02Z"
    tab.poll_after(CALM_SECONDS)

    expect(button).to_be_focused()
    assert button.bounding_box() == place


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_fault(open_page: Open, api: FakeApi, colours: Colours) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    tab = open_page(width=768, colours=colours)
    # axe waits by timers of its own.
    tab.page.clock.resume()
    api.statuses = everything()
    faults: list[str] = []

    def look() -> None:
        tab.page.evaluate(axe)
        found = tab.page.evaluate("axe.run().then((result) => result.violations)")
        faults.extend(f"{each['id']}: {node['html']}" for each in found for node in each["nodes"])

    look()
    tab.signed_in()
    expect(tab.connection()).to_have_count(8)
    look()
    tab.connection("user-7").get_by_role("button", name="Restart").click()
    look()

    assert faults == []


def test_the_page_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in STATIC.iterdir()}

    assert sum(sizes.values()) <= MAX_BYTES, sizes


def test_the_page_asks_for_nothing_outside_its_stage(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page()
    addresses: list[str] = []
    tab.page.on("request", lambda request: addresses.append(request.url))

    tab.page.reload()
    tab.signed_in()

    stage = tab.stage.page_url.removesuffix("/page")
    assert addresses
    assert [address for address in addresses if not address.startswith(f"{stage}/")] == []
