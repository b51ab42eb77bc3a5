"""The HTTP skin and its faults, over real sockets on the loopback address."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from hashlib import sha1
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import perf_counter
from urllib.parse import urlencode

import pytest
from lxml import etree

from infra.local.mediamosa.answers import Request
from infra.local.mediamosa.faults import KINDS, Fault
from infra.local.mediamosa.standin import StandIn
from infra.local.mediamosa.web import IDLE_SECONDS
from tests.standin.recordings import parse
from tests.standin.site import Site


class Client:
    """One keep-alive connection with a cookie."""

    def __init__(self, stand_in: StandIn) -> None:
        self.connection = HTTPConnection(stand_in.url.removeprefix("http://"), timeout=10)
        self.headers: dict[str, str] = {}
        self.last: HTTPResponse | None = None

    def ask(self, method: str, target: str, form: object = None, **headers: str) -> bytes:
        body = urlencode(form).encode() if isinstance(form, dict) else None
        sent = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, target, body, sent)
        self.last = self.connection.getresponse()
        cookie = self.last.headers.get("Set-Cookie")
        if cookie:
            self.headers["Cookie"] = cookie.partition(";")[0]
        return self.last.read()

    def log_in(self) -> None:
        first = self.ask("POST", "/login", {"dbus": "AUTH DBUS_COOKIE_SHA1 app"}).decode()
        challenge = (parse(first).findtext("items/item/dbus") or "").split(" ")[3]
        digest = sha1(f"{challenge}:r:key".encode(), usedforsecurity=False).hexdigest()
        self.ask("POST", "/login", {"dbus": f"DATA r {digest}"})

    def result(self, method: str, target: str, form: object = None) -> str:
        body = self.ask(method, target, form).decode()
        return parse(body).findtext("header/request_result_id") or ""

    @property
    def response(self) -> HTTPResponse:
        assert self.last is not None
        return self.last


@pytest.fixture
def site() -> Site:
    site = Site()
    for number in range(30):
        site.put(f"A{number:02}", site.now)
    return site


@pytest.fixture
def stand_in(site: Site) -> Iterator[StandIn]:
    with StandIn(site.model) as running:
        yield running


@pytest.fixture
def client(stand_in: StandIn) -> Iterator[Client]:
    one = Client(stand_in)
    one.log_in()
    yield one
    one.connection.close()


def test_one_connection_serves_many_calls(client: Client) -> None:
    before = client.connection.sock
    for _ in range(3):
        assert client.result("GET", "/asset?limit=1") == "601"
    assert client.connection.sock is before


def test_an_idle_connection_is_closed_without_a_word(site: Site) -> None:
    with StandIn(site.model, idle_seconds=0.05) as running:
        client = Client(running)
        client.ask("GET", "/version")
        assert client.connection.sock.recv(1) == b""
        client.connection.close()


def test_a_connection_may_be_idle_for_five_seconds() -> None:
    assert IDLE_SECONDS == 5.0


def test_double_slashes_and_encoded_ids_are_the_same_path(client: Client) -> None:
    for target in ("/asset/A01", "//asset//A01/", "/asset/%4101"):
        assert client.result("GET", target) == "601"


def test_a_long_answer_is_compressed_when_asked(client: Client) -> None:
    plain = client.ask("GET", "/asset?limit=30")
    packed = client.ask("GET", "/asset?limit=30", Accept_Encoding="gzip, deflate")
    assert client.response.headers["Content-Encoding"] == "gzip"
    assert len(packed) < len(plain) / 10
    items = parse(gzip.decompress(packed).decode()).findall("items/item")
    assert len(items) == 30


def test_the_date_header_is_the_clock_of_the_stamps(client: Client) -> None:
    client.ask("GET", "/asset?limit=0")
    assert client.response.headers["Date"] == "Mon, 23 Nov 2026 12:00:00 GMT"


def test_the_cookie_has_another_name_for_another_host(client: Client) -> None:
    assert client.result("GET", "/asset?limit=0") == "705"
    client.headers["Host"] = "elsewhere"
    assert client.result("GET", "/asset?limit=0") == "1601"


@pytest.mark.parametrize(("length", "status"), [(8150, 200), (8151, 414)])
def test_an_address_can_be_too_long(client: Client, length: int, status: int) -> None:
    target = "/asset?limit=0&x="
    client.ask("GET", target + "y" * (length - len(target)))
    assert client.response.status == status


def test_head_answers_as_get_without_a_body(client: Client) -> None:
    assert client.ask("HEAD", "/asset?limit=0") == b""
    assert int(client.response.headers["Content-Length"]) > 500


def test_a_multipart_form_is_read_too(client: Client, site: Site) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="user_id"\r\n\r\nalice\r\n'
        b'--b\r\nContent-Disposition: form-data; name="title[]"\r\n\r\nCaf\xc3\xa9\r\n--b--\r\n'
    )
    headers = {**client.headers, "Content-Type": "multipart/form-data; boundary=b"}
    client.connection.request("POST", "/asset/A01/metadata", body, headers)
    client.connection.getresponse().read()
    assert site.read("A01", "dublin_core/title") == ["Café"]


def test_a_body_too_large_is_not_read(client: Client) -> None:
    client.connection.putrequest("POST", "/asset/A01/metadata")
    client.connection.putheader("Content-Length", str(10**10))
    client.connection.endheaders()
    assert client.connection.getresponse().status == 413


def test_a_fault_hits_only_the_requests_it_is_meant_for(client: Client, stand_in: StandIn) -> None:
    stand_in.control.faults.add(Fault("deadlock", times=2, path="asset/*", method="POST"))
    assert client.result("GET", "/asset/A01") == "601"
    for expected in ("500", "500", "601"):
        assert client.result("POST", "/asset/A01", {"user_id": "alice", "isprivate": "TRUE"}) == (
            expected
        )


def test_a_deadlock_changes_nothing(client: Client, stand_in: StandIn, site: Site) -> None:
    stand_in.control.faults.add(Fault("deadlock"))
    body = client.ask("POST", "/asset/create", {"user_id": "alice"}).decode()
    assert "SAVEPOINT savepoint_1 does not exist" in body
    assert len(site.list()) == 30


@pytest.mark.parametrize(
    ("kind", "status"), [("html_500", 500), ("maintenance", 503), ("html_200", 200)]
)
def test_html_can_stand_where_xml_is_awaited(
    client: Client, stand_in: StandIn, kind: str, status: int
) -> None:
    stand_in.control.faults.add(Fault(kind))
    body = client.ask("GET", "/asset")
    assert client.response.status == status
    assert client.response.headers["Content-Type"].startswith("text/html")
    assert body.startswith(b"<!DOCTYPE html")


def test_the_connection_can_be_reset_before_anything_is_done(
    client: Client, stand_in: StandIn, site: Site
) -> None:
    stand_in.control.faults.add(Fault("down"))
    with pytest.raises(ConnectionResetError):
        client.ask("POST", "/asset/create", {"user_id": "alice"})
    assert len(site.list()) == 30


def test_the_reply_can_be_lost_after_the_write(
    client: Client, stand_in: StandIn, site: Site
) -> None:
    stand_in.control.faults.add(Fault("reply_lost"))
    with pytest.raises(ConnectionResetError):
        client.ask("POST", "/asset/create", {"user_id": "alice"})
    assert len(site.list()) == 31


WRITE = {"user_id": "alice", "action": "update", "title": "late"}
FORM = "/asset/A01/metadata"


def test_a_call_can_be_held_back_and_carried_out_later(
    client: Client, stand_in: StandIn, site: Site
) -> None:
    stand_in.control.faults.add(Fault("delayed", times=2, method="POST"))
    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            client.ask("POST", FORM, WRITE)
        client.connection.close()
    client.ask("POST", FORM, {**WRITE, "title": "in time"})
    site.now += 60

    assert site.read("A01", "dublin_core/title") == ["in time"]
    assert json.loads(client.ask("POST", "/__standin__/delayed")) == {"carried_out": 2}
    assert site.read("A01", "dublin_core/title") == ["late"]
    assert site.asset("A01").modified == site.now
    assert json.loads(client.ask("POST", "/__standin__/delayed")) == {"carried_out": 0}


def test_a_call_held_back_can_be_forgotten(client: Client, stand_in: StandIn, site: Site) -> None:
    stand_in.control.faults.add(Fault("delayed"))
    with pytest.raises(ConnectionResetError):
        client.ask("POST", FORM, WRITE)
    client.connection.close()

    client.ask("DELETE", "/__standin__/delayed")

    assert stand_in.control.carry_out() == 0
    assert site.read("A01", "dublin_core/title") == [""]


def test_the_database_can_be_made_to_keep_an_emoji(client: Client) -> None:
    form = {**WRITE, "title": "smile \U0001f600"}
    assert client.result("POST", FORM, form) == "500"
    client.ask("POST", "/__standin__/fault", {"kind": "emoji_kept"})
    assert client.result("POST", FORM, form) == "601"
    client.ask("POST", "/__standin__/fault", {"kind": "emoji_refused"})
    assert client.result("POST", FORM, form) == "500"


def test_switching_off_gives_the_database_back_as_it_was_started(site: Site) -> None:
    site.model.settings.utf8mb4 = True
    with StandIn(site.model) as running:
        running.control.keep_emoji(kept=False)
        running.control.answer("DELETE", "__standin__/fault", {})
    assert site.model.settings.utf8mb4


def test_a_kept_connection_can_be_dropped_after_an_answer(
    client: Client, stand_in: StandIn
) -> None:
    stand_in.control.faults.add(Fault("drop_keep_alive"))
    client.ask("GET", "/asset?limit=0")
    assert client.response.headers.get("Connection") is None
    with pytest.raises((HTTPException, ConnectionError)):
        client.ask("GET", "/asset?limit=0")


def test_xml_can_be_cut_or_have_a_document_type_or_a_wrong_count(
    client: Client, stand_in: StandIn
) -> None:
    for kind in ("truncated", "doctype", "wrong_count", "notices"):
        stand_in.control.faults.add(Fault(kind))
        body = client.ask("GET", "/asset?limit=2").decode()
        if kind == "truncated":
            with pytest.raises(etree.XMLSyntaxError):
                parse(body)
        elif kind == "doctype":
            assert "<!DOCTYPE response [<!ENTITY" in body
        elif kind == "wrong_count":
            assert parse(body).findtext("header/item_count") == "3"
        else:
            assert parse(body).find("header/errors/error") is not None


def test_a_lost_session_answers_1601_once_and_for_all(client: Client, stand_in: StandIn) -> None:
    stand_in.control.faults.add(Fault("session_lost"))
    assert client.result("GET", "/asset?limit=0") == "1601"
    assert client.result("GET", "/asset?limit=0") == "1601"
    client.log_in()
    assert client.result("GET", "/asset?limit=0") == "705"


def test_a_slow_answer_ends_when_the_stand_in_stops(site: Site) -> None:
    running = StandIn(site.model)
    running.start()
    running.control.faults.add(Fault("slow", seconds=3600))
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        started = perf_counter()
        running.stop()
    assert perf_counter() - started < 5


def test_an_unreadable_asset_spoils_its_page_but_not_the_ids(
    client: Client, stand_in: StandIn
) -> None:
    stand_in.control.make_unreadable("A05")
    with pytest.raises(etree.XMLSyntaxError):
        parse(client.ask("GET", "/asset?limit=10&order_by=asset_id").decode())
    assert parse(client.ask("GET", "/asset?limit=5&order_by=asset_id").decode()) is not None
    ids = parse(client.ask("GET", "/asset?limit=10&return_asset_ids=TRUE").decode())
    assert len(ids.findall("items/item")) == 10


def test_every_request_is_logged_with_its_parameters_and_result(
    client: Client, stand_in: StandIn
) -> None:
    stand_in.control.requests.clear()
    client.ask("GET", "/asset?limit=0&x%5B%5D=1&x%5B%5D=2")
    client.ask("POST", "/asset/NONE/metadata", {"user_id": "alice"})
    first, second = stand_in.control.requests
    assert (first.method, first.path, first.status, first.result_id) == ("GET", "asset", 200, 705)
    assert first.parameters == {"limit": ["0"], "x[]": ["1", "2"]}
    assert (second.path, second.result_id) == ("asset/NONE/metadata", 700)


def test_faults_can_be_switched_over_http(client: Client, stand_in: StandIn) -> None:
    fault = "/__standin__/fault"
    form = {"kind": "deadlock", "times": "always", "path": "/asset*"}
    known = json.loads(client.ask("POST", fault, form))
    assert known["kinds"].keys() >= KINDS.keys()
    assert client.result("GET", "/asset") == client.result("GET", "/asset") == "500"
    client.ask("DELETE", fault)
    assert client.result("GET", "/asset") == "601"
    client.ask("POST", fault, {"kind": "unreadable", "asset_id": "A01"})
    client.ask("POST", fault, {"kind": "late", "seconds": "60"})
    assert stand_in.model.store.list_lag_seconds == 60
    client.ask("DELETE", fault)
    assert stand_in.model.store.list_lag_seconds == 0
    logged = json.loads(client.ask("GET", "/__standin__/requests"))["items"]
    assert [one["path"] for one in logged][-3:] == ["asset", "asset", "asset"]
    client.ask("DELETE", "/__standin__/requests")
    assert not stand_in.control.requests


@pytest.mark.parametrize(
    ("form", "detail"),
    [
        ({"kind": "earthquake"}, "There is no fault 'earthquake': choose one of deadlock"),
        ({"kind": "slow", "seconds": "soon"}, "`seconds` is a number."),
        ({"kind": "slow", "seconds": "-1"}, "0 to 3600 seconds"),
        ({"kind": "down", "times": "0"}, "at least one request"),
        ({"kind": "late", "seconds": "x"}, "`seconds` is a whole number."),
        ({"kind": "unreadable", "asset_id": "NONE"}, "There is no asset 'NONE'"),
    ],
)
def test_a_wrong_fault_is_refused_with_a_sentence(
    client: Client, form: dict[str, str], detail: str
) -> None:
    body = json.loads(client.ask("POST", "/__standin__/fault", form))
    assert client.response.status == 400
    assert detail in body["detail"]


def test_there_are_no_other_switches(client: Client) -> None:
    client.ask("GET", "/__standin__/secrets")
    assert client.response.status == 404


def test_the_server_listens_on_the_loopback_address_alone(stand_in: StandIn) -> None:
    assert stand_in.url.startswith("http://127.0.0.1:")


def test_a_model_without_a_server_answers_the_same(client: Client, site: Site) -> None:
    direct = site.model.handle(Request.get("asset/NONE", session="logged-in"))
    assert str(direct.result_id) == client.result("GET", "/asset/NONE")
