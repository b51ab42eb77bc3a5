"""The API as the command line sees it: on the loopback interface, answering what a test says.

Every answer is held against infra/openapi.yaml before it is sent, and so is every body that comes.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from tests.openapi.description import description

OPERATOR, VIEWER = "operator-token", "viewer-token"
JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; *described* is off for what the API's description does not have."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    described: bool = True


def problem(status: int, kind: str, detail: str, **headers: str) -> Answer:
    title = kind.replace("-", " ").capitalize()
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}
    return Answer(status, body, headers)


@functools.cache
def _operations() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    return [
        (method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)), operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def _operation(method: str, path: str) -> dict[str, Any]:
    for known, pattern, operation in _operations():
        if known == method and pattern.fullmatch(path):
            return operation
    raise AssertionError(f"{method} {path} is not described")


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    """What stands where *thing* refers to, if it does."""
    while "$ref" in thing:
        found: Any = description()
        for part in thing["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        thing = found
    return thing


def _check(schema: dict[str, Any], told: Any) -> None:
    whole = {**schema, "components": description()["components"]}
    OAS31Validator(whole, format_checker=oas31_format_checker).validate(told)


def _check_answer(method: str, path: str, answer: Answer) -> None:
    responses = _operation(method, path)["responses"]
    content = resolved(responses[str(answer.status)])["content"]
    _check(content[PROBLEM if answer.status >= 400 else JSON]["schema"], answer.body)


def _check_body(method: str, path: str, body: Any) -> None:
    told = _operation(method, path).get("requestBody")
    if body is None or told is None:
        assert body is None, f"{method} {path} takes no body"
        assert not (told or {}).get("required"), f"{method} {path} needs a body"
        return
    _check(resolved(told)["content"][JSON]["schema"], body)


class FakeApi:
    """Answers by method and path, each list from its beginning, its last one again and again."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.url = ""
        self.sent: list[Sent] = []
        self.errors: list[str] = []
        self._answers: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self._speaks = threading.Event()
        self._speaks.set()
        self._came = threading.Event()

    def wait_for_a_request(self) -> None:
        """Until one has come, answered or not."""
        assert self._came.wait(20)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Hear requests, and answer them only afterwards."""
        self._speaks.clear()
        try:
            yield
        finally:
            self._speaks.set()

    def on(self, request: str, *answers: Answer | dict[str, Any]) -> None:
        """Answer *request*, such as "GET /connections", so from now on."""
        told = [one if isinstance(one, Answer) else Answer(200, one) for one in answers]
        self._answers[request] = told

    def asked(self, request: str) -> list[Sent]:
        """The requests that came to it."""
        return [one for one in self.sent if str(one) == request]

    def answer(self, sent: Sent) -> Answer:
        self._came.set()
        self._speaks.wait()
        with self._lock:
            self.sent.append(sent)
            answers = self._answers.get(str(sent))
            if answers is None:
                return Answer(403, {"message": "Missing Authentication Token"}, described=False)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.described:
            _check_body(sent.method, sent.path, sent.body)
            _check_answer(sent.method, sent.path, answer)
        return answer


def _handler(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: in two, the second waits for the first to be acknowledged.
        wbufsize = 1 << 16

        def _respond(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = parts.path.removeprefix("/v1")
            query = dict(parse_qsl(parts.query))
            body = json.loads(raw) if raw else None
            try:
                answer = api.answer(Sent(self.command, path, query, body, dict(self.headers)))
            except Exception as error:  # noqa: BLE001 - told to the test, which runs elsewhere
                api.errors.append(f"{self.command} {path}: {error}")
                answer = Answer(500, str(error), described=False)
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            told = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response_only(answer.status)
            date = format_datetime(api.now.replace(microsecond=0), usegmt=True)
            headers = {"Content-Type": JSON, "Date": date, **answer.headers}
            for name, value in {**headers, "Content-Length": str(len(told.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.encode())

        do_GET = do_POST = do_PUT = do_DELETE = _respond  # noqa: N815 - as http.server calls them

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that went away, or that does not speak HTTP, is no news."""


@contextmanager
def serving(api: FakeApi) -> Iterator[FakeApi]:
    """Serve it below the stage `v1` on any free port of the loopback interface."""
    server = _Server(("127.0.0.1", 0), _handler(api))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert api.errors == []
