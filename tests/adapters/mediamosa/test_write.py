"""One POST to MediaMosa: its form on the wire, and what is made of every kind of answer."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest

from infra.local.mediamosa.faults import Fault
from infra.local.mediamosa.standin import StandIn
from mediamosa_sync.domain.values import Metadata
from mediamosa_sync.errors import (
    AssetServerError,
    Malformed,
    NotLoggedIn,
    NotMediaMosa,
    PropertyRefused,
    Refused,
    Troubled,
    Unavailable,
    ValuesRefused,
)
from tests.adapters.mediamosa import world as known
from tests.adapters.mediamosa.scripted import HANG_UP, Reply, http
from tests.adapters.mediamosa.support import RECORDINGS, SETTINGS, Scene, replayed, scene, xml
from tests.adapters.mediamosa.world import World, adapter_to
from tests.adapters.mediamosa.writing import WRITES

SENT: Metadata = {
    "title": ("First title",),
    "description": ("A description",),
    "subject": ("zebra", "apple"),
}
STORED = replayed("metadata-update-several-fields")
DEADLOCK = replayed("parallel-writers-deadlock")
LOST = replayed("asset-list-session-expired")
ADDED = {("is_app_admin", "TRUE"), ("mediamosa_version", "3.0.0")}


def write(stage: Scene, values: Metadata = SENT) -> frozenset[str]:
    return stage.adapter.write("Q2VSenUgd7VHgagEEHGJpmTb", "alice", values)


def failure(stage: Scene, values: Metadata = SENT) -> AssetServerError:
    with pytest.raises(AssetServerError) as caught:
        write(stage, values)
    return caught.value


def body_recorded(name: str) -> str:
    text = (RECORDINGS / f"{name}.txt").read_text(encoding="utf-8")
    return text.partition("\n\n")[2].partition("\n\n")[2].partition("\n")[0]


def test_the_form_is_the_recorded_one_with_an_admins_rights_and_a_version() -> None:
    with scene(STORED) as stage:
        assert write(stage) == SENT.keys()

        (request,) = stage.server.calls
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True)
        assert {*pairs} >= ADDED
        assert urlencode([pair for pair in pairs if pair not in ADDED]) == (
            body_recorded("metadata-update-several-fields")
        )
        assert (request.method, request.target) == (
            "POST",
            "/asset/Q2VSenUgd7VHgagEEHGJpmTb/metadata",
        )
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_property_is_cleared_by_its_plain_name() -> None:
    with scene(replayed("metadata-clear-field")) as stage:
        assert write(stage, {"created": (), "title": ("", "x", "")}) == frozenset()

        assert stage.server.calls[0].body.decode().partition("3.0.0&")[2] == (
            "created=&title%5B%5D=x"
        )


def test_every_byte_of_a_text_is_told_as_utf_8_and_an_id_as_it_is() -> None:
    with scene(replayed("metadata-clear-field")) as stage:
        stage.adapter.write("é /?#", "bob & <co>", {"title": ("é\r\n& =+%日\U0001f600",)})

        (request,) = stage.server.calls
        assert request.target == "/asset/%C3%A9%20%2F%3F%23/metadata"
        assert request.form["user_id"] == "bob & <co>"
        assert request.form["title[]"] == "é\r\n& =+%日\U0001f600"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("metadata-update-several-fields", {"title", "description", "subject"}),
        ("metadata-unknown-field-ignored", {"title"}),
        ("metadata-wrong-user-as-app-admin", {"title"}),
        ("metadata-clear-field", set()),
        ("metadata-update-no-fields", set()),
    ],
)
def test_what_was_stored_is_what_the_answer_holds(name: str, told: set[str]) -> None:
    with scene(replayed(name)) as stage:
        assert write(stage, {**SENT, "nosuchfield": ("x",)}) == told


@pytest.mark.parametrize(
    ("name", "kind", "result_id"),
    [
        ("metadata-bad-date", PropertyRefused, 1003),
        ("metadata-bad-language", PropertyRefused, 1003),
        ("value-emoji-post", ValuesRefused, 500),
        ("metadata-asset-not-found", Refused, 700),
        ("metadata-on-deleted-asset", Refused, 700),
        ("metadata-on-trashcan-asset", Refused, 700),
        ("metadata-other-app", Refused, 1800),
        ("metadata-wrong-user", Refused, 1800),
    ],
)
def test_a_recorded_refusal_is_final(name: str, kind: type[Refused], result_id: int) -> None:
    with scene(replayed(name)) as stage:
        error = failure(stage, {**SENT, "created": ("not a date",), "language": ("xx",)})

        assert type(error) is kind
        assert isinstance(error, Refused)
        assert error.result_id == result_id
        assert len(stage.server.calls) == 1


def test_only_a_property_that_was_sent_is_named() -> None:
    with scene(replayed("metadata-bad-date")) as stage:
        assert type(failure(stage)) is Refused


def test_a_lost_session_is_logged_in_again_and_the_post_made_again() -> None:
    with scene(LOST, STORED) as stage:
        assert write(stage) == SENT.keys()

        first, second = stage.server.calls
        assert first.body == second.body
        assert second.headers["cookie"] == "SESSae73=COOKIE-VALUE-2"
        assert stage.adapter.requests == 2 + 1 + 2 + 1


def test_a_session_that_is_lost_again_at_once_is_not_logged_in() -> None:
    with scene(LOST) as stage:
        assert isinstance(failure(stage), NotLoggedIn)
        assert len(stage.server.calls) == 2


def test_a_kept_connection_that_was_dropped_costs_no_pause() -> None:
    with scene(HANG_UP, STORED) as stage:
        assert write(stage) == SENT.keys()

        first, second = stage.server.calls
        assert (first.connection, second.connection) == (1, 2)
        assert first.body == second.body
        assert stage.adapter.requests == 4
        assert max(stage.time.pauses) == pytest.approx(0.2)


TROUBLE: dict[str, tuple[Reply, type[Unavailable]]] = {
    "a deadlock": (DEADLOCK, Troubled),
    "an empty error": (replayed("value-invalid-utf8-post"), Troubled),
    "the database is down": (replayed("database-down"), Unavailable),
    "a connection that breaks off": (HANG_UP, Unavailable),
}


@pytest.mark.parametrize(("answer", "kind"), TROUBLE.values(), ids=TROUBLE.keys())
def test_trouble_is_repeated_and_then_told(answer: Reply, kind: type[Unavailable]) -> None:
    with scene(answer) as stage:
        assert isinstance(failure(stage), kind)
        assert len(stage.server.calls) >= 3
        assert len({one.body for one in stage.server.calls}) == 1


def test_a_deadlock_that_passes_is_no_failure() -> None:
    with scene(DEADLOCK, DEADLOCK, STORED) as stage:
        assert write(stage) == SENT.keys()
        assert len(stage.server.calls) == 3


def test_all_repeats_have_one_deadline() -> None:
    with scene(DEADLOCK, settings=replace(SETTINGS, deadline_seconds=0.9)) as stage:
        assert type(failure(stage)) is Troubled
        assert len(stage.server.calls) == 2


MALFORMED = {
    "cut off": xml(["<title>x</title>"])[:-12],
    "a wrong count": xml(["<title>x</title>"], count=2),
    "a document type": xml().replace("<response>", "<!DOCTYPE response []><response>"),
    "another property": xml(["<creator>x</creator>"]),
    "nothing": "",
    "items in an empty result": xml(["<title>x</title>"], result_id=705),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_answer_is_not_asked_for_again(body: str) -> None:
    with scene(http(body)) as stage:
        assert type(failure(stage)) is Malformed
        assert len(stage.server.calls) == 1


def test_html_is_not_mediamosa() -> None:
    with scene(http("<html>Welcome</html>", content_type="text/html")) as stage:
        assert type(failure(stage)) is NotMediaMosa
        assert len(stage.server.calls) == 1


def test_a_redirect_is_not_followed() -> None:
    with scene(http("", status="302 Found", headers={"Location": "/elsewhere"})) as stage:
        assert type(failure(stage)) is NotMediaMosa
        assert len(stage.server.calls) == 1


def title(world: World) -> list[object]:
    number = next(
        one.prop_id for one in world.model.store.properties.values() if one.name == "title"
    )
    return [*world.model.store.assets[known.PRIVATE].metadata[number]]


@pytest.mark.parametrize(
    ("kind", "error", "after"),
    [
        ("deadlock", Troubled, "Title of 1Private"),
        ("down", Unavailable, "Title of 1Private"),
        ("html_500", Unavailable, "Title of 1Private"),
        ("maintenance", Unavailable, "Title of 1Private"),
        ("html_200", NotMediaMosa, "Title of 1Private"),
        ("delayed", Unavailable, "Title of 1Private"),
        ("reply_lost", Unavailable, "x"),
        ("truncated", Malformed, "x"),
        ("wrong_count", Malformed, "x"),
        ("notices", None, "x"),
        ("session_lost", NotLoggedIn, "Title of 1Private"),
    ],
)
def test_each_fault_of_the_stand_in_is_told_and_leaves_what_it_leaves(
    kind: str, error: type[AssetServerError] | None, after: str
) -> None:
    world = World()
    with StandIn(world.model) as running, adapter_to(running) as adapter:
        running.control.faults.add(Fault(kind, times=None, path=WRITES, method="POST"))
        if error is None:
            assert adapter.write(known.PRIVATE, "alice", {"title": ("x",)}) == {"title"}
        else:
            with pytest.raises(error):
                adapter.write(known.PRIVATE, "alice", {"title": ("x",)})

    assert title(world) == [after]


@pytest.mark.parametrize("kind", ["deadlock", "down", "reply_lost", "session_lost", "html_500"])
def test_a_fault_that_passes_is_no_failure(kind: str) -> None:
    world = World()
    with StandIn(world.model) as running, adapter_to(running) as adapter:
        running.control.faults.add(Fault(kind, path=WRITES, method="POST"))

        assert adapter.write(known.PRIVATE, "alice", {"title": ("x",)}) == {"title"}

    assert title(world) == ["x"]
