"""Lambda as far as the API needs it: invokes one function, and listens on an address of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Function = Callable[[dict[str, Any]], dict[str, Any]]


class Lambdas:
    """The service, with one function.

    Attributes:
        url: where it listens.
        function: what is invoked; a test may put another in its place.
        events: what it was invoked with.
        name: of the function; another is not known.
    """

    def __init__(self, url: str, name: str, function: Function) -> None:
        self.url = url
        self.name = name
        self.function = function
        self.events: list[dict[str, Any]] = []

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to one request (AWS: "Lambda API", Invoke)."""
        if path != f"/2015-03-31/functions/{self.name}/invocations":
            return 404, {"X-Amzn-ErrorType": "ResourceNotFoundException"}, b'{"Type": "User"}'
        event = json.loads(body)
        self.events.append(event)
        try:
            told = self.function(event)
        except Exception as error:  # noqa: BLE001 (Lambda tells its caller whatever it is)
            failure = {"errorMessage": str(error), "errorType": type(error).__name__}
            return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(failure).encode()
        return 200, {}, json.dumps(told).encode()


@contextmanager
def lambdas(name: str, function: Function) -> Iterator[Lambdas]:
    """The service, listening on a loopback port of its own."""
    service = Lambdas("", name, function)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, told = service.answer(self.path, body)
            self.send_response(status)
            for header, value in {**headers, "Content-Length": str(len(told))}.items():
                self.send_header(header, value)
            self.end_headers()
            # Who has asked may have given up.
            with suppress(ConnectionError):
                self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """No log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
