"""Add a connection, and change what may be changed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mediamosa_sync.domain.connection import (
    DEFAULT_PAGE_SIZE,
    DEFAULT_TIME_ZONE,
    MAX_PAGE_SIZE,
    MIN_PAGE_SIZE,
    Connection,
    InvalidConfiguration,
    check_url,
)
from mediamosa_sync.domain.copies import replace
from mediamosa_sync.domain.policies import OnRecordDelete, Policies, Removal
from mediamosa_sync.ports import SecretStore, SyncStore
from mediamosa_sync.service.addresses import comparable_url
from mediamosa_sync.service.control import known
from mediamosa_sync.service.refusals import ConnectionExists, InvalidRequest, StackOwned


@dataclass(frozen=True, slots=True)
class NewConnection:
    """What an admin gives to add a connection; as given, nothing of it is checked yet."""

    url: str
    user_name: str
    password: str = field(repr=False)
    time_zone: str = DEFAULT_TIME_ZONE
    page_size: int = DEFAULT_PAGE_SIZE
    policies: Policies = field(default_factory=Policies)

    def connection(self) -> Connection:
        """The connection that it is to become, still without a secret."""
        return Connection(
            url=self.url.strip(),
            user_name=self.user_name.strip(),
            secret_arn="",
            time_zone=self.time_zone.strip(),
            page_size=self.page_size,
            policies=self.policies,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What an admin gives to change a connection; None leaves it as it is."""

    password: str | None = field(default=None, repr=False)
    time_zone: str | None = None
    page_size: int | None = None
    on_trash: Removal | None = None
    on_unpublish: Removal | None = None
    on_record_delete: OnRecordDelete | None = None
    enabled: bool | None = None


STACK_OWNED = {
    "password": "MediaMosaPassword",
    "time_zone": "TimeZone",
    "page_size": "PageSize",
}
"""What the stack's parameters say about the default connection: field → parameter."""


class Connections:
    """The connections beside the default one, and what admins decide about any.

    Every method may raise :class:`StoreUnavailable` and :class:`SecretUnavailable`; the same
    request again then finishes what was begun.
    """

    def __init__(
        self,
        store: SyncStore,
        secrets: SecretStore,
        *,
        allow_http: bool,
        check_time_zone: Callable[[str], None],
        secret_prefix: str,
    ) -> None:
        """*check_time_zone* raises :class:`InvalidConfiguration` for a zone that is not known.

        The key of a connection becomes the secret ``<secret_prefix>/<connection_id>``.
        """
        self._store = store
        self._secrets = secrets
        self._allow_http = allow_http
        self._check_time_zone = check_time_zone
        self._secret_prefix = secret_prefix

    def add(self, new: NewConnection) -> bool:
        """Add a connection; False if the same one was there already.

        A password cannot be compared with one that was given before, so it takes its place.

        Raises:
            InvalidRequest: something of *new* cannot be used.
            ConnectionExists: it is there with other settings, or under another spelling.
            StackOwned: it is the default connection.
        """
        wanted = new.connection()
        _check_page_size(wanted.page_size)
        self._check_zone(wanted.time_zone)
        if not wanted.user_name:
            raise InvalidRequest("The field user_name is blank: give the user of the login.")
        if problem := self._url_problem(wanted.url):
            raise InvalidRequest(problem)
        by_id = {one.connection_id: one for one in self._store.connections()}
        same = by_id.get(wanted.connection_id)
        if same is None:
            _refuse_alike(wanted, by_id.values())
        else:
            _refuse_other(wanted, same)
        wanted = replace(same or wanted, secret_arn=self._put_secret(wanted, new.password))
        if wanted != same:
            self._store.put_connection(wanted)
        return same is None

    def change(self, connection_id: str, change: Change) -> bool:
        """Change a connection; False if it was so before.

        Raises:
            UnknownConnection: nobody has this id.
            InvalidRequest: something of *change* cannot be used.
            StackOwned: it is the default connection's and comes from the stack's parameters.
        """
        before = known(self._store, connection_id)
        wanted = _changed(before, change)
        if before.default:
            _refuse_owned(change)
        else:
            _check_page_size(wanted.page_size)
            if change.time_zone is not None:
                self._check_zone(wanted.time_zone)
            wanted = replace(wanted, problem=self._url_problem(wanted.url))
        if change.password is not None:
            wanted = replace(wanted, secret_arn=self._put_secret(wanted, change.password))
        elif wanted.enabled and not before.enabled:
            self._refuse_without_key(wanted)
        if wanted != before:
            self._store.put_connection(wanted)
        return wanted != before or change.password is not None

    def _check_zone(self, time_zone: str) -> None:
        try:
            self._check_time_zone(time_zone)
        except InvalidConfiguration as error:
            raise InvalidRequest(str(error)) from error

    def _url_problem(self, url: str) -> str:
        """Why the address may not be called; "" if it may."""
        try:
            check_url(url, allow_http=self._allow_http)
        except InvalidConfiguration as error:
            return str(error)
        return ""

    def _put_secret(self, connection: Connection, password: str) -> str:
        return self._secrets.put(self._secret_name(connection), password)

    def _secret_name(self, connection: Connection) -> str:
        return f"{self._secret_prefix}/{connection.connection_id}"

    def _refuse_without_key(self, connection: Connection) -> None:
        """One that was the default before has a secret that is the present default's."""
        own = self._secret_name(connection) in connection.secret_arn
        if not (connection.default or own):
            raise InvalidRequest(
                "The field password is missing: this connection was the stack's before, which "
                "holds another connection's password now, so give its own."
            )


def _check_page_size(page_size: int) -> None:
    if not MIN_PAGE_SIZE <= page_size <= MAX_PAGE_SIZE:
        raise InvalidRequest(
            f"The field page_size must be a whole number from {MIN_PAGE_SIZE} to {MAX_PAGE_SIZE}."
        )


def _changed(connection: Connection, change: Change) -> Connection:
    policies = connection.policies
    zone, page_size, enabled = change.time_zone, change.page_size, change.enabled
    return replace(
        connection,
        time_zone=connection.time_zone if zone is None else zone.strip(),
        page_size=connection.page_size if page_size is None else page_size,
        enabled=connection.enabled if enabled is None else enabled,
        policies=Policies(
            on_trash=change.on_trash or policies.on_trash,
            on_unpublish=change.on_unpublish or policies.on_unpublish,
            on_record_delete=change.on_record_delete or policies.on_record_delete,
        ),
    )


def _refuse_owned(change: Change) -> None:
    named = [name for name in STACK_OWNED if getattr(change, name) is not None]
    if named:
        parameters = " and ".join(STACK_OWNED[name] for name in named)
        raise StackOwned(
            f"The stack's parameters decide about {' and '.join(named)} of the default "
            f"connection: deploy the stack with another {parameters}."
        )


def _refuse_other(wanted: Connection, same: Connection) -> None:
    """Refuse to add what is there, unless it is there exactly so."""
    if same.default:
        raise StackOwned(
            "This is the default connection, which the stack's parameters name: deploy the stack "
            "to change it."
        )
    as_it_is = replace(wanted, secret_arn=same.secret_arn, paused=same.paused, fields=same.fields)
    if as_it_is != same:
        raise ConnectionExists(
            f"The connection of {same.user_name} to {same.url} exists already with other "
            f"settings: use PUT connections/{same.connection_id} to change it."
        )


def _refuse_alike(wanted: Connection, others: Iterable[Connection]) -> None:
    """Refuse a second spelling of one server (scenario S51)."""
    for other in others:
        same_server = comparable_url(other.url) == comparable_url(wanted.url)
        if same_server and other.user_name == wanted.user_name:
            raise ConnectionExists(
                f"{wanted.url} is only another spelling of {other.url}, to which {other.user_name} "
                f"has the connection {other.connection_id} already: use that one."
            )
