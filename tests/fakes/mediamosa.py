"""The stand-in's pure model as the port ``AssetServer``: no HTTP, no XML, no waiting.

What HTTP and XML would do to an answer is done here by hand, and the contract test holds this
server and the real adapter before the stand-in to the same answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TypeVar

from infra.local.mediamosa.answers import OKAY, Answer, Element, Pairs, Request
from infra.local.mediamosa.model import MediaMosa
from infra.local.mediamosa.records import Application
from mediamosa_sync.adapters.mediamosa import queries, results
from mediamosa_sync.adapters.mediamosa.times import LocalTimes
from mediamosa_sync.adapters.mediamosa.xml import Envelope
from mediamosa_sync.domain.asset import Asset, AssetPage
from mediamosa_sync.domain.deletion import Existence, Proof
from mediamosa_sync.domain.properties import Property, PropertyType
from mediamosa_sync.domain.values import Metadata, Values
from mediamosa_sync.domain.walk import Window
from mediamosa_sync.errors import Malformed, NotLoggedIn, Refused, Unreadable

_NO_GROUPS = frozenset({"mediafiles"})
_NOT_XML = re.compile("[\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_NONCE = "0123456789abcdef"

_Texts = dict[str, str]
_Groups = dict[str, dict[str, Values]]
_Asking = Callable[..., Request]
"""A request but for its session."""
T = TypeVar("T")


class _NoXmlError(Exception):
    """A text holds a character that XML 1.0 does not allow."""


class ModelAssetServer:
    """The port ``AssetServer`` over one model, logged in as one of its applications.

    Attributes:
        before: called with each request, logins too; it may change the model, or raise an error of
            the port as if the request had not come through. Nothing is repeated. A test that keeps
            the request may let the model handle it later, as a server whose client has gone.
        after: called with each request once it is carried out; it may raise an error of the port as
            if the answer had been lost.
        key: the shared key that a login is made with.
    """

    def __init__(self, model: MediaMosa, application: Application) -> None:
        self._model = model
        self._name = application.name
        self._times = LocalTimes(application.time_zone_name)
        self._session: str | None = None
        self._requests = 0
        self.key = application.shared_key
        self.before: Callable[[Request], None] = _nothing
        self.after: Callable[[Request], None] = _nothing

    def twin(self, model: MediaMosa, application: Application) -> ModelAssetServer:
        """The same client of a server that is the same: it is logged in there, too."""
        twin = ModelAssetServer(model, application)
        twin._session, twin._requests = self._session, self._requests
        return twin

    @property
    def requests(self) -> int:
        """As the port says."""
        return self._requests

    def page(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As the port says."""
        query = queries.listing(self._times, window, since=since, prefix=prefix, ids_only=False)
        answer = self._get("asset", query)
        return self._page(window, answer, _each(answer, self._asset, Unreadable))

    def ids(self, window: Window, *, since: datetime | None, prefix: str) -> AssetPage:
        """As the port says."""
        query = queries.listing(self._times, window, since=since, prefix=prefix, ids_only=True)
        answer = self._get("asset", query)
        return self._page(
            window, answer, _each(answer, lambda item: Asset(_read(item)[0]["asset_id"]))
        )

    def _page(self, window: Window, answer: Answer, assets: Iterable[Asset]) -> AssetPage:
        total = answer.total if window.with_total else None
        server_time = datetime.fromtimestamp(self._model.clock(), UTC)
        return AssetPage(tuple(assets), answer.offset, total, server_time)

    def assets(self, asset_ids: Sequence[str]) -> Mapping[str, Asset]:
        """As the port says."""
        wanted = dict.fromkeys(asset_ids)
        if len(wanted) > queries.MAX_ASSETS:
            raise ValueError(f"at most {queries.MAX_ASSETS} assets can be asked for at once")
        if not wanted:
            return {}
        found = _each(self._get("assets", queries.several(wanted)), self._asset)
        return {asset.asset_id: asset for asset in found}

    def prove(self, asset_id: str) -> Proof:
        """As the port says."""
        queries.single("asset", asset_id)
        try:
            (asset,) = _each(self._get(f"asset/{asset_id}", queries.PROOF), self._asset)
        except Refused as refusal:
            if refusal.result_id == results.ASSET_NOT_FOUND:
                return Proof(Existence.GONE)
            if refusal.result_id == results.NOT_AUTHORISED:
                return Proof(Existence.FOREIGN)
            raise
        return Proof(Existence.ALIVE, asset)

    def mediafile_asset(self, mediafile_id: str) -> str | None:
        """As the port says."""
        if mediafile_id in queries.DOTS:
            return None
        queries.single("mediafile", mediafile_id)
        try:
            answer = self._get(f"mediafile/{mediafile_id}", ())
        except Refused as refusal:
            if refusal.result_id == results.MEDIAFILE_NOT_FOUND:
                return None
            raise
        (asset_id,) = _each(answer, lambda item: _read(item)[0]["asset_id"])
        return asset_id

    def properties(self) -> tuple[Property, ...]:
        """As the port says."""
        found: list[Property] = []
        while True:
            answer = self._get("metadata_tag", queries.properties(len(found)))
            found += _each(answer, _property)
            if not answer.items or len(found) >= answer.total:
                return tuple(found)

    def write(self, asset_id: str, user_id: str, values: Metadata) -> frozenset[str]:
        """As the port says."""
        queries.single("asset", asset_id)
        form = queries.update(user_id, values)
        if not values:
            return frozenset()
        answer = self._post(f"asset/{asset_id}/metadata", form, values.keys())
        return frozenset().union(*_each(answer, lambda item: frozenset(_read(item)[0])))

    def _asset(self, item: Element) -> Asset:
        return _asset_of(item, self._times)

    def _get(self, path: str, query: Pairs) -> Answer:
        return self._call(partial(Request, "GET", path, path, (*query, queries.VERSION)), ())

    def _post(self, path: str, form: Pairs, properties: Collection[str]) -> Answer:
        return self._call(partial(Request, "POST", path, path, form=form), properties)

    def _call(self, request: _Asking, properties: Collection[str]) -> Answer:
        """The successful answer; logged in again once if the session is lost (protocol § 3)."""
        if self._session is None:
            self._log_in()
        try:
            return self._answered(request, properties)
        except results.LoggedOut:
            self._log_in()
        return self._answered(request, properties)

    def _answered(self, request: _Asking, properties: Collection[str]) -> Answer:
        answer = self._ask(request)
        told = Envelope(answer.result_id, answer.description, (), None, None)
        results.check(told, properties=properties)
        return answer

    def _log_in(self) -> None:
        self._session = None
        challenge = self._dbus(f"AUTH DBUS_COOKIE_SHA1 {self._name}").rpartition(" ")[2]
        proof = f"{challenge}:{_NONCE}:{self.key}".encode()
        digest = hashlib.sha1(proof, usedforsecurity=False).hexdigest()
        self._dbus(f"DATA {_NONCE} {digest}")

    def _dbus(self, line: str) -> str:
        answer = self._ask(partial(Request, "POST", "login", "login", form=(("dbus", line),)))
        (told,) = _each(answer, lambda item: _read(item)[0]["dbus"])
        if answer.result_id != OKAY:
            self._session = None
            raise NotLoggedIn(f"MediaMosa refused the login of {self._name!r}: {told}.")
        return told

    def _ask(self, asking: _Asking) -> Answer:
        self._requests += 1
        request = asking(session=self._session)
        self.before(request)
        answer = self._model.handle(request)
        if answer.new_session is not None:
            self._session = answer.new_session
        self.after(request)
        return answer


def _each(
    answer: Answer,
    convert: Callable[[Element], T],
    otherwise: type[Malformed] = Malformed,
) -> list[T]:
    """What *convert* makes of each item.

    Raises:
        Malformed: of the kind *otherwise*, a text cannot stand in XML.
    """
    try:
        return [convert(item) for item in answer.items]
    except _NoXmlError:
        raise otherwise("MediaMosa's answer is not well-formed: look into its log.") from None


def _read(item: Element) -> tuple[_Texts, _Groups]:
    """The item's plain texts and its groups, both without what is empty."""
    texts: _Texts = {}
    groups: _Groups = {}
    for name, content, _ in item.content if isinstance(item.content, tuple) else ():
        if isinstance(content, tuple):
            values = _values(content)
            if values and name not in _NO_GROUPS:
                groups[name] = values
        elif content:
            texts[name] = _as_read(content)
    return texts, groups


def _values(elements: Iterable[Element]) -> dict[str, Values]:
    values: dict[str, Values] = {}
    for name, content, _ in elements:
        if isinstance(content, tuple):
            _values(content)
        elif content:
            more = (_as_read(content),)
            values[name] = tuple(sorted(values[name] + more)) if name in values else more
    return values


@lru_cache(maxsize=1 << 12)
def _as_read(text: str) -> str:
    """What a parser makes of a stored text (protocol § 4).

    Raises:
        _NoXmlError: it refuses the whole document.
    """
    if text.startswith(_CDATA):
        # The server takes it for a finished section, where line ends are not kept apart.
        text = re.sub("\r\n?", "\n", text[len(_CDATA) : -len(_CDATA_END)])
    if text.isprintable():
        return text
    if _NOT_XML.search(text):
        raise _NoXmlError
    return _CONTROL.sub("?", text)


@lru_cache(maxsize=1 << 12)
def _instant(times: LocalTimes, text: str | None) -> datetime | None:
    return times.instant(text)


@lru_cache(maxsize=1 << 12)
def _asset_of(item: Element, times: LocalTimes) -> Asset:
    """The asset that *item* says; nothing of it is ever changed in place."""
    texts, groups = _read(item)
    modified = _instant(times, texts.get("videotimestampmodified"))
    if texts.get("status") == "deleted":
        return Asset(texts["asset_id"], tombstone=True, modified=modified)
    states = groups.pop("asset", {})
    return Asset(
        asset_id=texts["asset_id"],
        created=_instant(times, texts.get("videotimestamp")),
        modified=modified,
        groups=groups,
        owner_id=texts.get("owner_id", ""),
        published=states.get("published") != ("FALSE",),
        trashed=states.get("trashcan") == ("TRUE",),
        inappropriate=texts.get("is_unappropriate") == "TRUE",
        private=texts.get("isprivate") == "TRUE",
        filename=texts.get("mediafile_filename", ""),
        mime_type=texts.get("mediafile_mime_type", ""),
        duration=texts.get("mediafile_duration", ""),
    )


@lru_cache(maxsize=1 << 10)
def _property(item: Element) -> Property:
    texts, _ = _read(item)
    return Property(
        name=texts["name"],
        group=texts["prop_group"],
        type=PropertyType(texts["type"]),
        hidden=texts["is_hidden"] == "TRUE",
        protected=texts["is_protected"] == "TRUE",
    )


def _nothing(_: Request) -> None:
    """No event."""
