"""Settings: a connection is added, changed, switched off and on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.fake_api import FakeApi, problem
from tests.browser.made_up import CONNECTION
from tests.browser.sync_page import CALM_SECONDS, SyncPage
from tests.openapi.description import example_status

PLACE = f"#/c/{CONNECTION}/settings"


def of_a_person(api: FakeApi) -> FakeApi:
    """Let the connection be one that a person added, which can be changed."""
    status = example_status("idle")
    status["configuration"]["default"] = False
    api.statuses = [status]
    return api


def fill_in(tab: SyncPage, **fields: str) -> None:
    for label, value in fields.items():
        tab.page.get_by_label(label.replace("_", " "), exact=False).fill(value)


def test_a_connection_is_added_with_all_that_can_be_said(open_page: Open, api: FakeApi) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page(at="#/connections").signed_in()
    tab.page.get_by_role("link", name="Add a connection").click()
    expect(tab.page.get_by_role("heading", name="Add a connection")).to_be_focused()
    fill_in(
        tab,
        Address_of_MediaMosa="https://other.example.org",
        User="archive",
        Shared_key=" key ",
        Assets_per_page="50",
    )
    tab.page.get_by_label("When an asset is trashed").select_option("Keep its record")

    tab.button("Add the connection").click()

    expect(tab.page.get_by_role("heading", level=1)).to_have_text("https://other.example.org")
    assert api.taken("POST connections") == [
        {
            "url": "https://other.example.org",
            "user_name": "archive",
            "password": " key ",
            "time_zone": "Europe/Amsterdam",
            "page_size": 50,
            "policies": {
                "on_trash": "keep",
                "on_unpublish": "keep",
                "on_record_delete": "forget",
            },
        }
    ]


def test_what_is_missing_is_told_at_its_field_before_anything_is_sent(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]
    tab = open_page(at="#/add").signed_in()

    tab.button("Add the connection").click()
    address = tab.page.get_by_label("Address of MediaMosa")
    expect(address).to_be_focused()
    expect(address).to_have_accessible_description(
        "https, as https://mediamosa.example.org Fill in: Address of MediaMosa."
    )
    fill_in(tab, Address_of_MediaMosa="https://other.example.org", User="archive", Shared_key="k")
    tab.page.get_by_label("Assets per page").fill("1.5")
    tab.button("Add the connection").click()

    expect(tab.page.get_by_role("alert").filter(visible=True)).to_have_text(
        "Write a whole number from 1 to 199."
    )
    assert api.taken("POST connections") == []


def test_what_the_api_says_of_a_field_stands_at_that_field(open_page: Open, api: FakeApi) -> None:
    of_a_person(api)
    said = "The field time_zone must be a name of the tz database."
    api.instead[f"PUT connections/{CONNECTION}"] = problem(400, "bad-request", said)
    tab = open_page(at=PLACE).signed_in()
    zone = tab.page.get_by_label("Time zone")
    zone.fill("Europe/Nowhere")

    tab.page.keyboard.press("Enter")

    expect(zone).to_be_focused()
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(zone).to_have_accessible_description(
        f"A name of the tz database, as Europe/Amsterdam or UTC. {said}"
    )
    expect(zone).to_have_value("Europe/Nowhere")


def test_only_what_was_changed_is_sent_and_typing_is_not_disturbed(
    open_page: Open, api: FakeApi
) -> None:
    of_a_person(api)
    tab = open_page(at=PLACE).signed_in()
    size = tab.page.get_by_label("Assets per page")
    expect(size).to_have_value("100")
    size.fill("50")
    tab.poll_after(CALM_SECONDS)
    expect(size).to_have_value("50")
    tab.page.get_by_label("When an asset is unpublished").select_option("Remove its record")

    tab.button("Save the changes").click()

    expect(tab.page.get_by_text("Saved.")).to_be_visible()
    assert api.taken(f"PUT connections/{CONNECTION}") == [
        {"page_size": 50, "policies": {"on_unpublish": "remove"}}
    ]
    tab.button("Save the changes").click()
    expect(tab.page.get_by_text("Nothing is changed.")).to_be_visible()


def test_what_the_stack_decides_about_is_shown_and_cannot_be_changed_here(
    open_page: Open, api: FakeApi
) -> None:
    api.statuses = [example_status("idle")]

    tab = open_page(at=PLACE).signed_in()

    expect(tab.page.get_by_text("The stack's parameters name this connection")).to_be_visible()
    expect(tab.page.get_by_label("Time zone")).to_have_value("Europe/Amsterdam")
    for label in ("Shared key", "Time zone", "Assets per page"):
        expect(tab.page.get_by_label(label)).to_be_disabled()
    expect(tab.page.get_by_label("When an asset is trashed")).to_be_enabled()


def test_a_connection_is_switched_off_after_a_question_and_on_again(
    open_page: Open, api: FakeApi
) -> None:
    of_a_person(api)
    tab = open_page(at=PLACE).signed_in()

    tab.button("Switch off").click()
    expect(tab.dialog()).to_contain_text("Switch this connection off?")
    tab.answer("Switch off")

    expect(tab.state()).to_have_text("Paused")
    expect(tab.page.get_by_text("This connection is off: nothing is synced.")).to_be_visible()
    expect(tab.button("Switch on")).to_be_focused()
    tab.button("Switch on").click()
    expect(tab.page.get_by_text("The connection is switched on.")).to_be_visible()
    expect(tab.state()).to_have_text("Idle")
    requests = api.taken(f"PUT connections/{CONNECTION}")
    assert requests == [{"enabled": False}, {"enabled": True}]
