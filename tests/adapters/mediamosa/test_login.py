"""Logging in, staying logged in, and being told why not (protocol § 3)."""

from __future__ import annotations

import pytest

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.errors import Malformed, NotLoggedIn, Refused, SecretUnavailable, Unavailable
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

PAGE = http(xml(result_id=705))


def read(stage: Scene) -> None:
    stage.adapter.page(WINDOW, since=None, prefix="")


def test_the_first_call_logs_in_with_two_requests_and_later_ones_use_the_session() -> None:
    with scene(PAGE) as stage:
        read(stage)
        read(stage)

        paths = [one.path for one in stage.server.seen]
        assert paths == ["/login", "/login", "/asset", "/asset"]
        assert stage.adapter.requests == 4
        assert stage.server.connections == 1
        assert [one.headers["cookie"] for one in stage.server.calls] == [
            "SESSae73=COOKIE-VALUE-1",
            "SESSae73=COOKIE-VALUE-1",
        ]


def test_a_login_is_two_forms_in_the_recorded_shape() -> None:
    with scene(PAGE) as stage:
        read(stage)

        first, second, *_ = stage.server.seen
        assert (first.method, first.form) == ("POST", {"dbus": "AUTH DBUS_COOKIE_SHA1 testapp1"})
        word, nonce, digest = second.form["dbus"].split(" ")
        assert word == "DATA"
        assert len(nonce) == 16
        assert len(digest) == 40
        assert first.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "secret-one" not in "".join(
            one.body.decode() + one.target for one in (first, second)
        )


def test_each_login_uses_another_nonce() -> None:
    with scene(replayed("asset-list-session-expired"), PAGE) as stage:
        read(stage)

        nonces = [
            one.form["dbus"].split(" ")[1]
            for one in stage.server.seen
            if one.path == "/login" and one.form["dbus"].startswith("DATA")
        ]
        assert len(set(nonces)) == 2


@pytest.mark.parametrize("name", ["asset-list-session-expired", "asset-list-not-logged-in"])
def test_a_lost_session_is_renewed_once_and_the_call_repeated_once(name: str) -> None:
    with scene(PAGE, replayed(name), PAGE) as stage:
        read(stage)
        read(stage)

        paths = [one.path for one in stage.server.seen]
        assert paths == ["/login", "/login", "/asset", "/asset", "/login", "/login", "/asset"]
        assert stage.server.calls[-1].headers["cookie"] == "SESSae73=COOKIE-VALUE-2"


def test_a_session_that_is_never_kept_is_final_after_the_second_time() -> None:
    with scene(replayed("asset-list-session-expired")) as stage:
        with pytest.raises(NotLoggedIn, match="does not keep the login: check"):
            read(stage)

        assert len(stage.server.calls) == 2
        assert stage.adapter.requests == 6


def test_after_a_failed_renewal_the_next_call_logs_in_again() -> None:
    lost = replayed("asset-list-session-expired")
    with scene(lost, lost, PAGE) as stage:
        with pytest.raises(NotLoggedIn):
            read(stage)

        read(stage)

        assert [one.path for one in stage.server.seen][-3:] == ["/login", "/login", "/asset"]


def test_an_unknown_user_is_told_so_and_the_key_is_not_asked_for_again() -> None:
    with scene(PAGE, mosa=MediaMosa([PAGE], user="another")) as stage:
        with pytest.raises(NotLoggedIn, match=r"does not know the user 'testapp1', or .*switched"):
            read(stage)

        assert stage.keys.asked == [False]
        assert stage.adapter.requests == 1


@pytest.mark.parametrize("name", ["login-1-unknown-app", "login-1-inactive-app"])
def test_recorded_refusals_of_the_name_are_understood(name: str) -> None:
    with scene(mosa=Fixed(replayed(name))) as stage, pytest.raises(NotLoggedIn, match="UserName"):
        read(stage)


def test_a_wrong_key_is_told_so_without_a_second_attempt_if_the_fresh_one_is_the_same() -> None:
    with scene(keys=Keys("wrong", "wrong"), mosa=MediaMosa([PAGE])) as stage:
        with pytest.raises(NotLoggedIn, match="does not accept the password of the user 'testapp1"):
            read(stage)

        assert stage.keys.asked == [False, True]
        assert stage.adapter.requests == 2


def test_a_key_that_was_changed_is_read_afresh_once() -> None:
    with scene(PAGE, keys=Keys("old", KEY)) as stage:
        read(stage)

        assert stage.keys.asked == [False, True]
        assert stage.adapter.requests == 5


def test_a_fresh_key_that_is_wrong_too_is_final() -> None:
    with scene(keys=Keys("old", "older"), mosa=MediaMosa([PAGE])) as stage:
        with pytest.raises(NotLoggedIn, match="MediaMosaPassword"):
            read(stage)

        assert stage.adapter.requests == 4


class Unreadable(Keys):
    """A key store that is not reached."""

    def __call__(self, *, fresh: bool) -> str:
        raise SecretUnavailable(f"The secret cannot be read ({fresh=}).")


def test_a_key_that_cannot_be_read_is_passed_on() -> None:
    with scene(PAGE, keys=Unreadable()) as stage:
        with pytest.raises(SecretUnavailable):
            read(stage)

        assert stage.adapter.requests == 0


class Fixed(MediaMosa):
    """Answers the login's steps with fixed answers, the last one for ever."""

    def __init__(self, *answers: Reply) -> None:
        super().__init__([PAGE])
        self.answers = [*answers]

    def login(self, _request: Seen) -> bytes:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, bytes) else b"".join(answer)


CHALLENGE = replayed("login-1-auth")


def test_a_recorded_login_works() -> None:
    with scene(mosa=Fixed(CHALLENGE, replayed("login-2-data-ok"))) as stage:
        read(stage)

        assert stage.adapter.requests == 3


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (replayed("login-2-data-wrong-secret"), NotLoggedIn, "does not accept the password"),
        (replayed("login-2-without-cookie"), NotLoggedIn, "lost the session between"),
        (replayed("login-cancel"), NotLoggedIn, "does not accept the password"),
        (http(xml(result_id=1600)), NotLoggedIn, "for a reason that it does not tell"),
        (http(xml(result_id=404)), Refused, "result 404"),
        (http(xml(["<dbus>DATA again</dbus>"])), Malformed, "neither accepts nor refuses"),
        (http(xml(result_id=705)), Malformed, "neither accepts nor refuses"),
    ],
)
def test_each_answer_to_the_second_step_is_told_in_its_own_words(
    answer: bytes, error: type[Exception], sentence: str
) -> None:
    with scene(mosa=Alternating(CHALLENGE, answer)) as stage, pytest.raises(error, match=sentence):
        read(stage)


class Alternating(Fixed):
    """The first answer for AUTH, the second for DATA."""

    def login(self, request: Seen) -> bytes:
        answer = self.answers[0 if request.form["dbus"].startswith("AUTH") else 1]
        assert isinstance(answer, bytes)
        return answer


@pytest.mark.parametrize("told", ["", "<dbus/>", "<dbus>DATA vpx 0</dbus>", "<dbus>OK</dbus>"])
def test_a_login_without_a_challenge_is_malformed(told: str) -> None:
    answer = http(xml([told] if told else []))
    with scene(mosa=Fixed(answer)) as stage, pytest.raises(Malformed, match="no challenge"):
        read(stage)


def test_a_database_error_during_the_login_may_pass() -> None:
    trouble = http(xml(["<dbus>ERROR database error</dbus>"], result_id=1600))
    with scene(mosa=Fixed(trouble, CHALLENGE, replayed("login-2-data-ok"))) as stage:
        read(stage)

        assert stage.adapter.requests == 4


def test_a_login_that_breaks_off_in_its_second_step_begins_again_with_the_first() -> None:
    with scene(mosa=Fixed(CHALLENGE, HANG_UP, CHALLENGE, replayed("login-2-data-ok"))) as stage:
        read(stage)

        words = [one.form["dbus"].split(" ")[0] for one in stage.server.seen[:-1]]
        assert words == ["AUTH", "DATA", "AUTH", "DATA"]


def test_a_login_that_goes_on_failing_stops() -> None:
    with scene(mosa=Fixed(http("", status="503 Down"))) as stage:
        with pytest.raises(Unavailable, match="HTTP 503"):
            read(stage)

        assert stage.adapter.requests == 3


def test_white_space_around_the_user_name_does_not_matter() -> None:
    with scene(PAGE, connection=Connection("http://127.0.0.1:PORT", " testapp1 ", "arn")) as stage:
        read(stage)
