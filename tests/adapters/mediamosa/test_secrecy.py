"""Neither key, session nor the login's digest stand in a message or a log (promises, I20)."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

import pytest

from mediamosa_sync.errors import SyncError
from tests.adapters.mediamosa.scripted import HANG_UP, Reply, Seen, http
from tests.adapters.mediamosa.support import (
    KEY,
    WINDOW,
    Keys,
    MediaMosa,
    Scene,
    replayed,
    scene,
    xml,
)


class Telltale(MediaMosa):
    """Repeats in each answer what was sent: the session, and the login's line."""

    def __call__(self, request: Seen) -> Reply:
        told = f"{request.headers.get('cookie', '')} {request.body.decode()}"
        if request.path == "/login" and self.script[0] != b"login":
            return super().__call__(request)
        return http(
            xml(["<dbus>ERROR</dbus>"], result_id=500, description=told.replace("&", "&amp;"))
        )


BROKEN_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
    b"broken COOKIE-VALUE-1 line\r\nSet-Cookie: SESSae73=COOKIE-VALUE-1; path=/\r\n\r\n<response>"
)


def answering(*script: Reply) -> Callable[[], MediaMosa]:
    return lambda: MediaMosa([*script])


FAILURES: dict[str, Callable[[], MediaMosa]] = {
    "a wrong key": lambda: MediaMosa([b""], key="another"),
    "an unknown user": lambda: MediaMosa([b""], user="another"),
    "a lost session": answering(replayed("asset-list-session-expired")),
    "a database error": answering(replayed("parallel-writers-deadlock")),
    "a refusal": answering(replayed("value-emoji-post")),
    "a refused property": answering(replayed("metadata-bad-date")),
    "an asset that is not there": answering(replayed("metadata-asset-not-found")),
    "html": answering(http("<html>COOKIE-VALUE-1</html>", content_type="text/html")),
    "broken xml": answering(http("<COOKIE-VALUE-1><x>")),
    "a hang-up": answering(HANG_UP),
    "a broken head": lambda: MediaMosa([iter([BROKEN_HEAD]) for _ in range(4)]),
    "a redirect": answering(
        http("", status="302 Found", headers={"Location": "/x?sid=COOKIE-VALUE-1"})
    ),
    "a redirect below its session": answering(
        http("", status="302 Found", headers={"Location": "/x/COOKIE-VALUE-1/asset"})
    ),
    "a redirect to the session that it replaces": answering(
        http(
            "",
            status="302 Found",
            headers={
                "Location": "/x/COOKIE-VALUE-1/asset",
                "Set-Cookie": "SESSae73=ANOTHER; path=/",
            },
        )
    ),
    "a type that is its session": answering(http("", content_type="COOKIE-VALUE-1")),
    "a server that tells its session": lambda: Telltale([b"list"]),
    "a server that tells the login": lambda: Telltale([b"login"]),
}


def read(stage: Scene) -> None:
    stage.adapter.page(WINDOW, since=None, prefix="")


def write(stage: Scene) -> None:
    stage.adapter.write("B1", "alice", {"title": ("A title",), "created": ("2026",)})


CALLS = pytest.mark.parametrize("call", [read, write])


@CALLS
@pytest.mark.parametrize("failing", FAILURES.values(), ids=FAILURES.keys())
def test_no_secret_stands_in_a_message_or_a_log(
    failing: Callable[[], MediaMosa],
    call: Callable[[Scene], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with scene(mosa=failing(), keys=Keys(KEY, KEY)) as stage:
        with pytest.raises(SyncError) as caught:
            call(stage)

        told = "".join(
            [
                *traceback.format_exception(caught.value),
                repr(caught.value),
                caplog.text,
                *(str(record.__dict__) for record in caplog.records),
                repr(stage.adapter),
            ]
        )
        digests = [
            one.form["dbus"].split(" ")[-1]
            for one in stage.server.seen
            if one.path == "/login" and one.form["dbus"].startswith("DATA")
        ]
    for secret in (KEY, "COOKIE-VALUE", *digests):
        assert secret not in told


@CALLS
@pytest.mark.parametrize("failing", FAILURES.values(), ids=FAILURES.keys())
def test_every_message_is_one_plain_sentence_that_says_what_to_do(
    failing: Callable[[], MediaMosa], call: Callable[[Scene], None]
) -> None:
    with scene(mosa=failing()) as stage, pytest.raises(SyncError) as caught:
        call(stage)

    message = str(caught.value)
    assert message.endswith(".")
    assert ": " in message
    assert "\n" not in message
    assert len(message) < 500
    assert "Error" not in message.replace("Errors", "")
