from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from infra.cli.client import Api, segment
from infra.cli.errors import ApiProblem, CliError, NotReached
from infra.cli.settings import Access
from tests.cli.fake_api import Answer, FakeApi, problem
from tests.cli.terminal import HOME, ID, NOW, another, example, listing, status

PATH = f"connections/{ID}"
BUSY = problem(429, "too-many-requests", "Wait a moment and ask again.")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(api: FakeApi, pauses: list[float]) -> Iterator[Api]:
    found = Api(Access(api.url, "operator-token"), sleep=pauses.append, random=Random(1))
    yield found
    found.close()


def test_a_request_says_who_asks(client: Api, api: FakeApi) -> None:
    assert client.get("connections")["items"] == [status()]
    assert api.sent[0].headers["Authorization"] == "Bearer operator-token"


def test_a_netrc_file_does_not_take_the_tokens_place(
    client: Api, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    client.get("connections")

    assert api.sent[0].headers["Authorization"] == "Bearer operator-token"


def test_the_servers_clock_is_told(client: Api) -> None:
    assert client.call("GET", "connections").date == NOW


@pytest.mark.parametrize("code", [429, 500, 503])
def test_reading_is_repeated_with_growing_pauses_and_given_up(
    client: Api, api: FakeApi, pauses: list[float], code: int
) -> None:
    kind = {429: "too-many-requests", 500: "internal", 503: "unavailable"}[code]
    api.on("GET /connections", problem(code, kind, "Try again."))

    with pytest.raises(ApiProblem, match="Try again"):
        client.get("connections")

    assert len(api.sent) == 4
    assert [0.25, 0.5, 1.0] <= pauses <= [0.5, 1.0, 2.0]


def test_what_passes_is_not_seen(client: Api, api: FakeApi) -> None:
    api.on("GET /connections", BUSY, listing(another()))

    assert client.get("connections")["items"] == [another()]


def test_the_pause_is_at_least_what_the_answer_asks_for(
    client: Api, api: FakeApi, pauses: list[float]
) -> None:
    later = problem(429, "too-many-requests", "Wait.", **{"Retry-After": "7"})
    much_later = problem(429, "too-many-requests", "Wait.", **{"Retry-After": "3600"})
    api.on("GET /connections", later, much_later, listing())

    client.get("connections")

    assert pauses == [7.0, 20.0]


def test_an_action_is_repeated_only_where_it_was_not_carried_out(
    client: Api, api: FakeApi, pauses: list[float]
) -> None:
    mark = example("/connections/{connection_id}/restart", "post", "202", "marked")
    api.on(f"POST {HOME}/restart", BUSY, Answer(202, mark))
    assert client.post(f"{PATH}/restart") == mark

    api.on(f"POST {HOME}/restart", problem(500, "internal", "It failed."))
    with pytest.raises(ApiProblem, match="It failed"):
        client.post(f"{PATH}/restart")
    assert len(pauses) == 1


def test_a_problem_keeps_its_kind(client: Api, api: FakeApi) -> None:
    api.on("GET /connections", problem(403, "forbidden", "A viewer may look only."))

    with pytest.raises(ApiProblem) as caught:
        client.get("connections")

    assert (caught.value.status, caught.value.kind) == (403, "forbidden")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>a portal</html>", {"Content-Type": "text/html"}, described=False),
        Answer(200, ["no object"], described=False),
        Answer(403, {"message": "Missing Authentication Token"}, described=False),
        Answer(302, {}, {"Location": "http://127.0.0.1:1/"}, described=False),
        Answer(404, {"type": "about:blank"}, described=False),
    ],
)
def test_what_is_not_the_api_is_told_so(client: Api, api: FakeApi, answer: Answer) -> None:
    api.on("GET /connections", answer)

    with pytest.raises(NotReached, match=f"answers HTTP {answer.status}, but not as the API"):
        client.get("connections")

    assert len(api.sent) == 1


def test_a_gateway_that_gave_up_is_told_so(client: Api, api: FakeApi) -> None:
    gone = Answer(504, {"message": "Endpoint request timed out"}, described=False)
    api.on("GET /connections", gone)

    with pytest.raises(NotReached, match="did not finish in time"):
        client.get("connections")


def test_nobody_there_is_a_sentence(pauses: list[float]) -> None:
    client = Api(Access("http://127.0.0.1:9/v1", "t"), sleep=pauses.append)

    with pytest.raises(NotReached, match=re.escape("http://127.0.0.1:9/v1 cannot be reached")):
        client.get("connections")
    with pytest.raises(NotReached):
        client.post("connections", {})

    assert len(pauses) == 3


def test_what_to_do_about_it_depends_on_where_it_is() -> None:
    away = Api(Access("https://0.0.0.0:9/v1", "t"), repeats=0)
    here = Api(Access("http://127.0.0.1:9/v1", "t"), repeats=0)

    with pytest.raises(NotReached, match="the network between"):
        away.get("connections")
    with pytest.raises(NotReached, match="`make run` has ended"):
        here.get("connections")


def test_a_silent_server_is_not_waited_for_for_ever(api: FakeApi) -> None:
    client = Api(Access(api.url, "t"), repeats=0, patience_seconds=0.05)
    with api.silent(), pytest.raises(NotReached, match="does not answer in time"):
        client.get("connections")
    client.close()


def test_an_address_that_cannot_be_asked_is_a_sentence() -> None:
    client = Api(Access("http://127.0.0.1:4\n/v1", "t"), repeats=0)

    with pytest.raises(NotReached, match="cannot be"):
        client.get("connections")


def test_a_server_without_a_certificate_is_told(api: FakeApi) -> None:
    client = Api(Access(api.url.replace("http:", "https:"), "t"), repeats=0)

    with pytest.raises(NotReached, match="No safe connection"):
        client.get("connections")
    client.close()


def test_a_list_is_read_to_its_end_or_the_limit(client: Api, api: FakeApi) -> None:
    rows = [
        {"asset_id": f"a{number}", "media_id": "m", "since": "2026-11-23T14:03:31Z"}
        for number in range(4)
    ]
    held: dict[str, Any] = {"token": "t", "count": 4}
    parts = [
        listing(*rows[:2], then="second", **held),
        listing(then="third", **held),
        listing(*rows[2:], **held),
    ]
    api.on(f"GET {HOME}/held", *parts)

    assert client.rows(f"{PATH}/held", 500) == listing(*rows, **held)
    assert [one.query for one in api.sent] == [
        {"limit": "100"},
        {"limit": "100", "next": "second"},
        {"limit": "100", "next": "third"},
    ]

    api.on(f"GET {HOME}/held", *parts)
    assert client.rows(f"{PATH}/held", 2) == listing(*rows[:2], then="second", **held)
    assert api.sent[-1].query == {"limit": "2"}


def test_an_id_stays_one_segment_of_a_path() -> None:
    assert segment("a/b c?") == "a%2Fb%20c%3F"
    for none in ("", ".", ".."):
        with pytest.raises(CliError, match="is no id"):
            segment(none)
