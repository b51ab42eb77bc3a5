"""Requests to one MediaMosa server: spaced, counted, bounded in time and size, and repeated.

What the libraries say of a failure may hold the address with its query, headers or the server's
text; it is told apart by its type and not passed on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from requests import exceptions
from urllib3.exceptions import TimeoutError as PoolTimeoutError

from mediamosa_sync.adapters.mediamosa.addresses import AddressRefused, Resolver
from mediamosa_sync.adapters.mediamosa.results import plain
from mediamosa_sync.adapters.mediamosa.settings import Settings
from mediamosa_sync.adapters.mediamosa.wire import Budget, PinnedAdapter, Wire
from mediamosa_sync.domain.connection import check_url
from mediamosa_sync.errors import AssetServerError, Malformed, NotMediaMosa, Unavailable, Unreadable

Pairs = Sequence[tuple[str, str]]
T = TypeVar("T")

REPEATS = 2
"""Most repeats of a request that failed for a reason that may pass."""
_BACK_OFF_SECONDS = 0.5
_CHUNK_BYTES = 64 * 1024
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip"})
"""What is asked for, and has a checksum; requests would decode more, whatever became of it."""
_TRY_LATER = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)


class _Dropped(Unavailable):
    """A kept-alive connection was gone before it answered: the server closes idle ones (§ 14)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back with HTTP 200: the decoded body and the ``Date`` header as sent."""

    body: bytes
    date: str | None


class _Session(requests.Session):
    """A session that does not look where a redirect leads; requests would read its whole body."""

    def get_redirect_target(self, _resp: requests.Response) -> None:
        return None


class Transport:
    """Requests below one address.

    Attributes:
        requests: requests made so far, repeats included.

    Raises:
        InvalidConfiguration: the address must not be called (:func:`check_url`).
    """

    def __init__(
        self,
        url: str,
        settings: Settings,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        random: Random,
        resolver: Resolver,
    ) -> None:
        check_url(url, allow_http=settings.allow_http)
        self.requests = 0
        self._url = url.strip().rstrip("/")
        self._settings = settings
        self._sleep, self._monotonic, self._random = sleep, monotonic, random
        self._budget = Budget(monotonic, settings)
        self._wire = Wire(settings, resolver, self._budget)
        self._session = self._new_session()
        self._sent = frozenset[str]()
        self._next_start = monotonic()

    def _new_session(self) -> requests.Session:
        session = _Session()
        session.trust_env = False
        session.verify = self._settings.ca_file or True
        session.headers.clear()
        session.headers.update(
            {"User-Agent": "mediamosa-sync", "Accept": "text/xml", "Accept-Encoding": "gzip"}
        )
        for scheme in ("http://", "https://"):
            session.mount(scheme, PinnedAdapter(self._wire))
        return session

    def close(self) -> None:
        """Close the kept-alive connection; a later request opens another."""
        self._session.close()

    def forget_session(self) -> None:
        """Forget the server's cookies, so that it begins a new session."""
        self._session.cookies.clear()

    @property
    def session_secrets(self) -> Collection[str]:
        """The cookies' values: whoever has them is logged in.

        Those that went out with the last request are among them, whatever its answer has set.
        """
        return {*self._sent, *self._cookies()}

    def _cookies(self) -> frozenset[str]:
        return frozenset(cookie.value for cookie in self._session.cookies if cookie.value)

    def repeated(self, attempt: Callable[[], T]) -> T:
        """The result of *attempt*, repeated while it raises Unavailable.

        At most :data:`REPEATS` times, after a jittered pause that doubles, and within
        ``deadline_seconds`` in all.
        """
        self._budget.start()
        repeats = 0
        while True:
            try:
                return attempt()
            except Unavailable:
                pause = _BACK_OFF_SECONDS * 2**repeats * (0.5 + self._random.random() / 2)
                if repeats == REPEATS or self._budget.left() <= pause:
                    raise
            self._sleep(pause)
            repeats += 1

    def get(self, path: str, query: Pairs) -> Answer:
        """One GET, sent once more if the kept-alive connection turns out to be gone."""
        return self._replayed(lambda: self._exchange("GET", path, query=query))

    def post(self, path: str, form: Pairs, *, replay: bool) -> Answer:
        """One POST. *replay*: it may be sent once more like a GET, as it does no harm twice.

        Raises, like :meth:`get`:
            Unavailable: not reached, too slow, broken off, or an HTTP status of trouble.
            NotMediaMosa: a redirect, another HTTP status, or a body that is not XML.
            Unreadable: a body larger than ``max_body_bytes``.
            Malformed: a body badly compressed.
            AddressRefused: the address leads to where it must not.
        """
        if replay:
            return self._replayed(lambda: self._exchange("POST", path, form=form))
        return self._exchange("POST", path, form=form)

    def _replayed(self, exchange: Callable[[], Answer]) -> Answer:
        try:
            return exchange()
        except _Dropped:
            return exchange()

    def _exchange(self, method: str, path: str, *, query: Pairs = (), form: Pairs = ()) -> Answer:
        self._wait_for_turn()
        self.requests += 1
        self._sent = self._cookies()
        opened = self._wire.opened
        failure: AssetServerError
        try:
            with self._session.request(
                method,
                f"{self._url}/{path}",
                params=list(query),
                data=list(form) or None,
                timeout=(
                    self._budget.patience(self._settings.connect_seconds),
                    self._settings.read_seconds,
                ),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._check_head(response)
                return Answer(self._read(response), response.headers.get("Date"))
        except (exceptions.RequestException, TimeoutError) as exc:
            failure = self._failure(exc, reused=self._wire.opened == opened)
        raise failure

    def _wait_for_turn(self) -> None:
        now = self._monotonic()
        if now < self._next_start:
            self._sleep(self._next_start - now)
        self._next_start = max(now, self._next_start) + 1 / self._settings.requests_per_second

    def _check_head(self, response: requests.Response) -> None:
        status = response.status_code
        if status in _TRY_LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(
                f"The server at {self._url} answers HTTP {status}, so it is in trouble or under "
                "maintenance: it is tried again; if that goes on, ask those who run it."
            )
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            target = _shown(response.headers.get("Location", ""), self.session_secrets)
            raise NotMediaMosa(
                f"The address {self._url} leads on to {target}, and redirects are not followed: "
                "give the connection the address at which MediaMosa itself answers."
            )
        if status != HTTPStatus.OK:
            raise NotMediaMosa(
                f"The server at {self._url} answers HTTP {status} instead of MediaMosa's XML: "
                "check the connection's address."
            )
        kind = response.headers.get("Content-Type", "xml").partition(";")[0].lower()
        if "xml" not in kind:
            told = plain(kind, self.session_secrets)[:40]
            raise NotMediaMosa(
                f"The server at {self._url} answers with {told!r} instead of MediaMosa's XML: "
                "check the connection's address."
            )
        if response.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
            raise _badly_compressed()

    def _read(self, response: requests.Response) -> bytes:
        # Unlike a bytearray it hands its bytes out without a second copy of them.
        body = io.BytesIO()
        for chunk in _chunks(response):
            body.write(chunk)
            if body.tell() > self._settings.max_body_bytes:
                raise Unreadable(
                    f"MediaMosa's answer is larger than {self._settings.max_body_bytes} bytes: "
                    "set a smaller PageSize."
                )
        return body.getvalue()

    def _failure(self, exc: Exception, *, reused: bool) -> AssetServerError:
        if isinstance(exc, exceptions.SSLError):
            return Unavailable(
                f"No safe connection to {self._url} could be made: check that the server's "
                "certificate is valid for that name, and that the port is the one for https."
            )
        if isinstance(exc, exceptions.ContentDecodingError):
            return _badly_compressed()
        if isinstance(exc, exceptions.InvalidURL):
            return AddressRefused(
                f"The address {self._url} cannot be called: write it like "
                "https://mediamosa.example.org, as the parameter MediaMosaUrl."
            )
        if _is_timeout(exc):
            return Unavailable(
                f"The server at {self._url} does not answer in time: it is tried again; if that "
                "goes on, look at its load, or set a smaller PageSize."
            )
        broken = _Dropped if reused and isinstance(exc, exceptions.ConnectionError) else Unavailable
        return broken(
            f"The connection to {self._url} broke off before the answer was complete: it is tried "
            "again; if that goes on, check the server and the network between."
        )


def _badly_compressed() -> Malformed:
    return Malformed(
        "MediaMosa's answer is badly compressed: it is asked for again at the next tick; if that "
        "goes on, look at the web server before MediaMosa."
    )


def _is_timeout(exc: BaseException) -> bool:
    """Whether *exc* is, or was raised for, a time-out; requests wraps one while it reads."""
    if isinstance(exc, (exceptions.Timeout, TimeoutError)):
        return True
    return any(isinstance(arg, PoolTimeoutError) for arg in exc.args)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """The body; a chunk of a negative length is a broken one, which http.client does not know."""
    try:
        yield from response.iter_content(_CHUNK_BYTES)
    except exceptions.RequestException:
        raise
    except ValueError:
        raise exceptions.ChunkedEncodingError from None


def _shown(location: str, hidden: Collection[str]) -> str:
    """Where a redirect leads, without what could be a secret in it."""
    try:
        parts = urlsplit(location)
        shown = f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path
    except ValueError:
        shown = ""
    return plain(shown, hidden)[:100] or "another address"
