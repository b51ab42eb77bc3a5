"""What the page looks like: hostile texts, narrow and wide, light and dark, with assistive tools.

With PICTURES=<folder> in the environment these tests also write what they saw.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Colours, Open, Picture
from tests.browser.fake_api import FakeApi
from tests.browser.made_up import CONNECTION, fill
from tests.browser.sync_page import CALM_SECONDS, TABS, SyncPage
from tests.openapi.description import example_status

HOSTILE = {
    "markup": "<img src=x onerror=document.title='owned'></script><script>owned()</script>",
    "right to left": "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u2067isolated",
    "40,000 letters": "W" * 40_000,
    "2,000 words": "word " * 2_000,
    "controls": "line\nline\ttab\u200b\u0301\ufeff",
}
COLOURS: tuple[Colours, ...] = ("light", "dark")
WIDTHS = (320, 360, 768, 1024, 1280, 1920)
STATES = (
    "running", "requested", "held", "failing", "paused", "stale", "never_synced", "idle",
)  # fmt: skip
# Of a value that an API gives in words of its own, and not of people.
OF_THE_API = {
    "connection_id", "state", "outcome", "kind", "trigger", "phase", "action", "side", "winner",
    "why", "type", "direction", "by", "run_id", "conflict_id", "time_zone", "paused", "on_trash",
    "on_unpublish", "on_record_delete",
}  # fmt: skip


def all_states(api: FakeApi) -> None:
    """Put seven more connections behind the first, so that there is one in each state."""
    api.statuses = [
        example_status(state) | {"connection_id": f"{place:040x}", "user_name": f"user-{place}"}
        for place, state in enumerate(STATES)
    ]
    api.statuses.append(fill(FakeApi(api.stage, api.now)).statuses[0])


def loaded(tab: SyncPage, name: str) -> None:
    """Wait until a tab has all that it asks for."""
    place = tab.page.locator("section.tab")
    expect(place.get_by_role("heading", level=2)).to_be_visible()
    expect(place.get_by_text("Loading …").filter(visible=True)).to_have_count(0)
    expect(tab.page.locator("section.tab[aria-busy]")).to_have_count(0)
    if name == "status":
        expect(tab.page.locator("figure")).to_have_count(2)
    if name == "plan":
        tab.page.get_by_role("button", name="Begin").click()
        expect(tab.page.get_by_role("button", name="Begin anew")).to_be_visible()
    if name == "attention":
        expect(tab.page.locator(".found .card")).to_be_visible()


def every_view(tab: SyncPage) -> Iterator[str]:
    """Go through the views of the page, signed in, and tell where one is."""
    tab.page.evaluate("location.hash = '#/connections'")
    expect(tab.rows()).to_have_count(len(STATES) + 1)
    yield "connections"
    tab.page.evaluate("location.hash = '#/add'")
    expect(tab.button("Add the connection")).to_be_visible()
    yield "add"
    media_id = tab.stage.api.of("links")[0]["media_id"]
    for name in TABS:
        tab.go(name, *(["media", media_id] if name == "attention" else []))
        loaded(tab, name)
        yield name


def poisoned(value: Any, text: str, name: str = "") -> Any:
    """Return the value with that text wherever somebody outside could have put one."""
    if isinstance(value, dict):
        return {key: poisoned(each, text, key) for key, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each, text, name) for each in value]
    is_text = isinstance(value, str) and name not in OF_THE_API and not name.endswith("_at")
    return text if is_text and value[:2] != "20" else value


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_shown_as_text_and_wrapped_in_every_view(
    open_page: Open, api: FakeApi, picture: Picture, kind: str
) -> None:
    text = HOSTILE[kind]
    fill(api, "failing", many=2)
    api.statuses = poisoned(api.statuses, text)
    api.lists = {
        name: poisoned(items[:2], text if name != "audit" else text[:9_000])
        for name, items in api.lists.items()
    }
    api.plan = poisoned(api.plan[:1], text)
    api.plan[0]["items"] = api.plan[0]["items"][:2]
    tab = open_page(width=360).signed_in()
    reason = tab.verdict().locator(".reason bdi")
    assert reason.text_content() == text

    for name in TABS:
        tab.go(name)
        if name == "attention":
            expect(tab.list_rows("Parked")).to_have_count(2)
        else:
            loaded(tab, name)
        assert tab.fits(), name
        assert tab.page.locator("main img, main script").count() == 0
        if len(text) < 1_000:
            picture(tab.page, f"hostile {kind} {name}")

    assert "owned" not in tab.page.title()
    tab.go("status")
    tab.button("Restart").click()
    expect(tab.dialog()).to_be_in_viewport(ratio=1)


def test_every_view_fits_into_every_window(open_page: Open, api: FakeApi, picture: Picture) -> None:
    tab = open_page()
    for colours in COLOURS:
        tab.page.emulate_media(color_scheme=colours)
        for width in (360, 1280):
            tab.page.set_viewport_size({"width": width, "height": 900})
            picture(tab.page, f"sign in {width} {colours}")
    fill(api)
    all_states(api)
    tab.signed_in()
    faults: list[str] = []

    for name in every_view(tab):
        for width in WIDTHS:
            tab.page.set_viewport_size({"width": width, "height": 900})
            if not tab.fits():
                faults.append(f"{name} is wider than {width}")
            faults += [f"{name} {width}: {each}" for each in clipped(tab)]
        for colours in COLOURS:
            tab.page.emulate_media(color_scheme=colours)
            for width in (360, 1280):
                tab.page.set_viewport_size({"width": width, "height": 900})
                picture(tab.page, f"{name} {width} {colours}")
            picture(tab.page, f"window {name} {colours}", whole=False)

    assert faults == []


def clipped(tab: SyncPage) -> list[str]:
    """Return what reaches beyond the edge of the window, or is squeezed to a letter a line."""
    texts: list[str] = tab.page.evaluate(
        """() => [...document.querySelectorAll("main *:not(.visually-hidden, .visually-hidden *)")]
            .filter((element) => {
                const box = element.getBoundingClientRect();
                return element.getClientRects().length && (box.right > window.innerWidth
                    || (element.textContent.trim() && box.width < 40 && box.height > 120));
            }).map((element) => element.outerHTML.slice(0, 120))"""
    )
    return texts


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_looked_at(
    open_page: Open, api: FakeApi, picture: Picture, state: str
) -> None:
    fill(api, state)
    api.statuses[0]["attention"] = example_status(state)["attention"]
    tab = open_page().signed_in()
    loaded(tab, "status")
    for pending in (9, 4, 0) if state == "idle" else ():
        api.statuses[0]["attention"]["pending"] = pending
        tab.poll_after(CALM_SECONDS)

    for colours in COLOURS:
        tab.page.emulate_media(color_scheme=colours)
        for width in (1280, 360):
            tab.page.set_viewport_size({"width": width, "height": 900})
            assert tab.fits()
            picture(tab.page, f"state {state} {width} {colours}")


def test_dark_is_dark_and_light_is_light(open_page: Open) -> None:
    tab = open_page(colours="dark")
    ground = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"

    assert max(tab.page.evaluate(ground)) < 64
    tab.page.emulate_media(color_scheme="light")
    assert min(tab.page.evaluate(ground)) > 192


def test_nothing_moves_for_those_who_asked_for_stillness(open_page: Open, api: FakeApi) -> None:
    fill(api, "running")
    tab = open_page()
    tab.page.emulate_media(reduced_motion="reduce")
    tab.signed_in()

    assert tab.page.evaluate("document.getAnimations().length") == 0


def test_the_focus_is_visible_on_every_control(open_page: Open, api: FakeApi) -> None:
    fill(api)
    tab = open_page(at=f"#/c/{CONNECTION}/attention").signed_in()
    expect(tab.list_rows("Parked")).to_have_count(7)
    unseen = tab.page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, summary")]
            .filter((control) => control.getClientRects().length)
            .filter((control) => {
                control.focus({focusVisible: true});
                return getComputedStyle(control).outlineStyle === "none";
            }).map((control) => control.outerHTML)"""
    )

    assert unseen == []


def test_an_update_takes_neither_the_focus_nor_the_place(open_page: Open, api: FakeApi) -> None:
    fill(api)
    tab = open_page().signed_in()
    loaded(tab, "status")
    button = tab.button("Ask for a full run")
    button.focus()
    place = button.bounding_box()

    api.statuses[0]["last_sync"] = "2026-11-23T14:04:02Z"
    tab.poll_after(CALM_SECONDS)

    expect(button).to_be_focused()
    assert button.bounding_box() == place


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_fault_in_any_view(
    open_page: Open, api: FakeApi, axe: str, colours: Colours
) -> None:
    tab = open_page(width=1024, colours=colours)
    # axe waits by timers of its own.
    tab.clock.resume()
    # Rows are alike: a few of each kind are as good as hundreds, and looked at much sooner.
    fill(api, many=5)
    del api.lists["held"][5:]
    all_states(api)
    faults: list[str] = []
    tab.page.evaluate(axe)

    def look(place: str, within: str = "html") -> None:
        found = tab.page.evaluate(
            """within => axe.run(within, {resultTypes: ["violations"]})
                .then((result) => result.violations)""",
            within,
        )
        faults.extend(
            f"{place}: {each['id']}: {node['html']}" for each in found for node in each["nodes"]
        )

    look("sign in")
    tab.sign_in()
    for name in every_view(tab):
        look(name)
    tab.go("deletions")
    tab.button("Approve").click()
    look("question")
    tab.answer("Cancel")
    for state, status in zip(STATES, api.statuses, strict=False):
        tab.go("status", connection=status["connection_id"])
        expect(tab.page.get_by_text(f"User user-{STATES.index(state)}")).to_be_visible()
        # What a state changes; the rest of the tab has been looked at.
        look(state, ".connection")

    assert faults == []
