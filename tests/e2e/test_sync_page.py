"""The sync page as it is deployed: compressed, whole, and at work in Chromium."""

from __future__ import annotations

import gzip

import pytest
import requests
from playwright.sync_api import expect, sync_playwright

from functions.page.handler import FILES
from infra.local.loopback import request
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.sync_page import TABS
from tests.e2e.conftest import Application
from tests.e2e.people import Admin, synced


def page_url(application: Application) -> str:
    return f"{application.stack.api_url}/page"


def test_every_file_is_sent_compressed_and_whole(guarded_application: Application) -> None:
    takes = {"Accept": "*/*", "Accept-Encoding": "gzip"}
    for name, file in FILES.items():
        below = "" if name == "index.html" else f"/{name}"
        answer = request(page_url(guarded_application) + below, headers=takes)

        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"] == file.content_type
        assert answer.headers["vary"] == "Accept-Encoding"
        assert gzip.decompress(answer.body).decode() == file.plain.body
        known = takes | {"If-None-Match": answer.headers["etag"]}
        assert request(page_url(guarded_application) + below, headers=known).status == 304


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept-Encoding": "gzip"}])
def test_who_does_not_ask_for_gzip_is_sent_text(
    guarded_application: Application, headers: dict[str, str]
) -> None:
    answer = request(f"{page_url(guarded_application)}/texts.js", headers=headers)

    assert answer.body.decode() == FILES["texts.js"].plain.body


def test_the_body_of_a_request_reaches_the_api_though_the_gateway_takes_it_for_binary(
    guarded_application: Application,
) -> None:
    admin = synced(guarded_application)

    status, body = admin.call("POST", "/pause", {"direction": "push"})
    assert (status, body["configuration"]["paused"]) == (200, ["push"])
    status, body = admin.call("POST", "/resume", {"direction": "push"})
    assert (status, body["configuration"]["paused"]) == (200, [])
    broken = requests.post(
        f"{guarded_application.operator.url}/connections/{admin.id}/pause",
        data=b"\xff\xfe{",
        headers={"Authorization": f"Bearer {guarded_application.operator.token}"},
        timeout=30,
    )
    assert broken.status_code == 400


def test_every_tab_shows_what_the_deployed_api_tells(guarded_application: Application) -> None:
    path = chromium()
    admin: Admin = synced(guarded_application)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{page_url(guarded_application)}#/c/{admin.id}/status")
        page.get_by_label("Access token").fill(guarded_application.operator.token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(".name-and-state .state")).to_have_text("Idle", timeout=30_000)
        links = guarded_application.status()["run"]["links"]
        expect(page.locator(".tiles .figure").first).to_have_text(str(links))
        for tab in TABS:
            page.evaluate("address => { location.hash = address; }", f"#/c/{admin.id}/{tab}")
            expect(page.locator("section.tab h2")).to_be_visible(timeout=30_000)
            expect(page.get_by_text("Loading …").filter(visible=True)).to_have_count(
                0, timeout=30_000
            )
            expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
        page.evaluate("address => { location.hash = address; }", f"#/c/{admin.id}/plan")
        page.get_by_label("As if a full run had been asked for").check()
        page.get_by_role("button", name="Begin the dry run").click()
        expect(page.locator(".plan-sentence")).to_contain_text(" assets", timeout=60_000)
        browser.close()

    assert complaints == []
