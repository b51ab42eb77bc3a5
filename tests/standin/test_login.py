"""Sessions and DBUS_COOKIE_SHA1 (§ 3)."""

from __future__ import annotations

from hashlib import sha1

import pytest

from infra.local.mediamosa.answers import Answer, Request
from infra.local.mediamosa.login import LIFETIME_SECONDS
from tests.standin.site import SESSION, Site, texts


def send(site: Site, line: str, session: str | None) -> Answer:
    return site.model.handle(Request.post("login", {"dbus": line}, session=session))


def dbus(answer: Answer) -> str:
    return texts(answer.items[0], "dbus")[0]


def log_in(site: Site, name: str = "app", key: str = "key") -> tuple[Answer, str]:
    first = send(site, f"AUTH DBUS_COOKIE_SHA1 {name}", None)
    session = first.new_session or ""
    challenge = dbus(first).split(" ")[3]
    response = sha1(f"{challenge}:abc:{key}".encode(), usedforsecurity=False).hexdigest()
    return send(site, f"DATA abc {response}", session), session


def test_a_login_in_two_steps_opens_the_session() -> None:
    site = Site()
    answer, session = log_in(site)
    assert (answer.result_id, dbus(answer)) == (601, "OK server_guid")
    listed = site.model.handle(Request.get("asset/count", session=session))
    assert listed.result_id == 601


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("AUTH DBUS_COOKIE_SHA1 nobody", "ERROR invalid account"),
        ("AUTH KERBEROS_V4 app", "ERROR unknown mechanism"),
        ("AUTH ", "REJECTED DBUS_COOKIE_SHA1"),
        ("DATA x y", "ERROR mechanism not specified"),
        ("HELLO", "ERROR unknown error"),
        ("HELLO x", "ERROR unknown error"),
    ],
)
def test_what_is_no_login_is_answered_as_1600(line: str, text: str) -> None:
    answer = send(Site(), line, None)
    assert (answer.result_id, answer.description) == (1600, f"DBUS {text}")


def test_a_missing_line_is_a_missing_parameter() -> None:
    assert Site().model.handle(Request.post("login")).result_id == 1002


def test_a_wrong_key_clears_the_challenge() -> None:
    site = Site()
    answer, session = log_in(site, key="wrong")
    assert dbus(answer) == "REJECTED"
    assert dbus(send(site, "DATA x y", session)) == "ERROR mechanism not specified"


def test_data_after_success_is_already_identified() -> None:
    site = Site()
    _, session = log_in(site)
    assert dbus(send(site, "DATA x y", session)) == "ERROR already identified"
    assert dbus(send(site, "AUTH DBUS_COOKIE_SHA1 app", session)).startswith("DATA vpx 0 ")


def test_cancelling_leaves_the_application_logged_in() -> None:
    site = Site()
    _, session = log_in(site)
    assert dbus(send(site, "CANCEL x", session)) == "REJECTED"
    assert site.model.handle(Request.get("asset/count", session=session)).result_id == 601


def test_switching_an_application_off_ends_no_session() -> None:
    site = Site()
    _, session = log_in(site)
    site.application.active = False
    assert site.model.handle(Request.get("asset/count", session=session)).result_id == 601
    refused = send(site, "AUTH DBUS_COOKIE_SHA1 app", None)
    assert dbus(refused) == "ERROR invalid account"


def test_a_session_ends_when_it_was_not_used_for_long() -> None:
    site = Site()
    for _ in range(3):
        site.now += LIFETIME_SECONDS
        assert site.get("asset/count").result_id == 601
    site.now += LIFETIME_SECONDS + 1
    assert site.get("asset/count").result_id == 1601


def test_a_lost_session_keeps_its_cookie_and_is_empty() -> None:
    site = Site()
    site.model.sessions.lose_all()
    answer = site.get("asset/count")
    assert (answer.result_id, answer.new_session) == (1601, None)
    assert dbus(send(site, "AUTH DBUS_COOKIE_SHA1 app", SESSION)).startswith("DATA vpx 0 ")


def test_calls_without_a_cookie_fill_no_memory() -> None:
    site = Site()
    kept = len(site.model.sessions.by_key)
    for _ in range(100):
        assert site.model.handle(Request.get("version")).new_session
    assert len(site.model.sessions.by_key) == kept
