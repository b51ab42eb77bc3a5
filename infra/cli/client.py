"""The API over HTTP: time-outs, a bounded number of repeats, and refusals as sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from random import Random, SystemRandom
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from infra.cli.errors import ApiProblem, CliError, NotReached
from infra.cli.settings import TOKEN, Access, is_loopback

Json = dict[str, Any]
"""An object as infra/openapi.yaml describes it."""
Query = Mapping[str, str | int | None]

REPEATS = 3
"""Most repeats of one request."""
CONNECT_SECONDS = 5.0
READ_SECONDS = 35.0
"""Longer than the 29 seconds that the gateway gives a function."""
_BACK_OFF_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
_MOST_ROWS = 100
_NOT_DONE = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that say that a request was not carried out: it may be repeated, whatever it is."""
_MAY_PASS = _NOT_DONE | {
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its object, and the server's clock (aware UTC) if it tells it."""

    body: Json
    date: datetime | None


class _Bearer(AuthBase):
    """The token as requests' own authentication: else a netrc file could take its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Api:
    """One API with one token.

    Every call may raise :class:`ApiProblem` (the API refused) or :class:`NotReached` (no answer).
    """

    def __init__(
        self,
        access: Access,
        *,
        sleep: Callable[[float], None] = time.sleep,
        random: Random | None = None,
        repeats: int = REPEATS,
        patience_seconds: float = READ_SECONDS,
    ) -> None:
        self.url = access.api_url
        self._why = "check the address, and the network between."
        if is_loopback(urlsplit(self.url).hostname or ""):
            self._why = "the `make run` has ended, or the address is another one by now."
        self._sleep = sleep
        self._random = SystemRandom() if random is None else random
        self._repeats = repeats
        self._timeout = (min(CONNECT_SECONDS, patience_seconds), patience_seconds)
        self._session = requests.Session()
        self._session.auth = _Bearer(access.token)
        self._session.headers.update(
            {"Accept": "application/json", "User-Agent": "mediamosa-sync-cli"}
        )

    def close(self) -> None:
        """Close the network connection."""
        self._session.close()

    def get(self, path: str, query: Query | None = None) -> Json:
        """Read something."""
        return self.call("GET", path, query=query).body

    def post(self, path: str, body: Json | None = None, *, safe: bool = False) -> Json:
        """Ask for something; *safe*: it changes nothing, so it may be repeated like a GET."""
        return self.call("POST", path, body=body, safe=safe).body

    def put(self, path: str, body: Json) -> Json:
        """Replace something."""
        return self.call("PUT", path, body=body).body

    def delete(self, path: str) -> Json:
        """Take something back."""
        return self.call("DELETE", path).body

    def rows(self, path: str, limit: int, query: Query | None = None, *, keep: Keep = None) -> Json:
        """Read a list as one object like the API's own, with at most *limit* items.

        Its ``next`` is the token of what follows; other members are those of the first part.
        *keep* says which rows count.
        """
        rows: list[Json] = []
        told: Json = {}
        token: str | None = None
        while True:
            part = self.get(
                path, {**(query or {}), "limit": min(_MOST_ROWS, limit - len(rows)), "next": token}
            )
            told = told or part
            rows += [row for row in part["items"] if keep is None or keep(row)]
            token = part["next"]
            if token is None or len(rows) >= limit:
                return {**told, "items": rows, "next": token}

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Json | None = None,
        safe: bool = False,
    ) -> Answer:
        """Send one request, and repeat it where that does no harm and may help."""
        safe = safe or method == "GET"
        repeated = 0
        while True:
            try:
                response = self._send(method, path, query, body)
            except NotReached:
                if not safe or repeated == self._repeats:
                    raise
                pause = 0.0
            else:
                repeatable = response.status_code in (_MAY_PASS if safe else _NOT_DONE)
                if not repeatable or repeated == self._repeats:
                    return self._answer(response)
                pause = _retry_after(response)
            backed_off = _BACK_OFF_SECONDS * 2**repeated * (0.5 + self._random.random() / 2)
            self._sleep(min(max(pause, backed_off), _LONGEST_PAUSE_SECONDS))
            repeated += 1

    def _send(
        self, method: str, path: str, query: Query | None, body: Json | None
    ) -> requests.Response:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        with self._translated():
            return self._session.request(
                method,
                f"{self.url}/{path}",
                params=given,
                json=body,
                timeout=self._timeout,
                allow_redirects=False,
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What the library raises, as sentences: its own may hold more than a person needs."""
        failure: CliError
        try:
            yield
            return
        except requests.exceptions.SSLError:
            failure = NotReached(
                f"No safe connection to {self.url} could be made: check the address, and that the "
                "server's certificate is valid for it."
            )
        except requests.Timeout:
            failure = NotReached(
                f"{self.url} does not answer in time: try again, and check the network between."
            )
        except requests.ConnectionError:
            failure = NotReached(f"{self.url} cannot be reached: {self._why}")
        except requests.RequestException as error:
            failure = NotReached(
                f"{self.url} cannot be asked ({type(error).__name__}): check the address."
            )
        raise failure

    def _answer(self, response: requests.Response) -> Answer:
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.ok and response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            if not isinstance(body, dict):
                raise self._stranger(response)
            return Answer(body, _date(response))
        if isinstance(body, dict) and str(body.get("type", "")).startswith("/problems/"):
            raise _problem(body, response.status_code)
        raise self._stranger(response)

    def _stranger(self, response: requests.Response) -> CliError:
        """What answers is not the API, or the gateway before it."""
        if response.status_code == HTTPStatus.GATEWAY_TIMEOUT:
            return NotReached("The API did not finish in time: try again in a moment.")
        return NotReached(
            f"{self.url} answers HTTP {response.status_code}, but not as the API of MediaMosa Sync "
            "does: check the address, with its stage at the end, and that both are of one version."
        )


Keep = Callable[[Json], bool] | None


def segment(identifier: str) -> str:
    """An id as one segment of a path.

    Raises:
        CliError: it can be none.
    """
    if identifier in {"", ".", ".."}:
        raise CliError(f"{identifier!r} is no id: `list` shows those that there are.")
    return quote(identifier, safe="")


def _problem(body: Json, status: int) -> ApiProblem:
    kind = str(body["type"]).rpartition("/")[2]
    sentence = str(body.get("detail") or body.get("title") or f"The API answers HTTP {status}.")
    if status == HTTPStatus.UNAUTHORIZED:
        sentence = f"The API does not know this token: set {TOKEN} to one that it knows."
    return ApiProblem(sentence, status, kind)


def _retry_after(response: requests.Response) -> float:
    """The seconds that the answer asks to wait; 0 if it names none."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _date(response: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return None
