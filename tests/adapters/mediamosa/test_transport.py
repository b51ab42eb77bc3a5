"""Requests under bad conditions: status, time, size, breaks, repeats (DESIGN § 7)."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.errors import (
    AssetServerError,
    Malformed,
    NotMediaMosa,
    Troubled,
    Unavailable,
    ValuesRefused,
)
from tests.adapters.mediamosa.scripted import HANG_UP, http
from tests.adapters.mediamosa.support import (
    SETTINGS,
    WINDOW,
    FakeTime,
    MediaMosa,
    Scene,
    asset_xml,
    replayed,
    scene,
    xml,
)

PAGE = http(xml([asset_xml("B1")]))
BACK_OFF = [0.375, 0.75]
SMALL = replace(SETTINGS, max_body_bytes=1_000_000)


def read(stage: Scene) -> None:
    assert len(stage.adapter.page(WINDOW, since=None, prefix="").assets) == 1


def failure(stage: Scene) -> AssetServerError:
    with pytest.raises(AssetServerError) as caught:
        read(stage)
    return caught.value


def test_the_limits_are_those_of_the_design() -> None:
    assert Settings() == Settings(
        allowed_hosts=frozenset(),
        allow_http=False,
        requests_per_second=5,
        deadline_seconds=30,
        max_body_bytes=32 * 1024 * 1024,
    )


def test_a_server_that_is_down_is_tried_three_times_and_told_in_a_sentence() -> None:
    with scene(PAGE) as gone:
        url = gone.server.url
    with scene(connection=Connection(url, "testapp1", "arn"), mosa=MediaMosa([PAGE])) as stage:
        error = failure(stage)

        assert type(error) is Unavailable
        assert "takes no connection on port" in str(error)
        assert stage.adapter.requests == 3
        assert [pause for pause in stage.time.pauses if pause in BACK_OFF] == BACK_OFF


@pytest.mark.parametrize(
    "status", ["500 Oh", "502 Bad Gateway", "503 Down", "504 Slow", "429 Slow"]
)
def test_trouble_of_the_server_may_pass(status: str) -> None:
    trouble = http("<html>Maintenance</html>", status=status, content_type="text/html")
    with scene(trouble, trouble, PAGE) as stage:
        read(stage)

        assert len(stage.server.calls) == 3
        assert stage.time.pauses[-1] == BACK_OFF[1]


@pytest.mark.parametrize("name", ["database-down"])
def test_trouble_that_goes_on_is_unavailable_after_two_repeats(name: str) -> None:
    with scene(replayed(name)) as stage:
        error = failure(stage)

        assert type(error) is Unavailable
        assert "HTTP 500" in str(error)
        assert len(stage.server.calls) == 3


def test_a_deadlock_inside_an_envelope_is_repeated() -> None:
    with scene(replayed("parallel-writers-deadlock"), PAGE) as stage:
        read(stage)

        assert len(stage.server.calls) == 2


def test_a_deadlock_that_goes_on_is_a_trouble_of_the_server() -> None:
    with scene(replayed("parallel-writers-deadlock")) as stage:
        error = failure(stage)

        assert type(error) is Troubled
        assert "SAVEPOINT" in str(error)
        assert len(stage.server.calls) == 3


def test_a_value_that_the_database_refuses_is_not_repeated() -> None:
    with scene(replayed("value-emoji-post")) as stage:
        assert type(failure(stage)) is ValuesRefused
        assert len(stage.server.calls) == 1


HTML = "<!DOCTYPE html><html><title>Sign in</title></html>"
OTHERS: dict[str, bytes] = {
    "html": http(HTML, content_type="text/html"),
    "html as xml": http(HTML),
    "html without a type": http(HTML, content_type=None),
    "a page not found": replayed("unknown-path"),
    "an address too long": replayed("assets-uri-too-long"),
    "not allowed": http("", status="403 Forbidden"),
    "sign in": http("", status="401 Unauthorized"),
    "no content": http("", status="204 No Content"),
    "json": http("{}", content_type="application/json"),
    "text": http("hello", content_type="text/plain"),
    "other xml": http("<rss/>", content_type="application/rss+xml"),
}


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS.keys())
def test_something_else_at_the_address_is_not_mediamosa_and_not_asked_again(answer: bytes) -> None:
    with scene(answer) as stage:
        error = failure(stage)

        assert type(error) is NotMediaMosa
        assert "check the connection's address" in str(error)
        assert len(stage.server.calls) == 1


def test_an_answer_that_names_no_type_is_read() -> None:
    with scene(http(xml([asset_xml("B1")]), content_type=None)) as stage:
        read(stage)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://other.example/mosa?token=t0ken", "https://other.example/mosa"),
        ("https://me:secret@other.example/", "https://other.example/"),
        ("/login", "/login"),
        ("", "another address"),
        ("http://[broken", "another address"),
        ("https://other.example/" + "x" * 500, "xxxxx"),
    ],
)
def test_a_redirect_is_not_followed_and_told_without_its_secrets(location: str, told: str) -> None:
    with scene(http("", status="302 Found", headers={"Location": location})) as stage:
        error = failure(stage)

        assert type(error) is NotMediaMosa
        assert told in str(error)
        assert "t0ken" not in str(error)
        assert "secret" not in str(error)
        assert len(str(error)) < 400
        assert stage.server.connections == 1


def test_a_redirect_to_the_server_itself_is_not_followed_either() -> None:
    with scene(http("", status="307 Again", headers={"Location": "/asset"}), PAGE) as stage:
        assert type(failure(stage)) is NotMediaMosa
        assert len(stage.server.calls) == 1


def endless(head: str, part: bytes) -> Iterator[bytes]:
    yield head.encode()
    while True:
        yield part


def test_the_body_of_a_redirect_is_not_read() -> None:
    body = endless("HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\n\r\n", b"x" * 65536)
    with scene(body) as stage:
        assert type(failure(stage)) is NotMediaMosa


def test_a_kept_alive_connection_that_is_gone_is_replaced_at_once() -> None:
    with scene(PAGE, HANG_UP, PAGE) as stage:
        read(stage)
        read(stage)

        assert stage.server.connections == 2
        assert stage.adapter.requests == 5
        assert not set(BACK_OFF) & set(stage.time.pauses)


def test_a_connection_closed_while_idle_is_replaced_without_a_repeat() -> None:
    with scene(iter([PAGE]), PAGE) as stage:
        read(stage)
        read(stage)

        assert stage.adapter.requests <= 5
        assert stage.server.connections == 2


def test_a_server_that_hangs_up_on_new_connections_too_is_unavailable() -> None:
    with scene(HANG_UP) as stage:
        error = failure(stage)

        assert type(error) is Unavailable
        assert "broke off" in str(error)
        assert len(stage.server.calls) == 4
        assert [pause for pause in stage.time.pauses if pause in BACK_OFF] == BACK_OFF


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n\r\n<response>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFF\r\n<response>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n<response>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n<response>",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_unavailable(answer: bytes) -> None:
    with scene(iter([answer]), iter([answer]), iter([answer]), iter([answer])) as stage:
        error = failure(stage)

        assert type(error) is Unavailable
        assert "broke off" in str(error)


def drip(time: FakeTime, head: bytes, part: bytes) -> Iterator[bytes]:
    """Endless, and a second passes with each part."""
    yield head
    while True:
        time.now += 1
        yield part


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<response>", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_slow_drip_ends_at_the_deadline_and_is_not_repeated(head: bytes, part: bytes) -> None:
    mosa = MediaMosa([b""])
    with scene(mosa=mosa) as stage:
        mosa.script = [drip(stage.time, head, part)]
        error = failure(stage)

        assert type(error) is Unavailable
        assert "does not answer in time" in str(error)
        assert len(stage.server.calls) == 1


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<re"])
def test_a_server_that_falls_silent_is_given_up(head: bytes) -> None:
    over = threading.Event()

    def silent() -> Iterator[bytes]:
        yield head
        over.wait()

    impatient = replace(SETTINGS, read_seconds=0.02)
    with scene(silent(), silent(), silent(), settings=impatient) as stage:
        error = failure(stage)
        over.set()

        assert type(error) is Unavailable
        assert "does not answer in time" in str(error)
        assert len(stage.server.calls) == 3


def test_no_repeat_begins_when_the_time_is_up() -> None:
    mosa = MediaMosa([b""])
    with scene(mosa=mosa) as stage:

        def late() -> Iterator[bytes]:
            stage.time.now += 29.9
            yield http("", status="503 Down")

        mosa.script = [late()]
        assert type(failure(stage)) is Unavailable
        assert len(stage.server.calls) == 1


def test_nothing_is_sent_when_the_time_is_up() -> None:
    slow = replace(SETTINGS, requests_per_second=0.02)
    with scene(PAGE, settings=slow) as stage:
        assert "in time" in str(failure(stage))
        assert len(stage.server.seen) == 1


def endless_body() -> Iterator[bytes]:
    return endless("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<response>", b" " * 65536)


def endless_chunks() -> Iterator[bytes]:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    return endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk)


def one_byte_too_much() -> Iterator[bytes]:
    yield http(" " * 1_000_001)


@pytest.mark.parametrize("answer", [endless_body, endless_chunks, one_byte_too_much])
def test_a_page_that_is_too_large_is_unreadable(answer: Callable[[], Iterator[bytes]]) -> None:
    with scene(answer(), answer(), settings=SMALL) as stage:
        error = failure(stage)

        assert error.kind == "unreadable"
        assert "larger than 1000000 bytes: set a smaller PageSize" in str(error)
        assert len(stage.server.calls) == 2


def bomb(wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    megabyte = b" " * 1_000_000
    return b"".join(packer.compress(megabyte) for _ in range(64)) + packer.flush()


def test_a_compression_bomb_is_cut_short_and_takes_little_memory() -> None:
    body = bomb(31)
    with scene(http(body, headers={"Content-Encoding": "gzip"}), settings=SMALL) as stage:
        tracemalloc.start()
        try:
            error = failure(stage)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert error.kind == "unreadable"
        assert "larger than" in str(error)
        assert peak < 10_000_000


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(xml([asset_xml("B1")]).encode())[:-8] + b"x" * 8]
)
def test_a_badly_compressed_body_is_malformed(body: bytes) -> None:
    with scene(http(body, headers={"Content-Encoding": "gzip"})) as stage:
        error = failure(stage)

        assert type(error) is Malformed
        assert "badly compressed" in str(error)


@pytest.mark.parametrize("encoding", ["deflate", "br", "gzip, gzip", "Deflate ", "unknown"])
def test_a_compression_that_was_not_asked_for_is_malformed(encoding: str) -> None:
    """Deflate may carry no checksum: what was damaged on its way would be taken for the answer."""
    body = zlib.compress(xml([asset_xml("B1")]).encode(), wbits=-15)
    with scene(http(body, headers={"Content-Encoding": encoding})) as stage:
        error = failure(stage)

        assert type(error) is Malformed
        assert "badly compressed" in str(error)


@pytest.mark.parametrize("encoding", ["gzip", " GZIP", "x-gzip"])
def test_a_compressed_page_is_read(encoding: str) -> None:
    body = gzip.compress(xml([asset_xml("B1")]).encode())
    with scene(http(body, headers={"Content-Encoding": encoding})) as stage:
        read(stage)


def test_requests_keep_their_distance() -> None:
    with scene(PAGE) as stage:
        read(stage)
        read(stage)

        assert stage.time.pauses == pytest.approx([0.2, 0.2, 0.2])


def test_requests_that_are_far_apart_do_not_wait() -> None:
    with scene(PAGE) as stage:
        read(stage)
        stage.time.now += 10
        read(stage)

        assert stage.time.pauses == pytest.approx([0.2, 0.2])


def test_a_request_says_who_asks_and_asks_for_little() -> None:
    with scene(PAGE) as stage:
        read(stage)

        assert dict(stage.server.calls[0].headers) == {
            "host": f"127.0.0.1:{stage.server.port}",
            "user-agent": "mediamosa-sync",
            "accept": "text/xml",
            "accept-encoding": "gzip",
            "cookie": "SESSae73=COOKIE-VALUE-1",
        }


def test_a_request_without_an_answer_counts() -> None:
    with scene(HANG_UP) as stage:
        failure(stage)

        assert stage.adapter.requests == len(stage.server.seen)
